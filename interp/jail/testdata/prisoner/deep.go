package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// atCWD is AT_FDCWD (-100) as an argument of a call.
const atCWD = ^uintptr(99)

// try notes how an attempt went.
type try func(name string, err error)

func call(nr uintptr, args ...uintptr) error {
	var a [6]uintptr
	copy(a[:], args)
	if _, _, e := unix.Syscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5]); e != 0 {
		return e
	}
	return nil
}

func text(s string) uintptr {
	b := append([]byte(s), 0)
	return uintptr(unsafe.Pointer(&b[0]))
}

// files tries what can be done to a file without opening it, and what a disk
// holds.
func files(try try, home, outside string) {
	try("chmod-outside", unix.Chmod(outside, 0o777))
	try("chmod2-outside", call(unix.SYS_FCHMODAT2, atCWD, text(outside), 0o777, 0))
	try("chown-outside", unix.Chown(outside, os.Getuid(), os.Getgid()))
	try("times-outside", unix.Utimes(outside, []unix.Timeval{{}, {}}))
	try("xattr-outside", unix.Setxattr(outside, "user.x", []byte("x"), 0))
	try("truncate-outside", unix.Truncate(outside, 0))
	try("link-outside", unix.Link(outside, home+"/link"))
	try("rename-outside", os.Rename(outside, home+"/theirs"))
	try("remove-outside", os.Remove(outside))
	_ = os.Symlink(outside, home+"/sym")
	_, err := os.ReadFile(home + "/sym")
	try("read-symlink", err)
	try("mknod", unix.Mknod(home+"/null", unix.S_IFCHR|0o666, 1<<8|3))
	_, err = unix.InotifyInit1(0)
	try("inotify", err)
	_, _, err = unix.NameToHandleAt(unix.AT_FDCWD, home, 0)
	try("file-handle", err)
	_, err = unix.OpenTree(unix.AT_FDCWD, "/", 0)
	try("open-tree", err)
	try("self-mem", open("/proc/self/mem"))
	try("parent-mem", open(fmt.Sprintf("/proc/%d/mem", os.Getppid())))
	f, err := os.Create(home + "/own")
	if err == nil {
		err = f.Chmod(0o700)
	}
	try("fchmod-home", err)
	try("big-file", grow(home+"/big", 17))
	_ = os.Remove(home + "/big")
	for i := 0; i < 4 && err == nil; i++ {
		err = grow(filepath.Join(home, fmt.Sprint("part", i)), 12)
	}
	try("fill-disk", err)
	for i := 0; i < 2000 && err == nil; i++ {
		err = os.Mkdir(filepath.Join(home, fmt.Sprint("folder", i)), 0o700)
	}
	try("fill-disk-with-folders", err)
}

func open(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		_ = f.Close()
	}
	return err
}

// grow writes a file of n MiB.
func grow(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, 1<<20)
	for range n {
		if _, err := f.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// others tries to reach, watch or hinder other processes.
func others(try try) {
	parent := os.Getppid()
	var p [2]int
	if err := unix.Pipe2(p[:], 0); err != nil {
		fmt.Println("pipe", err)
	}
	_, err := unix.FcntlInt(uintptr(p[0]), unix.F_SETOWN, parent)
	try("signal-by-owner", err)
	_, err = unix.FcntlInt(uintptr(p[0]), unix.F_SETSIG, int(unix.SIGKILL))
	try("signal-by-choice", err)
	_, err = unix.FcntlInt(uintptr(p[0]), unix.F_SETPIPE_SZ, 1<<20)
	try("big-pipe", err)
	x := byte('x')
	try("tiocsti", call(unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&x))))
	try("ioctl-owner", call(unix.SYS_IOCTL, uintptr(p[0]), 0x8901, uintptr(unsafe.Pointer(&parent)))) // FIOSETOWN
	var buf [8]byte
	local := unix.Iovec{Base: &buf[0], Len: 8}
	try("read-parent", call(unix.SYS_PROCESS_VM_READV, uintptr(parent), uintptr(unsafe.Pointer(&local)), 1, uintptr(unsafe.Pointer(&local)), 1, 0))
	_, err = unix.PidfdOpen(parent, 0)
	try("pidfd-parent", err)
	try("affinity-parent", unix.SchedSetaffinity(parent, &unix.CPUSet{1}))
	try("nice-parent", unix.Setpriority(unix.PRIO_PROCESS, parent, 19))
	try("kcmp", call(unix.SYS_KCMP, uintptr(os.Getpid()), uintptr(os.Getpid()), 0, 0, 0))
	try("kill-group", unix.Kill(0, 0))
	try("queue-signal", call(unix.SYS_RT_SIGQUEUEINFO, uintptr(parent), 0, 0))
	try("leave-group", unix.Setpgid(0, 0))
	_, err = unix.Setsid()
	try("leave-session", err)
	try("outlive-the-app", unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0))
	try("be-dumpable", unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0))
	try("be-traced", unix.Prctl(unix.PR_SET_PTRACER, ^uintptr(0), 0, 0, 0))
	try("be-subreaper", unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
	_, err = unix.Write(3, []byte("changed")) // the test has left it open
	try("inherited", err)
}

