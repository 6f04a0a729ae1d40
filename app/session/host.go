package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/text/cases"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

// UsualPort is where rooms are hosted unless told otherwise, see [wire.UsualPort].
const UsualPort = wire.UsualPort

// hostNumber is the member number of a room's host.
const hostNumber = 1

// OpenOptions say which room a teacher opens.
type OpenOptions struct {
	ID      string // of a room hosted before; "" for the one with that course and title, or a new one
	Course  string
	Title   string
	Teacher string
	UseCode bool
}

// Open opens a room on this machine and leaves the one it is in. A room has one name: opening the same course and
// title again goes on with the same room, its members and everything in it.
func (m *Manager) Open(ctx context.Context, o OpenOptions) (*Session, error) {
	s, err := m.open(ctx, o)
	if err != nil {
		m.cfg.Log.Warn("the room was not opened", "title", o.Title, "error", err)
	}
	return s, err
}

func (m *Manager) open(ctx context.Context, o OpenOptions) (*Session, error) {
	r, err := m.roomToOpen(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := m.Leave(ctx); err != nil {
		return nil, err
	}
	return m.host(ctx, r)
}

func (m *Manager) roomToOpen(ctx context.Context, o OpenOptions) (store.Room, error) {
	if o.ID != "" {
		r, ok, err := m.cfg.Store.Room(ctx, o.ID)
		if err == nil && (!ok || !r.Hosted) {
			err = failure.New(failure.CodeUnknown, "This room was not opened on this machine.", "Open a new one.")
		}
		return r, err
	}
	title, err := wire.CleanName(o.Title, wire.MaxTitle)
	if err != nil {
		return store.Room{}, badName("The room needs a name of at most 80 plain characters.", err)
	}
	teacher, err := wire.CleanName(o.Teacher, wire.MaxName)
	if err != nil {
		return store.Room{}, badName("Say what students should call you, in at most 40 plain characters.", err)
	}
	course := ""
	if o.Course != "" {
		if course, err = wire.CleanName(o.Course, wire.MaxTitle); err != nil {
			return store.Room{}, badName("The course's name may have at most 80 plain characters.", err)
		}
	}
	rooms, err := m.cfg.Store.Rooms(ctx)
	if err != nil {
		return store.Room{}, err
	}
	r := store.Room{ID: wire.NewRoomID(), Host: m.cfg.Device.ID(), Hosted: true, Title: title, Course: course}
	for _, old := range rooms {
		if old.Hosted && sameName(old.Title, title) && sameName(old.Course, course) {
			r = old
			break
		}
	}
	r.Teacher, r.Name, r.Locked = teacher, teacher, false
	return withCode(r, o.UseCode), nil
}

func badName(message string, err error) error {
	f := failure.New(failure.CodeBadName, message, "Leave out invisible characters.")
	f.Details = err.Error()
	return f
}

func sameName(a, b string) bool {
	fold := cases.Fold()
	return fold.String(a) == fold.String(b)
}

// withCode gives the room a code or an open door; a code it has already stays.
func withCode(r store.Room, use bool) store.Room {
	switch {
	case !use:
		r.Code = ""
	case r.Code == "":
		r.Code = newCode()
	}
	return r
}

// newCode makes a room code: six random digits, written in two groups because people read it from a wall. It is not
// guessed offline, for joining is a PAKE, and online only as slowly as the link lets.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail on any platform we build for
	}
	return fmt.Sprintf("%03d-%03d", n.Int64()/1000, n.Int64()%1000)
}

// host serves the room r from this machine.
func (m *Manager) host(ctx context.Context, r store.Room) (*Session, error) {
	m.entering.Lock()
	defer m.entering.Unlock()
	s, err := newSession(ctx, m, r)
	if err != nil {
		return nil, err
	}
	if err := s.serve(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	m.Finder.rest()
	m.put(s)
	return s, nil
}

func (s *Session) serve(ctx context.Context) error {
	if err := s.listen(); err != nil {
		return err
	}
	if err := s.openJournal(ctx); err != nil {
		return err
	}
	if err := s.openDocuments(ctx); err != nil {
		return err
	}
	if err := s.introduce(ctx); err != nil {
		return err
	}
	if err := s.link.Start(ctx); err != nil {
		return err
	}
	s.setLink(link.State{Phase: link.PhaseHere, Since: time.Now()})
	if err := s.remember(ctx, func(r *store.Room) { r.Port, r.Inside, r.Used = s.link.Port(), true, time.Now() }); err != nil {
		return err
	}
	s.background.Go(s.watchNetworks)
	return s.announce()
}

// networksEvery is how often the host looks whether its networks have changed.
const networksEvery = 3 * time.Second

// watchNetworks tells the page when the addresses it shows are others, or when there is no network to be found on.
func (s *Session) watchNetworks() {
	tick := time.NewTicker(networksEvery)
	defer tick.Stop()
	before := fmt.Sprint(discover.Networks())
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
		}
		if now := fmt.Sprint(discover.Networks()); now != before {
			before = now
			s.m.changed()
		}
	}
}

