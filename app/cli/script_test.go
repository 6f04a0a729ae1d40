package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"thirdspace/interp/toolchain"
	"thirdspace/interp/toolchain/packtest"
)

// TestScripts runs the scripts in testdata/script against the real program, with its runner and its compiler beside it.
// Besides testscript's own commands there is
//
//	exits CODE ARG…       runs thirdspace and wants that exit code
//	program NAME WITHOUT  puts a thirdspace into the folder NAME whose part WITHOUT (runner, pack) is missing, or, with
//	                      stale-pack or damaged-pack, another than it should be
//	large NAME BYTES      writes a file of that size, of Go
//	many DIR N            writes N Go files of one program into a folder
func TestScripts(t *testing.T) {
	pack, err := packtest.Find("../..")
	if err != nil {
		t.Fatal(err)
	}
	program := buildProgram(t)
	bin := t.TempDir()
	install(t, bin, map[string]string{"thirdspace": program, "thirdspace-runner": program + "-runner", "thirdspace-go.pack": pack})
	cache := t.TempDir()
	temp, err := os.MkdirTemp("", "thirdspace-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(temp) })
	if err := os.Chmod(temp, 0o755); err != nil { // runners may be somebody else
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("BIN", bin)
			e.Setenv("XDG_CACHE_HOME", cache)
			e.Setenv("TMPDIR", temp)
			for name, dir := range map[string]string{"HOME": "home", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"} {
				e.Setenv(name, filepath.Join(e.WorkDir, dir))
			}
			for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY", "GOROOT"} {
				e.Setenv(name, "")
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "latin1.go"), []byte("package main // \xe4\n\nfunc main() {}\n"), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": func(ts *testscript.TestScript, _ bool, args []string) {
				err := ts.Exec(filepath.Join(ts.Getenv("BIN"), "thirdspace"), args[1:]...)
				code := 0
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					code = exit.ExitCode()
				} else {
					ts.Check(err)
				}
				if strconv.Itoa(code) != args[0] {
					ts.Fatalf("exit code %d, want %s", code, args[0])
				}
			},
			"program": func(ts *testscript.TestScript, _ bool, args []string) {
				dir := ts.MkAbs(args[0])
				ts.Check(os.Mkdir(dir, 0o755))
				parts := map[string]string{"thirdspace": program, "thirdspace-runner": program + "-runner", "thirdspace-go.pack": pack}
				ts.Check(without(dir, args[1], parts))
				ts.Setenv("BIN", dir)
			},
			"large": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				text := []byte("package main\n\nfunc main() {}\n\n//")
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(text, bytes.Repeat([]byte("x"), n-len(text))...), 0o600))
			},
			"many": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				ts.Check(os.Mkdir(ts.MkAbs(args[0]), 0o755))
				for i := range n {
					name := filepath.Join(ts.MkAbs(args[0]), fmt.Sprintf("f%d.go", i))
					ts.Check(os.WriteFile(name, []byte("package main\n"), 0o600))
				}
			},
		},
	})
}

// buildProgram builds the program, with its runner beside it, and returns its path.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "thirdspace")
	for out, pkg := range map[string]string{program: "thirdspace", program + "-runner": "thirdspace/interp/cmd/thirdspace-runner"} {
		build := exec.Command("go", "build", "-o", out, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if b, err := build.CombinedOutput(); err != nil {
			t.Fatalf("building %s: %v\n%s", pkg, err, b)
		}
	}
	return program
}

// install links files into a folder under other names.
func install(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, path := range files {
		if err := os.Link(path, filepath.Join(dir, name)); err != nil {
			if err := copyFile(filepath.Join(dir, name), path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func copyFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o755)
}

// without puts a program into a folder that lacks something.
func without(dir, what string, parts map[string]string) error {
	switch what {
	case "runner":
		delete(parts, "thirdspace-runner")
	case "pack", "stale-pack", "damaged-pack":
		delete(parts, "thirdspace-go.pack")
	default:
		return fmt.Errorf("a program without %s?", what)
	}
	for name, path := range parts {
		if err := copyFile(filepath.Join(dir, name), path); err != nil {
			return err
		}
	}
	pack := filepath.Join(dir, "thirdspace-go.pack")
	switch what {
	case "damaged-pack":
		return os.WriteFile(pack, []byte("PK\x03\x04 and no more"), 0o600)
	case "stale-pack":
		return writeStalePack(dir, pack)
	}
	return nil
}

// writeStalePack makes a pack of a Go release that never was.
func writeStalePack(dir, path string) error {
	tool := filepath.Join(dir, "tool")
	if err := os.WriteFile(tool, []byte("x"), 0o600); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	exe := ""
	if runtime.GOOS == "windows" {
		exe = ".exe"
	}
	return toolchain.Create(f, "go1.0", runtime.GOOS, runtime.GOARCH, []toolchain.Source{
		{Name: "bin/compile" + exe, Path: tool}, {Name: "bin/link" + exe, Path: tool}, {Name: "lib/fmt.a", Path: tool},
	})
}
