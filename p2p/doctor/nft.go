package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// nftRuleset is what of "nft --json list ruleset" (libnftables-json(5)) matters here.
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

func (c nftChain) key() string { return nftKey(c.Family, c.Table, c.Name) }

func nftKey(family, table, chain string) string { return family + " " + table + " " + chain }

// readNFT reads the rules of nftables. The tables that iptables wrote are left out if iptables is asked itself: its rules
// cannot all be read here.
func readNFT(ruleset []byte, in, out packet, withoutIPTables bool) (Firewall, error) {
	var rules nftRuleset
	if err := json.Unmarshal(ruleset, &rules); err != nil {
		return Firewall{}, fmt.Errorf("reading the rules of nftables: %w", err)
	}
	heard, sent := rules.chains(in), rules.chains(out)
	f := Firewall{Name: "nftables"}
	var inward, outward []verdict
	for _, entry := range rules.Nftables {
		c := entry.Chain
		if c == nil || !slices.Contains([]string{"inet", "ip"}, c.Family) || withoutIPTables && c.ofIPTables() {
			continue
		}
		switch c.Hook {
		case "input":
			got := fate(heard, c.key())
			if inward = append(inward, got); got == refuse || got == "" && f.Command == "" {
				f.Command = c.opening(in)
			}
		case "output":
			got := fate(sent, c.key())
			if outward = append(outward, got); got == refuse {
				f.OutRule = c.opening(out)
			}
		}
	}
	f.State = admits(inward)
	if f.State != FirewallShut && f.State != FirewallUnknown {
		f.Command = ""
	}
	if admits(outward) == FirewallShut {
		f.Out = FirewallShut
	}
	return f, nil
}

// ofIPTables tells whether the chain is one of those that iptables makes.
func (c nftChain) ofIPTables() bool {
	return c.Family == "ip" && c.Table == "filter" && slices.Contains([]string{"INPUT", "OUTPUT"}, c.Name)
}

// opening is the command that lets the packet through the chain.
func (c nftChain) opening(p packet) string {
	what := fmt.Sprintf("udp sport '{ 5353, %d }'", p.from)
	if !p.udp {
		what = fmt.Sprintf("meta l4proto '{ tcp, udp }' th dport %d", p.to)
	}
	return fmt.Sprintf("sudo nft insert rule %s %s %s %s accept", c.Family, c.Table, c.Name, what)
}

// chains are all chains with their rules, as they are for the packet.
func (s nftRuleset) chains(p packet) map[string]filterChain {
	all := map[string]filterChain{}
	for _, entry := range s.Nftables {
		if c := entry.Chain; c != nil {
			chain := all[c.key()]
			chain.policy = nftVerdicts[c.Policy]
			all[c.key()] = chain
		}
		if r := entry.Rule; r != nil {
			key := nftKey(r.Family, r.Table, r.Chain)
			chain := all[key]
			chain.rules = append(chain.rules, r.read(p)...)
			all[key] = chain
		}
	}
	return all
}

var nftVerdicts = map[string]verdict{"accept": accept, "drop": refuse, "reject": refuse, "return": back, "jump": jump, "goto": jump}

// read is the rule as it is for the packet; a map of verdicts makes several.
func (r nftRule) read(p packet) []filterRule {
	all := filterRule{holds: yes}
	for _, expr := range r.Expr {
		for kind, raw := range expr {
			switch kind {
			case "match":
				all.holds = all.holds.and(nftMatch(raw, p))
			case "limit":
				var limit struct{ Inv bool }
				if json.Unmarshal(raw, &limit) == nil && limit.Inv {
					all.holds = no // who connects once is not too many
				}
			case "vmap":
				return nftVerdictMap(raw, all.holds, p, r)
			case "counter", "log", "comment", "mangle", "notrack", "meter":
			case "xt":
				all.holds = all.holds.and(perhaps)
			default:
				if _, known := nftVerdicts[kind]; !known {
					all.holds = all.holds.and(perhaps)
					continue
				}
				all = all.doing(kind, raw, r)
			}
		}
	}
	return []filterRule{all}
}

// doing is the rule with what it does.
func (f filterRule) doing(kind string, raw json.RawMessage, r nftRule) filterRule {
	f.does, f.leaves = nftVerdicts[kind], kind == "goto"
	if f.does == jump {
		var to struct{ Target string }
		if json.Unmarshal(raw, &to) == nil {
			f.target = nftKey(r.Family, r.Table, to.Target)
		}
	}
	return f
}

