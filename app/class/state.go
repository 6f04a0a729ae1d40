// Package class is the domain: what a room's facts mean. [State] is a pure function of the facts it was given, in
// whatever order they came: the same facts make the same state on every machine. It does no I/O, reads no clock and
// holds no lock; whoever owns a State guards it.
//
// Permission is part of the function. Only the host says what the room is called and who is in it; only those who
// teach send code to everyone; a member who was removed says nothing more. A fact that its author was not allowed to
// state changes nothing, and a fact whose author is not known yet waits for the fact that admits them.
package class

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// Member is someone the host has admitted.
type Member struct {
	Peer    peer.ID
	Name    string
	Role    identity.Role
	Number  uint32
	Removed bool // admitted once, and removed since
	// Certificate is the room's word for it.
	Certificate identity.Certificate
}

// Message is something said to the class.
type Message struct {
	ID     string // the fact's hash in hexadecimal
	Author peer.ID
	Text   string
	At     int64 // Unix ms, the author's word
	at     position
}

// SentCode is code that a teacher put in front of everyone.
type SentCode struct {
	ID     string
	Author peer.ID
	Title  string
	Text   string
	At     int64
	at     position
}

// Submission is work handed in. Where this machine may not read it, Files is nil and Title empty.
type Submission struct {
	ID      string
	Hash    [32]byte
	Author  peer.ID
	Version int // 1 for the author's first with this title, 2 for the next…
	Title   string
	Files   []File
	At      int64
	at      position
}

// State is a room as far as the facts given so far tell it.
type State struct {
	room string
	host peer.ID

	info     Opened
	infoAt   position
	standing map[peer.ID][]standing                // the host's words about each member, in the order of its log
	facts    map[peer.ID]map[[32]byte]journal.Fact // of each author, by hash

	messages    []Message
	sent        []SentCode
	submissions []Submission
}

// position orders facts alike on every machine.
type position struct {
	lamport uint64
	author  peer.ID
	seq     uint64
	hash    [32]byte // a log that was forked has two facts in one place
}

func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.lamport, q.lamport), cmp.Compare(p.author, q.author), cmp.Compare(p.seq, q.seq),
		bytes.Compare(p.hash[:], q.hash[:]))
}

// standing is one word of the host about a member.
type standing struct {
	at          position
	certificate *identity.Certificate // nil: removed
}

// New makes the state of a room of which no fact is known.
func New(room string, host peer.ID) *State {
	return &State{room: room, host: host, standing: map[peer.ID][]standing{}, facts: map[peer.ID]map[[32]byte]journal.Fact{}}
}

// Changes says what Apply changed, for those who show it.
type Changes struct {
	Info        bool
	Members     []peer.ID
	Messages    []Message
	Sent        []SentCode
	Submissions []Submission
}

// Apply takes facts in any order, each any number of times, and tells what they changed. The caller has verified their
// signatures. A private fact may come first without its body and again with it.
func (s *State) Apply(facts ...journal.Fact) Changes {
	var c Changes
	for _, f := range facts {
		if f.Room != s.room || f.Author == "" {
			continue
		}
		log := s.facts[f.Author]
		if log == nil {
			log = map[[32]byte]journal.Fact{}
			s.facts[f.Author] = log
		}
		if old, ok := log[f.Hash]; ok && (old.Body != nil || f.Body == nil) {
			continue
		}
		log[f.Hash] = f
		s.take(f, &c)
	}
	return c
}

func (s *State) take(f journal.Fact, c *Changes) {
	switch f.Kind {
	case KindOpened:
		s.takeOpened(f, c)
	case KindAdmitted:
		s.takeAdmitted(f, c)
	case KindRemoved:
		s.takeRemoved(f, c)
	default:
		if s.allowed(f) {
			s.state(f, c)
		}
	}
}

func positionOf(f journal.Fact) position { return position{f.Lamport, f.Author, f.Seq, f.Hash} }

// takeOpened keeps the latest of the host's words about the room.
func (s *State) takeOpened(f journal.Fact, c *Changes) {
	b, err := decode[Opened](f.Body)
	if err != nil || f.Author != s.host || positionOf(f).compare(s.infoAt) < 0 {
		return
	}
	s.info, s.infoAt, c.Info = b, positionOf(f), true
}

func (s *State) takeAdmitted(f journal.Fact, c *Changes) {
	b, err := decode[Admitted](f.Body)
	if err != nil || f.Author != s.host || b.Certificate.Verify(s.room, s.host) != nil {
		return
	}
	s.stand(b.Certificate.Peer, standing{positionOf(f), &b.Certificate}, c)
}

func (s *State) takeRemoved(f journal.Fact, c *Changes) {
	b, err := decode[Removed](f.Body)
	if err != nil || f.Author != s.host || b.Peer == s.host {
		return
	}
	s.stand(b.Peer, standing{positionOf(f), nil}, c)
}

// stand takes a word of the host about a member, and looks again at everything that member stated.
func (s *State) stand(p peer.ID, w standing, c *Changes) {
	words := append(s.standing[p], w)
	slices.SortFunc(words, func(a, b standing) int { return a.at.compare(b.at) })
	s.standing[p] = words
	c.Members = append(c.Members, p)

	if len(s.facts[p]) == 0 {
		return
	}
	s.messages = slices.DeleteFunc(s.messages, func(m Message) bool { return s.struck(p, KindSaid, m.at) })
	s.sent = slices.DeleteFunc(s.sent, func(m SentCode) bool { return s.struck(p, KindSent, m.at) })
	s.submissions = slices.DeleteFunc(s.submissions, func(m Submission) bool { return s.struck(p, KindHandedIn, m.at) })
	s.number(p)
	for _, f := range slices.SortedFunc(maps.Values(s.facts[p]), func(a, b journal.Fact) int {
		return positionOf(a).compare(positionOf(b))
	}) {
		if s.allowed(f) {
			s.state(f, c)
		}
	}
}

// struck tells whether a thing of that kind at that place is p's, and was not p's to state.
func (s *State) struck(p peer.ID, kind string, at position) bool {
	return at.author == p && !s.allowedAt(p, kind, at.lamport)
}

func (s *State) allowed(f journal.Fact) bool { return s.allowedAt(f.Author, f.Kind, f.Lamport) }

// allowedAt tells whether a member might state a fact of that kind at that Lamport time: in the role they had then, and
// not after a removal that stands. A fact from before the first admission counts as from after it, for its author held
// a certificate already and had only not heard the host's log; and one from between a removal and the admission that
// undid it counts too, for its author need not have heard of either.
func (s *State) allowedAt(p peer.ID, kind string, lamport uint64) bool {
	words := s.standing[p]
	if len(words) == 0 {
		return false
	}
	if last := words[len(words)-1]; last.certificate == nil && last.at.lamport <= lamport {
		return false
	}
	var role identity.Role
	for _, w := range words {
		if w.certificate != nil && (role == "" || w.at.lamport <= lamport) {
			role = w.certificate.Role
		}
	}
	return mayState(role, kind)
}

// mayState is the table of permissions.
func mayState(role identity.Role, kind string) bool {
	switch kind {
	case KindSaid:
		return role != identity.RoleObserver
	case KindSent:
		return role.Teaches()
	case KindHandedIn:
		return role == identity.RoleStudent
	}
	return false
}
