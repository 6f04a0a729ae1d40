package link

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// mustRefuse checks the code of a refusal.
func mustRefuse(t *testing.T, err error, code string) *Refusal {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("got %v, want a refusal of code %s", err, code)
	}
	if s := r.Error(); s == "" || strings.Contains(s, "said no (") {
		t.Fatalf("the refusal %s has no sentence of its own", code)
	}
	return r
}

func TestJoiningWithTheCode(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	c := room.config(t, "  Ada  Lovelace ")
	ada := mustAttend(t, c)
	cert := ada.Certificate()
	if err := cert.Verify(room.Room(), room.Self()); err != nil || cert.Name != "Ada Lovelace" || cert.Peer != ada.Self() || cert.Role != identity.RoleStudent {
		t.Fatalf("%+v, %v", cert, err)
	}
	asked := room.gate.requests()
	if len(asked) != 1 || !asked[0].ProvedCode || asked[0].Certificate != nil || asked[0].Addr != "127.0.0.1" || asked[0].Peer != ada.Self() {
		t.Fatalf("the gate was asked %+v", asked)
	}
	if got := room.Present(); !slices.Equal(got, []peer.ID{ada.Self()}) {
		t.Fatalf("present: %v", got)
	}
	bothWays(t, room.party, ada)
	if !ada.hasState(PhaseHere, "") || ada.State().Phase != PhaseHere {
		t.Fatalf("states: %+v", ada.states)
	}
	if err := ada.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the host sees her leave", func() bool {
		room.mu.Lock()
		defer room.mu.Unlock()
		return slices.Equal(room.comes, []string{"+" + ada.Self().String(), "-" + ada.Self().String()})
	})
}

func TestOpenDoor(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	mustAttend(t, room.config(t, "Ada"))
	if asked := room.gate.requests(); asked[0].ProvedCode {
		t.Fatal("an open door proved a code")
	}
	c := room.config(t, "Ben")
	c.Code = "123456"
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedNoCode)
}

func TestJoiningByAddressAlone(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	c := room.config(t, "Ada")
	c.Host, c.Room = "", ""
	ada := mustAttend(t, c)
	if ada.HostID() != room.Self() || ada.Room() != room.Room() {
		t.Fatalf("learned %s, %s", ada.HostID(), ada.Room())
	}
	bothWays(t, room.party, ada)
}

func TestAskingWhichRoomIsOpen(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	id, host, err := Ask(t.Context(), []netip.AddrPort{room.at()}, "", nil)
	if err != nil || id != room.Room() || host != room.Self() {
		t.Fatalf("%s, %s, %v", id, host, err)
	}
	if _, _, err := Ask(t.Context(), []netip.AddrPort{deadEnd(t), room.at()}, room.Self(), nil); err != nil {
		t.Fatalf("the host is at the second address: %v", err)
	}
	stranger, err := makeDevice()
	if err != nil {
		t.Fatal(err)
	}
	var refusal *Refusal
	if _, _, err := Ask(t.Context(), []netip.AddrPort{room.at()}, stranger.ID(), nil); !errors.As(err, &refusal) || refusal.Code != RefusedOtherKey {
		t.Fatalf("another host was expected: %v", err)
	}
	if len(room.gate.requests()) != 0 || len(room.Present()) != 0 {
		t.Fatal("asking is not joining")
	}
	room.Close()
	if _, _, err := Ask(t.Context(), []netip.AddrPort{room.at()}, "", nil); !errors.Is(err, ErrNoAnswer) {
		t.Fatalf("nobody there: %v", err)
	}
	if _, ok := room.HostAddr(); ok {
		t.Fatal("a host has met itself")
	}
}

