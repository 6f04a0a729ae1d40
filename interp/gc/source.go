package gc

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"thirdspace/interp/frame"
	"thirdspace/interp/toolchain"
)

// The names of what is written beside the sources for the tools. No file of a
// program can have such a name (frame.CheckName).
const (
	configFile = ".importcfg"
	embedFile  = ".embedcfg"
	objectFile = ".main.o"
)

// root is where the files of a program lie for go/build, which is shown them
// without their being on a disk.
const root = "/src"

// source is a program ready to be compiled.
type source struct {
	files    []frame.File        // that are compiled or embedded
	compiled []string            // names of the Go files that belong to the program
	embeds   map[string][]string // pattern → names, nil if nothing is embedded
}

// plan finds out which of the files belong to the program, as the go command
// would, and what is wrong with it that the compiler would not say as well.
func plan(files []frame.File, has func(importPath string) bool) (*source, []frame.Diagnostic) {
	p, err := virtual(files, false).ImportDir(root, 0)
	if ds := planError(p, err); len(ds) > 0 {
		return nil, ds
	}
	s := &source{compiled: p.GoFiles}
	if p.Name != "main" {
		return nil, []frame.Diagnostic{problem(token.Position{Filename: p.GoFiles[0], Line: 1, Column: 1},
			fmt.Sprintf("package %s is not a main package: a program that can be run begins with \"package main\"", p.Name))}
	}
	var ds []frame.Diagnostic
	for _, imp := range slices.Sorted(maps.Keys(p.ImportPos)) {
		if text := refuseImport(imp, has); text != "" {
			for _, at := range p.ImportPos[imp] {
				ds = append(ds, problem(at, text))
			}
		}
	}
	s.embeds = map[string][]string{}
	for _, pattern := range p.EmbedPatterns {
		names, err := match(pattern, files)
		if err != nil {
			for _, at := range p.EmbedPatternPos[pattern] {
				ds = append(ds, problem(at, err.Error()))
			}
		}
		s.embeds[pattern] = names
	}
	if len(s.embeds) == 0 {
		s.embeds = nil
	}
	s.files = only(files, s.compiled, embedded(s.embeds))
	if zones := zonesFor(s.files, "main"); zones != nil {
		s.files, s.compiled = append(s.files, *zones), append(s.compiled, zones.Name)
	}
	slices.SortStableFunc(ds, byPlace)
	return s, ds
}

// Compiles reports whether the compiler is given a file of a program, going by its
// name and its build constraints.
func Compiles(f frame.File) bool {
	ok, err := virtual([]frame.File{f}, false).MatchFile(root, f.Name)
	return ok || err != nil
}

// only returns those of the files whose names are among names.
func only(files []frame.File, names ...[]string) []frame.File {
	wanted := slices.Concat(names...)
	var fs []frame.File
	for _, f := range files {
		if slices.Contains(wanted, f.Name) {
			fs = append(fs, f)
		}
	}
	return fs
}

// embedded are the names of all files that patterns stand for.
func embedded(embeds map[string][]string) []string {
	return slices.Concat(slices.Collect(maps.Values(embeds))...)
}

// planError makes diagnostics of what go/build did not like.
func planError(p *build.Package, err error) []frame.Diagnostic {
	var many *build.MultiplePackageError
	var list scanner.ErrorList
	var none *build.NoGoError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &list):
		var ds []frame.Diagnostic
		for _, e := range list {
			ds = append(ds, problem(e.Pos, e.Msg))
		}
		return ds
	case errors.As(err, &many):
		return []frame.Diagnostic{problem(token.Position{Filename: many.Files[1], Line: 1, Column: 1},
			fmt.Sprintf("found packages %s (%s) and %s (%s): the files of a program belong to one package",
				many.Packages[0], many.Files[0], many.Packages[1], many.Files[1]))}
	case errors.As(err, &none):
		at := token.Position{Line: 1, Column: 1}
		if len(p.IgnoredGoFiles) > 0 {
			at.Filename = p.IgnoredGoFiles[0]
		}
		return []frame.Diagnostic{problem(at, excluded)}
	}
	text := strings.ReplaceAll(err.Error(), root+"/", "")
	if m := position.FindStringSubmatch(text); m != nil {
		return []frame.Diagnostic{problem(token.Position{Filename: m[1], Line: number(m[2]), Column: number(m[3])}, m[4])}
	}
	return []frame.Diagnostic{problem(token.Position{}, text)}
}

