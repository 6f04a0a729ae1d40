//go:build linux

package discover

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/p2p/lab"
	"thirdspace/p2p/wire"
)

func TestMain(m *testing.M) {
	roles := lab.Roles{"announce": playAnnounce, "browse": playBrowse, "forge": playForge, "networks": playNetworks}
	if code, done := lab.Enter(roles); done {
		os.Exit(code)
	}
	goleak.VerifyTestMain(m)
}

// Conditions on a list.
func titles(want ...string) func([]Found) bool {
	return func(rooms []Found) bool {
		var got []string
		for _, r := range rooms {
			got = append(got, r.Title)
		}
		return strings.Join(got, "|") == strings.Join(want, "|")
	}
}

func onlyAt(addr string) func([]Found) bool {
	return func(rooms []Found) bool {
		return len(rooms) == 1 && len(rooms[0].Addrs) == 1 && rooms[0].Addrs[0].String() == addr
	}
}

// Times. The first two are promises; slowest is when a room that went without a word is gone at the latest, with room for
// a machine that has other things to do.
const (
	promised = 2 * time.Second
	goodbye  = 3 * time.Second // well under the silence after which a room would go anyway
	slowest  = 3 * silence
)

func TestRoomIsFoundWithoutARoute(t *testing.T) {
	n := lab.New(t, "teacher", "ada", "ben")
	a := sampleAnnouncement(t)
	announced(t, n, "teacher", a)
	for _, student := range []string{"ada", "ben"} {
		r := startRole(t, n.Self(student, "browse")).hear("the room", slowest, titles(a.Title))
		if r.After > promised {
			t.Errorf("%s found the room after %v", student, r.After)
		}
		want := Found{Room: a.Room, Host: a.Host, Title: a.Title, Course: a.Course, Teacher: a.Teacher, Locked: true, Members: 3}
		want.Addrs = r.Rooms[0].Addrs
		if got := asJSON(t, r.Rooms[0]); got != asJSON(t, want) {
			t.Errorf("found %s\nwant %s", got, asJSON(t, want))
		}
		if got := fmt.Sprint(want.Addrs); got != "[10.77.0.1:4001]" {
			t.Errorf("addresses %s", got)
		}
		t.Logf("%s found the room after %v", student, r.After)
	}
}

func TestRoomThatOpensLaterIsFound(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	browsers := []*machine{
		startRole(t, n.Self("ada", "browse")),
		startRole(t, n.Self("ada", "browse")),     // two on one machine share the multicast port
		startRole(t, n.Self("teacher", "browse")), // and a room is found on its own machine, too
	}
	a := sampleAnnouncement(t)
	host := announced(t, n, "teacher", a)
	for _, b := range browsers {
		b.hear("the room", slowest, titles(a.Title))
	}
	host.end()
	for _, b := range browsers {
		b.hear("no room", goodbye, titles())
	}
}

func TestRoomThatClosesLeavesAtOnce(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	a, b := sampleAnnouncement(t), sampleAnnouncement(t)
	a.Title, b.Title = "closes", "stays"
	first := announced(t, n, "teacher", a)
	announced(t, n, "teacher", b)
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("both rooms", slowest, titles("closes", "stays"))
	first.end()
	ada.hear("only the other room", goodbye, titles("stays"))

	announced(t, n, "teacher", a)
	ada.hear("the room again", slowest, titles("closes", "stays"))
}

func TestKilledRoomLeaves(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	host := announced(t, n, "teacher", sampleAnnouncement(t))
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("the room", slowest, titles("Loops"))
	host.cmd.Process.Kill()
	killed := time.Now()
	ada.hear("no room", slowest, titles())
	t.Logf("gone %v after the kill", time.Since(killed))
}

func TestUpdateIsHeard(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	a := sampleAnnouncement(t)
	host := announced(t, n, "teacher", a)
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("the room", slowest, titles("Loops"))
	a.Title, a.Members = "Slices", 29
	if err := host.write.Encode(a); err != nil {
		t.Fatal(err)
	}
	r := ada.hear("its new title", slowest, titles("Slices"))
	if r.Rooms[0].Members != 29 {
		t.Errorf("%d members", r.Rooms[0].Members)
	}
}

func TestAddressThatChanges(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	announced(t, n, "teacher", sampleAnnouncement(t))
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("the room at its address", slowest, onlyAt("10.77.0.1:4001"))
	n.SetAddr("teacher", 0, n.Addr("teacher").Next().Next().Next())
	ada.hear("the room at its new address", slowest, onlyAt("10.77.0.4:4001"))
	n.SetAddr("ada", 0, n.Addr("ada").Next())
	n.SetAddr("teacher", 0, n.Addr("teacher").Next())
	ada.hear("the room after both changed", slowest, onlyAt("10.77.0.5:4001"))
}