func TestComingBackWaitsForItsHost(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	c := room.config(t, "Ada")
	ada := mustAttend(t, c)
	cert := ada.Certificate()
	ada.Close()
	port := room.Port()
	room.Close()
	c.Certificate = &cert
	s, err := Join(c)
	if err != nil {
		t.Fatal(err)
	}
	back := &party{device: c.Device}
	back.attach(s)
	defer s.Close()
	done := make(chan error, 1)
	go func() { done <- s.Start(t.Context()) }()
	select {
	case err := <-done:
		t.Fatalf("it gave up: %v", err)
	case <-time.After(firstRetry * 5): // some rounds without a host; a slow machine cannot make this fail
	}
	again := openRoomAs(t, room.device, room.gate, port)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	bothWays(t, again.party, back)
}

func TestWrongCodeIsRefusedAndSlowed(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	c := room.config(t, "Ada")
	c.Code = "493202"
	slowed := false
	for range 10 {
		_, err := attend(t, c)
		if r := new(Refusal); errors.As(err, &r) && r.Code == RefusedSlowDown {
			if r.RetryAfter <= 0 {
				t.Fatal("no time is given")
			}
			slowed = true
			break
		}
		mustRefuse(t, err, RefusedWrongCode)
	}
	if !slowed {
		t.Fatal("ten wrong codes in a row")
	}
	if len(room.gate.requests()) != 0 {
		t.Fatal("the gate was asked about a machine that does not know the code")
	}
	mustAttend(t, room.config(t, "Ben")) // others do not pay for it
	c = room.config(t, "Eve")
	c.Code = ""
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedCodeNeeded)
}

func TestWhatTheGateSaysArrives(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	mustAttend(t, room.config(t, "Ada"))
	_, err := attend(t, room.config(t, "Ada"))
	if r := mustRefuse(t, err, RefusedNameTaken); r.Suggest != "Ada 2" {
		t.Fatalf("suggests %q", r.Suggest)
	}
	for _, code := range []string{RefusedFull, RefusedLocked} {
		room.gate.set(func(g *register) { g.refuse = &Refusal{Code: code} })
		_, err = attend(t, room.config(t, "Ben"))
		mustRefuse(t, err, code)
	}
	room.gate.set(func(g *register) { g.refuse = errors.New("the disk is full") })
	_, err = attend(t, room.config(t, "Ben"))
	mustRefuse(t, err, RefusedTrouble)
	_, err = attend(t, room.config(t, "\u202eneB"))
	mustRefuse(t, err, RefusedBadName)
}

func TestAnotherRoomAndAnotherKeyAreRefused(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	c := room.config(t, "Ada")
	c.Room = wire.NewRoomID()
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedNotARoom)
	c = room.config(t, "Ada")
	c.Host = newDevice(t).ID()
	_, err = attend(t, c)
	mustRefuse(t, err, RefusedOtherKey)
	// A certificate of this room from another host: the machine that answers is not the one we know.
	c = room.config(t, "Ada")
	cert, err := newDevice(t).Certify(identity.Certificate{Room: room.Room(), Peer: c.Device.ID(), Name: "Ada", Role: identity.RoleStudent, Number: 2})
	if err != nil {
		t.Fatal(err)
	}
	c.Certificate, c.Host = &cert, ""
	p, err := Join(c)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	states := make(chan State, 16)
	p.OnState(func(s State) { states <- s })
	done := make(chan error, 1)
	go func() { done <- p.Start(ctx) }()
	if s := <-states; s.Refusal == nil || s.Refusal.Code != RefusedOtherKey {
		t.Fatalf("state %+v", s)
	}
	if len(room.gate.requests()) != 0 {
		t.Fatal("the certificate was shown to a machine it is not of")
	}
	cancel()
	<-done
}

func TestNobodyAnswers(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	c := room.config(t, "Ada")
	room.Close()
	_, err := attend(t, c)
	if !errors.Is(err, ErrNoAnswer) {
		t.Fatalf("got %v", err)
	}
	c.Host = ""
	if _, err = attend(t, c); !errors.Is(err, ErrNoAnswer) {
		t.Fatalf("by address: %v", err)
	}
	c.Addrs = func() []netip.AddrPort { return nil }
	if _, err = attend(t, c); !errors.Is(err, ErrNoAnswer) {
		t.Fatalf("without addresses: %v", err)
	}
}

