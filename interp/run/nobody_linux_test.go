package run

import (
	"os"
	"os/exec"
	"path/filepath"
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
	// Where nobody can look.
	text, err := os.ReadFile(pack(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(runner), packName), text, 0o644); err != nil {
		t.Fatal(err)
	}
	// The test's own binary may lie where nobody can look, so by descriptor.
	cmd := exec.Command("/proc/self/exe", "-test.run=^(TestAttacks|TestPrograms|TestForgery|TestStop|TestCompiledModes)$", "-test.count=1")
	cmd.Dir = "/"
	cache, err := os.MkdirTemp(filepath.Dir(runner), "cache-")
	if err == nil {
		err = os.Chown(cache, 65534, 65534)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = []string{asNobody + "=" + runner, cacheFolder + "=" + cache, "PATH=" + os.Getenv("PATH"), "TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "PASS") {
		t.Fatalf("nothing was tested: %s", out)
	}
}
