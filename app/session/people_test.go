package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

func memberNamed(t *testing.T, s *Session, name string) class.Member {
	t.Helper()
	for _, m := range s.Members() {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("nobody is called %s", name)
	return class.Member{}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// becomes waits until a session's person has a role.
func becomes(t *testing.T, s *Session, role identity.Role) {
	t.Helper()
	eventually(t, func() string {
		if s.Role() != role || s.link.Certificate().Role != role {
			return fmt.Sprintf("is %s by the facts, %s by the certificate", s.Role(), s.link.Certificate().Role)
		}
		return ""
	})
}

func TestCoTeacher(t *testing.T) {
	teacher, roy, ada, ben := newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	a, b := ada.join(host, "Ada"), ben.join(host, "Ben")
	write(t, a, PageMine, "package before")
	shows(t, host, a.Self().String(), "package before")
	co := roy.join(host, "Roy")
	if _, err := co.Document(a.Self().String()); err == nil {
		t.Fatal("a student opens another's code")
	}
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)

	// He sees the wall, as it is and as it changes.
	shows(t, co, a.Self().String(), "package before")
	write(t, a, PageMine, "package after")
	shows(t, co, a.Self().String(), "package after")

	// What is handed in from now on is his to read.
	eventually(t, func() string {
		if len(a.Teachers()) != 2 {
			return "Ada does not know of the co-teacher"
		}
		return ""
	})
	id, err := a.State(t.Context(), class.KindHandedIn, a.Teachers(), class.HandedIn{Title: "Loops", Files: []class.File{{Name: "main.go", Text: "x"}}})
	must(t, err)
	eventually(t, func() string {
		if w, ok := co.Submission(id); !ok || len(w.Files) != 1 {
			return "the co-teacher cannot read what was handed in"
		}
		return ""
	})

	// He mutes, and takes it back; he removes, and takes it back.
	must(t, co.SetMuted(t.Context(), memberNamed(t, co, "Ada"), true))
	eventually(t, func() string {
		if !memberNamed(t, a, "Ada").Muted || !memberNamed(t, host, "Ada").Muted {
			return "Ada is not muted everywhere"
		}
		return ""
	})
	ada.say("can you hear me")
	tried := *a.heardOf(a.Self())
	eventually(t, func() string {
		if *co.heardOf(a.Self()) < tried {
			return "the co-teacher's machine does not know what Ada tried to say"
		}
		return ""
	})
	must(t, co.SetMuted(t.Context(), memberNamed(t, co, "Ada"), false))
	eventually(t, func() string {
		if memberNamed(t, a, "Ada").Muted {
			return "Ada is still mute"
		}
		return ""
	})
	ada.say("now")
	hears(t, host, "Ada: now")
	hears(t, b, "Ada: now")
	must(t, co.Remove(t.Context(), memberNamed(t, co, "Ben")))
	eventually(t, func() string {
		if st := b.Link(); st.Phase != link.PhaseRefused || st.Refusal.Code != link.RefusedRemoved {
			return fmt.Sprintf("Ben is %+v", st)
		}
		return ""
	})
	must(t, co.Readmit(t.Context(), memberNamed(t, co, "Ben")))
	eventually(t, func() string {
		if memberNamed(t, host, "Ben").Removed {
			return "Ben is still removed"
		}
		return ""
	})
	ben.join(host, "Ben")

	// He cannot do it to the teacher, nor give roles; whatever his machine states to that end changes nothing.
	lee := memberNamed(t, co, "Ms Lee")
	if err := co.Remove(t.Context(), lee); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
	if err := co.SetRole(t.Context(), memberNamed(t, co, "Ada"), identity.RoleCoTeacher); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
	_, err = co.State(t.Context(), class.KindRemoved, nil, class.Removed{Peer: lee.Peer})
	must(t, err)
	roy.say("did it work")
	hears(t, host, "Ada: now; Roy: did it work")
	if memberNamed(t, host, "Ms Lee").Removed || memberNamed(t, co, "Ms Lee").Removed {
		t.Fatal("a co-teacher has removed the teacher")
	}

	// A student again: the wall is closed, and the door to it.
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleStudent))
	becomes(t, co, identity.RoleStudent)
	if _, err := co.Document(a.Self().String()); err == nil {
		t.Fatal("a co-teacher no more still opens students' code")
	}
	if err := co.Remove(t.Context(), memberNamed(t, co, "Ben")); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("%v", err)
	}
}

