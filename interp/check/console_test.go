package check_test

import (
	"strings"
	"testing"

	"thirdspace/interp/check"
)

// typed are lines that show what a session is made of.
var typed = []string{
	"x := []int{3, 1, 2}", "sort.Ints(x)", "x", "p := Point{1, 2}", "p", "p.X = 5", "1 << 100", `"a" + "b"`, "for i := range 3 { fmt.Println(i) }",
	`m := map[string]int{"a": 1}`, "m", `strconv.Atoi("x")`, "x := 5", "func f(n int) int { return n + x }", "f(1)", "func f() {}", "slices.Max([]int{1,2})",
	"main()", "type T struct{ A []Point; B *T }", "t := T{A: []Point{{1,2}}, B: &T{}}", "t", "type T int", "var t T", "func (t T) M() T { return t + 1 }", "func (t T) M() T { return t }",
	"t.M()", "time.Second", "errors.New(\"e\")", "var a, b = 1, \"z\"; c := a; c", "const (A = iota; B); B", "import \"os\"", "import m \"math\"", "m.Pi", "var (\n\tu int\n\tv = 2\n)",
	"x, err := strconv.Atoi(\"5\")", "x, err := strconv.Atoi(\"6\")", "go func() {}()", "ch := make(chan int, 1)", "<-ch", "append([]int{1}, 2)", "any(3)", "func() {}", "strings.ToUpper",
	"L:\nfor { break L }", "switch x := any(1).(type) { case int: _ = x }", "{ y := 1; _ = y }", "_ = 1", "_, z := 1, 2", "z++", "type G[T any] struct{ V T }", "G[int]{1}", "g := G[string]{}",
	"func id[T any](v T) T { return v }", "id(3)", "struct{ A int }{1}", "w := struct{ A int }{1}", "w", "[2]bool{true}", "arr := [...]int{1, 2}", "arr = [...]int{3, 4}", "fmt := 3", "fmt.Println(1)",
	"len := 3", "int := 4", "string(\"a\")", "type string int", "var e error", "e", "e = fmt.Errorf(\"a\")", "f := func(n int) int { return n }", "f", "f(2)", "//", "/* */ 1", "1; 2", "`a\nb`", "console_left", "maiN()",
}

const over = "package main\n\nimport \"fmt\"\n\ntype Point struct{ X, Y int }\n\nfunc double(n int) int { return 2 * n }\n\nfunc main() {\n\tfmt.Println(double(2))\n}\n"

// say types a line into a session, and holds what comes of it against what is
// promised: that the program which answers it is one that Go would build.
func say(t testing.TB, s *check.Session, line string) {
	a, err := s.Line(t.Context(), line, "\x02mark")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Count(line, "\n") + 1
	for _, d := range a.Diagnostics {
		if strings.Contains(d.Message, "the checker failed") || d.Message == "" || d.File != check.ConsoleFile || d.Line < 1 || d.Line > lines || d.Column < 1 {
			t.Errorf("> %s\n%+v", line, d)
		}
	}
	if a.More || len(a.Diagnostics) > 0 {
		return
	}
	if a.Plan != nil {
		r := checker.Check(t.Context(), a.Plan.Files)
		for _, d := range r.Diagnostics {
			if d.Severity == check.Error {
				t.Errorf("> %s\nthe program for it is wrong: %s", line, told(d))
			}
		}
		if !r.OK() {
			t.Logf("%s", a.Plan.Files[0].Text)
		}
	}
	s.Keep(a)
}

func TestSession(t *testing.T) {
	s, ds, err := checker.NewSession(t.Context(), one(over))
	if err != nil || len(ds) > 0 {
		t.Fatal(ds, err)
	}
	for _, l := range typed {
		say(t, s, l)
	}
	// Each also by itself.
	for _, l := range typed {
		if s, _, err = checker.NewSession(t.Context(), one(over)); err != nil {
			t.Fatal(err)
		}
		say(t, s, l)
	}
}

func FuzzSession(f *testing.F) {
	for i, l := range typed {
		f.Add(l, typed[(i+1)%len(typed)])
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		s, _, err := checker.NewSession(t.Context(), one(over))
		if err != nil {
			t.Fatal(err)
		}
		say(t, s, first)
		say(t, s, second)
	})
}

func FuzzSessionProgram(f *testing.F) {
	f.Add(over)
	f.Add("package main\nimport (\n\tm \"math\"; . \"strings\"\n\t_ \"os\"\n)\nfunc main() { x := 1 }\nvar fmt = 1")
	f.Fuzz(func(t *testing.T, program string) {
		s, ds, err := checker.NewSession(t.Context(), one(program))
		if err != nil {
			t.Fatal(err)
		}
		if len(ds) > 0 && strings.Contains(ds[0].Message, "the checker failed") {
			t.Error(ds)
		}
		say(t, s, "x := 5")
		say(t, s, "[]int{x}")
	})
}
