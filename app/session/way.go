package session

import (
	"context"
	"net/netip"
	"slices"

	"thirdspace/app/store"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
)

// onCable makes the addresses of a ticket usable on this machine: one that holds on one cable only needs its name. One
// that gets none is left out, unless there is no other.
func onCable(addrs []netip.AddrPort) ([]netip.AddrPort, error) {
	var usable []netip.AddrPort
	var failed error
	for _, a := range addrs {
		on, err := discover.OnCable(a)
		if err != nil {
			failed = err
			continue
		}
		usable = append(usable, on)
	}
	if len(usable) > 0 {
		return usable, nil
	}
	return nil, failed
}

// follow learns which room is served where the ticket leads. Where the ticket names the host, another is refused before
// it hears anything of who asks.
func (m *Manager) follow(ctx context.Context, way ticket.Ticket, r store.Room) (store.Room, error) {
	id, host, err := link.Ask(ctx, way.Addrs, way.Host, m.cfg.Log)
	if err != nil {
		return r, err
	}
	if !way.Fits(host) {
		return r, &link.Refusal{Code: link.RefusedOtherKey}
	}
	if way.Room != "" && way.Room != id {
		return r, &link.Refusal{Code: link.RefusedNotARoom}
	}
	r.ID, r.Host = id, host
	if r, err = m.withWhatIsKnown(ctx, r, way.Addrs...); err != nil {
		return r, err
	}
	for _, a := range slices.Backward(way.Addrs) {
		r.Addresses = withAddress(r.Addresses, a)
	}
	return r, nil
}

// maxAddresses bounds how many addresses of a host are remembered.
const maxAddresses = 8

// withAddress puts an address before the others, once, and forgets the oldest of too many.
func withAddress(known []string, at netip.AddrPort) []string {
	a := at.String()
	rest := slices.DeleteFunc(slices.Clone(known), func(old string) bool { return old == a })
	return append([]string{a}, rest[:min(len(rest), maxAddresses-1)]...)
}

// hostAddresses is where the host may be: where it is heard now, then where it was met, the last time first. An address
// that was met elsewhere and would be looked for in the internet from here is left out.
func (s *Session) hostAddresses() []netip.AddrPort {
	r := s.Settings()
	addresses := s.m.Finder.addresses(r.ID, s.host)
	for _, a := range r.Addresses {
		if p, err := discover.ParseAddress(a); err == nil && discover.Near(p.Addr()) && !slices.Contains(addresses, p) {
			addresses = append(addresses, p)
		}
	}
	return addresses
}

// rememberAddress keeps where the host was met, for the day it is not announced.
func (s *Session) rememberAddress() {
	met, ok := s.link.HostAddr()
	if !ok {
		return
	}
	err := s.remember(s.ctx, func(r *store.Room) { r.Addresses = withAddress(r.Addresses, met) })
	if err != nil {
		s.log.Warn("the host's address is not kept", "error", err)
	}
}
