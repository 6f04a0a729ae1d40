package doctor

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"thirdspace/p2p/lab"
)

// firewallOf sets a firewall on a machine with the tool of that name, or skips the test where there is none.
func firewallOf(t *testing.T, n *lab.Network, name, tool, rules string) {
	t.Helper()
	if _, err := toolPath(tool); err != nil && os.Getenv("CI") != "true" {
		t.Skip(tool + " is not installed: build/scripts/setup.sh test")
	}
	must(t, n.Command(name, "sh", "-ec", rules))
}

// nft sets a firewall of nftables.
func nft(t *testing.T, n *lab.Network, name, rules string) {
	t.Helper()
	firewallOf(t, n, name, "nft", "nft -f - <<'END'\n"+rules+"\nEND")
}

// obey does on the machine what the report says.
func obey(t *testing.T, n *lab.Network, name string, r Report) {
	t.Helper()
	if r.Cause == nil || len(r.Cause.Commands) == 0 {
		t.Fatalf("no rule is named: %+v", r.Cause)
	}
	must(t, n.Command(name, "sh", "-ec", strings.ReplaceAll(r.Cause.Commands[0].Text, "sudo ", "")))
}

func TestFirewallThatDrops(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	nft(t, n, "teacher", "table inet filter { chain input { type filter hook input priority 0; policy drop; iif lo accept; ct state established accept; }\n}\n")
	r := examined(t, n, "ada", Student, teacherAddr)
	wants(t, r, CauseFirewall)
	if r.Cause != nil && len(r.Cause.Commands) == 0 {
		t.Error("no rule is named")
	}
	// And from the teacher's side: what it names is the rule that helps.
	r = examined(t, n, "teacher", Teacher)
	wants(t, r, CauseFirewallHere)
	obey(t, n, "teacher", r)
	wants(t, examined(t, n, "ada", Student, teacherAddr), "")
	wants(t, examined(t, n, "teacher", Teacher), "")
}

func TestFirewallThatRefuses(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	nft(t, n, "teacher", "table inet filter { chain input { type filter hook input priority 0; tcp dport 47113 reject with tcp reset; }\n}\n")
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseClosed)
	wants(t, examined(t, n, "teacher", Teacher), CauseFirewallHere)
	nft(t, n, "teacher", "flush ruleset\ntable inet filter { chain input { type filter hook input priority 0; tcp dport 47113 reject with icmpx admin-prohibited; }\n}\n")
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseFirewall)
}

func TestOwnFirewallForbidsGoingOut(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	nft(t, n, "ada", "table inet filter { chain output { type filter hook output priority 0; tcp dport 47113 drop; }\n}\n")
	r := examined(t, n, "ada", Student, teacherAddr)
	wants(t, r, CauseFirewallHere)
}

// TestStudentsFirewall: what it throws away are the answers to what was broadcast; and the rule that the doctor names
// lets them in.
func TestStudentsFirewall(t *testing.T) {
	for name, rules := range map[string]string{
		"nft": "nft add table inet filter; nft 'add chain inet filter input { type filter hook input priority 0; policy drop; }'; " +
			"nft add rule inet filter input iif lo accept; nft add rule inet filter input ct state established accept",
		"iptables": "iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
	} {
		t.Run(name, func(t *testing.T) {
			n := classroom(t)
			play(t, n, "teacher", "host")
			firewallOf(t, n, "ada", name, rules)
			r := examined(t, n, "ada", Student)
			wants(t, r, CauseFirewallHere)
			obey(t, n, "ada", r)
			r = examined(t, n, "ada", Student)
			if wants(t, r, ""); !strings.Contains(fmt.Sprint(r.Checks), "Loops ("+teacherAddr) {
				t.Errorf("the room is still not heard of: %v", r.Checks)
			}
		})
	}
}

// TestFirewallThatOnlyAnAdministratorSees: the app does not claim that all is well, and on a student's machine sees the
// firewall by what it does.
func TestFirewallThatOnlyAnAdministratorSees(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("who is no administrator cannot give up being one")
	}
	const role = "examine as a user"
	const shut = "table inet filter { chain input { type filter hook input priority 0; policy drop; iif lo accept; ct state established accept; }\n}"
	n := classroom(t)
	play(t, n, "teacher", "host")
	nft(t, n, "ada", shut)
	r := examinedIn(t, n, "ada", role, Student)
	wants(t, r, CauseUnheard)
	if r.Cause == nil || len(r.Cause.Commands) == 0 || r.Way != teacherAddr+":47113" {
		t.Errorf("%+v, %q", r.Cause, r.Way)
	}
	nft(t, n, "teacher", shut)
	r = examinedIn(t, n, "teacher", role, Teacher)
	wants(t, r, "")
	if r.Doubt == nil || r.Doubt.Code != CauseUnseen || len(r.Doubt.Commands) == 0 {
		t.Errorf("%+v", r.Doubt)
	}
}

// TestIPTablesThatRefuses is a firewall as many scripts make it, with a chain of its own.
func TestIPTablesThatRefuses(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	firewallOf(t, n, "teacher", "iptables", "iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT; "+
		"iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -N MINE; iptables -A INPUT -j MINE; "+
		"iptables -A MINE -p tcp -m multiport --dports 22,80 -j ACCEPT; iptables -A MINE -j REJECT")
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseClosed) // a port that is refused looks like one that is not open
	r := examined(t, n, "teacher", Teacher)
	wants(t, r, CauseFirewallHere)
	obey(t, n, "teacher", r)
	wants(t, examined(t, n, "ada", Student), "")
	wants(t, examined(t, n, "teacher", Teacher), "")
}

// TestRoomThatIsNotHeardOf: no announcement and no broadcast gets through, and the room is open.
func TestRoomThatIsNotHeardOf(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	n.SetMulticast(0, false)
	nft(t, n, "ada", "table inet quiet { chain out { type filter hook output priority 0; ip daddr 10.77.0.255 drop; }\n}")
	r := examined(t, n, "ada", Student)
	wants(t, r, CauseUnheard)
	if r.Cause != nil && !strings.Contains(r.Cause.What, "Loops") {
		t.Error(r.Cause.What)
	}
	wants(t, examined(t, n, "ada", Student, teacherAddr), "")
}