// TestStudentGetsNoRelay: the host serves the wall to those who teach and to nobody else.
func TestStudentGetsNoRelay(t *testing.T) {
	teacher, ada, eve := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	a, e := ada.join(host, "Ada"), eve.join(host, "Eve")
	write(t, a, PageMine, "package secret")
	shows(t, host, a.Self().String(), "package secret")
	e.docs.roleChanged(identity.RoleCoTeacher) // Eve's machine is a liar's
	st, err := e.link.Open(t.Context(), host.Self(), "/thirdspace/relay/1")
	if err != nil {
		return // it is refused at once
	}
	if n, err := st.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Fatalf("a student is told %d bytes of others' code", n)
	}
}

func TestRoleOutlastsTheHost(t *testing.T) {
	teacher, roy := newMachine(t), newMachine(t)
	host := teacher.open(false)
	co := roy.join(host, "Roy")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)
	roy.stop()
	roy.start()
	if _, err := roy.sessions.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	becomes(t, roy.now(), identity.RoleCoTeacher)
}

func TestObserver(t *testing.T) {
	teacher, ada, eve := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	a, e := ada.join(host, "Ada"), eve.join(host, "Eve")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Eve"), identity.RoleObserver))
	becomes(t, e, identity.RoleObserver)
	eve.say("psst")
	eventually(t, func() string {
		if *host.heardOf(e.Self()) == 0 {
			return "the host does not know what Eve tried to say"
		}
		return ""
	})
	must(t, host.SetMuted(t.Context(), memberNamed(t, host, "Eve"), false))
	eventually(t, func() string {
		if memberNamed(t, e, "Eve").Muted {
			return "Eve has no voice yet"
		}
		return ""
	})
	eve.say("thank you")
	hears(t, a, "Eve: thank you")
	hears(t, host, "Eve: thank you")
}

// waits tells at which place a machine waits at a door; 0 if it does not.
func (m *machine) waits() int {
	_, state, _ := m.sessions.Waits()
	return state.Place
}

// knocks joins in the background.
func (m *machine) knocks(ctx context.Context, host *Session, name, code string) chan error {
	done := make(chan error, 1)
	go func() {
		_, err := m.sessions.Join(ctx, JoinOptions{Address: address(host), Name: name, Code: code})
		done <- err
	}()
	return done
}

func standsAt(t *testing.T, m *machine, place int) {
	t.Helper()
	eventually(t, func() string {
		if got := m.waits(); got != place {
			return fmt.Sprintf("stands at %d, not at %d", got, place)
		}
		return ""
	})
}

func mustRefuse(t *testing.T, err error, code string) *link.Refusal {
	t.Helper()
	var r *link.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Fatalf("got %v, want a refusal of code %s", err, code)
	}
	return r
}

