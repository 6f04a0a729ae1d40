package session

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/failure"
	"thirdspace/p2p/link"
)

// waits tells at which place a machine waits at a door; 0 if it does not.
func (m *machine) waits() int {
	_, state, _ := m.sessions.Waits()
	return state.Place
}

// knocks joins in the background.
func (m *machine) knocks(ctx context.Context, host *Session, name, code string) chan error {
	done := make(chan error, 1)
	go func() {
		_, err := m.sessions.Join(ctx, JoinOptions{Ticket: address(host), Name: name, Code: code})
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
