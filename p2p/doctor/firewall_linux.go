package doctor

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// readFirewall asks the tools that are there, the one that rules over the others first. Without an administrator's rights
// most of them tell only that they are on.
func readFirewall(ctx context.Context, port int) Firewall {
	if raw, err := os.ReadFile("/etc/ufw/ufw.conf"); err == nil && strings.Contains(string(raw), "ENABLED=yes") {
		if status, err := output(ctx, "ufw", "status"); err == nil {
			return readUFW(status, port)
		}
		f := readUFW("", port)
		f.State = FirewallUnknown
		return f
	}
	if state, err := output(ctx, "firewall-cmd", "--state"); err == nil && strings.TrimSpace(state) == "running" {
		return readFirewalld(ctx, port)
	}
	rules, err := output(ctx, "nft", "--json", "list", "ruleset")
	if err != nil {
		return Firewall{}
	}
	f, err := readNFT([]byte(rules), port)
	if err != nil {
		return Firewall{}
	}
	return f
}

func readFirewalld(ctx context.Context, port int) Firewall {
	f := Firewall{Name: "firewalld", State: FirewallUnknown, Command: firewalldCommand(port)}
	answer, err := output(ctx, "firewall-cmd", fmt.Sprintf("--query-port=%d/tcp", port))
	switch {
	case err == nil:
		f.State = FirewallOpen
	case strings.TrimSpace(answer) == "no":
		f.State = FirewallShut
	}
	return f
}

// output runs one of the system's own tools, in its plain language. What it printed is given with the error, too.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	return string(out), err
}
