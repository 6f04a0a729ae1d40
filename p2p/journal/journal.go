// Package journal keeps what must last in a room: facts, in one signed log for each author, and copies every log to
// every machine.
//
// A fact is a small signed header and a body. Headers of one author are numbered and chained by hash, so a log can be
// continued by nobody else, a hole in it is seen as a hole, and two versions of it cannot both be true. A fact for an
// audience shows the room its header only; its readers answer with a signed [Receipt].
//
// # Use
//
// [Open] a journal over a [Storage] and, if there is one, a network. [Journal.Append] makes a fact: it is durable when
// Append returns, and it works just as well offline. Hand every message of wire.TopicFacts to [Journal.HandlePubsub]
// and every stream of wire.ProtoJournal to [Journal.HandleStream]. Call [Journal.Sync] with the host whenever the link
// has come up, put [Journal.Digest] into the host's beat and give what others hear of it to [Journal.SawDigest]. The
// facts, own and others', come out of Config.OnFacts. [Each] reads the room from storage when the program starts.
//
// # What it promises
//
//   - A fact is durable before it is handed to OnFacts, and handed to OnFacts before it is sent.
//   - Facts of one author are handed out in the order of Seq, without gaps. A private fact of which we are a reader may
//     come twice: first with a nil body, when its header went ahead, then with it.
//   - Nothing is accepted that was not signed by its author, does not continue the author's log, or comes from someone
//     who may not speak in the room.
//   - A log that its author has continued in two ways, as happens when a machine's data are restored from a copy, or
//     copied to a second machine, is forked. Both branches are kept, given to everyone and told to Config.OnFork, so that
//     nothing that was said is lost and all end up with the same; more than MaxBranches are refused. The author's own
//     machine gets back what it has lost from any other, and goes on from the longest branch.
//   - Pubsub is only a hint: what it loses, reorders or repeats is put right by the next sync, and a sync is asked for
//     when a gap shows or when the host's digest goes on differing from ours.
//   - Memory is bounded, whatever others send; no other machine can make it panic or stop.
package journal

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Net is what the journal needs of a link.
type Net interface {
	Publish(topic string, data []byte) error
	Open(ctx context.Context, to peer.ID, proto string) (network.Stream, error)
	HostID() peer.ID
	Self() peer.ID
}

// Config says what a journal works with. Room, Device, Storage and Member are needed.
type Config struct {
	Room    string
	Device  *identity.Device
	Storage Storage
	Net     Net // nil: this machine alone

	// Member tells whether facts of this author belong into the room. It should stay true for somebody removed later:
	// what was said before still stands, and what was said after is for the reader of the facts to judge. It is asked
	// again after the facts that came before have been handed to OnFacts.
	Member func(peer.ID) bool
	// Seat gives the keys, besides its own, that p speaks for: a student who goes on on another machine has another key.
	// Their private facts are p's to read, and theirs to hand over and to have receipts for. nil: none.
	Seat func(p peer.ID) []peer.ID
	// OnFacts is handed facts, own and others', once they are durable; always from the same goroutine. It must not
	// call Append, or wait for a lock that somebody holds who is in Append, for Append waits for it.
	OnFacts func([]Fact)
	// OnReceipt is told of a new, verified receipt for a fact of our own, when it is durable. It may be called from
	// several goroutines.
	OnReceipt func(Receipt)
	// OnFork is told of an author who has signed two versions of one log. Called from the goroutine of OnFacts.
	OnFork func(Fork)

	// Metered tells of which authors only so much is taken in some time, see the constants of limits.go: on the machine
	// that hosts a room, of those who do not teach. What it does not take nobody gets, for the others have it from there.
	// nil: of none.
	Metered func(peer.ID) bool
	// OnOverdone is told of a machine that sent so much that a sync with it was ended. It may be called from several
	// goroutines.
	OnOverdone func(peer.ID)

	// Cooldown is the least time between two syncs of which the first changed nothing, when they were asked for by
	// pubsub or by the beat; it doubles up to 32 times. 0 means 250 ms.
	Cooldown time.Duration
	Log      *slog.Logger // nil: no log
}

