//go:build linux

package discover

import (
	"testing"

	"thirdspace/p2p/lab"
)

func TestRoomIsFoundWithoutMulticast(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada", "ben")
	n.SetMulticast(0, false)
	a := sampleAnnouncement(t)
	host := announced(t, n, "teacher", a)
	ada := startRole(t, n.Self("ada", "browse"))
	r := ada.hear("the room", slowest, titles(a.Title))
	t.Logf("found after %v", r.After)
	want := Found{Room: a.Room, Host: a.Host, Title: a.Title, Course: a.Course, Teacher: a.Teacher, Locked: true, Members: 3, Addrs: r.Rooms[0].Addrs}
	if got := asJSON(t, r.Rooms[0]); got != asJSON(t, want) || !onlyAt("10.77.0.1:4001")(r.Rooms) {
		t.Errorf("found %s\nwant %s", got, asJSON(t, want))
	}
	a.Title = "Slices"
	if err := host.write.Encode(a); err != nil {
		t.Fatal(err)
	}
	ada.hear("its new title", slowest, titles("Slices"))
	host.end()
	ada.hear("no room", goodbye, titles())
}

func TestTwoRoomsOfOneMachineWithoutMulticast(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	n.SetMulticast(0, false)
	a, b := sampleAnnouncement(t), sampleAnnouncement(t)
	a.Title, b.Title = "closes", "stays"
	first := announced(t, n, "teacher", a)
	announced(t, n, "teacher", b)
	ada := startRole(t, n.Self("ada", "browse"))
	ada.hear("both rooms", slowest, titles("closes", "stays"))
	first.end()
	ada.hear("only the other room", slowest, titles("stays"))
}

func TestRoomThatOpensLaterIsFoundWithoutMulticast(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ada")
	n.SetMulticast(0, false)
	ada := startRole(t, n.Self("ada", "browse"))
	host := announced(t, n, "teacher", sampleAnnouncement(t))
	ada.hear("the room", slowest, titles("Loops"))
	host.cmd.Process.Kill()
	ada.hear("no room", slowest, titles())
}
