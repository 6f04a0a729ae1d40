package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// windowsProfiles are the kinds of networks for which Windows' firewall is set apart, in the order of Windows' numbers for
// them. A rule that was made for one kind does nothing on another: who allowed a program on private networks only has not
// allowed it on the school's Wi-Fi that Windows takes for a public one.
var windowsProfiles = []string{"Public", "Private", "Domain"}

// windowsNetworks reads the numbers of the kinds of networks that the machine is on; without any it may be on every kind.
func windowsNetworks(numbers string) []string {
	var all []string
	for word := range strings.FieldsSeq(numbers) {
		if i := slices.Index([]string{"0", "1", "2"}, word); i >= 0 && !slices.Contains(all, windowsProfiles[i]) {
			all = append(all, windowsProfiles[i])
		}
	}
	if len(all) == 0 {
		return windowsProfiles
	}
	return all
}

// readWindows reads the firewall's rules as Windows keeps them: "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|…"
// (MS-GPFAS 2.2.2.19). Networks are those of the kinds that the machine is on for which the firewall is switched on.
func readWindows(networks, rules []string, program string, p packet) Firewall {
	f := Firewall{
		Name:    "Windows Defender Firewall",
		State:   FirewallOpen,
		Command: fmt.Sprintf(`netsh advfirewall firewall add rule name="ThirdSpace" dir=in action=allow program="%s" enable=yes profile=any`, program),
	}
	if len(networks) == 0 {
		f.State = FirewallOff
		return f
	}
	for _, network := range networks {
		actions := windowsActions(rules, network, program, p)
		switch {
		case slices.Contains(actions, "Block"): // wins over all that allow
			f.State = FirewallShut
			f.Command = fmt.Sprintf(`netsh advfirewall firewall delete rule name=all dir=in program="%s"`, program) + " & " + f.Command
			return f
		case p.udp: // Windows lets the answers to what was broadcast in, unless told otherwise
		case !slices.Contains(actions, "Allow"):
			f.State = FirewallShut
		}
	}
	return f
}

// windowsActions are what the rules do that concern the packet on a network of that kind.
func windowsActions(rules []string, network, program string, p packet) []string {
	var all []string
	for _, text := range rules {
		if r := parseWindowsRule(text); r.concerns(network, program, p) {
			all = append(all, r.first("Action"))
		}
	}
	return all
}

// windowsRule is a rule's fields, of which some may stand there more than once.
type windowsRule map[string][]string

func parseWindowsRule(text string) windowsRule {
	r := windowsRule{}
	for field := range strings.SplitSeq(text, "|") {
		if key, value, ok := strings.Cut(field, "="); ok {
			r[key] = append(r[key], value)
		}
	}
	return r
}

func (r windowsRule) first(key string) string {
	if len(r[key]) == 0 {
		return ""
	}
	return r[key][0]
}

func (r windowsRule) concerns(network, program string, p packet) bool {
	protocol, app := r.first("Protocol"), r.first("App")
	switch {
	case r.first("Active") != "TRUE", r.first("Dir") != "In", len(r["Svc"]) > 0:
		return false
	case len(r["Profile"]) > 0 && !slices.Contains(r["Profile"], network):
		return false
	case protocol != "" && p.isProtocol(protocol) != yes:
		return false
	case app != "" && !strings.EqualFold(app, program):
		return false
	}
	ports := append(slices.Clone(r["LPort"]), r["LPort2_10"]...)
	return len(ports) == 0 && app != "" || slices.ContainsFunc(ports, func(port string) bool { return portIn(p.to, port) == yes })
}
