package session

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

// SeatCard is a student's card.
type SeatCard struct {
	Peer   peer.ID
	Name   string
	Number uint32
	Words  string // "" while there is none
}

// Card is the secret of a seat's card; nil where no one may claim the seat. Who teaches has none: a card gives a
// student's seat, never a teacher's powers.
func (g *gate) Card(seat uint32) []byte {
	m, ok := g.s.atNumber(seat)
	if !ok || m.Removed || m.Role.Teaches() {
		return nil
	}
	return read(g.s, func(s *class.State) []byte { return s.Card(seat) })
}

// atNumber finds the member who has a number now.
func (s *Session) atNumber(number uint32) (class.Member, bool) {
	for _, m := range s.Members() {
		if m.Number == number {
			return m, true
		}
	}
	return class.Member{}, false
}

// claim gives a seat to the machine that has proven its card. The key that spoke for the seat speaks no more; what it
// stated is the new one's, and so is the text of the student's code as it is held here.
func (g *gate) claim(ctx context.Context, r link.JoinRequest) (identity.Certificate, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m, ok := g.s.atNumber(r.Seat)
	if !ok || m.Removed || m.Role.Teaches() {
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedWrongCard}
	}
	known, ever := g.s.member(r.Peer)
	switch {
	case m.Peer == r.Peer:
		return g.s.ownWord(ctx, m.Certificate)
	case ever && known.Removed:
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedRemoved}
	case ever && !known.Claimed || ever && known.Number != m.Number:
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedOtherSeat}
	}
	return g.s.giveSeat(ctx, m, r.Peer)
}

// giveSeat admits the new key before it retires the old one: if this machine dies in between, the card can be used again.
func (s *Session) giveSeat(ctx context.Context, m class.Member, to peer.ID) (identity.Certificate, error) {
	cert, err := s.admit(ctx, identity.Certificate{Peer: to, Name: m.Name, Role: m.Role, Number: m.Number})
	if err != nil {
		return cert, err
	}
	if m.Muted != (m.Role == identity.RoleObserver) {
		if _, err := s.State(ctx, class.KindMuted, nil, class.Muted{Peer: to, Muted: m.Muted}); err != nil {
			return cert, err
		}
	}
	if _, err := s.State(ctx, class.KindClaimed, nil, class.Claimed{From: m.Peer, To: to, Heard: s.heardOf(m.Peer)}); err != nil {
		return cert, err
	}
	return cert, s.handCodeOver(ctx, m.Peer, to)
}

// handCodeOver gives a seat's new key the text of its code as the host holds it.
func (s *Session) handCodeOver(ctx context.Context, from, to peer.ID) error {
	d, err := s.docs.store.Follow(ctx, from.String()+"/"+docCode, from.String())
	if err != nil {
		return err
	}
	snap := d.Snapshot()
	if snap.Epoch == "" || len(snap.Text) > class.MaxCode {
		return nil // it was never here, or is too large to be given at once
	}
	_, err = s.State(ctx, class.KindKept, []peer.ID{to}, class.Kept{Text: snap.Text, At: s.Now()})
	return err
}

// SeatsBefore gives, for the keys that have claimed their seats, those that spoke for the seats before.
func (s *Session) SeatsBefore() map[peer.ID]peer.ID { return read(s, (*class.State).SeatsBefore) }

// GiveSeatBack undoes a claim: the key that spoke for the seat before speaks for it again, and the card that was used is
// taken back, for somebody else may have it.
func (s *Session) GiveSeatBack(ctx context.Context, m class.Member) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	before, ok := s.SeatsBefore()[m.Peer]
	if !ok {
		return failure.New(failure.CodeUnknown, "This seat has not been claimed on another computer.", "")
	}
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	if _, err := s.giveSeat(ctx, m, before); err != nil {
		return err
	}
	now, _ := s.member(before)
	return s.RevokeCard(ctx, now)
}

// seat gives the keys besides its own that p speaks for.
func (s *Session) seat(p peer.ID) []peer.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Keys(p)
}