func TestCableOutAndIn(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	n.SetLink("teacher", false) // the room opens while there is no network
	announced(t, n, "teacher", sampleAnnouncement(t))
	ada := startRole(t, n.Self("ada", "browse"))
	n.SetLink("teacher", true)
	ada.hear("the room", slowest, titles("Loops"))
	n.SetLink("ada", false)
	ada.hear("no room", slowest, titles())
	n.SetLink("ada", true)
	ada.hear("the room again", slowest, titles("Loops"))
}

func TestTwoInterfaces(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	n.AddLAN("teacher", "ben", "ada")
	announced(t, n, "teacher", sampleAnnouncement(t))
	startRole(t, n.Self("ben", "browse")).hear("the room on the second network only", slowest, onlyAt("10.77.1.1:4001"))
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("one room on both networks", slowest, func(rooms []Found) bool {
		return len(rooms) == 1 && len(rooms[0].Addrs) == 2
	})
	n.SetLinkOn("teacher", 0, false)
	ada.hear("the room on what is left", slowest, onlyAt("10.77.1.1:4001"))
}

func TestIPv6(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	n.EnableIPv6("teacher")
	n.EnableIPv6("ada")
	host := announced(t, n, "teacher", sampleAnnouncement(t))
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("the IPv4 address first and the link-local one with its zone", slowest, func(rooms []Found) bool {
		if len(rooms) != 1 || len(rooms[0].Addrs) != 2 {
			return false
		}
		second := rooms[0].Addrs[1].Addr()
		return rooms[0].Addrs[0].String() == "10.77.0.1:4001" && second.Is6() && second.Zone() == "lan0"
	})
	host.end()
	ada.hear("no room", goodbye, titles())
}

func TestManyRoomsAndTwoThatClaimToBeOne(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "colleague", "ada")
	var all []Announcement
	for i := range 4 {
		a := sampleAnnouncement(t)
		a.Title, a.Port = fmt.Sprintf("room %d", i), 4001+i
		all = append(all, a)
	}
	twin := all[0]
	twin.Host, twin.Title = newHost(t), "room 0 under another key"
	for i, a := range all {
		announced(t, n, []string{"teacher", "colleague"}[i%2], a)
	}
	announced(t, n, "colleague", twin) // the room whose id it claims is the teacher's
	ada := startRole(t, n.Self("ada", "browse"))
	r := ada.hear("all rooms", slowest, titles("room 0", "room 0 under another key", "room 1", "room 2", "room 3"))
	if r.Rooms[0].Room != r.Rooms[1].Room || r.Rooms[0].Host == r.Rooms[1].Host {
		t.Error("the two rooms of one id are not told apart by their keys")
	}
}

// forgeries are announcements of rooms that are not there, some of them cut short, and then goodbyes in the name of one
// that is.
func forgeries(t *testing.T, there Announcement) [][]byte {
	var packets [][]byte
	for i := range 200 {
		a := there
		a.Room, a.Title = wire.NewRoomID(), fmt.Sprintf("forged %d", i)
		p := announcementPacket(t, a, 120)
		packets = append(packets, p, p[:len(p)-1-i%40])
	}
	return append(packets, slices.Repeat([][]byte{announcementPacket(t, there, 0)}, 20)...)
}

func TestForgedRoomsDoNotHideTheRealOne(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "mallory", "ada")
	a := sampleAnnouncement(t)
	announced(t, n, "teacher", a)
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("the room", slowest, titles("Loops"))
	mallory := startRole(t, n.Self("mallory", "forge"))
	if err := mallory.write.Encode(forgeries(t, a)); err != nil {
		t.Fatal(err)
	}
	if line := <-mallory.lines; line != "forged" {
		t.Fatal("not forged")
	}
	real := func(rooms []Found) bool {
		for _, r := range rooms {
			if r.Room == a.Room {
				return true
			}
		}
		return false
	}
	ada.hear("as many forged rooms as one machine may have, and the real one", slowest, func(rooms []Found) bool {
		if !real(rooms) {
			t.Fatal("the room was sent away by another machine's goodbye")
		}
		return len(rooms) == maxRoomsOfMachine+1
	})
	ada.hear("the real one alone, when nobody repeats the others", slowest, titles("Loops"))
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher")
	n.AddLAN("teacher")
	networks := func() string {
		out, err := n.Self("teacher", "networks").Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	if got := networks(); got != "[{lan0 10.77.0.0/24} {lan1 10.77.1.0/24}]" {
		t.Errorf("searched: %s", got)
	}
	n.SetLink("teacher", false)
	if got := networks(); got != "[]" {
		t.Errorf("without a cable searched: %s", got)
	}
}