// refuseImport says why a program cannot import a package, or nothing.
func refuseImport(imp string, has func(string) bool) string {
	first, _, _ := strings.Cut(imp, "/")
	switch {
	case !toolchain.Importable(imp):
		return fmt.Sprintf("use of internal package %s not allowed", imp)
	case has(imp):
		return ""
	case strings.HasPrefix(imp, "."):
		return fmt.Sprintf("%s: a program here is one folder, and cannot import another", imp)
	case strings.Contains(first, "."):
		return fmt.Sprintf("%s comes from outside Go's standard library; programs run here without a network, and only the standard library is there", imp)
	}
	return fmt.Sprintf("package %s is not in std", imp)
}

func problem(at token.Position, text string) frame.Diagnostic {
	d := frame.Diagnostic{Line: at.Line, Column: at.Column, Severity: "error", Message: frame.Cut(text)}
	if name := path.Base(filepath.ToSlash(at.Filename)); frame.CheckName(name) == nil {
		d.File = name
	}
	return d
}

func byPlace(a, b frame.Diagnostic) int {
	if c := strings.Compare(a.File, b.File); c != 0 {
		return c
	}
	if c := a.Line - b.Line; c != 0 {
		return c
	}
	return a.Column - b.Column
}

// writeFiles puts files into the folder dir, which it makes.
func writeFiles(dir string, files []frame.File, more ...frame.File) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("write the program: %w", err)
	}
	for _, f := range slices.Concat(files, more) {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o600); err != nil {
			return fmt.Errorf("write the program: %w", err)
		}
	}
	return nil
}

// writeEmbeds writes what the compiler's flag -embedcfg wants: which files each
// pattern stands for, and where in the folder dir they lie.
func writeEmbeds(dir string, embeds map[string][]string) error {
	c := struct {
		Patterns map[string][]string
		Files    map[string]string
	}{embeds, map[string]string{}}
	for _, names := range embeds {
		for _, n := range names {
			c.Files[n] = filepath.Join(dir, n)
		}
	}
	b, err := json.Marshal(c)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, embedFile), b, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the program: %w", err)
	}
	return nil
}

// match returns the files that a pattern of a //go:embed directive stands for.
func match(pattern string, files []frame.File) ([]string, error) {
	glob := strings.TrimPrefix(pattern, "all:")
	if _, err := path.Match(glob, ""); err != nil || glob == "." || !fs.ValidPath(glob) {
		return nil, fmt.Errorf("pattern %s: invalid pattern syntax", pattern)
	}
	var names []string
	for _, f := range files {
		if ok, _ := path.Match(glob, f.Name); !ok {
			continue
		}
		if module.CheckFilePath(f.Name) != nil { // it could not be part of a module
			return nil, fmt.Errorf("pattern %s: cannot embed file %s: invalid name %s", pattern, f.Name, f.Name)
		}
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("pattern %s: no matching files found", pattern)
	}
	slices.Sort(names)
	return names, nil
}

// virtual is a go/build context in which the folder root holds the files and
// nothing else exists.
func virtual(files []frame.File, tests bool) *build.Context {
	byName := map[string]frame.File{}
	var infos []fs.FileInfo
	for _, f := range byNames(files) {
		if isTestFile(f.Name) && !tests { // not of the program, whatever is in it
			continue
		}
		byName[path.Join(root, f.Name)] = f
		infos = append(infos, info{f})
	}
	c := build.Default
	c.GOOS, c.GOARCH, c.Compiler, c.CgoEnabled = "wasip1", "wasm", "gc", false
	c.GOROOT, c.GOPATH, c.Dir = "", "", ""
	c.BuildTags, c.ToolTags, c.InstallSuffix = nil, nil, ""
	c.JoinPath = path.Join
	c.SplitPathList = func(s string) []string { return strings.Split(s, ":") }
	c.IsAbsPath = path.IsAbs
	c.IsDir = func(p string) bool { return p == root }
	c.HasSubdir = func(string, string) (string, bool) { return "", false }
	c.ReadDir = func(p string) ([]fs.FileInfo, error) {
		if p != root {
			return nil, fs.ErrNotExist
		}
		return infos, nil
	}
	c.OpenFile = func(p string) (io.ReadCloser, error) {
		f, ok := byName[p]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(f.Text)), nil
	}
	return &c
}

// byNames sorts files as a folder would list them, which is the order in which
// their variables come into being.
func byNames(files []frame.File) []frame.File {
	return slices.SortedFunc(slices.Values(files), func(a, b frame.File) int { return strings.Compare(a.Name, b.Name) })
}

func isTestFile(name string) bool { return strings.HasSuffix(name, "_test.go") }

// info is a file as go/build sees it.
type info struct{ f frame.File }

func (i info) Name() string     { return i.f.Name }
func (i info) Size() int64      { return int64(len(i.f.Text)) }
func (info) Mode() fs.FileMode  { return 0o600 }
func (info) ModTime() time.Time { return time.Time{} }
func (info) IsDir() bool        { return false }
func (info) Sys() any           { return nil }
