package discover

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"thirdspace/p2p/wire"
)

// near are the networks of the machine that browses in these tests.
var near = neighbourhood{
	sampleAdapter("lan0", "10.77.0.9/24", "fe80::9/64", "fd00::9/64"),
	sampleAdapter("lan1", "10.77.1.9/24"),
}

// when is the time at which these tests begin.
var when = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

func sampleSighting(t testing.TB, source string) sighting {
	t.Helper()
	seen := parsePacket(announcementPacket(t, sampleAnnouncement(t), 120), netip.MustParseAddr(source))
	if len(seen) != 1 {
		t.Fatalf("read %d announcements", len(seen))
	}
	return seen[0]
}

func TestListHoldsEachRoomOnce(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	if !r.add(s, near, when) || r.add(s, near, when.Add(time.Second)) {
		t.Error("the first sighting changes the list, the second does not")
	}
	again := s
	again.source = netip.MustParseAddr("fe80::1%lan0")
	if !r.add(again, near, when) {
		t.Error("a new address changes the list")
	}
	got := r.list()
	if len(got) != 1 {
		t.Fatalf("listed %d times", len(got))
	}
	if s := fmt.Sprint(got[0].Addrs); s != "[10.77.0.1:4001 [fe80::1%lan0]:4001 [fd00::1]:4001]" {
		t.Errorf("addresses: %s", s)
	}
}

func TestAddressesFromElsewhereAreLeftOut(t *testing.T) {
	s := sampleSighting(t, "10.77.1.1")
	for _, a := range []string{"8.8.8.8", "192.168.7.7", "2001:db8::1", "10.77.0.1"} {
		s.listed = append(s.listed, netip.MustParseAddr(a))
	}
	r := newRooms()
	r.add(s, near, when)
	// The link-local address was heard of on lan1.
	if got := fmt.Sprint(r.list()[0].Addrs); got != "[10.77.1.1:4001 10.77.0.1:4001 [fd00::1]:4001 [fe80::1%lan1]:4001]" {
		t.Errorf("addresses: %s", got)
	}
	for _, far := range []string{"8.8.8.8", "192.168.7.7", "2001:db8::1", "fe80::1"} {
		s.source = netip.MustParseAddr(far)
		if newRooms().add(s, near, when) {
			t.Errorf("a packet from %s was believed", far)
		}
	}
}

func TestNobodyElseCanRenameOrSendAway(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	r.add(s, near, when)
	forged := s
	forged.source, forged.title, forged.listed = netip.MustParseAddr("10.77.0.66"), "Free beer", nil
	r.add(forged, near, when)
	if got := r.list()[0]; got.Title != s.title || got.Addrs[0].Addr() != s.source {
		t.Errorf("another machine made it %v", got)
	}
	forged.gone = true
	r.add(forged, near, when)
	if got := r.list(); len(got) != 1 || slices.ContainsFunc(got[0].Addrs, func(a netip.AddrPort) bool { return a.Addr() == forged.source }) {
		t.Errorf("after another machine's goodbye: %v", got)
	}
	s.gone = true
	if !r.add(s, near, when) || len(r.list()) != 0 {
		t.Error("its own goodbye does not take it away")
	}
}

func TestGoodbyeWithoutKey(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	r.add(s, near, when)
	r.add(sighting{room: s.room, source: s.source, gone: true}, near, when)
	if len(r.list()) != 0 {
		t.Error("a goodbye that names only the room is not heard")
	}
}

func TestGoodbyeOutlivesAnswersUnderWay(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	r.add(s, near, when)
	gone := s
	gone.gone = true
	r.add(gone, near, when)
	if r.add(s, near, when.Add(mourning/2)) {
		t.Error("an answer that was under way brings the room back")
	}
	r.expire(when.Add(mourning))
	if !r.add(s, near, when.Add(mourning)) || len(r.gone) != 0 {
		t.Error("the room cannot open again")
	}
}

