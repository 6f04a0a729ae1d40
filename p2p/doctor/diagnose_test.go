package doctor

import (
	"cmp"
	"net/netip"
	"strings"
	"testing"
)

func wired(name, prefix string) Interface {
	return Interface{Name: name, Up: true, Carrier: true, Prefixes: []netip.Prefix{netip.MustParsePrefix(prefix)}}
}

var lan = wired("eth0", "10.77.0.2/24")

// at is a target on the network, to be changed.
func at(change func(*Target)) *Target {
	t := &Target{At: netip.MustParseAddrPort("10.77.0.1:47113"), Via: "eth0", OnLink: true}
	change(t)
	return t
}

func TestDiagnoses(t *testing.T) {
	down, unplugged := lan, lan
	down.Up, unplugged.Carrier = false, false
	docker, tunnel := wired("docker0", "172.17.0.1/16"), wired("wg0", "10.9.0.2/24")
	docker.Virtual, tunnel.Tunnel = true, true
	self := wired("eth0", "169.254.3.4/16")
	self6 := wired("eth0", "fe80::1/64")
	crowd, alone, router := LAN{Looked: true, Others: 5}, LAN{Looked: true}, LAN{Looked: true, Router: true, Gateway: netip.MustParseAddr("10.77.0.254")}
	far := func(dial, via string) *Target {
		return &Target{At: netip.MustParseAddrPort("10.78.0.1:47113"), Via: via, Dial: dial}
	}
	on := []Interface{lan}
	loops := []Room{{Title: "Loops", At: netip.MustParseAddrPort("10.77.0.1:47113")}}
	well := at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerRoom })
	two := []Interface{lan, wired("wlan0", "10.77.0.200/24")}
	room := Port{Number: 47113, State: PortRoom, Inward: DialOpen}
	for name, c := range map[string]struct {
		facts Facts
		want  string
	}{
		// A student who knows where to go.
		"all is well":               {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerRoom })}, ""},
		"well, over a router":       {Facts{Interfaces: on, Target: &Target{At: at(func(*Target) {}).At, Via: "eth0", Dial: DialOpen, Answer: AnswerRoom}}, ""},
		"well, through a VPN":       {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer, t.Tunnel = DialOpen, AnswerRoom, true })}, ""},
		"no interface":              {Facts{Target: far(DialNoRoute, "")}, CauseNoNetwork},
		"interface down":            {Facts{Interfaces: []Interface{down}, Target: far(DialNoRoute, "")}, CauseNoNetwork},
		"cable out":                 {Facts{Interfaces: []Interface{unplugged}, Target: at(func(t *Target) { t.Dial = DialSilent })}, CauseNoNetwork},
		"a VPN and no network":      {Facts{Interfaces: []Interface{tunnel, down}, Target: far(DialSilent, "wg0")}, CauseNoNetwork},
		"only docker":               {Facts{Interfaces: []Interface{docker, down}, Target: far(DialNoRoute, "")}, CauseWrongInterface},
		"docker's address":          {Facts{Interfaces: []Interface{lan, docker}, Target: at(func(t *Target) { t.Via, t.Virtual, t.Dial = "docker0", true, DialUnreachable })}, CauseWrongInterface},
		"the wrong of two networks": {Facts{Interfaces: two, LAN: crowd, Target: at(func(t *Target) { t.Beside, t.Dial, t.Neighbour = "wlan0", DialUnreachable, NeighbourSilent })}, CauseWrongInterface},
		"two networks, a firewall":  {Facts{Interfaces: two, LAN: crowd, Target: at(func(t *Target) { t.Beside, t.Dial, t.Neighbour = "wlan0", DialSilent, NeighbourAnswers })}, CauseFirewall},
		"own address":               {Facts{Interfaces: on, Target: at(func(t *Target) { t.Own, t.Dial = true, DialRefused })}, CauseOwnAddress},
		"own room":                  {Facts{Interfaces: on, Target: at(func(t *Target) { t.Own, t.Dial, t.Answer = true, DialOpen, AnswerRoom })}, ""},
		"other version":             {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer, t.Version = DialOpen, AnswerVersion, 9 })}, CauseVersion},
		"other key":                 {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerOtherKey })}, CauseOtherKey},
		"a web server":              {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerOther })}, CauseOtherProgram},
		"one that says nothing":     {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerSilent })}, CauseSilentProgram},
		"refused":                   {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial = DialRefused })}, CauseClosed},
		"refused over a router":     {Facts{Interfaces: on, Target: far(DialRefused, "eth0")}, CauseClosed},
		"a VPN between":             {Facts{Interfaces: []Interface{lan, tunnel}, Target: at(func(t *Target) { t.Via, t.Tunnel, t.OnLink, t.Dial = "wg0", true, false, DialSilent })}, CauseVPN},
		"a VPN that is not between": {Facts{Interfaces: []Interface{lan, tunnel}, Tunnel: "wg0", LAN: crowd, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialSilent, NeighbourAnswers })}, CauseFirewall},
		"only self-assigned":        {Facts{Interfaces: []Interface{self}, Target: far(DialNoRoute, "")}, CauseNoAddress},
		"only IPv6 of the cable":    {Facts{Interfaces: []Interface{self6}, Target: far(DialNoRoute, "")}, CauseNoAddress},
		"two on one cable":          {Facts{Interfaces: []Interface{self}, LAN: alone, Target: &Target{At: netip.MustParseAddrPort("169.254.3.9:1"), Via: "eth0", OnLink: true, Dial: DialUnreachable, Neighbour: NeighbourSilent}}, CauseNobody},
		"no way":                    {Facts{Interfaces: on, LAN: crowd, Target: far(DialNoRoute, "")}, CauseOtherSubnet},
		"a router that does not":    {Facts{Interfaces: on, LAN: crowd, Target: far(DialSilent, "eth0")}, CauseOtherSubnet},
		"a router that says no":     {Facts{Interfaces: on, LAN: crowd, Target: far(DialUnreachable, "eth0")}, CauseOtherSubnet},
		"a firewall that drops":     {Facts{Interfaces: on, LAN: crowd, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialSilent, NeighbourAnswers })}, CauseFirewall},
		"a firewall that says no":   {Facts{Interfaces: on, LAN: crowd, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourAnswers })}, CauseFirewall},
		"own firewall, outwards":    {Facts{Interfaces: on, LAN: crowd, Target: at(func(t *Target) { t.Dial = DialForbidden })}, CauseFirewallHere},
		"own firewall, silently":    {Facts{Interfaces: on, LAN: crowd, Firewall: Firewall{Name: "nftables", State: FirewallOpen, Out: FirewallShut, OutRule: "x"}, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialSilent, NeighbourAnswers })}, CauseFirewallHere},
		"host down":                 {Facts{Interfaces: on, LAN: crowd, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourSilent })}, CauseAbsent},
		"host silent, unseen LAN":   {Facts{Interfaces: on, Target: at(func(t *Target) { t.Dial = DialSilent })}, CauseAbsent},
		"isolation":                 {Facts{Interfaces: on, LAN: router, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourSilent })}, CauseIsolation},
		"nobody":                    {Facts{Interfaces: on, LAN: alone, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourSilent })}, CauseNobody},

		// A student who does not know where to go.
		"rooms are found":                       {Facts{Interfaces: on, LAN: crowd, Untold: true, Found: loops, Target: well}, ""},
		"one answers only when asked straight":  {Facts{Interfaces: on, LAN: crowd, Untold: true, Hidden: loops, Target: well}, CauseUnheard},
		"and this machine's firewall is shut":   {Facts{Interfaces: on, LAN: crowd, Untold: true, Hidden: loops, Target: well, Firewall: Firewall{Name: "ufw", State: FirewallShut, Command: "x"}}, CauseFirewallHere},
		"and it is off":                         {Facts{Interfaces: on, LAN: crowd, Untold: true, Hidden: loops, Target: well, Firewall: Firewall{State: FirewallOff}}, CauseUnheard},
		"but that is where the person wants to": {Facts{Interfaces: on, LAN: crowd, Hidden: loops, Target: well}, ""},
		"no network":                            {Facts{}, CauseNoNetwork},
		"no address":                            {Facts{Interfaces: []Interface{self}, LAN: alone}, CauseNoAddress},
		"own firewall":                          {Facts{Interfaces: on, LAN: crowd, Firewall: Firewall{Name: "ufw", State: FirewallShut, Command: "sudo ufw allow 47113"}}, CauseFirewallHere},
		"firewall not known":                    {Facts{Interfaces: on, LAN: crowd, Firewall: Firewall{Name: "ufw", State: FirewallUnknown}}, CauseNoRoom},
		"a VPN is on":                           {Facts{Interfaces: []Interface{lan, tunnel}, Tunnel: "wg0", LAN: alone}, CauseVPN},
		"only the router":                       {Facts{Interfaces: on, LAN: router}, CauseIsolation},
		"nobody at all":                         {Facts{Interfaces: on, LAN: alone}, CauseNobody},
		"others, and no room":                   {Facts{Interfaces: on, LAN: crowd}, CauseNoRoom},
		"others cannot be seen":                 {Facts{Interfaces: on}, CauseNoRoom},

		// A teacher.
		"teacher, all is well":        {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortRoom, Inward: DialOpen}}, ""},
		"teacher, offline":            {Facts{Side: Teacher, Port: Port{State: PortRoom}}, CauseNoNetwork},
		"teacher, only docker":        {Facts{Side: Teacher, Interfaces: []Interface{docker}, Port: Port{State: PortRoom}}, CauseWrongInterface},
		"teacher, port taken":         {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortOther}}, CausePort},
		"teacher, no room":            {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortFree}}, CauseClosed},
		"teacher, firewall":           {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortRoom}, Firewall: Firewall{Name: "ufw", State: FirewallShut}}, CauseFirewallHere},
		"teacher, no way in":          {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortRoom, Inward: DialSilent}}, CauseFirewallHere},
		"teacher, shut to itself":     {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: Port{State: PortShut}}, CauseFirewallHere},
		"teacher, VPN and alone":      {Facts{Side: Teacher, Interfaces: on, LAN: router, Tunnel: "wg0", Port: Port{State: PortRoom}}, CauseVPN},
		"teacher, VPN, others here":   {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Tunnel: "wg0", Port: Port{State: PortRoom}}, ""},
		"teacher, isolated":           {Facts{Side: Teacher, Interfaces: on, LAN: router, Port: Port{State: PortRoom}}, CauseIsolation},
		"teacher, alone":              {Facts{Side: Teacher, Interfaces: on, LAN: alone, Port: Port{State: PortRoom}}, CauseNobody},
		"teacher, no address":         {Facts{Side: Teacher, Interfaces: []Interface{self}, LAN: alone, Port: Port{State: PortRoom}}, CauseNoAddress},
		"teacher, a stranger":         {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Refused: &Refused{netip.MustParseAddr("10.77.0.2"), 9}}, CauseVersion},
		"teacher, an older stranger":  {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Refused: &Refused{netip.MustParseAddr("10.77.0.2"), 0}}, CauseVersion},
		"student's machine is there":  {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Target: at(func(t *Target) { t.Dial = DialRefused })}, ""},
		"student's firewall":          {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialSilent, NeighbourAnswers })}, ""},
		"student's subnet":            {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Target: far(DialNoRoute, "")}, CauseOtherSubnet},
		"student is off":              {Facts{Side: Teacher, Interfaces: on, LAN: crowd, Port: room, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourSilent })}, CauseAbsent},
		"student is kept apart":       {Facts{Side: Teacher, Interfaces: on, LAN: router, Port: room, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialUnreachable, NeighbourSilent })}, CauseIsolation},
		"VPN on the way to a student": {Facts{Side: Teacher, Interfaces: []Interface{lan, tunnel}, LAN: crowd, Port: room, Target: at(func(t *Target) { t.Via, t.Tunnel, t.OnLink, t.Dial = "wg0", true, false, DialSilent })}, CauseVPN},
		"teacher, others are unseen":  {Facts{Side: Teacher, Interfaces: on, Port: Port{State: PortRoom}}, ""},
	} {
		if c.facts.Side == "" {
			c.facts.Side = Student
		}
		r := Diagnose(c.facts)
		got := ""
		if r.Cause != nil {
			got = r.Cause.Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		fitToBeShown(t, name, r)
	}
}

