package session

import (
	"context"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Role is what this machine's person may do in the room.
func (s *Session) Role() identity.Role {
	if s.hosted {
		return identity.RoleTeacher
	}
	if m, ok := s.member(s.Self()); ok {
		return m.Role
	}
	return identity.RoleStudent
}

// Me is this machine's own member; false before the host's word about it is here.
func (s *Session) Me() (class.Member, bool) { return s.member(s.Self()) }

// Teaches tells whether this machine's person sees the wall and what is handed in.
func (s *Session) Teaches() bool { return s.Role().Teaches() }

// MayGovern tells whether this machine's person may remove or mute a member.
func (s *Session) MayGovern(p peer.ID) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.state.MayGovern(s.Self(), p)
}

// govern states a fact about a member, if this machine's person may.
func (s *Session) govern(ctx context.Context, p peer.ID, kind string, b class.Body) error {
	if !s.MayGovern(p) {
		return failure.New(failure.CodeNotAllowed, "You may not do this to this person.", "Ask the teacher who opened the room.")
	}
	_, err := s.State(ctx, kind, nil, b)
	return err
}

// Remove takes a member out of the room, by key. What they said and handed in stays. A co-teacher may remove those who do
// not teach; away from the host it holds as soon as the host hears of it.
func (s *Session) Remove(ctx context.Context, m class.Member) error {
	return s.govern(ctx, m.Peer, class.KindRemoved, class.Removed{Peer: m.Peer, Heard: s.heardOf(m.Peer)})
}

// Readmit lets a removed member come back under the number they had. If someone else has taken their name, the host gives
// them the nearest free one.
func (s *Session) Readmit(ctx context.Context, m class.Member) error {
	members := s.Members()
	if s.hosted && taken(members, m.Peer, m.Name) {
		_, err := s.admit(ctx, identity.Certificate{Peer: m.Peer, Name: freeName(members, m.Peer, m.Name), Role: m.Role, Number: m.Number})
		return err
	}
	return s.govern(ctx, m.Peer, class.KindRestored, class.Restored{Peer: m.Peer})
}

// SetMuted takes a member's voice in the chat, or gives it back.
func (s *Session) SetMuted(ctx context.Context, m class.Member, muted bool) error {
	return s.govern(ctx, m.Peer, class.KindMuted, class.Muted{Peer: m.Peer, Muted: muted, Heard: s.heardOf(m.Peer)})
}

// SetRole gives a member another role: that of a co-teacher, a student or an observer. It holds at once, for a member who
// is away as soon as they are back.
func (s *Session) SetRole(ctx context.Context, m class.Member, role identity.Role) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	if role == identity.RoleTeacher || !role.Valid() || m.Peer == s.Self() {
		return failure.New(failure.CodeNotAllowed, "There is one teacher: who opened the room.", "Others can be co-teachers.")
	}
	cert, err := s.admit(ctx, identity.Certificate{Peer: m.Peer, Name: m.Name, Role: role, Number: m.Number})
	if err != nil {
		return err
	}
	s.link.Recertify(cert)
	return nil
}

// membersChanged does what follows from words about members: on the host, who is out is put out; elsewhere a word about
// this machine's own person gives it the certificate that holds now.
func (s *Session) membersChanged(changed []peer.ID) {
	for _, p := range changed {
		m, ok := s.member(p)
		switch {
		case !ok:
		case s.hosted && (m.Removed || m.Claimed):
			s.background.Go(func() { s.link.Kick(p) })
		case !s.hosted && p == s.Self():
			s.ownChanged(m)
		}
	}
}

// ownChanged takes what the host says of this machine's own person.
func (s *Session) ownChanged(m class.Member) {
	if m.Removed || m.Claimed || m.Certificate.Verify(s.Room(), s.host) != nil {
		return
	}
	s.link.Recertify(m.Certificate)
	raw, err := wire.Marshal(m.Certificate)
	if err == nil {
		err = s.remember(s.ctx, func(r *store.Room) {
			if r.Certificate != nil { // a first visit is kept when it has succeeded
				r.Certificate, r.Name = raw, m.Name
			}
		})
	}
	if err != nil {
		s.log.Warn("the new certificate is not kept; the host gives it again", "error", err)
	}
	s.docs.roleChanged(m.Role)
}
