package doctor

import (
	"net/netip"
	"strconv"
	"strings"
)

// packet is one that is only thought of: a firewall is asked what it would do with it. A port of 0 is one that the system
// chose for the moment.
type packet struct {
	udp      bool
	from, to int
	names    []string       // the interfaces by which it comes or goes
	networks []netip.Prefix // where it comes from
}

// Ports that systems choose for the moment (IANA's and Linux's).
const firstOwn, lastOwn = 32768, 65535

// knock is the packet that must get through on that side for rooms to be found: on a teacher's machine a connection to the
// room, on a student's the answer of a machine that was asked by broadcast. The latter belongs to no question that a
// firewall has seen go out to that machine.
func knock(side string, port int, lans []Interface) packet {
	p := packet{to: port}
	if side == Student {
		p = packet{udp: true, from: port}
	}
	for _, i := range lans {
		p.names = append(p.names, i.Name)
		for _, n := range i.Prefixes {
			if n.Addr().Is4() {
				p.networks = append(p.networks, n.Masked())
			}
		}
	}
	return p
}

// dialled is the packet with which this machine connects to a room.
func dialled(port int, lans []Interface) packet {
	p := knock(Teacher, port, lans)
	p.networks = nil
	return p
}

// isProtocol tells whether a protocol's name or number is the packet's.
func (p packet) isProtocol(s string) answer {
	switch strings.ToLower(s) {
	case "tcp", "6":
		return answerOf(!p.udp)
	case "udp", "17":
		return answerOf(p.udp)
	case "all", "0":
		return yes
	}
	return no
}

// within tells whether a port of the packet is in a range.
func within(port, low, high int) answer {
	switch {
	case port != 0:
		return answerOf(low <= port && port <= high)
	case low <= firstOwn && high >= lastOwn:
		return yes
	case high < firstOwn || low == high:
		return no // that one of all is hardly it
	}
	return perhaps
}

// portIn tells whether a port of the packet is one of those in a text: 47113, 47000:48000 or 47000-48000, with commas
// between several.
func portIn(port int, text string) answer {
	all := no
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(strings.ReplaceAll(part, "-", ":"), ":")
		if !isRange {
			last = first
		}
		low, err1 := strconv.Atoi(first)
		high, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil {
			return perhaps // the name of a service
		}
		all = all.or(within(port, low, high))
	}
	return all
}

// isInterface tells whether the packet comes or goes by an interface of that name; a * or + at its end is any rest.
func (p packet) isInterface(name string) answer {
	matching := 0
	prefix := strings.TrimRight(name, "*+")
	for _, n := range p.names {
		if n == name || prefix != name && strings.HasPrefix(n, prefix) {
			matching++
		}
	}
	return share(matching, len(p.names))
}

// comesFrom tells whether the packet comes from an address of the network, which may be a single address.
func (p packet) comesFrom(text string) answer {
	n, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return perhaps
		}
		n = netip.PrefixFrom(a, a.BitLen())
	}
	if !n.Addr().Is4() {
		return no
	}
	inside, touched := 0, false
	for _, own := range p.networks {
		if n.Bits() <= own.Bits() && n.Overlaps(own) {
			inside++
		}
		touched = touched || n.Overlaps(own)
	}
	if inside == 0 && (touched || len(p.networks) == 0) {
		return perhaps
	}
	return share(inside, len(p.networks))
}

// isOneMachine tells whether the address or network is not one of those that mean many machines.
func isOneMachine(text string) answer {
	addr, _, _ := strings.Cut(text, "/")
	a, err := netip.ParseAddr(addr)
	return answerOf(err != nil || !a.IsMulticast())
}

func share(matching, all int) answer {
	switch {
	case all == 0:
		return perhaps
	case matching == 0:
		return no
	case matching == all:
		return yes
	}
	return perhaps
}
