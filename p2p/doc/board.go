package doc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"

	"thirdspace/p2p/wire"
)

// BoardConfig says what a board works with. Store and Net are needed.
type BoardConfig struct {
	Store *Store
	Net   Net
	Every time.Duration // the least time between two messages about one document; 0 means 30 ms
	Log   *slog.Logger  // nil: no log
}

const (
	boardEvery = 30 * time.Millisecond
	// boardBytes of updates fit one pubsub message with all that is around them.
	boardBytes = wire.MaxPubsub - 32<<10
	maxBoards  = 64 // documents followed at one time
	maxPulls   = 2  // served to one peer at one time
	pullRate   = 2  // served to one peer a second; more wait
	pullBurst  = 20
)

// Board shows this machine's documents to the room over pubsub, and follows those that others show. What pubsub loses
// is pulled from the owner: a gap shows with the next message, a lost last message with the beat, into which the
// owner puts Versions and of which followers tell SawVersion.
type Board struct {
	cfg    BoardConfig
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	forget func() // the subscription to the store
	wake   chan struct{}

	mu       sync.Mutex
	closed   bool
	shown    map[string]*shown
	followed map[string]*followed
	pulls    map[peer.ID]*pulling
}

// shown is a document of ours on the board.
type shown struct {
	doc   *Authority
	sent  Version
	caret *Caret
}

// pulling is what one peer pulls here.
type pulling struct {
	now int // under way
	may *rate.Limiter
}

// NewBoard starts a board.
func NewBoard(cfg BoardConfig) (*Board, error) {
	if cfg.Store == nil || cfg.Net == nil {
		return nil, errors.New("opening the board: documents and a network are needed")
	}
	if cfg.Every <= 0 {
		cfg.Every = boardEvery
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	b := &Board{
		cfg: cfg, log: cfg.Log, wake: make(chan struct{}, 1),
		shown: make(map[string]*shown), followed: make(map[string]*followed), pulls: make(map[peer.ID]*pulling),
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.forget = cfg.Store.Subscribe(func(c Change) {
		if c.Owner == cfg.Store.cfg.Self {
			b.stir()
		}
	})
	b.tasks.Go(b.broadcast)
	return b, nil
}

// Show puts a document of this machine on the board: from now on its changes and its caret are broadcast, and members
// may pull it.
func (b *Board) Show(a *Authority) {
	b.mu.Lock()
	if b.shown[a.id] == nil {
		b.shown[a.id] = &shown{doc: a}
	}
	b.mu.Unlock()
	b.stir()
}

// Hide takes a document off the board. Others keep what they have.
func (b *Board) Hide(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.shown, id)
}

// Versions are those of the documents shown, for the beat.
func (b *Board) Versions() map[string]Version {
	b.mu.Lock()
	docs := make([]*Authority, 0, len(b.shown))
	for _, s := range b.shown {
		docs = append(docs, s.doc)
	}
	b.mu.Unlock()
	versions := make(map[string]Version, len(docs))
	for _, d := range docs {
		versions[d.id] = d.Version()
	}
	return versions
}

// Close stops broadcasting, following and serving, and waits until it has stopped. The store stays open.
func (b *Board) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	b.mu.Unlock()
	b.forget()
	b.cancel()
	b.tasks.Wait()
	return nil
}

func (b *Board) stir() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// broadcast sends the first change at once, and those that follow it together.
func (b *Board) broadcast() {
	for {
		select {
		case <-b.wake:
		case <-b.ctx.Done():
			return
		}
		b.mu.Lock()
		docs := make([]*shown, 0, len(b.shown))
		for _, s := range b.shown {
			docs = append(docs, s)
		}
		b.mu.Unlock()
		typed := false
		for _, s := range docs {
			typed = b.send(s) || typed
		}
		// A caret alone is followed by no pause: it comes a moment after each key, and the next key must not wait for it.
		if typed && !pause(b.ctx, b.cfg.Every) {
			return
		}
	}
}

// send broadcasts what of a document has not been sent, and tells whether it was more than a caret. What cannot be sent,
// or not in one message, is only named: the others pull it.
func (b *Board) send(s *shown) (typed bool) {
	st := s.doc.step(s.sent, boardBytes, false)
	if st.now == s.sent && same(st.caret, s.caret) {
		return false
	}
	typed = st.now != s.sent
	m := wire.BoardMessage{ID: s.doc.id, Epoch: st.now.Epoch, From: uint64(st.now.Version - len(st.updates)), Updates: toWire(st.updates), Caret: st.caret.wire()}
	s.sent, s.caret = st.now, st.caret
	data, err := wire.Marshal(m)
	if err == nil && len(data) > wire.MaxPubsub {
		m.From, m.Updates = uint64(st.now.Version), nil
		data, err = wire.Marshal(m)
	}
	if err == nil {
		err = b.cfg.Net.Publish(wire.TopicBoard, data)
	}
	if err != nil {
		b.log.Debug("a change on the board was not broadcast; others will fetch it", "document", s.doc.id, "err", err)
	}
	return typed
}

func same(a, b *Caret) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// pause waits for d, and tells whether ctx goes on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// HandleStream answers one pull (wire.ProtoDoc) of a document shown here.
func (b *Board) HandleStream(_ context.Context, from peer.ID, s network.Stream) {
	may, leave, ok := b.enter(from)
	if !ok {
		s.Reset()
		return
	}
	defer leave()
	defer context.AfterFunc(b.ctx, func() { s.Reset() })()
	if err := b.answer(s, may); err != nil {
		s.Reset()
		b.log.Info("a document could not be given", "to", from, "err", err)
		return
	}
	s.Close()
}

func (b *Board) enter(from peer.ID) (may *rate.Limiter, leave func(), ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.pulls[from]
	if p == nil {
		p = &pulling{may: rate.NewLimiter(pullRate, pullBurst)}
		b.pulls[from] = p
	}
	if b.closed || p.now >= maxPulls {
		return nil, nil, false
	}
	p.now++
	b.tasks.Add(1)
	return p.may, func() {
		b.mu.Lock()
		p.now--
		b.mu.Unlock()
		b.tasks.Done()
	}, true
}

func (b *Board) answer(s network.Stream, may *rate.Limiter) error {
	ctx, cancel := context.WithTimeout(b.ctx, frameTimeout)
	defer cancel()
	if err := may.Wait(ctx); err != nil {
		return err
	}
	var ask wire.DocPull
	if err := readOne(s, maxPullFrame, &ask); err != nil {
		return err
	}
	if err := ask.Check(); err != nil {
		return err
	}
	b.mu.Lock()
	doc := b.shown[ask.ID]
	b.mu.Unlock()
	if doc == nil {
		return sendFrame(s, wire.DocAnswer{Refused: "that document is not shown here"})
	}
	st := doc.doc.step(Version{Epoch: ask.Epoch, Version: int(ask.Version)}, MaxChange, true)
	a := wire.DocAnswer{Epoch: st.now.Epoch, From: ask.Version, Updates: toWire(st.updates), Snapshot: st.snapshot.wire(), Caret: st.caret.wire()}
	if err := sendFrame(s, a); err != nil {
		return fmt.Errorf("answering: %w", err)
	}
	return nil
}