func TestLettingInByHand(t *testing.T) {
	teacher, ada, ben, carl, twin := newMachine(t), newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	mustRefuse(t, <-ada.knocks(t.Context(), host, "Ada", ""), link.RefusedCodeNeeded)
	must(t, host.SetApprove(t.Context(), ApproveCodeless))
	a := ada.knocks(t.Context(), host, "Ada", "")
	standsAt(t, ada, 1)
	b := ben.knocks(t.Context(), host, "Ben", "")
	standsAt(t, ben, 2)
	c := carl.knocks(t.Context(), host, "Carl", "")
	standsAt(t, carl, 3)
	if w := host.Waiting(); len(w) != 3 || w[0].Name != "Ada" || w[1].Name != "Ben" || w[2].Name != "Carl" || w[0].Away || w[0].Proved {
		t.Fatalf("%+v", w)
	}
	r := mustRefuse(t, <-twin.knocks(t.Context(), host, "ada", ""), link.RefusedNameTaken)
	if r.Suggest != "ada 2" {
		t.Fatalf("%q is suggested", r.Suggest)
	}
	twin.join(host, "Dana") // with the code there is nothing to wait for

	must(t, host.TurnAway(ben.device.ID()))
	if r := mustRefuse(t, <-b, link.RefusedByPerson); r.RetryAfter <= 0 {
		t.Fatal("no time is given")
	}
	standsAt(t, carl, 2)
	mustRefuse(t, <-ben.knocks(t.Context(), host, "Ben", ""), link.RefusedByPerson)
	must(t, host.LetIn(t.Context(), ada.device.ID()))
	must(t, <-a)
	standsAt(t, carl, 1)
	must(t, host.LetAllIn(t.Context()))
	must(t, <-c)
	if len(host.Waiting()) != 0 || len(host.Members()) != 4 {
		t.Fatalf("%+v", host.Members())
	}
	if err := host.LetIn(t.Context(), ben.device.ID()); !errors.Is(err, errNoLongerWaits) {
		t.Fatal(err)
	}

	// With everyone to be asked for, the code is not enough; members come back without.
	must(t, host.SetApprove(t.Context(), ApproveAll))
	eve := newMachine(t)
	e := eve.knocks(t.Context(), host, "Eve", host.Settings().Code)
	standsAt(t, eve, 1)
	if w := host.Waiting(); !w[0].Proved {
		t.Fatalf("%+v", w)
	}
	must(t, ada.sessions.Leave(t.Context()))
	ada.join(host, "Ada")

	// Who gives up is told so, and is no longer there after a while; the teacher sees that they are away.
	must(t, eve.sessions.Leave(t.Context()))
	if err := <-e; failure.From(err).Code != failure.CodeCancelled {
		t.Fatal(err)
	}
	eventually(t, func() string {
		if w := host.Waiting(); len(w) != 1 || !w[0].Away {
			return fmt.Sprintf("%+v", w)
		}
		return ""
	})
	// Let in while away: they are in on coming back.
	must(t, host.LetIn(t.Context(), eve.device.ID()))
	eve.join(host, "Eve")
}

// TestKnockOutlastsTheLink: the place in the line is kept for one whose link breaks.
func TestKnockOutlastsTheLink(t *testing.T) {
	teacher, ada, ben := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	must(t, host.SetApprove(t.Context(), ApproveAll))
	a := ada.knocks(t.Context(), host, "Ada", "")
	standsAt(t, ada, 1)
	ben.knocks(t.Context(), host, "Ben", "")
	standsAt(t, ben, 2)
	since := host.Waiting()[0].Since
	host.link.Kick(ada.device.ID())
	eventually(t, func() string {
		w := host.Waiting()
		if len(w) != 2 || w[0].Peer != ada.device.ID() || w[0].Away || w[0].Since != since {
			return fmt.Sprintf("%+v", w)
		}
		host.gate.line.mu.Lock()
		defer host.gate.line.mu.Unlock()
		if host.gate.line.waiting[0].left.IsZero() {
			return "the line has not noticed"
		}
		return ""
	})
	must(t, host.LetAllIn(t.Context()))
	must(t, <-a)
}

