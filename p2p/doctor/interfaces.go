package doctor

import (
	"net"
	"net/netip"
	"slices"
	"strings"

	"thirdspace/p2p/discover"
)

// tunnelNames begin the names of VPNs' interfaces; most of them say so by being point-to-point, too.
var tunnelNames = []string{"tun", "tap", "wg", "utun", "ppp", "ipsec", "nordlynx", "proton", "mullvad", "openvpn", "wireguard", "tailscale", "zt", "zerotier", "hamachi", "cscotun"}

// interfaces lists what this machine has, without loopback.
func interfaces() []Interface {
	list, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var all []Interface
	for _, i := range list {
		if i.Flags&net.FlagLoopback != 0 {
			continue
		}
		name := strings.ToLower(i.Name)
		all = append(all, Interface{
			Name: i.Name, Up: i.Flags&net.FlagUp != 0, Carrier: i.Flags&net.FlagRunning != 0, Prefixes: prefixesOf(i),
			Tunnel:  i.Flags&net.FlagPointToPoint != 0 || slices.ContainsFunc(tunnelNames, func(t string) bool { return strings.HasPrefix(name, t) }),
			Virtual: discover.Virtual(i.Name),
		})
	}
	return all
}

func prefixesOf(i net.Interface) []netip.Prefix {
	addrs, err := i.Addrs()
	if err != nil {
		return nil // it went away since
	}
	var all []netip.Prefix
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if ip, ok := netip.AddrFromSlice(n.IP); ok {
			bits, _ := n.Mask.Size()
			all = append(all, netip.PrefixFrom(ip.Unmap(), bits))
		}
	}
	return all
}

func own(all []Interface, a netip.Addr) bool {
	return a.IsLoopback() || slices.ContainsFunc(all, func(i Interface) bool { return i.has(a) })
}

func (i Interface) has(a netip.Addr) bool {
	return slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Addr() == a.WithZone("") })
}

// wayTo is the interface by which a packet to the address would leave. Connecting a UDP socket asks the system for that
// and sends nothing.
func wayTo(all []Interface, a netip.Addr) (Interface, bool) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, discardPort)))
	if err != nil {
		return Interface{}, false
	}
	defer c.Close()
	from := c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
	if from.IsLoopback() {
		return Interface{Name: "loopback"}, true
	}
	i := slices.IndexFunc(all, func(i Interface) bool { return i.has(from) && (a.Zone() == "" || a.Zone() == i.Name) })
	if i < 0 {
		return Interface{}, false
	}
	return all[i], true
}

// beside is another interface than via that may lead to a classroom and whose network has the address, too.
func beside(all []Interface, via Interface, a netip.Addr) string {
	if a.IsLinkLocalUnicast() { // of which every interface has the same numbers
		return ""
	}
	i := slices.IndexFunc(all, func(i Interface) bool { return i.lan() && i.Name != via.Name && onLink([]Interface{i}, a) })
	if i < 0 {
		return ""
	}
	return all[i].Name
}

// tunnelOut is the VPN that takes what leaves this machine's networks, or "".
func tunnelOut(all []Interface) string {
	if via, ok := wayTo(all, netip.MustParseAddr(outsideProbe)); ok && via.Tunnel {
		return via.Name
	}
	return ""
}
