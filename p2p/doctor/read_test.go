package doctor

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"syscall"
	"testing"
)

func TestReadingNeighbours(t *testing.T) {
	want := map[netip.Addr]bool{netip.MustParseAddr("10.77.0.1"): true, netip.MustParseAddr("10.77.0.9"): false}
	for name, got := range map[string]map[netip.Addr]bool{
		"Linux": readProcARP("IP address       HW type     Flags       HW address            Mask     Device\n"+
			"10.77.0.1        0x1         0x0         00:00:00:00:00:00     *        lan1\n"+
			"10.77.0.1        0x1         0x2         02:fc:00:00:00:05     *        lan0\n"+
			"10.77.0.9        0x1         0x0         00:00:00:00:00:00     *        lan0\n"+
			"nonsense         0x1         0x2\n", "lan0"),
		"macOS": readARP("? (10.77.0.1) at 2:fc:0:0:0:5 on en0 ifscope [ethernet]\n? (10.77.0.9) at (incomplete) on en0 ifscope [ethernet]\n" +
			"? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]\n? (10.77.0.255) at ff:ff:ff:ff:ff:ff on en0 [ethernet]\n"),
	} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	windows := readARP("\r\nSchnittstelle: 10.77.0.2 --- 0x5\r\n  Internetadresse       Physische Adresse     Typ\r\n" +
		"  10.77.0.1             02-fc-00-00-00-05     dynamisch\r\n  10.77.0.255           ff-ff-ff-ff-ff-ff     statisch\r\n  224.0.0.22            01-00-5e-00-00-16     statisch\r\n")
	if !reflect.DeepEqual(windows, map[netip.Addr]bool{netip.MustParseAddr("10.77.0.1"): true}) {
		t.Errorf("Windows: %v", windows)
	}
}

func TestReadingTheRouter(t *testing.T) {
	b := netip.MustParseAddr("10.77.0.1").As4()
	via := fmt.Sprintf("%08X", binary.NativeEndian.Uint32(b[:]))
	linux := "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n" +
		"tun0\t00000000\t" + via + "\t0003\t0\t0\t0\t00000000\t0\t0\t0\n" +
		"lan0\t00000000\tDEADBEEF\t0003\t0\t0\t600\t00000000\t0\t0\t0\n" +
		"lan0\t00000000\t" + via + "\t0003\t0\t0\t100\t00000000\t0\t0\t0\n" +
		"lan0\t00004D0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
	for name, got := range map[string]netip.Addr{
		"Linux":   readProcRoute(linux, map[string]bool{"lan0": true}),
		"macOS":   readDefaultRoute("Routing tables\n\nInternet:\nDestination        Gateway            Flags               Netif Expire\ndefault            10.77.0.1          UGScg                 en0\n"),
		"Windows": readDefaultRoute("Aktive Routen:\r\n     Netzwerkziel    Netzwerkmaske          Gateway    Schnittstelle Metrik\r\n          0.0.0.0          0.0.0.0        10.77.0.1        10.77.0.2     25\r\n"),
	} {
		if got != netip.MustParseAddr("10.77.0.1") {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := readProcRoute(linux, nil); got.IsValid() {
		t.Errorf("of no interface: %v", got)
	}
	if got := readDefaultRoute("default link#5 UCS utun3\n"); got.IsValid() {
		t.Errorf("of a tunnel: %v", got)
	}
}

func TestReadingMacFirewall(t *testing.T) {
	for _, c := range []struct{ state, blocked, want string }{
		{"Firewall is disabled. (State = 0)", "", FirewallOff},
		{"Firewall is enabled. (State = 1)", "Incoming connection to the application is permitted", FirewallOpen},
		{"Firewall is enabled. (State = 1)", "Incoming connection to the application is blocked", FirewallShut},
		{"Firewall is enabled. (State = 1)", "The application is not part of the firewall", FirewallUnknown},
		{"Firewall is blocking all non-essential incoming connections. (State = 2)", "", FirewallShut},
	} {
		if f := readMac(c.state, c.blocked, "/x"); f.State != c.want {
			t.Errorf("%+v: %+v", c, f)
		}
	}
}

func TestWhatBecameOfADial(t *testing.T) {
	for code, want := range map[syscall.Errno]string{
		syscall.ECONNREFUSED: DialRefused, 10061: DialRefused, syscall.ENETUNREACH: DialNoRoute, 10051: DialNoRoute,
		syscall.EHOSTUNREACH: DialUnreachable, 10065: DialUnreachable, syscall.EACCES: DialForbidden, syscall.ETIMEDOUT: DialSilent,
	} {
		if got := dialResult(&net.OpError{Op: "dial", Err: code}); got != want {
			t.Errorf("%v: %s, want %s", code, got, want)
		}
	}
}

func TestWhoIsAsked(t *testing.T) {
	wide := Interface{Name: "a", Up: true, Carrier: true, Prefixes: []netip.Prefix{netip.MustParsePrefix("10.1.2.3/16"), netip.MustParsePrefix("fd00::1/64")}}
	small := Interface{Name: "b", Up: true, Carrier: true, Prefixes: []netip.Prefix{netip.MustParsePrefix("10.9.0.1/30"), netip.MustParsePrefix("10.10.0.1/24")}}
	lans := []Interface{wide, small}
	networks := nearby(lans)
	if fmt.Sprint(networks) != "[10.1.2.0/24 10.9.0.0/30]" {
		t.Errorf("asked are %v", networks)
	}
	router := netip.MustParseAddr("10.1.2.254")
	asked := addressesOf(networks, router, lans)
	if len(asked) != 253+1 || asked[0] != router || asked[len(asked)-1] != netip.MustParseAddr("10.9.0.2") {
		t.Errorf("asked are %d: %v … %v", len(asked), asked[0], asked[len(asked)-1])
	}
}
