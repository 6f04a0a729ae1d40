//go:build linux

package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Roles are what a test binary can be besides a test: a function for each part that a process of its own plays in the
// network. It gets the arguments of [Network.Self], has standard input and output, and ends the process by returning.
type Roles map[string]func(args []string) error

// What one process of a test binary tells the next about why it was started.
const (
	roleVariable   = "THIRDSPACE_LAB_ROLE"
	insideVariable = "THIRDSPACE_LAB_INSIDE"
)

// Enter must be called first in TestMain. If done, the process was something else than the test run itself, and shall
// end with the code: it played a role for [Network.Self], or it was the test run of a user who is not root, and has run
// the tests in a user namespace where it may make networks.
func Enter(roles Roles) (code int, done bool) {
	if role := os.Getenv(roleVariable); role != "" {
		return play(roles, role), true
	}
	if os.Getenv(insideVariable) != "" {
		return 0, false
	}
	if errors.Is(tryNamespace(), unix.EPERM) {
		return enterUserNamespace()
	}
	return 0, false
}

func play(roles Roles, role string) int {
	f, ok := roles[role]
	if !ok {
		fmt.Fprintf(os.Stderr, "lab: this test binary has no role %q\n", role)
		return 2
	}
	if err := f(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "lab: role %s: %v\n", role, err)
		return 1
	}
	return 0
}

// tryNamespace tells whether this process may make network namespaces.
func tryNamespace() error {
	ns, err := newNamespace()
	if err != nil {
		return err
	}
	return ns.close()
}

// enterUserNamespace runs the test binary again as root of a new user namespace with a network of its own, in which there
// is loopback only. If the kernel does not let it, the tests run as they are, and [New] tells what is missing.
func enterUserNamespace() (code int, done bool) {
	exe, err := os.Executable()
	if err != nil {
		return 0, false
	}
	// The shell brings loopback up, as tests beside those of the network expect it, and becomes the test binary.
	cmd := exec.Command("sh", append([]string{"-c", `ip link set lo up; exec "$0" "$@"`, exe}, os.Args[1:]...)...)
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		return 0, false
	}
	var ended *exec.ExitError
	switch err := cmd.Wait(); {
	case err == nil:
		return 0, true
	case errors.As(err, &ended) && ended.ExitCode() > 0:
		return ended.ExitCode(), true
	default:
		fmt.Fprintf(os.Stderr, "lab: the tests in the user namespace: %v\n", err)
		return 1, true
	}
}
