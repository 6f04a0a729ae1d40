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
func readFirewall(_ context.Context, port int) Firewall {
	program, err := os.Executable()
	if err != nil {
		return Firewall{}
	}
	on := false
	for _, profile := range []string{"StandardProfile", "PublicProfile", "DomainProfile"} {
		k, err := registry.OpenKey(registry.LOCAL_MACHINE, policy+`\`+profile, registry.QUERY_VALUE)
		if err != nil {
			continue
		}
		if enabled, _, err := k.GetIntegerValue("EnableFirewall"); err == nil && enabled != 0 {
			on = true
		}
		k.Close()
	}
	rules, err := firewallRules()
	if err != nil {
		return Firewall{}
	}
	return readWindows(on, rules, program, port)
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
