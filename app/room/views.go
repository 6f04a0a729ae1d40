package room

import (
	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

// StartView is what the start screen shows.
type StartView struct {
	Mode        string       `json:"mode"`        // start, host, join: which door was asked for
	Argument    string       `json:"argument"`    // the room or address to join that the command line named
	Code        string       `json:"code"`        // the room code that the command line named
	Name        string       `json:"name"`        // used last
	Fingerprint string       `json:"fingerprint"` // of this device, as the host of rooms
	Key         string       `json:"key"`         // of this device, to be vouched for
	Last        *OpenRequest `json:"last"`        // what was opened last
	Mine        []Hosted     `json:"mine"`
	Known       []Known      `json:"known"`
	Protection  string       `json:"protection"` // what the jail for programs lacks here, "" for nothing
	Layers      []Layer      `json:"layers"`     // the parts of that jail, if it lacks any
}

// Layer is one way in which programs are locked in.
type Layer struct {
	Name string `json:"name"` // what it gives, in plain words
	On   bool   `json:"on"`
	Why  string `json:"why"` // it is not
}

// Hosted is a room opened on this machine before.
type Hosted struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Course     string `json:"course"`
	Teacher    string `json:"teacher"`
	LastOpened int64  `json:"lastOpened"` // Unix ms
}

// Known is a room joined before.
type Known struct {
	ID       string `json:"id"`
	Host     string `json:"host"`
	Title    string `json:"title"`
	Course   string `json:"course"`
	Teacher  string `json:"teacher"`
	Name     string `json:"name"`
	LastSeen int64  `json:"lastSeen"` // Unix ms
}

// Found is a room that is announced on this network. All of it is the announcer's word.
type Found struct {
	ID          string   `json:"id"`
	Host        string   `json:"host"`
	Title       string   `json:"title"`
	Course      string   `json:"course"`
	Teacher     string   `json:"teacher"`
	Locked      bool     `json:"locked"` // a room code is asked for
	Members     int      `json:"members"`
	Addresses   []string `json:"addresses"`
	Known       bool     `json:"known"` // joined before, under Name
	Name        string   `json:"name"`
	Mine        bool     `json:"mine"`
	Conflict    bool     `json:"conflict"` // has the name or id of a known room, and another key
	Moved       bool     `json:"moved"`    // has the id of a known room: its teacher may have another machine, and prove it
	Fingerprint string   `json:"fingerprint"`
}

// OpenRequest asks to open a room: a new one, or the one with that id or name.
type OpenRequest struct {
	ID      string `json:"id"`
	Course  string `json:"course"`
	Title   string `json:"title"`
	Teacher string `json:"teacher"`
	UseCode bool   `json:"useCode"`
}

