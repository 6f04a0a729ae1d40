package doctor

import "slices"

// answer is whether a condition holds for a packet that is only thought of.
type answer int

const (
	no answer = iota
	yes
	perhaps // it depends on what is not known of the packet
)

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// and is whether both conditions hold.
func (a answer) and(b answer) answer {
	switch {
	case a == no || b == no:
		return no
	case a == perhaps || b == perhaps:
		return perhaps
	}
	return yes
}

// or is whether at least one of the conditions holds.
func (a answer) or(b answer) answer { return a.not().and(b.not()).not() }

// not turns the answer round.
func (a answer) not() answer {
	switch a {
	case no:
		return yes
	case yes:
		return no
	}
	return perhaps
}

// What a rule does with a packet.
type verdict string

const (
	accept verdict = "accept"
	refuse verdict = "drop"   // or reject
	back   verdict = "return" // to the rule after the one that jumped here
	jump   verdict = "jump"
	goOn   verdict = "" // nothing
)

// filterRule is a rule of a packet filter: whether it holds for a new TCP connection to a room, and what it does then.
type filterRule struct {
	holds  answer
	does   verdict
	target string // of a jump: the chain
	leaves bool   // a jump that does not come back (goto)
}

// filterChain is a list of rules. Policy is what is done at its end, where a hook of the system leads to it.
type filterChain struct {
	rules  []filterRule
	policy verdict
}

// Bounds of walking through chains, which may lead to one another in any way.
const (
	maxFilterDepth = 16
	maxFilterSteps = 100_000
)

// fates is what may become of the packet, as a set.
type fates struct{ in, out, on bool }

// fate walks through a chain to which a hook leads, and says what becomes of the packet: accept, refuse, or "" if that
// depends on what is not known of it.
func fate(chains map[string]filterChain, name string) verdict {
	steps := maxFilterSteps
	f := walk(chains, name, 0, &steps)
	if f.on {
		f.in, f.out = f.in || chains[name].policy != refuse, f.out || chains[name].policy == refuse
	}
	switch {
	case f.in && !f.out:
		return accept
	case f.out && !f.in:
		return refuse
	}
	return ""
}

func walk(chains map[string]filterChain, name string, depth int, steps *int) fates {
	all := fates{}
	for _, r := range chains[name].rules {
		if *steps--; *steps < 0 || depth > maxFilterDepth {
			return fates{in: true, out: true}
		}
		if r.holds == no || r.does == goOn {
			continue
		}
		f := fates{in: r.does == accept, out: r.does == refuse, on: r.does == back}
		ends := true
		if r.does == jump {
			f = walk(chains, r.target, depth+1, steps)
			ends = !f.on || r.leaves
		}
		all.in, all.out = all.in || f.in, all.out || f.out
		if f.on && (r.does == back || r.leaves) {
			all.on = true
		}
		if r.holds == yes && ends {
			return all
		}
	}
	all.on = true
	return all
}

// admits puts together what several filters do: one that refuses is enough.
func admits(all []verdict) string {
	switch {
	case slices.Contains(all, refuse):
		return FirewallShut
	case slices.Contains(all, ""):
		return FirewallUnknown
	case len(all) > 0:
		return FirewallOpen
	}
	return FirewallOff
}
