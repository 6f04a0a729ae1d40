package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"thirdspace/p2p/wire"
)

// MirrorSenderConfig says what a mirror sender works with. Store and Net are needed.
type MirrorSenderConfig struct {
	Store *Store
	Net   Net
	Every time.Duration // the least time between two messages; 0 means 100 ms
	Retry time.Duration // the wait after a stream that broke while the link was up; 0 means 1 s
	Log   *slog.Logger  // nil: no log
}

const (
	mirrorEvery = 100 * time.Millisecond
	mirrorRetry = time.Second
	ackTimeout  = 30 * time.Second
	// maxStuck is how many acks in a row may bring a document no further; then it is sent whole, and then no more.
	maxStuck = 4
)

// MirrorSender brings documents of this machine to the host as they are typed, over one stream (wire.ProtoMirror).
// Where the stream breaks it goes on, on the next, from what the host has. Typing never waits for it.
type MirrorSender struct {
	cfg    MirrorSenderConfig
	log    *slog.Logger
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	forget func()
	wake   chan struct{} // a document has changed
	up     chan struct{} // the link has come up

	mu     sync.Mutex
	closed bool
	docs   []*Authority
}

// NewMirrorSender starts a sender, which does nothing until it is told that the link is up.
func NewMirrorSender(cfg MirrorSenderConfig) (*MirrorSender, error) {
	if cfg.Store == nil || cfg.Net == nil {
		return nil, errors.New("mirroring documents: documents and a network are needed")
	}
	if cfg.Every <= 0 {
		cfg.Every = mirrorEvery
	}
	if cfg.Retry <= 0 {
		cfg.Retry = mirrorRetry
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	m := &MirrorSender{cfg: cfg, log: cfg.Log, wake: make(chan struct{}, 1), up: make(chan struct{}, 1)}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	m.forget = cfg.Store.Subscribe(func(c Change) {
		if c.Owner == cfg.Store.cfg.Self {
			signal(m.wake)
		}
	})
	m.tasks.Go(m.run)
	return m, nil
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Add has a document mirrored from now on.
func (m *MirrorSender) Add(a *Authority) {
	m.mu.Lock()
	m.docs = append(m.docs, a)
	m.mu.Unlock()
	signal(m.wake)
}

// Up says that the host can be reached, or can be reached again. It may be called as often as one likes.
func (m *MirrorSender) Up() { signal(m.up) }

// Close stops sending and waits until it has stopped.
func (m *MirrorSender) Close() error {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return nil
	}
	m.closed = true
	m.mu.Unlock()
	m.forget()
	m.cancel()
	m.tasks.Wait()
	return nil
}

// run opens one stream after another.
func (m *MirrorSender) run() {
	select {
	case <-m.up:
	case <-m.ctx.Done():
		return
	}
	for m.ctx.Err() == nil {
		err := m.session()
		if m.ctx.Err() != nil {
			return
		}
		m.log.Debug("the mirror was interrupted", "err", err)
		t := time.NewTimer(m.cfg.Retry)
		select {
		case <-m.up:
		case <-t.C:
		case <-m.ctx.Done():
		}
		t.Stop()
	}
}

// mirrored is one document on one stream.
type mirrored struct {
	doc     *Authority
	have    Version // what the host has, as far as told
	asked   bool    // the host has told
	sent    Version // in the message it has not answered
	waiting bool
	since   time.Time // when it began to wait
	caret   *Caret    // last sent
	stuck   int
	refused bool
}

// session sends over one stream until it breaks.
func (m *MirrorSender) session() error {
	open, cancelOpen := context.WithTimeout(m.ctx, frameTimeout)
	s, err := m.cfg.Net.Open(open, m.cfg.Net.HostID(), wire.ProtoMirror)
	cancelOpen()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(m.ctx)
	acks := make(chan wire.MirrorAck)
	done := make(chan struct{})
	go func() {
		defer close(done)
		cancel(readAcks(ctx, s, acks))
	}()
	err = m.send(ctx, s, acks)
	cancel(err)
	s.Reset()
	<-done
	return errors.Join(err, context.Cause(ctx))
}

var errNoAnswer = errors.New("the host does not answer")

func readAcks(ctx context.Context, s network.Stream, acks chan<- wire.MirrorAck) error {
	r := bufio.NewReader(s)
	for {
		var a wire.MirrorAck
		if err := wire.ReadFrame(r, maxAckFrame, &a); err != nil {
			return fmt.Errorf("the mirror's stream: %w", err)
		}
		if err := a.Check(); err != nil {
			return err
		}
		select {
		case acks <- a:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

const maxAckFrame = 2 << 10

func (m *MirrorSender) send(ctx context.Context, s network.Stream, acks <-chan wire.MirrorAck) error {
	docs := make(map[string]*mirrored)
	for {
		waiting, err := m.sendAll(s, docs)
		if err != nil {
			return err
		}
		if err := m.await(ctx, waiting, acks, docs); err != nil {
			return err
		}
		if !pause(ctx, m.cfg.Every) {
			return ctx.Err()
		}
	}
}

// await takes answers until there is a reason to send again.
func (m *MirrorSender) await(ctx context.Context, waiting bool, acks <-chan wire.MirrorAck, docs map[string]*mirrored) error {
	var late <-chan time.Time
	if waiting {
		t := time.NewTimer(ackTimeout)
		defer t.Stop()
		late = t.C
	}
	select {
	case a := <-acks:
		m.take(a, docs)
		signal(m.wake) // there may be more to send of it
		return nil
	case <-m.wake:
		// A change may have come while an answer is outstanding: both are looked at before the next round.
		select {
		case a := <-acks:
			m.take(a, docs)
		default:
		}
		return nil
	case <-late:
		return errNoAnswer
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sendAll sends the next message about each document of which none is unanswered.
func (m *MirrorSender) sendAll(s network.Stream, docs map[string]*mirrored) (waiting bool, err error) {
	m.mu.Lock()
	all := m.docs
	m.mu.Unlock()
	for _, a := range all {
		d := docs[a.id]
		if d == nil {
			d = &mirrored{doc: a}
			docs[a.id] = d
		}
		switch {
		case d.waiting && time.Since(d.since) > ackTimeout:
			return false, errNoAnswer
		case !d.waiting && !d.refused:
			d.since = time.Now()
			if err := d.send(s); err != nil {
				return false, err
			}
		}
		waiting = waiting || d.waiting
	}
	return waiting, nil
}

func (d *mirrored) send(s network.Stream) error {
	if !d.asked {
		now := d.doc.Version()
		d.waiting, d.sent = true, Version{}
		return sendFrame(s, wire.MirrorUpdate{ID: d.doc.id, Epoch: now.Epoch, From: uint64(now.Version)})
	}
	have := d.have
	if d.stuck >= maxStuck/2 {
		have = Version{}
	}
	st := d.doc.step(have, MaxChange, true)
	if st.now == d.have && same(st.caret, d.caret) {
		return nil
	}
	d.waiting, d.sent, d.caret = true, st.now, st.caret
	return sendFrame(s, wire.MirrorUpdate{
		ID: d.doc.id, Epoch: st.now.Epoch, From: uint64(st.now.Version - len(st.updates)),
		Updates: toWire(st.updates), Snapshot: st.snapshot.wire(), Caret: st.caret.wire(),
	})
}

func (m *MirrorSender) take(a wire.MirrorAck, docs map[string]*mirrored) {
	d := docs[a.ID]
	if d == nil || !d.waiting {
		return
	}
	d.waiting = false
	before := d.have
	d.have = Version{Epoch: a.Epoch, Version: int(a.Version)}
	switch {
	case a.Refused != "":
		d.refused = true
	case !d.asked || d.have == d.sent || d.have != before:
		d.asked, d.stuck = true, 0
	default:
		d.stuck++
		d.refused = d.stuck >= maxStuck
	}
	if d.refused {
		m.log.Warn("the host does not take a document", "document", a.ID, "why", a.Refused)
	}
}
