package discover

import (
	"net"
	"net/netip"
	"testing"
)

func TestUsableInterfaces(t *testing.T) {
	const lan = net.FlagUp | net.FlagRunning | net.FlagMulticast | net.FlagBroadcast
	for _, c := range []struct {
		name  string
		flags net.Flags
		want  bool
	}{
		{"eth0", lan, true},
		{"Wi-Fi", lan, true},
		{"Ethernet 2", lan, true},
		{"eth0", lan &^ net.FlagUp, false},
		{"eth0", lan &^ net.FlagRunning, false},
		{"eth0", lan &^ net.FlagMulticast, false},
		{"lo", lan | net.FlagLoopback, false},
		{"tun0", lan | net.FlagPointToPoint, false},
		{"vEthernet (WSL)", lan, false},
		{"VMware Network Adapter VMnet8", lan, false},
		{"vmnet1", lan, false},
		{"awdl0", lan, false},
		{"docker0", lan, false},
		{"br-0123456789ab", lan, false},
		{"br-lan", lan, true},
		{"virbr0", lan, false},
		{"vboxnet0", lan, false},
		{"ztabcdef", lan, false},
	} {
		if got := usable(net.Interface{Name: c.name, Flags: c.flags}); got != c.want {
			t.Errorf("%s (%v): %v, want %v", c.name, c.flags, got, c.want)
		}
	}
}

func TestSelfAssignedAddressesAreTheLastResort(t *testing.T) {
	lan := sampleAdapter("lan", "192.168.1.5/24", "fe80::1/64")
	virtual := sampleAdapter("virtual", "169.254.3.4/16", "fe80::2/64")
	six := sampleAdapter("six", "fe80::3/64")
	mixed := sampleAdapter("mixed", "169.254.3.4/16", "fd00::2/64")
	names := func(all []adapter) (s string) {
		for _, a := range all {
			s += a.iface.Name + " "
		}
		return s
	}
	for want, all := range map[string][]adapter{
		"lan six mixed ": {lan, virtual, six, mixed},
		"virtual ":       {virtual},
		"":               nil,
	} {
		if got := names(preferConfigured(all)); got != want {
			t.Errorf("chosen %q, want %q", got, want)
		}
	}
}

func TestAddressesOfAnInterface(t *testing.T) {
	got := prefixesOf([]net.Addr{
		&net.IPNet{IP: net.IPv4(10, 77, 0, 1), Mask: net.CIDRMask(24, 32)},
		&net.IPNet{IP: net.ParseIP("fe80::1"), Mask: net.CIDRMask(64, 128)},
		&net.IPNet{IP: net.IP{1, 2}, Mask: net.CIDRMask(24, 32)},
		&net.UDPAddr{},
	})
	if len(got) != 2 || got[0] != netip.MustParsePrefix("10.77.0.1/24") || got[1] != netip.MustParsePrefix("fe80::1/64") {
		t.Errorf("read %v", got)
	}
	a := adapter{prefixes: got[:1]}
	if !a.speaks(ipv4Family) || a.speaks(ipv6Family) {
		t.Error("an interface with IPv4 only speaks that only")
	}
}
