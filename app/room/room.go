// Package room is the way in and out, as the page sees it: the start screen with the rooms that are near, opening a
// room, joining one, who is in it, the door, and leaving.
package room

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/app/settings"
	"thirdspace/app/store"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/ticket"
)

// Events the page hears.
const (
	EventChanged = "room:changed" // a View
	EventFound   = "room:found"   // a []Found
)

// openKey is the setting under which what was opened last is remembered.
const openKey = "open"

// Launch is how the program was started, and what its command line has said already.
type Launch struct {
	Mode   string // "start", "host" or "join"
	Open   OpenRequest
	Join   JoinRequest
	Target string // of join: a room's name, or an address
}

// Service is bound to the page.
type Service struct {
	sessions   *session.Manager
	store      *store.Store
	device     *identity.Device
	settings   *settings.Service
	launch     Launch
	protection func() (string, []Layer)
}

// New makes the service. Through emit the page hears of rooms and of changes in the one it is in; protection says what
// the jail for programs lacks on this machine.
func New(m *session.Manager, st *store.Store, d *identity.Device, set *settings.Service, launch Launch, protection func() (string, []Layer), emit func(name string, data ...any)) *Service {
	s := &Service{sessions: m, store: st, device: d, settings: set, launch: launch, protection: protection}
	m.Listen(session.Events{Room: func() { emit(EventChanged, s.View()) }})
	m.Finder.OnChange(func(found []discover.Found) {
		if list, err := s.found(found); err == nil {
			emit(EventFound, list)
		}
	})
	return s
}

// Start is what the start screen begins with.
func (s *Service) Start() (StartView, error) {
	ctx := context.Background()
	v := StartView{
		Mode: s.launch.Mode, Argument: s.launch.Target, Code: s.launch.Join.Code, Fingerprint: identity.Fingerprint(s.device.ID()), Key: s.device.ID().String(),
		Mine: []Hosted{}, Known: []Known{},
	}
	v.Protection, v.Layers = s.protection()
	chosen, err := s.settings.Get()
	if err != nil {
		return v, err
	}
	v.Name = cmp.Or(s.launch.Join.Name, chosen.Name)
	if v.Last, err = s.lastOpened(ctx); err != nil {
		return v, failure.Of(err)
	}
	rooms, err := s.store.Rooms(ctx)
	if err != nil {
		return v, failure.Of(err)
	}
	for _, r := range rooms {
		if r.Hosted {
			v.Mine = append(v.Mine, Hosted{ID: r.ID, Title: r.Title, Course: r.Course, Teacher: r.Teacher, LastOpened: r.Used.UnixMilli()})
		} else {
			v.Known = append(v.Known, Known{ID: r.ID, Host: r.Host.String(), Title: r.Title, Course: r.Course, Teacher: r.Teacher, Name: r.Name, LastSeen: r.Used.UnixMilli()})
		}
	}
	return v, nil
}

// lastOpened is what the door to teach begins with: what the command line says, or else what was opened last.
func (s *Service) lastOpened(ctx context.Context) (*OpenRequest, error) {
	if s.launch.Open.Title != "" {
		return &s.launch.Open, nil
	}
	var last OpenRequest
	ok, err := s.store.Setting(ctx, openKey, &last)
	if !ok {
		return nil, err
	}
	return &last, err
}

// Search lists the rooms that are near. The first call starts the search; from then on EventFound tells of changes.
func (s *Service) Search() ([]Found, error) {
	found, err := s.found(s.sessions.Finder.Found())
	return found, failure.Of(err)
}

// Networks lists the networks that are searched, in words; none means that this machine is on no network.
func (s *Service) Networks() []string {
	out := []string{}
	for _, n := range discover.Networks() {
		out = append(out, n.Prefix.String()+" ("+n.Interface+")")
	}
	return out
}

func (s *Service) found(list []discover.Found) ([]Found, error) {
	rooms, err := s.store.Rooms(context.Background())
	if err != nil {
		return nil, err
	}
	out := make([]Found, 0, len(list))
	for _, f := range list {
		v := Found{
			ID: f.Room, Host: f.Host.String(), Title: f.Title, Course: f.Course, Teacher: f.Teacher, Locked: f.Locked, Members: f.Members,
			Mine: f.Host == s.device.ID(), Fingerprint: identity.Fingerprint(f.Host), Addresses: []string{},
		}
		for _, a := range f.Addrs {
			v.Addresses = append(v.Addresses, a.String())
		}
		for _, r := range rooms {
			if r.ID == f.Room && r.Host == f.Host && !r.Hosted {
				v.Known, v.Name = true, r.Name
			}
			v.Moved = v.Moved || r.ID == f.Room && r.Host != f.Host
		}
		_, v.Conflict = session.Conflict(rooms, f.Room, f.Host, f.Title, f.Teacher)
		out = append(out, v)
	}
	return out, nil
}

// What a text that someone typed, pasted or scanned can be.
const (
	TargetNone    = ""        // no way to a room
	TargetAddress = "address" // an address, a code or a link without a room code
	TargetFull    = "full"    // a link that has the room code in it
	TargetTypo    = "typo"    // meant as one of them, but there is a slip in it
)

