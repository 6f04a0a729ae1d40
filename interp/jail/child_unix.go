//go:build unix && !linux

package jail

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"golang.org/x/sys/unix"
)

// Enter locks the calling process in as far as this system can, and returns what
// took effect and the folder in which the program may read and write, which is
// dir. keep are the descriptors, besides the standard ones, that this process
// was given on purpose.
func Enter(m Mode, dir string, keep ...uintptr) (Report, string, error) {
	f := unixFacts{open: closeOthers(keep), root: os.Geteuid() == 0}
	dir, err := filepath.EvalSymlinks(dir)
	if err == nil {
		err = os.Chdir(dir)
	}
	if err != nil {
		return f.report(), "", fmt.Errorf("enter the program's folder: %w", err)
	}
	f.limits = errors.Join(set(unix.RLIMIT_FSIZE, maxFileSize), set(unix.RLIMIT_NOFILE, maxOpen))
	f.dump = set(unix.RLIMIT_CORE, 0)
	go endWith(os.Getppid())
	f.sandbox = confine(m, dir)
	_, err = os.ReadDir(filepath.Dir(dir))
	f.cannotGo = os.IsPermission(err)
	return f.report(), dir, nil
}

// endWith ends this process soon after its parent, which has that number.
func endWith(parent int) {
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			os.Exit(1)
		}
	}
}

func set(what int, n uint64) error {
	l := unix.Rlimit{}
	assign(&l.Cur, n)
	assign(&l.Max, n)
	return unix.Setrlimit(what, &l)
}

// assign is for a field whose type differs from system to system.
func assign[T int64 | uint64](field *T, n uint64) { *field = T(n) }

// Limit bounds the memory in bytes and the processor time of this process. The
// process watches its own memory and calls over when it is more, which stops
// mistakes but not somebody who means it; where the system tells it, the parent
// measures it too.
func Limit(memory int64, cpu time.Duration, over func()) error {
	debug.SetMaxStack(int(memory / 4))
	go watch(uint64(memory), over)
	if err := set(unix.RLIMIT_CPU, uint64((cpu+time.Second-1)/time.Second)+1); err != nil {
		return fmt.Errorf("limit the processor time: %w", err)
	}
	return nil
}

func watch(limit uint64, over func()) {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(20 * time.Millisecond) {
		metrics.Read(s)
		if s[0].Value.Uint64()-s[1].Value.Uint64() > limit {
			over()
			return
		}
	}
}
