package gc_test

import (
	"strings"
	"testing"
	"time"

	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// small are limits that a test can afford to run into.
var small = run.Limits{Wall: 60 * time.Second, CPU: 10 * time.Second, Memory: 256 << 20, Output: 64 << 10}

func startPool(t testing.TB) *run.Pool { return startPoolWith(t, gc.PackForTests()) }

func startPoolWith(t testing.TB, pack string) *run.Pool {
	t.Helper()
	p, err := run.NewPool(run.Config{Runner: gc.RunnerForTests(), Pack: pack, Cache: gc.CacheForTests()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func program(text string) run.Program {
	return run.Program{Engine: run.EngineGC, Files: []run.File{{Name: "main.go", Text: text}}}
}

// result is a whole run.
type result struct {
	stdout, stderr string
	diagnostics    []run.Diagnostic
	exit           run.Exit
}

// collect reads a run to its end.
func collect(t testing.TB, r *run.Run) result {
	t.Helper()
	var res result
	for e := range r.Events() {
		switch {
		case e.Kind == run.KindExit:
			res.exit = *e.Exit
		case e.Kind == run.KindDiagnostic:
			res.diagnostics = append(res.diagnostics, *e.Diagnostic)
		case e.Stream == "stdout":
			res.stdout += e.Data
		default:
			res.stderr += e.Data
		}
	}
	if res.exit.Engine != run.EngineGC || !strings.HasSuffix(res.exit.Message, ".") && !strings.HasSuffix(res.exit.Message, "?") {
		t.Errorf("%+v", res.exit)
	}
	return res
}

func runIn(t testing.TB, p *run.Pool, prog run.Program, l run.Limits) result {
	t.Helper()
	r, err := p.Start(t.Context(), prog, l)
	if err != nil {
		t.Fatal(err)
	}
	return collect(t, r)
}

// next waits for output that is s.
func next(t *testing.T, r *run.Run, s string) {
	t.Helper()
	got := ""
	for e := range r.Events() {
		if e.Kind == run.KindPhase {
			continue
		}
		if got += e.Data; got == s {
			return
		}
		if e.Kind != run.KindOutput || !strings.HasPrefix(s, got) {
			t.Fatalf("%+v while waiting for %q", e, s)
		}
	}
	t.Fatal("the run ended first")
}

const gohead = "package main\n\nimport (\n\t\"fmt\"\n)\n\n"

// programs and what they print on standard output, as go run has it.
var programs = []struct{ name, src, stdout string }{
	{"hello", gohead + "func main() { fmt.Println(\"hello, world\") }", "hello, world\n"},
	{"generics", gohead + `type Number interface{ ~int | ~float64 }
func Sum[T Number](xs ...T) (s T) { for _, x := range xs { s += x }; return }
type Pair[K comparable, V any] struct { Key K; Value V }
func (p Pair[K, V]) String() string { return fmt.Sprintf("%v→%v", p.Key, p.Value) }
type Age int
func main() { fmt.Println(Sum(1, 2, 3), Sum(Age(4), 5), Pair[string, []int]{"a", []int{1}}); fmt.Printf("%T\n", Pair[string, int]{}) }`,
		"6 9 a→[1]\nmain.Pair[string,int]\n"},
	{"iterators and ranges", `package main
import ("fmt"; "iter"; "maps"; "slices")
func upto(n int) iter.Seq2[int, int] { return func(yield func(int, int) bool) { for i := range n { if !yield(i, i*i) { return } } } }
func main() {
	for i, sq := range upto(10) { if i == 3 { break }; fmt.Print(sq, " ") }
	for range 2 { fmt.Print("x") }
	fmt.Println(slices.Sorted(maps.Keys(map[string]int{"b": 1, "a": 2})), min(3, 1, 2))
	var fs []func() int
	for i := 0; i < 3; i++ { fs = append(fs, func() int { return i }) }
	for _, f := range fs { fmt.Print(f()) }
	fmt.Println()
}`, "0 1 4 xx[a b] 1\n012\n"},
	{"fmt on a program's own types", `package main
import ("errors"; "fmt")
type Day int
func (d Day) String() string { return "day" }
type point struct{ x, y int }
type oops struct{ n int }
func (o *oops) Error() string { return fmt.Sprint("oops ", o.n) }
func f() error { return fmt.Errorf("f: %w", &oops{7}) }
func main() {
	fmt.Printf("%v %d %+v %T %v\n", Day(3), Day(3), point{1, 2}, point{}, []Day{1})
	var o *oops
	fmt.Println(errors.As(f(), &o), o, f())
}`, "day 3 {x:1 y:2} main.point [day]\ntrue oops 7 f: oops 7\n"},
	{"goroutines", `package main
import ("fmt"; "sync"; "time"; "context")
func main() {
	var wg sync.WaitGroup
	c := make(chan int, 3)
	for i := range 3 { wg.Go(func() { c <- i * i }) }
	wg.Wait(); close(c)
	s := 0
	for v := range c { s += v }
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond); defer cancel()
	select { case <-ctx.Done(): fmt.Println(s, ctx.Err()); case <-time.After(time.Minute): }
}`, "5 context deadline exceeded\n"},
	{"a server and its client within the program", `package main
import ("fmt"; "io"; "net/http"; "net/http/httptest")
func main() {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hi ", r.URL.Path) }))
	defer s.Close()
	r, err := http.Get(s.URL + "/x")
	if err != nil { fmt.Println(err); return }
	b, _ := io.ReadAll(r.Body); r.Body.Close()
	fmt.Println(string(b))
}`, "hi /x\n"},
	{"time zones", `package main
import ("fmt"; t "time")
func main() {
	l, err := t.LoadLocation("Europe/Berlin")
	fmt.Println(t.Date(2024, 7, 1, 12, 0, 0, 0, t.UTC).In(l), err)
	_, err = t.LoadLocation("Europe/Nowhere")
	fmt.Println(err)
}`, "2024-07-01 14:00:00 +0200 CEST <nil>\nunknown time zone Europe/Nowhere\n"},
	{"files", `package main
import ("fmt"; "os")
func main() {
	fmt.Println(os.WriteFile("a.txt", []byte("x"), 0o600))
	b, err := os.ReadFile("a.txt"); fmt.Println(string(b), err)
	d, err := os.MkdirTemp("", "t"); fmt.Println(d != "", err)
	wd, err := os.Getwd(); fmt.Println(wd, err)
	es, _ := os.ReadDir("."); for _, e := range es { fmt.Print(e.Name(), " ") }
	fmt.Println(len(os.Args))
}`, "<nil>\nx <nil>\ntrue <nil>\n/ <nil>\na.txt main.go 1\n"},
}

func TestPrograms(t *testing.T) {
	p := startPool(t)
	for _, c := range programs {
		t.Run(c.name, func(t *testing.T) {
			res := runIn(t, p, program(c.src), run.DefaultLimits)
			if res.stdout != c.stdout || res.stderr != "" || res.exit.Reason != run.ReasonDone || res.exit.Code != 0 {
				t.Errorf("%+v", res)
			}
		})
	}
}

// TestEndings runs programs that do not just return from main.
func TestEndings(t *testing.T) {
	p := startPool(t)
	for _, c := range []struct {
		name, src, reason string
		code              int
		stderr, message   string // parts
		line              int    // of the diagnostic
	}{
		{"a panic", gohead + "func f(n int) int {\n\treturn 10 / n\n}\n\nfunc main() {\n\tfmt.Println(f(0))\n}", run.ReasonPanic, 2,
			"panic: runtime error: integer divide by zero\n\ngoroutine 1 [running]:\nmain.f(...)\n\tmain.go:8\nmain.main()\n\tmain.go:12",
			"in line 8: runtime error: integer divide by zero", 8},
		{"a panic with a value", "package main\n\ntype e struct{ n int }\n\nfunc main() {\n\tpanic(e{3})\n}", run.ReasonPanic, 2,
			"panic: (main.e) 0x", "in line 6: (main.e)", 6},
		{"a panic in a goroutine", "package main\n\nfunc main() {\n\tgo func() {\n\t\tvar m map[int]int\n\t\tm[1] = 2\n\t}()\n\tselect {}\n}", run.ReasonPanic, 2,
			"assignment to entry in nil map", "in line 6", 6},
		{"a deadlock", "package main\n\nfunc main() {\n\tc := make(chan int)\n\tc <- 1\n}", run.ReasonPanic, 2,
			"fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan send]:\nmain.main()\n\tmain.go:5", "deadlock", 5},
		{"an exit code", "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(7) }", run.ReasonFailed, 7, "", "exit code 7", 0},
		{"the code of a panic, without one", "package main\n\nimport \"os\"\n\nfunc main() { os.Exit(2) }", run.ReasonFailed, 2, "", "exit code 2", 0},
		{"log.Fatal", "package main\n\nimport \"log\"\n\nfunc main() { log.SetFlags(0); log.Fatal(\"bad\") }", run.ReasonFailed, 1, "bad\n", "exit code 1", 0},
		{"a nil pointer, in its own deferred function", "package main\n\nfunc main() {\n\tvar p *int\n\tdefer func() { panic(recover()) }()\n\t*p = 1\n}", run.ReasonPanic, 2,
			"invalid memory address or nil pointer dereference", "nil pointer", 5},
		{"recursion without end", "package main\n\nfunc f(n int) int {\n\treturn f(n+1) + 1\n}\n\nfunc main() {\n\tprintln(f(0))\n}", run.ReasonPanic, 2, "fatal error: stack overflow", "called itself too many times", 0},
		{"recursion without end, with much on the stack", "package main\n\nfunc f(n int, a [40]int) int {\n\ta[n%40]++\n\treturn f(n+1, a) + a[3]\n}\n\nfunc main() {\n\tprintln(f(0, [40]int{}))\n}", run.ReasonPanic, 2, "fatal error: out of memory", "called itself too many times", 0},
		{"memory out of bounds", "package main\n\nimport \"unsafe\"\n\nfunc main() {\n\tx := 1\n\tp := (*int)(unsafe.Add(unsafe.Pointer(&x), 1<<31))\n\t*p = 2\n\tprintln(*p, x)\n}", run.ReasonCrashed, 1, "", "memory", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := runIn(t, p, program(c.src), run.DefaultLimits)
			if res.exit.Reason != c.reason || res.exit.Code != c.code || !strings.Contains(res.exit.Message, c.message) || !strings.Contains(res.stderr, c.stderr) {
				t.Errorf("%+v", res)
			}
			if n := strings.Count(res.stderr, "panic: runtime error"); n > 1 && c.name != "a nil pointer, in its own deferred function" {
				t.Errorf("told %d times: %s", n, res.stderr)
			}
			if c.line > 0 && (len(res.diagnostics) != 1 || res.diagnostics[0].Line != c.line || res.diagnostics[0].File != "main.go") {
				t.Errorf("%+v", res.diagnostics)
			}
		})
	}
}

func TestInteractive(t *testing.T) {
	p := startPool(t)
	r, err := p.Start(t.Context(), program(`package main
import ("bufio"; "fmt"; "os"; "time")
func main() {
	go func() { for range time.Tick(time.Millisecond) {} }() // goes on while input is waited for
	s := bufio.NewScanner(os.Stdin)
	fmt.Print("name? ")
	for s.Scan() { fmt.Println("hello,", s.Text()) }
	fmt.Println("end")
}`), small)
	if err != nil {
		t.Fatal(err)
	}
	next(t, r, "name? ")
	for _, s := range []string{"Ada", "Ben"} {
		if _, err := r.Write([]byte(s + "\n")); err != nil {
			t.Fatal(err)
		}
		next(t, r, "hello, "+s+"\n")
	}
	if err := r.CloseStdin(); err != nil {
		t.Fatal(err)
	}
	if res := collect(t, r); res.stdout != "end\n" || res.exit.Reason != run.ReasonDone {
		t.Errorf("%+v", res)
	}
}

func TestFiles(t *testing.T) {
	p := startPool(t)
	res := runIn(t, p, run.Program{Engine: run.EngineGC, Files: []run.File{
		{Name: "main.go", Text: "package main\n\nimport (\n\t\"embed\"\n\t\"fmt\"\n\t\"os\"\n)\n\n//go:embed *.txt\nvar all embed.FS\n\n//go:embed greeting.txt\nvar greeting string\n\nfunc main() {\n\tes, _ := all.ReadDir(\".\")\n\tb, err := os.ReadFile(\"b.txt\")\n\tfmt.Println(double(21), greeting, len(es), string(b), err)\n}\n"},
		{Name: "double.go", Text: "package main\n\nfunc double(n int) int { return 2 * n }\n"},
		{Name: "other_windows.go", Text: "package main\n\nfunc double(n int) int { return 3 * n }\n"},
		{Name: "never.go", Text: "//go:build ignore\n\npackage other\n"},
		{Name: "main_test.go", Text: "package main\n\nthis is not looked at"},
		{Name: "greeting.txt", Text: "hi"}, {Name: "b.txt", Text: "data"},
	}}, small)
	if res.stdout != "42 hi 2 data <nil>\n" || res.exit.Reason != run.ReasonDone {
		t.Errorf("%+v", res)
	}
	res = runIn(t, p, run.Program{Engine: run.EngineGC, Files: []run.File{
		{Name: "main.go", Text: "package main\n\nfunc main() { f() }\n"},
		{Name: "b.go", Text: "package main\n\nfunc f() {\n\tvar m map[int]int\n\tm[1] = 2\n}\n"},
	}}, small)
	if len(res.diagnostics) != 1 || res.diagnostics[0].File != "b.go" || res.diagnostics[0].Line != 5 || !strings.Contains(res.exit.Message, "line 5 of b.go") {
		t.Errorf("%+v", res)
	}
}

// TestTestsRun: the tests of a program, with arguments, and both of its streams in
// the order in which they were written.
func TestTestsRun(t *testing.T) {
	p := startPool(t)
	prog := run.Program{
		Files: []run.File{
			{Name: "a.go", Text: "package a\n\nfunc Say(s string) { println(s) }\n"},
			{Name: "a_test.go", Text: "package a\n\nimport (\"fmt\"; \"os\"; \"testing\")\n\nfunc TestA(t *testing.T) { fmt.Println(1); Say(\"2\"); fmt.Println(3, os.Args[1:]); _, err := os.Stat(\"b_test.go\"); fmt.Println(err != nil) }\n"},
		},
		Tests: &run.Tests{
			Hidden: []run.File{{Name: "b_test.go", Text: "package a_test\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) { t.Skip() }\n"}},
			Args:   []string{"-test.v"},
		},
	}
	r, err := p.Start(t.Context(), prog, small)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CloseStdin(); err != nil {
		t.Fatal(err)
	}
	res := collect(t, r)
	want := "=== RUN   TestA\n1\n2\n3 [-test.v]\ntrue\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n"
	if !strings.HasPrefix(res.stdout, want) || !strings.Contains(res.stdout, "--- SKIP: TestB") || strings.Contains(res.stdout, "MARK") || res.stderr != "" || res.exit.Reason != run.ReasonDone {
		t.Errorf("%+v", res)
	}
}
