package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thirdspace/interp/jail"
	"thirdspace/interp/toolchain/packtest"
)

// pack returns the pack that make has built, or else one that tests have built
// before, or else builds that.
func pack(t testing.TB) string {
	t.Helper()
	if os.Getenv(asNobody) != "" { // what this test's parent has put there
		return filepath.Join(filepath.Dir(runner), packName)
	}
	path, err := packtest.Find("../..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCompiledModes runs compiled programs in every mode that this user can have.
func TestCompiledModes(t *testing.T) {
	cfg := Config{Pack: pack(t), Cache: t.TempDir()}
	for _, m := range jail.Modes() {
		t.Run(string(m), func(t *testing.T) {
			p := startPool(t, cfg, m)
			// Unpacking the compiler is not of a program's time here: it may take a minute.
			if err := p.gc.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
			limits := small
			limits.Wall = long.Wall // a busy machine takes its time to build
			compiled := func(src string) result { return runIn(t, p, sourceFor(EngineGC, src), limits) }
			if res := compiled(hello); res.stdout != "hello, world\n" || res.exit.Reason != ReasonDone || res.exit.Engine != EngineGC {
				t.Errorf("%+v", res)
			}
			res := compiled(`package main
import ("fmt"; "os")
func main() {
	for _, f := range []string{"/etc/passwd", "/../../../../etc/passwd", "/proc/self/environ", "/work/files/main.go"} { _, err := os.ReadFile(f); fmt.Print(err != nil, " ") }
	fmt.Print(os.Symlink("../../../etc/passwd", "l") != nil, " ", os.WriteFile("x", nil, 0o600) == nil)
}`)
			if res.stdout != strings.Repeat("true ", 5)+"true" {
				t.Errorf("%+v", res)
			}
			if res := compiled("package main\nvar a [][]byte\nfunc main() { for { a = append(a, make([]byte, 1<<20)); for i := range a[len(a)-1] { a[len(a)-1][i] = 1 } } }"); res.exit.Reason != ReasonMemory {
				t.Errorf("%+v", res.exit)
			}
			if res := compiled("package main\nfunc main() { x := 0; _ = x; y }"); res.exit.Reason != ReasonCompile || len(res.diagnostics) == 0 {
				t.Errorf("%+v", res)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+fmt.Sprint(os.Getpid())+"-*", "*.wasm")); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
}