func TestLineIsBounded(t *testing.T) {
	l := newLine(func() {})
	defer l.close()
	request := func(n int, addr string) link.JoinRequest {
		return link.JoinRequest{Peer: peer.ID(fmt.Sprint("peer ", n)), Addr: addr, Wait: func(int) error { return nil }}
	}
	stands := 0
	for n := range 3 * maxLine {
		_, _, err := l.enter(request(n, fmt.Sprint("addr ", n%3)), fmt.Sprint("name ", n))
		if err == nil {
			stands++
			continue
		}
		if r := mustRefuse(t, err, link.RefusedLine); r.RetryAfter <= 0 {
			t.Fatal("no time is given")
		}
	}
	if stands != maxLine || len(l.list()) != maxLine {
		t.Fatalf("%d stand in the line", stands)
	}
	// The same machine again takes its own place.
	k, mine, err := l.enter(request(0, "addr 0"), "name 0")
	if err != nil || l.place(k) != 1 {
		t.Fatalf("place %d, %v", l.place(k), err)
	}
	_, again, err := l.enter(request(0, "addr 0"), "name 0")
	if err != nil || len(l.list()) != maxLine || again == mine {
		t.Fatal("a knock that is repeated is a second one")
	}
	if err := <-mine.decided; err == nil {
		t.Fatal("the first link of two is let in")
	}
	// One address alone gets no more than its share, and knocks no faster than it may.
	one := newLine(func() {})
	defer one.close()
	for n := range 10 * maxLineAddr {
		one.enter(request(n, "addr"), fmt.Sprint("name ", n))
		one.decide(peer.ID(fmt.Sprint("peer ", n)), nil)
	}
	if _, _, err := one.enter(request(-1, "addr"), "x"); err == nil {
		t.Fatal("one address knocks without end")
	}
	// Who was refused is remembered, within bounds.
	for n := range 2 * maxRefused {
		one.refuse(peer.ID(fmt.Sprint("refused ", n)))
	}
	if len(one.refused) > maxRefused {
		t.Fatalf("%d are remembered", len(one.refused))
	}
	// The second refusal lasts longer than the first.
	one.refuse("again")
	first := one.refused["again"].until
	one.refuse("again")
	if !one.refused["again"].until.After(first.Add(firstRefusal / 2)) {
		t.Fatal("asking again and again costs nothing")
	}
	if time.Until(one.refused["again"].until) > longestRefuse {
		t.Fatal("it costs too much")
	}
}

// cardOf is the words of the one card of these members, or of everyone.
func cardOf(t *testing.T, host *Session, only ...peer.ID) string {
	t.Helper()
	cards, err := host.Cards(t.Context(), only...)
	must(t, err)
	if len(cards) != 1 || len(strings.Fields(cards[0].Words)) != identity.CardWords {
		t.Fatalf("%+v", cards)
	}
	return cards[0].Words
}

func (m *machine) claims(t *testing.T, host *Session, card string) (*Session, error) {
	t.Helper()
	return m.sessions.Join(t.Context(), JoinOptions{Address: address(host), Card: card})
}

