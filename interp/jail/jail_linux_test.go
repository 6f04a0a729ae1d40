package jail

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// prisoner is the path of the program that locks itself in.
var prisoner string

const asNobody = "THIRDSPACE_TEST_PRISONER"

func TestMain(m *testing.M) {
	if prisoner = os.Getenv(asNobody); prisoner != "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "thirdspace-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	prisoner = filepath.Join(dir, "prisoner")
	build := exec.Command("go", "build", "-o", prisoner, "thirdspace/interp/jail/testdata/prisoner")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the prisoner: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// command prepares a prisoner with a folder of its own and a file it must not
// reach, which anybody may read and write.
func command(t *testing.T, m Mode, args ...string) (cmd *exec.Cmd, outside string) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "thirdspace-jail-")
	if err != nil {
		t.Fatal(err)
	}
	outside = dir + ".outside"
	t.Cleanup(func() { _ = os.RemoveAll(dir); _ = os.Remove(outside) })
	if err := Give(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(outside, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(outside, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(prisoner, append([]string{string(m), dir, outside}, args...)...)
	cmd.Env = []string{}
	Prepare(cmd, m)
	return cmd, outside
}

// may is what a prisoner may do.
var may = map[string]bool{
	"write-home": true, "read-home": true, "rename-home": true, "tgkill-self": true,
	"capabilities": true, "no-new-privs": true, "not-dumpable": true, "fchmod-home": true,
}

// mayPlain is what it may do besides where it has no disk of its own: there the
// parent looks how full the folder is (see Overfull).
var mayPlain = map[string]bool{"fill-disk": true, "fill-disk-with-folders": true}

func TestPrisoner(t *testing.T) {
	for _, m := range Modes() {
		t.Run(string(m), func(t *testing.T) {
			cmd, outside := command(t, m)
			open, err := os.OpenFile(outside, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer open.Close()
			cmd.ExtraFiles = []*os.File{open}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var r Report
			if err := json.Unmarshal([]byte(lines[0]), &r); err != nil {
				t.Fatalf("%v: %s", err, lines[0])
			}
			t.Log(r.Sentence())
			if r.Full != (m == ModeUser) {
				t.Errorf("full: %v in mode %s: %+v", r.Full, m, r)
			}
			for _, f := range []string{FeatureLandlock, FeatureSeccomp, FeaturePowers, FeatureLimits, FeatureDump, FeatureParent, FeatureOpen} {
				if !r.On(f) {
					t.Errorf("%s is off", f)
				}
			}
			if m != ModePlain && (!r.On(FeatureNetwork) || !r.On(FeatureProcesses) || !r.On(FeatureRoot)) {
				t.Errorf("namespaces are off: %+v", r)
			}
			if len(lines) < 90 {
				t.Fatalf("it did not try everything: %s", out)
			}
			for _, l := range lines[1:] {
				name, how, _ := strings.Cut(l, " ")
				if (how == "ok") != (may[name] || m == ModePlain && mayPlain[name]) {
					t.Errorf("%s: %s", name, how)
				}
			}
			if b, _ := os.ReadFile(outside); string(b) != "secret" {
				t.Errorf("a file outside is now %q", b)
			}
			if m == ModePlain && !Overfull(cmd.Args[2]) {
				t.Error("its full folder was not found to be full")
			}
			if _, err := os.Stat("/tmp/thirdspace-escaped"); err == nil {
				t.Error("a file was written in /tmp")
			}
		})
	}
}

func TestPrisonerAsNobody(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("not root: all other tests have already run without privileges")
		return
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^(TestPrisoner|TestLimits|TestUsageAndKill|TestNoLandlock)$", "-test.count=1")
	cmd.Dir, cmd.Env = "/", []string{asNobody + "=" + prisoner}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestLimits(t *testing.T) {
	for what, ends := range map[string]func(*os.ProcessState, string) bool{
		"memory": func(s *os.ProcessState, out string) bool {
			return s.ExitCode() == 2 && strings.Contains(out, "out of memory")
		},
		"cpu":       func(s *os.ProcessState, _ string) bool { return s.Sys().(syscall.WaitStatus).Signaled() },
		"foreign":   func(_ *os.ProcessState, out string) bool { return !strings.Contains(out, "still there") },
		"foreign32": func(_ *os.ProcessState, out string) bool { return !strings.Contains(out, "still there") },
		"map": func(_ *os.ProcessState, out string) bool {
			return strings.Count(out, "cannot allocate memory") == 2 && !strings.Contains(out, "raised")
		},
	} {
		t.Run(what, func(t *testing.T) {
			cmd, _ := command(t, Modes()[0], what)
			out, _ := cmd.CombinedOutput()
			if !ends(cmd.ProcessState, string(out)) {
				t.Errorf("%v: %.500s", cmd.ProcessState, out)
			}
		})
	}
}

// TestNoLandlock has a kernel without it: that is told, and the rest stands.
func TestNoLandlock(t *testing.T) {
	for _, m := range Modes() {
		cmd, _ := command(t, m, "nolandlock")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var r Report
		if err := json.NewDecoder(strings.NewReader(string(out))).Decode(&r); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if r.Full || r.On(FeatureLandlock) || !r.On(FeatureSeccomp) || !strings.Contains(r.Sentence(), "Landlock") {
			t.Errorf("%s: %+v", m, r)
		}
	}
}

func TestUsageAndKill(t *testing.T) {
	cmd, _ := command(t, Modes()[0], "sleep")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	memory, _, ok := Usage(cmd.Process.Pid)
	if !ok || memory < 1<<20 || memory > 1<<30 {
		t.Errorf("uses %d bytes, %v", memory, ok)
	}
	Kill(cmd.Process)
	gone := false
	_ = Wait(cmd, func() { gone = true })
	if !gone || cmd.ProcessState == nil {
		t.Error("not waited for")
	}
	if _, _, ok := Usage(1 << 30); ok {
		t.Error("usage of no process")
	}
}

// TestToolsEndNothing starts and ends tools while a child goes on: the threads
// that end with the tools must not be the one the child would end with.
func TestToolsEndNothing(t *testing.T) {
	cmd, _ := command(t, Modes()[0], "sleep")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := Start(cmd, Modes()[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		tool := exec.Command(prisoner, "plain", "/nonexistent", "")
		if _, err := StartTool(tool, Tool{Memory: 1 << 30}); err != nil {
			t.Fatal(err)
		}
		_ = Wait(tool, func() {})
	}
	if _, _, ok := Usage(cmd.Process.Pid); !ok {
		t.Error("it has ended")
	}
	Kill(cmd.Process)
	_ = Wait(cmd, func() {})
	if s := cmd.ProcessState.Sys().(syscall.WaitStatus); !s.Signaled() {
		t.Error(cmd.ProcessState)
	}
}

func TestParseUsage(t *testing.T) {
	stat := "42 (a ) b (c) R 1 2 3 4 5 6 7 8 9 10 100 50 0 0 20 0 1 0 0 0 0"
	memory, cpu, ok := parseUsage("1000 20 3 4 5 6 7", stat)
	if !ok || memory != int64(20*os.Getpagesize()) || cpu != 1500*time.Millisecond {
		t.Error(memory, cpu, ok)
	}
	for _, bad := range [][2]string{{"", stat}, {"1", stat}, {"1 x", stat}, {"1 2", "42 (a"}, {"1 2", "42 (a) R 1"}, {"1 2", strings.Replace(stat, "100", "x", 1)}} {
		if _, _, ok := parseUsage(bad[0], bad[1]); ok {
			t.Errorf("understood %q", bad)
		}
	}
}
