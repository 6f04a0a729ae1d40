package run

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"thirdspace/interp/check"
)

var (
	generated = flag.Int("generated", 60, "how many programs to write at random")
	seed      = flag.Uint64("seed", 1, "where to begin with them")
	folder    = flag.String("programs", "", "a folder of programs to run instead of those of testdata")
	curious   = flag.Bool("curious", false, "run in the quick engine only, what is refused too, and tell how it ends")
	keep      = flag.String("keep", "", "a folder for random programs that end differently")
)

// program is one to be run in every way.
type program struct {
	name, input string
	files       []File
}

// printed is what is compared.
type printed struct {
	stdout string
	code   int
	word   string // the last of Go's runtime on standard error
}

var (
	runtimeWords = regexp.MustCompile(`(?m)^(?:panic|fatal error): .*$`)
	address      = regexp.MustCompile(`0x[0-9a-f]+`)
)

// lastWord finds what Go's runtime has said first about how a program ended.
// Addresses are not the same twice.
func lastWord(stderr string) string {
	return address.ReplaceAllString(runtimeWords.FindString(stderr), "0x…")
}

// programs are those of testdata. In an archive, x.go is a program, x.in what
// is typed to it, and x/a.go and x/b.txt are files of a program of several.
func programs(t testing.TB) (list []program) {
	t.Helper()
	if *folder != "" {
		return programsIn(t, *folder)
	}
	archives, err := filepath.Glob("testdata/programs/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	seen := map[string]bool{}
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			list = sortIn(t, list, seen, f)
		}
	}
	return list
}

// sortIn puts a file of an archive with the program it belongs to.
func sortIn(t testing.TB, list []program, seen map[string]bool, f txtar.File) []program {
	t.Helper()
	name, part, several := strings.Cut(f.Name, "/")
	base := name
	if !several {
		base, part = strings.TrimSuffix(strings.TrimSuffix(name, ".in"), ".go"), "main.go"
	}
	last := len(list) - 1
	switch {
	case strings.HasSuffix(name, ".in") && last >= 0 && list[last].name == base:
		list[last].input = string(f.Data)
	case several && last >= 0 && list[last].name == base:
		list[last].files = append(list[last].files, File{Name: part, Text: string(f.Data)})
	case seen[base]:
		t.Fatalf("two programs are called %s", base)
	default:
		seen[base] = true
		list = append(list, program{name: base, files: []File{{Name: part, Text: string(f.Data)}}})
	}
	return list
}

func programsIn(t testing.TB, dir string) (list []program) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in, _ := os.ReadFile(strings.TrimSuffix(name, ".go") + ".in") // most have none
		list = append(list, program{strings.TrimSuffix(filepath.Base(name), ".go"), string(in), []File{{"main.go", string(text)}}})
	}
	return list
}

func (p program) checked() (fs []check.File) {
	for _, f := range p.files {
		fs = append(fs, check.File(f))
	}
	return fs
}

// roomy are limits that no program of these should run into.
var roomy = Limits{Wall: 2 * time.Minute, CPU: time.Minute, Memory: 1 << 30, Output: 4 << 20}

// engine runs a program in an engine, in the real runner.
func engine(t testing.TB, pool *Pool, p program, name string) (printed, result) {
	t.Helper()
	r, err := pool.Start(t.Context(), Program{Files: p.files, Engine: name}, roomy)
	if err != nil {
		t.Fatalf("run %s: %v", p.name, err)
	}
	var typing sync.WaitGroup
	typing.Go(func() {
		// A program that ends without reading all of it is not wrong.
		_, _ = r.Write([]byte(p.input))
		_ = r.CloseStdin()
	})
	defer typing.Wait()
	res := collect(t, r)
	return printed{res.stdout, res.exit.Code, lastWord(res.stderr)}, res
}

// differs tells how a run ended otherwise than Go would have ended it, or "".
func differs(got, want printed, res result) string {
	ran := res.exit.Engine
	switch {
	case res.exit.Reason == ReasonCompile:
		return fmt.Sprintf("%s refuses it: %+v", ran, res.diagnostics)
	case got.stdout != want.stdout:
		return fmt.Sprintf("in %s %s (%s)", ran, difference(got.stdout, want.stdout), res.exit.Message)
	case got.code != want.code:
		return fmt.Sprintf("in %s it ends with %d instead of %d (%s)", ran, got.code, want.code, res.exit.Message)
	case ran == EngineYaegi && !sameWord(got.word, want.word), ran == EngineGC && got.word != want.word:
		return fmt.Sprintf("in %s its last word is %q instead of %q", ran, got.word, want.word)
	}
	return ""
}

// sameWord reports whether the quick engine says what Go says, if with less: it
// does not know by how much an index was out of range.
func sameWord(got, want string) bool {
	return got == want || got != "" && strings.HasPrefix(want, got) && strings.HasPrefix(got, "panic: runtime error: ")
}

// difference shows the first line that differs.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "nothing", "nothing"
		if i < len(g) {
			a = fmt.Sprintf("%q", g[i])
		}
		if i < len(w) {
			b = fmt.Sprintf("%q", w[i])
		}
		if a != b {
			return fmt.Sprintf("line %d of the output is %s instead of %s", i+1, a, b)
		}
	}
	return "the output is the same"
}

