package yaegi

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"thirdspace/interp/frame"
)

// noSources is an empty file system.
type noSources struct{}

func (noSources) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func names(files []frame.File) []string {
	var ns []string
	for _, f := range files {
		ns = append(ns, f.Name)
	}
	return ns
}

// parse reads the Go files and returns the syntax errors of every line in Go's own
// words, or else the first thing that keeps the files from being one program.
func (e *Engine) parse(files []frame.File) ([]*ast.File, []frame.Diagnostic) {
	var parsed []*ast.File
	var ds []frame.Diagnostic
	fset := e.in.FileSet()
	for _, f := range files {
		if !frame.IsGo(f.Name) {
			continue
		}
		tree, err := parser.ParseFile(fset, f.Name, f.Text, parser.AllErrors|parser.DeclarationErrors)
		parsed = append(parsed, tree)
		var list scanner.ErrorList
		if errors.As(err, &list) {
			list.RemoveMultiples() // one for each line, as Go has it; sorts
			for _, e := range list {
				ds = append(ds, at(e.Pos, e.Msg))
			}
		}
	}
	if len(ds) == 0 {
		ds = oneProgram(fset, parsed)
	}
	return parsed, ds[:min(len(ds), frame.MaxDiagnostics)]
}

// oneProgram checks what go build checks before it compiles: one package called
// main, a function main, and imports that exist.
func oneProgram(fset *token.FileSet, files []*ast.File) []frame.Diagnostic {
	var ds []frame.Diagnostic
	hasMain := false
	for _, f := range files {
		if f.Name.Name != "main" {
			ds = append(ds, at(fset.Position(f.Name.Pos()), "a program must be of package main, not "+f.Name.Name))
		}
		for _, im := range f.Imports {
			path, err := strconv.Unquote(im.Path.Value)
			if err == nil && known(path) {
				continue
			}
			ds = append(ds, at(fset.Position(im.Path.Pos()), refused(path)))
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			hasMain = hasMain || ok && fn.Recv == nil && fn.Name.Name == "main"
		}
	}
	if !hasMain && len(ds) == 0 {
		ds = append(ds, at(fset.Position(files[0].Name.Pos()), "function main is undeclared in the main package"))
	}
	return ds
}

func at(p token.Position, msg string) frame.Diagnostic {
	return frame.Diagnostic{File: filepath.Base(p.Filename), Line: p.Line, Column: p.Column, Severity: "error", Message: frame.Cut(msg)}
}

// position is how the interpreter begins its messages.
var position = regexp.MustCompile(`^(?:([^:]+):)?(\d+):(\d+): (.*)$`)

// diagnose turns an error of the interpreter into diagnostics. What has no
// position is put at the start of the first file.
func diagnose(err error, names []string) []frame.Diagnostic {
	var ds []frame.Diagnostic
	for _, line := range strings.Split(err.Error(), "\n") {
		m := position.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		d := frame.Diagnostic{File: m[1], Severity: "error", Message: frame.Cut(m[4])}
		d.Line, _ = strconv.Atoi(m[2])
		d.Column, _ = strconv.Atoi(m[3])
		if d.File == "" {
			d.File = names[0]
		}
		ds = append(ds, d)
		if len(ds) == frame.MaxDiagnostics {
			break
		}
	}
	if len(ds) == 0 {
		ds = []frame.Diagnostic{{File: names[0], Line: 1, Column: 1, Severity: "error", Message: frame.Cut(err.Error())}}
	}
	return ds
}