// nftVerdictMap reads "ct state vmap { established : accept, … }".
func nftVerdictMap(raw json.RawMessage, holds answer, p packet, r nftRule) []filterRule {
	var m struct {
		Key  json.RawMessage
		Data struct{ Set [][]json.RawMessage }
	}
	if json.Unmarshal(raw, &m) != nil || m.Data.Set == nil {
		unseen := holds.and(perhaps)
		return []filterRule{{holds: unseen, does: accept}, {holds: unseen, does: refuse}}
	}
	var all []filterRule
	for _, pair := range m.Data.Set {
		if len(pair) != 2 {
			continue
		}
		var does map[string]json.RawMessage
		if json.Unmarshal(pair[1], &does) != nil {
			continue
		}
		for kind, raw := range does {
			all = append(all, filterRule{holds: holds.and(nftHolds(m.Key, pair[0], p))}.doing(kind, raw, r))
		}
	}
	return all
}

// nftMatch tells whether a condition holds.
func nftMatch(raw json.RawMessage, p packet) answer {
	var m struct {
		Op          string
		Left, Right json.RawMessage
	}
	if json.Unmarshal(raw, &m) != nil {
		return perhaps
	}
	holds := nftHolds(m.Left, m.Right, p)
	switch m.Op {
	case "==", "in":
		return holds
	case "!=":
		return holds.not()
	}
	return perhaps
}

// nftHolds tells whether what is looked at has the value, or one of a set.
func nftHolds(left, right json.RawMessage, p packet) answer {
	var look struct {
		Payload *struct{ Protocol, Field string }
		Meta    *struct{ Key string }
		CT      *struct{ Key string }
	}
	if json.Unmarshal(left, &look) != nil {
		return perhaps
	}
	switch {
	case look.Meta != nil:
		return nftAny(right, func(s string) answer { return p.hasMeta(look.Meta.Key, s) })
	case look.CT != nil && look.CT.Key == "state":
		return nftAny(right, func(s string) answer { return answerOf(s == "new") })
	case look.Payload != nil:
		return nftAny(right, func(s string) answer { return p.hasField(look.Payload.Protocol, look.Payload.Field, s) })
	}
	return perhaps
}

func (p packet) hasMeta(key, value string) answer {
	switch key {
	case "l4proto":
		return p.isProtocol(value)
	case "nfproto":
		return answerOf(value == "ipv4" || value == "2")
	case "iif", "iifname", "oif", "oifname":
		return p.isInterface(value)
	}
	return perhaps
}

func (p packet) hasField(protocol, field, value string) answer {
	switch {
	case protocol == "ip" && field == "protocol":
		return p.isProtocol(value)
	case protocol == "ip" && field == "saddr":
		return p.comesFrom(value)
	case protocol == "ip" && field == "daddr":
		return isOneMachine(value).and(perhaps)
	case protocol == "ip6", protocol == "icmp", protocol == "icmpv6":
		return no
	case protocol == "tcp" && p.udp, protocol == "udp" && !p.udp:
		return no
	case field == "dport":
		return portIn(p.to, value)
	case field == "sport":
		return portIn(p.from, value)
	}
	return perhaps
}

// nftAny tells whether one of the values that stand there is meant: a value, a network, a range, a list or a set of them.
func nftAny(raw json.RawMessage, is func(string) answer) answer {
	var set struct {
		Set    []json.RawMessage
		Range  []json.RawMessage
		Prefix *struct {
			Addr string
			Len  int
		}
	}
	values, one := []json.RawMessage(nil), ""
	switch {
	case json.Unmarshal(raw, &values) == nil:
	case json.Unmarshal(raw, &set) != nil:
		one = strings.Trim(string(raw), `"`)
	case set.Prefix != nil:
		one = set.Prefix.Addr + "/" + strconv.Itoa(set.Prefix.Len)
	case len(set.Range) == 2:
		one = strings.Trim(string(set.Range[0]), `"`) + "-" + strings.Trim(string(set.Range[1]), `"`)
	case set.Set != nil:
		values = set.Set
	default:
		return perhaps
	}
	if values == nil {
		if strings.HasPrefix(one, "@") {
			return perhaps // a set that has a name
		}
		return is(one)
	}
	all := no
	for _, v := range values {
		all = all.or(nftAny(v, is))
	}
	return all
}
