package grade

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// directives are those by which a program could reach what is not its own: the
// insides of other packages, and what the machine gives to WebAssembly.
var directives = []string{"//go:linkname", "//go:wasmimport", "//go:wasmexport"}

// forbidden says what in the files of a program keeps it from being tested
// although Go would build it. Files that cannot be read are left to the compiler,
// which says more of what is wrong; unread is one of them.
func forbidden(files, suite []run.File) (ds []run.Diagnostic, unread string) {
	used := usedWords(suite)
	for _, f := range files {
		if !frame.IsGo(f.Name) {
			continue
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, f.Name, f.Text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			if gc.Compiles(frame.File(f)) {
				unread = f.Name
			}
			continue
		}
		for _, d := range slices.Concat(forbiddenDirectives(tree), reached(tree), replaced(tree), redeclared(tree, used)) {
			at := fset.PositionFor(d.at, false)
			ds = append(ds, run.Diagnostic{File: f.Name, Line: at.Line, Column: at.Column, Severity: "error", Message: d.text})
		}
	}
	return ds, unread
}

// finding is something at a place.
type finding struct {
	at   token.Pos
	text string
}

func forbiddenDirectives(tree *ast.File) (fs []finding) {
	for _, group := range tree.Comments {
		for _, c := range group.List {
			for _, d := range directives {
				if strings.HasPrefix(c.Text, d) {
					fs = append(fs, finding{c.Pos(), d + " cannot be used in a program that is tested"})
				}
			}
		}
	}
	return fs
}

// theirs are names of Go's own that programs have good reason to declare anew, as
// Go had them not so long ago: where tests use one, they may mean the program's.
var theirs = map[string]bool{"min": true, "max": true, "clear": true}

// usedWords are the names that Go itself declares, such as true and len, as far as
// files of the suite that see the program's own names use them.
func usedWords(suite []run.File) map[string]bool {
	used := map[string]bool{}
	for _, f := range suite {
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Text, parser.SkipObjectResolution)
		if err != nil || strings.HasSuffix(tree.Name.Name, "_test") {
			continue
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && types.Universe.Lookup(id.Name) != nil && !theirs[id.Name] {
				used[id.Name] = true
			}
			return true
		})
	}
	return used
}

// redeclared finds declarations of those names that hold for the whole package.
func redeclared(tree *ast.File, used map[string]bool) (fs []finding) {
	check := func(id *ast.Ident) {
		if used[id.Name] {
			fs = append(fs, finding{id.Pos(), fmt.Sprintf("%s means something of Go's own in the tests: call this another name", id.Name)})
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				check(d.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					check(s.Name)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						check(id)
					}
				}
			}
		}
	}
	return fs
}

// packageOf returns the name of the package that the Go files belong to, without
// the "_test" of tests beside it, or "" if there is none or they do not agree.
func packageOf(files []run.File) string {
	name := ""
	for _, f := range files {
		if !strings.HasSuffix(f.Name, ".go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name, f.Text, parser.PackageClauseOnly)
		if err != nil {
			return ""
		}
		this := tree.Name.Name
		if strings.HasSuffix(f.Name, "_test.go") {
			this = strings.TrimSuffix(this, "_test")
		}
		if name != "" && name != this {
			return ""
		}
		name = this
	}
	return name
}
