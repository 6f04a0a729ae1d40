package doctor

import (
	"slices"
	"strings"
	"testing"
)

// What the packets of these tests are: a connection to a room, and the answer to a question that was broadcast.
var (
	inward  = knock(Teacher, 47113, []Interface{lan})
	heard   = knock(Student, 47113, []Interface{lan})
	outward = dialled(47113, []Interface{lan})
)

func TestReadingUFW(t *testing.T) {
	const head = "Status: active\nLogging: on (low)\nDefault: deny (incoming), allow (outgoing), disabled (routed)\nNew profiles: skip\n\n" +
		"To                         Action      From\n--                         ------      ----\n"
	for status, want := range map[string]string{
		"Status: inactive\n": FirewallOff,
		head:                 FirewallShut,
		strings.Replace(head, "deny (incoming)", "allow (incoming)", 1):                                             FirewallOpen,
		head + "22/tcp                     ALLOW IN    Anywhere\n":                                                  FirewallShut,
		head + "47113                      ALLOW IN    Anywhere                   # ThirdSpace\n":                   FirewallOpen,
		head + "47113/udp                  ALLOW IN    Anywhere\n":                                                  FirewallShut,
		head + "47113 (v6)                 ALLOW IN    Anywhere (v6)\n":                                             FirewallShut,
		head + "47000:48000/tcp            ALLOW IN    10.77.0.0/24\n":                                              FirewallOpen,
		head + "47113                      ALLOW IN    192.168.0.0/16\n":                                            FirewallShut,
		head + "80,47113/tcp               ALLOW IN    Anywhere\n":                                                  FirewallOpen,
		head + "47113 on eth0              LIMIT IN    Anywhere\n":                                                  FirewallOpen,
		head + "47113 on wlan0             ALLOW IN    Anywhere\n":                                                  FirewallShut,
		head + "47113                      DENY IN     Anywhere\nAnywhere                   ALLOW IN    Anywhere\n": FirewallShut,
		head + "Anywhere                   ALLOW IN    10.0.0.0/8\n":                                                FirewallOpen,
		head + "Anywhere                   ALLOW IN    10.77.0.9\n":                                                 FirewallUnknown,
		head + "ThirdSpace                 ALLOW IN    Anywhere\n":                                                  FirewallUnknown,
		head + "47113                      ALLOW OUT   Anywhere\n":                                                  FirewallShut,
	} {
		if f := readUFW(status, inward); f.State != want || f.Command != "sudo ufw allow 47113" && want != FirewallOff {
			t.Errorf("%q: %+v, want %s", status, f, want)
		}
	}
	const answers = "Anywhere                   ALLOW IN    5353,47113/udp\n"
	if f := readUFW(head, heard); f.State != FirewallShut || f.Command != "sudo ufw allow proto udp from any port 5353,47113" {
		t.Errorf("a student's: %+v", f)
	}
	for rules, want := range map[string]string{answers: FirewallOpen, "47113                      ALLOW IN    Anywhere\n": FirewallShut} {
		if f := readUFW(head+rules, heard); f.State != want {
			t.Errorf("a student's with %q: %+v", rules, f)
		}
	}
}

func TestReadingFirewalld(t *testing.T) {
	const head = "public (active)\n  target: default\n  icmp-block-inversion: no\n  interfaces: eth0\n  sources: \n  services: dhcpv6-client ssh\n"
	const tail = "  protocols: \n  forward: yes\n  masquerade: no\n  forward-ports: \n  source-ports: \n  icmp-blocks: \n  rich rules: \n"
	for list, want := range map[string]string{
		"":                          FirewallUnknown,
		head + "  ports: \n" + tail: FirewallShut,
		head + "  ports: 1025-65535/udp 1025-65535/tcp\n" + tail:                                             FirewallOpen,
		head + "  ports: 47113/udp 22/tcp\n" + tail:                                                          FirewallShut,
		head + "  ports: \n" + tail + "\trule family=\"ipv4\" port port=\"47113\" protocol=\"tcp\" accept\n": FirewallUnknown,
		strings.Replace(head, "target: default", "target: ACCEPT", 1) + "  ports: \n" + tail:                 FirewallOpen,
		strings.Replace(head, "target: default", "target: %%REJECT%%", 1) + "  ports: \n" + tail:             FirewallShut,
	} {
		if f := readFirewalld("public", list, inward); f.State != want || !strings.Contains(f.Command, "--zone=public --add-port=47113/tcp") {
			t.Errorf("%q: %+v, want %s", list, f, want)
		}
	}
	if f := readFirewalld("", head+"  ports: \n"+strings.Replace(tail, "source-ports: ", "source-ports: 47113/udp", 1), heard); f.State != FirewallOpen {
		t.Errorf("a student's: %+v", f)
	}
}

