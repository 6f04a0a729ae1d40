package gc

import (
	"context"
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

func (t testProgram) key(r ready) string {
	// No file of a program has a name like these.
	generated := []frame.File{{Name: ".guard", Text: guardText}, {Name: ".main", Text: testMainText}}
	for _, f := range t.hidden {
		generated = append(generated, frame.File{Name: ".hidden/" + f.Name})
	}
	return r.key(slices.Concat(t.files, t.hidden, generated))
}

// The names of what is written beside the sources of tests.
const (
	guardFile  = ".guard.go"
	firstFile  = ".first.go"
	testFile   = ".testmain.go"
	guardObj   = ".guard.o"
	insideObj  = ".inside.o"
	besideObj  = ".beside.o"
	packageFor = "packagefile "
)

func (t testProgram) compile(ctx context.Context, b *Builder, tools *toolchain.Tools, in string) (string, []frame.Diagnostic, error) {
	s, ds := planTests(t.files, t.hidden, b.pack.Has)
	if len(ds) > 0 {
		return "", ds, nil
	}
	if err := s.write(in, tools.ImportConfig()); err != nil {
		return "", nil, err
	}
	units := []unit{
		{path: guardPath, object: guardObj, files: []string{guardFile}},
		{path: s.path, object: insideObj, files: append([]string{firstFile}, s.inside.compile...), embeds: s.inside.embeds},
	}
	if len(s.beside.compile) > 0 {
		units = append(units, unit{path: s.path + besideSuffix, object: besideObj, files: s.beside.compile, embeds: s.beside.embeds})
	}
	units = append(units, unit{path: "main", object: objectFile, files: []string{testFile}})
	for _, u := range units {
		if ds, err := b.compile(ctx, tools, in, u); len(ds) > 0 || err != nil {
			return "", ds, err
		}
	}
	return "", nil, nil
}

// write puts everything into the folder dir, which it makes.
func (s *testSource) write(dir, imports string) error {
	main, err := s.mainText()
	if err != nil {
		return err
	}
	config := []string{imports, packageFor + guardPath + "=" + guardObj, packageFor + s.path + "=" + insideObj}
	if len(s.beside.compile) > 0 {
		config = append(config, packageFor+s.path+besideSuffix+"="+besideObj)
	}
	return writeFiles(dir, s.files,
		frame.File{Name: configFile, Text: strings.Join(config, "\n") + "\n"},
		frame.File{Name: guardFile, Text: guardText},
		frame.File{Name: firstFile, Text: firstText(s.name)},
		frame.File{Name: testFile, Text: main})
}