// JoinRequest asks to join a room: id and host of a found or known one, or what someone typed: address, code or link.
// Without a room code, a room that asks for one may let a teacher decide.
type JoinRequest struct {
	ID      string `json:"id"`
	Host    string `json:"host"`
	Address string `json:"address"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Card    string `json:"card"` // words or link of a card, which claims its seat; name and code are not used then
}

// Member is someone in the room.
type Member struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Number  uint32 `json:"number"`
	Here    bool   `json:"here"`
	Removed bool   `json:"removed"`
	Forked  bool   `json:"forked"` // two copies of their machine's data have been in use
	Unruly  bool   `json:"unruly"` // their machine has lately sent far more than it may; shown to the host
	Muted   bool   `json:"muted"`
	Governs bool   `json:"governs"` // this machine's person may remove and mute them
	Claimed bool   `json:"claimed"` // their seat was claimed on another computer, on its host only
}

// Knock is someone who waits at the door.
type Knock struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Since  int64  `json:"since"` // Unix ms
	Away   bool   `json:"away"`  // the link is lost; the place is kept for a minute
	Proved bool   `json:"proved"`
}

// Phases of a View besides the link's own.
const (
	PhaseNone    = "none"
	PhaseHosting = "hosting"
)

// Way is how someone who does not find the room in their list gets there by typing.
type Way struct {
	Address string `json:"address"`
	Code    string `json:"code"` // says the same in less, with a check and a mark of the host's key
}

// maxWays are shown: more would only be confusing.
const maxWays = 2

// View is the room this machine is in.
type View struct {
	Phase       string           `json:"phase"` // none, hosting, connecting, here, reconnecting, refused
	Role        string           `json:"role"`
	ID          string           `json:"id"`
	Title       string           `json:"title"`
	Course      string           `json:"course"`
	Teacher     string           `json:"teacher"`
	Fingerprint string           `json:"fingerprint"` // of the room's host
	Me          Member           `json:"me"`
	Code        string           `json:"code"` // the room code, on its host only
	Locked      bool             `json:"locked"`
	Approve     string           `json:"approve"`   // who has to be let in by hand: "", "codeless", "all"
	Waiting     []Knock          `json:"waiting"`   // to be let in, in order, on its host only
	Place       int              `json:"place"`     // in that line, of this machine, while waiting
	Offered     bool             `json:"offered"`   // this machine may take the room over: it was vouched for
	Addresses   []string         `json:"addresses"` // where the room can be joined by address, on its host only
	Ways        []Way            `json:"ways"`      // the first of them that can be typed, with a code each
	Link        string           `json:"link"`      // what a QR code shows, on its host only; without the room code
	LinkIn      string           `json:"linkIn"`    // the same with the room code in it: whoever has it gets in
	Offline     bool             `json:"offline"`   // this machine is on no network: nobody can find the room
	Members     []Member         `json:"members"`
	Refusal     *failure.Failure `json:"refusal"`
	Since       int64            `json:"since"` // Unix ms: since when the phase
}

// View is the room as it stands.
func (s *Service) View() View {
	current, err := s.sessions.Current()
	if err != nil {
		return s.outside()
	}
	return viewOf(current)
}

// outside is what there is to see while this machine is in no room: that it waits at the door of one, or nothing.
func (s *Service) outside() View {
	v := View{Phase: PhaseNone, Addresses: []string{}, Ways: []Way{}, Members: []Member{}, Waiting: []Knock{}}
	if r, state, ok := s.sessions.Waits(); ok {
		v.Phase, v.ID, v.Title, v.Course, v.Teacher = state.Phase, r.ID, r.Title, r.Course, r.Teacher
		v.Place, v.Since, v.Fingerprint = state.Place, state.Since.UnixMilli(), identity.Fingerprint(r.Host)
	}
	return v
}

func viewOf(s *session.Session) View {
	r, state := s.Settings(), s.Link()
	v := View{
		Phase: state.Phase, Role: string(s.Role()), ID: r.ID, Title: r.Title, Course: r.Course, Teacher: r.Teacher,
		Fingerprint: identity.Fingerprint(s.Host()), Since: state.Since.UnixMilli(), Addresses: []string{}, Ways: []Way{}, Members: []Member{}, Waiting: []Knock{},
		Me: Member{ID: s.Self().String(), Name: r.Name, Role: string(s.Role()), Here: true},
	}
	if state.Refusal != nil {
		v.Refusal = failure.From(state.Refusal)
	}
	if s.Hosted() {
		v.Phase, v.Code, v.Locked, v.Approve = PhaseHosting, r.Code, r.Locked, r.Approve
		for _, k := range s.Waiting() {
			v.Waiting = append(v.Waiting, Knock{ID: k.Peer.String(), Name: k.Name, Since: k.Since.UnixMilli(), Away: k.Away, Proved: k.Proved})
		}
		v.Offline = len(discover.Networks()) == 0
		v.lead(s)
	}
	present, forked, unruly, seats := s.PresentMembers(), s.Forked(), s.Unruly(), s.SeatsBefore()
	for _, m := range s.Members() {
		member := memberOf(m, present[m.Peer])
		member.Forked, member.Unruly, member.Governs = forked[m.Peer], unruly[m.Peer], s.MayGovern(m.Peer)
		if s.Hosted() {
			_, member.Claimed = seats[m.Peer]
		}
		v.Members = append(v.Members, member)
		if m.Peer == s.Self() {
			v.Me = member
		}
	}
	_, v.Offered = s.Offered()
	if state.Phase == "" && !s.Hosted() {
		v.Phase = link.PhaseConnecting
	}
	return v
}

// lead says every way to the room, on its host.
func (v *View) lead(s *session.Session) {
	for _, a := range s.Addresses() {
		v.Addresses = append(v.Addresses, a.String())
		if code := s.Code(a); code != "" && len(v.Ways) < maxWays {
			v.Ways = append(v.Ways, Way{Address: a.String(), Code: code})
		}
	}
	way := s.Way()
	v.Link = way.Link()
	way.Code = v.Code
	v.LinkIn = way.Link()
}

func memberOf(m class.Member, here bool) Member {
	return Member{ID: m.Peer.String(), Name: m.Name, Role: string(m.Role), Number: m.Number, Here: here && !m.Removed, Removed: m.Removed, Muted: m.Muted}
}
