package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// readIPTables reads what "iptables-save -t filter" prints.
func readIPTables(text string, in, out packet) Firewall {
	f := Firewall{Name: "iptables", State: FirewallOff}
	heard, sent := iptablesChains(text, in), iptablesChains(text, out)
	input, ok := heard["INPUT"]
	if !ok {
		return f
	}
	if len(input.rules) > 0 || input.policy == refuse {
		f.State = admits([]verdict{fate(heard, "INPUT")})
	}
	if f.State == FirewallShut || f.State == FirewallUnknown {
		f.Command = iptablesOpening("INPUT", in)
	}
	if admits([]verdict{fate(sent, "OUTPUT")}) == FirewallShut {
		f.Out, f.OutRule = FirewallShut, iptablesOpening("OUTPUT", out)
	}
	return f
}

// iptablesOpening is the command that lets the packet through the chain, and what goes with it.
func iptablesOpening(chain string, p packet) string {
	if p.udp {
		return fmt.Sprintf("sudo iptables -I %s -p udp -m multiport --sports 5353,%d -j ACCEPT", chain, p.from)
	}
	rule := "sudo iptables -I %s -p %s --dport %d -j ACCEPT"
	return fmt.Sprintf(rule, chain, "tcp", p.to) + " && " + fmt.Sprintf(rule, chain, "udp", p.to)
}

// iptablesChains are all chains with their rules, as they are for the packet.
func iptablesChains(text string, p packet) map[string]filterChain {
	all := map[string]filterChain{}
	for line := range strings.Lines(text) {
		words := shellWords(line)
		switch {
		case len(words) >= 2 && strings.HasPrefix(words[0], ":"):
			policy := accept
			if words[1] == "DROP" {
				policy = refuse
			}
			all[words[0][1:]] = filterChain{policy: policy}
		case len(words) >= 2 && words[0] == "-A":
			chain := all[words[1]]
			chain.rules = append(chain.rules, iptablesRule(words[2:], p))
			all[words[1]] = chain
		}
	}
	for name, chain := range all {
		for i, r := range chain.rules { // a target that is no chain is one that lets the packet go on: LOG, MARK
			if _, known := all[r.target]; r.does == jump && !known {
				all[name].rules[i].does = goOn
			}
		}
	}
	return all
}

// shellWords divides a line at its blanks, but for those between double quotes.
func shellWords(line string) []string {
	quoted := false
	words := strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t' || r == '\n' || r == '\r')
	})
	return words
}

// iptablesRule reads the options of a rule.
func iptablesRule(words []string, p packet) filterRule {
	r := filterRule{holds: yes}
	turned := false
	for len(words) > 0 {
		option := words[0]
		count := slices.IndexFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "-") || w == "!" })
		if count < 0 {
			count = len(words) - 1
		}
		values := words[1 : 1+count]
		words = words[1+count:]
		switch option {
		case "!":
			turned = true
			continue
		case "-j", "-g":
			if len(values) == 1 {
				r.does, r.target, r.leaves = iptablesTarget(values[0]), values[0], option == "-g"
			}
			return r // what follows are the target's own options
		}
		holds := iptablesHolds(option, strings.Join(values, " "), p)
		if turned {
			holds = holds.not()
		}
		r.holds, turned = r.holds.and(holds), false
	}
	return r
}

func iptablesTarget(name string) verdict {
	switch name {
	case "ACCEPT":
		return accept
	case "DROP", "REJECT":
		return refuse
	case "RETURN":
		return back
	}
	return jump
}

func iptablesHolds(option, value string, p packet) answer {
	switch option {
	case "-m", "--comment", "--limit", "--limit-burst", "--syn":
		return yes
	case "-p":
		return p.isProtocol(value)
	case "-i", "-o":
		return p.isInterface(value)
	case "-s":
		return p.comesFrom(value)
	case "-d":
		return isOneMachine(value).and(perhaps)
	case "--dport", "--dports":
		return portIn(p.to, value)
	case "--sport", "--sports":
		return portIn(p.from, value)
	case "--ctstate", "--state":
		return answerOf(slices.Contains(strings.Split(value, ","), "NEW"))
	}
	return perhaps
}
