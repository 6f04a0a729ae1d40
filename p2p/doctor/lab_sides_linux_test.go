package doctor

import (
	"fmt"
	"strings"
	"testing"

	"thirdspace/p2p/lab"
)

// TestOtherSubnetAsTheTeacherSeesIt: the teacher has typed the address of a student's machine.
func TestOtherSubnetAsTheTeacherSeesIt(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "teacher", "ben", "router")
	other := n.AddLAN("router", "ada")
	play(t, n, "teacher", "host")
	ip(t, n, "teacher", "route add default via "+n.Addr("router").String())
	r := examined(t, n, "teacher", Teacher, n.AddrOn("ada", other).String())
	wants(t, r, CauseOtherSubnet)
	if r.Cause != nil && (!strings.Contains(r.Cause.What, "student") || !strings.Contains(r.Cause.What, "10.77.0.0/24")) {
		t.Error(r.Cause.What)
	}
}

// TestTheWrongOfTwoNetworks: two networks of one machine have the same numbers, and the system sends everything into the
// one that is not the classroom's.
func TestTheWrongOfTwoNetworks(t *testing.T) {
	n := classroom(t)
	n.AddLAN("ada", "phone")
	play(t, n, "teacher", "host")
	ip(t, n, "ada", "addr add 10.77.0.200/24 dev lan1")
	ip(t, n, "ada", "route add 10.77.0.0/25 dev lan1")
	for _, r := range []Report{examined(t, n, "ada", Student, teacherAddr), examined(t, n, "ada", Student)} {
		wants(t, r, CauseWrongInterface)
		if r.Cause != nil && (!strings.Contains(r.Cause.What, "on lan1") || !strings.Contains(r.Cause.What, "not on lan0")) {
			t.Error(r.Cause.What)
		}
	}
	ip(t, n, "teacher", "route add default via "+n.Addr("router").String())
	wants(t, examined(t, n, "teacher", Teacher, n.Addr("ada").String()), "")
}

// TestTeachersMachineOnNoNetwork: the same causes as a student's, from the other side.
func TestTeachersMachineOnNoNetwork(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	ip(t, n, "teacher", "addr flush dev lan0")
	ip(t, n, "teacher", "addr add 169.254.7.7/16 dev lan0")
	wants(t, examined(t, n, "teacher", Teacher), CauseNoAddress)
	n.SetLink("teacher", false)
	wants(t, examined(t, n, "teacher", Teacher), CauseNoNetwork)
	ip(t, n, "teacher", "link add docker0 type veth peer name vm0")
	ip(t, n, "teacher", "addr add 172.17.0.1/16 dev docker0")
	ip(t, n, "teacher", "link set docker0 up")
	ip(t, n, "teacher", "link set vm0 up")
	wants(t, examined(t, n, "teacher", Teacher), CauseWrongInterface)
}

// TestAVPNThatTakesEverything is one with a rule before all routes, as those have that let nothing past them.
func TestAVPNThatTakesEverything(t *testing.T) {
	for _, side := range []string{Student, Teacher} {
		t.Run(side, func(t *testing.T) {
			n := classroom(t)
			play(t, n, "teacher", "host")
			name := map[string]string{Student: "ada", Teacher: "teacher"}[side]
			ip(t, n, name, "link add wg0 type veth peer name far0")
			ip(t, n, name, "addr add 10.9.0.2/32 dev wg0")
			ip(t, n, name, "link set wg0 up")
			ip(t, n, name, "link set far0 up")
			ip(t, n, name, "route add default dev wg0 table 51820")
			ip(t, n, name, "rule add pref 10 to 10.9.0.2 lookup local") // what is for this machine itself stays
			ip(t, n, name, "rule add pref 11 iif lo lookup 51820")
			r := examined(t, n, name, side)
			wants(t, r, CauseVPN)
			if r.Cause != nil && !strings.Contains(r.Cause.What, "wg0") {
				t.Error(r.Cause.What)
			}
		})
	}
}

// TestAnotherVersionThatAnnouncesItself: the version is named without anything being typed.
func TestAnotherVersionThatAnnouncesItself(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "future", "announced")
	r := examined(t, n, "ada", Student)
	wants(t, r, CauseVersion)
	if !strings.Contains(fmt.Sprint(r.Checks), "Tomorrow (") {
		t.Errorf("the room is not named: %v", r.Checks)
	}
}
