package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// StartTool starts a tool locked in: under Landlock and seccomp with no network
// and no files but those of t, and no other programs, within limits, to end with
// this process. It returns what took effect; an error means that the tool does
// not run. Usage, Kill and Wait are for it as for other children.
//
// The tool is a foreign program that cannot lock itself in, so a thread does it,
// which starts the tool and then belongs to it: both layers hold for single
// threads and are inherited. That costs a fraction of a millisecond, a program
// in between would cost its own start.
func StartTool(cmd *exec.Cmd, t Tool) (Report, error) {
	Prepare(cmd, ModePlain)
	// What os finds out about the system once, it must not find out locked in.
	if p, err := os.FindProcess(os.Getpid()); err == nil {
		_ = p.Release()
	}
	var r Report
	started := make(chan error)
	go func() {
		// Never unlocked: the thread ends with this function.
		runtime.LockOSThread()
		r.add(FeaturePowers, unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		r.add(FeatureLandlock, landlockTool(cmd.Path, t))
		r.add(FeatureSeccomp, filterTool())
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		// The tool is ended when the thread that started it ends.
		untilEnded(cmd.Process.Pid)
	}()
	if err := <-started; err != nil {
		return r, err
	}
	r.add(FeatureLimits, limitTool(cmd.Process.Pid, t.Memory))
	r.close()
	return r, nil
}

// limitTool limits a tool that has been started. It could not do it before: the
// limits are those of a whole process.
func limitTool(pid int, memory int64) error {
	set := func(what int, n uint64) error {
		return unix.Prlimit(pid, what, &unix.Rlimit{Cur: n, Max: n}, nil)
	}
	return errors.Join(
		set(unix.RLIMIT_CORE, 0),
		set(unix.RLIMIT_FSIZE, maxToolFile),
		set(unix.RLIMIT_DATA, uint64(memory)+dataSlack),
		set(unix.RLIMIT_MEMLOCK, 0),
		set(unix.RLIMIT_MSGQUEUE, 0),
	)
}

// Rights to files, as Landlock has them.
const (
	mayRead = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	// In folders; devices and sockets cannot be made.
	mayWrite = mayRead | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	mayStart = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE
	mayUse   = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE // a file that is no folder
)

// systemFiles are what every Go program looks at as it starts.
const systemFiles = "/sys/kernel/mm/transparent_hugepage"

// landlockTool forbids the calling thread, and what it starts, every file but
// those a tool needs.
func landlockTool(tool string, t Tool) error {
	abi, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 {
		return errors.New("the kernel has no Landlock")
	}
	attr := handled(int(abi))
	rules, _, e := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if e != 0 {
		return fmt.Errorf("landlock: %w", e)
	}
	defer unix.Close(int(rules))
	var errs []error
	permit := func(path string, rights uint64) {
		if err := beneath(int(rules), path, rights&attr.Handled_access_fs); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("landlock: %s: %w", path, err))
		}
	}
	permit(tool, mayStart)
	permit(os.DevNull, mayUse)
	permit(systemFiles, mayRead)
	for _, dir := range t.Read {
		permit(dir, mayRead)
	}
	for _, dir := range t.Write {
		permit(dir, mayWrite)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if _, _, e := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, rules, 0, 0); e != 0 {
		return fmt.Errorf("landlock: %w", e)
	}
	return nil
}

// handled is everything that a kernel of that Landlock version can forbid, but
// for signals: threads of the app must be able to send them to each other.
func handled(abi int) unix.LandlockRulesetAttr {
	a := unix.LandlockRulesetAttr{Handled_access_fs: unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1}
	for since, right := range map[int]uint64{
		2: unix.LANDLOCK_ACCESS_FS_REFER, 3: unix.LANDLOCK_ACCESS_FS_TRUNCATE, 5: unix.LANDLOCK_ACCESS_FS_IOCTL_DEV,
	} {
		if abi >= since {
			a.Handled_access_fs |= right
		}
	}
	if abi >= 4 {
		a.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	return a
}

// beneath adds the rights to a file, or to what is below a folder.
func beneath(rules int, path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	if _, _, e := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(rules), unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&rule)), 0, 0, 0); e != 0 {
		return e
	}
	return nil
}
