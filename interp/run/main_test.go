package run

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/interp/jail"
)

// runner is the path of the runner built for these tests, and cache a folder for
// the compiler, which is unpacked once.
var runner, cache string

// asNobody is set in the environment of the copy of the test that runs without
// privileges: the path of the runner that its parent has built.
const asNobody = "THIRDSPACE_TEST_RUNNER"

// cacheFolder is set there too: where it may keep what it compiles.
const cacheFolder = "THIRDSPACE_TEST_CACHE"

func TestMain(m *testing.M) {
	if runner = os.Getenv(asNobody); runner != "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "thirdspace-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Not only for whoever runs the tests: see TestAsNobody.
	if err := os.Chmod(dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	runner, cache = filepath.Join(dir, "thirdspace-runner"), filepath.Join(dir, "cache")
	build := exec.Command("go", "build", "-o", runner, "thirdspace/interp/cmd/thirdspace-runner")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the runner: %v\n%s", err, out)
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

// small are limits that a test can afford to run into.
var small = Limits{Wall: 20 * time.Second, CPU: 5 * time.Second, Memory: 256 << 20, Output: 64 << 10}

func startPool(t testing.TB, cfg Config, modes ...jail.Mode) *Pool {
	t.Helper()
	if cfg.Runner == "" {
		cfg.Runner = runner
	}
	if modes == nil {
		modes = jail.Modes()
	}
	p, err := newPool(cfg, modes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// source is a program for the quick engine.
func source(s string) Program { return sourceFor(EngineYaegi, s) }

func sourceFor(engine, s string) Program {
	return Program{Files: []File{{Name: "main.go", Text: s}}, Engine: engine}
}

// result is a whole run.
type result struct {
	stdout, stderr string
	diagnostics    []Diagnostic
	exit           Exit
	replaced       bool // and before that, something else was shown
}

// collect reads a run to its end and checks what is promised of every run.
func collect(t testing.TB, r *Run) result {
	t.Helper()
	var res result
	exits := 0
	deadline := time.After(10 * time.Minute)
	for {
		select {
		case e, ok := <-r.Events():
			if !ok {
				if exits != 1 {
					t.Fatalf("%d exit events", exits)
				}
				if res.exit.Message == "" || !strings.ContainsAny(res.exit.Message[len(res.exit.Message)-1:], ".?") {
					t.Errorf("not a sentence: %q", res.exit.Message)
				}
				return res
			}
			if exits > 0 {
				t.Fatalf("an event after the exit: %+v", e)
			}
			switch e.Kind {
			case KindOutput:
				if e.Stream == "stdout" {
					res.stdout += e.Data
				} else {
					res.stderr += e.Data
				}
			case KindReplaced:
				res = result{replaced: true}
			case KindDiagnostic:
				res.diagnostics = append(res.diagnostics, *e.Diagnostic)
			case KindExit:
				exits++
				res.exit = *e.Exit
			}
		case <-deadline:
			t.Fatal("the run does not end")
		}
	}
}

func runIn(t testing.TB, p *Pool, prog Program, l Limits) result {
	t.Helper()
	r, err := p.Start(t.Context(), prog, l)
	if err != nil {
		t.Fatal(err)
	}
	return collect(t, r)
}

// goesOn is what every attack must leave behind: a pool that works.
func goesOn(t testing.TB, p *Pool) {
	t.Helper()
	res := runIn(t, p, source(hello), small)
	if res.stdout != "hello, world\n" || res.exit.Reason != ReasonDone || res.exit.Code != 0 {
		t.Fatalf("hello, world no longer works: %+v", res)
	}
}

const hello = `package main

import "fmt"

func main() { fmt.Println("hello, world") }
`