// Fork is the proof that an author has signed two versions of one entry of a log.
type Fork struct {
	Author  peer.ID
	Seq     uint64
	Known   [32]byte // hash of an entry held at Seq
	Other   Fact     // the one that came after it
	Refused bool     // Other was not kept: there were MaxBranches already
}

// MaxBranches is how many branches of one forked log are kept.
const MaxBranches = wire.MaxBranches

// ErrClosed is returned by a journal that has been closed.
var ErrClosed = errors.New("the journal is closed")

// maxLost bounds how many missing bodies are remembered.
const maxLost = 8 * wire.MaxMissing

const defaultCooldown = 250 * time.Millisecond

// Journal is one room's logs on this machine. Its methods may be called from several goroutines.
type Journal struct {
	cfg    Config
	self   peer.ID
	log    *slog.Logger
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	jobs    chan *job         // to the one goroutine that writes
	closing chan struct{}     // closed by Close
	written chan struct{}     // closed when that goroutine has written its last
	outbox  chan Fact         // own facts to broadcast, in order
	forks   map[[32]byte]bool // of the writing goroutine: refused branches that have been told of
	told    map[peer.ID]*told // of the writing goroutine: what metered authors have added

	mu     sync.Mutex
	closed bool
	tips   map[peer.ID][]Head // of each log, the longest branch first
	lost   map[[32]byte]bool  // private facts that are ours to read, and whose bodies somebody else than their author must bring
	clock  uint64             // greatest Lamport time seen
	digest *[32]byte          // of tips; nil when they have changed
	runs   map[peer.ID]*syncRuns
	serves map[peer.ID]*serving
	nudges map[peer.ID]*nudged
	dealt  map[peer.ID]*dealings
	beat   beatState
}

// Open loads the tips of the room's logs and starts the journal.
func Open(ctx context.Context, cfg Config) (*Journal, error) {
	if !wire.ValidRoomID(cfg.Room) || cfg.Device == nil || cfg.Storage == nil || cfg.Member == nil {
		return nil, errors.New("opening a journal: a room, a device, a storage and a member test are needed")
	}
	tips, err := cfg.Storage.Tips(ctx, cfg.Room)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	if tips == nil {
		tips = make(map[peer.ID][]Head)
	}
	bodiless, err := cfg.Storage.Bodiless(ctx, cfg.Room, cfg.Device.ID())
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	lost := make(map[[32]byte]bool)
	for _, hash := range bodiless {
		lost[hash] = true
	}
	if cfg.Seat == nil {
		cfg.Seat = func(peer.ID) []peer.ID { return nil }
	}
	if cfg.Cooldown <= 0 {
		cfg.Cooldown = defaultCooldown
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	j := &Journal{
		cfg: cfg, self: cfg.Device.ID(), log: cfg.Log,
		jobs: make(chan *job, maxQueued), closing: make(chan struct{}), written: make(chan struct{}),
		forks: make(map[[32]byte]bool), outbox: make(chan Fact, maxQueued),
		tips: tips, lost: lost, runs: make(map[peer.ID]*syncRuns), serves: make(map[peer.ID]*serving), nudges: make(map[peer.ID]*nudged),
		dealt: make(map[peer.ID]*dealings), told: make(map[peer.ID]*told),
	}
	for _, branches := range tips {
		slices.SortFunc(branches, longest)
		for _, h := range branches {
			j.clock = max(j.clock, h.Lamport)
		}
	}
	j.ctx, j.cancel = context.WithCancel(context.WithoutCancel(ctx))
	j.tasks.Go(j.findLost)
	j.tasks.Go(j.write)
	j.tasks.Go(j.broadcast)
	return j, nil
}

// findLost looks for private facts of others that are ours to read and came without their bodies before this start.
func (j *Journal) findLost() {
	for author := range j.allTips() {
		if author == j.self || j.source(author) == author {
			continue
		}
		bodiless, err := j.cfg.Storage.Bodiless(j.ctx, j.cfg.Room, author)
		if err != nil {
			j.log.Warn("looking for facts without their bodies", "err", err)
			return
		}
		for _, hash := range bodiless {
			f, ok, err := j.cfg.Storage.Find(j.ctx, j.cfg.Room, hash)
			if err != nil {
				return // the journal is being closed, or the disk does not answer: there is a next start
			}
			if ok && f.Body == nil && j.mine(f) {
				j.miss(hash)
			}
		}
	}
}

// miss notes that a body is missing. What is more than can be kept is found at the next start.
func (j *Journal) miss(hash [32]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.lost) < maxLost {
		j.lost[hash] = true
	}
}

