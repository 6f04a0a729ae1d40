package session

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/store"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
	"thirdspace/p2p/wire"
)

// Session is one room on this machine, hosted or joined. Its methods may be called from any goroutine.
type Session struct {
	m      *Manager
	log    *slog.Logger
	store  *store.Store
	device *identity.Device
	host   peer.ID
	hosted bool
	gate   *gate // on the host

	link      *link.Session
	journal   *journal.Journal
	docs      *documents
	announcer *discover.Announcer // the host's; nil where no network could be used
	clock     clock
	delivered atomic.Uint64 // the host holds this machine's log up to here

	issuing      sync.Mutex  // held while a card is issued, so that nobody gets two
	askedForCard atomic.Bool // and nothing has come of it yet

	otherVersions strangers // that were turned away; on the host
	unruly        unruly    // on the host

	mark func() ticket.Host // of this machine, computed when it is first asked for

	ctx        context.Context // ends with the session
	end        context.CancelFunc
	background sync.WaitGroup

	mu        sync.RWMutex
	room      store.Room
	state     *class.State
	origin    peer.ID                      // the key that opened the room
	moves     []identity.Vouch             // by which it has come from there to host
	receipts  map[[32]byte]journal.Receipt // of this machine's private facts
	linkState link.State
	beat      wire.Beat // the last one heard, on a student's machine
}