// TestDoubts: what a firewall lets in that does not show its rules is not claimed to be in order.
func TestDoubts(t *testing.T) {
	crowd := LAN{Looked: true, Others: 5}
	for name, c := range map[string]struct {
		side     string
		firewall Firewall
		lan      LAN
		want     bool
	}{
		"no word":                  {Teacher, Firewall{}, crowd, true},
		"it is on":                 {Teacher, Firewall{Name: "ufw", State: FirewallUnknown, Command: "sudo ufw allow 47113"}, crowd, true},
		"it is off":                {Teacher, Firewall{State: FirewallOff}, crowd, false},
		"it lets ThirdSpace in":    {Teacher, Firewall{Name: "ufw", State: FirewallOpen}, crowd, false},
		"a student's, no word":     {Student, Firewall{}, crowd, false},
		"there is a cause already": {Teacher, Firewall{}, LAN{Looked: true}, false},
	} {
		f := Facts{Side: c.side, Interfaces: []Interface{lan}, Firewall: c.firewall, LAN: c.lan, Port: Port{Number: 47113, State: PortRoom, Inward: DialOpen}}
		if c.side == Student {
			f.Target = at(func(t *Target) { t.Dial, t.Answer = DialOpen, AnswerRoom })
		}
		r := Diagnose(f)
		if (r.Doubt != nil) != c.want || r.Doubt != nil && len(r.Doubt.Commands) == 0 {
			t.Errorf("%s: %+v", name, r.Doubt)
		}
		fitToBeShown(t, name, r)
	}
}

