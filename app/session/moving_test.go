package session

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

// rejoins goes back into a known room that is at an address.
func (m *machine) rejoins(t *testing.T, host *Session, name, code string) (*Session, error) {
	t.Helper()
	return m.sessions.Join(t.Context(), JoinOptions{Ticket: address(host), Name: name, Code: code})
}

// TestTeacherWithANewComputer: the old computer vouches for the new one, which is in the room; the class goes over with
// all that it has.
func TestTeacherWithANewComputer(t *testing.T) {
	old, next, ada, ben, late := newMachine(t), newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := old.open(true)
	a := ada.join(host, "Ada")
	ben.join(host, "Ben")
	ada.say("hello")
	write(t, host, PageBoard, "package board")
	write(t, a, PageMine, "package ada")
	shows(t, host, a.Self().String(), "package ada")
	n := next.join(host, "Ms Lee’s new one")
	shows(t, n, PageBoard, "package board")
	hears(t, n, "Ada: hello")
	if _, ok := n.Offered(); ok {
		t.Fatal("nobody has vouched yet")
	}
	_, err := host.HandOver(t.Context(), n.Self())
	must(t, err)
	eventually(t, func() string {
		if _, ok := n.Offered(); !ok {
			return "the new computer does not know of it"
		}
		return ""
	})
	offered, _ := n.Offered()
	must(t, ben.sessions.Leave(t.Context()))
	old.stop()

	host, err = next.sessions.TakeOver(t.Context(), offered)
	must(t, err)
	if host.Room() != a.Room() || host.Title() != "Monday, period 2" || !host.Hosted() {
		t.Fatalf("%+v", host.Settings())
	}
	// Ada is still in the room and does not find its host; Ben comes back from outside.
	back, err := ada.rejoins(t, host, "Ada", "")
	must(t, err)
	b, err := ben.rejoins(t, host, "Ben", "")
	must(t, err)
	ada.say("here again")
	hears(t, b, "Ada: hello; Ada: here again")
	hears(t, host, "Ada: hello; Ada: here again")
	shows(t, back, PageBoard, "package board")
	write(t, host, PageBoard, "package moved")
	shows(t, back, PageBoard, "package moved")
	shows(t, back, PageMine, "package ada")
	shows(t, host, back.Self().String(), "package ada")
	if m := memberNamed(t, b, "Ms Lee"); m.Peer != host.Self() && !m.Removed {
		t.Fatalf("%+v", b.Members())
	}
	if len(b.Members()) != len(host.Members()) {
		t.Fatalf("%+v\n%+v", b.Members(), host.Members())
	}
	// The pin has moved on: the old key is not the room's any more.
	if r, _, err := ada.store.Room(t.Context(), host.Room()); err != nil || r.Host != host.Self() || originOf(r) == r.Host {
		t.Fatalf("%+v, %v", r, err)
	}
	// Someone who was never there joins like anywhere, and has what was said before.
	l := late.join(host, "Late")
	hears(t, l, "Ada: hello; Ada: here again")

	// And all of it again after the new computer was switched off and on.
	next.stop()
	next.start()
	if _, err := next.sessions.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := next.now()
	if !again.Hosted() || again.state.Host() != again.Self() {
		t.Fatal("the new host does not host any more")
	}
	for _, m := range []*machine{ada, ben, late} {
		eventually(t, func() string {
			if st := m.now().Link(); st.Phase != link.PhaseHere {
				return fmt.Sprintf("%+v", st)
			}
			return ""
		})
	}
}

// TestCoTeacherVouches: the old computer is gone, with all that was on it. A co-teacher vouches for the new one.
func TestCoTeacherVouches(t *testing.T) {
	old, next, roy, ada := newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := old.open(true)
	a := ada.join(host, "Ada")
	co := roy.join(host, "Roy")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)
	ada.say("hello")
	hears(t, co, "Ada: hello")
	if _, err := a.HandOver(t.Context(), next.device.ID()); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("a student vouches: %v", err)
	}
	old.stop()

	made, err := co.HandOver(t.Context(), next.device.ID())
	must(t, err)
	words, err := made.Text()
	must(t, err)
	h, err := ReadHandover(" \n" + words[:40] + "\n" + words[40:] + "\n") // as it comes out of a mail
	must(t, err)
	if _, err := ada.sessions.TakeOver(t.Context(), h); failure.From(err).Code != failure.CodeNotAllowed {
		t.Fatalf("it serves another computer: %v", err)
	}
	host, err = next.sessions.TakeOver(t.Context(), h)
	must(t, err)
	back, err := ada.rejoins(t, host, "Ada", "")
	must(t, err)
	hears(t, host, "Ada: hello") // the history comes back from the students
	if m := memberNamed(t, host, "Ada"); m.Peer != back.Self() || m.Certificate.Verify(host.Room(), host.Self()) != nil {
		t.Fatalf("%+v", m)
	}
	ada.say("all here")
	if _, err := roy.rejoins(t, host, "Roy", ""); err != nil {
		t.Fatal(err)
	}
	hears(t, roy.now(), "Ada: hello; Ada: all here")
}

