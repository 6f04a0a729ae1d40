package doctor

import (
	"fmt"
	"regexp"
	"strings"
)

// ufwCommand is what lets the packet in, and what goes with it.
func ufwCommand(p packet) string {
	if p.udp {
		return fmt.Sprintf("sudo ufw allow proto udp from any port 5353,%d", p.from)
	}
	return fmt.Sprintf("sudo ufw allow %d", p.to)
}

// readUFW reads what "ufw status verbose" prints; it does so for an administrator only.
func readUFW(status string, p packet) Firewall {
	f := Firewall{Name: "ufw", State: FirewallShut, Command: ufwCommand(p)}
	chain := filterChain{policy: refuse}
	for line := range strings.Lines(status) {
		line = strings.TrimSpace(line)
		switch {
		case line == "Status: inactive":
			f.State = FirewallOff
			return f
		case strings.HasPrefix(line, "Default: allow (incoming)"):
			chain.policy = accept
		default:
			if r, ok := ufwRule(line, p); ok {
				chain.rules = append(chain.rules, r)
			}
		}
	}
	f.State = admits([]verdict{fate(map[string]filterChain{"": chain}, "")})
	return f
}

var ufwColumns = regexp.MustCompile(`^(.*?)\s{2,}(ALLOW|DENY|REJECT|LIMIT)(?: IN)?\s{2,}(.*)$`)

// ufwRule reads a line of the table: to where, what is done, from where. One of what goes out or through is none.
func ufwRule(line string, p packet) (filterRule, bool) {
	columns := ufwColumns.FindStringSubmatch(line)
	if columns == nil || strings.Contains(line, "(v6)") {
		return filterRule{}, false
	}
	from, _, _ := strings.Cut(columns[3], "#") // a comment
	r := filterRule{holds: ufwEnd(columns[1], p.to, p, nil).and(ufwEnd(from, p.from, p, p.comesFrom)), does: refuse}
	if columns[2] == "ALLOW" || columns[2] == "LIMIT" {
		r.does = accept
	}
	return r, true
}

var ufwPorts = regexp.MustCompile(`^[0-9,:]+(/tcp|/udp)?$`)

// ufwEnd tells whether one end of a rule is the packet's: "Anywhere", "47113/tcp", "10.0.0.0/8 47113", "22 on eth0". An
// address of this machine's own is taken for the right one, so near is nil there.
func ufwEnd(text string, port int, p packet, near func(string) answer) answer {
	all := yes
	text, name, on := strings.Cut(strings.TrimSpace(text), " on ")
	if on {
		all = p.isInterface(strings.TrimSpace(name))
	}
	for word := range strings.FieldsSeq(text) {
		switch {
		case word == "Anywhere":
		case ufwPorts.MatchString(word):
			ports, protocol, _ := strings.Cut(word, "/")
			if all = all.and(portIn(port, ports)); protocol != "" {
				all = all.and(p.isProtocol(protocol))
			}
		case near != nil:
			all = all.and(near(word))
		case !strings.ContainsAny(word, ".:"):
			all = all.and(perhaps) // the name of a program's rules
		}
	}
	return all
}
