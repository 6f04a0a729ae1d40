package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"

	"thirdspace/p2p/wire"
)

// HandleStream shows one person who looks, until they look away or the stream ends.
func (l *Lookers) HandleStream(ctx context.Context, from peer.ID, s network.Stream) {
	if !l.cfg.May(from) {
		s.Reset()
		l.cfg.Log.Warn("someone who may not look at a document tried to", "from", from)
		return
	}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		s.Reset()
		return
	}
	l.tasks.Add(1)
	l.mu.Unlock()
	defer l.tasks.Done()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	err := l.serve(ctx, from, s)
	if errors.Is(err, errLeft) {
		s.Close()
		return
	}
	s.Reset()
	l.cfg.Log.Debug("a look was interrupted", "from", from, "err", err)
}

var errLeft = errors.New("they look away")

// serve reads what somebody says, from their first message to their last.
func (l *Lookers) serve(ctx context.Context, from peer.ID, s network.Stream) error {
	r := bufio.NewReader(s)
	first, err := l.read(r, s)
	if err != nil {
		return err
	}
	g, err := l.enter(from, first.ID, s)
	if err != nil {
		return err
	}
	l.cfg.OnChange()
	c := &lookConn{looker: g, s: s}
	ctx, stop := context.WithCancel(ctx)
	var telling sync.WaitGroup
	telling.Go(func() { l.telling(ctx, c) })
	defer telling.Wait()
	defer stop()
	err = l.hear(ctx, c, r, first)
	l.leave(c, errors.Is(err, errLeft))
	l.cfg.OnChange()
	return err
}

// lookConn is one stream of a looker.
type lookConn struct {
	*looker
	s       network.Stream
	writing sync.Mutex
}

func (c *lookConn) send(a wire.LookAnswer) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	return sendFrame(c.s, a)
}

func (l *Lookers) read(r *bufio.Reader, s network.Stream) (say wire.LookSay, err error) {
	s.SetReadDeadline(time.Now().Add(l.cfg.Patience))
	if err := wire.ReadFrame(r, wire.MaxLookFrame, &say); err != nil {
		return say, err
	}
	return say, say.Check()
}

// enter begins a look, or goes on with one whose stream was lost. A newer stream of the same peer ends an older one.
func (l *Lookers) enter(from peer.ID, id string, s network.Stream) (*looker, error) {
	doc := l.cfg.Document(id)
	if doc == nil {
		return nil, fmt.Errorf("there is no document %q to be looked at", id)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	old := l.all[from]
	if old == nil && len(l.all) >= maxLookers {
		return nil, fmt.Errorf("%d people are looking already", len(l.all))
	}
	g := &looker{peer: from, doc: doc, state: wire.LookLooking, stream: s, tell: make(chan struct{}, 1)}
	if old != nil {
		if old.doc == doc && old.state == wire.LookTogether {
			g.state = wire.LookTogether
		}
		l.drop(old)
	}
	l.all[from] = g
	signal(g.tell)
	return g, nil
}

// leave ends a stream. Someone who may edit and has not looked away by themselves is waited for.
func (l *Lookers) leave(c *lookConn, left bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := c.looker
	if l.all[g.peer] != g {
		return // forgotten, or a newer stream has taken its place
	}
	if left || g.state != wire.LookTogether || l.closed {
		l.drop(g)
		return
	}
	g.stream, g.caret = nil, nil
	g.expire = time.AfterFunc(l.cfg.Keep, func() {
		l.mu.Lock()
		l.drop(g)
		l.mu.Unlock()
		l.cfg.OnChange()
	})
}

// telling says how it stands, each time that it changes.
func (l *Lookers) telling(ctx context.Context, c *lookConn) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.tell:
		}
		l.mu.Lock()
		state := c.state
		l.mu.Unlock()
		if err := c.send(wire.LookAnswer{State: state}); err != nil {
			c.s.Reset()
			return
		}
	}
}

func (l *Lookers) hear(ctx context.Context, c *lookConn, r *bufio.Reader, say wire.LookSay) error {
	limit := rate.NewLimiter(lookPerSecond, lookBurst)
	for {
		if say.Word == wire.LookLeave {
			return errLeft
		}
		if l.take(c, say) {
			l.cfg.OnChange()
		}
		if say.Push != nil {
			if err := c.send(l.push(c, *say.Push)); err != nil {
				return err
			}
		}
		if err := limit.Wait(ctx); err != nil {
			return err
		}
		var err error
		if say, err = l.read(r, c.s); err != nil {
			return err
		}
	}
}

// take hears a word or a caret, and tells whether anything is another now.
func (l *Lookers) take(c *lookConn, say wire.LookSay) (changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case say.Word == wire.LookOffer && c.state != wire.LookTogether && c.state != wire.LookOffered:
		c.set(wire.LookOffered)
		changed = true
	case say.Word == wire.LookEnd && c.state != wire.LookLooking:
		c.set(wire.LookLooking)
		changed = true
	}
	if say.Caret != nil && c.state == wire.LookTogether {
		c.caret = &Caret{Anchor: int(say.Caret.Anchor), Head: int(say.Caret.Head)}
		c.at = Version{Epoch: say.Caret.Epoch, Version: int(say.Caret.Version)}
		changed = true
	}
	return changed
}

// push takes the changes of someone who may edit, whole or not at all. The mutex is held all through it, so that End
// is the end.
func (l *Lookers) push(c *lookConn, p wire.LookPush) wire.LookAnswer {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := wire.LookAnswer{State: c.state}
	if l.all[c.peer] != c.looker || c.state != wire.LookTogether || !l.cfg.May(c.peer) {
		a.Push = &wire.DocAnswer{Refused: refusal(ErrNotLet)}
		return a
	}
	author := c.peer.String()
	ups := make([]Update, len(p.Updates))
	for i, u := range p.Updates {
		ups[i] = Update{ClientID: clientOf(author, u.Client), Changes: u.Changes, Author: author}
	}
	err := c.doc.Push(p.Epoch, int(p.From), ups)
	if err != nil && !errors.Is(err, ErrStale) && !errors.Is(err, ErrEpoch) {
		l.cfg.Log.Warn("a change was not taken", "from", author, "document", c.doc.id, "err", err)
		a.Push = &wire.DocAnswer{Refused: refusal(err)}
		return a
	}
	a.Taken = err == nil
	st := c.doc.step(Version{Epoch: p.Epoch, Version: int(p.From)}, MaxChange, true)
	a.Push = &wire.DocAnswer{Epoch: st.now.Epoch, From: p.From, Updates: toWire(st.updates), Snapshot: st.snapshot.wire()}
	return a
}

// clientOf is the name of an editor on another machine. No page's own name has a slash, so it passes for none of the
// owner's.
func clientOf(author, client string) string { return author + "/" + client }

// LocalClient is the name by which an editor of the machine self knows an update, as its page gave it.
func (u Update) LocalClient(self string) string {
	if u.Author != self {
		return u.ClientID
	}
	return strings.TrimPrefix(u.ClientID, clientOf(self, ""))
}
