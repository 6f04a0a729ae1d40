package doc

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// relayEvery is the least time between two rounds of what is passed on to one co-teacher.
const relayEvery = 100 * time.Millisecond

// relay passes students' documents on over one stream. A document is sent as it is, and then what happens to it; where
// the stream is slower than the typing, as it is again.
type relay struct {
	mu      sync.Mutex
	waiting map[string]*passing
	wake    chan struct{}
}

// passing is what one document has to pass on.
type passing struct {
	whole   bool
	epoch   string
	from    int
	updates []Update
	caret   *Caret
}

// Relay passes the documents of those whom wants approves of on to a peer over s, until ctx ends, the stream breaks, or
// may, which is asked before each round, says no.
func (m *MirrorReceiver) Relay(ctx context.Context, s network.Stream, may func() bool, wants func(owner peer.ID) bool) error {
	defer s.Reset()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	r := &relay{waiting: map[string]*passing{}, wake: make(chan struct{}, 1)}
	cancel := m.cfg.Store.Subscribe(func(c Change) {
		if owner, ok := studentOf(c.ID, c.Owner); ok && wants(owner) {
			r.add(c)
		}
	})
	defer cancel()
	for owner, states := range m.States() {
		for _, st := range states {
			if wants(owner) {
				r.again(owner.String() + "/" + st.ID)
			}
		}
	}
	for may() {
		if err := r.round(m, s); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.wake:
		}
		if !pause(ctx, relayEvery) {
			return ctx.Err()
		}
	}
	return nil
}

// studentOf tells whose document of a host's store it is; false for one that is no student's.
func studentOf(id, owner string) (peer.ID, bool) {
	p, _, err := relayedID(id)
	return p, err == nil && p.String() == owner
}

// relayedID takes the id of a student's document apart: the student's key, a slash, and the student's name for it.
func relayedID(id string) (owner peer.ID, name string, err error) {
	text, name, _ := strings.Cut(id, "/")
	if owner, err = peer.Decode(text); err != nil || name == "" || owner.String() != text {
		return "", "", fmt.Errorf("%w: it is no student's", wire.ErrDocument)
	}
	return owner, name, nil
}

// again has a document sent as it is.
func (r *relay) again(id string) {
	r.mu.Lock()
	r.waiting[id] = &passing{whole: true}
	r.mu.Unlock()
	signal(r.wake)
}

// add notes what happened to a document.
func (r *relay) add(c Change) {
	r.mu.Lock()
	p := r.waiting[c.ID]
	if p == nil {
		p = &passing{epoch: c.Epoch, from: c.From}
		r.waiting[c.ID] = p
	}
	p.caret = c.Caret
	follows := p.epoch == c.Epoch && p.from+len(p.updates) == c.From
	if c.Reset || !follows || len(p.updates)+len(c.Updates) > MaxUpdates || sizeOf(p.updates)+sizeOf(c.Updates) > MaxChange {
		p.whole, p.updates = true, nil
	}
	if !p.whole {
		p.updates = append(p.updates, c.Updates...)
	}
	r.mu.Unlock()
	signal(r.wake)
}

// round sends what waits.
func (r *relay) round(m *MirrorReceiver, s network.Stream) error {
	r.mu.Lock()
	waiting := r.waiting
	r.waiting = map[string]*passing{}
	r.mu.Unlock()
	for id, p := range waiting {
		u := wire.MirrorUpdate{ID: id, Epoch: p.epoch, From: uint64(p.from), Updates: toWire(p.updates), Caret: p.caret.wire()}
		if p.whole {
			snap, caret, ok := m.held(id)
			if !ok {
				continue // nothing has come of it yet
			}
			u = wire.MirrorUpdate{ID: id, Snapshot: snap.wire(), Caret: caret.wire()}
		}
		if err := sendFrame(s, u); err != nil {
			return fmt.Errorf("passing documents on: %w", err)
		}
	}
	return nil
}

// held is a document as it is here.
func (m *MirrorReceiver) held(id string) (*Snapshot, *Caret, bool) {
	owner, name, err := relayedID(id)
	if err != nil {
		return nil, nil, false
	}
	p := m.peer(owner)
	p.mu.Lock()
	r := p.docs[name]
	p.mu.Unlock()
	if r == nil {
		return nil, nil, false
	}
	snap := r.Snapshot()
	return &snap, r.caretNow(), snap.Epoch != ""
}
