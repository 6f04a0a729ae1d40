package doc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// Look is how a look at somebody's document stands.
type Look struct {
	Owner peer.ID
	Here  bool   // the owner's machine is reached, and shows it there
	State string // one of wire.Look…; "" until the owner's machine has told
}

// LooksConfig says what looking works with. Net is needed.
type LooksConfig struct {
	Net      Net
	OnChange func(Look)    // a look stands otherwise; in order for each look, must not block for long
	Every    time.Duration // the owner is told this often that the look goes on; 0 means 2 s
	Lease    time.Duration // how long a look goes on without being renewed; 0 means 15 s
	Retry    time.Duration // the wait before a lost owner is tried again; 0 means 1 s
	Log      *slog.Logger  // nil: no log
}

const (
	maxLooks  = 16 // at one time
	lookEvery = 2 * time.Second
	lookLease = 15 * time.Second
	lookRetry = time.Second
	// caretEvery is the least time between two places of a caret.
	caretEvery = 200 * time.Millisecond
	// leaveWithin bounds the wait for the owner to have heard that the look is over.
	leaveWithin = 2 * time.Second
)

// Looks are the documents on other machines that this machine's person looks at, one of each owner (wire.ProtoLook). The
// text itself comes by another way, the mirror; what is typed here goes to owners who have let us, and comes back
// numbered. Its methods may be called from several goroutines.
type Looks struct {
	cfg    LooksConfig
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	mu     sync.Mutex
	closed bool
	all    map[peer.ID]*look
}

// NewLooks makes a Looks that looks at nothing.
func NewLooks(cfg LooksConfig) (*Looks, error) {
	if cfg.Net == nil {
		return nil, errors.New("looking at documents: a network is needed")
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func(Look) {}
	}
	if cfg.Every <= 0 {
		cfg.Every = lookEvery
	}
	if cfg.Lease <= 0 {
		cfg.Lease = lookLease
	}
	if cfg.Retry <= 0 {
		cfg.Retry = lookRetry
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	l := &Looks{cfg: cfg, all: make(map[peer.ID]*look)}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l, nil
}

// Begin looks at a document of which doc is the copy here and id the owner's own name, or goes on looking: it is called
// again before the lease is over, for as long as the person looks. It tells how the look stands.
func (l *Looks) Begin(owner peer.ID, id string, doc *Replica) (Look, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return Look{}, ErrClosed
	}
	k := l.all[owner]
	if k == nil {
		if len(l.all) >= maxLooks {
			return Look{}, fmt.Errorf("%d documents are being looked at already", len(l.all))
		}
		k = newLook(l, owner, id, doc)
		l.all[owner] = k
		l.tasks.Go(k.run)
	}
	k.renew()
	return k.now(), nil
}

// Leave looks away, and with it ends editing together.
func (l *Looks) Leave(owner peer.ID) {
	l.mu.Lock()
	k := l.all[owner]
	delete(l.all, owner)
	l.mu.Unlock()
	if k != nil {
		k.end()
	}
}

func (l *Looks) of(owner peer.ID) *look {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[owner]
}

// Now is how a look stands; the zero Look where there is none.
func (l *Looks) Now(owner peer.ID) Look {
	if k := l.of(owner); k != nil {
		return k.now()
	}
	return Look{}
}

// Offer asks the owner to edit together. It fails with [ErrNotHere].
func (l *Looks) Offer(owner peer.ID) error { return l.say(owner, wire.LookOffer) }

// End takes an offer back, or ends editing together, and goes on looking. It fails with [ErrNotHere].
func (l *Looks) End(owner peer.ID) error { return l.say(owner, wire.LookEnd) }

func (l *Looks) say(owner peer.ID, word string) error {
	k := l.of(owner)
	if k == nil || !k.now().Here {
		return ErrNotHere
	}
	select {
	case k.words <- word:
		return nil
	default:
		return ErrNotHere
	}
}

// SetCaret shows the owner where the caret of this machine's person stands, while they edit together.
func (l *Looks) SetCaret(owner peer.ID, at Version, c Caret) {
	k := l.of(owner)
	if k == nil {
		return
	}
	k.mu.Lock()
	k.caret = &wire.LookCaret{Epoch: at.Epoch, Version: uint64(max(at.Version, 0)), Anchor: uint64(max(c.Anchor, 0)), Head: uint64(max(c.Head, 0))}
	k.mu.Unlock()
	signal(k.moved)
}

// Push sends the owner updates made on top of a version, and returns when the copy here holds what has come of it. It fails
// with [ErrStale] or [ErrEpoch] as [Authority.Push] does, with [ErrNotHere] where the answer did not come, in which case
// they may have been taken, and with [ErrNotLet].
func (l *Looks) Push(ctx context.Context, owner peer.ID, epoch string, version int, ups []Update) error {
	k := l.of(owner)
	if k == nil || !k.now().Here {
		return ErrNotHere
	}
	p := &pushing{push: wire.LookPush{Epoch: epoch, From: uint64(max(version, 0)), Updates: toWire(ups)}, answer: make(chan wire.LookAnswer, 1)}
	if err := p.push.Check(); err != nil {
		return fmt.Errorf("%w: %w", ErrChange, err)
	}
	ctx, cancel := context.WithTimeout(ctx, frameTimeout)
	defer cancel()
	select {
	case k.pushes <- p:
	case <-k.ctx.Done():
		return ErrNotHere
	case <-ctx.Done():
		return ErrNotHere
	}
	select {
	case a, ok := <-p.answer:
		if !ok {
			return ErrNotHere
		}
		return k.pushed(a, epoch)
	case <-ctx.Done():
		return ErrNotHere
	}
}

// pushed brings the copy to where the owner is.
func (k *look) pushed(a wire.LookAnswer, epoch string) error {
	if a.Push.Refused != "" {
		return fmt.Errorf("%w: %q", ErrNotLet, a.Push.Refused)
	}
	if err := k.doc.takeAnswer(*a.Push); err != nil {
		return err
	}
	switch {
	case a.Taken:
		return nil
	case k.doc.Version().Epoch != epoch:
		return ErrEpoch
	}
	return ErrStale
}

// Close looks away from everything and waits until that is done.
func (l *Looks) Close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	l.tasks.Wait()
	return nil
}
