package session

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

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
	return m.sessions.Join(t.Context(), JoinOptions{Ticket: address(host), Card: card})
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
