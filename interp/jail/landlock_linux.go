package jail

import (
	"errors"
	"fmt"
	"os"

	"github.com/landlock-lsm/go-landlock/landlock"
)

// landlockTo forbids every file but those below dir, every TCP port, and
// signals to processes outside, as far as the kernel knows how (Landlock's ABI
// 1 has files, 4 ports, 6 signals). The library's "best effort" says nothing on
// a kernel without Landlock, so the effect is tried out afterwards.
func landlockTo(dir string) error {
	err := landlock.V9.BestEffort().Restrict(landlock.RWDirs(dir).WithRefer())
	if err != nil {
		return fmt.Errorf("landlock: %w", err)
	}
	f, err := os.Open("/")
	if err == nil {
		_ = f.Close()
		return errors.New("the kernel has no Landlock")
	}
	if !errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("try out Landlock: %w", err)
	}
	return nil
}
