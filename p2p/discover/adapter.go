package discover

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Network is a network that this machine is on and that is searched for rooms.
type Network struct {
	Interface string       // as the operating system calls it: eth0, Wi-Fi
	Prefix    netip.Prefix // 192.168.1.0/24
}

// Networks lists the networks that rooms are announced to and searched on. Empty means that this machine is on no network.
// Link-local IPv6 is listed only where an interface has nothing else.
func Networks() []Network {
	found, err := adapters()
	if err != nil {
		return nil
	}
	var networks []Network
	for _, a := range found {
		var local, other []Network
		for _, p := range a.prefixes {
			n := Network{Interface: a.iface.Name, Prefix: p.Masked()}
			if p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
				local = append(local, n)
			} else {
				other = append(other, n)
			}
		}
		if len(other) == 0 {
			other = local
		}
		for _, n := range other {
			if !slices.Contains(networks, n) {
				networks = append(networks, n)
			}
		}
	}
	return networks
}

// Addresses are this machine's own addresses on those networks, IPv4 first: where a room on this machine can be joined.
func Addresses() []netip.Addr {
	found, err := adapters()
	if err != nil {
		return nil
	}
	var all []netip.Addr
	for _, a := range found {
		for _, p := range a.prefixes {
			addr := p.Addr()
			if addr.Is6() && addr.IsLinkLocalUnicast() {
				addr = addr.WithZone(a.iface.Name)
			}
			all = append(all, addr)
		}
	}
	slices.SortStableFunc(all, func(a, b netip.Addr) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

// Near tells whether an address may be dialled without being asked to by a person: it is on a network of this machine, or
// it is private, so that no router hands what is sent there on to the internet.
func Near(a netip.Addr) bool {
	if a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return true
	}
	found, err := adapters()
	return err == nil && neighbourhood(found).onLink(a)
}

// adapter is an interface that is used for discovery, with its addresses.
type adapter struct {
	iface    net.Interface
	prefixes []netip.Prefix // address and prefix length, no zones
}

// adapters lists the usable interfaces as they are now.
func adapters() ([]adapter, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the network interfaces: %w", err)
	}
	var found []adapter
	for _, i := range interfaces {
		if !usable(i) {
			continue
		}
		addrs, err := i.Addrs()
		if err != nil {
			continue // it went away since
		}
		if a := (adapter{iface: i, prefixes: prefixesOf(addrs)}); len(a.prefixes) > 0 {
			found = append(found, a)
		}
	}
	return preferConfigured(found), nil
}

// virtualNames begin the names of interfaces behind which no classroom is: switches for virtual machines and containers
// (Windows', VMware's, VirtualBox's, libvirt's, Docker's and its like), Apple's links between a person's own devices, and
// networks laid over the internet. Announcing to them puts addresses into the answer that nobody can reach.
var virtualNames = []string{
	"vethernet", "vmnet", "vmware network adapter", "vboxnet", "virtualbox host-only", "virbr", "lxcbr", "lxdbr", "docker", "podman", "cni", "veth",
	"awdl", "llw", "zt", "zerotier", "tailscale", "hamachi",
}

// dockerBridge is what Docker calls the bridge of a network that someone made: br- and 12 hexadecimal digits.
var dockerBridge = regexp.MustCompile(`^br-[0-9a-f]{12}$`)

// Virtual tells from an interface's name whether it leads to virtual machines, containers or an overlay network, and
// not to a classroom.
func Virtual(name string) bool {
	name = strings.ToLower(name)
	return dockerBridge.MatchString(name) || slices.ContainsFunc(virtualNames, func(v string) bool { return strings.HasPrefix(name, v) })
}

// usable tells whether an interface leads to a local network: up, with a cable or an access point at its other end,
// multicast, and neither loopback nor a tunnel to elsewhere.
func usable(i net.Interface) bool {
	const wanted = net.FlagUp | net.FlagRunning | net.FlagMulticast
	if i.Flags&wanted != wanted || i.Flags&(net.FlagLoopback|net.FlagPointToPoint) != 0 {
		return false
	}
	return !Virtual(i.Name)
}

func prefixesOf(addrs []net.Addr) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		ip, ok := netip.AddrFromSlice(n.IP)
		if !ok {
			continue
		}
		bits, _ := n.Mask.Size()
		if p := netip.PrefixFrom(ip.Unmap(), bits); p.IsValid() {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// preferConfigured leaves out adapters whose only IPv4 address is one they gave themselves (169.254.0.0/16) and that have
// no routable IPv6 either: mostly adapters of virtual machines. If there are no others they stay, for two
// laptops with a cable between them are a network, too.
func preferConfigured(all []adapter) []adapter {
	configured := slices.DeleteFunc(slices.Clone(all), adapter.selfAssigned)
	if len(configured) == 0 {
		return all
	}
	return configured
}

func (a adapter) selfAssigned() bool {
	v4 := 0
	for _, p := range a.prefixes {
		if !p.Addr().IsLinkLocalUnicast() {
			return false
		}
		if p.Addr().Is4() {
			v4++
		}
	}
	return v4 > 0
}

// speaks tells whether the adapter has an address of the family.
func (a adapter) speaks(f family) bool {
	return slices.ContainsFunc(a.prefixes, func(p netip.Prefix) bool { return p.Addr().Is4() == (f == ipv4Family) })
}

// ips are the adapter's own addresses.
func (a adapter) ips() []net.IP {
	ips := make([]net.IP, len(a.prefixes))
	for i, p := range a.prefixes {
		ips[i] = p.Addr().AsSlice()
	}
	return ips
}

// same tells whether b is the same interface with the same addresses.
func (a adapter) same(b adapter) bool {
	return a.iface.Index == b.iface.Index && a.iface.Name == b.iface.Name && slices.Equal(a.prefixes, b.prefixes)
}

// neighbourhood is the networks this machine is on; it decides which addresses are near enough to be spoken to.
type neighbourhood []adapter

// onLink tells whether the address is on a network of this machine. A link-local IPv6 address is near if it says on which.
func (n neighbourhood) onLink(addr netip.Addr) bool {
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		return addr.Zone() != ""
	}
	return n.zoneOf(addr) != ""
}

// zoneOf is the name of the interface whose network the address is on, or "".
func (n neighbourhood) zoneOf(addr netip.Addr) string {
	if addr.Zone() != "" {
		return addr.Zone()
	}
	for _, a := range n {
		for _, p := range a.prefixes {
			if p.Contains(addr) {
				return a.iface.Name
			}
		}
	}
	return ""
}