func TestReadingNFT(t *testing.T) {
	chain := func(policy string) string {
		return `{"chain": {"family": "inet", "table": "filter", "name": "input", "hook": "input", "policy": "` + policy + `"}}`
	}
	rule := func(expr string) string {
		return `, {"rule": {"family": "inet", "table": "filter", "chain": "input", "expr": [` + expr + `]}}`
	}
	match := func(left, right string) string {
		return `{"match": {"op": "==", "left": ` + left + `, "right": ` + right + `}}`
	}
	const dport, yes = `{"payload": {"protocol": "tcp", "field": "dport"}}`, `, {"accept": null}`
	const saddr, iif = `{"payload": {"protocol": "ip", "field": "saddr"}}`, `{"meta": {"key": "iifname"}}`
	const established = `{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": ["established", "related"]}}`
	mine := `, {"chain": {"family": "inet", "table": "filter", "name": "mine"}}, ` +
		`{"rule": {"family": "inet", "table": "filter", "chain": "mine", "expr": [` + match(dport, `{"range": [47000, 48000]}`) + yes + `]}}`
	for name, c := range map[string]struct{ rules, want string }{
		"nothing":               {"", FirewallOff},
		"all is let in":         {chain("accept"), FirewallOpen},
		"nothing is let in":     {chain("drop"), FirewallShut},
		"but the port":          {chain("drop") + rule(match(dport, "47113")+yes), FirewallOpen},
		"but some ports":        {chain("drop") + rule(match(dport, `{"set": [80, {"range": [47000, 48000]}]}`)+`, {"counter": {"packets": 1}}`+yes), FirewallOpen},
		"but ports with a name": {chain("drop") + rule(match(dport, `"@open"`)+yes), FirewallUnknown},
		"but what is known":     {chain("drop") + rule(established+yes), FirewallShut},
		"but this network":      {chain("drop") + rule(match(saddr, `{"prefix": {"addr": "10.0.0.0", "len": 8}}`)+yes), FirewallOpen},
		"but another network":   {chain("drop") + rule(match(saddr, `{"prefix": {"addr": "192.168.0.0", "len": 16}}`)+yes), FirewallShut},
		"but one machine":       {chain("drop") + rule(match(saddr, `"10.77.0.9"`)+yes), FirewallUnknown},
		"but this machine":      {chain("drop") + rule(match(iif, `"lo"`)+yes), FirewallShut},
		"but this interface":    {chain("drop") + rule(match(iif, `"eth*"`)+yes), FirewallOpen},
		"the port is refused":   {chain("accept") + rule(match(dport, "47113")+`, {"reject": {"type": "tcp reset"}}`), FirewallShut},
		"after a jump":          {chain("drop") + rule(`{"jump": {"target": "mine"}}`) + mine, FirewallOpen},
		"a jump that is back":   {chain("drop") + rule(`{"jump": {"target": "mine"}}`) + strings.Replace(mine, "accept", "return", 1), FirewallShut},
		"by a map":              {chain("drop") + rule(`{"vmap": {"key": {"ct": {"key": "state"}}, "data": {"set": [["established", {"accept": null}], ["new", {"goto": {"target": "mine"}}]]}}}`) + mine, FirewallOpen},
		"what is not known":     {chain("drop") + rule(`{"xt": {"type": "match", "name": "conntrack"}}`+yes), FirewallUnknown},
		"in circles":            {chain("drop") + rule(`{"jump": {"target": "input"}}`), FirewallUnknown},
		"another chain's":       {chain("drop") + `, {"rule": {"family": "inet", "table": "filter", "chain": "forward", "expr": [{"accept": null}]}}`, FirewallShut},
	} {
		f, err := readNFT([]byte(`{"nftables": [`+c.rules+`]}`), inward, outward, false)
		if err != nil || f.State != c.want || (f.State == FirewallShut || f.State == FirewallUnknown) != (f.Command != "") {
			t.Errorf("%s: %+v, %v, want %s", name, f, err, c.want)
		}
	}
	if _, err := readNFT([]byte("{"), inward, outward, false); err == nil {
		t.Error("half a text is read")
	}
}

