package doctor

import (
	"fmt"
	"strings"
)

// checks lists what was looked at, in the order in which a person would.
func checks(f Facts) []Check {
	all := []Check{checkNetworks(f), checkAddresses(f), checkVPN(f), checkRooms(f), checkLAN(f), checkFirewall(f)}
	if f.Side == Teacher {
		all = append(all, checkPort(f))
	}
	switch {
	case f.Target == nil:
		return all
	case f.Side == Teacher: // nothing need listen on a student's machine
		return append(all, checkWay(f), checkNeighbour(f))
	}
	return append(all, checkWay(f), checkNeighbour(f), checkDial(f), checkAnswer(f))
}

func checkNetworks(f Facts) Check {
	c := Check{ID: "networks", Looked: "Networks of this machine", Result: Good}
	lans := f.lans()
	if len(lans) == 0 {
		c.Result, c.Found = Bad, "None."
		return c
	}
	var names []string
	for _, i := range lans {
		names = append(names, fmt.Sprintf("%s (%s)", i.Name, addresses(i)))
	}
	c.Found = strings.Join(names, ", ") + "."
	return c
}

func checkAddresses(f Facts) Check {
	c := Check{ID: "addresses", Looked: "Addresses given by the network", Result: Good, Found: "This machine has been given one."}
	lans := f.lans()
	switch {
	case len(lans) == 0:
		c.Result, c.Found = Unknown, "There is no network to give one."
	case noAddress(Facts{Interfaces: f.Interfaces}) != nil:
		c.Result, c.Found = Bad, "None: this machine has only what it gave itself."
		if f.Target != nil && f.Target.OnLink {
			c.Result = Note
		}
	}
	return c
}

func checkVPN(f Facts) Check {
	if f.Tunnel == "" {
		return Check{ID: "vpn", Looked: "VPN", Result: Good, Found: "None is on."}
	}
	return Check{ID: "vpn", Looked: "VPN", Result: Note, Found: fmt.Sprintf("%s is on, and takes what leaves this network.", f.Tunnel)}
}

func checkRooms(f Facts) Check {
	c := Check{ID: "rooms", Looked: "Rooms that announce themselves", Result: Good}
	var names []string
	for _, r := range f.Found {
		name := r.Title
		if r.Teacher != "" {
			name += ", " + r.Teacher
		}
		names = append(names, fmt.Sprintf("%s (%s)", name, r.At))
	}
	switch {
	case len(names) > 0:
		c.Found = strings.Join(names, "; ") + "."
	case len(f.Hidden) > 0:
		c.Result, c.Found = Bad, fmt.Sprintf("None, by multicast or by broadcast. Asked straight, %s answers.", f.Hidden[0].At)
	case f.Side == Teacher && f.Port.State != PortRoom:
		c.Result, c.Found = Note, "None."
	default:
		c.Result, c.Found = Bad, "None, by multicast or by broadcast."
	}
	return c
}

func checkLAN(f Facts) Check {
	c := Check{ID: "others", Looked: "Other machines on this network"}
	switch {
	case !f.LAN.Looked:
		c.Result, c.Found = Unknown, "They could not be looked for."
	case f.LAN.Others == 1:
		c.Result, c.Found = Good, "One answers."
	case f.LAN.Others > 1:
		c.Result, c.Found = Good, fmt.Sprintf("%d answer.", f.LAN.Others)
	case f.LAN.Router:
		c.Result, c.Found = Bad, fmt.Sprintf("Only the router (%s) answers.", f.LAN.Gateway)
	default:
		c.Result, c.Found = Bad, "None answers."
	}
	return c
}

