package doctor

import (
	"fmt"
	"strings"

	"thirdspace/p2p/wire"
)

// takenPort: on the teacher's side another program has the room's port.
func takenPort(f Facts) *Cause {
	if f.Port.State != PortOther {
		return nil
	}
	return &Cause{
		Code: CausePort, What: fmt.Sprintf("Another program on this machine uses port %d.", f.Port.Number),
		Means: "A room can be opened on another port, but firewalls and known addresses are set for this one.",
		Do:    "End that program, or open the room with --port and another number.",
	}
}

func notOpen(f Facts) *Cause {
	if f.Port.State != PortFree {
		return nil
	}
	return &Cause{
		Code: CauseClosed, What: "No room is open on this machine.", Means: fmt.Sprintf("Nothing listens on port %d, so nobody can be let in.", f.Port.Number),
		Do: "Open the room, and check again.",
	}
}

func firewallHere(f Facts) *Cause {
	noWayIn := f.Port.State == PortShut || f.Port.State == PortRoom && f.Port.Inward != "" && f.Port.Inward != DialOpen
	if f.Firewall.State != FirewallShut && !noWayIn {
		return nil
	}
	c := &Cause{
		Code: CauseFirewallHere, What: fmt.Sprintf("The firewall of this machine (%s) does not let ThirdSpace in.", strings.TrimSpace(f.Firewall.Name)),
		Means: "Students find this room in no list, and cannot connect to it.", Do: "Allow it, as an administrator of this machine:", Commands: commandOf(f.Firewall),
	}
	if f.Firewall.Name == "" {
		c.What, c.Commands = "Something on this machine does not let connections to the room in.", allow(f.Port.Number)
	}
	if f.Side == Student {
		c.What = fmt.Sprintf("The firewall of this machine (%s) does not let in what rooms nearby answer.", f.Firewall.Name)
		c.Means = "So none stands in the list. What is typed by hand works all the same."
	}
	return c
}

// strangerRefused: on the teacher's side someone came who runs another version.
func strangerRefused(f Facts) *Cause {
	if f.Refused == nil {
		return nil
	}
	c := &Cause{
		Code: CauseVersion, What: fmt.Sprintf("The machine at %s runs another version of ThirdSpace and was turned away.", f.Refused.Addr),
		Means: "Machines of different versions cannot share a room.", Do: "Install the version of this machine there, and try again.",
	}
	if f.Refused.Version > wire.Version {
		c.Do = "That one is newer: install it on this machine, or this machine's there."
	}
	return c
}

// unseen is the doubt that is left on a teacher's machine whose firewall does not show its rules.
func unseen(f Facts) *Cause {
	if f.Side != Teacher || f.Firewall.State != FirewallUnknown && f.Firewall.State != "" || f.LAN.Looked && f.LAN.Others == 0 {
		return nil
	}
	c := &Cause{
		Code: CauseUnseen, What: "If students still do not find the room, it may be this machine's firewall.",
		Means: "What it lets in, only an administrator of this machine can see.",
		Do:    "Check again as an administrator (thirdspace doctor --teach), or let the room through:", Commands: commandOf(f.Firewall),
	}
	if c.Commands == nil {
		c.Commands = allow(f.Port.Number)
	}
	return c
}
