package class

import (
	"cmp"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
)

// Info is what the host calls the room; zero while that is not known.
func (s *State) Info() Opened { return s.order.info }

// Host is the room's host.
func (s *State) Host() peer.ID { return s.order.host }

// Moves are the words by which the room has come from the key that opened it to the one that hosts it now.
func (s *State) Moves() []identity.Vouch { return slices.Clone(s.order.moves) }

// Speaker is the key that speaks for p's seat: p itself, unless the student has claimed the seat on another machine.
func (s *State) Speaker(p peer.ID) peer.ID {
	if now, ok := s.order.speaker[p]; ok {
		return now
	}
	return p
}

// SeatsBefore gives, for the keys that have claimed their seats, those that spoke for the seats before.
func (s *State) SeatsBefore() map[peer.ID]peer.ID {
	before := map[peer.ID]peer.ID{}
	for _, w := range s.words {
		if b, ok := w.body.(Claimed); ok && s.Speaker(b.From) == b.To && s.Speaker(b.To) == b.To {
			before[b.To] = b.From
		}
	}
	return before
}

// Keys are those besides its own that p speaks for.
func (s *State) Keys(p peer.ID) []peer.ID {
	var keys []peer.ID
	for key, now := range s.order.speaker {
		if now == p {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Member finds someone who was admitted at some time.
func (s *State) Member(p peer.ID) (Member, bool) {
	c := s.order.certificate(p)
	if c == nil {
		return Member{}, false
	}
	m := Member{Peer: p, Name: c.Name, Role: c.Role, Number: c.Number, Certificate: *c, Removed: s.order.removed(p), Claimed: s.order.claimed(p)}
	m.Muted = c.Role == identity.RoleObserver
	for _, t := range s.order.members[p] {
		if t.muted != nil {
			m.Muted = *t.muted
		}
	}
	return m, true
}

// Admitted tells whether p is a member now.
func (s *State) Admitted(p peer.ID) bool { return !s.order.outside(p) }

// Members lists everyone ever admitted, by number, each with the key that speaks for them now.
func (s *State) Members() []Member {
	members := make([]Member, 0, len(s.order.members))
	for p := range s.order.members {
		if m, ok := s.Member(p); ok && !m.Claimed {
			members = append(members, m)
		}
	}
	slices.SortFunc(members, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Peer, b.Peer))
	})
	return members
}

// Messages gives up to limit messages, oldest first, that end before the message at index before. Where before is not
// an index, they are the newest. It also tells the index of the first one given.
func (s *State) Messages(before, limit int) ([]Message, int) {
	if before <= 0 || before > len(s.messages) {
		before = len(s.messages)
	}
	from := max(0, before-limit)
	return slices.Clone(s.messages[from:before]), from
}

// Sent lists the code sent to everyone, oldest first.
func (s *State) Sent() []SentCode { return slices.Clone(s.sent) }

// Submissions lists the work handed in that this machine may read, oldest first.
func (s *State) Submissions() []Submission { return slices.Clone(s.submissions) }

// Submission finds one by its id.
func (s *State) Submission(id string) (Submission, bool) {
	i := slices.IndexFunc(s.submissions, func(m Submission) bool { return m.ID == id })
	if i < 0 {
		return Submission{}, false
	}
	return s.submissions[i], true
}

// Seq is the message's number in its author's log.
func (m Message) Seq() uint64 { return m.at.seq }

// Seq is the submission's number in its author's log.
func (m Submission) Seq() uint64 { return m.at.seq }

// Message finds one by its id, from the newest on.
func (s *State) Message(id string) (Message, bool) {
	for _, m := range slices.Backward(s.messages) {
		if m.ID == id {
			return m, true
		}
	}
	return Message{}, false
}
