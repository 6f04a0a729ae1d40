package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// nobody is the user and group that stands for "no one in particular" on Linux.
// Programs run as it where the app itself runs as root.
const nobody = 65534

// Modes returns the modes worth trying on this system, best first.
func Modes() []Mode {
	if os.Geteuid() == 0 {
		return []Mode{ModeUser, ModeRoot, ModePlain}
	}
	return []Mode{ModeUser, ModePlain}
}

// Prepare makes cmd start its process in the given mode. The process leads a
// process group of its own and dies with the thread that started it, which in a
// Go program that does not lock its goroutines to threads means: with the
// program.
func Prepare(cmd *exec.Cmd, m Mode) {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.SysProcAttr = attr
	if m == ModePlain {
		return
	}
	attr.Cloneflags = unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWNS
	if m == ModeRoot {
		return
	}
	attr.Cloneflags |= unix.CLONE_NEWUSER
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		// Root inside would otherwise own what root outside owns.
		uid, gid = nobody, nobody
		attr.GidMappingsEnableSetgroups = true
		attr.Credential = &syscall.Credential{Uid: 0, Gid: 0}
	}
	attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
	attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}
}

// Start starts the process, from a thread that is kept for it until it has
// ended: it would end with the thread, and one that has started a tool does end
// (see StartTool).
func Start(cmd *exec.Cmd, _ Mode) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			untilEnded(cmd.Process.Pid)
		}
	}()
	return <-started
}

// untilEnded waits until the child of that number has ended, and leaves it to be
// waited for.
func untilEnded(pid int) {
	for errors.Is(unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
}

// Bound does nothing here: the child bounds itself, for good, see Limit.
func Bound(*os.Process, int64, time.Duration) error { return nil }

// Give makes dir usable by a child that will step down from root.
func Give(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		return fmt.Errorf("hand over the program's folder: %w", err)
	}
	return nil
}

// Kill ends the child and whatever it may have started. See Wait for
// until when it may be called.
func Kill(p *os.Process) {
	// Errors mean that it is gone already, which is what was wanted.
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}

// Wait waits until the child has ended, ends what it left behind, calls gone,
// and then does what cmd.Wait does. Until gone is called the child's number is
// not given to another process, so Kill is safe; afterwards it is not.
func Wait(cmd *exec.Cmd, gone func()) error {
	untilEnded(cmd.Process.Pid)
	Kill(cmd.Process)
	gone()
	return cmd.Wait()
}

// tick is the unit of the times in /proc/PID/stat: USER_HZ, 100 on every
// architecture Go runs on.
const tick = time.Second / 100

// Usage returns the child's resident memory in bytes and the processor time of
// all its threads so far. ok is false if the system does not tell.
func Usage(pid int) (memory int64, cpu time.Duration, ok bool) {
	dir := "/proc/" + strconv.Itoa(pid)
	statm, err := os.ReadFile(dir + "/statm")
	if err != nil {
		return 0, 0, false
	}
	stat, err := os.ReadFile(dir + "/stat")
	if err != nil {
		return 0, 0, false
	}
	return parseUsage(string(statm), string(stat))
}

// parseUsage reads the second field of statm (resident pages) and the fields
// utime and stime of stat; see proc(5). The command's name in stat may contain
// anything, so fields are counted from its closing bracket.
func parseUsage(statm, stat string) (int64, time.Duration, bool) {
	m := strings.Fields(statm)
	end := strings.LastIndexByte(stat, ')')
	if len(m) < 2 || end < 0 {
		return 0, 0, false
	}
	s := strings.Fields(stat[end+1:])
	if len(s) < 13 {
		return 0, 0, false
	}
	pages, err1 := strconv.ParseInt(m[1], 10, 64)
	user, err2 := strconv.ParseInt(s[11], 10, 64)
	system, err3 := strconv.ParseInt(s[12], 10, 64)
	if errors.Join(err1, err2, err3) != nil {
		return 0, 0, false
	}
	return pages * int64(os.Getpagesize()), time.Duration(user+system) * tick, true
}