// Append makes a fact of this device's log and returns when it is durable and has been handed to OnFacts; it is then
// broadcast if there is a link. An empty audience means the room. The device itself is taken out of the audience, for
// an author can always read; an audience of nobody else is an error. If ctx ends first the fact may still be made.
func (j *Journal) Append(ctx context.Context, kind string, audience []peer.ID, body []byte) (Fact, error) {
	d, err := j.newDraft(kind, audience, body)
	if err != nil {
		return Fact{}, fmt.Errorf("writing into the journal: %w", err)
	}
	out, err := j.do(ctx, &job{draft: d})
	if err != nil {
		return Fact{}, fmt.Errorf("writing into the journal: %w", err)
	}
	return out.made, nil
}

// draft is a fact of our own whose place in the log is not known yet.
type draft struct {
	kind     string
	audience []peer.ID
	body     []byte
}

func (j *Journal) newDraft(kind string, audience []peer.ID, body []byte) (*draft, error) {
	readers := slices.DeleteFunc(slices.Clone(audience), func(p peer.ID) bool { return p == j.self })
	slices.Sort(readers)
	readers = slices.Compact(readers)
	if len(audience) > 0 && len(readers) == 0 {
		return nil, fmt.Errorf("%w: nobody but its author may read it", wire.ErrFact)
	}
	if !wire.ValidKind(kind) {
		return nil, fmt.Errorf("%w: its kind is not usable", wire.ErrFact)
	}
	return &draft{kind: kind, audience: readers, body: slices.Clone(body)}, nil
}

// Heads is how far each log is held; of a forked one, its longest branch.
func (j *Journal) Heads() map[peer.ID]Head {
	j.mu.Lock()
	defer j.mu.Unlock()
	heads := make(map[peer.ID]Head, len(j.tips))
	for author, branches := range j.tips {
		heads[author] = branches[0]
	}
	return heads
}

// Forked lists the authors whose logs have more than one branch.
func (j *Journal) Forked() []peer.ID {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []peer.ID
	for author, branches := range j.tips {
		if len(branches) > 1 {
			out = append(out, author)
		}
	}
	slices.Sort(out)
	return out
}

// speaks tells whether p may do what author may with author's facts.
func (j *Journal) speaks(p, author peer.ID) bool {
	return p == author || slices.Contains(j.cfg.Seat(p), author)
}

// readable tells whether p may have the body of f.
func (j *Journal) readable(f Fact, p peer.ID) bool {
	return f.ReadableBy(p) || slices.ContainsFunc(j.cfg.Seat(p), f.ReadableBy)
}

// allTips is how far each branch of each log is held. The lists must not be changed.
func (j *Journal) allTips() map[peer.ID][]Head {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.tips)
}

// longest orders the branches of a log alike on every machine.
func longest(a, b Head) int {
	return cmp.Or(cmp.Compare(b.Seq, a.Seq), bytes.Compare(a.Hash[:], b.Hash[:]))
}

// Digest is 32 bytes that are equal on two machines exactly when both hold the same logs equally far.
func (j *Journal) Digest() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.digest == nil {
		sum := digest(j.tips)
		j.digest = &sum
	}
	return slices.Clone(j.digest[:])
}

func digest(tips map[peer.ID][]Head) [32]byte {
	h := sha256.New()
	for _, author := range slices.Sorted(maps.Keys(tips)) {
		for _, tip := range tips[author] {
			var n [16]byte
			binary.BigEndian.PutUint64(n[:8], uint64(len(author)))
			binary.BigEndian.PutUint64(n[8:], tip.Seq)
			h.Write(n[:])
			h.Write([]byte(author))
			h.Write(tip.Hash[:])
		}
	}
	return [32]byte(h.Sum(nil))
}

// Close ends all syncs, waits until what was handed to Append is durable, and stops. The storage stays open.
func (j *Journal) Close() error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	close(j.closing)
	j.mu.Unlock()
	j.cancel()
	j.tasks.Wait()
	return nil
}
