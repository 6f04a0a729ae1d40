package run

import (
	"fmt"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

func consolePool(t testing.TB) *Pool {
	t.Helper()
	return complete(t, Config{Warm: 1})
}

// reply is what came of one line.
type reply struct {
	out, err string
	values   []string // "text : type"
	notes    []string
	wrong    []check.Diagnostic
	end      LineEnd
}

func openConsole(t testing.TB, p *Pool, program string, l Limits) *Console {
	t.Helper()
	c, err := p.Console(t.Context(), p.cfg.Checker, []File{{Name: "main.go", Text: program}}, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func eval(t testing.TB, c *Console, typed string) (r reply) {
	t.Helper()
	end, err := c.Eval(typed, func(e ConsoleEvent) {
		switch {
		case e.Kind == KindOutput && e.Stream == "stdout":
			r.out += e.Data
		case e.Kind == KindOutput:
			r.err += e.Data
		case e.Kind == KindValue:
			r.values = append(r.values, e.Value.Text+" : "+e.Value.Type)
		case e.Kind == KindNote:
			r.notes = append(r.notes, e.Data)
		case e.Kind == KindDiagnostic:
			r.wrong = append(r.wrong, *e.Diagnostic)
		}
	})
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	r.end = end
	return r
}

// String is all of it, as a table has it.
func (r reply) String() string {
	var b strings.Builder
	b.WriteString(r.out)
	b.WriteString(r.err)
	for _, v := range r.values {
		b.WriteString("= " + v + "\n")
	}
	for _, d := range r.wrong {
		fmt.Fprintf(&b, "%d:%d: %s\n", d.Line, d.Column, d.Message)
	}
	for _, n := range r.notes {
		b.WriteString("! " + n + "\n")
	}
	if r.end.Outcome != LineDone && r.end.Outcome != LineWrong {
		fmt.Fprintf(&b, "%s %d\n", r.end.Outcome, r.end.Code)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

const openProgram = `package main

import (
	"fmt"
	str "strings"
)

type Point struct {
	X, Y int
}

func (p Point) Len2() int { return p.X*p.X + p.Y*p.Y }

type Day int

const (
	Mon Day = iota
	Tue
)

func (d Day) String() string { return str.ToUpper([]string{"mon", "tue"}[d]) }

var Counter = 10

func Double(n int) int { return 2 * n }

func Next() int {
	Counter++
	return Counter
}

func Map[T, U any](xs []T, f func(T) U) []U {
	var out []U
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func main() {
	fmt.Println("from main", Double(4))
}
`

// quickProgram is one that the quick engine may run.
const quickProgram = `package main

import (
	"fmt"
	"os"
)

type Point struct {
	X, Y int
}

func (p Point) Len2() int { return p.X*p.X + p.Y*p.Y }

var Counter = 10

func Double(n int) int { return 2 * n }

func Next() int {
	Counter++
	return Counter
}

func main() {
	fmt.Println("from main", Double(4))
}
`

// quick, of a line in a table, wants the quick engine for it.
const quick = EngineYaegi

// sessions are lines and what comes of them.
var sessions = []struct {
	name, program string
	lines         []struct{ typed, want, engine string }
}{
	{"values", "package main\n\nfunc main() {}\n", []struct{ typed, want, engine string }{
		{"1 + 2", "= 3 : int", ""},
		{"7 / 2.0", "= 3.5 : float64", ""},
		{`"a" + "b"`, `= "ab" : string`, ""},
		{"'a'", "= 97 : rune", ""},
		{"1 << 100", "= 1267650600228229401496703205376 : untyped int", ""},
		{"nil", "= nil : untyped nil", ""},
		{"3 > 2", "= true : bool", ""},
		{"[]int{1, 2, 3}", "= []int{1, 2, 3} : []int", quick},
		{`[]string{"a", "b\n"}`, `= []string{"a", "b\n"} : []string`, quick},
		{`map[string]int{"b": 2, "a": 1}`, `= map[string]int{"a": 1, "b": 2} : map[string]int`, quick},
		{"[]int(nil)", "= nil : []int", ""},
		{`strconv.Atoi("12")`, "= 12 : int\n= nil : error", quick},
		{`strconv.Atoi("x")`, "= 0 : int\n= strconv.Atoi: parsing \"x\": invalid syntax : error", quick},
		{`strings.Split("a,b", ",")`, `= []string{"a", "b"} : []string`, quick},
		{"math.Sqrt(2)", "= 1.4142135623730951 : float64", quick},
		{"math.Pi", "= 3.141592653589793 : float64", ""},
		{"strings.ToUpper", "= func(s string) string {…} : func(s string) string", ""},
		{"any(3)", "= 3 : any", EngineGC},
		{`[]any{1, "a", nil, int8(3), []int{1}, map[string]bool{"x": true}}`, `= []any{1, "a", nil, int8(3), []int{1}, map[string]bool{"x": true}} : []any`, EngineGC},
		{"1500 * time.Millisecond", "= 1.5s : time.Duration", EngineGC},
		{"slices.Max([]int{3, 9, 2})", "= 9 : int", EngineGC},
		{"complex(1, 2)", "= (1+2i) : complex128", EngineGC},
		{"func() int { return 5 }()", "= 5 : int", ""},
		{"struct{ A int; B string }{1, \"x\"}", "= struct{A int; B string}{A: 1, B: \"x\"} : struct{A int; B string}", ""},
		{`fmt.Println("hi")`, "hi", quick},
		{`fmt.Sprintf("%T", 1)`, `= "int" : string`, EngineGC},
		{`println("e")`, "e", EngineGC},
	}},
	{"state", "package main\n\nfunc main() {}\n", []struct{ typed, want, engine string }{
		{"x := []int{3, 1, 2}", "", quick},
		{"sort.Ints(x)", "", quick},
		{"x", "= []int{1, 2, 3} : []int", quick},
		{"x[0] = 9", "", quick},
		{"x[0]", "= 9 : int", quick},
		{"x = append(x, 5)", "", quick},
		{"len(x)", "= 4 : int", quick},
		{"n, err := strconv.Atoi(\"5\")", "", quick},
		{"n, err", "1:1: expected 1 expression", ""},
		{"n", "= 5 : int", quick},
		{"err", "= nil : error", quick},
		{"var a, b = 1, \"z\"", "", quick},
		{"b", `= "z" : string`, quick},
		{"x := \"now a string\"", "", quick},
		{"x", `= "now a string" : string`, quick},
		{"x := len(x)", "", quick},
		{"x", "= 12 : int", quick},
		{"x = 5; x * 2", "= 10 : int", quick},
		{"x", "= 5 : int", quick},
		{"x++", "", quick},
		{"x", "= 6 : int", quick},
		{"func add(n int) int { return n + x }", "", ""},
		{"add(1)", "= 7 : int", quick},
		{"x = 100", "", quick},
		{"add(1)", "= 101 : int", quick},
		{"func add(n int) int { return n - x }", "", ""},
		{"add(1)", "= -99 : int", quick},
		{"type T struct{ A int; B *T }", "", ""},
		{"t := T{1, &T{A: 2}}", "", quick},
		{"t", "= T{A: 1, B: &T{A: 2, B: nil}} : T", quick},
		{"func (t T) Sum() int { if t.B == nil { return t.A }; return t.A + t.B.Sum() }", "", ""},
		{"t.Sum()", "= 3 : int", quick},
		{"const big = 1 << 40", "", ""},
		{"big", "= 1099511627776 : int", ""},
		{"import \"unicode\"", "", ""},
		{"unicode.IsUpper('A')", "= true : bool", quick},
		{"for i := range 3 {\n\tfmt.Println(i)\n}", "0\n1\n2", quick},
		{"if x > 3 {", "more 0", ""},
		{"x +", "more 0", ""},
		{"s := `raw", "more 0", ""},
		{"if x > 3 {\nfmt.Println(\"big\")\n}", "big", quick},
		{"l := []int{9, 2, 3}", "", quick},
		// It may write into the list, so that it is done again before all that follows.
		{"append(l[:1], 4)", "= []int{9, 4} : []int", EngineGC},
		{"l", "= []int{9, 4, 3} : []int", EngineGC},
	}},
	{"program", quickProgram, []struct{ typed, want, engine string }{
		{"Double(21)", "= 42 : int", quick},
		{"Point{3, 4}", "= Point{X: 3, Y: 4} : Point", quick},
		{"p := &Point{3, 4}", "", quick},
		{"p.Len2()", "= 25 : int", quick},
		{"p.X = 6; p.Len2()", "= 52 : int", quick},
		{"p", "= &Point{X: 6, Y: 4} : *Point", quick},
		{"[]Point{{1, 2}}", "= []Point{{X: 1, Y: 2}} : []Point", quick},
		{"Counter", "= 10 : int", quick},
		{"Next()", "= 11 : int", quick},
		{"Next()", "= 12 : int", quick},
		{"Counter = 50", "", quick},
		{"Next()", "= 51 : int", quick},
		{"main()", "from main 8", quick},
	}},
	{"program that is not quick", openProgram, []struct{ typed, want, engine string }{
		{"Tue", "= TUE : Day", EngineGC},
		{"[]Day{Mon, Tue}", "= []Day{MON, TUE} : []Day", EngineGC},
		{"any(Tue)", "= Day(TUE) : any", EngineGC},
		{"Map([]int{1, 2}, func(n int) string { return fmt.Sprint(n) })", `= []string{"1", "2"} : []string`, EngineGC},
		{"str.Repeat(\"a\", 3)", `= "aaa" : string`, EngineGC},
	}},
	{"wrong", openProgram, []struct{ typed, want, engine string }{
		{"y", "1:1: undefined: y", ""},
		{"x := 1 +* 2", "1:11: invalid operation: cannot indirect 2 (untyped int constant)", ""},
		{`Double("a")`, `1:8: cannot use "a" (untyped string constant) as int value in argument to Double`, ""},
		{"if true {\n\tundefined1()\n}", "2:2: undefined: undefined1", ""},
		{"var s string = 5", "1:16: cannot use 5 (untyped int constant) as string value in variable declaration", ""},
		{"Counter := 3", "1:1: Counter redeclared in this block", ""},
		{"func Double() {}", "1:6: Double redeclared in this block", ""},
		{"return", "1:1: return outside a function", ""},
		{"}", "1:1: syntax error: unexpected }", ""},
		{"package main", "1:1: syntax error: unexpected keyword package", ""},
		{"import \"github.com/x/y\"", "1:8: package github.com/x/y is not in std, and modules from outside are not available", ""},
		{"for { unused := 1 }", "1:7: declared and not used: unused", ""},
		{"int", "1:1: int (type) is not an expression", ""},
		{"", "", ""},
		{"// nothing", "", ""},
	}},
	{"broken off", openProgram, []struct{ typed, want, engine string }{
		{"a := []int{1, 2}", "", EngineGC},
		{"a[0] = 7; fmt.Println(\"first\"); fmt.Println(a[len(a)])", "first\npanic: runtime error: index out of range [2] with length 2\npanic 0", EngineGC},
		{"a", "= []int{1, 2} : []int", EngineGC},
		{"os.Exit(3)", "exit 3", EngineGC},
		{`go func() { panic(errors.New("in a goroutine")) }(); select {}`, "panic: in a goroutine\npanic 0", EngineGC},
		{"<-make(chan int)", "fatal error: all goroutines are asleep - deadlock!\npanic 0", EngineGC},
		{"var m map[string]int", "", EngineGC},
		{"m[\"a\"] = 1", "panic: assignment to entry in nil map\npanic 0", EngineGC},
		{"var in string; fmt.Scanln(&in)", "= 0 : int\n= EOF : error", EngineGC},
	}},
	{"broken off at once", "package main\n", []struct{ typed, want, engine string }{
		{"a := []int{1, 2}", "", quick},
		{"a[0] = 7; fmt.Println(\"first\"); fmt.Println(a[len(a)])", "first\npanic: runtime error: index out of range [2] with length 2\npanic 0", EngineGC},
		{"a", "= []int{1, 2} : []int", quick},
		{"os.Exit(3)", "exit 3", quick},
		{`panic("no")`, "panic: no\npanic 0", quick},
		{"1 / len([]int{})", "panic: runtime error: integer divide by zero\npanic 0", quick},
		{"os.Exit(0)", "exit 0", quick},
		{"a[1] = 5", "", quick},
		{"a", "= []int{1, 5} : []int", quick},
	}},
}

func TestConsole(t *testing.T) {
	p := consolePool(t)
	for _, s := range sessions {
		t.Run(s.name, func(t *testing.T) {
			c := openConsole(t, p, s.program, DefaultConsoleLimits)
			if len(c.Problems()) > 0 {
				t.Fatal(c.Problems())
			}
			for _, l := range s.lines {
				r := eval(t, c, l.typed)
				if r.String() != l.want {
					t.Errorf("> %s\n%s\nwant\n%s\n%+v", l.typed, r, l.want, r.end)
				}
				if l.engine != "" && r.end.Engine != l.engine {
					t.Errorf("> %s\nanswered by %q: %s", l.typed, r.end.Engine, r.end.Why)
				}
			}
		})
	}
}
