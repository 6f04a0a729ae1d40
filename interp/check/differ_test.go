package check_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"thirdspace/interp/check"
	"thirdspace/interp/run"
)

// program is one to be run both ways.
type program struct {
	name, text, input string
}

// ending is what is compared.
type ending struct {
	stdout string
	code   int
}

// programs are those of testdata.
func programs(t testing.TB) (list []program) {
	t.Helper()
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
			base, kind, _ := strings.Cut(f.Name, ".")
			switch {
			case kind == "in":
				list[len(list)-1].input = string(f.Data)
			case seen[base]:
				t.Fatalf("two programs are called %s", base)
			default:
				seen[base] = true
				list = append(list, program{name: base, text: string(f.Data)})
			}
		}
	}
	return list
}

var (
	packageClause = regexp.MustCompile(`(?m)^package main$`)
	mainFunction  = regexp.MustCompile(`(?m)^func main\(\)`)
)

// build compiles programs and returns the binary that each is in. Those that do
// something before main have one of their own, as they would do it for the others
// too.
func build(t testing.TB, list []program) map[string]string {
	t.Helper()
	binaries := map[string]string{}
	var together []program
	for _, p := range list {
		if strings.Contains(p.text, "func init()") {
			binaries[p.name] = compile(t, []program{p})
			continue
		}
		together = append(together, p)
	}
	binary := compile(t, together)
	for _, p := range together {
		binaries[p.name] = binary
	}
	return binaries
}

// compile makes one binary of many programs, which runs the one it is told to:
// each is a package, and its main a function. That is go run for all of them at
// the price of one link.
func compile(t testing.TB, list []program) (binary string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	var imports, cases strings.Builder
	for _, p := range list {
		text := packageClause.ReplaceAllString(p.text, "package p_"+p.name)
		write("p_"+p.name+"/main.go", mainFunction.ReplaceAllString(text, "func Main()"))
		fmt.Fprintf(&imports, "import \"programs/p_%s\"\n", p.name)
		fmt.Fprintf(&cases, "\tcase %q:\n\t\tp_%s.Main()\n", p.name, p.name)
	}
	write("go.mod", "module programs\n\ngo 1.26\n")
	write("main.go", "package main\n\nimport \"os\"\n"+imports.String()+"func main() {\n\tswitch os.Args[1] {\n"+cases.String()+"\t}\n}\n")
	binary = filepath.Join(dir, "programs.bin")
	cmd := exec.Command("go", "build", "-trimpath", "-o", binary, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, out)
	}
	return binary
}

// native runs a program as Go compiles it.
func native(t testing.TB, binary string, p program) ending {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, p.name)
	cmd.Stdin = strings.NewReader(p.input)
	var out bytes.Buffer
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("run %s: %v", p.name, errors.Join(err, ctx.Err()))
	}
	return ending{out.String(), cmd.ProcessState.ExitCode()}
}

// quick runs a program in the quick engine, in the real runner.
func quick(t testing.TB, pool *run.Pool, p program) (ending, run.Exit) {
	t.Helper()
	limits := run.Limits{Wall: time.Minute, CPU: 20 * time.Second, Memory: 2 << 30, Output: 1 << 20}
	r, err := pool.Start(t.Context(), run.Program{Files: []run.File{{Name: "main.go", Text: p.text}}}, limits)
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
	var e ending
	var exit run.Exit
	for ev := range r.Events() {
		switch {
		case ev.Kind == run.KindOutput && ev.Stream == "stdout":
			e.stdout += ev.Data
		case ev.Kind == run.KindExit:
			exit = *ev.Exit
		}
	}
	e.code = exit.Code
	return e, exit
}

func newPool(t testing.TB) *run.Pool {
	t.Helper()
	pool, err := run.NewPool(run.Config{Runner: runner, Warm: 2, Parallel: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// verdicts asks of every program whether it is suitable, and sees to it that all
// are right Go.
func verdicts(t testing.TB, list []program) []check.Verdict {
	t.Helper()
	var vs []check.Verdict
	for _, p := range list {
		files := one(p.text)
		if r := checker.Check(t.Context(), files); !r.OK() {
			t.Fatalf("%s: %+v", p.name, r.Diagnostics)
		}
		vs = append(vs, checker.Suitable(files))
	}
	return vs
}

// TestSuitable runs every program in the quick engine and as Go compiles it. Of
// those that are said to be suitable, all must print and end the same.
func TestSuitable(t *testing.T) {
	list := programs(t)
	vs := verdicts(t, list)
	binaries := build(t, list)
	pool := newPool(t)
	admitted := 0
	var alike []string
	for i, p := range list {
		want := native(t, binaries[p.name], p)
		got, exit := quick(t, pool, p)
		same := got == want && exit.Reason != run.ReasonCompile
		switch {
		case vs[i].OK && same:
			admitted++
		case vs[i].OK:
			t.Errorf("%s is said to be suitable, but ends with %d (%s) instead of %d\n%s", p.name, got.code, exit.Message, want.code, difference(got.stdout, want.stdout))
		case same:
			alike = append(alike, fmt.Sprintf("%s (line %d: %s)", p.name, vs[i].Line, vs[i].Reason))
		default:
			t.Logf("refused, and rightly: %s, line %d: %s [quick: %d %s; %s]", p.name, vs[i].Line, vs[i].Reason, got.code, exit.Message, difference(got.stdout, want.stdout))
		}
	}
	slices.Sort(alike)
	t.Logf("refused, and would have ended the same:\n%s", strings.Join(alike, "\n"))
	t.Logf("of %d programs %d are admitted, %d refused", len(list), admitted, len(list)-admitted)
	if len(list) < 120 || admitted < len(list)/3 {
		t.Errorf("too few programs to show anything: %d admitted of %d", admitted, len(list))
	}
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
	return "the same output"
}

var (
	generated = flag.Int("generated", 60, "how many programs to write at random")
	seed      = flag.Uint64("seed", 1, "where to begin with them")
)

// TestSuitableAtRandom does what TestSuitable does with programs written at random.
func TestSuitableAtRandom(t *testing.T) {
	var list []program
	wrong, unsuitable := 0, map[string]int{}
	for s := *seed; len(list) < *generated && s < *seed+uint64(50**generated); s++ {
		text := generate(s)
		if r := checker.Check(t.Context(), one(text)); !r.OK() {
			if wrong++; wrong <= 3 {
				t.Logf("seed %d: %s", s, told(r.Diagnostics[0]))
			}
			continue
		}
		if v := checker.Suitable(one(text)); !v.OK {
			unsuitable[v.Reason]++
			continue
		}
		list = append(list, program{name: fmt.Sprint("seed", s), text: text})
	}
	t.Logf("%d programs; besides %d that are wrong Go, and unsuitable ones: %v", len(list), wrong, unsuitable)
	if len(list) < *generated {
		t.Fatalf("only %d programs", len(list))
	}
	binaries := build(t, list)
	pool := newPool(t)
	for _, p := range list {
		want := native(t, binaries[p.name], p)
		got, exit := quick(t, pool, p)
		if got != want || exit.Reason == run.ReasonCompile {
			t.Errorf("%s is said to be suitable, but ends with %d (%s) instead of %d\n%s", p.name, got.code, exit.Message, want.code, difference(got.stdout, want.stdout))
			if dir := os.Getenv("THIRDSPACE_TEST_KEEP"); dir != "" {
				_ = os.WriteFile(filepath.Join(dir, p.name+".go"), []byte(p.text), 0o644)
			}
		}
	}
}
