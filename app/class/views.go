package class

import (
	"cmp"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"
)

// Info is what the host calls the room; zero while that is not known.
func (s *State) Info() Opened { return s.info }

// Host is the room's host.
func (s *State) Host() peer.ID { return s.host }

// Member finds someone who was admitted at some time.
func (s *State) Member(p peer.ID) (Member, bool) {
	var m Member
	words := s.standing[p]
	for _, w := range words {
		if w.certificate != nil {
			m = Member{Peer: p, Name: w.certificate.Name, Role: w.certificate.Role, Number: w.certificate.Number, Certificate: *w.certificate}
		}
	}
	if m.Peer == "" {
		return Member{}, false
	}
	m.Removed = words[len(words)-1].certificate == nil
	return m, true
}

// Admitted tells whether p is a member now.
func (s *State) Admitted(p peer.ID) bool {
	words := s.standing[p]
	return len(words) > 0 && words[len(words)-1].certificate != nil
}

// Members lists everyone ever admitted, by number.
func (s *State) Members() []Member {
	members := make([]Member, 0, len(s.standing))
	for p := range s.standing {
		if m, ok := s.Member(p); ok {
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