func TestReadingIPTables(t *testing.T) {
	const head = "# Generated by iptables-save v1.8.9\n*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:MINE - [0:0]\n-A INPUT -i lo -j ACCEPT\n"
	for rules, want := range map[string]string{
		"": FirewallShut,
		"-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n":                                                     FirewallShut,
		"-A INPUT -p tcp -m tcp --dport 47113 -m comment --comment \"for class, and more\" -j ACCEPT\n":                       FirewallOpen,
		"-A INPUT -p udp -m udp --dport 47113 -j ACCEPT\n":                                                                    FirewallShut,
		"-A INPUT -p tcp -m multiport --dports 80,47000:48000 -j ACCEPT\n":                                                    FirewallOpen,
		"-A INPUT -j MINE\n-A MINE -s 10.0.0.0/8 -p tcp -m tcp --dport 47000:48000 -j ACCEPT\n-A MINE -j LOG --log-level 4\n": FirewallOpen,
		"-A INPUT -g MINE\n-A INPUT -j ACCEPT\n-A MINE -p tcp -j LOG\n":                                                       FirewallShut,
		"-A INPUT ! -i wlan0 -j ACCEPT\n":                                                                                     FirewallOpen,
		"-A INPUT ! -s 10.77.0.0/24 -j ACCEPT\n":                                                                              FirewallShut,
		"-A INPUT -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT\n":                                                          FirewallUnknown,
		"-A INPUT -p tcp -j REJECT --reject-with icmp-port-unreachable\n-A INPUT -j ACCEPT\n":                                 FirewallShut,
	} {
		if f := readIPTables(head+rules+"COMMIT\n", inward, outward); f.State != want || want == FirewallShut && !strings.Contains(f.Command, "--dport 47113") {
			t.Errorf("%q: %+v, want %s", rules, f, want)
		}
	}
	if f := readIPTables("*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n", inward, outward); f.State != FirewallOff || f.Out != FirewallShut || !strings.Contains(f.OutRule, "OUTPUT") {
		t.Errorf("nothing is let out: %+v", f)
	}
	if f := readIPTables("", inward, outward); f.State != FirewallOff {
		t.Errorf("nothing: %+v", f)
	}
}

