package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
	"thirdspace/p2p/wire"
)

// JoinOptions say which room a student joins: one that was found or is known (Room and Host), or the one that Ticket
// leads to.
type JoinOptions struct {
	Room   string
	Host   peer.ID
	Ticket string // an address, a code or a link, see package ticket
	Name   string
	Code   string
	Card   string // the words of a card, which claims a seat; Name and Code are not used then
}

// Join enters a room and leaves the one this machine is in. It returns when the host has admitted this machine, or
// said why not. A room joined before and not reachable now is entered all the same: everything that was there is on
// this machine, and the link comes back by itself.
func (m *Manager) Join(ctx context.Context, o JoinOptions) (*Session, error) {
	ctx, end := m.beginJoin(ctx)
	defer end()
	s, err := m.join(ctx, o)
	err = whyEnded(ctx, err)
	if err != nil {
		m.cfg.Log.Warn("the room was not joined", "room", o.Room, "error", err)
	}
	return s, err
}

func (m *Manager) join(ctx context.Context, o JoinOptions) (*Session, error) {
	o, err := m.withCard(o)
	if err != nil {
		return nil, err
	}
	r, way, err := m.roomToJoin(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := m.leave(ctx); err != nil {
		return nil, err
	}
	if r.ID == "" {
		if r, err = m.follow(ctx, way, r); err != nil {
			return nil, err
		}
	}
	return m.enter(ctx, r, o.Card, true)
}

// roomToJoin finds what is known of the room that o means; if all it has is a ticket, that is read.
func (m *Manager) roomToJoin(ctx context.Context, o JoinOptions) (store.Room, ticket.Ticket, error) {
	name, err := wire.CleanName(o.Name, wire.MaxName)
	if err != nil && o.Card == "" {
		return store.Room{}, ticket.Ticket{}, badName("Say what you want to be called, in at most 40 plain characters.", err)
	}
	r := store.Room{ID: o.Room, Host: o.Host, Name: name, Code: o.Code}
	if o.Room == "" {
		way, err := ticket.Read(o.Ticket)
		if err != nil {
			return store.Room{}, ticket.Ticket{}, err
		}
		if way, err = way.Near(); err != nil {
			return store.Room{}, ticket.Ticket{}, err
		}
		r.Code = cmp.Or(r.Code, way.Code)
		way.Addrs, err = onCable(way.Addrs)
		return r, way, err
	}
	r, err = m.withWhatIsKnown(ctx, r)
	return r, ticket.Ticket{}, err
}

// withWhatIsKnown adds what the disk and the network know of the room r, and refuses one that passes itself off as a
// known one: the same id or the same name under another key. A known room that has moved to another key is followed
// there, if the right ones vouch for it; at is where to ask, or nothing for where it is announced.
func (m *Manager) withWhatIsKnown(ctx context.Context, r store.Room, at ...netip.AddrPort) (store.Room, error) {
	open := false // announced as a room without a code: one remembered of it would be refused
	for _, f := range m.Finder.Found() {
		if f.Room == r.ID && f.Host == r.Host {
			r.Title, r.Course, r.Teacher, open = f.Title, f.Course, f.Teacher, !f.Locked
		}
	}
	rooms, err := m.cfg.Store.Rooms(ctx)
	if err != nil {
		return r, err
	}
	for i, old := range rooms {
		if old.ID == r.ID && r.Host != "" && old.Host != r.Host {
			if rooms[i], err = m.followMove(ctx, old, r.Host, at); err != nil {
				return r, err
			}
		}
	}
	if old, ok := Conflict(rooms, r.ID, r.Host, r.Title, r.Teacher); ok {
		return r, conflict(old)
	}
	for _, old := range rooms {
		if old.ID != r.ID {
			continue
		}
		r.Origin, r.Moves, r.Used = old.Origin, old.Moves, old.Used
		if r.Host == "" {
			r.Host = old.Host
		}
		if r.Code == "" && !open {
			r.Code = old.Code
		}
		if old.Name == r.Name {
			r.Certificate = old.Certificate
		}
		if r.Title == "" {
			r.Title, r.Course, r.Teacher = old.Title, old.Course, old.Teacher
		}
		r.Addresses = old.Addresses
	}
	return r, nil
}

// Conflict finds the known room that a room with this id, host and name passes itself off as, if there is one.
func Conflict(known []store.Room, id string, host peer.ID, title, teacher string) (store.Room, bool) {
	for _, old := range known {
		if old.Host == host || host == "" {
			continue
		}
		if old.ID == id || title != "" && sameName(old.Title, title) && sameName(old.Teacher, teacher) {
			return old, true
		}
	}
	return store.Room{}, false
}

func conflict(old store.Room) error {
	return failure.New(failure.CodeConflict,
		"This room calls itself “"+old.Title+"” of "+old.Teacher+", but it is not the room you know by that name.",
		"Someone may be pretending, or the teacher has a new computer. Then the old computer or a co-teacher must vouch for the new one, under People. Ask the teacher, and compare the four words.")
}

// enter joins the room r. A room known from before is entered without waiting long for its host, or, where wait is
// false, without waiting at all.
//
// With the words of a card its seat is claimed.
func (m *Manager) enter(ctx context.Context, r store.Room, card string, wait bool) (*Session, error) {
	m.entering.Lock()
	defer m.entering.Unlock()
	s, err := newSession(ctx, m, r)
	if err != nil {
		return nil, err
	}
	m.joins(s)
	if err := s.connect(ctx, card, wait); err != nil {
		return nil, errors.Join(err, s.close())
	}
	m.put(s)
	return s, nil
}

// patience is how long a person waits for the host of a known room before they are let in without it.
const patience = 3 * time.Second

// connect links this machine to the host, with all that lives on the link.
func (s *Session) connect(ctx context.Context, card string, wait bool) error {
	r := s.Settings()
	certificate, signer := s.certificateOf(r)
	c := link.JoinConfig{
		Device: s.device, Room: r.ID, Host: s.host, Addrs: s.hostAddresses, Name: r.Name, Code: digits(r.Code),
		Certificate: certificate, Signer: signer, OnBeat: s.takeBeat, OnMoves: s.heardMoves, Log: s.log,
	}
	if card != "" {
		read, err := identity.ReadCard(card)
		if err != nil {
			return err
		}
		certificate, c.Certificate, c.Signer = nil, nil, ""
		c.Card = &link.Card{Seat: read.Seat, Secret: read.Secret[:]}
	}
	var err error
	s.link, err = link.Join(c)
	if err != nil {
		return err
	}
	s.link.OnState(s.takeLink)
	if err := s.openJournal(ctx); err != nil {
		return err
	}
	if err := s.openDocuments(ctx); err != nil {
		return err
	}
	if certificate == nil {
		return s.firstTime(ctx)
	}
	if err := s.remember(ctx, func(r *store.Room) { r.Inside, r.Used = true, time.Now() }); err != nil {
		return err
	}
	return s.comeBack(ctx, wait)
}

// firstTime is let in, hears what the room is called, and only then takes it for one this machine knows.
func (s *Session) firstTime(ctx context.Context) error {
	if err := s.link.Start(ctx); err != nil {
		return err
	}
	if err := s.hearName(ctx); err != nil {
		return err
	}
	r := s.Settings()
	rooms, err := s.store.Rooms(ctx)
	if err != nil {
		return err
	}
	if old, ok := Conflict(rooms, r.ID, r.Host, r.Title, r.Teacher); ok {
		return conflict(old)
	}
	return s.keepMembership(ctx)
}

// hearName waits until the host's log has said what the room is called. A class that comes in all at once keeps the host
// busy, so one sync that breaks off is no reason to give up.
func (s *Session) hearName(ctx context.Context) error {
	const tries = 5
	for try := 1; ; try++ {
		err := s.journal.Sync(ctx, s.host)
		if read(s, (*class.State).Info).Title != "" {
			return nil
		}
		if err == nil {
			return fmt.Errorf("the host does not say what its room is called: %w", link.ErrNoAnswer)
		}
		if try == tries || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// comeBack starts the link of someone who holds a certificate already, and so may be in the room without its host. The
// starting goes on after comeBack has returned; if the host then says no, the session shows it.
func (s *Session) comeBack(ctx context.Context, wait bool) error {
	started := make(chan error, 1)
	s.background.Go(func() {
		err := s.link.Start(context.Background()) // ends with the link
		if err == nil {
			err = s.keepMembership(context.Background())
		}
		started <- err
		s.startEnded(err)
	})
	if !wait {
		return nil
	}
	select {
	case err := <-started:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(patience):
		return nil
	}
}

// startEnded shows a refusal that came when nobody waited for it any more.
func (s *Session) startEnded(err error) {
	var refusal *link.Refusal
	switch {
	case errors.As(err, &refusal):
		s.takeLink(link.State{Phase: link.PhaseRefused, Refusal: refusal, Since: time.Now()})
	case err != nil && !errors.Is(err, link.ErrClosed) && !errors.Is(err, context.Canceled):
		s.log.Error("coming back to the room", "error", err)
	}
}

// certificateOf reads the certificate kept of an earlier visit, and says which of the room's hosts signed it; one that does
// not hold is as good as none.
func (s *Session) certificateOf(r store.Room) (*identity.Certificate, peer.ID) {
	var c identity.Certificate
	if r.Certificate == nil || wire.Unmarshal(r.Certificate, &c) != nil {
		return nil, ""
	}
	signers := []peer.ID{r.Host}
	for _, v := range s.moves {
		signers = append(signers, v.From)
	}
	for _, host := range signers {
		if c.Verify(r.ID, host) == nil {
			return &c, host
		}
	}
	return nil, ""
}

// heardMoves takes the way by which a room has come to its host, on the first visit: the key that opened it is the one
// from which its facts are judged. Of a known room that is known.
func (s *Session) heardMoves(moves []identity.Vouch) {
	if len(moves) == 0 || s.Settings().Certificate != nil || len(s.moves) > 0 {
		return
	}
	origin := moves[0].From
	if to, err := identity.Successor(s.Room(), origin, moves); err != nil || to != s.host {
		s.log.Warn("how the room has moved is not shown rightly", "error", err)
		return
	}
	raw, err := wire.Marshal(moves)
	if err != nil {
		s.log.Error("keeping how the room has moved", "error", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.origin, s.moves, s.state = origin, moves, class.New(s.room.ID, origin)
	s.room.Origin, s.room.Moves = origin, raw
}

// keepMembership keeps what the host gave: with it this machine comes back without a code.
func (s *Session) keepMembership(ctx context.Context) error {
	raw, err := wire.Marshal(s.link.Certificate())
	if err != nil {
		return err
	}
	known := s.Settings()
	return s.remember(ctx, func(r *store.Room) {
		r.Title, r.Course, r.Teacher = known.Title, known.Course, known.Teacher
		r.Certificate, r.Inside, r.Used = raw, true, time.Now()
		r.Name = s.link.Certificate().Name
	})
}

// arrived is called each time the link has come up: both sides bring each other up to date.
func (s *Session) arrived() {
	s.docs.arrived()
	s.background.Go(func() {
		if err := s.journal.Sync(s.ctx, s.host); err != nil && s.ctx.Err() == nil {
			s.log.Warn("bringing the room up to date; the next beat asks again", "error", err)
			return
		}
		s.deliver(s.journal.Heads()[s.Self()].Seq)
	})
	s.rememberAddress()
}

// deliver notes how far the host holds this machine's log.
func (s *Session) deliver(seq uint64) {
	if old := s.delivered.Swap(seq); old == seq {
		return
	}
	s.m.each(func(e Events) {
		if e.Delivered != nil {
			e.Delivered()
		}
	})
}

// takeLink hears how it stands with the host.
func (s *Session) takeLink(state link.State) {
	s.setLink(state)
	if state.Phase == link.PhaseWaiting {
		s.m.asksSomeone(s)
	}
	if state.Phase == link.PhaseHere {
		s.m.Finder.rest()
		s.arrived()
	}
	s.m.changed()
}

func (s *Session) setLink(state link.State) {
	s.mu.Lock()
	s.linkState = state
	s.mu.Unlock()
}

// takeBeat hears the host's heart, and with it whatever passed this machine by.
func (s *Session) takeBeat(raw []byte) {
	beat, err := wire.DecodeBeat(raw)
	if err != nil {
		s.log.Warn("a beat of the host is not usable", "error", err)
		return
	}
	s.clock.heard(beat.Now)
	s.mu.Lock()
	changed := string(beat.Present) != string(s.beat.Present)
	s.beat = beat
	s.mu.Unlock()
	if changed {
		s.m.changed()
	}
	s.journal.SawDigest(s.host, beat.Digest)
	if string(beat.Digest) == string(s.journal.Digest()) {
		s.deliver(s.journal.Heads()[s.Self()].Seq)
	}
	s.docs.heard(beat.Documents)
}
