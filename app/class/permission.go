package class

import (
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// reaches tells whether t is about a fact: one of a later clock, or one that its author had not heard of. The second is
// what a clock that was turned back does not get around.
func (t term) reaches(f journal.Fact) bool { return t.at.lamport <= f.Lamport || t.unheard(f) }

func (t term) unheard(f journal.Fact) bool { return t.heard != nil && f.Seq > *t.heard }

// allowed tells whether a member might state a fact: in the role they had then, not after a removal that stands, and in
// the chat not while they were mute. A fact from before the first admission counts as from after it, for its author held
// a certificate already and had only not heard the host's log; and one from between a removal and the admission that
// undid it counts too, for its author need not have heard of either.
func (s *State) allowed(f journal.Fact) bool {
	last, ok := s.order.standing(f.Author)
	if !ok || last.out && last.reaches(f) {
		return false
	}
	terms := s.order.members[f.Author]
	role := roleAt(terms, f)
	if role == "" || !mayState(role, f.Kind) {
		return false
	}
	return f.Kind != KindSaid || !muteAt(terms, role, f)
}

// roleAt is the role in which a fact was stated. A teacher's role that was taken away is gone also for what was not
// heard of when it was taken.
func roleAt(terms []term, f journal.Fact) identity.Role {
	var role identity.Role
	for _, t := range terms {
		switch c := t.certificate; {
		case c == nil:
		case role == "" || t.at.lamport <= f.Lamport, role.Teaches() && !c.Role.Teaches() && t.unheard(f):
			role = c.Role
		}
	}
	return role
}

// muteAt tells whether its author was mute when a fact was stated.
func muteAt(terms []term, role identity.Role, f journal.Fact) bool {
	muted := role == identity.RoleObserver
	for _, t := range terms {
		switch {
		case t.muted == nil:
		case t.at.compare(positionOf(f)) < 0, *t.muted && t.unheard(f): // a voice is given for what is said from then on
			muted = *t.muted
		}
	}
	return muted
}

// mayState is the table of permissions, the facts about the room's order aside. An observer is heard where a teacher
// has given them a voice.
func mayState(role identity.Role, kind string) bool {
	switch kind {
	case KindSaid:
		return role.Valid()
	case KindSent:
		return role.Teaches()
	case KindHandedIn, KindAsked:
		return role == identity.RoleStudent
	}
	return false
}

// MayGovern tells whether author may remove or mute p as things stand.
func (s *State) MayGovern(author, p peer.ID) bool { return s.order.mayGovern(author, p) }
