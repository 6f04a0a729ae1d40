package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"

	"thirdspace/p2p/wire"
)

// Limits of what one peer may mirror here.
const (
	maxMirrored      = 16      // documents
	maxMirroredBytes = 2 << 20 // of text in all of them, in UTF-8
	maxMirroredID    = 160     // bytes of a document's name, which here follows the peer's

	// What is over these rates waits on the sender's side. They are a peer's, however many streams it opens.
	mirrorPerSecond, mirrorBurst    = 20, 40            // messages
	mirrorBytes, mirrorBytesBurst   = 32 << 10, 4 << 20 // bytes of texts and changes a second, at once: all is written to the disk
	mirrorStreams, mirrorStreamsMax = 1, 10             // streams a second, at once
)

// ReplicaState is what the host holds of one document of a student.
type ReplicaState struct {
	ID      string // the student's own name of it
	Epoch   string
	Version int
	Text    string
	Caret   *Caret
}

// MirrorReceiverConfig says what a mirror receiver works with. Store is needed.
type MirrorReceiverConfig struct {
	Store *Store
	// OnChange is told of every change of text or caret, in the order of each peer's changes, from a goroutine for
	// each peer. It must not block for long: the peer's stream waits.
	OnChange func(from peer.ID, s ReplicaState)
	Log      *slog.Logger // nil: no log
}

// MirrorReceiver takes students' documents on the host (wire.ProtoMirror). They are kept in the store, so that the last
// known code is there after a restart, with the student or without.
type MirrorReceiver struct {
	cfg MirrorReceiverConfig
	log *slog.Logger

	mu     sync.Mutex
	closed bool
	tasks  sync.WaitGroup
	peers  map[peer.ID]*mirrorPeer
}

// mirrorPeer is one student's documents.
type mirrorPeer struct {
	id     peer.ID
	stream network.Stream // the one being served, or the next; nil: none
	end    func()         // ends the wait of the one being served; with MirrorReceiver.mu
	turn   sync.Mutex     // held while a stream is served

	streams, messages, bytes *rate.Limiter

	mu   sync.Mutex
	docs map[string]*Replica // by the student's own name
}

// OpenMirror makes a receiver with what the store holds of earlier.
func OpenMirror(ctx context.Context, cfg MirrorReceiverConfig) (*MirrorReceiver, error) {
	if cfg.Store == nil {
		return nil, errors.New("taking students' documents: a store is needed")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	m := &MirrorReceiver{cfg: cfg, log: cfg.Log, peers: make(map[peer.ID]*mirrorPeer)}
	refs, err := cfg.Store.Stored(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading students' documents: %w", err)
	}
	for _, ref := range refs {
		if err := m.reopen(ctx, ref); err != nil {
			m.log.Warn("a student's document cannot be read; it will be asked for again", "document", ref.ID, "err", err)
		}
	}
	return m, nil
}

// reopen finds what is stored again. A document of a student is stored as the peer's id, a slash, and its name.
func (m *MirrorReceiver) reopen(ctx context.Context, ref Ref) error {
	id, ok := strings.CutPrefix(ref.ID, ref.Owner+"/")
	owner, err := peer.Decode(ref.Owner)
	if !ok || err != nil || ref.Owner == m.cfg.Store.cfg.Self {
		return nil // not one of these
	}
	_, err = m.peer(owner).open(ctx, m.cfg.Store, id)
	return err
}

func (m *MirrorReceiver) peer(id peer.ID) *mirrorPeer {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.peers[id]
	if p == nil {
		p = &mirrorPeer{
			id: id, docs: make(map[string]*Replica),
			streams: rate.NewLimiter(mirrorStreams, mirrorStreamsMax), messages: rate.NewLimiter(mirrorPerSecond, mirrorBurst),
			bytes: rate.NewLimiter(mirrorBytes, mirrorBytesBurst),
		}
		m.peers[id] = p
	}
	return p
}

// States is all that is held, by peer; of each peer in the order of names.
func (m *MirrorReceiver) States() map[peer.ID][]ReplicaState {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make(map[peer.ID][]ReplicaState, len(m.peers))
	for id, p := range m.peers {
		all[id] = p.states()
	}
	return all
}

func (p *mirrorPeer) states() []ReplicaState {
	p.mu.Lock()
	defer p.mu.Unlock()
	states := make([]ReplicaState, 0, len(p.docs))
	for id, r := range p.docs {
		states = append(states, r.state(id))
	}
	slices.SortFunc(states, func(a, b ReplicaState) int { return strings.Compare(a.ID, b.ID) })
	return states
}

func (r *Replica) state(id string) ReplicaState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := ReplicaState{ID: id, Epoch: r.epoch, Version: r.version, Text: r.text.String()}
	if r.caret != nil {
		c := r.caret.clamp(r.text.len())
		s.Caret = &c
	}
	return s
}

// HandleStream takes one peer's documents until the stream ends. A newer stream of the same peer ends an older one,
// which may hang on a dead connection.
func (m *MirrorReceiver) HandleStream(ctx context.Context, from peer.ID, s network.Stream) {
	p := m.peer(from)
	if !m.enter(p, s) {
		s.Reset()
		return
	}
	defer m.tasks.Done()
	p.turn.Lock()
	defer p.turn.Unlock()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	err := m.serve(ctx, p, s)
	if errors.Is(err, io.EOF) {
		s.Close()
		return
	}
	s.Reset()
	m.log.Debug("a mirror ended", "from", from, "err", err)
}

