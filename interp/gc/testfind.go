package gc

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"thirdspace/interp/frame"
)

// found is what there is to be run in the test files of a package. Its parts are
// run in this order.
type found struct {
	Tests, Fuzz, Examples []testFunc
	Main                  string // what is called instead, "" if there is no TestMain
}

// testFunc is a function that the testing package calls.
type testFunc struct {
	Number    int    // among all of them
	Package   string // the name by which the test program knows its package: _test or _xtest
	Name      string // as the testing package tells of it, no two alike
	Func      string
	Output    string // of an example
	Unordered bool   // lines of the output may come in any order

	file string
	line int
}

func (f found) inOrder() []testFunc { return slices.Concat(f.Tests, f.Fuzz, f.Examples) }

// findTests finds the tests of a package by reading its files, as "go test" does
// (cmd/go/internal/load/test.go), with the same words for what is wrong.
func findTests(p *build.Package, files []frame.File) (found, []frame.Diagnostic) {
	var f found
	var ds []frame.Diagnostic
	texts := map[string]string{}
	for _, file := range files {
		texts[file.Name] = file.Text
	}
	for _, part := range []struct {
		pkg   string
		names []string
	}{{"_test", p.TestGoFiles}, {"_xtest", p.XTestGoFiles}} {
		for _, name := range part.names {
			ds = append(ds, f.read(part.pkg, name, texts[name])...)
		}
	}
	if len(ds) > 0 {
		return found{}, ds
	}
	f.count()
	return f, nil
}

// count numbers the tests. Of those of the same name, one in the package and one
// beside it, the second gets another, as the testing package does with subtests.
func (f *found) count() {
	n := 0
	seen := map[string]int{}
	for _, list := range [][]testFunc{f.Tests, f.Fuzz, f.Examples} {
		for i := range list {
			list[i].Number, n = n, n+1
			name := list[i].Name
			if again := seen[name]; again > 0 {
				list[i].Name = fmt.Sprintf("%s#%02d", name, again)
			}
			seen[name]++
		}
	}
}

// read finds the tests in one file.
func (f *found) read(pkg, name, text string) []frame.Diagnostic {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		var ds []frame.Diagnostic
		for _, e := range list {
			ds = append(ds, problem(e.Pos, e.Msg))
		}
		return ds
	}
	var ds []frame.Diagnostic
	for _, d := range tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil {
			continue
		}
		at := fset.PositionFor(fn.Pos(), false)
		if text := f.add(pkg, fn, testFunc{Package: pkg, Name: fn.Name.Name, Func: fn.Name.Name, file: name, line: at.Line}); text != "" {
			ds = append(ds, problem(at, text))
		}
	}
	examples := doc.Examples(tree)
	slices.SortFunc(examples, func(a, b *doc.Example) int { return a.Order - b.Order })
	for _, e := range examples {
		if e.Output != "" || e.EmptyOutput { // others are compiled and not run
			at := fset.PositionFor(e.Code.Pos(), false)
			f.Examples = append(f.Examples, testFunc{Package: pkg, Name: "Example" + e.Name, Func: "Example" + e.Name,
				Output: e.Output, Unordered: e.Unordered, file: name, line: at.Line})
		}
	}
	return ds
}

// add notes a function, if it is a test. It returns what is wrong with it.
func (f *found) add(pkg string, fn *ast.FuncDecl, t testFunc) string {
	switch name := t.Func; {
	case name == "TestMain" && takes(fn, "T"), name != "TestMain" && isTest(name, "Test"):
		f.Tests = append(f.Tests, t)
		return wrongSignature(fn, "T")
	case name == "TestMain":
		if f.Main != "" {
			return "multiple definitions of TestMain"
		}
		f.Main = pkg + ".TestMain"
		return wrongSignature(fn, "M")
	case isTest(name, "Benchmark"):
		return wrongSignature(fn, "B")
	case isTest(name, "Fuzz"):
		f.Fuzz = append(f.Fuzz, t)
		return wrongSignature(fn, "F")
	}
	return ""
}

// isTest reports whether a name is that of a test: the prefix, and then nothing
// or anything but a lower-case letter.
func isTest(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLower(r)
}

// takes reports whether a function takes one pointer to the testing package's
// type of that name, whatever the package is called, and returns nothing.
func takes(fn *ast.FuncDecl, arg string) bool {
	params := fn.Type.Params.List
	if fn.Type.Results.NumFields() > 0 || len(params) != 1 || len(params[0].Names) > 1 {
		return false
	}
	ptr, ok := params[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch x := ptr.X.(type) {
	case *ast.Ident:
		return x.Name == arg
	case *ast.SelectorExpr:
		return x.Sel.Name == arg
	}
	return false
}

func wrongSignature(fn *ast.FuncDecl, arg string) string {
	name := fn.Name.Name
	switch {
	case fn.Type.TypeParams.NumFields() > 0:
		return fmt.Sprintf("wrong signature for %s, test functions cannot have type parameters", name)
	case !takes(fn, arg):
		return fmt.Sprintf("wrong signature for %s, must be: func %s(%s *testing.%s)", name, name, strings.ToLower(arg), arg)
	}
	return ""
}
