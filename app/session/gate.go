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
	s    *Session
	line *line
	mu   sync.Mutex // held while a member is admitted, so that two do not get one number or one name
}

// Code is the room code as it is typed, digits only; "" while the door is open.
func (g *gate) Code() string { return digits(g.s.Settings().Code) }

// Knock tells whether those without the code may ask to be let in.
func (g *gate) Knock() bool { return g.s.Settings().Approve != ApproveNobody }

// Admit gives a certificate to someone who may come in, or says why not. A new member is a fact in the host's log,
// durable before the certificate leaves this machine.
func (g *gate) Admit(ctx context.Context, r link.JoinRequest) (identity.Certificate, error) {
	if r.Seat != 0 {
		return g.claim(ctx, r)
	}
	cert, name, err := g.admitNow(ctx, r)
	if err != nil || name == "" {
		return cert, err
	}
	if err := g.line.wait(ctx, r, name); err != nil {
		return identity.Certificate{}, err
	}
	known, _ := g.s.member(r.Peer)
	return known.Certificate, nil
}

// admitNow admits whoever needs nobody's word. For others it gives the name under which they have to wait.
func (g *gate) admitNow(ctx context.Context, r link.JoinRequest) (cert identity.Certificate, waits string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known, ever := g.s.member(r.Peer)
	switch {
	case ever && known.Removed:
		return cert, "", &link.Refusal{Code: link.RefusedRemoved}
	case ever && known.Claimed:
		return cert, "", &link.Refusal{Code: link.RefusedClaimed}
	case r.Certificate != nil && ever:
		cert, err = g.s.ownWord(ctx, known.Certificate)
		return cert, "", err
	case r.Certificate != nil:
		cert, err = g.takeOver(ctx, *r.Certificate)
		return cert, "", err
	}
	name, err := wire.CleanName(r.Name, wire.MaxName)
	if err != nil {
		return cert, "", &link.Refusal{Code: link.RefusedBadName}
	}
	if ever && known.Name == name {
		cert, err = g.s.ownWord(ctx, known.Certificate)
		return cert, "", err
	}
	settings := g.s.Settings()
	if settings.Locked && !ever {
		return cert, "", &link.Refusal{Code: link.RefusedLocked}
	}
	if !ever && (r.Knocked || settings.Approve == ApproveAll || settings.Approve == ApproveCodeless && !r.ProvedCode) {
		return cert, name, g.mayWait(r.Peer, name)
	}
	cert, err = g.admitNew(ctx, r.Peer, name, known)
	return cert, "", err
}

// mayWait tells whether someone could be let in at all: if not, they hear of it before a teacher is asked.
func (g *gate) mayWait(p peer.ID, name string) error {
	members := g.s.Members()
	switch {
	case taken(members, p, name) || g.line.named(p, name):
		return &link.Refusal{Code: link.RefusedNameTaken, Suggest: g.freeName(members, p, name)}
	case len(members) >= g.s.m.cfg.MaxMembers:
		return &link.Refusal{Code: link.RefusedFull}
	}
	return nil
}

// takeOver admits a member of the room from before it moved here, of whom nothing else is known on this machine. What the
// key before this one has signed holds but for the powers in it: those are given anew.
func (g *gate) takeOver(ctx context.Context, c identity.Certificate) (identity.Certificate, error) {
	members := g.s.Members()
	if taken(members, c.Peer, c.Name) {
		return c, &link.Refusal{Code: link.RefusedNameTaken, Suggest: freeName(members, c.Peer, c.Name)}
	}
	for _, m := range members {
		if m.Number == c.Number {
			c.Number = nextNumber(members)
		}
	}
	if c.Role.Teaches() {
		c.Role = identity.RoleStudent
	}
	return g.s.admit(ctx, c)
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
		number = nextNumber(members)
	}
	return g.s.admit(ctx, identity.Certificate{Peer: p, Name: name, Role: identity.RoleStudent, Number: number})
}

// nextNumber is the number of the next new member.
func nextNumber(members []class.Member) uint32 {
	next := uint32(hostNumber + 1)
	for _, m := range members {
		next = max(next, m.Number+1)
	}
	return next
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

// freeName is also free in the line.
func (g *gate) freeName(members []class.Member, p peer.ID, name string) string {
	for {
		free := freeName(members, p, name)
		if !g.line.named(p, free) {
			return free
		}
		members = append(members, class.Member{Name: free})
	}
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
