package run

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// forger builds the false runner; the tests copy it under the name of what it is
// to do.
func forger(t *testing.T) func(name string) string {
	t.Helper()
	if os.Getenv(asNobody) != "" {
		return func(name string) string { return filepath.Join(filepath.Dir(runner), name) }
	}
	// Beside the real one, where a test without privileges finds it again.
	dir := filepath.Dir(runner)
	made := filepath.Join(dir, "forger")
	build := exec.Command("go", "build", "-o", made, "thirdspace/interp/run/testdata/forger")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(name string) string {
		p := filepath.Join(dir, name)
		if err := os.Link(made, p); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
		return p
	}
}

// forgeries are what a false runner may do, and how a run in it must end.
var forgeries = map[string]struct{ reasons, message string }{
	"guessed":      {"crashed", "meddled"},
	"garbage":      {"crashed", "meddled"},
	"long":         {"crashed", "meddled"},
	"twice":        {"crashed", "meddled"},
	"hello":        {"crashed", "meddled"},
	"halfframe":    {"done", ""},
	"claims":       {"done", ""},
	"segfault":     {"crashed", ""},
	"words":        {"cpu|time", ""},
	"dies":         {"unavailable", "cannot be run"},
	"nonsense":     {"unavailable", "another version"},
	"otherversion": {"unavailable", "another version"},
	"silent":       {"time", ""},
	"missing":      {"unavailable", "is missing"},
}

func TestForgery(t *testing.T) {
	path := forger(t)
	for name, c := range forgeries {
		t.Run(name, func(t *testing.T) {
			runner := filepath.Join(t.TempDir(), "nowhere")
			if name != "missing" {
				runner = path(name)
			}
			p := startPool(t, Config{Runner: runner, Warm: 0})
			l := small
			l.CPU, l.Wall = time.Second, 2*time.Second
			res := runIn(t, p, source(hello), l)
			if !strings.Contains("|"+c.reasons+"|", "|"+res.exit.Reason+"|") || !strings.Contains(res.exit.Message, c.message) {
				t.Errorf("ended %+v, want %s, %q", res.exit, c.reasons, c.message)
			}
			if strings.Contains(res.exit.Message, "forged") {
				t.Error("a forged verdict was believed")
			}
		})
	}
}

// TestDyingWorkers has workers that die while they wait: the pool makes others
// and goes on, and is closed without waiting for one.
func TestDyingWorkers(t *testing.T) {
	p := startPool(t, Config{Runner: forger(t)("diesready"), Warm: 2})
	for range 5 {
		res := runIn(t, p, source(hello), small)
		if res.exit.Reason == ReasonUnavailable {
			t.Errorf("%+v", res.exit)
		}
	}
}
