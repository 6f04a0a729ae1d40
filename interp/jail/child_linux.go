package jail

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Enter locks the calling process in, for good, and returns what took effect and
// the folder in which the program may read and write. dir is that folder where
// no disk of its own can be had. The mode is the one the parent started this
// process with.
//
// It returns an error only if going on would be pointless; a layer that could
// not be had is part of the report. It must be called in a binary without cgo,
// before anything of the program is looked at. keep are the descriptors, besides
// the standard ones, that this process was given on purpose.
func Enter(m Mode, dir string, keep ...uintptr) (Report, string, error) {
	var r Report
	r.add(FeatureParent, dieWithParent())
	r.add(FeatureOpen, closeOthers(keep))
	addNamespaces(&r, m)
	home, err := ownRoot(m, dir)
	r.add(FeatureRoot, err)
	if err != nil {
		home = dir
	}
	if err := os.Chdir(home); err != nil {
		return r, "", fmt.Errorf("enter the program's folder: %w", err)
	}
	r.add(FeaturePowers, stepDown(m))
	r.add(FeatureDump, unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0))
	r.add(FeatureLimits, fixedLimits(m))
	r.add(FeatureLandlock, landlockTo(home))
	r.add(FeatureSeccomp, filterCalls(m))
	r.close()
	return r, home, nil
}

// dieWithParent makes the kernel end this process when the parent ends. The
// parent has asked for it already; changing identity in between may have undone
// it (prctl(2)).
func dieWithParent() error {
	return unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0)
}

// addNamespaces reports the namespaces. The clone that made this process either
// made all of them or failed, and the process number proves that it was made by
// such a clone: it is 1 only at the start of a new process namespace.
func addNamespaces(r *Report, m Mode) {
	var err error
	switch {
	case m == ModePlain:
		err = errors.New("the system refuses namespaces")
	case os.Getpid() != 1:
		err = errors.New("the namespaces did not take effect")
	}
	r.add(FeatureNetwork, err)
	r.add(FeatureProcesses, err)
	switch {
	case m == ModeRoot:
		r.add(FeatureUser, errors.New("the system refuses user namespaces"))
	default:
		r.add(FeatureUser, err)
	}
}

// stepDown gives up every capability in all threads, stops being root where this
// process truly is root, and makes sure that no exec can give anything back.
func stepDown(m Mode) error {
	if m != ModeUser && os.Geteuid() == 0 {
		if err := becomeNobody(); err != nil {
			return err
		}
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	if _, _, e := syscall.AllThreadsSyscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none[0])), 0); e != 0 {
		return fmt.Errorf("give up capabilities: %w", e)
	}
	if _, _, e := syscall.AllThreadsSyscall6(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0); e != 0 {
		return fmt.Errorf("set no_new_privs: %w", e)
	}
	return nil
}

func becomeNobody() error {
	if err := syscall.Setgroups(nil); err != nil {
		return fmt.Errorf("leave root's groups: %w", err)
	}
	if err := syscall.Setresgid(nobody, nobody, nobody); err != nil {
		return fmt.Errorf("leave root's group: %w", err)
	}
	if err := syscall.Setresuid(nobody, nobody, nobody); err != nil {
		return fmt.Errorf("stop being root: %w", err)
	}
	// A change of user clears the parent-death signal.
	return dieWithParent()
}

// Fixed limits of a run, whatever the job says.
const (
	maxThreads = 128  // threads of the process
	maxCounted = 8192 // threads of the person, where only those are counted
	maxPending = 1024 // signals and timers the kernel keeps
)

// fixedLimits sets the limits that do not depend on the job. The number of
// threads is limited tightly only in a user namespace of its own: elsewhere the
// kernel counts everything the person has running, and all that can be had is
// that a flood of them, each some 30 KB that nobody measures, ends somewhere.
func fixedLimits(m Mode) error {
	debug.SetMaxThreads(maxThreads)
	set := func(what int, n uint64) error {
		return unix.Setrlimit(what, &unix.Rlimit{Cur: n, Max: n})
	}
	err := errors.Join(
		set(unix.RLIMIT_CORE, 0),
		set(unix.RLIMIT_FSIZE, maxFileSize),
		set(unix.RLIMIT_NOFILE, maxOpen),
		set(unix.RLIMIT_MEMLOCK, 0),
		set(unix.RLIMIT_MSGQUEUE, 0),
		set(unix.RLIMIT_SIGPENDING, maxPending),
	)
	if m == ModeUser {
		return errors.Join(err, set(unix.RLIMIT_NPROC, maxThreads))
	}
	var now unix.Rlimit
	if e := unix.Getrlimit(unix.RLIMIT_NPROC, &now); e != nil || now.Max < maxCounted {
		return errors.Join(err, e) // it is lower already
	}
	return errors.Join(err, set(unix.RLIMIT_NPROC, maxCounted))
}

// dataSlack is how much more private memory than the limit may be mapped. Go
// maps ahead of what it touches, and a program should be ended by the pool's
// measuring, which can tell how it came about, rather than by the allocator.
const dataSlack = 64 << 20

// Limit bounds the memory in bytes and the processor time of this process. The
// parent measures both more exactly; this is the net below it, and what stops
// one enormous allocation at once.
//
// The memory limit is on private writable mappings (RLIMIT_DATA). Limiting the
// address space instead would break Go, which reserves far more than it uses.
//
// On systems where nobody but the process itself can measure it, the function is called
// when it uses more memory than that; not on Linux.
func Limit(memory int64, cpu time.Duration, _ func()) error {
	data := uint64(memory) + dataSlack
	if err := unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: data, Max: data}); err != nil {
		return fmt.Errorf("limit the memory: %w", err)
	}
	seconds := uint64((cpu+time.Second-1)/time.Second) + 1
	if err := unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds}); err != nil {
		return fmt.Errorf("limit the processor time: %w", err)
	}
	// A quarter of the memory for one stack: growing it copies it to twice its
	// size, and running away should be told as what it is.
	debug.SetMaxStack(int(memory / 4))
	return nil
}
