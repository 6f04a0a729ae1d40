package run

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// hand gives the child its control pipes and its standard error, as handles that
// it inherits under the same numbers.
func hand(cmd *exec.Cmd, _, in, out, stderr *os.File) error {
	for i, f := range []*os.File{in, out, stderr} {
		h := syscall.Handle(f.Fd())
		if err := syscall.SetHandleInformation(h, syscall.HANDLE_FLAG_INHERIT, syscall.HANDLE_FLAG_INHERIT); err != nil {
			return fmt.Errorf("hand over a pipe: %w", err)
		}
		cmd.SysProcAttr.AdditionalInheritedHandles = append(cmd.SysProcAttr.AdditionalInheritedHandles, h)
		cmd.Args = append(cmd.Args, []string{"-in", "-out", "-err"}[i], strconv.FormatUint(uint64(h), 10))
	}
	return nil
}
