package session

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

// A room moves when its teacher has another machine. The old machine's key, or a co-teacher, vouches for the new one's;
// the new one takes the room over and shows the vouch to everyone, and nobody follows it without one.

// originOf is the key that opened the room.
func originOf(r store.Room) peer.ID {
	if r.Origin != "" {
		return r.Origin
	}
	return r.Host
}

// movesOf reads by which vouches a room has come to its host.
func movesOf(r store.Room) ([]identity.Vouch, error) {
	if r.Moves == nil {
		return nil, nil
	}
	var moves []identity.Vouch
	if err := wire.Unmarshal(r.Moves, &moves); err != nil {
		return nil, fmt.Errorf("reading how the room has moved: %w", err)
	}
	return moves, nil
}

// Handover is what takes a room to another machine: the word for it, and what the room is called.
type Handover struct {
	Vouch   identity.Vouch `cbor:"1,keyasint"`
	Title   string         `cbor:"2,keyasint"`
	Course  string         `cbor:"3,keyasint"`
	Teacher string         `cbor:"4,keyasint"`
}

const (
	handoverPrefix = "thirdspace-room:"
	maxHandover    = 4 << 10 // bytes of its text
)

// Text is the handover as it is copied from one machine to another.
func (h Handover) Text() (string, error) {
	raw, err := wire.Marshal(h)
	if err != nil {
		return "", fmt.Errorf("writing the words for a new computer: %w", err)
	}
	return handoverPrefix + base64.RawURLEncoding.EncodeToString(raw), nil
}

var errHandover = failure.New(failure.CodeUnknown, "This is not the text that takes a room to a new computer.",
	"On the old computer, or on a co-teacher's, choose “A new computer” under People, and copy the whole text from there.")

