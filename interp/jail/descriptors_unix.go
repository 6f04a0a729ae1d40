//go:build unix

package jail

import (
	"fmt"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// maxInherited is up to which descriptor is looked where the system has no list
// of them.
const maxInherited = 4096

// closeOthers closes what this process has inherited besides its standard
// streams and keep. A library in the app that forgets to mark what it opens
// (close-on-exec) would otherwise hand the display, say, to every program.
// Go marks everything it opens itself, which is how the two are told apart.
func closeOthers(keep []uintptr) error {
	for _, fd := range descriptors() {
		if fd <= 2 || slices.Contains(keep, uintptr(fd)) {
			continue
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC != 0 {
			continue // not open any more, or of this process's own
		}
		if err := unix.Close(fd); err != nil {
			return fmt.Errorf("close what was left open: %w", err)
		}
	}
	return nil
}

// descriptors lists the descriptors that may be open.
func descriptors() []int {
	var fds []int
	for _, dir := range []string{"/proc/self/fd", "/dev/fd"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if fd, err := strconv.Atoi(e.Name()); err == nil {
				fds = append(fds, fd)
			}
		}
		return fds
	}
	for fd := range maxInherited {
		fds = append(fds, fd)
	}
	return fds
}