func TestSilentRoomsExpire(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	r.add(s, near, when)
	second := s
	second.source = netip.MustParseAddr("10.77.1.1")
	r.add(second, near, when.Add(time.Second))
	if r.expire(when.Add(silence - 1)) {
		t.Error("expired too early")
	}
	if !r.expire(when.Add(silence)) || r.list()[0].Addrs[0].Addr() != second.source {
		t.Errorf("the silent address stays: %v", r.list())
	}
	if !r.expire(when.Add(silence+time.Second)) || len(r.list()) != 0 || len(r.known) != 0 {
		t.Error("the silent room stays")
	}
}

func TestChangesAreNoticed(t *testing.T) {
	for name, change := range map[string]func(*sighting){
		"title":   func(s *sighting) { s.title = "other" },
		"course":  func(s *sighting) { s.course = "other" },
		"teacher": func(s *sighting) { s.teacher = "other" },
		"locked":  func(s *sighting) { s.locked = false },
		"members": func(s *sighting) { s.members++ },
		"port":    func(s *sighting) { s.port++ },
		"address": func(s *sighting) { s.listed = append(s.listed, netip.MustParseAddr("10.77.0.7")) },
	} {
		r := newRooms()
		s := sampleSighting(t, "10.77.0.1")
		r.add(s, near, when)
		before := fmt.Sprint(r.list())
		change(&s)
		if !r.add(s, near, when) || fmt.Sprint(r.list()) == before {
			t.Errorf("another %s is not noticed", name)
		}
	}
}

func TestListIsBounded(t *testing.T) {
	r := newRooms()
	s := sampleSighting(t, "10.77.0.1")
	for i := range 2 * maxRooms {
		s.room = wire.NewRoomID()
		s.source = netip.AddrFrom4([4]byte{10, 77, 0, byte(10 + i%20)})
		r.add(s, near, when)
	}
	if len(r.list()) != maxRooms {
		t.Errorf("%d rooms of many machines", len(r.list()))
	}

	r = newRooms()
	for range 2 * maxRoomsOfMachine {
		s.room = wire.NewRoomID()
		r.add(s, near, when)
	}
	if len(r.list()) != maxRoomsOfMachine {
		t.Errorf("%d rooms of one machine", len(r.list()))
	}

	r = newRooms()
	for i := range 100 {
		s.source = netip.AddrFrom4([4]byte{10, 77, 0, byte(1 + i)})
		r.add(s, near, when)
	}
	if key := (roomKey{s.room, s.host}); len(r.known[key]) != maxSources || len(r.list()[0].Addrs) > maxAddresses {
		t.Errorf("one room from %d addresses, %d of them listed", len(r.known[key]), len(r.list()[0].Addrs))
	}
}

func TestListIsSorted(t *testing.T) {
	r := newRooms()
	for _, title := range []string{"c", "a", "b", "a"} {
		s := sampleSighting(t, "10.77.0.1")
		s.title = title
		r.add(s, near, when)
	}
	first := r.list()
	if got := []string{first[0].Title, first[1].Title, first[2].Title, first[3].Title}; !slices.IsSorted(got) {
		t.Errorf("sorted as %v", got)
	}
	for range 20 {
		if fmt.Sprint(r.list()) != fmt.Sprint(first) {
			t.Fatal("the order changes by itself")
		}
	}
}

func TestCrowd(t *testing.T) {
	var c crowd
	loud, quiet := netip.MustParseAddr("10.77.0.66"), netip.MustParseAddr("10.77.0.1")
	admitted := 0
	for range 3 * maxPacketsPerSecond {
		if c.admit(loud, when) {
			admitted++
		}
	}
	if admitted != maxPacketsPerSecond || !c.admit(quiet, when) {
		t.Errorf("%d packets of one machine admitted in a second", admitted)
	}
	if !c.admit(loud, when.Add(time.Second)) {
		t.Error("the next second does not begin anew")
	}
	for i := range 2 * maxTalkers {
		c.admit(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), when.Add(time.Second))
	}
	if len(c.counts) > maxTalkers {
		t.Errorf("%d machines are counted", len(c.counts))
	}
}
