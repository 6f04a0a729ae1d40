//go:build unix

package discover

import (
	"errors"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// sharePort lets several rooms of one machine hear on the same port: a broadcast comes to all of them.
func sharePort(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
		if runtime.GOOS != "linux" && failed == nil { // there it would hand each broadcast to one of them only
			failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		}
	})
	return errors.Join(err, failed)
}
