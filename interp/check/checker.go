package check

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"thirdspace/interp/frame"
)

// Bounds.
const (
	MaxFiles       = frame.MaxFiles   // files of a program
	MaxSource      = frame.MaxProgram // bytes of all their names and texts together
	MaxDiagnostics = 100              // said of one program

	maxBusy    = 4    // checks that go on at once, abandoned ones included
	maxMessage = 2000 // bytes of a message
)

// Exports gives the export data of packages of the standard library, all of one
// Go release, in the format of Go's compiler: what "go list -export" names, or the
// part of it called __.PKGDEF.
type Exports interface {
	// Open returns the export data of a package, or an error if there is none.
	// It must be safe for concurrent use.
	Open(importPath string) (io.ReadCloser, error)
}

// File is a file of a program. Those whose name does not end in ".go" are left
// alone.
type File struct {
	Name string `json:"name"` // no folders: "main.go"
	Text string `json:"text"`
}

// The severities of diagnostics.
const (
	Error   = "error"   // Go refuses to build the program
	Warning = "warning" // it can be built, and is probably not what was meant
)

// Diagnostic is something wrong with a program, from one place in it to another.
type Diagnostic struct {
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	EndLine     int    `json:"endLine"`
	EndColumn   int    `json:"endColumn"` // of the first byte after it
	Severity    string `json:"severity"`
	Message     string `json:"message"`               // in Go's words
	Explanation string `json:"explanation,omitempty"` // for people who are new to Go
	Analyzer    string `json:"analyzer,omitempty"`    // of vet, that warned
}

// Result is what Check has to say.
type Result struct {
	Diagnostics []Diagnostic `json:"diagnostics"` // by file, line and column; none if all is well
	More        int          `json:"more,omitempty"`
	Err         error        `json:"-"` // why nothing was checked: the context's end
}

// OK reports whether Go would build the program.
func (r Result) OK() bool {
	return r.Err == nil && !slices.ContainsFunc(r.Diagnostics, func(d Diagnostic) bool { return d.Severity == Error })
}

// Checker checks programs. Make one with New.
type Checker struct {
	version string
	std     *library
	docs    *documentation
	memory  memory
	busy    chan struct{}
}

// New makes a Checker that knows the standard library from exports and the
// language as of a Go version, such as "go1.26".
func New(exports Exports, goVersion string) *Checker {
	return &Checker{version: goVersion, std: newLibrary(exports), docs: &documentation{}, busy: make(chan struct{}, maxBusy)}
}

// Check says what is wrong with a program.
func (c *Checker) Check(ctx context.Context, files []File) Result {
	r, err := within(ctx, c, func() Result { return c.check(files) })
	if err != nil {
		return Result{Err: fmt.Errorf("check the program: %w", err)}
	}
	return r
}

// within does the work in a goroutine of its own and waits for it, or for the end
// of ctx.
func within[T any](ctx context.Context, c *Checker, work func() T) (result T, err error) {
	if err := ctx.Err(); err != nil {
		return result, err
	}
	select {
	case c.busy <- struct{}{}:
	case <-ctx.Done():
		return result, ctx.Err()
	}
	done := make(chan T, 1)
	go func() {
		defer func() { <-c.busy }()
		done <- work()
	}()
	select {
	case result = <-done:
		return result, nil
	case <-ctx.Done():
		return result, ctx.Err()
	}
}

func (c *Checker) check(files []File) Result {
	if err := bounds(files); err != nil {
		return said([]Diagnostic{whole(files, err.Error())})
	}
	r := c.memory.of(files).judge(c)
	r.Diagnostics = slices.Clone(r.Diagnostics)
	return r
}

// bounds says why a program is not looked into at all, or nil.
func bounds(files []File) error {
	fs := make([]frame.File, len(files))
	for i, f := range files {
		fs[i] = frame.File(f)
	}
	return frame.CheckFiles(fs)
}

// whole is a diagnostic of the program as a whole, put where it begins.
func whole(files []File, msg string) Diagnostic {
	d := Diagnostic{Line: 1, Column: 1, EndLine: 1, EndColumn: 1, Severity: Error, Message: msg}
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".go") && frame.CheckName(f.Name) == nil {
			d.File = f.Name
			break
		}
	}
	return d
}

// unchecked is the diagnostic of a program of which is not known whether Go would
// build it.
func unchecked(files []File, why string) Diagnostic {
	d := whole(files, cut(why))
	d.Severity = Warning
	d.Explanation = "When you run it, Go's own compiler will say whether it can be built."
	return d
}

// Reasons for which a program is not checked.
const (
	heavyMessage  = "this program has types or constants that may be very large, so it is not checked"
	brokenMessage = "the checker failed over this program, which may be right or wrong"
)

// broken is the diagnostic of a program that the checker itself failed over.
func broken(files []File, v any) Diagnostic {
	if _, ok := v.(runtime.Error); ok {
		return unchecked(files, brokenMessage)
	}
	return unchecked(files, brokenMessage+": "+fmt.Sprint(v))
}

// said sorts diagnostics, drops what is said twice, explains what can be
// explained and keeps as many as are wanted.
func said(ds []Diagnostic) Result {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Severity, b.Severity))
	})
	type line struct {
		file    string
		line    int
		message string
	}
	before := map[line]bool{}
	ds = slices.DeleteFunc(ds, func(d Diagnostic) bool { // as the compiler: once a line
		l := line{d.File, d.Line, d.Message}
		again := before[l]
		before[l] = true
		return again
	})
	r := Result{Diagnostics: ds}
	if len(ds) > MaxDiagnostics {
		r.Diagnostics, r.More = ds[:MaxDiagnostics], len(ds)-MaxDiagnostics
	}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		d.Message = cut(d.Message)
		if d.Explanation == "" && d.Severity == Error {
			d.Explanation = explain(d.Message)
		}
	}
	return r
}

// cut shortens what would fill a screen.
func cut(s string) string {
	if len(s) <= maxMessage {
		return s
	}
	return strings.ToValidUTF8(s[:maxMessage], "") + "…"
}
