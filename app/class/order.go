package class

import (
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// A room's order is who hosts it, who its members are, and what each may state. It is what the facts about it come to
// when they are gone through by their positions, one after the other, each judged by what those before it have come to.
// It is made anew whenever one of them is new, so that the order of arrival cannot matter.

// word is a fact about the order, decoded and right in itself; whether it counts is for fold to say.
type word struct {
	at   position
	body Body
}

// order is what the words come to.
type order struct {
	host    peer.ID
	info    Opened
	members map[peer.ID][]term
	speaker map[peer.ID]peer.ID // from a key that has given its seat up to the one that speaks for it now
	moves   []identity.Vouch
}

// term is what a word that counts says of one member.
type term struct {
	at          position
	heard       *uint64 // how many of the member's facts its author held
	certificate *identity.Certificate
	out         bool // removed, or the seat has gone to another key
	claimed     bool // the latter
	muted       *bool
}

// governs tells whether facts of this kind are about the order.
func governs(kind string) bool {
	switch kind {
	case KindOpened, KindAdmitted, KindRemoved, KindRestored, KindMuted, KindClaimed, KindMoved:
		return true
	}
	return false
}

// wordOf reads a fact about the order, and checks what can be checked by itself.
func (s *State) wordOf(f journal.Fact) (word, bool) {
	w := word{at: positionOf(f)}
	var err error
	switch f.Kind {
	case KindOpened:
		w.body, err = decode[Opened](f.Body)
	case KindAdmitted:
		var b Admitted
		if b, err = decode[Admitted](f.Body); err == nil {
			err = b.Certificate.Verify(s.room, f.Author)
		}
		w.body = b
	case KindRemoved:
		w.body, err = decode[Removed](f.Body)
	case KindRestored:
		w.body, err = decode[Restored](f.Body)
	case KindMuted:
		w.body, err = decode[Muted](f.Body)
	case KindClaimed:
		w.body, err = decode[Claimed](f.Body)
	case KindMoved:
		var b Moved
		if b, err = decode[Moved](f.Body); err == nil {
			err = b.Vouch.Verify(s.room, b.Vouch.From)
		}
		w.body = b
		if b.Vouch.To != f.Author {
			return w, false
		}
	}
	return w, err == nil && len(f.Audience) == 0
}

// fold makes the order. What someone stated after losing a teacher's powers is void even if its clock says that it was
// before: when a word takes powers away and tells how much of the member's log it knew, what is beyond that and was
// gone through already is struck, and all is gone through again.
func (s *State) fold() order {
	void := map[[32]byte]bool{}
	for {
		o := order{host: s.origin, members: map[peer.ID][]term{}, speaker: map[peer.ID]peer.ID{}}
		again := false
		for i, w := range s.words {
			if void[w.at.hash] {
				continue
			}
			p, t, counts := s.weigh(&o, w)
			if !counts {
				continue
			}
			if p != "" && t.takesPowers() && o.teaches(p) {
				for _, before := range s.words[:i] {
					if before.at.author == p && t.heard != nil && before.at.seq > *t.heard && !void[before.at.hash] {
						void[before.at.hash], again = true, true
					}
				}
			}
			if p != "" {
				o.members[p] = append(o.members[p], t)
			}
		}
		if !again {
			return o
		}
	}
}

// weigh judges a word by the order so far. What it says of the room is entered; what it says of a member is returned.
func (s *State) weigh(o *order, w word) (p peer.ID, t term, counts bool) {
	t.at = w.at
	switch b := w.body.(type) {
	case Opened:
		if w.at.author == o.host {
			o.info = b
		}
		return "", t, true
	case Moved:
		if b.Vouch.From == o.host && len(o.moves) < identity.MaxMoves && s.Counts(b.Vouch) {
			o.host = b.Vouch.To
			o.moves = append(o.moves, b.Vouch)
		}
		return "", t, true
	case Admitted:
		t.certificate, t.heard = &b.Certificate, b.Heard
		return b.Certificate.Peer, t, w.at.author == o.host
	case Claimed:
		if w.at.author != o.host || b.From == o.host || b.To == o.host {
			return "", t, false
		}
		o.give(b.From, b.To)
		t.out, t.claimed, t.heard = true, true, b.Heard
		return b.From, t, true
	case Removed:
		t.out, t.heard = true, b.Heard
		return b.Peer, t, o.mayGovern(w.at.author, b.Peer)
	case Restored:
		t.certificate = o.certificate(b.Peer)
		return b.Peer, t, t.certificate != nil && o.removed(b.Peer) && o.mayGovern(w.at.author, b.Peer)
	case Muted:
		t.muted, t.heard = &b.Muted, b.Heard
		return b.Peer, t, o.mayGovern(w.at.author, b.Peer)
	}
	return "", t, false
}

// give lets to speak for all that from spoke for.
func (o *order) give(from, to peer.ID) {
	for key, now := range o.speaker {
		if now == from {
			o.speaker[key] = to
		}
	}
	o.speaker[from] = to
	delete(o.speaker, to)
}

// mayGovern tells whether author may remove or mute p: the host everyone else, a co-teacher those who do not teach.
func (o *order) mayGovern(author, p peer.ID) bool {
	switch {
	case p == o.host:
		return false
	case author == o.host:
		return true
	}
	c := o.certificate(author)
	return c != nil && c.Role == identity.RoleCoTeacher && !o.outside(author) && !o.everTaught(p)
}

// everTaught is whether p has a teacher's role, removed or not: a co-teacher has no say about another.
func (o *order) everTaught(p peer.ID) bool {
	c := o.certificate(p)
	return c != nil && c.Role.Teaches()
}

func (o *order) teaches(p peer.ID) bool { return o.everTaught(p) && !o.outside(p) }

// certificate is the last one of p.
func (o *order) certificate(p peer.ID) *identity.Certificate {
	for _, t := range slices.Backward(o.members[p]) {
		if t.certificate != nil {
			return t.certificate
		}
	}
	return nil
}

// standing is the last term that says whether p is in.
func (o *order) standing(p peer.ID) (term, bool) {
	for _, t := range slices.Backward(o.members[p]) {
		if t.certificate != nil || t.out {
			return t, true
		}
	}
	return term{}, false
}

// outside tells whether p was removed, or has given up its seat.
func (o *order) outside(p peer.ID) bool {
	t, ok := o.standing(p)
	return !ok || t.out
}

func (o *order) removed(p peer.ID) bool {
	t, ok := o.standing(p)
	return ok && t.out && !t.claimed
}

func (o *order) claimed(p peer.ID) bool {
	t, ok := o.standing(p)
	return ok && t.claimed
}

// takesPowers tells whether a member who teaches does not after t.
func (t term) takesPowers() bool {
	return t.out || t.certificate != nil && !t.certificate.Role.Teaches()
}

// coTeacherOf tells whether a vouch by a co-teacher counts: the last thing host said of them must be that they teach.
// Where host's log is not here, the certificate in the vouch is what there is.
func (s *State) coTeacherOf(host peer.ID, v identity.Vouch) bool {
	teaches := v.Certificate != nil && v.Certificate.Role.Teaches()
	for _, w := range s.words {
		if w.at.author != host {
			continue
		}
		switch b := w.body.(type) {
		case Admitted:
			if b.Certificate.Peer == v.By {
				teaches = b.Certificate.Role.Teaches()
			}
		case Removed:
			if b.Peer == v.By {
				teaches = false
			}
		case Claimed:
			if b.From == v.By {
				teaches = false
			}
		}
	}
	return teaches
}
