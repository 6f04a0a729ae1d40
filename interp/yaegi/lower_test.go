package yaegi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

// TestLoops runs loops whose meaning is younger than the interpreter.
func TestLoops(t *testing.T) {
	for src, want := range map[string]string{
		`for i := range 3 { fmt.Print(i) }`:                                                       "012",
		`for range 3 { fmt.Print("x") }`:                                                          "xxx",
		`for i := range 0 { fmt.Print(i) }; for range -1 { fmt.Print("x") }`:                      "",
		`var n uint8 = 3; for i := range n { fmt.Printf("%T%d ", i, i) }`:                         "uint80 uint81 uint82 ",
		`var i int; for i = range 3 { }; fmt.Print(i)`:                                            "2",
		`for _ = range 2 { fmt.Print("x") }`:                                                      "xx",
		`for i := range 4 { if i == 1 { continue }; if i == 3 { break }; fmt.Print(i); i += 10 }`: "02",
		`outer: for i := range 3 { for j := range 3 { if j == 1 { continue outer }; if i == 2 { break outer }; fmt.Print(i, j, " ") } }`: "0 0 1 0 ",
		`n := 3; for i := range n { n = 10; fmt.Print(i) }`:                                                                                   "012",
		`for i := range len("abc") { fmt.Print(i) }`:                                                                                          "012",
		`for i := range len(os.Args) { fmt.Print(i) }`:                                                                                        "0",
		`for i := range strings.Count("cheese", "e") { fmt.Print(i) }`:                                                                        "012",
		`for i, s := range strings.Fields("a b") { fmt.Print(i, s) }`:                                                                         "0a1b",
		`var fs []func(); for i := range 3 { fs = append(fs, func() { fmt.Print(i) }) }; for _, f := range fs { f() }`:                        "012",
		`var fs []func(); for i := 0; i < 3; i++ { fs = append(fs, func() { fmt.Print(i) }) }; for _, f := range fs { f() }`:                  "012",
		`var fs []func(); for i, s := range []string{"a", "b"} { fs = append(fs, func() { fmt.Print(i, s) }) }; for _, f := range fs { f() }`: "0a1b",
		`var ps []*int; for _, v := range []int{7, 8} { ps = append(ps, &v) }; fmt.Print(*ps[0], *ps[1])`:                                     "7 8",
		`for i := 0; i < 6; i++ { i++; func() { fmt.Print(i) }() }`:                                                                           "135",
		`var wg sync.WaitGroup; var mu sync.Mutex; sum := 0; for i := 0; i < 5; i++ { wg.Add(1); go func() { defer wg.Done(); mu.Lock(); sum += i; mu.Unlock() }() }; wg.Wait(); fmt.Print(sum)`: "10",
		`i := 1; defer fmt.Print("a", i); i = 2`:                                                       "a1",
		`i := 1; defer func(n int) { fmt.Print(n, i) }(i + 1); i = 5`:                                  "2 5",
		`defer func() { fmt.Print("r", recover()) }(); func() { panic("p") }()`:                        "rp",
		`for range 2 { defer fmt.Print("d") }; fmt.Print("m")`:                                         "mdd",
		`var mu sync.Mutex; for range 2 { func() { mu.Lock(); defer mu.Unlock(); fmt.Print("l") }() }`: "ll",
		`switch { default: for i := range 2 { fmt.Print(i) } }`:                                        "01",
		`select { default: for i := range 2 { fmt.Print(i) } }`:                                        "01",
		`for i := range 2 { for i := range 2 { fmt.Print(i) }; fmt.Print(i) }`:                         "010011",
	} {
		e, printed, _ := engine(t)
		ds, err := e.Compile(files("package main\nimport (\"fmt\"; \"os\"; \"strings\"; \"sync\")\nvar _, _, _, _ = fmt.Print, os.Args, strings.Count, sync.NewCond\nfunc main() { " + src + " }"))
		if err != nil || len(ds) > 0 {
			t.Errorf("%s: %v %v", src, ds, err)
			continue
		}
		if err := e.Run(); err != nil || printed() != want {
			t.Errorf("%s: %q %v, want %q", src, printed(), err, want)
		}
	}
}

// TestInference calls generic functions of several type parameters.
func TestInference(t *testing.T) {
	const decls = `
type P struct{ N int }
func Map[T, U any](xs []T, f func(T) U) (out []U) { for _, x := range xs { out = append(out, f(x)) }; return out }
func Fold[T, A any](xs []T, a A, f func(A, T) A) A { for _, x := range xs { a = f(a, x) }; return a }
func Twice[T, U any](xs []T, f func(T) U) [][]U { return [][]U{Map(xs, f), Map(xs, f)} }
func Keys[K comparable, V any](m map[K]V) (out []K) { for k := range m { out = append(out, k) }; return out }
`
	for src, want := range map[string]string{
		`fmt.Print(Map([]int{1, 2}, func(i int) string { return fmt.Sprint(i * 2) }))`:                "[2 4]",
		`fmt.Print(Fold([]int{1, 2}, "", func(s string, i int) string { return s + fmt.Sprint(i) }))`: "12",
		`fmt.Print(Map([]P{{1}}, func(p P) *P { return &p })[0].N)`:                                   "1",
		`fmt.Print(Keys(map[string][]int{"a": nil}))`:                                                 "[a]",
		`fmt.Print(Map([]string{"a"}, func(s string) any { return s }))`:                              "[a]",
	} {
		e, printed, _ := engine(t)
		ds, err := e.Compile(files("package main\nimport \"fmt\"" + decls + "func main() { " + src + " }"))
		if err != nil || len(ds) > 0 {
			t.Errorf("%s: %v %v", src, ds, err)
			continue
		}
		if err := e.Run(); err != nil || printed() != want {
			t.Errorf("%s: %q %v, want %q", src, printed(), err, want)
		}
	}
}

// FuzzRewrite does everything with a source that is done before the interpreter
// sees it.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		"package main\nfunc main() { for i := range 3 { defer func() { recover() }() } }",
		"package main\nimport \"fmt\"\nfunc F[T, U any](t T, u U) {}\nfunc main() { F(1, fmt.Sprint()); switch { default: l: for range len(x) { } } }",
		"package main\nfunc main() { var m map[string]int; m[\"a\"]++; defer m.x.y(m, m) ; select { case <-c: } }",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, "main.go", src, parser.AllErrors)
		if err != nil {
			return
		}
		parsed, info := []*ast.File{tree}, newInfo()
		oneProgram(fset, parsed)
		for _, d := range check(fset, parsed, info) {
			if d.Line < 1 || d.Column < 1 || d.Message == "" {
				t.Errorf("%+v", d)
			}
		}
		lower(parsed, info)
		merge(parsed, info)
		(&sites{fset: fset, files: parsed, info: info}).within("main.go", 2, 1)
	})
}