// Target is what such a text is.
type Target struct {
	Kind    string           `json:"kind"`
	Problem *failure.Failure `json:"problem"` // of a slip
}

// Read tells what a text is that someone typed to get to a room, before anything is sent anywhere.
func (s *Service) Read(text string) Target {
	way, err := ticket.Read(text)
	switch {
	case errors.Is(err, ticket.ErrNeither):
		return Target{Kind: TargetNone}
	case err != nil:
		return Target{Kind: TargetTypo, Problem: failure.From(err)}
	case way.Code != "":
		return Target{Kind: TargetFull}
	}
	return Target{Kind: TargetAddress}
}

// Open opens a room on this machine.
func (s *Service) Open(r OpenRequest) (View, error) {
	ctx := context.Background()
	_, err := s.sessions.Open(ctx, session.OpenOptions{ID: r.ID, Course: strings.TrimSpace(r.Course), Title: r.Title, Teacher: r.Teacher, UseCode: r.UseCode})
	if err != nil {
		return View{}, failure.Of(err)
	}
	v := s.View()
	err = s.store.SetSetting(ctx, openKey, OpenRequest{Course: v.Course, Title: v.Title, Teacher: v.Teacher, UseCode: v.Code != ""})
	return v, failure.Of(err)
}

// Join joins a room. It returns when this machine is in, or is refused; where a teacher has to let it in, that may take as
// long as the teacher takes, and Leave gives up.
func (s *Service) Join(r JoinRequest) (View, error) {
	o := session.JoinOptions{Room: r.ID, Ticket: r.Address, Name: r.Name, Code: r.Code, Card: r.Card}
	if r.Host != "" {
		host, err := peer.Decode(r.Host)
		if err != nil {
			return View{}, failure.Of(err)
		}
		o.Host = host
	}
	if _, err := s.sessions.Join(context.Background(), o); err != nil {
		return View{}, failure.Of(err)
	}
	v := s.View()
	chosen, err := s.settings.Get()
	if err != nil {
		return v, err
	}
	chosen.Name = v.Me.Name
	return v, s.settings.Set(chosen)
}

// Leave leaves the room; for its host it closes.
func (s *Service) Leave() error { return failure.Of(s.sessions.Leave(context.Background())) }

// SetLocked shuts the door to those who are not members, or opens it.
func (s *Service) SetLocked(locked bool) error {
	return s.change(func(ctx context.Context, current *session.Session) error { return current.SetLocked(ctx, locked) })
}

// SetUseCode asks newcomers for a code, or not.
func (s *Service) SetUseCode(use bool) error {
	return s.change(func(ctx context.Context, current *session.Session) error { return current.SetUseCode(ctx, use) })
}

// NewCode replaces the room code and gives the new one.
func (s *Service) NewCode() (string, error) {
	err := s.change(func(ctx context.Context, current *session.Session) error { return current.NewCode(ctx) })
	return s.View().Code, err
}

// SetApprove says who has to be let in by hand: "", "codeless" or "all".
func (s *Service) SetApprove(approve string) error {
	return s.change(func(ctx context.Context, current *session.Session) error { return current.SetApprove(ctx, approve) })
}

// LetIn lets someone in who waits at the door.
func (s *Service) LetIn(knock string) error {
	return s.onPeer(knock, func(ctx context.Context, current *session.Session, p peer.ID) error { return current.LetIn(ctx, p) })
}

// LetAllIn lets everyone in who waits.
func (s *Service) LetAllIn() error {
	return s.change(func(ctx context.Context, current *session.Session) error { return current.LetAllIn(ctx) })
}

// TurnAway says no to someone who waits.
func (s *Service) TurnAway(knock string) error {
	return s.onPeer(knock, func(_ context.Context, current *session.Session, p peer.ID) error { return current.TurnAway(p) })
}

func (s *Service) onPeer(id string, do func(context.Context, *session.Session, peer.ID) error) error {
	p, err := peer.Decode(id)
	if err != nil {
		return failure.Of(err)
	}
	return s.change(func(ctx context.Context, current *session.Session) error { return do(ctx, current, p) })
}

// Remove takes a member out of the room.
func (s *Service) Remove(member string) error { return s.onMember(member, (*session.Session).Remove) }

// Readmit lets a removed member come back.
func (s *Service) Readmit(member string) error { return s.onMember(member, (*session.Session).Readmit) }

func (s *Service) onMember(id string, do func(*session.Session, context.Context, class.Member) error) error {
	return s.change(func(ctx context.Context, current *session.Session) error {
		for _, m := range current.Members() {
			if m.Peer.String() == id && m.Peer != current.Host() {
				return do(current, ctx, m)
			}
		}
		return failure.New(failure.CodeUnknown, "This person is not in the room.", "")
	})
}

func (s *Service) change(do func(context.Context, *session.Session) error) error {
	current, err := s.sessions.Current()
	if err == nil {
		err = do(context.Background(), current)
	}
	return failure.Of(err)
}
