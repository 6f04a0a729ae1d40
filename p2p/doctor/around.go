package doctor

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/wire"
)

// Looking around asks each address straight, once, a little after the other: a class that does so at the same time shall
// not be felt on a Wi-Fi.
const (
	around     = 24 // bits: of a larger network only the addresses next to this machine's are asked
	maxAround  = 2  // networks
	askedEvery = 6 * time.Millisecond
	answersIn  = 1500 * time.Millisecond // after the last was asked
)

// lookAround finds out who answers on this machine's IPv4 networks: to send something to a machine, the system has to ask
// for its network card first, and remembers who answered. What is sent is the question for rooms. A room that answers it and
// is not heard of otherwise has its announcements thrown away on the way: what answers a question that went straight to it
// is let in by firewalls that let nothing else in.
func lookAround(ctx context.Context, lans []Interface, targets []netip.AddrPort) (LAN, []discover.Found) {
	networks := nearby(lans)
	if len(networks) == 0 {
		return LAN{}, nil
	}
	l := LAN{Gateway: gateway(ctx, lans)}
	nonce := newNonce()
	question, err := wire.SeekAsk{Nonce: nonce}.Encode()
	if err != nil {
		return l, nil
	}
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		return l, nil
	}
	var answered []discover.Found
	var listening sync.WaitGroup
	listening.Go(func() { answered = listen(c, nonce) })
	askAll(ctx, c, question, addressesOf(networks, l.Gateway, lans))
	c.Close()
	listening.Wait()
	table, err := neighbours(ctx, nil)
	if err != nil {
		return l, answered
	}
	l.Looked, l.Router = true, table[l.Gateway]
	l.Others = others(table, lans, l.Gateway, targets)
	return l, answered
}

// askAll puts the question to each, and leaves them a moment for the answer.
func askAll(ctx context.Context, c *net.UDPConn, question []byte, addrs []netip.Addr) {
	pace := time.NewTicker(askedEvery)
	defer pace.Stop()
	for _, a := range addrs {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		c.WriteToUDPAddrPort(question, netip.AddrPortFrom(a, wire.UsualPort)) // one that fails has nobody behind it
	}
	select {
	case <-ctx.Done():
	case <-time.After(answersIn):
	}
}

// Bounds of what is listened to, whoever answers.
const (
	maxAnswered = 32
	maxPackets  = 10_000
)

// listen takes in the rooms that answer, until the socket is closed.
func listen(c *net.UDPConn, nonce []byte) []discover.Found {
	var all []discover.Found
	buf := make([]byte, wire.MaxSeek+1)
	for range maxPackets {
		n, from, err := c.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			break
		}
		if err != nil {
			continue // Windows reports here that a machine has refused the question
		}
		r, ok := discover.ReadAnswer(buf[:n], nonce, from.Addr().Unmap())
		if ok && !knows(all, r) && len(all) < maxAnswered {
			all = append(all, r)
		}
	}
	return all
}

func newNonce() []byte {
	b := make([]byte, wire.SeekNonceSize)
	rand.Read(b)
	return b
}

// nearby are the networks that are asked.
func nearby(lans []Interface) []netip.Prefix {
	var all []netip.Prefix
	for _, i := range lans {
		for _, p := range i.Prefixes {
			n := netip.PrefixFrom(p.Addr(), max(p.Bits(), around)).Masked()
			if p.Addr().Is4() && len(all) < maxAround && !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

// addressesOf lists the machines' addresses of the networks, the router first, without this machine's own.
func addressesOf(networks []netip.Prefix, router netip.Addr, lans []Interface) []netip.Addr {
	var all []netip.Addr
	if router.IsValid() {
		all = append(all, router)
	}
	for _, n := range networks {
		last, isWide := lastOf(n)
		for a := n.Addr(); n.Contains(a); a = a.Next() {
			if isWide && (a == n.Addr() || a == last) || a == router || own(lans, a) {
				continue
			}
			all = append(all, a)
		}
	}
	return all
}

// lastOf is a network's broadcast address, where it has one.
func lastOf(n netip.Prefix) (netip.Addr, bool) {
	b := n.Addr().As4()
	for bit := n.Bits(); bit < 32; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(b), n.Bits() < 31
}

// others counts who is neither the router nor where the person wants to go.
func others(table map[netip.Addr]bool, lans []Interface, router netip.Addr, targets []netip.AddrPort) int {
	count := 0
	for a, answered := range table {
		isTarget := slices.ContainsFunc(targets, func(t netip.AddrPort) bool { return t.Addr() == a })
		if answered && a != router && !isTarget && onLink(lans, a) {
			count++
		}
	}
	return count
}
