package run

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestAsNobody runs the attacks again, as a user who may do nothing special.
func TestAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not root: all other tests have already run without privileges")
		return
	}
	path := forger(t)
	for name := range forgeries {
		path(name)
	}
	// The test's own binary may lie where nobody can look, so by descriptor.
	cmd := exec.Command("/proc/self/exe", "-test.run=^(TestAttacks|TestPrograms|TestForgery|TestStop)$", "-test.count=1")
	cmd.Dir = "/"
	cmd.Env = []string{asNobody + "=" + runner, "PATH=" + os.Getenv("PATH"), "TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "PASS") {
		t.Fatalf("nothing was tested: %s", out)
	}
}
