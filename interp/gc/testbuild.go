package gc

import (
	"context"
	"go/token"
	"slices"
	"strings"

	"thirdspace/interp/frame"
	"thirdspace/interp/toolchain"
)

// BuildTests builds the tests of a program: what "go test" would build of its
// files, those ending in _test.go among them, whichever package they are of.
// Hidden files belong to it too, except that a //go:embed directive outside of
// them does not see them. It puts the result where Build does, and returns what
// Build returns. frame.CheckFiles must hold of files, and of both together.
//
// What is built reads 64 bytes from its standard input, before anything else of
// it comes into being. If they are there, it signs what becomes of each test with
// them: see ReadMark.
func (b *Builder) BuildTests(ctx context.Context, files, hidden []frame.File, into string) ([]frame.Diagnostic, error) {
	return b.build(ctx, testProgram{files, hidden}, into)
}

// testProgram is a target: the tests of the program.
type testProgram struct{ files, hidden []frame.File }

func (t testProgram) plan(has func(string) bool) (work, []frame.Diagnostic) {
	s, ds := planTests(t.files, t.hidden, has)
	if len(ds) > 0 {
		return nil, ds
	}
	if err := s.generate(); err != nil {
		return nil, []frame.Diagnostic{problem(token.Position{}, err.Error())}
	}
	return s, nil
}

// The names of what is written beside the sources of tests.
const (
	guardFile  = ".guard.go"
	firstFile  = ".first.go"
	depsFile   = ".deps.go"
	testFile   = ".testmain.go"
	guardObj   = ".guard.o"
	aloneObj   = ".alone.o"
	insideObj  = ".inside.o"
	besideObj  = ".beside.o"
	packageFor = "packagefile "
)

// generate writes the sources that no person wrote.
func (s *testSource) generate() error {
	main, err := s.mainText()
	if err != nil {
		return err
	}
	s.generated = []frame.File{
		{Name: guardFile, Text: guardText}, {Name: firstFile, Text: firstText(s.name)},
		{Name: depsFile, Text: testDepsText}, {Name: testFile, Text: main},
	}
	s.main = []string{depsFile, testFile}
	if zones := zonesFor(s.files, "main"); zones != nil {
		s.generated, s.main = append(s.generated, *zones), append(s.main, zones.Name)
	}
	return nil
}

func (s *testSource) needs() []frame.File {
	fs := slices.Concat(s.files, s.generated)
	for _, name := range s.hidden { // what a pattern stands for depends on it
		fs = append(fs, frame.File{Name: ".hidden/" + name})
	}
	return fs
}

func (s *testSource) compile(ctx context.Context, b *Builder, tools *toolchain.Tools, in string) (string, []frame.Diagnostic, error) {
	if err := writeFiles(in, slices.Concat(s.files, s.generated), frame.File{Name: configFile, Text: s.imports(tools)}); err != nil {
		return "", nil, err
	}
	for _, u := range s.units() {
		if ds, err := b.compile(ctx, tools, in, u); len(ds) > 0 || err != nil {
			return "", ds, err
		}
	}
	return "", nil, nil
}

// units are what is compiled, in this order. The program is compiled without its
// tests too, and no use is made of that but to see that it can be: what reaches for
// something that its tests declare is no program, and could change what they test.
func (s *testSource) units() []unit {
	units := []unit{{path: guardPath, object: guardObj, files: []string{guardFile}}}
	if len(s.alone) > 0 {
		units = append(units, unit{path: s.path, object: aloneObj, files: s.alone, embeds: s.inside.embeds})
	}
	units = append(units, unit{path: s.path, object: insideObj, files: append([]string{firstFile}, s.inside.compile...), embeds: s.inside.embeds})
	if len(s.beside.compile) > 0 {
		units = append(units, unit{path: s.path + besideSuffix, object: besideObj, files: s.beside.compile, embeds: s.beside.embeds})
	}
	return append(units, unit{path: "main", object: objectFile, files: s.main})
}

// imports is where the tools find the packages that are imported.
func (s *testSource) imports(tools *toolchain.Tools) string {
	config := []string{tools.ImportConfig(), packageFor + guardPath + "=" + guardObj, packageFor + s.path + "=" + insideObj}
	if len(s.beside.compile) > 0 {
		config = append(config, packageFor+s.path+besideSuffix+"="+besideObj)
	}
	return strings.Join(config, "\n") + "\n"
}
