//go:build unix && !linux

package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

func separate(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func kill(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}

func set(what int, n uint64) error {
	l := unix.Rlimit{}
	l.Cur, l.Max = n, n
	return unix.Setrlimit(what, &l)
}

func noDump() error { return set(unix.RLIMIT_CORE, 0) }

func fixedLimits() error {
	return errors.Join(set(unix.RLIMIT_FSIZE, 16<<20), set(unix.RLIMIT_NOFILE, 64))
}

func limitCPU(cpu time.Duration) error {
	if err := set(unix.RLIMIT_CPU, uint64((cpu+time.Second-1)/time.Second)+1); err != nil {
		return fmt.Errorf("limit the processor time: %w", err)
	}
	return nil
}
