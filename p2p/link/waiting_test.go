package link

import (
	"errors"
	"strings"
	"testing"
	"time"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// visit is a student who joins in the background.
type visit struct {
	*party
	done chan error
}

func arrive(t *testing.T, c JoinConfig) *visit {
	t.Helper()
	s, err := Join(c)
	if err != nil {
		t.Fatal(err)
	}
	a := &visit{party: &party{device: c.Device}, done: make(chan error, 1)}
	a.attach(s)
	t.Cleanup(func() { s.Close() })
	go func() { a.done <- s.Start(t.Context()) }()
	return a
}

func (p *party) waitsAt(place int) bool {
	s := p.State()
	return s.Phase == PhaseWaiting && s.Place == place
}

func TestKnocking(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	l := newLine()
	room.gate.set(func(g *register) { g.knock, g.line = true, l })
	c := room.config(t, "Ada")
	c.Code = ""
	ada := arrive(t, c)
	if r := <-l.come; !r.Knocked || r.ProvedCode || r.Name != "Ada" || r.Peer != ada.Self() {
		t.Fatalf("the gate was asked %+v", r)
	}
	eventually(t, "Ada waits", func() bool { return ada.waitsAt(1) })
	l.moved <- 3
	eventually(t, "Ada sees her place", func() bool { return ada.waitsAt(3) })
	if room.Present() != nil && len(room.Present()) != 0 {
		t.Fatal("one who waits is taken for present")
	}
	l.decide <- nil
	if err := <-ada.done; err != nil {
		t.Fatal(err)
	}
	bothWays(t, room.party, ada.party)

	ben := arrive(t, withoutCode(room, t, "Ben"))
	<-l.come
	l.decide <- &Refusal{Code: RefusedByPerson, RetryAfter: 30 * time.Second}
	r := mustRefuse(t, <-ben.done, RefusedByPerson)
	if !strings.Contains(r.Error(), "30 s") {
		t.Fatalf("%q", r.Error())
	}

	// With the code there is nothing to knock for, unless the gate says so.
	carl := arrive(t, room.config(t, "Carl"))
	if r := <-l.come; r.Knocked || !r.ProvedCode {
		t.Fatalf("the gate was asked %+v", r)
	}
	l.decide <- nil
	if err := <-carl.done; err != nil {
		t.Fatal(err)
	}
}

func withoutCode(room *classroom, t *testing.T, name string) JoinConfig {
	c := room.config(t, name)
	c.Code = ""
	return c
}

func TestKnockingWhereNobodyListens(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	_, err := attend(t, withoutCode(room, t, "Ada"))
	mustRefuse(t, err, RefusedCodeNeeded)
	// A machine that knocks all the same.
	s := newStranger(t, newDevice(t))
	answer, err := s.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Knock: true, Name: "Eve"})
	if err != nil || answer.Refusal == nil || answer.Refusal.Code != RefusedCodeNeeded || len(room.gate.requests()) != 0 {
		t.Fatalf("%+v, %v, %v", answer, err, room.gate.requests())
	}
}

// TestWaitingOutlastsTheLink: who waits and is cut off asks again by itself, and the gate learns that they were gone.
func TestWaitingOutlastsTheLink(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	l := newLine()
	room.gate.set(func(g *register) { g.line = l })
	ada := arrive(t, room.config(t, "Ada"))
	for i := range 3 { // more often than somebody is tried for who never waited
		<-l.come
		l.moved <- i + 2
		eventually(t, "Ada waits again", func() bool { return ada.waitsAt(i + 2) })
		room.Kick(ada.Self())
		if p := <-l.gone; p != ada.Self() {
			t.Fatalf("%s is gone", p)
		}
	}
	<-l.come
	l.decide <- nil
	if err := <-ada.done; err != nil {
		t.Fatal(err)
	}
	bothWays(t, room.party, ada.party)
}

func TestWhoLeavesTheLineIsGone(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	l := newLine()
	room.gate.set(func(g *register) { g.line = l })
	ada := arrive(t, room.config(t, "Ada"))
	<-l.come
	ada.Close()
	<-l.gone
	if err := <-ada.done; !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	// One that talks while it should wait breaks the rules, and is out of the line.
	eve := newStranger(t, newDevice(t))
	eve.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Name: "Eve"}, wire.JoinAsk{Name: "Eve again"})
	<-l.come
	<-l.gone
}

// TestWaitingIsNotOverdue: the lobby puts out who takes long, but not who waits for a person.
func TestWaitingIsNotOverdue(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	l := newLine()
	room.gate.set(func(g *register) { g.line = l })
	ada := arrive(t, room.config(t, "Ada"))
	<-l.come
	h := room.side.(*hosting)
	if late := h.lobby.overdue(time.Now().Add(time.Hour)); len(late) != 0 {
		t.Fatal("one who waits would be put out")
	}
	l.decide <- nil
	if err := <-ada.done; err != nil {
		t.Fatal(err)
	}
}