// listen makes the link on the port asked for. Where none was asked for it is the one the room had last, so that those
// who know its address find it there, then the usual one, then any.
func (s *Session) listen() error {
	port := s.m.cfg.Port
	if port == 0 {
		port = firstFree(s.Settings().Port, UsualPort)
	}
	var err error
	s.gate = &gate{s: s, line: newLine(s.m.changed)}
	s.link, err = link.Host(link.HostConfig{Device: s.device, Room: s.Room(), Port: port, Gate: s.gate, Beat: s.makeBeat, Moves: s.moves, OnOtherVersion: s.otherVersions.met,
		OnPutOut: func(p peer.ID, _ string) { s.isUnruly(p) }, Log: s.log})
	if err != nil {
		return err
	}
	s.link.OnPresence(func(peer.ID, bool) { s.presenceChanged() })
	return nil
}

// firstFree is the first of these ports that nobody listens on, or 0: whichever the system gives.
func firstFree(ports ...int) int {
	for _, port := range ports {
		if port == 0 {
			continue
		}
		if l, err := net.Listen("tcp", fmt.Sprintf(":%d", port)); err == nil {
			l.Close()
			return port
		}
	}
	return 0
}

// introduce states what the room is called and who hosts it, unless the log says so already.
func (s *Session) introduce(ctx context.Context) error {
	if err := s.takeRoomOver(ctx); err != nil {
		return err
	}
	s.mu.RLock()
	me, admitted := s.state.Member(s.host)
	info, r := s.state.Info(), s.room
	s.mu.RUnlock()
	if !admitted || me.Name != r.Teacher || me.Role != identity.RoleTeacher {
		if me.Number == 0 {
			me.Number = s.hostNumber()
		}
		if _, err := s.admit(ctx, identity.Certificate{Peer: s.host, Name: r.Teacher, Role: identity.RoleTeacher, Number: me.Number}); err != nil {
			return err
		}
	}
	opened := class.Opened{Title: r.Title, Course: r.Course, Teacher: r.Teacher}
	if info == opened {
		return nil
	}
	_, err := s.State(ctx, class.KindOpened, nil, opened)
	return err
}

// admit signs a certificate and states it.
func (s *Session) admit(ctx context.Context, c identity.Certificate) (identity.Certificate, error) {
	c.Room = s.Room()
	c, err := s.device.Certify(c)
	if err != nil {
		return c, err
	}
	_, err = s.State(ctx, class.KindAdmitted, nil, class.Admitted{Certificate: c, Heard: s.heardOf(c.Peer)})
	return c, err
}

// heardOf is how much of a member's log is here: what a fact about the member knew.
func (s *Session) heardOf(p peer.ID) *uint64 {
	seq := s.journal.Heads()[p].Seq
	return &seq
}

// ownWord is a certificate as this host signs it: that of a member who was admitted by a key before this one is made anew.
func (s *Session) ownWord(ctx context.Context, c identity.Certificate) (identity.Certificate, error) {
	if c.Verify(s.Room(), s.Self()) == nil {
		return c, nil
	}
	return s.admit(ctx, c)
}

// announce lets students find the room. Where that does not work the room is still open to those who type its address.
func (s *Session) announce() error {
	a, err := discover.Announce(context.Background(), s.announcement(), s.log)
	if err != nil {
		s.log.Warn("the room is not announced; students have to type its address", "error", err)
		return nil
	}
	s.announcer = a
	return nil
}

func (s *Session) announcement() discover.Announcement {
	r := s.Settings()
	return discover.Announcement{
		Room: r.ID, Host: s.host, Title: r.Title, Course: r.Course, Teacher: r.Teacher, Port: s.link.Port(),
		Locked: r.Code != "", Members: len(s.link.Present()) + 1,
	}
}

func (s *Session) presenceChanged() {
	if s.announcer != nil {
		s.announcer.Update(s.announcement())
	}
	s.m.changed()
}

// makeBeat is what the host says once a second.
func (s *Session) makeBeat() []byte {
	beat := wire.Beat{Now: time.Now().UnixMilli(), Digest: s.journal.Digest(), Documents: s.docs.beat()}
	for _, p := range append(s.link.Present(), s.Self()) {
		if m, ok := s.member(p); ok {
			beat.SetPresent(m.Number)
		}
	}
	raw, err := wire.Marshal(beat)
	if err != nil {
		s.log.Error("making a beat", "error", err)
	}
	return raw
}

// SetLocked shuts the door for those who are not members yet, or opens it again.
func (s *Session) SetLocked(ctx context.Context, locked bool) error {
	return s.hostChange(ctx, func(r *store.Room) { r.Locked = locked })
}

// SetUseCode asks newcomers for a room code, or lets them in without.
func (s *Session) SetUseCode(ctx context.Context, use bool) error {
	return s.hostChange(ctx, func(r *store.Room) { *r = withCode(*r, use) })
}

// NewCode replaces the room code. Those who are in stay in.
func (s *Session) NewCode(ctx context.Context) error {
	return s.hostChange(ctx, func(r *store.Room) { r.Code = newCode() })
}

func (s *Session) hostChange(ctx context.Context, change func(*store.Room)) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	if err := s.remember(ctx, change); err != nil {
		return err
	}
	s.presenceChanged()
	return nil
}

func (s *Session) mustHost() error {
	if s.hosted {
		return nil
	}
	return failure.New(failure.CodeNotAllowed, "Only the teacher who opened the room can do this.", "")
}