// kernel tries calls that lead deep into the kernel, or out of namespaces.
func kernel(try try) {
	try("execveat", call(unix.SYS_EXECVEAT, 0, text(""), 0, 0, unix.AT_EMPTY_PATH))
	try("clone-user", call(unix.SYS_CLONE, unix.CLONE_NEWUSER|uintptr(unix.SIGCHLD)))
	try("clone-thread-net", call(unix.SYS_CLONE, unix.CLONE_NEWNET|unix.CLONE_THREAD|unix.CLONE_VM|unix.CLONE_SIGHAND))
	try("vfork", call(unix.SYS_CLONE, unix.CLONE_VFORK|unix.CLONE_VM|uintptr(unix.SIGCHLD)))
	try("setns", unix.Setns(0, 0))
	try("pivot-root", unix.PivotRoot(".", "."))
	try("umount", unix.Unmount("/", unix.MNT_DETACH))
	try("perf", call(unix.SYS_PERF_EVENT_OPEN, uintptr(unsafe.Pointer(&unix.PerfEventAttr{})), 0, ^uintptr(0), ^uintptr(0), 0))
	_, err := unix.AddKey("user", "x", []byte("x"), unix.KEY_SPEC_PROCESS_KEYRING)
	try("add-key", err)
	_, err = unix.SysvShmGet(unix.IPC_PRIVATE, 4096, 0o600)
	try("shared-memory", err)
	try("message-queue", call(unix.SYS_MSGGET, unix.IPC_PRIVATE, 0o600))
	try("semaphore", call(unix.SYS_SEMGET, unix.IPC_PRIVATE, 1, 0o600))
	try("posix-queue", call(unix.SYS_MQ_OPEN, text("x"), unix.O_CREAT|unix.O_RDWR, 0o600, 0))
	try("seccomp", call(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, 0))
	try("aio", call(unix.SYS_IO_SETUP, 1, text("12345678")))
	try("module", call(unix.SYS_INIT_MODULE, 0, 0, text("")))
	try("reboot", call(unix.SYS_REBOOT, 0, 0, 0))
	try("clock", unix.Settimeofday(&unix.Timeval{}))
	try("personality", call(unix.SYS_PERSONALITY, 0))
	try("secret-memory", call(unix.SYS_MEMFD_SECRET, 0))
	try("core-dump", unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}))
	try("lock-memory", unix.Mlock(make([]byte, 1<<16)))
}

// withoutLandlock makes this process believe that the kernel has no Landlock.
func withoutLandlock() error {
	raw, err := bpf.Assemble([]bpf.Instruction{
		bpf.LoadAbsolute{Off: 0, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_LANDLOCK_CREATE_RULESET, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
		bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW},
	})
	if err != nil {
		return err
	}
	filter := make([]unix.SockFilter, len(raw))
	for i, in := range raw {
		filter[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return errors.Join(unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
		call(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog))))
}
