package doctor

import (
	"net/netip"
	"slices"
)

// Sides.
const (
	Student = "student"
	Teacher = "teacher"
)

// Facts is everything that was looked at. Its zero values mean "not looked at" or "not known".
type Facts struct {
	Side       string
	Interfaces []Interface
	Target     *Target // of a student: where they want to go; of a teacher: a student's machine; nil if it is not known
	Found      []Room  // rooms that are heard of on the network
	Hidden     []Room  // rooms that answer only when their machine is asked straight
	Untold     bool    // the person did not say where they want to go: Target is a room that was found
	Refused    *Refused
	LAN        LAN
	Tunnel     string // the interface of a VPN that takes what goes out of the room, "" for none
	Firewall   Firewall
	Port       Port // on the teacher's side
}

// Interface is a network interface of this machine.
type Interface struct {
	Name     string
	Prefixes []netip.Prefix // addresses with their networks
	Up       bool
	Carrier  bool // a cable or an access point at the other end
	Tunnel   bool // of a VPN
	Virtual  bool // leads to virtual machines, containers or an overlay
}

// lan tells whether the interface may lead to a classroom.
func (i Interface) lan() bool {
	return i.Up && i.Carrier && !i.Tunnel && !i.Virtual && len(i.Prefixes) > 0
}

// selfAssigned tells whether the interface has no address but those that a machine gives itself.
func (i Interface) selfAssigned() bool {
	return !slices.ContainsFunc(i.Prefixes, func(p netip.Prefix) bool { return !p.Addr().IsLinkLocalUnicast() })
}

// Room is one that is heard of.
type Room struct {
	Title, Teacher string
	At             netip.AddrPort
}

// Refused is a machine that was turned away because it runs another version.
type Refused struct {
	Addr    netip.Addr
	Version int // of the protocol
}

// How a machine on the same network shows itself below TCP.
const (
	NeighbourAnswers = "answers" // it has said which network card it has
	NeighbourSilent  = "silent"
)

// What became of a TCP connection.
const (
	DialOpen        = "open"        // something listens there
	DialRefused     = "refused"     // the machine is there, and nothing listens, or a firewall says no
	DialSilent      = "silent"      // no answer at all
	DialUnreachable = "unreachable" // this machine or a router says that nobody is there
	DialNoRoute     = "no-route"    // this machine knows no way there
	DialForbidden   = "forbidden"   // this machine's own system does not let it out
)

// What answered where something listens.
const (
	AnswerRoom     = "room"
	AnswerOther    = "other"     // another program
	AnswerSilent   = "silent"    // nothing came
	AnswerVersion  = "version"   // a ThirdSpace of another version
	AnswerOtherKey = "other-key" // a ThirdSpace, but not the one the code or link was made for
)

// Target is a place that the person wants to reach.
type Target struct {
	At        netip.AddrPort
	Own       bool   // an address of this machine
	Via       string // the interface that packets would leave by, "" where there is no way
	Tunnel    bool   // Via is a VPN's
	Virtual   bool   // Via leads to virtual machines and the like
	OnLink    bool   // At is on a network of this machine
	Beside    string // another interface of this machine whose network has the same numbers, "" for none
	Neighbour string
	Dial      string
	Answer    string
	Version   int    // of the protocol, with AnswerVersion
	Newer     bool   // the other version is the newer one
	Said      string // the error as the program saw it
}

// LAN is who answers on this machine's networks.
type LAN struct {
	Looked  bool // whether others could be looked for at all
	Gateway netip.Addr
	Router  bool // the gateway answers
	Others  int  // machines that answer, besides the router and the target
}

// States of a Firewall.
const (
	FirewallOff     = "off"
	FirewallOpen    = "open"    // it is on and lets ThirdSpace in
	FirewallShut    = "shut"    // it is on and does not
	FirewallUnknown = "unknown" // it is on, and what it lets in cannot be read
)

// Firewall is this machine's own; State is empty where none could be looked for.
type Firewall struct {
	Name    string
	State   string
	Command string // that lets ThirdSpace in
	Out     string // FirewallShut if it does not let ThirdSpace out
	OutRule string // the command that does
}

// What is on the port of a room on this machine.
const (
	PortFree  = "free"
	PortRoom  = "room"  // a room is open
	PortOther = "other" // another program has it
	PortShut  = "shut"  // something has it, and not even this machine gets through to it
)

// Port is a room's port on this machine.
type Port struct {
	Number int
	State  string
	Inward string // what became of a connection to this machine's own address on the network, as in Target.Dial
}
