package doctor

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// Diagnose says what the facts mean.
func Diagnose(f Facts) Report {
	r := Report{Side: f.Side, Checks: checks(f)}
	if r.Cause = cause(f); r.Cause == nil {
		r.Doubt = unseen(f)
	}
	if t := f.Target; f.Side == Student && t != nil && t.Answer == AnswerRoom {
		r.Way = t.At.String()
	}
	for _, c := range []*Cause{r.Cause, r.Doubt} {
		if c != nil && c.Commands == nil {
			c.Commands = []Command{} // a page wants a list
		}
	}
	return r
}

func cause(f Facts) *Cause {
	for _, think := range order(f) {
		if c := think(f); c == nothing {
			return nil
		} else if c != nil {
			return c
		}
	}
	return nil
}

// order lists what is thought of, the first that holds being the cause. What makes the rest impossible comes first, what
// is only likely comes last.
func order(f Facts) []func(Facts) *Cause {
	switch {
	case f.Side == Teacher && f.Target == nil:
		return []func(Facts) *Cause{noNetwork, takenPort, notOpen, firewallHere, strangerRefused, vpnAround, noAddress, nobodyThere}
	case f.Side == Teacher:
		return []func(Facts) *Cause{ownAddress, noNetwork, takenPort, notOpen, firewallHere, strangerRefused, vpnBetween, wrongInterface, noAddress, otherSubnet, forbidden, absent}
	case f.Target == nil:
		return []func(Facts) *Cause{noNetwork, noAddress, firewallHere, vpnAround, nobodyThere, noRoom}
	}
	return []func(Facts) *Cause{ownAddress, unheard, answered, noNetwork, forbidden, vpnBetween, wrongInterface, noAddress, otherSubnet, closed, firewall, absent}
}

// nothing is no cause that nevertheless ends the search for one.
var nothing = &Cause{}

func (f Facts) lans() []Interface {
	return slices.DeleteFunc(slices.Clone(f.Interfaces), func(i Interface) bool { return !i.lan() })
}

func noNetwork(f Facts) *Cause {
	if len(f.lans()) > 0 {
		return nil
	}
	if i := slices.IndexFunc(f.Interfaces, func(i Interface) bool { return i.Virtual && i.Up && i.Carrier }); i >= 0 {
		return &Cause{
			Code: CauseWrongInterface, What: fmt.Sprintf("This machine is on no network but its own virtual one (%s).", f.Interfaces[i].Name),
			Means: "That network leads to virtual machines or containers on this machine, not to the classroom.",
			Do:    "Plug in the cable or join the classroom's Wi-Fi.",
		}
	}
	return &Cause{
		Code: CauseNoNetwork, What: "This machine is on no network.", Means: "No cable is plugged in and no Wi-Fi is joined, or it has not got an address yet.",
		Do: "Plug in the cable, or join the Wi-Fi that the rest of the class uses.",
	}
}

func ownAddress(f Facts) *Cause {
	if !f.Target.Own || f.Target.Answer != "" {
		return nil
	}
	return &Cause{
		Code: CauseOwnAddress, What: fmt.Sprintf("%s is an address of this machine itself.", f.Target.At.Addr()),
		Means: "Nothing there can be another machine.", Do: "Type the " + f.whatToType() + ".",
	}
}

// there is the other machine, to begin a sentence with.
func (f Facts) there() string {
	if f.Side == Teacher {
		return "The student's machine"
	}
	return "The teacher's machine"
}

func (f Facts) whatToType() string {
	if f.Side == Teacher {
		return "address that the check on the student's machine names"
	}
	return "address or the code that stands on the teacher's screen"
}

// unheard: a room was found only because its machine was asked straight.
func unheard(f Facts) *Cause {
	if !f.Untold || f.Target.Answer != AnswerRoom || len(f.Found) > 0 || len(f.Hidden) == 0 {
		return nil
	}
	c := &Cause{
		Code: CauseUnheard, What: fmt.Sprintf("%s is open at %s, but this machine does not hear of it.", roomName(f.Hidden[0]), f.Hidden[0].At),
		Means: "Its answers to what is asked of all machines at once are thrown away, by a firewall of this machine or by the network.",
		Do:    "Join by that address: it works. For the room to stand in the list, a firewall on this machine has to let the answers in:", Commands: commandOf(f.Firewall),
	}
	switch f.Firewall.State {
	case FirewallShut:
		c.Code, c.Means = CauseFirewallHere, fmt.Sprintf("The firewall of this machine (%s) throws away the answers to what is asked of all machines at once.", f.Firewall.Name)
	case FirewallOff, FirewallOpen:
		c.Means, c.Do, c.Commands = "This network passes on neither what is meant for many machines (multicast) nor what is meant for all (broadcast).", "Join by that address: it works.", nil
	case "":
		c.Commands = hearing(int(f.Hidden[0].At.Port()))
	}
	return c
}

func roomName(r Room) string {
	if r.Title == "" {
		return "A room"
	}
	return "The room “" + r.Title + "”"
}

