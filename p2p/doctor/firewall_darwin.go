package doctor

import (
	"context"
	"os"
	"os/exec"
)

const socketFilter = "/usr/libexec/ApplicationFirewall/socketfilterfw"

// readFirewall asks the application firewall about this program.
func readFirewall(ctx context.Context, _, _ packet) Firewall {
	program, err := os.Executable()
	if err != nil {
		return Firewall{}
	}
	state, err := output(ctx, socketFilter, "--getglobalstate")
	if err != nil {
		return Firewall{}
	}
	blocked, err := output(ctx, socketFilter, "--getappblocked", program)
	if err != nil {
		blocked = "" // it does not know the program
	}
	return readMac(state, blocked, program)
}

// output runs one of the system's own tools.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}
