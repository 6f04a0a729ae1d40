package jail

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// createNoWindow keeps a console window from flashing up (CREATE_NO_WINDOW).
const createNoWindow = 0x08000000

func separate(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.HideWindow = true
	cmd.SysProcAttr.CreationFlags |= createNoWindow
}

func kill(p *os.Process) { _ = p.Kill() }

func noDump() error { return errors.New("not built yet for windows") }

func fixedLimits() error { return errors.New("not built yet for windows") }

// limitCPU does nothing: the wall clock bounds what a program can use.
func limitCPU(time.Duration) error { return nil }