// side runs a test of each program, side by side.
func side(t *testing.T, list []program, f func(*testing.T, program)) {
	t.Run("programs", func(t *testing.T) {
		for _, p := range list {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				f(t, p)
			})
		}
	})
}

// tally counts which engine ran how much, and why not the quick one.
type tally struct {
	mu      sync.Mutex
	tiers   map[string]int
	refused []string
	alike   []string // refused, and would have ended the same
}

// TestDifferential runs every program as Go compiles it for this machine, in
// engine gc, and in the engine that is chosen for it: all must print and end the
// same.
func TestDifferential(t *testing.T) {
	list := programs(t)
	checker := newChecker(t)
	native := compileNatively(t, list)
	if t.Failed() {
		t.FailNow()
	}
	pool := complete(t, Config{Warm: 2, Parallel: max(2, runtime.NumCPU())})
	count := &tally{tiers: map[string]int{}}
	side(t, list, func(t *testing.T, p program) { count.compare(t, pool, native, checker, p) })
	slices.Sort(count.refused)
	t.Logf("refused by the quick engine:\n%s", strings.Join(count.refused, "\n"))
	if *curious {
		slices.Sort(count.alike)
		t.Logf("refused, and would have ended the same:\n%s", strings.Join(count.alike, "\n"))
	}
	t.Logf("of %d programs %d went to the quick engine, %d to the compiler", len(list), count.tiers[EngineYaegi], count.tiers[EngineGC])
	if *folder == "" && (len(list) < 200 || count.tiers[EngineYaegi] < 75 || count.tiers[EngineGC] < 75) {
		t.Error("too few to show anything")
	}
}

// compare runs one program in every way.
func (c *tally) compare(t *testing.T, pool *Pool, native *natives, checker *check.Checker, p program) {
	v := checker.Suitable(p.checked())
	want := native.run(t, p)
	engines, tier := []string{EngineGC}, EngineGC
	if v.OK { // what is not, auto gives to gc
		engines, tier = append(engines, EngineYaegi, EngineAuto), EngineYaegi
	}
	for _, name := range engines {
		if name == EngineGC && *curious {
			continue
		}
		got, res := engine(t, pool, p, name)
		if d := differs(got, want, res); d != "" {
			t.Error(d)
		}
		if res.replaced {
			t.Error("what was shown was taken back")
		}
	}
	if !v.OK && *curious {
		got, res := engine(t, pool, p, EngineYaegi)
		d := differs(got, want, res)
		c.mu.Lock()
		defer c.mu.Unlock()
		if d == "" {
			c.alike = append(c.alike, fmt.Sprintf("%s (line %d: %s)", p.name, v.Line, v.Reason))
		}
		c.refused = append(c.refused, fmt.Sprintf("%s, line %d: %s [%s]", p.name, v.Line, v.Reason, cmp.Or(d, "the same")))
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tiers[tier]++
	if !v.OK {
		c.refused = append(c.refused, fmt.Sprintf("%s, line %d: %s", p.name, v.Line, v.Reason))
	}
}

// TestSuitableAtRandom writes programs and runs those that are said to be
// suitable in the quick engine and as Go compiles them.
func TestSuitableAtRandom(t *testing.T) {
	list := randomPrograms(t, newChecker(t))
	native := compileNatively(t, list)
	if t.Failed() {
		t.FailNow()
	}
	pool := complete(t, Config{Warm: 2, Parallel: max(2, runtime.NumCPU())})
	side(t, list, func(t *testing.T, p program) {
		want := native.run(t, p)
		got, res := engine(t, pool, p, EngineYaegi)
		d := differs(got, want, res)
		if d == "" {
			return
		}
		t.Errorf("said to be suitable: %s", d)
		if *keep != "" {
			if err := os.WriteFile(filepath.Join(*keep, p.name+".go"), []byte(p.files[0].Text), 0o644); err != nil {
				t.Error(err)
			}
		}
	})
}

// randomPrograms writes as many suitable programs as are asked for. Every program
// must be Go, or the checker must say that it is not.
func randomPrograms(t testing.TB, checker *check.Checker) (list []program) {
	t.Helper()
	wrong, unsuitable := 0, map[string]int{}
	s := *seed
	for ; len(list) < *generated && s < *seed+uint64(50**generated); s++ {
		p := program{name: fmt.Sprint("seed", s), files: []File{{"main.go", generate(s)}}}
		if r := checker.Check(t.Context(), p.checked()); !r.OK() {
			wrong++
			continue
		}
		if v := checker.Suitable(p.checked()); !v.OK {
			unsuitable[v.Reason]++
			continue
		}
		list = append(list, p)
	}
	t.Logf("seeds %d to %d: %d programs; besides %d that are wrong Go, and unsuitable ones: %v", *seed, s-1, len(list), wrong, unsuitable)
	if len(list) < *generated {
		t.Fatalf("only %d programs", len(list))
	}
	return list
}