// TestNobodyVouches: a machine that has the room's id and name, and no word for it, is refused, and so is one for which
// somebody vouches who does not teach any more.
func TestNobodyVouches(t *testing.T) {
	old, mallory, roy, ada := newMachine(t), newMachine(t), newMachine(t), newMachine(t)
	host := old.open(true)
	ada.join(host, "Ada")
	co := roy.join(host, "Roy")
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleCoTeacher))
	becomes(t, co, identity.RoleCoTeacher)
	h, err := co.HandOver(t.Context(), mallory.device.ID())
	must(t, err)
	must(t, host.SetRole(t.Context(), memberNamed(t, host, "Roy"), identity.RoleStudent))
	becomes(t, co, identity.RoleStudent)
	eventually(t, func() string {
		if m, _ := ada.now().member(co.Self()); m.Role != identity.RoleStudent {
			return "Ada does not know that Roy teaches no more"
		}
		return ""
	})
	must(t, ada.sessions.Leave(t.Context()))
	room := host.Room()
	old.stop()

	false_, err := mallory.sessions.TakeOver(t.Context(), h) // mallory's machine knows nothing of the room, and believes it
	must(t, err)
	_, err = ada.sessions.Join(t.Context(), JoinOptions{Room: room, Host: false_.Self(), Name: "Ada"})
	mustRefuseAs(t, err, failure.CodeConflict)
	_, err = ada.rejoins(t, false_, "Ada", "")
	mustRefuseAs(t, err, failure.CodeConflict)
	if f := failure.From(err); !strings.Contains(f.Hint, "vouch") {
		t.Fatalf("it does not say what to do: %q", f.Hint)
	}
	if r, _, err := ada.store.Room(t.Context(), room); err != nil || r.Host == false_.Self() {
		t.Fatal("the pin has moved")
	}
}

func mustRefuseAs(t *testing.T, err error, code string) {
	t.Helper()
	if f := failure.From(err); f == nil || f.Code != code {
		t.Fatalf("got %v, want a failure of code %s", err, code)
	}
}

// TestOldComputerIsOut: once the room has moved, what the old key states changes nothing, and it does not come back in.
func TestOldComputerIsOut(t *testing.T) {
	old, next := newMachine(t), newMachine(t)
	host := old.open(false)
	n := next.join(host, "New")
	h, err := host.HandOver(t.Context(), n.Self())
	must(t, err)
	must(t, old.sessions.Leave(t.Context()))
	moved, err := next.sessions.TakeOver(t.Context(), h)
	must(t, err)
	_, err = old.sessions.Join(t.Context(), JoinOptions{Ticket: address(moved), Name: "Ms Lee"})
	if err == nil {
		t.Fatal("the old key is let in")
	}
	if m := memberNamed(t, moved, "Ms Lee"); m.Peer == old.device.ID() && !m.Removed {
		t.Fatalf("%+v", m)
	}
}

func FuzzReadHandover(f *testing.F) {
	d, err := identity.LoadDevice(f.TempDir() + "/key")
	if err != nil {
		f.Fatal(err)
	}
	other, err := identity.LoadDevice(f.TempDir() + "/key")
	if err != nil {
		f.Fatal(err)
	}
	v, err := d.Vouch("aaaaaaaaaaaaaaaa", d.ID(), other.ID(), nil)
	if err != nil {
		f.Fatal(err)
	}
	good, err := Handover{Vouch: v, Title: "Monday", Teacher: "Ms Lee"}.Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(handoverPrefix)
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ReadHandover(text)
		if err != nil {
			return
		}
		if h.Title == "" || h.Teacher == "" || h.Vouch.Verify(h.Vouch.Room, h.Vouch.From) != nil {
			t.Fatalf("%+v was taken", h)
		}
	})
}

func FuzzCardLink(f *testing.F) {
	m := NewManager(Config{Log: slog.New(slog.DiscardHandler)})
	f.Cleanup(func() { m.Close() })
	f.Add("thirdspace-card:?room=aaaaaaaaaaaaaaaa&words=abstract-abandon-amount-liar-amount-expire-adult")
	f.Add("abstract abandon amount liar amount expire adult")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := m.withCard(JoinOptions{Card: text, Ticket: "10.0.0.5"})
		if err != nil || o.Card == "" {
			return
		}
		if _, err := identity.ReadCard(o.Card); err != nil {
			t.Fatalf("%q was taken for the card %q", text, o.Card)
		}
	})
}
