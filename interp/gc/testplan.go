package gc

import (
	"go/build"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"thirdspace/interp/frame"
)

// testSource is a program and its tests, ready to be compiled: as "go test" does,
// the program together with the tests of its own package, then the tests of the
// package beside it, then a main package that runs them.
type testSource struct {
	files  []frame.File // that are compiled or embedded, the hidden ones too
	hidden []string     // names of those that are hidden
	name   string       // of the package under test
	path   string       // its import path
	alone  []string     // names of the Go files of the program that are not tests
	inside part
	beside part // nothing to compile if there are no tests outside the package
	tests  found

	generated []frame.File // what is compiled besides
	main      []string     // names of those of them that are the main package
}

// part is what is compiled at once.
type part struct {
	compile []string            // names of Go files
	embeds  map[string][]string // pattern → names
}

// planTests finds out which files belong to the program and which to its tests,
// and what is wrong with them that the compiler would not say as well.
func planTests(files, hidden []frame.File, has func(importPath string) bool) (*testSource, []frame.Diagnostic) {
	all := append(slices.Clone(files), hidden...)
	p, found, ds := discover(all)
	if len(ds) > 0 {
		return nil, ds
	}
	s := &testSource{name: p.Name, path: ownPath(p, all, has), tests: found}
	for _, imp := range []struct {
		at     map[string][]token.Position
		beside bool
	}{{p.ImportPos, false}, {p.TestImportPos, false}, {p.XTestImportPos, true}} {
		ds = append(ds, s.refuseImports(imp.at, imp.beside, has)...)
	}
	e := embedder{all, files, hidden}
	var inside, beside []frame.Diagnostic
	s.inside.compile = append(slices.Clone(p.GoFiles), p.TestGoFiles...)
	s.inside.embeds, inside = e.resolve(p.EmbedPatternPos, p.TestEmbedPatternPos)
	s.beside.compile = p.XTestGoFiles
	s.beside.embeds, beside = e.resolve(p.XTestEmbedPatternPos)
	ds = slices.Concat(ds, inside, beside)
	slices.SortStableFunc(ds, byPlace)
	s.alone = p.GoFiles
	s.files = only(all, s.inside.compile, s.beside.compile, embedded(s.inside.embeds), embedded(s.beside.embeds))
	for _, f := range only(hidden, names(s.files)) {
		s.hidden = append(s.hidden, f.Name)
	}
	return s, ds
}

func names(files []frame.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Name)
	}
	return all
}

// discover reads the package and finds its tests.
func discover(files []frame.File) (*build.Package, found, []frame.Diagnostic) {
	p, err := virtual(files, true).ImportDir(root, 0)
	if ds := planError(p, err); len(ds) > 0 {
		return nil, found{}, ds
	}
	if len(p.GoFiles) == 0 {
		for _, f := range byNames(files) {
			if frame.IsGo(f.Name) && slices.Contains(p.IgnoredGoFiles, f.Name) {
				return nil, found{}, []frame.Diagnostic{problem(token.Position{Filename: f.Name, Line: 1, Column: 1}, excluded)}
			}
		}
	}
	found, ds := findTests(p, files)
	return p, found, ds
}

// refuseImports says which imports cannot be had.
func (s *testSource) refuseImports(imports map[string][]token.Position, beside bool, has func(string) bool) []frame.Diagnostic {
	var ds []frame.Diagnostic
	for _, imp := range slices.Sorted(maps.Keys(imports)) {
		text := ""
		switch {
		case imp == s.path && beside:
		case imp == s.path:
			text = "import cycle not allowed in test"
		default:
			text = refuseImport(imp, has)
		}
		for _, at := range imports[imp] {
			if text != "" {
				ds = append(ds, problem(at, text))
			}
		}
	}
	return ds
}

// ownPath is the import path of the package under test. A go.mod file among the
// files says it; without one it is what the tests beside the package import it
// by, which ends in the package's name; failing that, it is the name.
func ownPath(p *build.Package, files []frame.File, has func(string) bool) string {
	fits := func(imp string) bool {
		return module.CheckImportPath(imp) == nil && !has(imp) && imp != guardPath && imp != "main"
	}
	for _, f := range files {
		if imp := modfile.ModulePath([]byte(f.Text)); f.Name == "go.mod" && fits(imp) {
			return imp
		}
	}
	for _, imp := range slices.Sorted(slices.Values(p.XTestImports)) {
		if last := path.Base(imp); fits(imp) && p.Name == letters(last) {
			return imp
		}
	}
	switch {
	case p.Name == "main":
		return "program"
	case fits(p.Name):
		return p.Name
	}
	return "program/" + p.Name
}

// letters leaves out what a package's name cannot have and a path can.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("-.~", r) {
			return -1
		}
		return r
	}, s)
}

// embedder finds the files that patterns of //go:embed directives stand for.
type embedder struct{ all, shown, hidden []frame.File }

// resolve does it for all directives of one part. A pattern stands for hidden
// files too only where no other file has that pattern: a program is not to find
// the tests that were kept from it.
func (e embedder) resolve(patterns ...map[string][]token.Position) (map[string][]string, []frame.Diagnostic) {
	places := map[string][]token.Position{}
	for _, m := range patterns {
		for pattern, at := range m {
			places[pattern] = append(places[pattern], at...)
		}
	}
	if len(places) == 0 {
		return nil, nil
	}
	names := map[string][]string{}
	var ds []frame.Diagnostic
	for pattern, at := range places {
		from := e.all
		if slices.ContainsFunc(at, e.isShown) {
			from = e.shown
		}
		match, err := match(pattern, from)
		if err != nil {
			for _, p := range at {
				ds = append(ds, problem(p, err.Error()))
			}
		}
		names[pattern] = match
	}
	return names, ds
}

func (e embedder) isShown(at token.Position) bool {
	return !slices.ContainsFunc(e.hidden, func(f frame.File) bool { return f.Name == path.Base(at.Filename) })
}

// Test is a test, a fuzz target whose seeds are tried, or an example that says
// what it prints.
type Test struct {
	Name string // as the testing package tells of it
	File string
	Line int
}

// FindTests returns the tests in the files of a package, in the order in which
// they are run, or what is wrong with them: that they cannot be read, or have a
// wrong signature. frame.CheckFiles must hold of the files.
func FindTests(files []frame.File) ([]Test, []frame.Diagnostic) {
	_, found, ds := discover(files)
	if len(ds) > 0 {
		return nil, ds
	}
	var all []Test
	for _, f := range found.inOrder() {
		all = append(all, Test{Name: f.Name, File: f.file, Line: f.line})
	}
	return all, nil
}

// excluded is what is said where nothing is left to compile.
const excluded = `build constraints, or import "C", exclude all Go files: programs run here as wasip1/wasm, without C`