// newSession makes a session out of what the disk knows of a room.
func newSession(ctx context.Context, m *Manager, r store.Room) (*Session, error) {
	s := &Session{
		m: m, log: m.cfg.Log.With("room", r.ID), store: m.cfg.Store, device: m.cfg.Device, host: r.Host, hosted: r.Hosted, origin: originOf(r),
		room: r, state: class.New(r.ID, originOf(r)), receipts: map[[32]byte]journal.Receipt{},
		mark: sync.OnceValue(func() ticket.Host { return ticket.Of(r.Host) }),
	}
	var err error
	if s.moves, err = movesOf(r); err != nil {
		return nil, err
	}
	s.ctx, s.end = context.WithCancel(context.Background())
	err = journal.Each(ctx, m.cfg.Store, r.ID, func(facts []journal.Fact) error {
		s.state.Apply(facts...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	receipts, err := m.cfg.Store.AllReceipts(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, receipt := range receipts {
		s.receipts[receipt.Fact] = receipt
	}
	return s, nil
}

// openJournal opens the room's journal over the link, and lets it hear the room.
func (s *Session) openJournal(ctx context.Context) error {
	j, err := journal.Open(ctx, journal.Config{
		Room: s.Room(), Device: s.device, Storage: s.store, Net: s.link, Member: s.everMember, Seat: s.seat,
		OnFacts: s.takeFacts, OnReceipt: s.takeReceipt,
		OnFork: func(f journal.Fork) {
			s.log.Warn("two versions of one log: its key is used on two machines", "author", f.Author, "seq", f.Seq)
			s.m.changed()
		},
		Metered: s.metered, OnOverdone: s.isUnruly,
		Log: s.log,
	})
	if err != nil {
		return err
	}
	s.journal = j
	s.link.Handle(wire.ProtoJournal, j.HandleStream)
	s.link.Subscribe(wire.TopicFacts, j.HandlePubsub)
	return nil
}

// takeFacts is where the facts come out of the journal.
func (s *Session) takeFacts(facts []journal.Fact) {
	s.mu.Lock()
	changes := s.state.Apply(facts...)
	s.mu.Unlock()
	s.m.each(func(e Events) {
		if e.Facts != nil {
			e.Facts(changes)
		}
	})
	s.membersChanged(changes.Members)
	s.asked(changes.Asked)
	if changes.Seat {
		s.askedForCard.Store(false)
		if err := s.takeKept(); err != nil {
			s.log.Warn("the text of this seat's code is not taken", "error", err)
		}
	}
	if changes.Info || changes.Host || changes.Seat || len(changes.Members) > 0 {
		s.reviewLookers()
		s.m.changed()
	}
}

func (s *Session) takeReceipt(r journal.Receipt) {
	s.mu.Lock()
	s.receipts[r.Fact] = r
	s.mu.Unlock()
	s.m.each(func(e Events) {
		if e.Receipt != nil {
			e.Receipt(r)
		}
	})
}

// State states a fact: body is checked, signed and on the disk when State returns, and what it means is in the
// session's state. It goes to the room, or to its audience, at once or when the link is back. It returns the fact's id.
func (s *Session) State(ctx context.Context, kind string, audience []peer.ID, b class.Body) (string, error) {
	raw, err := class.Encode(b)
	if err != nil {
		return "", err
	}
	f, err := s.journal.Append(ctx, kind, audience, raw)
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(f.Hash[:]), nil
}

// Room is the room's id.
func (s *Session) Room() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.room.ID
}

// Title is what the room is called.
func (s *Session) Title() string { return s.Settings().Title }

// Settings is what this machine remembers of the room.
func (s *Session) Settings() store.Room {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r := s.room
	if info := s.state.Info(); info.Title != "" {
		r.Title, r.Course, r.Teacher = info.Title, info.Course, info.Teacher
	}
	return r
}

// remember changes what the disk knows of the room.
func (s *Session) remember(ctx context.Context, change func(*store.Room)) error {
	s.mu.Lock()
	change(&s.room)
	r := s.room
	s.mu.Unlock()
	return s.store.PutRoom(ctx, r)
}

// Self is this machine, Host the room's host.
func (s *Session) Self() peer.ID { return s.device.ID() }

// Host is the room's host.
func (s *Session) Host() peer.ID { return s.host }

// Hosted tells whether this machine is the host.
func (s *Session) Hosted() bool { return s.hosted }

// Now is the room's clock, Unix ms.
func (s *Session) Now() int64 { return s.clock.now() }

// Teachers are those who may read what is handed in: the host and the co-teachers.
func (s *Session) Teachers() []peer.ID {
	teachers := []peer.ID{s.host}
	for _, m := range s.Members() {
		if m.Role == identity.RoleCoTeacher && !m.Removed && len(teachers) < wire.MaxAudience {
			teachers = append(teachers, m.Peer)
		}
	}
	return teachers
}

// Link is how it stands with the host.
func (s *Session) Link() link.State {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.linkState
}

// PresentMembers are those who are here: by the link on the host, by the host's word elsewhere. This machine's own
// person always is.
func (s *Session) PresentMembers() map[peer.ID]bool {
	here := map[peer.ID]bool{s.Self(): true}
	if s.hosted {
		for _, p := range s.link.Present() {
			here[p] = true
		}
		return here
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.linkState.Phase != link.PhaseHere {
		return here
	}
	for _, m := range s.state.Members() {
		if s.beat.IsPresent(m.Number) {
			here[m.Peer] = true
		}
	}
	return here
}

// Addresses are where the room can be joined by address, on its host, those first that most likely work. On no network
// they are those of the machine itself.
func (s *Session) Addresses() []netip.AddrPort {
	var all []netip.AddrPort
	for _, a := range discover.Addresses() {
		all = append(all, netip.AddrPortFrom(a, uint16(s.link.Port())))
	}
	if len(all) == 0 {
		return s.link.Addrs()
	}
	return all
}

// Port is where the room is served, on its host.
func (s *Session) Port() int { return s.link.Port() }

// Code is the code that leads to the room at an address of its host; "" for an IPv6 address.
func (s *Session) Code(at netip.AddrPort) string {
	code, _ := s.mark().Code(at)
	return code
}

// maxLinkAddresses keep a link, and the QR code that shows it, small.
const maxLinkAddresses = 3

// Way is the ticket of the room, for a link, on its host: without the room code. Addresses lose the name of the cable
// they hold on, which is another on every machine.
func (s *Session) Way() ticket.Ticket {
	t := ticket.Ticket{Host: s.host, Room: s.Room()}
	for _, a := range s.Addresses() {
		if a = netip.AddrPortFrom(a.Addr().WithZone(""), a.Port()); len(t.Addrs) < maxLinkAddresses && !slices.Contains(t.Addrs, a) {
			t.Addrs = append(t.Addrs, a)
		}
	}
	return t
}

// Members lists everyone ever admitted, by number.
func (s *Session) Members() []class.Member { return read(s, (*class.State).Members) }

// Forked tells of whom two versions of what they said have been signed: their machine's data were restored from a copy, or
// are in use on two machines.
func (s *Session) Forked() map[peer.ID]bool {
	forked := map[peer.ID]bool{}
	for _, p := range s.journal.Forked() {
		forked[p] = true
	}
	return forked
}

// Sent lists the code sent to everyone, oldest first.
func (s *Session) Sent() []class.SentCode { return read(s, (*class.State).Sent) }

// Submissions lists the work that was handed in and that this machine may read, oldest first.
func (s *Session) Submissions() []class.Submission { return read(s, (*class.State).Submissions) }

func read[T any](s *Session, f func(*class.State) T) T {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f(s.state)
}

// Submission finds one by its id.
func (s *Session) Submission(id string) (class.Submission, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Submission(id)
}

// Messages gives up to limit messages that end before the index before, and the index of the first.
func (s *Session) Messages(before, limit int) ([]class.Message, int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Messages(before, limit)
}

// Message finds one by its id, newest first.
func (s *Session) Message(id string) (class.Message, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Message(id)
}

// Receipt is the receipt for one of this machine's private facts.
func (s *Session) Receipt(fact [32]byte) (journal.Receipt, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, ok := s.receipts[fact]
	return r, ok
}

// Delivered tells whether the host holds this machine's log up to seq.
func (s *Session) Delivered(seq uint64) bool { return s.hosted || seq <= s.delivered.Load() }

// Name is what a member is called; for someone unknown, a word for that.
func (s *Session) Name(p peer.ID) string {
	if m, ok := s.member(p); ok {
		return m.Name
	}
	return "Someone"
}

func (s *Session) member(p peer.ID) (class.Member, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Member(p)
}

// everMember tells the journal whose logs belong into the room. Someone who was removed stays: what they may still
// say is for the facts to tell.
func (s *Session) everMember(p peer.ID) bool {
	if p == s.host || p == s.Self() || p == s.opened() {
		return true
	}
	_, ok := s.member(p)
	return ok
}

// opened is the key that opened the room.
func (s *Session) opened() peer.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.origin
}

// close ends everything the session started, the way in first.
func (s *Session) close() error {
	var errs []error
	s.end()
	if s.announcer != nil {
		s.announcer.Close()
	}
	if s.gate != nil {
		s.gate.line.close()
	}
	if s.link != nil {
		errs = append(errs, s.link.Close())
	}
	s.background.Wait()
	if s.docs != nil {
		errs = append(errs, s.docs.close())
	}
	if s.journal != nil {
		errs = append(errs, s.journal.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("leaving the room: %w", err)
	}
	return nil
}