func TestCard(t *testing.T) {
	teacher, lab1, lab2, ben := newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	a := lab1.join(host, "Ada")
	b := ben.join(host, "Ben")
	lab1.say("hello")
	write(t, a, PageMine, "package adas")
	shows(t, host, a.Self().String(), "package adas")
	id, err := a.State(t.Context(), class.KindHandedIn, a.Teachers(), class.HandedIn{Title: "Loops", Files: []class.File{{Name: "main.go", Text: "x"}}})
	must(t, err)
	eventually(t, func() string {
		w, _ := a.Submission(id)
		if _, ok := a.Receipt(w.Hash); !ok {
			return "Ada has no receipt"
		}
		return ""
	})

	// The student sees the card too, once it has been asked for.
	mine, err := a.MyCard(t.Context())
	must(t, err)
	eventually(t, func() string {
		if mine, err = a.MyCard(t.Context()); err != nil || mine.Words == "" {
			return fmt.Sprint("no card has come: ", err)
		}
		return ""
	})
	card := cardOf(t, host, a.Self())
	if card != mine.Words || read(b, func(s *class.State) []byte { return s.Card(mine.Number) }) != nil {
		t.Fatal("the card is not the same, or another knows it")
	}

	// Wrong words, and the card on a machine that is somebody else's in the room.
	other := identity.Card{Seat: mine.Number}
	if _, err := lab2.claims(t, host, other.Words()); err == nil {
		t.Fatal("a seat was claimed without its card")
	} else {
		mustRefuse(t, err, link.RefusedWrongCard)
	}
	if _, err := lab2.claims(t, host, "seven words that are on no card"); !errors.Is(err, identity.ErrCard) {
		t.Fatal(err)
	}
	_, err = ben.claims(t, host, card)
	mustRefuse(t, err, link.RefusedOtherSeat)
	ben.join(host, "Ben")

	// The seat on another machine, with all that was there.
	now, err := lab2.claims(t, host, card)
	must(t, err)
	if now.Settings().Name != "Ada" || memberNamed(t, now, "Ada").Peer != now.Self() {
		t.Fatalf("%+v", now.Members())
	}
	shows(t, now, PageMine, "package adas")
	hears(t, now, "Ada: hello")
	eventually(t, func() string {
		w, ok := now.Submission(id)
		if _, receipt := now.Receipt(w.Hash); !ok || !receipt || len(w.Files) != 1 || !now.Same(w.Author, now.Self()) {
			return fmt.Sprintf("what was handed in is not there: %v %v", ok, receipt)
		}
		return ""
	})
	eventually(t, func() string {
		if st := a.Link(); st.Phase != link.PhaseRefused || st.Refusal.Code != link.RefusedClaimed {
			return fmt.Sprintf("the first machine is %+v", st)
		}
		return ""
	})
	lab2.say("from the other machine")
	hears(t, ben.now(), "Ada: hello; Ada: from the other machine")
	if n := len(host.Members()); n != 3 {
		t.Fatalf("%d members: %+v", n, host.Members())
	}

	// It comes back as any member does, and the first machine does not.
	lab2.stop()
	lab2.start()
	if _, err := lab2.sessions.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		if st := lab2.now().Link(); st.Phase != link.PhaseHere {
			return fmt.Sprintf("%+v", st)
		}
		return ""
	})

	// Stolen: the teacher gives the seat back, and the card is worth nothing.
	must(t, host.GiveSeatBack(t.Context(), memberNamed(t, host, "Ada")))
	lab1.join(host, "Ada")
	eventually(t, func() string {
		if st := lab2.now().Link(); st.Phase != link.PhaseRefused {
			return fmt.Sprintf("%+v", st)
		}
		return ""
	})
	thief := newMachine(t)
	_, err = thief.claims(t, host, card)
	mustRefuse(t, err, link.RefusedWrongCard)
	if next := cardOf(t, host, lab1.device.ID()); next == card {
		t.Fatal("the new card is the old one")
	}
}

func TestNoCardForPowers(t *testing.T) {
	teacher, roy, thief := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	co := roy.join(host, "Roy")
	card := cardOf(t, host)
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)
	_, err := thief.claims(t, host, card)
	mustRefuse(t, err, link.RefusedWrongCard)
	if _, err := co.MyCard(t.Context()); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatal(err)
	}
	// A revoked card is worth nothing, a new one is another.
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleStudent))
	must(t, host.RevokeCard(t.Context(), memberNamed(t, host, "Roy")))
	_, err = thief.claims(t, host, card)
	mustRefuse(t, err, link.RefusedWrongCard)
}

// TestMuteFollowsTheSeat: claiming one's own seat is no way around a teacher's word.
func TestMuteFollowsTheSeat(t *testing.T) {
	teacher, lab1, lab2 := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(false)
	lab1.join(host, "Ada")
	must(t, host.SetMuted(t.Context(), memberNamed(t, host, "Ada"), true))
	_, err := lab2.claims(t, host, cardOf(t, host))
	must(t, err)
	if !memberNamed(t, lab2.now(), "Ada").Muted || !memberNamed(t, host, "Ada").Muted {
		t.Fatal("Ada speaks again")
	}
	must(t, host.Remove(t.Context(), memberNamed(t, host, "Ada")))
	third, card := newMachine(t), host.known(memberNamed(t, host, "Ada")).Words
	_, err = third.claims(t, host, card)
	mustRefuse(t, err, link.RefusedWrongCard)
}
