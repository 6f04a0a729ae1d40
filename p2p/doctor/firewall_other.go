//go:build !linux && !darwin && !windows

package doctor

import (
	"context"
	"os/exec"
)

// readFirewall: how the firewalls of other systems are read is not known here.
func readFirewall(context.Context, packet, packet) Firewall { return Firewall{} }

// output runs one of the system's own tools.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}
