package doctor

import (
	"fmt"
	"strings"
)

// allow is what lets a room's port through on each system, for a machine that is not this one.
func allow(port int) []Command {
	return []Command{
		{"Windows", windowsPort("TCP", port) + " & " + windowsPort("UDP", port)},
		{"macOS", `sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add /Applications/ThirdSpace.app --unblockapp /Applications/ThirdSpace.app`},
		{"Linux (ufw)", ufwCommand(packet{to: port})},
		{"Linux (firewalld)", firewalldCommand("", packet{to: port})},
		{"Linux (iptables)", iptablesOpening("INPUT", packet{to: port})},
	}
}

func windowsPort(protocol string, port int) string {
	return fmt.Sprintf(`netsh advfirewall firewall add rule name="ThirdSpace" dir=in action=allow protocol=%s localport=%d profile=any`, protocol, port)
}

// hearing is what lets a room's answers in, for a machine whose firewall is not known. The firewalls of other systems than
// Linux do so by themselves.
func hearing(port int) []Command {
	p := packet{udp: true, from: port}
	return []Command{
		{"Linux (ufw)", ufwCommand(p)},
		{"Linux (firewalld)", firewalldCommand("", p)},
		{"Linux (iptables)", iptablesOpening("INPUT", p)},
	}
}

// commandOf is what this machine's own firewall wants, if it is known.
func commandOf(f Firewall) []Command {
	if f.Command == "" {
		return nil
	}
	return []Command{{f.Name, f.Command}}
}

// readMac reads what "socketfilterfw --getglobalstate" and "--getappblocked" print.
func readMac(state, blocked, program string) Firewall {
	f := Firewall{
		Name: "macOS firewall", State: FirewallUnknown,
		Command: fmt.Sprintf("sudo /usr/libexec/ApplicationFirewall/socketfilterfw --add %q --unblockapp %q", program, program),
	}
	switch {
	case strings.Contains(state, "State = 0"):
		f.State = FirewallOff
	case strings.Contains(state, "State = 2"), strings.Contains(blocked, "block incoming"), strings.Contains(blocked, "is blocked"):
		f.State = FirewallShut
	case strings.Contains(blocked, "permitted"), strings.Contains(blocked, "allow incoming"):
		f.State = FirewallOpen
	}
	return f
}
