package class

import (
	"encoding/hex"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// state puts what an allowed fact says where it belongs, unless it is there already.
func (s *State) state(f journal.Fact, c *Changes) {
	id, at := hex.EncodeToString(f.Hash[:]), positionOf(f)
	switch f.Kind {
	case KindSaid:
		b, err := decode[Said](f.Body)
		if err != nil || len(f.Audience) != 0 {
			return
		}
		m := Message{ID: id, Author: f.Author, Text: b.Text, At: b.At, at: at}
		if insert(&s.messages, m, at, func(m Message) position { return m.at }) {
			c.Messages = append(c.Messages, m)
		}
	case KindSent:
		b, err := decode[Sent](f.Body)
		if err != nil || len(f.Audience) != 0 {
			return
		}
		m := SentCode{ID: id, Author: f.Author, Title: b.Title, Text: b.Text, At: b.At, at: at}
		if insert(&s.sent, m, at, func(m SentCode) position { return m.at }) {
			c.Sent = append(c.Sent, m)
		}
	case KindHandedIn:
		s.stateSubmission(f, id, c)
	case KindAsked:
		if _, err := decode[Asked](f.Body); err == nil {
			c.Asked = append(c.Asked, f.Author)
		}
	}
}

// stateSubmission puts a submission in its place, or gives one whose body comes late what was in it. What everyone may
// know of a private fact is only that it exists; a submission not addressed to a host is none.
func (s *State) stateSubmission(f journal.Fact, id string, c *Changes) {
	if !slices.ContainsFunc(f.Audience, s.hosts) || f.Body == nil {
		return
	}
	b, err := decode[HandedIn](f.Body)
	if err != nil {
		return
	}
	m := Submission{ID: id, Hash: f.Hash, Author: f.Author, Title: b.Title, Files: b.Files, At: b.At, at: positionOf(f)}
	if !insert(&s.submissions, m, m.at, func(m Submission) position { return m.at }) {
		return
	}
	s.number(f.Author)
	i, _ := slices.BinarySearchFunc(s.submissions, m.at, func(m Submission, at position) int { return m.at.compare(at) })
	c.Submissions = append(c.Submissions, s.submissions[i])
}

// hosts tells whether p hosts the room, or did before it moved.
func (s *State) hosts(p peer.ID) bool {
	return p == s.origin || slices.ContainsFunc(s.order.moves, func(v identity.Vouch) bool { return v.To == p })
}

// number counts the versions of the submissions of one title that p made, with those of the other keys of p's seat.
func (s *State) number(p peer.ID) {
	count := map[string]int{}
	for i := range s.submissions {
		if m := &s.submissions[i]; s.Speaker(m.Author) == s.Speaker(p) {
			count[m.Title]++
			m.Version = count[m.Title]
		}
	}
}

func (s *State) numberAll() {
	done := map[peer.ID]bool{}
	for _, m := range s.submissions {
		if p := s.Speaker(m.Author); !done[p] {
			done[p] = true
			s.number(p)
		}
	}
}

// insert puts v into an ordered list, and tells whether it was not there yet.
func insert[T any](list *[]T, v T, at position, of func(T) position) bool {
	i, found := slices.BinarySearchFunc(*list, at, func(v T, at position) int { return of(v).compare(at) })
	if found {
		return false
	}
	*list = slices.Insert(*list, i, v)
	return true
}
