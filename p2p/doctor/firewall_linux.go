package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// readFirewall asks the tools that are there, the one that rules over the others first. Without an administrator's rights
// most of them tell only that they are on, or nothing.
func readFirewall(ctx context.Context, in, out packet) Firewall {
	if raw, err := os.ReadFile("/etc/ufw/ufw.conf"); err == nil && strings.Contains(string(raw), "ENABLED=yes") {
		if status, err := output(ctx, "ufw", "status", "verbose"); err == nil {
			return readUFW(status, in)
		}
		f := readUFW("", in)
		f.State = FirewallUnknown
		return f
	}
	if state, err := output(ctx, "firewall-cmd", "--state"); err == nil && strings.TrimSpace(state) == "running" {
		return askFirewalld(ctx, in)
	}
	return readTables(ctx, in, out)
}

// askFirewalld asks about the zone of the network that this machine is on.
func askFirewalld(ctx context.Context, in packet) Firewall {
	zone := ""
	for _, name := range in.names {
		if found, err := output(ctx, "firewall-cmd", "--get-zone-of-interface="+name); err == nil {
			zone = strings.TrimSpace(found)
			break
		}
	}
	arguments := []string{"--list-all"}
	if zone != "" {
		arguments = append(arguments, "--zone="+zone)
	}
	list, err := output(ctx, "firewall-cmd", arguments...)
	if err != nil {
		list = ""
	}
	return readFirewalld(zone, list, in)
}

// readTables reads the rules of iptables and of nftables, of which there may be both.
func readTables(ctx context.Context, in, out packet) Firewall {
	saved, noIPTables := output(ctx, "iptables-save", "-t", "filter")
	rules, noNFT := output(ctx, "nft", "--json", "list", "ruleset")
	var old, f Firewall
	if noIPTables == nil {
		old = readIPTables(saved, in, out)
	}
	if noNFT == nil {
		f, noNFT = readNFT([]byte(rules), in, out, noIPTables == nil)
	}
	switch {
	case noIPTables != nil && noNFT != nil:
		return Firewall{}
	case noNFT != nil:
		return old
	case noIPTables != nil:
		return f
	}
	return f.with(old)
}

// with is what two firewalls do of which each can refuse a packet.
func (f Firewall) with(g Firewall) Firewall {
	for _, state := range []string{FirewallShut, FirewallUnknown, FirewallOpen} {
		if f.State != state && g.State == state {
			f.Name, f.State, f.Command = g.Name, g.State, g.Command
		}
		if f.State == state {
			break
		}
	}
	if f.Out == "" {
		f.Out, f.OutRule = g.Out, g.OutRule
	}
	return f
}

// output runs one of the system's own tools, in its plain language.
func output(ctx context.Context, name string, args ...string) (string, error) {
	path, err := toolPath(name)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	return string(out), err
}

// toolPath finds a tool of the administrator's, whose folders are not on everyone's path.
func toolPath(name string) (string, error) {
	path, err := exec.LookPath(name)
	for _, folder := range []string{"/usr/sbin/", "/sbin/"} {
		if errors.Is(err, exec.ErrNotFound) {
			path, err = exec.LookPath(folder + name)
		}
	}
	if err != nil {
		return "", fmt.Errorf("finding the program %s: %w", name, err)
	}
	return path, nil
}
