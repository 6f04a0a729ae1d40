package run

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// next waits for an event that fits.
func next(t *testing.T, r *Run, fits func(Event) bool) Event {
	t.Helper()
	deadline := time.After(3 * time.Minute)
	for {
		select {
		case e, ok := <-r.Events():
			if !ok {
				t.Fatal("the run ended first")
			}
			if fits(e) {
				return e
			}
		case <-deadline:
			t.Fatal("waited too long")
		}
	}
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func start(t *testing.T, p *Pool, src string, l Limits) *Run {
	t.Helper()
	r, err := p.Start(t.Context(), source(src), l)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const echo = `package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	s := bufio.NewScanner(os.Stdin)
	fmt.Print("ready")
	for s.Scan() {
		fmt.Println("got", s.Text())
	}
	fmt.Println("end")
}
`

func TestInteractive(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	r := start(t, p, echo, small)
	// Printed without a newline and without the program ending: seen at once.
	next(t, r, func(e Event) bool { return e.Data == "ready" })
	for _, s := range []string{"a", "b"} {
		if _, err := r.Write([]byte(s + "\n")); err != nil {
			t.Fatal(err)
		}
		next(t, r, func(e Event) bool { return e.Data == "got "+s+"\n" })
	}
	if err := r.CloseStdin(); err != nil {
		t.Fatal(err)
	}
	res := collect(t, r)
	if res.stdout != "end\n" || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
	if _, err := r.Write([]byte("x")); err == nil {
		t.Error("typed into a program that has ended")
	}
}

func TestStop(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	for _, src := range []string{
		"package main\nimport \"fmt\"\nfunc main() { fmt.Println(1); for {} }",
		"package main\nimport \"fmt\"\nfunc main() { fmt.Println(1); fmt.Scanln() }",
		"package main\nimport \"fmt\"\nfunc main() { for { fmt.Println(1) } }",
	} {
		l := small
		l.Output = 1 << 40
		r := start(t, p, src, l)
		next(t, r, func(e Event) bool { return e.Kind == KindOutput })
		r.Stop()
		r.Stop()
		res := collect(t, r)
		if res.exit.Reason != ReasonStopped || res.exit.Code != -1 {
			t.Errorf("%+v", res.exit)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, err := p.Start(ctx, source(echo), small)
	if err != nil {
		t.Fatal(err)
	}
	next(t, r, func(e Event) bool { return e.Data == "ready" })
	cancel()
	if res := collect(t, r); res.exit.Reason != ReasonStopped {
		t.Errorf("%+v", res.exit)
	}
	r = start(t, p, echo, small)
	r.Stop() // at any moment of its start
	if res := collect(t, r); res.exit.Reason != ReasonStopped {
		t.Errorf("%+v", res.exit)
	}
	goesOn(t, p)
}

// TestStopUnread stops a run that floods while nobody reads its events.
func TestStopUnread(t *testing.T) {
	p := startPool(t, Config{Warm: 1, Parallel: 1})
	l := small
	l.Output = 1 << 40
	r := start(t, p, "package main\nimport \"fmt\"\nfunc main() { for { fmt.Println(1) } }", l)
	next(t, r, func(e Event) bool { return e.Kind == KindOutput })
	r.Stop()
	goesOn(t, p) // its turn is free although its events are not read
	collect(t, r)
}

func TestTurns(t *testing.T) {
	p := startPool(t, Config{Warm: 1, Parallel: 1})
	first := start(t, p, echo, small)
	next(t, first, func(e Event) bool { return e.Data == "ready" })
	// Those that wait begin in their order, and one that is stopped lets the
	// next go first.
	var waiting []*Run
	for range 3 {
		waiting = append(waiting, start(t, p, echo, small))
		n := len(waiting)
		eventually(t, "it waits", func() bool {
			p.turns.mu.Lock()
			defer p.turns.mu.Unlock()
			return len(p.turns.waiting) == n
		})
	}
	waiting[1].Stop()
	if res := collect(t, waiting[1]); res.exit.Reason != ReasonStopped || !strings.Contains(res.exit.Message, "turn") {
		t.Errorf("%+v", res.exit)
	}
	first.Stop()
	collect(t, first)
	next(t, waiting[0], func(e Event) bool { return e.Data == "ready" })
	if e := <-waiting[2].Events(); e.Phase != PhaseWaiting {
		t.Errorf("it does not say that it waits: %+v", e)
	}
	select {
	case e := <-waiting[2].Events():
		t.Errorf("out of turn: %+v", e)
	default:
	}
	_ = waiting[0].CloseStdin()
	collect(t, waiting[0])
	_ = waiting[2].CloseStdin()
	if res := collect(t, waiting[2]); res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res.exit)
	}
}

func TestManyAtOnce(t *testing.T) {
	p := startPool(t, Config{Warm: 2})
	var all []*Run
	for range 12 {
		all = append(all, start(t, p, hello, small))
	}
	for _, r := range all {
		if res := collect(t, r); res.stdout != "hello, world\n" {
			t.Errorf("%+v", res)
		}
	}
}

func TestFiles(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	res := runIn(t, p, Program{Engine: EngineYaegi, Files: []File{
		{"main.go", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(double(21), greeting, read())\n}\n"},
		{"double.go", "package main\n\nvar greeting = \"hi\"\n\nfunc double(n int) int { return 2 * n }\n"},
		{"read.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc read() string {\n\tb, err := os.ReadFile(\"data.txt\")\n\treturn fmt.Sprint(string(b), err)\n}\n"},
		{"data.txt", "some data"},
		{"main_test.go", "package main\n\nthis is not looked at"},
	}}, small)
	if res.stdout != "42 hi some data<nil>\n" || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
	res = runIn(t, p, Program{Engine: EngineYaegi, Files: []File{
		{"main.go", "package main\n\nfunc main() { f() }\n"},
		{"b.go", "package main\n\nfunc f() {\n\tvar m map[int]int\n\tm[1] = 2\n}\n"},
	}}, small)
	if len(res.diagnostics) != 1 || res.diagnostics[0].File != "b.go" || res.diagnostics[0].Line != 5 || !strings.Contains(res.exit.Message, "line 5 of b.go") {
		t.Errorf("%+v", res)
	}
	// Each file has its own names for packages.
	res = runIn(t, p, Program{Engine: EngineYaegi, Files: []File{
		{"main.go", "package main\n\nimport (\n\t\"fmt\"\n\trand \"strings\"\n)\n\nfunc main() { fmt.Println(rand.ToUpper(\"a\"), f()) }\n"},
		{"b.go", "package main\n\nimport (\n\t\"fmt\"\n\t\"math/rand/v2\"\n)\n\nfunc f() string { return fmt.Sprint(rand.IntN(1)) }\n"},
	}}, small)
	if res.stdout != "A 0\n" {
		t.Errorf("%+v", res)
	}
	// What one run has written, the next does not find.
	runIn(t, p, source("package main\nimport \"os\"\nfunc main() { os.WriteFile(\"left.txt\", nil, 0o600) }"), small)
	res = runIn(t, p, source("package main\nimport (\"os\"; \"fmt\")\nfunc main() { _, err := os.Stat(\"left.txt\"); fmt.Println(os.IsNotExist(err)) }"), small)
	if res.stdout != "true\n" {
		t.Errorf("%+v", res)
	}
}

func TestRefused(t *testing.T) {
	p := startPool(t, Config{Warm: 0})
	for _, prog := range []Program{
		{}, source("\xff"), {Files: []File{{"../main.go", ""}}}, {Files: []File{{"a.txt", ""}}},
		{Files: []File{{"main.go", strings.Repeat("x", 1<<20)}}},
	} {
		if _, err := p.Start(t.Context(), prog, small); err == nil {
			t.Errorf("accepted %.60q", prog.Files)
		}
	}
	for _, l := range []Limits{{}, {Wall: 1, CPU: 1, Memory: 1, Output: 1}, {Wall: -1, CPU: 1, Memory: 1 << 30, Output: 1}} {
		if _, err := p.Start(t.Context(), source(hello), l); err == nil {
			t.Errorf("accepted %+v", l)
		}
	}
	for _, cfg := range []Config{{}, {Runner: "x", Warm: -1}, {Runner: "x", Warm: 1000}, {Runner: "x", Parallel: -1}} {
		if _, err := NewPool(cfg); err == nil {
			t.Errorf("accepted %+v", cfg)
		}
	}
}

func TestClose(t *testing.T) {
	p := startPool(t, Config{Warm: 2, Parallel: 1})
	read := start(t, p, echo, small)
	next(t, read, func(e Event) bool { return e.Data == "ready" })
	waits := start(t, p, echo, small)
	done := make(chan error)
	go func() { done <- p.Close() }()
	for _, r := range []*Run{read, waits} {
		if res := collect(t, r); res.exit.Reason != ReasonStopped {
			t.Errorf("%+v", res.exit)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.Start(t.Context(), source(hello), small); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	if n := children(t); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}

// TestCloseUnread closes a pool while nobody reads the events of a flood.
func TestCloseUnread(t *testing.T) {
	p := startPool(t, Config{Warm: 0})
	l := small
	l.Output = 1 << 40
	r := start(t, p, "package main\nimport \"fmt\"\nfunc main() { for { fmt.Println(1) } }", l)
	next(t, r, func(e Event) bool { return e.Kind == KindOutput })
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestWorkerReplaced(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	warm := func() *worker {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.ready) == 0 {
			return nil
		}
		return p.ready[0]
	}
	eventually(t, "a worker is warm", func() bool { return warm() != nil })
	old := warm()
	if err := old.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another worker is warm", func() bool { w := warm(); return w != nil && w != old })
	if _, err := os.Stat(old.dir); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
	goesOn(t, p)
}

// children counts the runner processes of this test.
func children(t testing.TB) (n int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stats {
		b, _ := os.ReadFile(s)
		_, rest, ok := strings.Cut(string(b), "(")
		if ok && !strings.Contains(rest, ") Z ") && strings.Contains(rest, ") ") {
			f := strings.Fields(rest[strings.LastIndex(rest, ")")+1:])
			if len(f) > 1 && f[1] == strconv.Itoa(os.Getpid()) {
				n++
			}
		}
	}
	return n
}

// TestParentDies kills a process that has a pool, as the system might, and
// looks whether its programs end.
func TestParentDies(t *testing.T) {
	if os.Getenv("THIRDSPACE_TEST_ORPHAN") != "" {
		p := startPool(t, Config{Warm: 1})
		r := start(t, p, "package main\nimport \"fmt\"\nfunc main() { fmt.Println(1); for {} }", DefaultLimits)
		next(t, r, func(e Event) bool { return e.Kind == KindOutput })
		p.mu.Lock()
		os.Stdout.WriteString("orphans of " + strconv.Itoa(os.Getpid()) + "\n")
		p.mu.Unlock()
		select {}
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestParentDies$")
	cmd.Env = append(os.Environ(), "THIRDSPACE_TEST_ORPHAN=1", asNobody+"="+runner)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := out.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), "orphans of ") {
		t.Fatalf("%q %v", b[:n], err)
	}
	before := runnersOf(t, cmd.Process.Pid)
	if len(before) == 0 {
		t.Fatal("it has no children")
	}
	_ = cmd.Process.Signal(syscall.SIGKILL)
	_ = cmd.Wait()
	eventually(t, "the programs have ended", func() bool {
		for _, pid := range before {
			if b, err := os.ReadFile("/proc/" + pid + "/stat"); err == nil && !strings.Contains(string(b), ") Z ") {
				return false
			}
		}
		return true
	})
	// What it left behind, the next pool removes; what is in use it leaves.
	mine, err := makeFolder()
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(mine)
	left := func() []string {
		dirs, err := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+strconv.Itoa(cmd.Process.Pid)+"-*"))
		if err != nil {
			t.Fatal(err)
		}
		return dirs
	}
	if len(left()) == 0 {
		t.Error("it left nothing behind")
	}
	startPool(t, Config{Warm: 0}).Protection()
	if dirs := left(); len(dirs) > 0 {
		t.Errorf("still there: %v", dirs)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

func runnersOf(t *testing.T, parent int) (pids []string) {
	t.Helper()
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(parent) + "/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		b, _ := os.ReadFile(l)
		pids = append(pids, strings.Fields(string(b))...)
	}
	return pids
}

func TestExitCodes(t *testing.T) {
	for e, want := range map[Exit]int{
		{Reason: ReasonDone}: 0, {Reason: ReasonFailed, Code: 7}: 7, {Reason: ReasonPanic}: 2, {Reason: ReasonCompile}: 1,
		{Reason: ReasonTime}: 124, {Reason: ReasonCPU}: 124, {Reason: ReasonMemory}: 137, {Reason: ReasonOutput}: 137,
		{Reason: ReasonStopped}: 130, {Reason: ReasonUnavailable}: 69, {Reason: ReasonCrashed}: 70,
	} {
		if got := e.ExitCode(); got != want {
			t.Errorf("%s: %d, want %d", e.Reason, got, want)
		}
	}
}