// ReadHandover reads the text of a handover and checks its form and its signatures.
func ReadHandover(text string) (Handover, error) {
	var h Handover
	encoded, ok := strings.CutPrefix(strings.Join(strings.Fields(text), ""), handoverPrefix)
	if !ok || len(text) > maxHandover {
		return h, errHandover
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || wire.Unmarshal(raw, &h) != nil {
		return h, errHandover
	}
	for _, name := range []*string{&h.Title, &h.Course, &h.Teacher} {
		clean, err := wire.CleanName(*name, wire.MaxTitle)
		if err != nil && (*name != "" || name != &h.Course) {
			return h, errHandover
		}
		*name = clean
	}
	if h.Vouch.Verify(h.Vouch.Room, h.Vouch.From) != nil {
		return h, errHandover
	}
	return h, nil
}

// HandOver vouches for the key of another machine, as the host or as a co-teacher: that machine may host the room. If it is
// a member it is told; for any other, the text has to be carried there.
func (s *Session) HandOver(ctx context.Context, to peer.ID) (Handover, error) {
	if !s.Teaches() {
		return Handover{}, failure.New(failure.CodeNotAllowed, "Only teachers can say which computer is the room's new one.", "")
	}
	if !wire.ValidSigner(to) || to == s.host {
		return Handover{}, failure.New(failure.CodeUnknown, "This is not the name of another computer.", "On the new computer it stands under “Move a room to this computer”.")
	}
	var mine *identity.Certificate
	if !s.hosted {
		c := s.link.Certificate()
		mine = &c
	}
	v, err := s.device.Vouch(s.Room(), s.host, to, mine)
	if err != nil {
		return Handover{}, err
	}
	if _, ok := s.member(to); ok && to != s.Self() {
		if _, err := s.State(ctx, class.KindVouched, []peer.ID{to}, class.Vouched{Vouch: v}); err != nil {
			return Handover{}, err
		}
	}
	return s.handover(v), nil
}

func (s *Session) handover(v identity.Vouch) Handover {
	r := s.Settings()
	return Handover{Vouch: v, Title: r.Title, Course: r.Course, Teacher: r.Teacher}
}

// Offered is the word that this machine may host the room, if somebody has given it.
func (s *Session) Offered() (Handover, bool) {
	s.mu.RLock()
	v, ok := s.state.VouchFor(s.Self())
	s.mu.RUnlock()
	if !ok {
		return Handover{}, false
	}
	return s.handover(v), true
}

// TakeOver opens a room on this machine that was hosted by another, and leaves the one it is in.
func (m *Manager) TakeOver(ctx context.Context, h Handover) (*Session, error) {
	v := h.Vouch
	if v.To != m.cfg.Device.ID() {
		return nil, failure.New(failure.CodeNotAllowed, "This text takes the room to another computer than this one.", "It holds for the computer whose name was given when it was made.")
	}
	r, known, err := m.cfg.Store.Room(ctx, v.Room)
	if err != nil {
		return nil, err
	}
	if !known {
		r = store.Room{ID: v.Room, Host: v.From}
	}
	if r.Host != v.From || v.Verify(v.Room, r.Host) != nil {
		return nil, failure.New(failure.CodeConflict, "This room has another host by now, so this text does not hold any more.", "Ask for a new one there.")
	}
	moves, err := movesOf(r)
	if err != nil {
		return nil, err
	}
	if r.Moves, err = wire.Marshal(append(moves, v)); err != nil {
		return nil, err
	}
	r.Origin, r.Host, r.Hosted = originOf(r), v.To, true
	r.Title, r.Course, r.Teacher, r.Name = h.Title, h.Course, h.Teacher, h.Teacher
	r.Certificate, r.Locked, r.Port = nil, false, 0
	if err := m.Leave(ctx); err != nil {
		return nil, err
	}
	s, err := m.host(ctx, withCode(r, true))
	if err != nil {
		m.cfg.Log.Warn("the room was not taken over", "room", r.ID, "error", err)
	}
	return s, err
}

// mayVouch checks with what is known of a room that a co-teacher who vouches has not lost the role since.
func (m *Manager) mayVouch(ctx context.Context, r store.Room, moves []identity.Vouch) error {
	state := class.New(r.ID, originOf(r))
	err := journal.Each(ctx, m.cfg.Store, r.ID, func(facts []journal.Fact) error {
		state.Apply(facts...)
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range moves {
		if !state.Counts(v) {
			return fmt.Errorf("%w: who vouches does not teach there any more", identity.ErrVouch)
		}
	}
	return nil
}

// takeRoomOver states that the room has moved here, where that has not been stated yet, admits its members under this
// machine's own signature, and takes the old key out.
func (s *Session) takeRoomOver(ctx context.Context) error {
	before := read(s, (*class.State).Host)
	if before == s.Self() {
		return nil
	}
	if len(s.moves) == 0 {
		return errors.New("the room is another key's, and nobody has vouched for this one")
	}
	if _, err := s.State(ctx, class.KindMoved, nil, class.Moved{Vouch: s.moves[len(s.moves)-1]}); err != nil {
		return err
	}
	if read(s, (*class.State).Host) != s.Self() {
		return failure.New(failure.CodeConflict, "The word that this computer may host the room does not hold any more.",
			"Who gave it may not be a co-teacher any more. Ask for another one.")
	}
	for _, m := range s.Members() {
		if m.Removed || m.Peer == s.Self() || m.Peer == before {
			continue
		}
		if _, err := s.ownWord(ctx, m.Certificate); err != nil {
			return err
		}
	}
	_, err := s.State(ctx, class.KindRemoved, nil, class.Removed{Peer: before, Heard: s.heardOf(before)})
	return err
}

// hostNumber is this host's number: 1 where it opened the room, and the next that is free where the room has moved here.
func (s *Session) hostNumber() uint32 {
	if s.opened() == s.host {
		return hostNumber
	}
	return nextNumber(s.Members())
}

// followMove moves what is known of a room to the key that hosts it now, if the key that is known vouches for it, or a
// co-teacher of it does. It asks the machine that says it is the room's.
func (m *Manager) followMove(ctx context.Context, old store.Room, host peer.ID, at []netip.AddrPort) (store.Room, error) {
	if len(at) == 0 {
		at = m.Finder.addresses(old.ID, host)
	}
	if len(at) == 0 {
		return old, conflict(old)
	}
	room, asked, moves, err := link.AskMoves(ctx, at, host, m.cfg.Log)
	if err != nil {
		return old, err
	}
	to, err := identity.Successor(old.ID, old.Host, moves)
	if err == nil {
		_, err = identity.Successor(old.ID, originOf(old), moves) // the whole chain, from the key that opened the room
	}
	if err == nil {
		err = m.mayVouch(ctx, old, moves)
	}
	if err != nil || room != old.ID || to != asked || host != "" && asked != host {
		m.cfg.Log.Warn("a room has another key, and nobody known vouches for it", "room", old.ID, "host", asked, "error", err)
		return old, conflict(old)
	}
	if old.Moves, err = wire.Marshal(moves); err != nil {
		return old, err
	}
	old.Origin, old.Host = originOf(old), to
	if err := m.cfg.Store.PutRoom(ctx, old); err != nil {
		return old, err
	}
	m.cfg.Log.Info("a room has moved to another key", "room", old.ID, "host", to)
	return old, nil
}
