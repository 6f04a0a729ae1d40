package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// allow is what lets a room's port through on each system, for a machine that is not this one.
func allow(port int) []Command {
	return []Command{
		{"Windows", fmt.Sprintf(`netsh advfirewall firewall add rule name="ThirdSpace" dir=in action=allow protocol=TCP localport=%d profile=any`, port)},
		{"macOS", `sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add /Applications/ThirdSpace.app --unblockapp /Applications/ThirdSpace.app`},
		{"Linux (ufw)", fmt.Sprintf("sudo ufw allow %d", port)},
		{"Linux (firewalld)", firewalldCommand(port)},
	}
}

func firewalldCommand(port int) string {
	return fmt.Sprintf("sudo firewall-cmd --permanent --add-port=%d/tcp --add-port=%d/udp && sudo firewall-cmd --reload", port, port)
}

// commandOf is what this machine's own firewall wants, if it is known.
func commandOf(f Firewall) []Command {
	if f.Command == "" {
		return nil
	}
	return []Command{{f.Name, f.Command}}
}

// readUFW reads what "ufw status" prints; it does so for an administrator only.
func readUFW(status string, port int) Firewall {
	f := Firewall{Name: "ufw", State: FirewallShut, Command: fmt.Sprintf("sudo ufw allow %d", port)}
	for line := range strings.Lines(status) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 2 && fields[0] == "Status:" && fields[1] == "inactive":
			f.State = FirewallOff
		case len(fields) >= 2 && fields[1] == "ALLOW" && ufwOpens(fields[0], port):
			f.State = FirewallOpen
		}
	}
	return f
}

// ufwOpens tells whether a rule's first column (47113, 47113/tcp, 47000:48000/tcp, Anywhere) lets TCP to the port through.
func ufwOpens(to string, port int) bool {
	ports, protocol, _ := strings.Cut(to, "/")
	if protocol != "" && protocol != "tcp" {
		return false
	}
	if ports == "Anywhere" {
		return true
	}
	for part := range strings.SplitSeq(ports, ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		low, err1 := strconv.Atoi(first)
		high, err2 := strconv.Atoi(last)
		if err1 == nil && err2 == nil && low <= port && port <= high {
			return true
		}
	}
	return false
}

// nftRuleset is what of "nft --json list ruleset" matters here.
type nftRuleset struct {
	Nftables []struct {
		Chain *nftChain `json:"chain"`
		Rule  *nftRule  `json:"rule"`
	} `json:"nftables"`
}

type nftChain struct {
	Family, Table, Name, Hook, Policy string
}

type nftRule struct {
	Family, Table, Chain string
	Expr                 []map[string]json.RawMessage
}

// readNFT reads the rules of nftables, which iptables-nft writes, too. It follows the chains of the input hook as far as
// their plain rules about a TCP port go; a rule with other conditions is taken for one that does not concern a room.
func readNFT(ruleset []byte, port int) (Firewall, error) {
	var rules nftRuleset
	if err := json.Unmarshal(ruleset, &rules); err != nil {
		return Firewall{}, fmt.Errorf("reading the rules of nftables: %w", err)
	}
	f := Firewall{Name: "nftables", State: FirewallOff}
	for _, entry := range rules.Nftables {
		c := entry.Chain
		if c == nil || !slices.Contains([]string{"inet", "ip"}, c.Family) {
			continue
		}
		verdict := c.verdict(rules, port)
		shut := verdict == "drop" || verdict == "reject"
		accept := fmt.Sprintf("sudo nft insert rule %s %s %s meta l4proto '{ tcp, udp }' th dport %d accept", c.Family, c.Table, c.Name, port)
		switch {
		case c.Hook == "input" && shut:
			f.State, f.Command = FirewallShut, accept
		case c.Hook == "output" && shut:
			f.Out, f.OutRule = FirewallShut, accept
		}
		if f.State == FirewallOff && c.Hook != "" {
			f.State = FirewallOpen
		}
	}
	return f, nil
}

// verdict is what the chain does with a new TCP connection to the port.
func (c *nftChain) verdict(rules nftRuleset, port int) string {
	for _, entry := range rules.Nftables {
		r := entry.Rule
		if r == nil || r.Family != c.Family || r.Table != c.Table || r.Chain != c.Name {
			continue
		}
		if verdict := r.verdict(port); verdict != "" {
			return verdict
		}
	}
	return c.Policy
}

