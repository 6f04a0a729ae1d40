package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// look is one look at one document, over one stream after another.
type look struct {
	all    *Looks
	owner  peer.ID
	id     string // the owner's own name of the document
	doc    *Replica
	ctx    context.Context
	cancel context.CancelFunc

	words   chan string
	pushes  chan *pushing
	moved   chan struct{} // the caret
	renewed chan struct{}
	over    chan struct{} // closed: look away
	once    sync.Once

	mu    sync.Mutex
	here  bool
	state string
	lease time.Time
	caret *wire.LookCaret
}

// pushing is one push on its way. Its channel is closed without an answer when the stream is lost.
type pushing struct {
	push   wire.LookPush
	answer chan wire.LookAnswer
}

func newLook(l *Looks, owner peer.ID, id string, doc *Replica) *look {
	k := &look{
		all: l, owner: owner, id: id, doc: doc,
		words: make(chan string, 4), pushes: make(chan *pushing), moved: make(chan struct{}, 1),
		renewed: make(chan struct{}, 1), over: make(chan struct{}),
	}
	k.ctx, k.cancel = context.WithCancel(l.ctx)
	return k
}

func (k *look) now() Look {
	k.mu.Lock()
	defer k.mu.Unlock()
	return Look{Owner: k.owner, Here: k.here, State: k.state}
}

func (k *look) renew() {
	k.mu.Lock()
	k.lease = time.Now().Add(k.all.cfg.Lease)
	k.mu.Unlock()
	signal(k.renewed)
}

func (k *look) leased() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Now().Before(k.lease)
}

// end looks away, once the owner has been told, or cannot be.
func (k *look) end() { k.once.Do(func() { close(k.over) }) }

// stands notes how it stands, and tells of it if that is another.
func (k *look) stands(here bool, state string) {
	k.mu.Lock()
	changed := k.here != here || k.state != state
	k.here, k.state = here, state
	k.mu.Unlock()
	if changed {
		k.all.cfg.OnChange(k.now())
	}
}

// lost notes that the owner is not reached.
func (k *look) lost() {
	k.mu.Lock()
	state := k.state
	k.mu.Unlock()
	k.stands(false, state)
}

// run opens one stream after another, for as long as the look is renewed.
func (k *look) run() {
	defer k.cancel()
	for {
		if !k.wanted() {
			return
		}
		err := k.session()
		k.lost()
		if errors.Is(err, errLeft) || k.ctx.Err() != nil {
			return
		}
		k.all.cfg.Log.Debug("a look was interrupted", "at", k.owner, "err", err)
		t := time.NewTimer(k.all.cfg.Retry)
		select {
		case <-t.C:
		case <-k.over:
		case <-k.ctx.Done():
		}
		t.Stop()
	}
}

// wanted waits until the lease holds, and tells whether there is anything more to do.
func (k *look) wanted() bool {
	for {
		select {
		case <-k.over:
			return false
		case <-k.ctx.Done():
			return false
		default:
		}
		if k.leased() {
			return true
		}
		select {
		case <-k.renewed:
		case <-k.over:
		case <-k.ctx.Done():
		}
	}
}

// session looks over one stream until it breaks.
func (k *look) session() error {
	open, cancelOpen := context.WithTimeout(k.ctx, frameTimeout)
	s, err := k.all.cfg.Net.Open(open, k.owner, wire.ProtoLook)
	cancelOpen()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(k.ctx)
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	answers, done := make(chan wire.LookAnswer), make(chan struct{})
	go func() {
		defer close(done)
		stop(readAnswers(ctx, s, answers))
	}()
	t := &lookTalk{look: k, s: s}
	err = t.talk(ctx, answers)
	t.forget()
	stop(err)
	s.Reset()
	<-done
	return errors.Join(err, context.Cause(ctx))
}

func readAnswers(ctx context.Context, s network.Stream, answers chan<- wire.LookAnswer) error {
	r := bufio.NewReader(s)
	for {
		var a wire.LookAnswer
		if err := wire.ReadFrame(r, wire.MaxDocFrame, &a); err != nil {
			return fmt.Errorf("the look's stream: %w", err)
		}
		if err := a.Check(); err != nil {
			return err
		}
		select {
		case answers <- a:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lookTalk is what is said over one stream.
type lookTalk struct {
	*look
	s       network.Stream
	pending *pushing // not answered yet
	late    <-chan time.Time
	resting <-chan time.Time // the caret was told a moment ago
	stale   bool             // and has moved since
}

func (t *lookTalk) send(say wire.LookSay) error { return sendFrame(t.s, say) }

var errUnrenewed = errors.New("the look was not renewed")

func (t *lookTalk) talk(ctx context.Context, answers <-chan wire.LookAnswer) error {
	if err := t.send(wire.LookSay{ID: t.id}); err != nil {
		return err
	}
	beat := time.NewTicker(t.all.cfg.Every)
	defer beat.Stop()
	for {
		pushes := t.pushes
		if t.pending != nil {
			pushes = nil // one at a time
		}
		var err error
		select {
		case a := <-answers:
			err = t.heard(a)
		case p := <-pushes:
			t.pending, t.late = p, time.After(ackTimeout)
			err = t.send(wire.LookSay{Push: &p.push})
		case word := <-t.words:
			err = t.send(wire.LookSay{Word: word})
		case <-t.moved:
			err = t.caretMoved()
		case <-t.resting:
			t.resting = nil
			if t.stale {
				err = t.caretMoved()
			}
		case <-beat.C:
			if !t.leased() {
				return errUnrenewed
			}
			err = t.send(wire.LookSay{})
		case <-t.late:
			return errNoAnswer
		case <-t.over:
			return t.leave(ctx, answers)
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

func (t *lookTalk) heard(a wire.LookAnswer) error {
	t.stands(true, a.State)
	if a.Push == nil {
		return nil
	}
	if t.pending == nil {
		return fmt.Errorf("%w: it answers what was not asked", wire.ErrDocument)
	}
	t.pending.answer <- a
	t.pending, t.late = nil, nil
	return nil
}

// forget tells who waits for an answer that none will come.
func (t *lookTalk) forget() {
	if t.pending != nil {
		close(t.pending.answer)
	}
}

// caretMoved tells where the caret is, unless it was told a moment ago: then a moment later.
func (t *lookTalk) caretMoved() error {
	t.stale = t.resting != nil
	t.mu.Lock()
	caret, together := t.caret, t.state == wire.LookTogether
	t.mu.Unlock()
	if t.stale || caret == nil || !together {
		return nil
	}
	t.resting = time.After(caretEvery)
	return t.send(wire.LookSay{Caret: caret})
}

// leave says that the look is over, and waits a moment for the owner to have heard it: what is reset at once may arrive
// as nothing.
func (t *lookTalk) leave(ctx context.Context, answers <-chan wire.LookAnswer) error {
	if err := t.send(wire.LookSay{Word: wire.LookLeave}); err != nil {
		return errors.Join(errLeft, err)
	}
	enough := time.NewTimer(leaveWithin)
	defer enough.Stop()
	for {
		select {
		case <-answers:
		case <-ctx.Done():
			return errLeft
		case <-enough.C:
			return errLeft
		}
	}
}
