package doctor

import "time"

// Report is what was looked at and what it means.
type Report struct {
	Side   string        `json:"side"`
	Checks []Check       `json:"checks"`
	Cause  *Cause        `json:"cause"` // the first real cause; nil where nothing is wrong
	Doubt  *Cause        `json:"doubt"` // without a cause: what may be in the way and cannot be seen from here; nil for nothing
	Way    string        `json:"way"`   // of a student: an address at which a room answers that can be joined; "" for none
	Took   time.Duration `json:"-"`
	Millis int64         `json:"millis"` // how long it took
}

// Results of a check.
const (
	Good    = "good"
	Note    = "note" // not wrong, but may matter
	Bad     = "bad"
	Unknown = "unknown" // could not be looked at
)

// Check is one thing that was looked at.
type Check struct {
	ID     string `json:"id"`
	Looked string `json:"looked"` // at what
	Result string `json:"result"`
	Found  string `json:"found"` // one sentence
}

// Causes, in the order in which they are thought of.
const (
	CauseNoNetwork      = "no-network"
	CauseWrongInterface = "wrong-interface"
	CauseOwnAddress     = "own-address"
	CauseVersion        = "version"
	CauseOtherKey       = "other-key"
	CauseOtherProgram   = "other-program"
	CauseSilentProgram  = "silent-program"
	CausePort           = "port-in-use"
	CauseClosed         = "closed"
	CauseVPN            = "vpn"
	CauseNoAddress      = "no-address"
	CauseOtherSubnet    = "other-subnet"
	CauseFirewallHere   = "firewall-here"
	CauseFirewall       = "firewall"
	CauseAbsent         = "absent"
	CauseIsolation      = "isolation"
	CauseNobody         = "nobody"
	CauseNoRoom         = "no-room"
	CauseUnheard        = "unheard"
	CauseUnseen         = "firewall-unseen" // a doubt only
)

// Cause is why it does not work, a sentence each.
type Cause struct {
	Code     string    `json:"code"`
	What     string    `json:"what"`
	Means    string    `json:"means"`
	Do       string    `json:"do"`
	Commands []Command `json:"commands"` // that remove it, on the machine that Do names
}

// Command is what an administrator types.
type Command struct {
	System string `json:"system"`
	Text   string `json:"text"`
}
