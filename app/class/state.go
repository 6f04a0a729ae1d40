// Package class is the domain: what a room's facts mean. [State] is a pure function of the facts it was given, in
// whatever order they came: the same facts make the same state on every machine. It does no I/O, reads no clock and
// holds no lock; whoever owns a State guards it.
//
// Permission is part of the function. Only the host says what the room is called, who is in it and in which role; only
// those who teach remove, mute, and send code to everyone; a member who was removed says nothing more. A fact that its
// author was not allowed to state changes nothing, and a fact whose author is not known yet waits for the fact that
// admits them. Which key the host's is, is itself a matter of facts: a room may move to a teacher's other machine.
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
	Claimed bool // another key speaks for this one's seat now
	Muted   bool // what they say to the class is not heard
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
	room   string
	origin peer.ID // the key that opened the room

	order  order
	words  []word                                // facts about the order, by position
	powers map[peer.ID]bool                      // whose words about the order may ever count
	moves  map[peer.ID]journal.Fact              // the first KindMoved of each author, whose time may come
	facts  map[peer.ID]map[[32]byte]journal.Fact // of each author, by hash

	messages    []Message
	sent        []SentCode
	submissions []Submission
	kept        []KeptCode
	cards       map[peer.ID]map[uint32]issued // by author and seat
	vouches     []vouched
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

// New makes the state of a room of which no fact is known but whose key opened it.
func New(room string, origin peer.ID) *State {
	return &State{
		room: room, origin: origin, order: order{host: origin}, powers: map[peer.ID]bool{origin: true}, moves: map[peer.ID]journal.Fact{},
		facts: map[peer.ID]map[[32]byte]journal.Fact{}, cards: map[peer.ID]map[uint32]issued{},
	}
}

// Changes says what Apply changed, for those who show it.
type Changes struct {
	Info        bool
	Host        bool // another key hosts the room
	Members     []peer.ID
	Messages    []Message
	Sent        []SentCode
	Submissions []Submission
	Struck      bool      // something that was shown does not count any more
	Asked       []peer.ID // who wants a card
	Seat        bool      // a card, a kept text or a vouch has come
}

// Apply takes facts in any order, each any number of times, and tells what they changed. The caller has verified their
// signatures. A private fact may come first without its body and again with it.
func (s *State) Apply(facts ...journal.Fact) Changes {
	var c Changes
	var said []journal.Fact
	reorder := false
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
		if governs(f.Kind) {
			reorder = s.govern(f) || reorder
		} else {
			said = append(said, f)
		}
	}
	if reorder {
		s.reorder(&c)
	}
	for _, f := range said {
		s.take(f, &c)
	}
	return c
}

func (s *State) take(f journal.Fact, c *Changes) {
	switch f.Kind {
	case KindCard, KindKept, KindVouched:
		s.takeSeat(f, c)
	default:
		if s.allowed(f) {
			s.state(f, c)
		}
	}
}

func positionOf(f journal.Fact) position { return position{f.Lamport, f.Author, f.Seq, f.Hash} }

// govern keeps a fact about the order if its author may ever have a say in it, and tells whether there is something new
// to go through. What nobody with a say has stated costs nothing further.
func (s *State) govern(f journal.Fact) bool {
	if s.powers[f.Author] {
		return s.addWord(f)
	}
	if f.Kind != KindMoved {
		return false
	}
	if before, ok := s.moves[f.Author]; !ok || positionOf(f).compare(positionOf(before)) < 0 {
		s.moves[f.Author] = f
	}
	return s.addMove(f.Author)
}

// addMove enters the first word of a key that says it hosts the room now, if the host it names has a say.
func (s *State) addMove(author peer.ID) bool {
	b, err := decode[Moved](s.moves[author].Body)
	return err == nil && s.powers[b.Vouch.From] && s.addWord(s.moves[author])
}

// addWord puts a fact about the order in its place. Whoever may have a say because of it is heard from then on, with all
// that they have stated before.
func (s *State) addWord(f journal.Fact) bool {
	w, ok := s.wordOf(f)
	if !ok || !insert(&s.words, w, w.at, func(w word) position { return w.at }) {
		return false
	}
	switch b := w.body.(type) {
	case Admitted:
		if b.Certificate.Role.Teaches() {
			s.empower(b.Certificate.Peer)
		}
	case Moved:
		s.empower(b.Vouch.To)
	}
	return true
}

func (s *State) empower(p peer.ID) {
	if s.powers[p] {
		return
	}
	s.powers[p] = true
	for _, f := range s.facts[p] {
		if governs(f.Kind) {
			s.addWord(f)
		}
	}
	for author := range s.moves {
		s.addMove(author)
	}
}

// reorder makes the order anew, and judges everything again that was stated by those for whom something has changed.
func (s *State) reorder(c *Changes) {
	old := s.order
	s.order = s.fold()
	c.Info = c.Info || old.info != s.order.info
	moved := old.host != s.order.host
	c.Host = c.Host || moved
	for p, terms := range s.order.members {
		if moved || !slices.EqualFunc(old.members[p], terms, sameTerm) {
			s.judge(p, c)
		}
	}
	for p := range old.members {
		if _, still := s.order.members[p]; !still {
			s.judge(p, c)
		}
	}
	if !maps.Equal(old.speaker, s.order.speaker) {
		s.numberAll()
	}
	if moved {
		for p := range s.powers {
			s.takeSeats(p, c)
		}
	}
}

func sameTerm(a, b term) bool {
	if (a.certificate == nil) != (b.certificate == nil) || a.certificate != nil && !bytes.Equal(a.certificate.Sig, b.certificate.Sig) {
		return false
	}
	return a.at == b.at
}

// judge looks again at everything that p stated.
func (s *State) judge(p peer.ID, c *Changes) {
	c.Members = append(c.Members, p)
	if len(s.facts[p]) == 0 {
		return
	}
	before := len(s.messages) + len(s.sent) + len(s.submissions)
	s.messages = slices.DeleteFunc(s.messages, func(m Message) bool { return s.struck(p, m.at) })
	s.sent = slices.DeleteFunc(s.sent, func(m SentCode) bool { return s.struck(p, m.at) })
	s.submissions = slices.DeleteFunc(s.submissions, func(m Submission) bool { return s.struck(p, m.at) })
	c.Struck = c.Struck || len(s.messages)+len(s.sent)+len(s.submissions) < before
	s.number(p)
	for _, f := range slices.SortedFunc(maps.Values(s.facts[p]), func(a, b journal.Fact) int {
		return positionOf(a).compare(positionOf(b))
	}) {
		if !governs(f.Kind) && s.allowed(f) {
			s.state(f, c)
		}
	}
	s.takeSeats(p, c)
}

// struck tells whether the thing at that place is p's, and was not p's to state.
func (s *State) struck(p peer.ID, at position) bool {
	return at.author == p && !s.allowed(s.facts[p][at.hash])
}