// verdict is what the rule does with a new TCP connection to the port, "" if it does not concern it.
func (r *nftRule) verdict(port int) string {
	verdict := ""
	for _, expr := range r.Expr {
		for kind, raw := range expr {
			switch kind {
			case "accept", "drop", "reject":
				verdict = kind
			case "counter", "comment", "log", "limit", "xt":
			case "match":
				if !nftMatches(raw, port) {
					return ""
				}
			default:
				return ""
			}
		}
	}
	return verdict
}

// nftMatches tells whether a condition holds for a TCP connection to the port for certain.
func nftMatches(raw json.RawMessage, port int) bool {
	var m struct {
		Op   string
		Left struct {
			Payload *struct{ Protocol, Field string }
			Meta    *struct{ Key string }
		}
		Right json.RawMessage
	}
	if json.Unmarshal(raw, &m) != nil || m.Op != "==" {
		return false
	}
	switch {
	case m.Left.Meta != nil && m.Left.Meta.Key == "l4proto":
		return nftHolds(m.Right, func(s string) bool { return s == "tcp" || s == "6" })
	case m.Left.Payload != nil && m.Left.Payload.Field == "protocol":
		return nftHolds(m.Right, func(s string) bool { return s == "tcp" || s == "6" })
	case m.Left.Payload != nil && m.Left.Payload.Field == "dport" && slices.Contains([]string{"tcp", "th"}, m.Left.Payload.Protocol):
		return nftHolds(m.Right, func(s string) bool { return s == strconv.Itoa(port) })
	}
	return false
}

// nftHolds tells whether a value, or one of a set of values, is the one.
func nftHolds(raw json.RawMessage, is func(string) bool) bool {
	var set struct{ Set []json.RawMessage }
	if json.Unmarshal(raw, &set) == nil && set.Set != nil {
		return slices.ContainsFunc(set.Set, func(v json.RawMessage) bool { return is(strings.Trim(string(v), `"`)) })
	}
	return is(strings.Trim(string(raw), `"`))
}

// readWindows reads the firewall's rules as Windows keeps them: "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|…".
func readWindows(on bool, rules []string, program string, port int) Firewall {
	f := Firewall{
		Name: "Windows Defender Firewall", State: FirewallShut,
		Command: fmt.Sprintf(`netsh advfirewall firewall add rule name="ThirdSpace" dir=in action=allow program="%s" enable=yes profile=any`, program),
	}
	if !on {
		f.State = FirewallOff
		return f
	}
	for _, rule := range rules {
		switch {
		case !windowsConcerns(rule, program, port):
			continue
		case strings.Contains(rule, "|Action=Block|"):
			f.State = FirewallShut // a rule that forbids wins over all that allow
			f.Command = fmt.Sprintf(`netsh advfirewall firewall delete rule name=all dir=in program="%s"`, program) + " & " + f.Command
			return f
		case strings.Contains(rule, "|Action=Allow|"):
			f.State = FirewallOpen
		}
	}
	return f
}

// windowsConcerns tells whether a rule is active and about connections to the program or to its port.
func windowsConcerns(rule, program string, port int) bool {
	app, ports, protocol := "", "", ""
	for field := range strings.SplitSeq(rule, "|") {
		key, value, _ := strings.Cut(field, "=")
		switch key {
		case "Active":
			if value != "TRUE" {
				return false
			}
		case "Dir":
			if value != "In" {
				return false
			}
		case "App":
			app = value
		case "LPort":
			ports = value
		case "Protocol":
			protocol = value
		}
	}
	if protocol != "" && protocol != "6" {
		return false
	}
	if app != "" {
		return strings.EqualFold(app, program) && (ports == "" || ports == strconv.Itoa(port))
	}
	return ports == strconv.Itoa(port)
}

// readMac reads what "socketfilterfw --getglobalstate" and "--getappblocked" print.
func readMac(state, blocked, program string) Firewall {
	f := Firewall{
		Name: "macOS firewall", State: FirewallUnknown,
		Command: fmt.Sprintf("sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add %q --unblockapp %q", program, program),
	}
	switch {
	case strings.Contains(state, "State = 0"):
		f.State = FirewallOff
	case strings.Contains(state, "State = 2"), strings.Contains(blocked, "block incoming"), strings.Contains(blocked, "is blocked"):
		f.State = FirewallShut
	case strings.Contains(blocked, "permitted"), strings.Contains(blocked, "allow incoming"):
		f.State = FirewallOpen
	}
	return f
}