func checkFirewall(f Facts) Check {
	c := Check{ID: "firewall", Looked: "Firewall of this machine"}
	if f.Firewall.Out == FirewallShut {
		c.Result, c.Found = Bad, fmt.Sprintf("%s is on and does not let ThirdSpace out.", f.Firewall.Name)
		return c
	}
	switch f.Firewall.State {
	case FirewallOff:
		c.Result, c.Found = Good, "None is on."
	case FirewallOpen:
		c.Result, c.Found = Good, fmt.Sprintf("%s is on and lets ThirdSpace in.", f.Firewall.Name)
	case FirewallShut:
		c.Result, c.Found = Bad, fmt.Sprintf("%s is on and does not let ThirdSpace in.", f.Firewall.Name)
	case FirewallUnknown:
		c.Result, c.Found = Note, fmt.Sprintf("%s is on; what it lets in, only an administrator can see.", f.Firewall.Name)
	default:
		c.Result, c.Found = Unknown, "It cannot be seen without an administrator's rights."
	}
	return c
}

func checkPort(f Facts) Check {
	c := Check{ID: "port", Looked: fmt.Sprintf("Port %d of this machine", f.Port.Number)}
	switch {
	case f.Port.State == PortRoom && (f.Port.Inward == DialOpen || f.Port.Inward == ""):
		c.Result, c.Found = Good, "A room is open there."
	case f.Port.State == PortRoom:
		c.Result, c.Found = Bad, "A room is open there, and this machine does not reach it over its own address."
	case f.Port.State == PortShut:
		c.Result, c.Found = Bad, "Something listens there, and not even this machine gets through to it."
	case f.Port.State == PortOther:
		c.Result, c.Found = Bad, "Another program has it."
	default:
		c.Result, c.Found = Bad, "Nothing listens there: no room is open."
	}
	return c
}

func checkWay(f Facts) Check {
	t := f.Target
	c := Check{ID: "way", Looked: fmt.Sprintf("The way to %s", t.At.Addr()), Result: Good}
	switch {
	case t.Own:
		c.Result, c.Found = Note, "It is this machine itself."
	case t.Via == "":
		c.Result, c.Found = Bad, "None: no network of this machine leads there."
	case t.Tunnel:
		c.Result, c.Found = Bad, fmt.Sprintf("Through the VPN %s.", t.Via)
	case t.Virtual:
		c.Result, c.Found = Bad, fmt.Sprintf("Into the virtual network %s.", t.Via)
	case t.OnLink:
		c.Found = fmt.Sprintf("The same network, over %s.", t.Via)
	default:
		c.Result, c.Found = Note, fmt.Sprintf("Another network, over %s and a router.", t.Via)
	}
	return c
}

func checkNeighbour(f Facts) Check {
	t := f.Target
	c := Check{ID: "neighbour", Looked: "Whether that machine is there", Result: Unknown, Found: "This cannot be seen from here."}
	switch {
	case t.Neighbour == NeighbourAnswers || t.Dial == DialOpen || t.Dial == DialRefused:
		c.Result, c.Found = Good, "It answers."
	case t.Neighbour == NeighbourSilent:
		c.Result, c.Found = Bad, "It does not answer at all."
	}
	return c
}

func checkDial(f Facts) Check {
	c := Check{ID: "connection", Looked: fmt.Sprintf("A connection to %s", f.Target.At), Result: Bad}
	switch f.Target.Dial {
	case DialOpen:
		c.Result, c.Found = Good, "It is taken."
	case DialRefused:
		c.Found = "It is refused."
	case DialSilent:
		c.Found = "It is not answered."
	case DialUnreachable:
		c.Found = "That machine is not reached."
	case DialNoRoute:
		c.Found = "There is no way there."
	case DialForbidden:
		c.Found = "This machine does not allow it."
	default:
		c.Result, c.Found = Unknown, "It was not tried."
	}
	return c
}

func checkAnswer(f Facts) Check {
	c := Check{ID: "answer", Looked: "What answers there", Result: Bad}
	switch f.Target.Answer {
	case AnswerRoom:
		c.Result, c.Found = Good, "A room, of this version."
	case AnswerVersion:
		c.Found = fmt.Sprintf("ThirdSpace, of another version (protocol %d).", f.Target.Version)
	case AnswerOtherKey:
		c.Found = "ThirdSpace, and not the room that was meant."
	case AnswerOther:
		c.Found = "Another program."
	case AnswerSilent:
		c.Found = "Nothing was said."
	default:
		c.Result, c.Found = Unknown, "Nothing listens there that could be asked."
	}
	return c
}
