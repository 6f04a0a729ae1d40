package class

import (
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// What is private to one seat, or to the host: cards, the text of a seat's code, and the word that another key may host
// the room. Only those who may read such a fact have its body, so these are not the same on every machine.

// KeptCode is the text of a seat's code as its host held it when the seat was claimed.
type KeptCode struct {
	Text string
	At   int64 // Unix ms of the room's clock
	at   position
}

// issued is a card, or its taking back.
type issued struct {
	Card
	at position
}

type vouched struct {
	identity.Vouch
	at position
}

// takeSeats looks again at what p stated of this kind: whether p has a say may have changed.
func (s *State) takeSeats(p peer.ID, c *Changes) {
	for _, f := range s.facts[p] {
		switch f.Kind {
		case KindCard, KindKept, KindVouched:
			s.takeSeat(f, c)
		}
	}
}

func (s *State) takeSeat(f journal.Fact, c *Changes) {
	if !s.powers[f.Author] || len(f.Audience) != 1 || f.Body == nil {
		return
	}
	switch at := positionOf(f); f.Kind {
	case KindCard:
		b, err := decode[Card](f.Body)
		if err != nil {
			return
		}
		if s.cards[f.Author] == nil {
			s.cards[f.Author] = map[uint32]issued{}
		}
		if old, ok := s.cards[f.Author][b.Number]; !ok || old.at.compare(at) < 0 {
			s.cards[f.Author][b.Number] = issued{b, at}
			c.Seat = true
		}
	case KindKept:
		b, err := decode[Kept](f.Body)
		if err == nil && s.hosts(f.Author) && insert(&s.kept, KeptCode{b.Text, b.At, at}, at, func(k KeptCode) position { return k.at }) {
			c.Seat = true
		}
	case KindVouched:
		b, err := decode[Vouched](f.Body)
		if err == nil && b.Vouch.By == f.Author && b.Vouch.Verify(s.room, b.Vouch.From) == nil && insert(&s.vouches, vouched{b.Vouch, at}, at, func(v vouched) position { return v.at }) {
			c.Seat = true
		}
	}
}

// Card is the secret of a seat's card, where this machine knows it; nil where there is none, or it was taken back.
func (s *State) Card(number uint32) []byte { return s.cards[s.order.host][number].Secret }

// Kept is the text of this machine's own seat as the host held it, the last one told; false where none was.
func (s *State) Kept() (KeptCode, bool) {
	if len(s.kept) == 0 {
		return KeptCode{}, false
	}
	return s.kept[len(s.kept)-1], true
}

// Counts tells whether a vouch, whose signatures have been checked, is by one who may vouch as far as is known here.
func (s *State) Counts(v identity.Vouch) bool { return v.By == v.From || s.coTeacherOf(v.From, v) }

// VouchFor is the last word that p may host the room after the one who does; false where there is none.
func (s *State) VouchFor(p peer.ID) (identity.Vouch, bool) {
	for _, v := range slices.Backward(s.vouches) {
		if v.To == p && v.From == s.order.host && s.Counts(v.Vouch) {
			return v.Vouch, true
		}
	}
	return identity.Vouch{}, false
}
