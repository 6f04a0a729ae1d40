package doctor

import (
	"context"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows/registry"
)

const policy = `SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`

// readFirewall reads the rules where Windows keeps them: what its tools print is in the language of the system.
func readFirewall(ctx context.Context, in, _ packet) Firewall {
	program, err := os.Executable()
	if err != nil {
		return Firewall{}
	}
	rules, err := firewallRules()
	if err != nil {
		return Firewall{}
	}
	kinds, err := output(ctx, "powershell", "-NoProfile", "-NonInteractive", "-Command", "Get-NetConnectionProfile | ForEach-Object { [int]$_.NetworkCategory }")
	if err != nil {
		kinds = "" // it may be on every kind of network, then
	}
	var guarded []string
	for _, kind := range windowsNetworks(kinds) {
		if firewallIsOn(kind) {
			guarded = append(guarded, kind)
		}
	}
	return readWindows(guarded, rules, program, in)
}

// firewallIsOn tells whether the firewall is switched on for networks of that kind.
func firewallIsOn(kind string) bool {
	name := kind + "Profile"
	if kind == "Private" {
		name = "StandardProfile" // as it was called at first
	}
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, policy+`\`+name, registry.QUERY_VALUE)
	if err != nil {
		return false
	}
	defer k.Close()
	enabled, _, err := k.GetIntegerValue("EnableFirewall")
	return err == nil && enabled != 0
}

func firewallRules() ([]string, error) {
	k, err := registry.OpenKey(registry.LOCAL_MACHINE, policy+`\FirewallRules`, registry.QUERY_VALUE)
	if err != nil {
		return nil, err
	}
	defer k.Close()
	names, err := k.ReadValueNames(0)
	if err != nil {
		return nil, err
	}
	var rules []string
	for _, name := range names {
		if rule, _, err := k.GetStringValue(name); err == nil {
			rules = append(rules, rule)
		}
	}
	return rules, nil
}

// output runs one of the system's own tools, without a window.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true}
	out, err := cmd.Output()
	return string(out), err
}