// answered is what holds where something listens at the target, whatever the network looks like.
func answered(f Facts) *Cause {
	t := f.Target
	switch t.Answer {
	case AnswerVersion:
		c := &Cause{Code: CauseVersion, What: "The teacher's machine runs another version of ThirdSpace.", Means: "Machines of different versions cannot share a room."}
		if c.Do = "Install the teacher's version on this machine."; !t.Newer {
			c.Do = "Ask the teacher to install the version of this machine, or install the teacher's here."
		}
		return c
	case AnswerOtherKey:
		return &Cause{
			Code: CauseOtherKey, What: "Another room answers there than the one the code or link was made for.",
			Means: "The teacher's machine may have got another address and this one its old one, or a machine passes itself off as the teacher's.",
			Do:    "Take the code that stands on the teacher's screen now. If it is still the same, tell the teacher.",
		}
	case AnswerOther:
		return &Cause{
			Code: CauseOtherProgram, What: fmt.Sprintf("Another program answers at %s, not ThirdSpace.", t.At),
			Means: "The address or the port is not that of the room.", Do: "Compare the address with the teacher's screen, the number after the colon too.",
		}
	case AnswerSilent:
		return &Cause{
			Code: CauseSilentProgram, What: fmt.Sprintf("Something takes the connection at %s and then says nothing.", t.At),
			Means: "It is another program, or the teacher's machine is too busy or asleep.", Do: "Compare the address with the teacher's screen, and try again in a minute.",
		}
	case AnswerRoom:
		return nothing
	}
	return nil
}

func forbidden(f Facts) *Cause {
	if f.Target.Dial != DialForbidden && !(f.Firewall.Out == FirewallShut && f.Target.Dial != DialOpen) {
		return nil
	}
	c := &Cause{
		Code: CauseFirewallHere, What: "This machine's own firewall does not let ThirdSpace out.", Means: "A rule for outgoing connections is in the way.",
		Do: "Allow ThirdSpace to connect, or ask whoever looks after this machine.",
	}
	if f.Firewall.OutRule != "" {
		c.Commands = []Command{{f.Firewall.Name, f.Firewall.OutRule}}
	}
	return c
}

func vpnBetween(f Facts) *Cause {
	t := f.Target
	if !t.Tunnel {
		return nil
	}
	return &Cause{
		Code: CauseVPN, What: fmt.Sprintf("A VPN (%s) is in the way: it takes what is meant for %s.", t.Via, t.At.Addr()),
		Means: "Packets for that machine leave the classroom through the tunnel.", Do: "Switch the VPN off on this machine, and try again.",
	}
}

func wrongInterface(f Facts) *Cause {
	t := f.Target
	if t.Beside != "" && t.Neighbour != NeighbourAnswers && (t.Dial == DialSilent || t.Dial == DialUnreachable) {
		return &Cause{
			Code: CauseWrongInterface, What: fmt.Sprintf("This machine looks for %s on the wrong one of its networks: on %s, where nobody answers, and not on %s.", t.At.Addr(), t.Via, t.Beside),
			Means: "Two networks of this machine have the same numbers, and it takes one of them for everything.",
			Do:    fmt.Sprintf("Switch off the Wi-Fi or unplug the cable that is not the classroom's, most likely %s, and try again.", t.Via),
		}
	}
	if !t.Virtual {
		return nil
	}
	return &Cause{
		Code: CauseWrongInterface, What: fmt.Sprintf("%s leads into this machine's own virtual network (%s).", t.At.Addr(), t.Via),
		Means: "It is an address for virtual machines or containers, on the other machine most likely, too.",
		Do:    "Take another address of that machine: one of the classroom's network.",
	}
}

func noAddress(f Facts) *Cause {
	lans := f.lans()
	if len(lans) == 0 || slices.ContainsFunc(lans, func(i Interface) bool { return !i.selfAssigned() }) {
		return nil
	}
	if t := f.Target; t != nil && t.OnLink {
		return nil // two machines on one cable
	}
	return &Cause{
		Code: CauseNoAddress, What: fmt.Sprintf("The network gave this machine no address: it has only one it gave itself (%s).", prefixes(lans)),
		Means: "The router or server that gives out addresses does not answer, so this machine is on the wire but not on the network.",
		Do:    "Unplug the cable and plug it in again, or leave the Wi-Fi and join it again. If that does not help, other machines on this socket will have the same trouble.",
	}
}

func otherSubnet(f Facts) *Cause {
	t := f.Target
	if t.OnLink || t.Dial == DialOpen || t.Dial == DialRefused {
		return nil
	}
	c := &Cause{
		Code: CauseOtherSubnet, What: fmt.Sprintf("%s (%s) is on another network than this one (%s).", f.there(), t.At.Addr(), prefixes(f.lans())),
		Means: "Between the two is a router that does not pass this on.",
		Do:    "Join the Wi-Fi, or plug into the socket, that the teacher's machine uses. If both do already, the address may be an old one.",
	}
	if t.Via == "" {
		c.Means = "No way leads from this network to that one."
	}
	return c
}

