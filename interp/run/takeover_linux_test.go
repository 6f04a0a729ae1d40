package run

import (
	"fmt"
	"go/version"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thirdspace/interp/check"
	"thirdspace/interp/toolchain"
)

// packed is a pack's standard library as a checker wants it.
type packed struct{ *toolchain.Pack }

func (p packed) Open(path string) (io.ReadCloser, error) { return p.Package(path) }

func newChecker(t testing.TB) *check.Checker {
	t.Helper()
	p, err := toolchain.Open(pack(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return check.New(packed{p}, version.Lang(p.Go()))
}

// complete is a pool that has all it can have, and its own folder of programs
// only if they are to be built anew.
func complete(t testing.TB, more Config) *Pool {
	t.Helper()
	more.Pack, more.Checker, more.Cache = pack(t), newChecker(t), cache
	p := startPool(t, more)
	// It is done in the background, and takes a while the first time.
	if err := p.gc.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// believing makes a pool trust the quick engine with everything.
func believing(p *Pool, v check.Verdict) *Pool {
	v.OK = true
	p.suits = func([]check.File) check.Verdict { return v }
	return p
}

// auto is a program that was never built before.
func auto(src string) Program {
	return sourceFor(EngineAuto, fmt.Sprintf("%s\n// %d\n", src, time.Now().UnixNano()))
}

// long limits are for programs that are to be taken over on a machine that is
// busy beyond reason.
var long = Limits{Wall: 10 * time.Minute, CPU: 5 * time.Minute, Memory: 256 << 20, Output: 64 << 10}

// burn is a function that takes the quick engine seconds, and Go none.
const burn = `
func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func burn() int { return fib(32) }
`

const burned = 2178309

// spin is one that the quick engine will not end in this life.
const spin = "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"begun\"); for { } }"

func TestAutoChooses(t *testing.T) {
	p := complete(t, Config{Warm: 1})
	const generic = "package main\n\nimport \"fmt\"\n\nfunc id[T any](v T) T { return v }\n\nfunc main() { fmt.Println(id(7)) }\n"
	const wrong = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tunused := 1\n\tfmt.Println(missing)\n}\n"
	for _, c := range []struct {
		name, engine, src string
		ran, why          string
		stdout, reason    string
	}{
		{"suits", EngineAuto, hello, EngineYaegi, whyTrusted, "hello, world\n", ReasonDone},
		{"suits, nothing said", "", hello, EngineYaegi, whyTrusted, "hello, world\n", ReasonDone},
		{"does not suit", EngineAuto, generic, EngineGC, "(line 5)", "7\n", ReasonDone},
		{"gc chosen", EngineGC, hello, EngineGC, whyChosen, "hello, world\n", ReasonDone},
		{"yaegi chosen", EngineYaegi, hello, EngineYaegi, whyChosen, "hello, world\n", ReasonDone},
		{"yaegi chosen and not suited", EngineYaegi, generic, EngineYaegi, "may differ", "7\n", ReasonDone},
		{"wrong", EngineAuto, wrong, "", "not build", "", ReasonCompile},
		{"wrong, gc", EngineGC, wrong, "", "not build", "", ReasonCompile},
		{"wrong, yaegi", EngineYaegi, wrong, "", "not build", "", ReasonCompile},
	} {
		res := runIn(t, p, sourceFor(c.engine, c.src), long)
		if res.stdout != c.stdout || res.exit.Reason != c.reason || res.exit.Engine != c.ran || !strings.Contains(res.exit.Why, c.why) {
			t.Errorf("%s: %+v", c.name, res)
		}
		if c.reason == ReasonCompile && (len(res.diagnostics) != 2 || res.diagnostics[0].Line != 6 || res.diagnostics[1].Message != "undefined: missing") {
			t.Errorf("%s: %+v", c.name, res.diagnostics)
		}
	}
}

// TestAutoWithoutHelp has no checker, and then no compiler either.
func TestAutoWithoutHelp(t *testing.T) {
	p := startPool(t, Config{Warm: 1, Pack: pack(t), Cache: cache})
	if res := runIn(t, p, sourceFor(EngineAuto, hello), long); res.exit.Engine != EngineGC || res.exit.Why != whyUnknown || res.stdout != "hello, world\n" {
		t.Errorf("%+v", res)
	}
	p = startPool(t, Config{Warm: 1, Pack: filepath.Join(t.TempDir(), "none"), Cache: cache})
	if res := runIn(t, p, sourceFor(EngineAuto, hello), small); res.exit.Engine != EngineYaegi || !strings.Contains(res.exit.Why, "may differ") || res.stdout != "hello, world\n" {
		t.Errorf("%+v", res)
	}
	if res := runIn(t, p, sourceFor(EngineGC, hello), small); res.exit.Reason != ReasonUnavailable || res.exit.Engine != EngineGC {
		t.Errorf("%+v", res)
	}
	// Known to be more than the quick engine can be believed in.
	p = startPool(t, Config{Warm: 1, Pack: filepath.Join(t.TempDir(), "none"), Cache: cache, Checker: newChecker(t)})
	if res := runIn(t, p, sourceFor(EngineAuto, "package main\nfunc f[T any](T) {}\nfunc main() { f(1) }"), small); res.exit.Reason != ReasonUnavailable || !strings.Contains(res.exit.Why, "line 2") {
		t.Errorf("%+v", res)
	}
}

// TestTakeOver runs a program that prints now and then while it computes.
func TestTakeOver(t *testing.T) {
	p := complete(t, Config{Warm: 1})
	res := runIn(t, p, auto(`package main

import (
	"fmt"
	"os"
)
`+burn+`
func main() {
	for i := 0; i < 30; i++ {
		fmt.Println("step", i, burn())
		fmt.Fprintln(os.Stderr, "note", i)
	}
	os.Exit(3)
}
`), long)
	var out, notes strings.Builder
	for i, x := 0, burned; i < 30; i++ {
		fmt.Fprintln(&out, "step", i, x)
		fmt.Fprintln(&notes, "note", i)
	}
	if res.stdout != out.String() || res.stderr != notes.String() || res.replaced || res.exit.Engine != EngineGC || res.exit.Why != whyBusy || res.exit.Reason != ReasonFailed || res.exit.Code != 3 {
		t.Errorf("%+v", res)
	}
	if res.exit.CPU <= 0 || res.exit.CPU > res.exit.Wall*8 || res.exit.Memory <= 0 {
		t.Errorf("%+v", res.exit)
	}
}

// TestTakeOverWithInput types before and after.
func TestTakeOverWithInput(t *testing.T) {
	p := believing(complete(t, Config{Warm: 1}), check.Verdict{})
	r, err := p.Start(t.Context(), auto(`package main

import (
	"bufio"
	"fmt"
	"os"
)
`+burn+`
func main() {
	s := bufio.NewScanner(os.Stdin)
	s.Scan()
	fmt.Println("hello,", s.Text())
	for i := 0; i < 30; i++ {
		burn()
	}
	for s.Scan() {
		fmt.Println("and", s.Text())
	}
	fmt.Println("end")
}
`), long)
	if err != nil {
		t.Fatal(err)
	}
	typed := func(s string) {
		if _, err := r.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	typed("Ada\nGr")
	next(t, r, func(e Event) bool { return e.Data == "hello, Ada\n" })
	eventually(t, "it is taken over", func() bool { return engineInFront(r) == EngineGC })
	typed("ace\n")
	next(t, r, func(e Event) bool { return e.Data == "and Grace\n" })
	typed("Edsger\n")
	_ = r.CloseStdin()
	if res := collect(t, r); res.stdout != "and Edsger\nend\n" || res.replaced || res.exit.Engine != EngineGC || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
}

// engineInFront is the engine whose output is shown; "" if none is yet.
func engineInFront(r *Run) string {
	r.screen.mu.Lock()
	defer r.screen.mu.Unlock()
	if r.screen.front == nil {
		return ""
	}
	return r.screen.front.engine
}

// by chance prints what differs from run to run.
const byChance = `package main

import (
	"fmt"
	"time"
)
` + burn + `
func main() {
	fmt.Println("now", time.Now().UnixNano())
	for i := 0; i < 30; i++ {
		fmt.Println(i, burn())
	}
}
`

func TestReplaced(t *testing.T) {
	p := believing(complete(t, Config{Warm: 1}), check.Verdict{})
	res := runIn(t, p, auto(byChance), long)
	if !res.replaced || strings.Count(res.stdout, "now") != 1 || strings.Count(res.stdout, "\n") != 31 || res.exit.Engine != EngineGC || res.exit.Why != whyReplaced {
		t.Errorf("%+v", res)
	}
}

// TestVaries: what varies from run to run is not begun anew once it was seen.
func TestVaries(t *testing.T) {
	p := believing(complete(t, Config{Warm: 1}), check.Verdict{Varies: true})
	res := runIn(t, p, auto(strings.Replace(byChance, "i < 30", "i < 2", 1)), long)
	if res.replaced || strings.Count(res.stdout, "\n") != 3 || res.exit.Engine != EngineYaegi || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
	res = runIn(t, p, auto(`package main

import (
	"fmt"
	"time"
)
`+burn+`
func main() {
	for i := 0; i < 30; i++ {
		burn()
	}
	fmt.Println("now", time.Now().UnixNano())
}
`), long)
	if res.replaced || strings.Count(res.stdout, "\n") != 1 || res.exit.Engine != EngineGC || res.exit.Why != whyBusy {
		t.Errorf("%+v", res)
	}
}

// TestQuickIsFirst ends in the quick engine while Go's compiler is at work.
func TestQuickIsFirst(t *testing.T) {
	p := complete(t, Config{Warm: 1})
	p.later <- struct{}{} // and it will be for a while
	res := runIn(t, p, auto("package main\n\nimport \"fmt\"\n"+burn+"\nfunc main() { fmt.Println(burn()) }\n"), long)
	if res.stdout != fmt.Sprintln(burned) || res.replaced || res.exit.Engine != EngineYaegi || res.exit.Why != whyTrusted {
		t.Errorf("%+v", res)
	}
	<-p.later
	nothingLeft(t, p)
}

// TestQuickFails has the quick engine refuse what Go runs.
func TestQuickFails(t *testing.T) {
	p := believing(complete(t, Config{Warm: 1}), check.Verdict{})
	for name, c := range map[string]struct{ src, typed, stdout, reason string }{
		"unknown to it":   {src: "package main\n\nimport \"fmt\"\n\nfunc three(yield func(int) bool) { _ = yield(0) && yield(1) && yield(2) }\n\nfunc main() {\n\tfor i := range three {\n\t\tfmt.Println(i)\n\t}\n\tvar s string\n\tfmt.Scan(&s)\n\tfmt.Println(s)\n}\n", typed: "word", stdout: "0\n1\n2\nword\n", reason: ReasonDone},
		"too much memory": {src: "package main\nimport \"fmt\"\nfunc main() { fmt.Println(1); var a [][]byte; for { b := make([]byte, 1<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; a = append(a, b) } }", stdout: "1\n", reason: ReasonMemory},
		"no end of calls": {src: "package main\nfunc f(n int) int { return f(n+1) + 1 }\nfunc main() { f(0) }", reason: ReasonPanic + ReasonMemory},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := p.Start(t.Context(), auto(c.src), long)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = r.Write([]byte(c.typed))
			_ = r.CloseStdin()
			res := collect(t, r)
			if res.stdout != c.stdout || !strings.Contains(c.reason, res.exit.Reason) || res.exit.Engine != EngineGC || res.exit.Why != whyFailed && res.exit.Why != whyBusy || c.reason == ReasonDone && len(res.diagnostics) > 0 {
				t.Errorf("%+v", res)
			}
		})
	}
}

// TestLimitsOfBoth: what is seen of both engines together is within the limits.
func TestLimitsOfBoth(t *testing.T) {
	p := complete(t, Config{Warm: 1})
	l := long
	l.Output = 400
	res := runIn(t, p, auto("package main\n\nimport \"fmt\"\n"+burn+"\nfunc main() {\n\tfor {\n\t\tfmt.Println(burn())\n\t}\n}\n"), l)
	if int64(len(res.stdout)) > l.Output || len(res.stdout) < 390 || res.replaced || res.exit.Reason != ReasonOutput || res.exit.Engine != EngineGC {
		t.Errorf("%d bytes, %+v", len(res.stdout), res.exit)
	}
	l = long
	l.CPU = 2 * time.Second
	if res := runIn(t, p, auto(spin), l); res.exit.Reason != ReasonCPU || res.exit.Engine != EngineGC || res.stdout != "begun\n" || res.exit.Code != -1 {
		t.Errorf("%+v", res)
	}
	l = long
	l.Wall = 3 * time.Second
	if res := runIn(t, p, auto(spin), l); res.exit.Reason != ReasonTime {
		t.Errorf("%+v", res)
	}
	nothingLeft(t, p)
}

// TestStopInEveryPhase stops runs wherever they may be.
func TestStopInEveryPhase(t *testing.T) {
	p := complete(t, Config{Warm: 1, Parallel: 1})
	stopped := func(t *testing.T, r *Run) {
		t.Helper()
		r.Stop()
		if res := collect(t, r); res.exit.Reason != ReasonStopped || res.exit.Code != -1 {
			t.Errorf("%+v", res.exit)
		}
		nothingLeft(t, p)
	}
	begin := func(prog Program) *Run {
		r, err := p.Start(t.Context(), prog, long)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	t.Run("checking", func(t *testing.T) {
		asked, answer := make(chan struct{}), make(chan struct{})
		usual := p.suits
		p.suits = func([]check.File) check.Verdict { close(asked); <-answer; return check.Verdict{} }
		r := begin(auto(spin))
		<-asked
		r.Stop()
		if res := collect(t, r); res.exit.Reason != ReasonStopped {
			t.Errorf("%+v", res.exit)
		}
		close(answer)
		p.suits = usual
	})
	t.Run("building", func(t *testing.T) {
		r := begin(sourceFor(EngineGC, auto(spin).Files[0].Text))
		next(t, r, func(e Event) bool { return e.Phase == PhaseBuilding })
		eventually(t, "a tool runs", func() bool { return len(workFolders(t)) > 0 && children(t) > 1 })
		stopped(t, r)
	})
	t.Run("in the quick engine", func(t *testing.T) {
		r := begin(auto(spin))
		next(t, r, func(e Event) bool { return e.Data == "begun\n" })
		stopped(t, r)
	})
	t.Run("building to take over", func(t *testing.T) {
		r := begin(auto(spin))
		next(t, r, func(e Event) bool { return e.Data == "begun\n" })
		eventually(t, "it is built", func() bool { return len(workFolders(t)) > 0 })
		stopped(t, r)
	})
	t.Run("waiting to be built", func(t *testing.T) {
		p.later <- struct{}{}
		r := begin(auto(spin))
		eventually(t, "it is busy", func() bool { return engineInFront(r) == EngineYaegi && isBusy(r) })
		stopped(t, r)
		<-p.later
	})
	t.Run("catching up", func(t *testing.T) {
		usual := p.suits
		believing(p, check.Verdict{})
		// In the first life it prints more than in the second.
		r := begin(auto(`package main
import ("fmt"; "os"; "runtime")
func main() { fmt.Println("begun"); if runtime.GOARCH != "wasm" { fmt.Fprintln(os.Stderr, "more") }; for {} }`))
		eventually(t, "it catches up", func() bool {
			r.screen.mu.Lock()
			defer r.screen.mu.Unlock()
			return r.screen.behind != nil && r.screen.matched[stdout] > 0
		})
		stopped(t, r)
		p.suits = usual
	})
	t.Run("taken over", func(t *testing.T) {
		r := begin(auto(spin))
		eventually(t, "it is taken over", func() bool { return engineInFront(r) == EngineGC })
		stopped(t, r)
	})
	t.Run("in the compiled program", func(t *testing.T) {
		r := begin(sourceFor(EngineGC, spin))
		next(t, r, func(e Event) bool { return e.Data == "begun\n" })
		stopped(t, r)
	})
}

func isBusy(r *Run) bool {
	r.screen.mu.Lock()
	defer r.screen.mu.Unlock()
	select {
	case <-r.screen.front.busy:
		return true
	default:
		return false
	}
}

// workFolders are the folders in which programs are being built.
func workFolders(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(cache, "programs", "work-*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// runFolders are the folders of this process's runs.
func runFolders(t testing.TB) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(os.TempDir(), fmt.Sprintf("%s%d-*", folderPrefix, os.Getpid())))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// nothingLeft waits until of all runs nothing is left but warm workers. (What a
// killed process leaves is gone once its keeper has seen it go.)
func nothingLeft(t testing.TB, p *Pool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for len(workFolders(t)) > 0 || len(runFolders(t)) != p.cfg.Warm || children(t) != p.cfg.Warm {
		if time.Now().After(deadline) {
			t.Fatalf("left: %d processes, %v, %v", children(t), runFolders(t), workFolders(t))
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func openFiles(t testing.TB) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// TestNothingIsLeft runs a thousand programs one after another, thirty at once,
// and dozens of compiled ones.
func TestNothingIsLeft(t *testing.T) {
	p := complete(t, Config{Warm: 2})
	once := func(engine string) {
		if res := runIn(t, p, sourceFor(engine, hello), long); res.stdout != "hello, world\n" || res.exit.Reason != ReasonDone {
			t.Errorf("%s: %+v", engine, res)
		}
	}
	once(EngineGC)
	nothingLeft(t, p)
	files := openFiles(t)
	for range 1000 {
		once(EngineAuto)
	}
	for range 24 {
		once(EngineGC)
	}
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() { once([]string{EngineAuto, EngineYaegi, EngineGC}[i%3]) })
	}
	all.Wait()
	nothingLeft(t, p)
	if now := openFiles(t); now > files {
		t.Errorf("%d files are open, before there were %d", now, files)
	}
}