// Same tells whether two keys are the same person's: one took over the other's seat.
func (s *Session) Same(p, q peer.ID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.Speaker(p) == s.state.Speaker(q)
}

// Cards gives the cards of these members, or of everyone who can have one, on the host; those who have none get one.
func (s *Session) Cards(ctx context.Context, only ...peer.ID) ([]SeatCard, error) {
	if err := s.mustHost(); err != nil {
		return nil, err
	}
	var out []SeatCard
	for _, m := range s.Members() {
		if m.Removed || m.Role.Teaches() || len(only) > 0 && !slices.Contains(only, m.Peer) {
			continue
		}
		card, err := s.card(ctx, m)
		if err != nil {
			return nil, err
		}
		out = append(out, card)
	}
	return out, nil
}

// card gives a member's card, and issues one if there is none.
func (s *Session) card(ctx context.Context, m class.Member) (SeatCard, error) {
	s.issuing.Lock()
	defer s.issuing.Unlock()
	if c := s.known(m); c.Words != "" {
		return c, nil
	}
	if m.Number > identity.MaxCardSeat {
		return SeatCard{}, failure.New(failure.CodeNotAllowed, "This room has too many people for cards.", "Open a new room for the next class.")
	}
	var secret [identity.CardSecret]byte
	rand.Read(secret[:])
	_, err := s.State(ctx, class.KindCard, []peer.ID{m.Peer}, class.Card{Number: m.Number, Secret: secret[:]})
	return s.known(m), err
}

// known is a member's card as far as this machine knows it.
func (s *Session) known(m class.Member) SeatCard {
	out := SeatCard{Peer: m.Peer, Name: m.Name, Number: m.Number}
	if secret := read(s, func(st *class.State) []byte { return st.Card(m.Number) }); len(secret) == identity.CardSecret {
		out.Words = identity.Card{Seat: m.Number, Secret: [identity.CardSecret]byte(secret)}.Words()
	}
	return out
}

// RevokeCard takes a member's card back: from then on it claims nothing. The next time cards are shown there is a new one.
func (s *Session) RevokeCard(ctx context.Context, m class.Member) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	_, err := s.State(ctx, class.KindCard, []peer.ID{m.Peer}, class.Card{Number: m.Number})
	return err
}

// MyCard is the card of this machine's own person. Where there is none the host is asked for one, and Words is empty until
// it has come.
func (s *Session) MyCard(ctx context.Context) (SeatCard, error) {
	m, ok := s.member(s.Self())
	if !ok || s.hosted || m.Role.Teaches() {
		return SeatCard{}, failure.New(failure.CodeNotAllowed, "Only students have cards.", "")
	}
	card := s.known(m)
	if card.Words != "" {
		return card, nil
	}
	if s.askedForCard.Swap(true) {
		return card, nil // it is on its way
	}
	_, err := s.State(ctx, class.KindAsked, nil, class.Asked{At: s.Now()})
	return card, err
}

// asked issues cards to those who asked for one, on the host.
func (s *Session) asked(who []peer.ID) {
	if !s.hosted || len(who) == 0 {
		return
	}
	s.background.Go(func() {
		for _, p := range who {
			m, ok := s.member(p)
			if !ok || m.Removed || m.Claimed || m.Role.Teaches() {
				continue
			}
			if _, err := s.card(s.ctx, m); err != nil && s.ctx.Err() == nil {
				s.log.Warn("a card was not issued", "error", err)
			}
		}
	})
}

// takeKept puts the text that the host held of this seat's code in its place, where nothing has been written yet.
func (s *Session) takeKept() error {
	s.mu.RLock()
	kept, ok := s.state.Kept()
	s.mu.RUnlock()
	if !ok || s.hosted {
		return nil
	}
	mine, err := s.docs.store.Own(s.ctx, docCode, firstCode)
	if err != nil {
		return err
	}
	if mine.Snapshot().Text != firstCode || kept.Text == firstCode {
		return nil
	}
	return mine.Replace(kept.Text, s.Self().String())
}