func TestCard(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	secret := []byte("8 bytes!")
	room.gate.set(func(g *register) { g.cards = map[uint32][]byte{7: secret} })
	c := JoinConfig{Device: newDevice(t), Room: room.Room(), Host: room.Self(), Addrs: room.config(t, "x").Addrs, Log: logger(t, "card")}
	c.Card = &Card{Seat: 7, Secret: secret}
	p := mustAttend(t, c)
	if r := room.gate.requests()[0]; r.Seat != 7 || r.ProvedCode || r.Peer != p.Self() {
		t.Fatalf("the gate was asked %+v", r)
	}
	if p.Certificate().Name != "Seat 7" {
		t.Fatalf("%+v", p.Certificate())
	}
	bothWays(t, room.party, p)
	for _, wrong := range []Card{{7, []byte("8 bytes?")}, {8, secret}} { // another secret; a seat that has none
		c.Device, c.Card = newDevice(t), &wrong
		_, err := attend(t, c)
		mustRefuse(t, err, RefusedWrongCard)
	}
	if n := len(room.gate.requests()); n != 1 {
		t.Fatalf("the gate was asked %d times", n)
	}
}

// TestGuessingCardsIsSlowed, and does not keep anyone out who has the code.
func TestGuessingCardsIsSlowed(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	room.gate.set(func(g *register) { g.cards = map[uint32][]byte{7: []byte("8 bytes!")} })
	slowed := 0
	for range addrAllowance.free + 8 { // each with a device of its own
		c := JoinConfig{Device: newDevice(t), Room: room.Room(), Host: room.Self(), Addrs: room.config(t, "x").Addrs, Card: &Card{Seat: 7, Secret: []byte("guessing")}}
		_, err := attend(t, c)
		if r := new(Refusal); errors.As(err, &r) && r.Code == RefusedSlowDown && r.RetryAfter > 0 {
			slowed++
			continue
		}
		mustRefuse(t, err, RefusedWrongCard)
	}
	if slowed == 0 {
		t.Fatal("cards are guessed at without end")
	}
	mustAttend(t, room.config(t, "Ada"))
}

// TestFalseHostLearnsNothingOfACard: it sees no name, and without the secret it has no answer.
func TestFalseHostLearnsNothingOfACard(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	twin := openRoomAs(t, newDevice(t), newRegister(newDevice(t), room.Room(), ""), 0)
	twin.gate.set(func(g *register) { g.cards = map[uint32][]byte{7: []byte("guessed!")} })
	c := JoinConfig{Device: newDevice(t), Room: room.Room(), Host: twin.Self(), Addrs: twin.config(t, "x").Addrs, Card: &Card{Seat: 7, Secret: []byte("8 bytes!")}}
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedWrongCard)
	if n := len(twin.gate.requests()); n != 0 {
		t.Fatalf("its gate was asked %d times", n)
	}
}

func TestRoomThatMoved(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	c := room.config(t, "Ada")
	ada := mustAttend(t, c)
	cert := ada.Certificate()
	ada.Close()
	next := newDevice(t)
	v, err := room.device.Vouch(room.Room(), room.Self(), next.ID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	room.Close()
	gate := newRegister(next, room.Room(), "111111")
	s, err := Host(HostConfig{Device: next, Room: room.Room(), Gate: gate, Moves: []identity.Vouch{v}, Log: logger(t, "next")})
	if err != nil {
		t.Fatal(err)
	}
	moved := &classroom{party: &party{device: next}, gate: gate}
	moved.attach(s)
	t.Cleanup(func() { s.Close() })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}

	id, host, moves, err := AskMoves(t.Context(), moved.config(t, "x").Addrs(), "", nil)
	if err != nil || id != room.Room() || host != next.ID() {
		t.Fatalf("%s, %s, %v", id, host, err)
	}
	if to, err := identity.Successor(id, room.Self(), moves); err != nil || to != host {
		t.Fatalf("%s, %v", to, err)
	}
	// A stranger to the room would not be convinced by it.
	if _, err := identity.Successor(id, newDevice(t).ID(), moves); !errors.Is(err, identity.ErrVouch) {
		t.Fatalf("%v", err)
	}
	c.Certificate, c.Signer, c.Code, c.Host, c.Addrs = &cert, room.Self(), "", next.ID(), moved.config(t, "x").Addrs
	back := mustAttend(t, c)
	if got := back.Certificate(); got.Verify(room.Room(), next.ID()) != nil {
		t.Fatal("the certificate is not the new host's")
	}
	if r := gate.requests()[0]; r.Certificate == nil || r.ProvedCode || r.Name != "Ada" {
		t.Fatalf("the gate was asked %+v", r)
	}

	// Without a word for it, the certificate is shown to no other key.
	c.Signer = ""
	other, err := Join(c)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	_, err = other.side.(*guest).showable(next.ID())
	mustRefuse(t, err, RefusedOtherKey)
}

func TestNewRoleHoldsAtOnce(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	if err := ada.Publish(wire.TopicBoard, []byte("x")); !errors.Is(err, ErrNotAllowed) {
		t.Fatalf("a student speaks on the board: %v", err)
	}
	cert := ada.Certificate()
	cert.Role = identity.RoleCoTeacher
	cert, err := room.device.Certify(cert)
	if err != nil {
		t.Fatal(err)
	}
	room.Recertify(cert)
	ada.Recertify(cert)
	ada.sayUntil(t, wire.TopicBoard, "board", "the host hears the co-teacher", func() bool {
		return room.hears(wire.TopicBoard, ada, "board")
	})
	if ada.Certificate().Role != identity.RoleCoTeacher {
		t.Fatal("the new certificate is not kept")
	}
}
