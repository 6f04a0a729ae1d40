// Package yaegi is the first of the engines: it runs a Go program at once, by
// interpreting it with github.com/traefik/yaegi.
//
//	e, err := yaegi.New(os.Stdin, os.Stdout, stderr, crash) // slow part, done ahead
//	e.Confine(home)                                         // after the process is locked in
//	diagnostics, err := e.Compile(files)
//	err = e.Run()                                           // main, until it returns
//
// One engine runs one program, in a process that does nothing else and that ends
// with it: a panic in a goroutine, a stack that overflows, two goroutines that
// write one map, or a deadlock end the process as they would end any Go
// program, with the runtime's own words on file descriptor 2. The process must
// therefore keep that descriptor for those words and give the program another
// one, and must not have goroutines or timers of its own running, for then the
// runtime could not see that the program is deadlocked.
//
// What yaegi 0.16.1 is not: today's Go. It does not know generic packages such
// as slices and maps in full, nor ranging over functions, and it gets some things
// wrong without a word: %T and %+v of a program's own types, String methods of
// values within others, errors.As with a program's own types. Ranging over
// numbers and loop variables that are new in each turn are rewritten for it, see
// lower.go; what this package can tell that it cannot do is said at the line, see
// check.go.
package yaegi

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"io"
	"log"
	"os"
	"runtime"
	"slices"
	"strconv"

	"github.com/traefik/yaegi/interp"

	"thirdspace/interp/frame"
)

// Engine holds one interpreter.
type Engine struct {
	in    *interp.Interpreter
	files *disk
	trace *tracer
	prog  *interp.Program
}

// New makes an engine whose program has the given three files as its standard
// streams, and tells on crash where a panic came from (see TracePrefix). It takes
// a few milliseconds and should be done before the program is known.
//
// It changes os.Stdin, os.Stdout, os.Stderr, os.Args and the log package's
// output for the whole process, which belongs to the program from then on.
func New(stdin, stdout, stderr *os.File, crash io.Writer) (*Engine, error) {
	os.Stdin, os.Stdout, os.Stderr = stdin, stdout, stderr
	os.Args = []string{"program"}
	log.SetOutput(stderr)
	e := &Engine{files: &disk{}, trace: &tracer{w: crash}}
	e.in = interp.New(interp.Options{
		Stdin: stdin, Stdout: stdout, Stderr: e.trace,
		// Sources of packages are never looked for on the disk.
		GoPath: "/nonexistent", SourcecodeFilesystem: noSources{},
	})
	if err := e.in.Use(symbols()); err != nil {
		return nil, fmt.Errorf("prepare the interpreter: %w", err)
	}
	// Use puts virtual streams, a panicking os.Exit and a logger of its own in
	// place, for interpreters that share a process. This one does not.
	if err := e.in.Use(genuine(e.files)); err != nil {
		return nil, fmt.Errorf("prepare the interpreter: %w", err)
	}
	return e, nil
}

// Confine opens home as the only folder the program's file functions reach.
func (e *Engine) Confine(home string) error { return e.files.open(home) }

// Write puts a program's files where it can read them.
func (e *Engine) Write(files []frame.File) error {
	for _, f := range files {
		if err := e.files.root.WriteFile(f.Name, []byte(f.Text), 0o644); err != nil {
			return fmt.Errorf("write the file %s: %w", f.Name, err)
		}
	}
	return nil
}

// ErrStumbled is returned by Compile and Run where the interpreter itself failed
// over a program that may well be right.
var ErrStumbled = errors.New("the quick engine stumbled over this program; it may use a part of Go that the engine does not know yet")

// Compile reads the Go files of a program. It returns what is wrong with it, or
// nil if it can be run, or ErrStumbled.
func (e *Engine) Compile(files []frame.File) (ds []frame.Diagnostic, err error) {
	// The interpreter panics on some sources, and logs that it does.
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	defer func() {
		if recover() != nil {
			ds, err = nil, ErrStumbled
		}
	}()
	parsed, ds := e.parse(files)
	if len(ds) > 0 {
		return ds, nil
	}
	info := newInfo()
	if ds = check(e.in.FileSet(), parsed, info); len(ds) > 0 {
		return ds, nil
	}
	e.trace.sites = &sites{fset: e.in.FileSet(), files: parsed, info: info}
	lower(parsed, info)
	e.prog, err = e.in.CompileAST(merge(parsed, info))
	if err != nil {
		ds = diagnose(err, names(files))
		if generic(parsed) {
			for i := range ds {
				ds[i].Message += maybeOurs
			}
		}
		return ds, nil
	}
	if e.prog == nil {
		return nil, ErrStumbled
	}
	return nil, nil
}

// maybeOurs follows what the interpreter says of a generic program.
const maybeOurs = " (so says the quick engine, which does not know all of generic Go and may be wrong)"

// generic reports whether a program uses type parameters, its own or those of
// the packages that come as source.
func generic(files []*ast.File) (found bool) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				found = found || n.TypeParams != nil
			case *ast.TypeSpec:
				found = found || n.TypeParams != nil
			case *ast.ImportSpec:
				p, _ := strconv.Unquote(n.Path.Value)
				found = found || slices.Contains(interpreted, p)
			}
			return true
		})
	}
	return found
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
	}
}

// Run runs the compiled program's init functions and main. It returns nil when
// main returns, a *Panic when it panics, and ErrStumbled where the interpreter
// failed before the program began. Many programs end the process instead.
func (e *Engine) Run() error {
	_, err := e.in.Execute(e.prog)
	runtime.KeepAlive(e.prog)
	var p interp.Panic
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return &Panic{Text: panicText(p.Value)}
	default:
		return fmt.Errorf("%w (%w)", ErrStumbled, err)
	}
}