// fitToBeShown checks what every report promises: a sentence each, and no check without a word.
func fitToBeShown(t *testing.T, name string, r Report) {
	t.Helper()
	sentences := map[string]string{}
	if r.Cause != nil && r.Doubt != nil {
		t.Errorf("%s: a doubt beside a cause", name)
	}
	if c := cmp.Or(r.Cause, r.Doubt); c != nil {
		sentences = map[string]string{"what": c.What, "means": c.Means, "do": c.Do}
		if c.Commands == nil {
			t.Errorf("%s: no list of commands", name)
		}
		for _, command := range c.Commands {
			if command.System == "" || command.Text == "" {
				t.Errorf("%s: command %+v", name, command)
			}
		}
	}
	ids := map[string]bool{}
	for _, c := range r.Checks {
		sentences["found of "+c.ID] = c.Found
		if ids[c.ID] || c.Looked == "" || !strings.Contains(Good+Note+Bad+Unknown, c.Result) || c.Result == "" {
			t.Errorf("%s: check %+v", name, c)
		}
		ids[c.ID] = true
	}
	for which, s := range sentences {
		if s == "" || !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ":") || strings.Contains(s, "()") || strings.Contains(s, "invalid") {
			t.Errorf("%s: the sentence %s is %q", name, which, s)
		}
	}
}

func TestSentencesNameWhatTheyAreAbout(t *testing.T) {
	vpn := Diagnose(Facts{Side: Student, Interfaces: []Interface{lan}, Target: at(func(t *Target) { t.Via, t.Tunnel, t.Dial = "wg0", true, DialSilent })}).Cause
	if !strings.Contains(vpn.What, "wg0") || !strings.Contains(vpn.What, "10.77.0.1") {
		t.Error(vpn.What)
	}
	subnet := Diagnose(Facts{Side: Student, Interfaces: []Interface{lan}, Target: &Target{At: netip.MustParseAddrPort("10.78.0.1:1"), Dial: DialNoRoute}}).Cause
	if !strings.Contains(subnet.What, "10.78.0.1") || !strings.Contains(subnet.What, "10.77.0.0/24") {
		t.Error(subnet.What)
	}
	wall := Diagnose(Facts{Side: Student, Interfaces: []Interface{lan}, Target: at(func(t *Target) { t.Dial, t.Neighbour = DialSilent, NeighbourAnswers })}).Cause
	if len(wall.Commands) < 3 || !strings.Contains(wall.Commands[0].Text, "47113") {
		t.Errorf("%+v", wall.Commands)
	}
}