func TestReadingWindowsRules(t *testing.T) {
	const app = `C:\ThirdSpace\thirdspace.exe`
	rule := func(action, rest string) string { return "v2.30|Action=" + action + "|Active=TRUE|Dir=In|" + rest }
	public := []string{"Public"}
	for name, c := range map[string]struct {
		networks, rules []string
		want            string
	}{
		"off":                    {nil, nil, FirewallOff},
		"no rule":                {public, nil, FirewallShut},
		"the program":            {public, []string{rule("Allow", `Protocol=6|App=c:\thirdspace\THIRDSPACE.exe|Name=ThirdSpace|`)}, FirewallOpen},
		"on private networks":    {public, []string{rule("Allow", "Protocol=6|Profile=Private|App="+app+"|")}, FirewallShut},
		"on private and public":  {public, []string{rule("Allow", "Protocol=6|Profile=Private|Profile=Public|App="+app+"|")}, FirewallOpen},
		"on one of two networks": {[]string{"Private", "Public"}, []string{rule("Allow", "Protocol=6|Profile=Private|App="+app+"|")}, FirewallShut},
		"the port":               {public, []string{rule("Allow", "Protocol=6|LPort=80|LPort=47113|Name=x|")}, FirewallOpen},
		"a range":                {public, []string{rule("Allow", "Protocol=6|LPort2_10=47000-48000|Name=x|")}, FirewallOpen},
		"a service's":            {public, []string{rule("Allow", "Protocol=6|LPort=47113|Svc=x|")}, FirewallShut},
		"only UDP":               {public, []string{rule("Allow", "Protocol=17|App="+app+"|")}, FirewallShut},
		"another program":        {public, []string{rule("Allow", `Protocol=6|App=C:\other.exe|`)}, FirewallShut},
		"switched off":           {public, []string{`v2.30|Action=Allow|Active=FALSE|Dir=In|App=` + app + "|"}, FirewallShut},
		"outwards":               {public, []string{`v2.30|Action=Allow|Active=TRUE|Dir=Out|App=` + app + "|"}, FirewallShut},
		"“Cancel” at the first":  {public, []string{rule("Allow", "LPort=47113|Protocol=6|"), rule("Block", "Protocol=6|App="+app+"|")}, FirewallShut},
	} {
		if f := readWindows(c.networks, c.rules, app, inward); f.State != c.want || !strings.Contains(f.Command, app) {
			t.Errorf("%s: %+v, want %s", name, f, c.want)
		}
	}
	if f := readWindows(public, nil, app, heard); f.State != FirewallOpen {
		t.Errorf("a student's: %+v", f)
	}
	if f := readWindows(public, []string{rule("Block", "Protocol=17|Profile=Public|App="+app+"|")}, app, heard); f.State != FirewallShut {
		t.Errorf("a student's, after “Cancel”: %+v", f)
	}
	for numbers, want := range map[string][]string{"": windowsProfiles, "0\r\n": {"Public"}, "1\r\n0\r\n1\r\n": {"Private", "Public"}, "x 7": windowsProfiles} {
		if got := windowsNetworks(numbers); !slices.Equal(got, want) {
			t.Errorf("%q are networks of the kinds %v, want %v", numbers, got, want)
		}
	}
}

func FuzzReading(f *testing.F) {
	f.Add("? (10.77.0.1) at 2:fc:0:0:0:5 on en0\ndefault 10.0.0.1\n10.0.0.1 0x1 0x2 x\n0.0.0.0 0.0.0.0 1.2.3.4\n")
	f.Add(`{"nftables": [{"chain": {"family": "inet", "hook": "input", "policy": "drop"}}, {"rule": {"expr": [{"match": {}}]}}]}`)
	f.Add(":INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -j A\n-A A -g INPUT\n-A A ! -s 10.0.0.0/8 -p tcp --dports 1,2:3 -j ACCEPT\n")
	f.Add("To  Action  From\n47113/tcp on eth0  ALLOW IN  10.0.0.0/8 47113/udp # x\n")
	f.Add("public\n  target: default\n  ports: 1-2/tcp\n  rich rules: \n\trule\n")
	f.Fuzz(func(t *testing.T, text string) {
		for a := range readARP(text) {
			if !a.Is4() {
				t.Fatalf("neighbour %v", a)
			}
		}
		readProcARP(text, "")
		readProcRoute(text, map[string]bool{"lan0": true})
		readDefaultRoute(text)
		for _, p := range []packet{inward, heard} {
			readUFW(text, p)
			readFirewalld("", text, p)
			readWindows(windowsNetworks(text), []string{text}, "x", p)
			if f := readIPTables(text, p, outward); (f.State == FirewallShut || f.State == FirewallUnknown) != (f.Command != "") {
				t.Fatalf("%+v", f)
			}
			if f, err := readNFT([]byte(text), p, outward, false); err == nil && (f.State == FirewallShut || f.State == FirewallUnknown) != (f.Command != "") {
				t.Fatalf("%+v", f)
			}
		}
	})
}
