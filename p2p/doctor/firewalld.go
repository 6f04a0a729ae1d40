package doctor

import (
	"fmt"
	"strings"
)

// firewalldCommand is what lets the packet, and what goes with it, into the zone; "" is the usual one.
func firewalldCommand(zone string, p packet) string {
	in := ""
	if zone != "" {
		in = " --zone=" + zone
	}
	rule := fmt.Sprintf("--add-port=%d/tcp --add-port=%d/udp", p.to, p.to)
	if p.udp {
		rule = fmt.Sprintf("--add-source-port=5353/udp --add-source-port=%d/udp", p.from)
	}
	return fmt.Sprintf("sudo firewall-cmd --permanent%s %s && sudo firewall-cmd --reload", in, rule)
}

// readFirewalld reads what "firewall-cmd --zone=… --list-all" prints.
func readFirewalld(zone, list string, p packet) Firewall {
	f := Firewall{Name: "firewalld", State: FirewallUnknown, Command: firewalldCommand(zone, p)}
	fields := map[string]string{}
	rich := false
	for line := range strings.Lines(list) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if fields[key] = strings.TrimSpace(value); rich && key != "" {
			fields["rich rules"] = key
		}
		rich = rich || key == "rich rules"
	}
	target, known := fields["target"]
	opens := firewalldPorts(fields["ports"], p.to, p).or(firewalldPorts(fields["source-ports"], p.from, p))
	switch {
	case target == "ACCEPT", known && opens == yes:
		f.State = FirewallOpen
	case known && opens == no && fields["rich rules"] == "":
		f.State = FirewallShut
	}
	return f
}

// firewalldPorts tells whether a list has the packet's port: "1025-65535/udp 22/tcp".
func firewalldPorts(list string, port int, p packet) answer {
	all := no
	for word := range strings.FieldsSeq(list) {
		ports, protocol, _ := strings.Cut(word, "/")
		all = all.or(portIn(port, ports).and(p.isProtocol(protocol)))
	}
	return all
}
