//go:build unix && !linux

package jail

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Prepare makes cmd start its process in a process group of its own.
func Prepare(cmd *exec.Cmd, _ Mode) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// Start starts the process.
func Start(cmd *exec.Cmd, _ Mode) error { return cmd.Start() }

// Bound does nothing here: the child bounds itself, see Limit.
func Bound(*os.Process, int64, time.Duration) error { return nil }

// Give makes dir usable by the child: it already is.
func Give(string) error { return nil }

// Kill ends the child and whatever it may have started. See Wait for until when
// it may be called.
func Kill(p *os.Process) {
	// Errors mean that it is gone already, which is what was wanted.
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}

// Wait waits until the child has ended, ends what it left behind, calls gone,
// and then does what cmd.Wait does. Until gone is called the child's number is
// not given to another process, so Kill is safe; afterwards it is not.
func Wait(cmd *exec.Cmd, gone func()) error {
	if !untilEnded(cmd.Process.Pid) { // not to be had: close to it
		defer gone()
		return cmd.Wait()
	}
	Kill(cmd.Process)
	gone()
	return cmd.Wait()
}