func closed(f Facts) *Cause {
	t := f.Target
	if t.Dial != DialRefused {
		return nil
	}
	return &Cause{
		Code: CauseClosed, What: fmt.Sprintf("The machine at %s answers, and says that nothing is open there.", t.At.Addr()),
		Means:    fmt.Sprintf("The room is closed, or open on another port than %d; or that machine's firewall turns the connection away.", t.At.Port()),
		Do:       "Ask the teacher to open the room, and compare the number after the colon. If both are right, this is allowed on the teacher's machine by:",
		Commands: allow(int(t.At.Port())),
	}
}

func firewall(f Facts) *Cause {
	t := f.Target
	if t.Neighbour != NeighbourAnswers || t.Dial != DialSilent && t.Dial != DialUnreachable {
		return nil
	}
	return &Cause{
		Code: CauseFirewall, What: fmt.Sprintf("A firewall is in the way: the machine at %s is there, and does not take the connection.", t.At.Addr()),
		Means:    fmt.Sprintf("The firewall of the teacher's machine throws away what comes to port %d.", t.At.Port()),
		Do:       "Allow ThirdSpace on the teacher's machine. There, “Check the connection” names the rule; as an administrator it is:",
		Commands: allow(int(t.At.Port())),
	}
}

// absent is a target on the same network that does not answer at all.
func absent(f Facts) *Cause {
	t := f.Target
	if t.Dial == "" || t.Dial == DialOpen || t.Dial == DialRefused || f.Side == Teacher && t.Neighbour != NeighbourSilent {
		return nil
	}
	switch {
	case !f.LAN.Looked, f.LAN.Others > 0:
		return &Cause{
			Code: CauseAbsent, What: fmt.Sprintf("No machine has the address %s just now, though others on this network answer.", t.At.Addr()),
			Means: f.there() + " is off or asleep, or has got another address.", Do: "See whether that machine is on, and compare: this is done with the " + f.whatToType() + ".",
		}
	case f.LAN.Router:
		return isolation(f)
	}
	return nobody(f)
}

func isolation(Facts) *Cause {
	return &Cause{
		Code: CauseIsolation, What: "This network seems to keep its devices apart: only the router answers.",
		Means: "Guest networks often do this (“client isolation”, “AP isolation”). Or no other machine is on it just now.",
		Do:    "Use another Wi-Fi or cables, plug the teacher's machine into the wire, or have the setting switched off in the access point.",
	}
}

func nobody(f Facts) *Cause {
	return &Cause{
		Code: CauseNobody, What: fmt.Sprintf("Nobody answers on this network (%s).", prefixes(f.lans())),
		Means: "This machine is alone on it: another Wi-Fi, another socket or switch, or the network keeps all devices apart.",
		Do:    "Compare with a machine that works: the name of the Wi-Fi, or which socket its cable goes to.",
	}
}

func nobodyThere(f Facts) *Cause {
	switch {
	case !f.LAN.Looked, f.LAN.Others > 0, f.Port.State == PortRoom && len(f.Found) > 1:
		return nil
	case f.LAN.Router:
		return isolation(f)
	}
	return nobody(f)
}

func noRoom(Facts) *Cause {
	return &Cause{
		Code: CauseNoRoom, What: "The network works, and no room answers on it.",
		Means: "The teacher's room is not open, or it is on another network, or the firewall of the teacher's machine is in the way.",
		Do:    "Ask the teacher for the code or the address on their screen, type it here, and check again: then the cause can be named.",
	}
}

func vpnAround(f Facts) *Cause {
	if f.Tunnel == "" || f.Side == Teacher && f.LAN.Others > 0 {
		return nil
	}
	return &Cause{
		Code: CauseVPN, What: fmt.Sprintf("A VPN (%s) is on.", f.Tunnel),
		Means: "Many VPNs cut a machine off from the network it is on.", Do: "Switch the VPN off on this machine, and check again.",
	}
}

// prefixes names the networks of the interfaces.
func prefixes(all []Interface) string {
	var out []string
	for _, i := range all {
		for _, p := range i.Prefixes {
			if (p.Addr().Is4() || i.selfAssigned()) && len(out) < 3 {
				out = append(out, p.Masked().String())
			}
		}
	}
	return strings.Join(out, ", ")
}

// addresses are the interface's own, with their networks.
func addresses(i Interface) string {
	var out []string
	for _, p := range i.Prefixes {
		if (p.Addr().Is4() || i.selfAssigned()) && len(out) < 3 {
			out = append(out, p.String())
		}
	}
	return strings.Join(out, ", ")
}

// onLink tells whether the address is on a network of one of the interfaces.
func onLink(all []Interface, a netip.Addr) bool {
	return slices.ContainsFunc(all, func(i Interface) bool {
		return slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return p.Contains(a.WithZone("")) })
	})
}
