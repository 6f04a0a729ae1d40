package gc

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"thirdspace/interp/frame"
)

func txt(text string) []frame.File {
	var fs []frame.File
	for _, f := range txtar.Parse([]byte(text)).Files {
		fs = append(fs, frame.File{Name: f.Name, Text: string(f.Data)})
	}
	return fs
}

func hasSome(imp string) bool {
	return slices.Contains([]string{"testing", "embed", "fmt", "sort", "unsafe"}, imp)
}

// TestImportPaths: what tests beside a package import it by.
func TestImportPaths(t *testing.T) {
	for name, c := range map[string]struct{ files, path string }{
		"a package":            {"-- a.go --\npackage bank\n", "bank"},
		"main":                 {"-- a.go --\npackage main\n", "program"},
		"named as one of Go's": {"-- a.go --\npackage sort\n", "program/sort"},
		"from go.mod":          {"-- a.go --\npackage bank\n-- go.mod --\nmodule x.example/y // z\n", "x.example/y"},
		"a module called main": {"-- a.go --\npackage main\n-- go.mod --\nmodule main\n", "program"},
		"a module of Go's":     {"-- a.go --\npackage fmt\n-- go.mod --\nmodule fmt\n", "program/fmt"},
		"what signs":           {"-- a.go --\npackage guard\n-- go.mod --\nmodule thirdspace/guard\n", "guard"},
		"a module that is not": {"-- a.go --\npackage a\n-- go.mod --\nmodule \"a=b\\npackagefile x\"\n", "a"},
		"from a test":          {"-- a.go --\npackage bank\n-- a_test.go --\npackage bank_test\n\nimport (\n\"school.example/go/bank\"\n\"x.example/assert\"\n)\n", "school.example/go/bank"},
		"with a hyphen":        {"-- a.go --\npackage twofer\n-- a_test.go --\npackage twofer_test\n\nimport \"x/two-fer\"\n", "x/two-fer"},
		"from elsewhere":       {"-- a.go --\npackage bank\n-- a_test.go --\npackage bank_test\n\nimport \"x.example/assert\"\n", "bank"},
	} {
		p, _, ds := discover(txt(c.files))
		if len(ds) > 0 {
			t.Fatalf("%s: %+v", name, ds)
		}
		if got := ownPath(p, txt(c.files), hasSome); got != c.path {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestHiddenFilesAreNotEmbedded outside of hidden files, whatever the pattern.
func TestHiddenFilesAreNotEmbedded(t *testing.T) {
	const head = "\n\nimport _ \"embed\"\n\n//go:embed "
	files := txt("-- a.go --\npackage a" + head + "*.txt *\nvar a string\n-- b.txt --\n-- open_test.go --\npackage a" + head + "?.txt\nvar b string\n")
	hidden := txt("-- h.txt --\n-- hidden_test.go --\npackage a" + head + "h.txt *.txt\nvar c string\n-- hiddenx_test.go --\npackage a_test" + head + "*.txt\nvar d string\n")
	s, ds := planTests(files, hidden, hasSome)
	if len(ds) > 0 {
		t.Fatalf("%+v", ds)
	}
	for pattern, want := range map[string][]string{"*.txt": {"b.txt"}, "*": {"a.go", "b.txt", "open_test.go"}, "?.txt": {"b.txt"}, "h.txt": {"h.txt"}} {
		if got := s.inside.embeds[pattern]; !slices.Equal(got, want) {
			t.Errorf("%s: %q", pattern, got)
		}
	}
	if got := s.beside.embeds["*.txt"]; !slices.Equal(got, []string{"b.txt", "h.txt"}) {
		t.Errorf("%q", got)
	}
	if _, ds := planTests(append(files, txt("-- x.go --\npackage a"+head+"h.txt\nvar e string\n")...), hidden, hasSome); len(ds) == 0 {
		t.Error("a hidden file was embedded by name")
	}
}

// TestZones: Go's copy of the time zones is in programs that ask for one, and not in
// others.
func TestZones(t *testing.T) {
	const asks = "func f() { time.LoadLocation(\"Asia/Tokyo\") }\n"
	for text, want := range map[string]bool{
		"-- a.go --\npackage main\n":                                       false,
		"-- a.go --\npackage main\n-- b.txt --\nLoadLocation\n":            false,
		"-- a.go --\npackage main\n-- b_test.go --\npackage main\n" + asks: false,
		"-- a.go --\npackage main\n-- b.go --\npackage main\n" + asks:      true,
	} {
		s, ds := plan(txt(text), hasSome)
		if got := slices.Contains(s.compiled, zonesFile); len(ds) > 0 || got != want {
			t.Errorf("%q: %v %v", text, s.compiled, ds)
		}
	}
	for text, want := range map[string]bool{"var a int\n": false, asks: true} {
		work, ds := testProgram{files: txt("-- a.go --\npackage a\n-- a_test.go --\npackage a\n" + text)}.plan(hasSome)
		if s := work.(*testSource); len(ds) > 0 || slices.Contains(s.main, zonesFile) != want {
			t.Errorf("%q: %v %v", text, s.main, ds)
		}
	}
}

func TestFindTests(t *testing.T) {
	tests, ds := FindTests(txt(`
-- b_test.go --
package a_test

import "testing"

func TestB(t *testing.T) {}
func TestA(t *testing.T) {}
func ExampleX() {
	// Output: x
}
-- a_test.go --
package a

import "testing"

func FuzzA(f *testing.F) {}
func TestA(t *testing.T) {}
func TestMain(m *testing.M) {}
func BenchmarkA(b *testing.B) {}
func Testing() {}
`))
	var names []string
	for _, f := range tests {
		names = append(names, f.Name+" "+f.File)
	}
	want := []string{"TestA a_test.go", "TestB b_test.go", "TestA#01 b_test.go", "FuzzA a_test.go", "ExampleX b_test.go"}
	if len(ds) > 0 || !slices.Equal(names, want) || tests[0].Line != 6 {
		t.Errorf("%q %+v", names, ds)
	}
	_, ds = FindTests(txt("-- a_test.go --\npackage a\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) {}\n-- b_test.go --\npackage a_test\n\nimport \"testing\"\n\nfunc TestMain(m *testing.M) {}\n"))
	if len(ds) != 1 || ds[0].Message != "multiple definitions of TestMain" || ds[0].File != "b_test.go" {
		t.Errorf("%+v", ds)
	}
}

func TestMarks(t *testing.T) {
	key, err := NewKey()
	if err != nil || len(key) != keySize {
		t.Fatal(key, err)
	}
	for _, line := range []string{"", "=== MARK  1 0 pass", "=== MARK  1 0 pass " + strings.Repeat("0", 64), "=== MARK  1 0 pass " + strings.Repeat("g", 64)} {
		if m, ok := ReadMark(key, line); ok {
			t.Errorf("%q: %+v", line, m)
		}
	}
}

func isGo(text string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "x.go", text, 0)
	return err == nil
}

// FuzzPlanTests: no tests make the planning fail; they make a plan or
// diagnostics, and the program that is made of a plan is Go.
func FuzzPlanTests(f *testing.F) {
	f.Add("package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n\nfunc Example() {\n\t// Output: \"x`\n}\n", "a_test.go")
	f.Add("package a_test\n\nimport \"x/a\"\n\nfunc FuzzÄ(f *a.F) {}\n", "b_test.go")
	f.Add("module \"x\ty\"\n", "go.mod")
	f.Fuzz(func(t *testing.T, text, name string) {
		files := []frame.File{{Name: "main.go", Text: "package a\n"}, {Name: name, Text: text}}
		if frame.CheckFiles(files) != nil {
			return
		}
		s, ds := planTests(files, nil, hasSome)
		for _, d := range ds {
			if d.Message == "" || d.File != "" && frame.CheckName(d.File) != nil {
				t.Errorf("%+v", d)
			}
		}
		if len(ds) > 0 {
			return
		}
		main, err := s.mainText()
		if err != nil || !isGo(main) || strings.ContainsAny(s.path, " \n=\"") {
			t.Errorf("%q %v\n%s", s.path, err, main)
		}
	})
}
