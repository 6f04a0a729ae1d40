//go:build unix

package p2p_test

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// processor is the time this process has had of the processors.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
