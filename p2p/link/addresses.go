package link

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
)

// localAddrs lists this machine's addresses, those that others most likely reach first: IPv4, then IPv6, then what works
// on one cable only. Loopback stands in when there is nothing else.
func localAddrs(port uint16) []netip.AddrPort {
	var out []netip.AddrPort
	interfaces, err := net.Interfaces()
	if err != nil {
		interfaces = nil
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addrs {
			if ip, ok := addrOnInterface(a, i.Name); ok {
				out = append(out, netip.AddrPortFrom(ip, port))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), port))
	}
	slices.SortStableFunc(out, func(a, b netip.AddrPort) int { return cmp.Compare(addrRank(a.Addr()), addrRank(b.Addr())) })
	return out
}

func addrOnInterface(a net.Addr, name string) (netip.Addr, bool) {
	n, ok := a.(*net.IPNet)
	if !ok {
		return netip.Addr{}, false
	}
	ip, ok := netip.AddrFromSlice(n.IP)
	if !ok {
		return netip.Addr{}, false
	}
	ip = ip.Unmap()
	if ip.Is6() && ip.IsLinkLocalUnicast() {
		ip = ip.WithZone(name)
	}
	return ip, ip.IsGlobalUnicast() || ip.IsLinkLocalUnicast()
}

func addrRank(a netip.Addr) int {
	switch {
	case a.Is4() && !a.IsLinkLocalUnicast():
		return 0
	case a.Is6() && !a.IsLinkLocalUnicast():
		return 1
	case a.Is4():
		return 2
	}
	return 3
}
