package app

import (
	"strings"
	"testing"

	"thirdspace/app/doctor"
	"thirdspace/app/room"
	examined "thirdspace/p2p/doctor"
	"thirdspace/p2p/lab"
)

// TestWaysIntoTheRoom: on a network that lets no multicast through the room is found by broadcast. Where no broadcast goes
// out either, the doctor finds it and says so, and the code, the address and the link of the teacher's screen lead there; and
// who was in comes back to where the room was, though no question for it gets through at all.
func TestWaysIntoTheRoom(t *testing.T) {
	n := lab.New(t, "Lee", "Ada", "Ben", "Chen", "Dana")
	n.SetMulticast(0, false)
	teacher, ada, ben, chen, dana := newClassmate(t, n, "Lee"), newClassmate(t, n, "Ada"), newClassmate(t, n, "Ben"), newClassmate(t, n, "Chen"), newClassmate(t, n, "Dana")
	v := get[room.View](teacher, "room.Service.Open", room.OpenRequest{Title: "Lab B", Teacher: "Lee", UseCode: true})
	ada.findAndJoin("Lab B", v.Code)
	for _, c := range []*classmate{ben, chen, dana} {
		c.forbid("ip daddr { 224.0.0.0/4, 10.77.0.255, 255.255.255.255 } drop")
	}
	r := get[examined.Report](ben, "doctor.Service.Examine", doctor.Request{})
	if r.Cause == nil || r.Cause.Code != examined.CauseUnheard || r.Way != v.Addresses[0] || !strings.Contains(r.Cause.What, "Lab B") {
		t.Errorf("nothing is heard of the room: %+v, %q", r.Cause, r.Way)
	}
	if len(v.Ways) != 1 || v.Ways[0].Address != v.Addresses[0] || strings.Contains(v.Link, v.Code) || !strings.Contains(v.LinkIn, v.Code) {
		t.Errorf("the ways are %+v, %s, %s", v.Ways, v.Link, v.LinkIn)
	}
	get[room.View](ben, "room.Service.Join", room.JoinRequest{Address: strings.ToLower(v.Ways[0].Code), Name: "Ben", Code: v.Code})
	get[room.View](chen, "room.Service.Join", room.JoinRequest{Address: v.LinkIn, Name: "Chen"})
	host, _, _ := strings.Cut(v.Addresses[0], ":")
	get[room.View](dana, "room.Service.Join", room.JoinRequest{Address: host, Name: "Dana", Code: v.Code}) // the usual port
	ada.say("hello")
	for _, c := range []*classmate{teacher, ben, chen, dana} {
		c.hears("Ada: hello")
	}

	for text, kind := range map[string]string{
		v.Ways[0].Code: room.TargetAddress, v.Link: room.TargetAddress, v.LinkIn: room.TargetFull, host: room.TargetAddress,
		"Lab B": room.TargetNone, v.Code: room.TargetNone, "teacher.local": room.TargetTypo, v.Ways[0].Code + "0": room.TargetTypo,
	} {
		if got := get[room.Target](ben, "room.Service.Read", text); got.Kind != kind || (got.Problem != nil) != (kind == room.TargetTypo) {
			t.Errorf("%q is read as %+v, want %q", text, got, kind)
		}
	}
	if r = get[examined.Report](ben, "doctor.Service.Examine", doctor.Request{Target: "10.77.0.99"}); r.Cause == nil || r.Cause.Code != examined.CauseAbsent {
		t.Errorf("an address where nobody is: %+v", r.Cause)
	}
	if _, err := call[examined.Report](ben, "doctor.Service.Examine", doctor.Request{Target: "nonsense!"}); err == nil {
		t.Error("nonsense is examined")
	}

	ben.leaveAndGoBack(v)
	teacher.hears("Ada: hello; Ben: back")
}

// leaveAndGoBack leaves the room, starts the machine again where no broadcast goes out either, and joins with one click.
func (c *classmate) leaveAndGoBack(v room.View) {
	c.t.Helper()
	if _, err := call[any](c, "room.Service.Leave"); err != nil {
		c.t.Fatal(err)
	}
	c.kill()
	c.forbid("udp dport { 5353, 47113 } drop")
	c.start()
	start := get[room.StartView](c, "room.Service.Start")
	if len(start.Known) != 1 || start.Known[0].ID != v.ID {
		c.t.Fatalf("known are %+v", start.Known)
	}
	known := start.Known[0]
	get[room.View](c, "room.Service.Join", room.JoinRequest{ID: known.ID, Host: known.Host, Name: known.Name})
	c.phase("here")
	c.say("back")
}

// forbid lets nothing of that kind out of the machine.
func (c *classmate) forbid(rule string) {
	c.t.Helper()
	out, err := c.network.Command(c.name, "nft", "add table inet quiet; add chain inet quiet out { type filter hook output priority 0 ; }; add rule inet quiet out "+rule).CombinedOutput()
	if err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
}
