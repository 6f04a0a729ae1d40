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
		"Linux": readProcARP("IP address       HW type     Flags       HW address            Mask     Device\n" +
			"10.77.0.1        0x1         0x2         02:fc:00:00:00:05     *        lan0\n" +
			"10.77.0.9        0x1         0x0         00:00:00:00:00:00     *        lan0\n" +
			"nonsense         0x1         0x2\n"),
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

func TestReadingUFW(t *testing.T) {
	const head = "Status: active\n\nTo                         Action      From\n--                         ------      ----\n"
	for status, want := range map[string]string{
		"Status: inactive\n": FirewallOff,
		head:                 FirewallShut,
		head + "22/tcp                     ALLOW       Anywhere\n":       FirewallShut,
		head + "47113                      ALLOW       Anywhere\n":       FirewallOpen,
		head + "47113/udp                  ALLOW       Anywhere\n":       FirewallShut,
		head + "47000:48000/tcp            ALLOW       10.77.0.0/24\n":   FirewallOpen,
		head + "80,47113/tcp               ALLOW       Anywhere\n":       FirewallOpen,
		head + "47113                      DENY        Anywhere\n":       FirewallShut,
		head + "Anywhere                   ALLOW       192.168.0.0/16\n": FirewallOpen,
	} {
		if f := readUFW(status, 47113); f.State != want || f.Command != "sudo ufw allow 47113" {
			t.Errorf("%q: %+v, want %s", status, f, want)
		}
	}
}

func TestReadingNFT(t *testing.T) {
	chain := func(policy string) string {
		return `{"chain": {"family": "inet", "table": "filter", "name": "input", "hook": "input", "policy": "` + policy + `"}}`
	}
	rule := func(expr string) string {
		return `{"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [` + expr + `]}}`
	}
	const port = `{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 47113}}`
	const set = `{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [80, 47113]}}}`
	const established = `{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established"]}}`
	for name, c := range map[string]struct{ rules, want string }{
		"nothing":             {"", FirewallOff},
		"all is let in":       {chain("accept"), FirewallOpen},
		"nothing is let in":   {chain("drop"), FirewallShut},
		"but the port":        {chain("drop") + "," + rule(port+`, {"accept": null}`), FirewallOpen},
		"but some ports":      {chain("drop") + "," + rule(set+`, {"counter": {"packets": 1}}, {"accept": null}`), FirewallOpen},
		"but what is known":   {chain("drop") + "," + rule(established+`, {"accept": null}`), FirewallShut},
		"the port is refused": {chain("accept") + "," + rule(port+`, {"reject": {"type": "tcp reset"}}`), FirewallShut},
		"another chain's":     {chain("drop") + `, {"rule": {"family": "inet", "table": "filter", "chain": "forward", "expr": [{"accept": null}]}}`, FirewallShut},
	} {
		f, err := readNFT([]byte(`{"nftables": [`+c.rules+`]}`), 47113)
		if err != nil || f.State != c.want || f.State == FirewallShut && f.Command == "" {
			t.Errorf("%s: %+v, %v, want %s", name, f, err, c.want)
		}
	}
	if _, err := readNFT([]byte("{"), 1); err == nil {
		t.Error("half a text is read")
	}
}

func TestReadingWindowsRules(t *testing.T) {
	const app = `C:\ThirdSpace\thirdspace.exe`
	rule := func(action, rest string) string { return "v2.30|Action=" + action + "|Active=TRUE|Dir=In|" + rest }
	for name, c := range map[string]struct {
		on    bool
		rules []string
		want  string
	}{
		"off":                   {false, nil, FirewallOff},
		"no rule":               {true, nil, FirewallShut},
		"the program":           {true, []string{rule("Allow", `Protocol=6|App=c:\thirdspace\THIRDSPACE.exe|Name=ThirdSpace|`)}, FirewallOpen},
		"the port":              {true, []string{rule("Allow", "Protocol=6|LPort=47113|Name=x|")}, FirewallOpen},
		"only UDP":              {true, []string{rule("Allow", "Protocol=17|App="+app+"|")}, FirewallShut},
		"another program":       {true, []string{rule("Allow", `Protocol=6|App=C:\other.exe|`)}, FirewallShut},
		"switched off":          {true, []string{`v2.30|Action=Allow|Active=FALSE|Dir=In|App=` + app + "|"}, FirewallShut},
		"outwards":              {true, []string{`v2.30|Action=Allow|Active=TRUE|Dir=Out|App=` + app + "|"}, FirewallShut},
		"“Cancel” at the first": {true, []string{rule("Allow", "LPort=47113|Protocol=6|"), rule("Block", "Protocol=6|App="+app+"|")}, FirewallShut},
	} {
		if f := readWindows(c.on, c.rules, app, 47113); f.State != c.want {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
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

func FuzzReading(f *testing.F) {
	f.Add("? (10.77.0.1) at 2:fc:0:0:0:5 on en0\ndefault 10.0.0.1\n10.0.0.1 0x1 0x2 x\n0.0.0.0 0.0.0.0 1.2.3.4\n")
	f.Add(`{"nftables": [{"chain": {"family": "inet", "hook": "input", "policy": "drop"}}, {"rule": {"expr": [{"match": {}}]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		for a := range readARP(text) {
			if !a.Is4() {
				t.Fatalf("neighbour %v", a)
			}
		}
		readProcARP(text)
		readProcRoute(text, map[string]bool{"lan0": true})
		readDefaultRoute(text)
		readUFW(text, 1)
		readWindows(true, []string{text}, "x", 1)
		if f, err := readNFT([]byte(text), 1); err == nil && (f.State == FirewallShut) != (f.Command != "") {
			t.Fatalf("%+v", f)
		}
	})
}
