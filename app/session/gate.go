package session

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

// defaultMaxMembers is three large classes; what the links carry at once is the link's to bound.
const defaultMaxMembers = 1000

// gate decides, on the host, who comes in. It implements link.Gate: the link has proven who asks and whether they know
// the room code; the gate knows the roster.
type gate struct {
	s  *Session
	mu sync.Mutex // held while a member is admitted, so that two do not get one number or one name
}

// Code is the room code as it is typed, digits only; "" while the door is open.
func (g *gate) Code() string { return digits(g.s.Settings().Code) }

// Admit gives a certificate to someone who may come in, or says why not. A new member is a fact in the host's log,
// durable before the certificate leaves this machine.
func (g *gate) Admit(ctx context.Context, r link.JoinRequest) (identity.Certificate, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known, ever := g.s.member(r.Peer)
	if ever && known.Removed {
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedRemoved}
	}
	if r.Certificate != nil && ever {
		return known.Certificate, nil
	}
	name, err := wire.CleanName(r.Name, wire.MaxName)
	if err != nil {
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedBadName}
	}
	if ever && known.Name == name {
		return known.Certificate, nil
	}
	if g.s.Settings().Locked && !ever {
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedLocked}
	}
	return g.admitNew(ctx, r.Peer, name, known)
}

// admitNew admits someone who was never here, or who comes back with another name.
func (g *gate) admitNew(ctx context.Context, p peer.ID, name string, known class.Member) (identity.Certificate, error) {
	members := g.s.Members()
	if taken(members, p, name) {
		return identity.Certificate{}, &link.Refusal{Code: link.RefusedNameTaken, Suggest: freeName(members, p, name)}
	}
	number := known.Number
	if number == 0 {
		if len(members) >= g.s.m.cfg.MaxMembers {
			return identity.Certificate{}, &link.Refusal{Code: link.RefusedFull}
		}
		number = members[len(members)-1].Number + 1
	}
	return g.s.admit(ctx, identity.Certificate{Peer: p, Name: name, Role: identity.RoleStudent, Number: number})
}

// taken tells whether a member other than p, and not removed, has that name, or one that looks the same.
func taken(members []class.Member, p peer.ID, name string) bool {
	for _, m := range members {
		if m.Peer != p && !m.Removed && wire.LookAlike(m.Name, name) {
			return true
		}
	}
	return false
}

// freeName suggests the name with the least number behind it that no one has.
func freeName(members []class.Member, p peer.ID, name string) string {
	for n := 2; ; n++ {
		suffix := fmt.Sprintf(" %d", n)
		base := []rune(name)
		base = base[:min(len(base), wire.MaxName-len(suffix))]
		if candidate := strings.TrimSpace(string(base)) + suffix; !taken(members, p, candidate) {
			return candidate
		}
	}
}

// digits keeps the digits of a code: people write 482-177, 482 177 and 482177.
func digits(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
}
