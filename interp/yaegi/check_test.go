package yaegi

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"thirdspace/interp/frame"
)

func parseText(t testing.TB, src string) (*token.FileSet, []*ast.File, *types.Info) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fset, []*ast.File{f}, newInfo()
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`x := 1`, "5:2 declared and not used: x"},
		{`var d time.Duration; y := d.Seconds()`, "5:23 declared and not used: y"},
		{`fmt.Println(a, b)`, "5:14 undefined: a|5:17 undefined: b"},
		{`fmt.Nothing(); time.Sleep(time.Nothing)`, ""},
		{`x := 1; x := 2; _ = x`, "5:12 no new variables on left side of :="},
		{`var x int = "a"; _ = x`, `5:14 cannot use "a" (untyped string constant) as int value in variable declaration`},
		{`x, y := 1, "a"; fmt.Println(x + y)`, "5:30 invalid operation: x + y (mismatched types int and string)"},
		{`var s struct{ time.Time }; s.Year(); fmt.Println(s.Local())`, ""},
		{`var m struct{ sync.Mutex }; m.Lock()`, "5:16 undefined: sync"},
	} {
		fset, files, info := parseText(t, "package main\n\nimport ( \"fmt\"; \"time\" )\nfunc main() { _, _ = fmt.Print, time.Now\n\t"+c.body+"\n}\n")
		var got []string
		for _, d := range mistakes(fset, files, info) {
			got = append(got, position.ReplaceAllString(place(d), "$2:$3 $4"))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.body, got, c.want)
		}
	}
}

func place(d frame.Diagnostic) string {
	return token.Position{Filename: d.File, Line: d.Line, Column: d.Column}.String() + ": " + d.Message
}

func TestMoreMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"package main\nfunc f() int { for { break } }\nfunc main() { f() }":                                  "main.go:2:30: missing return",
		"package main\nfunc f() int { panic(1) }\nfunc main() { f() }":                                       "",
		"package main\nimport r \"math/rand/v2\"\nfunc main() {}":                                            `main.go:2:8: "math/rand/v2" imported as r and not used`,
		"package main\nimport \"math/rand/v2\"\nfunc main() { rand.IntN(1) }":                                "",
		"package main\nimport . \"fmt\"\nfunc main() { Println(undefinedOrNot) }":                            "",
		"package main\nfunc f() {}\nfunc f() {}\nfunc main() {}":                                             "main.go:3:6: f redeclared in this block",
		"package main\ntype t int\nfunc main() { for i := range t(3) { _ = i } }":                            "main.go:3:30: the quick engine cannot do this yet: range over a number of a type of its own; for i := 0; i < n; i++ does the same",
		"package main\nfunc main() { for { if true { defer func() {}() } } }":                                "main.go:2:31: the quick engine cannot do this yet: defer, in a loop, what differs from turn to turn",
		"package main\nfunc main() { for { defer println(); func() { defer func() {}() }() } }":              "",
		"package main\nfunc main() { for i := 0; i < 3; i++ { defer println(i) } }":                          "main.go:2:40: the quick engine cannot do this yet: defer, in a loop, what differs from turn to turn",
		"package main\nfunc main() { g := func() {}; defer g() }":                                            "main.go:2:31: the quick engine cannot do this yet: defer a function that is kept in a variable",
		"package main\nfunc main() { g := func() {}; defer func() { g() }() }":                               "main.go:2:31: the quick engine cannot do this yet: defer a function that is kept in a variable",
		"package main\nfunc main() { defer func() { g := func() {}; g() }() }":                               "",
		"package main\nfunc main() { println(max(1, 2)) }":                                                   "main.go:2:23: the quick engine cannot do this yet: the built-in function max",
		"package main\nfunc max(a, b int) int { return a }\nfunc main() { println(max(1, 2)) }":              "",
		"package main\nfunc main() { for range func(func() bool) {} { } }":                                   "main.go:2:25: the quick engine cannot do this yet: range over a function",
		"package main\nfunc main() { for _, c := range \"abc\" { _ = c }; for range []int{1} { } }":          "",
		"package main\nfunc main() { var c chan int; for range c { }; for range map[int]int{} { } }":         "",
		"package main\nimport \"strings\"\nfunc main() { for _, s := range strings.Fields(\"\") { _ = s } }": "",
	} {
		fset, files, info := parseText(t, src)
		got := ""
		if ds := check(fset, files, info); len(ds) > 0 {
			got = place(ds[0])
		}
		if got != want {
			t.Errorf("%s\n got %q\nwant %q", src, got, want)
		}
	}
}

// strangeImport is of packages that no program may import, whose names are
// therefore not known.
var strangeImport = regexp.MustCompile(`^"(syscall|os/exec|.*internal.*)" imported`)

// TestNoFalseMistakes checks packages that are known to be right: Go's own. The
// checker knows as little of what they import as of what a student imports.
func TestNoFalseMistakes(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{if not .CgoFiles}}{{.ImportPath}} {{.Dir}}{{end}}", "std").Output()
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for line := range strings.Lines(string(out)) {
		// Those that no program may import are no better, and many.
		if p, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok && (known(p) || removed[p] != "") {
			dirs = append(dirs, dir)
		}
	}
	if len(dirs) < 100 {
		t.Fatalf("only %d packages", len(dirs))
	}
	for _, dir := range dirs {
		pkg, err := build.ImportDir(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		var files []*ast.File
		for _, name := range pkg.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		for _, d := range mistakes(fset, files, newInfo()) {
			if !strangeImport.MatchString(d.Message) {
				t.Errorf("%s: %s", dir, place(d))
			}
		}
	}
}
