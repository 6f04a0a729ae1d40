package session

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
)

// wayTo is the ticket of a room at its address on loopback.
func wayTo(t *testing.T, host *Session) ticket.Ticket {
	t.Helper()
	w := host.Way()
	w.Addrs = []netip.AddrPort{netip.MustParseAddrPort(address(host))}
	return w
}

func TestJoiningByWhatTheScreenShows(t *testing.T) {
	teacher := newMachine(t)
	host := teacher.open(true)
	way := wayTo(t, host)
	in := way
	in.Code = host.Settings().Code
	for name, o := range map[string]JoinOptions{
		"Ada, by code":            {Ticket: host.Code(way.Addrs[0]), Code: in.Code},
		"Ben, by link":            {Ticket: way.Link(), Code: in.Code},
		"Cleo, by the whole link": {Ticket: in.Link()},
	} {
		m := newMachine(t)
		o.Name = name
		s, err := m.sessions.Join(t.Context(), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Room() != host.Room() || s.Host() != host.Self() {
			t.Errorf("%s is in another room", name)
		}
	}
	other := newMachine(t)
	_, err := other.sessions.Join(t.Context(), JoinOptions{Ticket: way.Link(), Name: "Dan"})
	refusedWith(t, err, link.RefusedCodeNeeded)
}

// TestFalseHostAtTheAddress: what the screen shows says whose the room is, so that a machine that took over the address
// is not even told who asks.
func TestFalseHostAtTheAddress(t *testing.T) {
	teacher, mallory, ada := newMachine(t), newMachine(t), newMachine(t)
	host, false_ := teacher.open(false), mallory.open(false)
	way := wayTo(t, host)
	way.Addrs = wayTo(t, false_).Addrs
	for _, text := range []string{host.Code(way.Addrs[0]), way.Link()} {
		_, err := ada.sessions.Join(t.Context(), JoinOptions{Ticket: text, Name: "Ada"})
		refusedWith(t, err, link.RefusedOtherKey)
	}
	if len(false_.Members()) != 1 {
		t.Error("the false host knows who asked")
	}
	old := wayTo(t, host)
	old.Room = "abcdefghijklmnop"
	_, err := ada.sessions.Join(t.Context(), JoinOptions{Ticket: old.Link(), Name: "Ada"})
	refusedWith(t, err, link.RefusedNotARoom)
	_, err = ada.sessions.Join(t.Context(), JoinOptions{Ticket: "0000-0000-0001", Name: "Ada"})
	refusedWith(t, err, failure.CodeBadAddress)
}

// TestBackAtTheLastAddress: a room that is not announced is found where it was, also after a restart of the student's
// machine, and although it was somewhere else since.
func TestBackAtTheLastAddress(t *testing.T) {
	teacher, ada := newMachine(t), newMachine(t)
	host := teacher.open(true)
	host.announcer.Close()
	a := ada.join(host, "Ada")
	if err := ada.sessions.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := a.Settings()
	for i := range 2 * maxAddresses {
		r.Addresses = withAddress(r.Addresses, netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", i+1)))
	}
	r.Addresses = withAddress(r.Addresses, netip.MustParseAddrPort(address(host)))
	r.Addresses = withAddress(r.Addresses, netip.MustParseAddrPort("127.0.0.1:1"))
	if err := ada.store.PutRoom(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	ada.stop()
	ada.start()

	a, err := ada.sessions.Join(t.Context(), JoinOptions{Room: host.Room(), Host: host.Self(), Name: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		if p := a.Link().Phase; p != link.PhaseHere {
			return "the link is " + p
		}
		return ""
	})
	eventually(t, func() string {
		if got := a.Settings().Addresses; len(got) != maxAddresses || got[0] != address(host) {
			return fmt.Sprintf("remembered are %v", got)
		}
		return ""
	})
}

func TestAddressesOfElsewhereAreNotDialled(t *testing.T) {
	teacher, ada := newMachine(t), newMachine(t)
	a := ada.join(teacher.open(false), "Ada")
	err := a.remember(t.Context(), func(r *store.Room) { r.Addresses = []string{"198.51.100.7:47113", "10.7.7.7:47113", "nonsense"} })
	if err != nil {
		t.Fatal(err)
	}
	got := a.hostAddresses()
	if slices.Contains(got, netip.MustParseAddrPort("198.51.100.7:47113")) || !slices.Contains(got, netip.MustParseAddrPort("10.7.7.7:47113")) {
		t.Errorf("dialled are %v", got)
	}
}
