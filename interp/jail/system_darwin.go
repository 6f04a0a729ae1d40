package jail

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Modes returns the modes worth trying, best first.
func Modes() []Mode { return []Mode{ModeConfined, ModePlain} }

// confine puts this process into a sandbox, for good. Apple calls sandbox_init
// deprecated; it is what browsers use.
func confine(m Mode, dir string) error {
	if m != ModeConfined {
		return errors.New("the system refuses the sandbox")
	}
	profile, err := unix.BytePtrFromString(sandboxProfile(dir))
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	var why *byte
	if r, _, _ := syscall3(sandboxInitAddr, uintptr(unsafe.Pointer(profile)), 0, uintptr(unsafe.Pointer(&why))); int32(r) == 0 {
		return nil
	}
	if why == nil {
		return errors.New("sandbox: refused")
	}
	return fmt.Errorf("sandbox: %s", unix.BytePtrToString(why))
}

// Usage returns the child's memory in bytes, what is compressed or swapped out
// included, and the processor time of all its threads so far. ok is false if
// the system does not tell.
func Usage(pid int) (memory int64, cpu time.Duration, ok bool) {
	frequency, err := unix.SysctlUint64("hw.tbfrequency")
	if err != nil {
		return 0, 0, false
	}
	var b [sizeOfUsage]byte
	const version = 0 // RUSAGE_INFO_V0
	if r, _, _ := syscall3(procPidRusageAddr, uintptr(pid), version, uintptr(unsafe.Pointer(&b[0]))); int32(r) != 0 {
		return 0, 0, false
	}
	return parseUsageInfo(b[:], frequency)
}

// untilEnded waits until the child of that number has ended and leaves it to be
// waited for. It returns false if that could not be done.
func untilEnded(pid int) bool {
	q, err := unix.Kqueue()
	if err != nil {
		return false
	}
	unix.CloseOnExec(q)
	defer unix.Close(q)
	var change unix.Kevent_t
	unix.SetKevent(&change, pid, unix.EVFILT_PROC, unix.EV_ADD|unix.EV_ONESHOT)
	change.Fflags = unix.NOTE_EXIT
	var event [1]unix.Kevent_t
	for {
		n, err := unix.Kevent(q, []unix.Kevent_t{change}, event[:], nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ESRCH): // it had ended before
			return true
		case err != nil || n != 1:
			return false
		case event[0].Flags&unix.EV_ERROR != 0:
			return unix.Errno(event[0].Data) == unix.ESRCH
		}
		return true
	}
}

// The functions of the system's library that x/sys does not have, called as x/sys
// calls those that it has.

//go:linkname syscall3 syscall.syscall
func syscall3(fn, a1, a2, a3 uintptr) (r1, r2 uintptr, err unix.Errno)

// The addresses of what is in system_darwin.s.
var sandboxInitAddr, procPidRusageAddr uintptr

//go:cgo_import_dynamic libc_sandbox_init sandbox_init "/usr/lib/libSystem.B.dylib"
//go:cgo_import_dynamic libc_proc_pid_rusage proc_pid_rusage "/usr/lib/libSystem.B.dylib"
