//go:build !linux

package jail

import (
	"errors"
	"os/exec"
)

// StartTool starts a tool. Its memory is bounded on Windows, where it also ends
// with this process; elsewhere it is not locked in, and the report says so.
func StartTool(cmd *exec.Cmd, t Tool) (Report, error) {
	var r Report
	Prepare(cmd, ModePlain)
	if err := Start(cmd, ModePlain); err != nil {
		return r, err
	}
	for _, name := range []string{FeatureNetwork, FeatureLandlock, FeaturePowers} {
		r.add(name, errors.New("the compiler acts for the person who uses this machine"))
	}
	r.add(FeatureLimits, Bound(cmd.Process, t.Memory, mostToolCPU))
	r.close()
	return r, nil
}
