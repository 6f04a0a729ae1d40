// Command prisoner locks itself in and then tries to get out by every system call it can
// think of, as native code could that has broken the interpreter. It prints the
// report as one line of JSON, then a line for each try: its name and "ok" or the
// error.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"thirdspace/interp/jail"
)

func main() {
	mode, dir, outside := jail.Mode(os.Args[1]), os.Args[2], os.Args[3]
	use := ""
	if len(os.Args) > 4 {
		use = os.Args[4]
	}
	if use == "nolandlock" {
		if err := withoutLandlock(); err != nil {
			fmt.Println("without Landlock:", err)
			os.Exit(1)
		}
	}
	r, home, err := jail.Enter(mode, dir)
	if err != nil {
		fmt.Println("enter:", err)
		os.Exit(1)
	}
	b, err := json.Marshal(r)
	if err != nil {
		os.Exit(1)
	}
	fmt.Println(string(b))
	if use != "" {
		spend(use)
		return
	}
	try := func(name string, err error) {
		if err == nil {
			fmt.Println(name, "ok")
			return
		}
		fmt.Println(name, strings.ReplaceAll(err.Error(), "\n", " "))
	}
	read := func(p string) error { _, err := os.ReadFile(p); return err }
	list := func(p string) error { _, err := os.ReadDir(p); return err }
	fd := func(fd int, err error) error { return err }

	try("read-passwd", read("/etc/passwd"))
	try("read-outside", read(outside))
	try("list-root", list("/"))
	try("list-proc", list("/proc"))
	try("read-environ", read("/proc/self/environ"))
	try("write-tmp", os.WriteFile("/tmp/thirdspace-escaped", nil, 0o600))
	try("write-outside", os.WriteFile(outside, []byte("changed"), 0o600))
	try("write-home", os.WriteFile(home+"/x", []byte("x"), 0o600))
	try("read-home", read(home+"/x"))
	try("rename-home", os.Rename(home+"/x", home+"/y"))
	try("socket-inet", fd(unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)))
	try("socket-unix", fd(unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM, 0)))
	try("socket-netlink", fd(unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, 0)))
	try("exec", unix.Exec("/bin/sh", []string{"sh"}, nil))
	_, err = os.StartProcess("/bin/sh", []string{"sh"}, &os.ProcAttr{})
	try("start-process", err)
	try("fork", call(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0))
	try("clone3", call(unix.SYS_CLONE3, 0, 0, 0))
	try("unshare", unix.Unshare(unix.CLONE_NEWUSER))
	try("mount", unix.Mount("x", home, "tmpfs", 0, ""))
	try("chroot", unix.Chroot(home))
	try("setuid", call(unix.SYS_SETUID, 0, 0, 0))
	try("kill-parent", unix.Kill(os.Getppid(), 0))
	try("kill-all", unix.Kill(-1, 0))
	try("tgkill-other", unix.Tgkill(os.Getpid()+1, os.Getpid()+1, 0))
	try("tgkill-self", unix.Tgkill(os.Getpid(), unix.Gettid(), 0))
	try("ptrace", unix.PtraceAttach(1))
	try("bpf", call(unix.SYS_BPF, 0, 0, 0))
	try("io-uring", call(unix.SYS_IO_URING_SETUP, 1, 0, 0))
	try("userfaultfd", call(unix.SYS_USERFAULTFD, 0, 0, 0))
	try("memfd", fd(unix.MemfdCreate("x", 0)))
	try("keyctl", call(unix.SYS_KEYCTL, 0, 0, 0))
	try("prlimit-other", call(unix.SYS_PRLIMIT64, 1, unix.RLIMIT_CPU, 0))
	try("raise-limit", unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 4096, Max: 4096}))
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var caps [2]unix.CapUserData
	_ = unix.Capget(&header, &caps[0])
	try("capabilities", yes(caps == [2]unix.CapUserData{}))
	n, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	try("no-new-privs", yes(err == nil && n == 1))
	n, err = unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	try("not-dumpable", yes(err == nil && n == 0))
	// A thread made after the fact is as locked in as the first.
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		_, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
		done <- err
	}()
	try("socket-thread", <-done)
	others(try)
	kernel(try)
	files(try, home, outside)
}

func yes(b bool) error {
	if b {
		return nil
	}
	return fmt.Errorf("no")
}

// spend spends what Limit allows, and more.
func spend(what string) {
	if err := jail.Limit(64<<20, time.Second, nil); err != nil {
		fmt.Println("limit:", err)
		os.Exit(1)
	}
	switch what {
	case "memory":
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			all = append(all, b)
			b[0] = byte(len(all))
		}
	case "cpu":
		for i := 0; ; i++ {
			_ = i
		}
	case "foreign": // a system call of the 32-bit interface's number space
		_, _, _ = unix.RawSyscall(0x40000000+unix.SYS_GETPID, uintptr(unsafe.Pointer(nil)), 0, 0)
		fmt.Println("still there")
	case "foreign32":
		int80()
		fmt.Println("still there")
	case "map":
		if unix.Setrlimit(unix.RLIMIT_DATA, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}) == nil {
			fmt.Println("the limit could be raised")
		}
		for _, flags := range []int{unix.MAP_PRIVATE, unix.MAP_PRIVATE | unix.MAP_NORESERVE} {
			_, err := unix.Mmap(-1, 0, 1<<30, unix.PROT_READ|unix.PROT_WRITE, flags|unix.MAP_ANON)
			fmt.Println(err)
		}
	case "sleep":
		time.Sleep(time.Hour)
	}
}
