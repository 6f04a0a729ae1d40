package discover

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// sharePort lets several rooms of one machine hear on the same port: a broadcast comes to all of them.
func sharePort(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, windows.SO_REUSEADDR, 1)
	})
	return errors.Join(err, failed)
}