func (m *MirrorReceiver) enter(p *mirrorPeer, s network.Stream) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	p.hangUp()
	p.stream = s
	m.tasks.Add(1)
	return true
}

// hangUp ends what is being served. Called with MirrorReceiver.mu held.
func (p *mirrorPeer) hangUp() {
	if p.stream != nil {
		p.stream.Reset()
	}
	if p.end != nil {
		p.end()
	}
}

// onNewer has end called when a newer stream of the peer comes, or the receiver is closed; at once if that is so already.
func (m *MirrorReceiver) onNewer(p *mirrorPeer, s network.Stream, end func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.end = end
	if m.closed || p.stream != s {
		end()
	}
}

// Close ends all streams and waits until they have ended. The store stays open.
func (m *MirrorReceiver) Close() error {
	m.mu.Lock()
	m.closed = true
	for _, p := range m.peers {
		p.hangUp()
	}
	m.mu.Unlock()
	m.tasks.Wait()
	return nil
}

func (m *MirrorReceiver) serve(ctx context.Context, p *mirrorPeer, s network.Stream) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m.onNewer(p, s, cancel)
	if err := p.streams.Wait(ctx); err != nil {
		return err
	}
	r := bufio.NewReader(s)
	for {
		if err := p.messages.Wait(ctx); err != nil {
			return err
		}
		var u wire.MirrorUpdate
		if err := wire.ReadFrame(r, wire.MaxDocFrame, &u); err != nil {
			return err
		}
		if err := u.Check(); err != nil {
			return err
		}
		if err := p.bytes.WaitN(ctx, min(mirrorSize(u), mirrorBytesBurst)); err != nil {
			return err
		}
		ack, changed := m.take(ctx, p, u)
		if changed != nil && m.cfg.OnChange != nil {
			m.cfg.OnChange(p.id, changed.state(u.ID))
		}
		if err := sendFrame(s, ack); err != nil {
			return err
		}
	}
}

// mirrorSize is how much of a message is kept.
func mirrorSize(u wire.MirrorUpdate) int {
	n := sizeOf(fromWire(u.Updates))
	if u.Snapshot != nil {
		n += len(u.Snapshot.Text)
	}
	return n
}

// take applies one message. It gives the answer, and the document if it has changed.
func (m *MirrorReceiver) take(ctx context.Context, p *mirrorPeer, u wire.MirrorUpdate) (wire.MirrorAck, *Replica) {
	r, err := p.open(ctx, m.cfg.Store, u.ID)
	if err == nil {
		err = p.room(r, u)
	}
	if err != nil {
		m.log.Warn("a document was not taken", "from", p.id, "document", u.ID, "err", err)
		return wire.MirrorAck{ID: u.ID, Refused: refusal(err)}, nil
	}
	before, caret := r.Version(), r.caretNow()
	if err := r.takeMirror(u); err != nil {
		m.log.Warn("a change was not taken", "from", p.id, "document", u.ID, "err", err)
		return wire.MirrorAck{ID: u.ID}, nil // nothing is held that it could continue: the text itself will come
	}
	now := r.Version()
	ack := wire.MirrorAck{ID: u.ID, Epoch: now.Epoch, Version: uint64(now.Version)}
	if now == before && same(caret, r.caretNow()) {
		return ack, nil
	}
	return ack, r
}

// refusal is a reason fit to be sent.
func refusal(err error) string {
	const most = 200
	s := strings.ToValidUTF8(err.Error(), "")
	return strings.ToValidUTF8(s[:min(len(s), most)], "")
}

func (r *Replica) caretNow() *Caret {
	c, ok := r.Caret()
	if !ok {
		return nil
	}
	return &c
}

func (r *Replica) takeMirror(u wire.MirrorUpdate) error {
	end := Version{Epoch: u.Epoch, Version: int(u.From) + len(u.Updates)}
	if u.Snapshot != nil {
		end = Version{Epoch: u.Snapshot.Epoch, Version: int(u.Snapshot.Version)}
		if err := r.Reset(snapshotFrom(u.Snapshot)); err != nil {
			return err
		}
	} else if err := r.Apply(u.Epoch, int(u.From), fromWire(u.Updates)); errors.Is(err, ErrChange) {
		return err
	} // a gap or another epoch shows in the answer
	if u.Caret != nil && r.Version() == end {
		r.SetCaret(*caretFrom(u.Caret))
	}
	return nil
}

// open finds a document of the peer, or begins it.
func (p *mirrorPeer) open(ctx context.Context, s *Store, id string) (*Replica, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.docs[id]; r != nil {
		return r, nil
	}
	if len(id) > maxMirroredID {
		return nil, errors.New("its name is too long")
	}
	if len(p.docs) >= maxMirrored {
		return nil, fmt.Errorf("%d documents are being followed already", len(p.docs))
	}
	owner := p.id.String()
	r, err := s.Follow(ctx, owner+"/"+id, owner)
	if err != nil {
		return nil, err
	}
	p.docs[id] = r
	return r, nil
}

// room tells whether the peer may have so much more text here.
func (p *mirrorPeer) room(r *Replica, u wire.MirrorUpdate) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := 0
	for _, other := range p.docs {
		if other != r || u.Snapshot == nil {
			size += other.Size()
		}
	}
	if u.Snapshot != nil {
		size += len(u.Snapshot.Text)
	}
	for _, up := range u.Updates {
		size += len(up.Changes)
	}
	if size > maxMirroredBytes {
		return fmt.Errorf("its documents would have more than %d bytes", maxMirroredBytes)
	}
	return nil
}