func TestComingBackNeedsNoCode(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	c := room.config(t, "Ada")
	ada := mustAttend(t, c)
	cert := ada.Certificate()
	ada.Close()
	room.gate.set(func(g *register) { g.code = "777777" })
	c.Certificate, c.Code, c.Name = &cert, "", ""
	mustAttend(t, c).Close()
	asked := room.gate.requests()
	if last := asked[len(asked)-1]; last.Certificate == nil || last.Certificate.Name != "Ada" || last.Name != "Ada" || last.ProvedCode {
		t.Fatalf("the gate was asked %+v", last)
	}
	room.gate.set(func(g *register) { g.removed[ada.Self()] = true })
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedRemoved)
}

func TestForgedCertificateIsNoWayIn(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	mallory := newDevice(t)
	forged, err := mallory.Certify(identity.Certificate{Room: room.Room(), Peer: mallory.ID(), Name: "Mallory", Role: identity.RoleTeacher, Number: 2})
	if err != nil {
		t.Fatal(err)
	}
	stolen := mustAttend(t, room.config(t, "Ada")).Certificate()
	for name, cert := range map[string]identity.Certificate{"forged": forged, "stolen": stolen} {
		conn := newStranger(t, mallory)
		raw, _ := wire.Marshal(cert)
		answer, err := conn.ask(t, room, wire.JoinAsk{Version: wire.Version, Room: room.Room(), Certificate: raw})
		if err != nil || answer.Next != wire.JoinNextCode || len(answer.Certificate) != 0 {
			t.Fatalf("%s: %+v, %v", name, answer, err)
		}
	}
	if n := len(room.gate.requests()); n != 1 {
		t.Fatalf("the gate was asked %d times", n)
	}
}

func TestOtherVersionIsToldSo(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	answer, err := newStranger(t, newDevice(t)).ask(t, room, wire.JoinAsk{Version: wire.Version + 1})
	if err != nil || answer.Refusal == nil || answer.Refusal.Code != RefusedVersion || answer.Refusal.Version != wire.Version {
		t.Fatalf("%+v, %v", answer, err)
	}
	if got := room.gate.strangers(); !slices.Equal(got, []string{fmt.Sprintf("127.0.0.1 %d", wire.Version+1)}) {
		t.Fatalf("the host heard of %v", got)
	}
	// And the other way about: a student at a host of a later version, whatever else that says.
	future := newStranger(t, newDevice(t))
	future.answers(t, wire.JoinAnswer{Version: wire.Version + 1, Next: "dance"})
	c := room.config(t, "Ada")
	c.Host, c.Room, c.Addrs = future.ID(), "", future.addrs(t)
	_, err = attend(t, c)
	if r := mustRefuse(t, err, RefusedVersion); r.HostVersion != wire.Version+1 || !strings.Contains(r.Error(), "update this machine") {
		t.Fatalf("%+v", r)
	}
}

func TestAbortedAndParallelGuessesCount(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	h := room.side.(*hosting)
	var evaluated, slowed int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 40 { // each a fresh device, all at once; each breaks off when it has seen the host's share
		s := newStranger(t, newDevice(t))
		all.Go(func() {
			answer, err := s.guess(t, room)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil: // put out
			case answer.Refusal != nil && answer.Refusal.Code == RefusedSlowDown:
				slowed++
			case len(answer.Share) > 0:
				evaluated++
			}
		})
	}
	all.Wait()
	if evaluated > addrAllowance.free+addrAllowance.atOnce || slowed == 0 {
		t.Fatalf("%d guesses were answered at once, %d slowed", evaluated, slowed)
	}
	h.guesses.mu.Lock()
	defer h.guesses.mu.Unlock()
	if got := h.guesses.tallies["addr 127.0.0.1"].wrong; got != evaluated {
		t.Fatalf("%d of %d aborted guesses were counted", got, evaluated)
	}
}

