package gc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/jail"
)

// runTestTool runs testdata/tool in a folder of its own.
func runTestTool(t *testing.T, ctx context.Context, dir string, may bounds, args ...string) (string, error) {
	t.Helper()
	if may.Memory == 0 {
		may.Memory = 256 << 20
	}
	if may.cpu == 0 {
		may.cpu = time.Minute
	}
	lacking := func(r jail.Report) {
		if runtime.GOOS == "linux" {
			t.Error(r.Sentence())
		}
	}
	return runTool(ctx, dir, may, lacking, tool, args...)
}

func TestTool(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	if said, err := runTestTool(t, ctx, dir, bounds{}, "environment"); !errors.Is(err, errFailed) || said != fmt.Sprintln(toolEnv) {
		t.Errorf("%q, %v", said, err)
	}
	if said, err := runTestTool(t, ctx, dir, bounds{threads: 1}, "environment"); !errors.Is(err, errFailed) || said != fmt.Sprintln(append(slices.Clone(toolEnv), "GOMAXPROCS=1")) {
		t.Errorf("on one processor: %q, %v", said, err)
	}
	if said, err := runTestTool(t, ctx, dir, bounds{}, "flood"); err != nil || len(said) != maxSaid {
		t.Errorf("%d bytes, %v", len(said), err)
	}
	if _, err := runTestTool(t, ctx, dir, bounds{}, "memory"); !errors.Is(err, ErrTooMuch) && !errors.Is(err, errFailed) {
		t.Error(err)
	}
	if _, err := runTestTool(t, ctx, dir, bounds{cpu: 100 * time.Millisecond}, "spin"); !errors.Is(err, ErrTooMuch) {
		t.Error(err)
	}
	if _, err := runTool(ctx, dir, bounds{}, nil, "/nonexistent"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestToolConfined has a tool that has been taken over try what it may not.
func TestToolConfined(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("tools are not locked in here, and the report says so")
		return
	}
	work, other := t.TempDir(), t.TempDir()
	readable, secret := filepath.Join(other, "lib", "fmt.a"), filepath.Join(other, "secret")
	if err := os.Mkdir(filepath.Dir(readable), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{readable, secret} {
		if err := os.WriteFile(f, []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	may := bounds{Tool: jail.Tool{Write: []string{work}, Read: []string{filepath.Dir(readable)}}}
	said, err := runTestTool(t, t.Context(), work, may, "escape", filepath.Join(work, "own"), readable, secret)
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	want := map[string]bool{"write-own": true, "read-own": true, "remove-own": true, "read-readable": true}
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if len(lines) != 13 {
		t.Errorf("it did not try everything: %s", said)
	}
	for _, l := range lines {
		if name, did, _ := strings.Cut(l, " "); (did == "true") != want[name] {
			t.Error(l)
		}
	}
	info, err := os.Stat(secret)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if b, _ := os.ReadFile(secret); string(b) != "text" {
		t.Errorf("the secret is now %q", b)
	}
	// The app itself is as free as before.
	if _, err := os.ReadDir("/etc"); err != nil {
		t.Error(err)
	}
}

// BenchmarkStartTool is what starting and ending a tool costs.
func BenchmarkStartTool(b *testing.B) {
	for b.Loop() {
		if _, err := runTool(b.Context(), b.TempDir(), bounds{Tool: jail.Tool{Memory: 256 << 20}, cpu: time.Minute}, func(jail.Report) {}, tool, "nothing"); err != nil {
			b.Fatal(err)
		}
	}
}
