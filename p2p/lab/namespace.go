//go:build linux

package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// namespace is one network namespace, alive as long as its file is open.
type namespace struct {
	file  *os.File
	inode uint64
}

// newNamespace makes an empty network namespace with its loopback interface up and IPv6 switched off.
func newNamespace() (*namespace, error) {
	ns := &namespace{}
	err := onOwnThread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("make a network namespace: %w", err)
		}
		file, err := os.Open(threadNamespace)
		if err != nil {
			return fmt.Errorf("hold the network namespace: %w", err)
		}
		ns.file = file
		var st unix.Stat_t
		if err := unix.Fstat(int(file.Fd()), &st); err != nil {
			return fmt.Errorf("identify the network namespace: %w", err)
		}
		ns.inode = st.Ino
		return setIPv6(false)
	})
	if err == nil {
		err = ns.ip("link set lo up")
	}
	if err != nil {
		ns.close()
		return nil, err
	}
	return ns, nil
}

// path is where another process finds the namespace.
func (ns *namespace) path() string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), ns.file.Fd())
}

// ip gives lines to the ip program inside the namespace; the first that fails ends it.
func (ns *namespace) ip(lines ...string) error {
	cmd := exec.Command("nsenter", "--net="+ns.path(), "ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(lines, "; "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// do runs f on a thread that is inside the namespace. Goroutines that f starts are not.
func (ns *namespace) do(f func() error) error {
	return onOwnThread(func() error {
		if err := unix.Setns(int(ns.file.Fd()), unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("enter the network namespace: %w", err)
		}
		return f()
	})
}

// close kills the processes that are still inside, waits until they are gone, and gives the namespace back.
func (ns *namespace) close() error {
	if ns.file == nil {
		return nil
	}
	defer ns.file.Close()
	deadline := time.Now().Add(10 * time.Second)
	for {
		left := ns.processes()
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v do not end", left)
		}
		for _, pid := range left {
			if err := unix.Kill(pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("end process %d: %w", pid, err)
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// processes lists the living processes whose network is this namespace. Those that ended and were not waited for
// have no namespace any more and do not count.
func (ns *namespace) processes() []int {
	links, _ := filepath.Glob("/proc/[0-9]*/ns/net")
	want := fmt.Sprintf("net:[%d]", ns.inode)
	var pids []int
	for _, link := range links {
		if got, err := os.Readlink(link); err != nil || got != want {
			continue
		}
		if pid, err := strconv.Atoi(strings.Split(link, "/")[2]); err == nil && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids
}

const threadNamespace = "/proc/thread-self/ns/net"

// onOwnThread runs f on a thread of its own and brings the thread back to the network it came from. The thread is not
// simply thrown away, because a process started from a thread with Pdeathsig dies with the thread.
func onOwnThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		home, err := os.Open(threadNamespace)
		if err != nil {
			runtime.UnlockOSThread()
			done <- fmt.Errorf("hold the network of this machine: %w", err)
			return
		}
		defer home.Close()
		before, _ := os.Readlink(threadNamespace)
		err = f()
		if after, _ := os.Readlink(threadNamespace); after != before {
			if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back != nil {
				// The thread stays locked and so ends with this goroutine: nobody may run in the wrong network.
				done <- errors.Join(err, fmt.Errorf("return to the network of this machine: %w", back))
				return
			}
		}
		runtime.UnlockOSThread()
		done <- err
	}()
	return <-done
}

// setIPv6 switches IPv6 on or off in the network of the calling thread, for interfaces there are and those to come.
func setIPv6(on bool) error {
	disabled := "1"
	if on {
		disabled = "0"
	}
	for _, set := range [][2]string{
		{"default/accept_dad", "0"}, // an address is usable at once: there is nobody to clash with
		{"default/disable_ipv6", disabled},
		{"all/disable_ipv6", disabled},
	} {
		err := os.WriteFile("/proc/sys/net/ipv6/conf/"+set[0], []byte(set[1]), 0)
		if errors.Is(err, os.ErrNotExist) && !on {
			return nil // a kernel without IPv6 has none to switch off
		}
		if err != nil {
			return fmt.Errorf("set IPv6 of the namespace: %w", err)
		}
	}
	return nil
}
