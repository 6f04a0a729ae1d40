//go:build unix

package run

import (
	"os"
	"os/exec"
	"runtime"
)

// hand gives the child its control pipes and its standard error, as descriptors
// from 3 on. On Linux the binary too is handed over open: it may lie where the
// user the child runs as must not look, such as another's home folder.
func hand(cmd *exec.Cmd, exe, in, out, stderr *os.File) error {
	cmd.ExtraFiles = []*os.File{in, out, stderr}
	cmd.Args = append(cmd.Args, "-in", "3", "-out", "4", "-err", "5")
	if runtime.GOOS == "linux" {
		if _, err := os.Stat("/proc/self/fd"); err == nil {
			cmd.ExtraFiles = append(cmd.ExtraFiles, exe)
			cmd.Args = append(cmd.Args, "-exe", "6")
			cmd.Path = "/proc/self/fd/6"
		}
	}
	return nil
}