func TestEvilTwinLearnsNothing(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	// A machine that says it is the room, and runs the true protocol with a guessed code.
	twin := openRoomAs(t, newDevice(t), newRegister(newDevice(t), room.Room(), "000000"), 0)
	c := room.config(t, "Ada")
	c.Host, c.Addrs = "", func() []netip.AddrPort { return []netip.AddrPort{twin.at()} }
	_, err := attend(t, c)
	mustRefuse(t, err, RefusedWrongCode)
	if len(twin.gate.requests()) != 0 {
		t.Fatal("the twin learned a name")
	}
	// One that answers with a tag made up.
	liar := newStranger(t, newDevice(t))
	said := liar.lies(t, room.Room())
	c.Addrs = liar.addrs(t)
	_, err = attend(t, c)
	mustRefuse(t, err, RefusedWrongCode)
	if asks := said(); slices.ContainsFunc(asks, func(a wire.JoinAsk) bool { return a.Name != "" || len(a.Certificate) > 0 }) || len(asks) != 3 {
		t.Fatalf("it was told %+v", asks)
	}
}

func TestKickedMachineIsRefusedForGood(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	ada := mustAttend(t, room.config(t, "Ada"))
	room.gate.set(func(g *register) { g.removed[ada.Self()] = true })
	room.Kick(ada.Self())
	eventually(t, "she knows that she was removed", func() bool { return ada.State().Phase == PhaseRefused })
	if s := ada.State(); s.Refusal == nil || s.Refusal.Code != RefusedRemoved {
		t.Fatalf("%+v", s)
	}
	if len(room.Present()) != 0 {
		t.Fatal("she is still present")
	}
	if _, err := ada.Open(t.Context(), room.Self(), wire.ProtoDoc); !errors.Is(err, ErrAway) {
		t.Fatalf("she can still open a stream: %v", err)
	}
}

func TestStreamsBothWays(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	got := make(chan peer.ID, 1)
	c := room.config(t, "Ada")
	s, err := Join(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.Handle(wire.ProtoDoc, func(ctx context.Context, from peer.ID, st network.Stream) {
		st.Close()
		got <- from
		<-ctx.Done() // Close must end this
	})
	s.Handle(wire.ProtoMirror, func(context.Context, peer.ID, network.Stream) { panic("a broken handler") })
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st, err := room.Open(t.Context(), s.Self(), wire.ProtoMirror); err == nil { // its reset may come even earlier
		if _, err := st.Read(make([]byte, 1)); err == nil {
			t.Fatal("a broken handler went on")
		}
	}
	st, err := room.Open(t.Context(), s.Self(), wire.ProtoDoc)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Reset()
	if from := <-got; from != room.Self() {
		t.Fatalf("a stream from %s", from)
	}
	if _, err := room.Open(t.Context(), newDevice(t).ID(), wire.ProtoDoc); !errors.Is(err, ErrAway) {
		t.Fatalf("a stream to a stranger: %v", err)
	}
	if _, err := room.Open(t.Context(), s.Self(), wire.ProtoJournal); err == nil {
		t.Fatal("a protocol that nobody serves was opened")
	}
}

func TestPortInUse(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	d := newDevice(t)
	s, err := Host(HostConfig{Device: d, Room: wire.NewRoomID(), Port: room.Port(), Gate: newRegister(d, "", "")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Start(t.Context()); !errors.Is(err, ErrPortInUse) {
		t.Fatalf("got %v", err)
	}
}

// deadEnd is an address at which something listens and never says a word.
func deadEnd(t *testing.T) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return netip.MustParseAddrPort(l.Addr().String())
}

func TestAskingAnotherProgram(t *testing.T) {
	noLeaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		http.Serve(l, http.NotFoundHandler())
	}()
	at := netip.MustParseAddrPort(l.Addr().String())
	if _, _, err := Ask(t.Context(), []netip.AddrPort{at}, "", nil); !errors.Is(err, ErrOtherProgram) || !errors.Is(err, ErrNoAnswer) {
		t.Errorf("a web server: %v", err)
	}
	l.Close()
	<-served
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := Ask(soon, []netip.AddrPort{deadEnd(t)}, "", nil); !errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrOtherProgram) {
		t.Errorf("one that says nothing: %v", err)
	}
}
