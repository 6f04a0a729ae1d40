package check

import (
	"context"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"thirdspace/interp/frame"
)

// Bounds of a console.
const (
	MaxConsoleLine = 64 << 10  // bytes of what is typed at once
	maxSession     = 512 << 10 // bytes of all that is remembered
)

// ConsoleFile is the name under which diagnostics speak of what was typed.
const ConsoleFile = "console.go"

// Session is what has been typed into a console, over the definitions of a
// program: a Go program of its own, which grows by each line. That program is
// what a line means. Its variables are package variables; each line of statements
// is a function; main calls these in order. So a line is checked, and run, as Go
// checks and runs it, and a session can be run again from its beginning.
//
// A Session is not safe for concurrent use.
type Session struct {
	c     *Checker
	files []File // of the program
	main  string // what the program's main function is called here; "" if it has none
	session
}

// session is what grows.
type session struct {
	imports []string // what may be imported, as written in an import declaration
	pieces  []piece  // declarations and variables, outside functions
	lines   []string // bodies of functions
	count   int      // of things that were renamed
}

// piece is one declaration of a session.
type piece struct {
	names []string // that it declares, apart from methods
	text  string
	typ   types.Type // of a variable; nil of anything else
}

// NewSession begins a session over the definitions of a program. If the program
// is wrong, so that Go would not know what its definitions mean, it returns what
// is wrong, and the session begins with none. Errors within main, and imports that
// are not used, do not count.
func (c *Checker) NewSession(ctx context.Context, files []File) (*Session, []Diagnostic, error) {
	type begun struct {
		s  *Session
		ds []Diagnostic
	}
	b, err := within(ctx, c, func() (b begun) {
		defer func() {
			if v := recover(); v != nil {
				b = begun{c.empty(), said([]Diagnostic{broken(files, v)}).Diagnostics}
			}
		}()
		b.s, b.ds = c.begin(files)
		return b
	})
	if err != nil {
		return nil, nil, fmt.Errorf("begin a console: %w", err)
	}
	return b.s, b.ds, nil
}

// Answer is what a line comes to.
type Answer struct {
	More        bool         // the line is not complete: another must follow
	Diagnostics []Diagnostic // what is wrong with it; then nothing is run
	Values      []Value      // known without running anything
	Plan        *Plan        // what must be run, or nil
	next        session
}

// Value is a value as it is shown.
type Value struct {
	Text string `json:"text"` // as Go writes it, or in its own words if it has some
	Type string `json:"type"`
}

// Plan is a program that runs a line in its session. What it prints is cut into
// parts by marks: Mark and one letter before each part.
//
//	b  before the line: how the variables stand, a part for each that can be shown; "name=value"
//	o  what the line itself prints
//	v  a value of the line, one for each of Types
//	a  how the variables stand afterwards
//	e  the end
//
// What is printed before the first mark is what earlier lines print again.
type Plan struct {
	Files []File
	Mark  string
	Types []string // of the values
	Quick bool     // the quick engine may run it
	Why   string   // why not
}

// Line looks at what was typed. The session stays as it is until Keep.
func (s *Session) Line(ctx context.Context, typed, mark string) (Answer, error) {
	a, err := within(ctx, s.c, func() (a Answer) {
		defer func() {
			if v := recover(); v != nil {
				a = Answer{Diagnostics: []Diagnostic{broken([]File{{Name: ConsoleFile}}, v)}}
			}
		}()
		return s.line(typed, mark)
	})
	if err != nil {
		return Answer{}, fmt.Errorf("look at what was typed: %w", err)
	}
	return a, nil
}

// Keep makes a line part of the session: its declarations, and what it does if
// that leaves anything behind.
func (s *Session) Keep(a Answer) { s.session = a.next }

func (s *Session) line(typed, mark string) Answer {
	typed = strings.ReplaceAll(typed, "\r\n", "\n")
	if err := s.fits(typed); err != "" {
		return Answer{Diagnostics: []Diagnostic{atStart(err)}}
	}
	in := split(typed)
	if in.more {
		return Answer{More: true}
	}
	if in.wrong != nil {
		return Answer{Diagnostics: []Diagnostic{*in.wrong}}
	}
	w := &work{s: s, next: s.clone(), in: in, mark: mark}
	return w.answer()
}

// fits says why something is too much to be typed, or nothing.
func (s *Session) fits(typed string) string {
	total := len(typed)
	for _, p := range s.pieces {
		total += len(p.text)
	}
	for _, l := range s.lines {
		total += len(l)
	}
	switch {
	case len(typed) > MaxConsoleLine:
		return fmt.Sprintf("this is longer than the %d KiB that can be typed at once", MaxConsoleLine>>10)
	case total > maxSession:
		return "this console remembers too much already: begin a new one"
	case frame.CheckFiles([]frame.File{{Name: ConsoleFile, Text: typed}}) != nil:
		return "this is not text in UTF-8"
	}
	return ""
}

func (s *session) clone() session {
	n := *s
	n.imports, n.pieces, n.lines = slices.Clone(s.imports), slices.Clone(s.pieces), slices.Clone(s.lines)
	return n
}

func (c *Checker) empty() *Session {
	return &Session{c: c, files: []File{{Name: "main.go", Text: "package main\n"}}}
}

func atStart(msg string) Diagnostic {
	return Diagnostic{File: ConsoleFile, Line: 1, Column: 1, EndLine: 1, EndColumn: 1, Severity: Error, Message: msg}
}

// begin makes the session of a program.
func (c *Checker) begin(files []File) (*Session, []Diagnostic) {
	if err := bounds(files); err != nil {
		return c.empty(), []Diagnostic{whole(files, err.Error())}
	}
	s := &Session{c: c}
	for _, f := range files {
		if !strings.HasSuffix(f.Name, "_test.go") && !strings.EqualFold(f.Name, ConsoleFile) {
			s.files = append(s.files, f)
		}
	}
	u, ds := c.load(s.files)
	if ds = s.tolerate(u, ds); len(ds) > 0 {
		return c.empty(), said(ds).Diagnostics
	}
	s.renameMain(u)
	s.liftImports()
	return s, nil
}

// tolerate drops the errors that do not matter to the definitions, and a body of
// main that has any.
func (s *Session) tolerate(u *unit, ds []Diagnostic) []Diagnostic {
	if len(u.syntax()) > 0 {
		return ds
	}
	mainWrong := false
	var body *ast.BlockStmt
	var file *source
	for _, f := range u.files {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && isMain(fn) {
				body, file = fn.Body, f
			}
		}
	}
	ds = slices.DeleteFunc(ds, func(d Diagnostic) bool {
		if body != nil && d.File == file.Name {
			from, to := u.between(file, body.Pos(), body.End(), ""), d
			if (to.Line > from.Line || to.Line == from.Line && to.Column >= from.Column) && (to.Line < from.EndLine || to.Line == from.EndLine && to.Column < from.EndColumn) {
				mainWrong = true
				return true
			}
		}
		return d.Severity != Error || len(s.goFiles()) == 1 && unusedImport(d.Message) ||
			d.Message == "function main is undeclared in the main package"
	})
	if mainWrong && body != nil {
		i := slices.IndexFunc(s.files, func(f File) bool { return f.Name == file.Name })
		from, to := file.token.Offset(body.Lbrace)+1, file.token.Offset(body.Rbrace)
		s.files[i].Text = file.Text[:from] + blank(file.Text[from:to]) + file.Text[to:]
	}
	return ds
}

func isMain(fn *ast.FuncDecl) bool { return fn.Recv == nil && fn.Name.Name == "main" && fn.Body != nil }

func unusedImport(msg string) bool {
	return strings.HasPrefix(msg, `"`) && strings.HasSuffix(msg, " and not used")
}

// blank is as many spaces, in the same lines.
func blank(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

// goFiles are the indices of the Go files of the program.
func (s *Session) goFiles() (at []int) {
	for i, f := range s.files {
		if strings.HasSuffix(f.Name, ".go") {
			at = append(at, i)
		}
	}
	return at
}

// renameMain gives the program's main another name of the same length: a session
// has a main of its own, and what is typed may call this one.
func (s *Session) renameMain(u *unit) {
	all := ""
	for _, f := range s.files {
		all += f.Text
	}
	name := ""
	for _, n := range []string{"maiN", "maIn", "mAin", "mAIN", "MAIN"} {
		if !strings.Contains(all, n) {
			name = n
			break
		}
	}
	for i, f := range s.files {
		fresh := parse([]File{f}) // its body may have been emptied
		for _, src := range fresh.files {
			var edits edits
			ast.Inspect(src.tree, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if ok && id.Name == "main" && id != src.tree.Name && name != "" {
					edits.add(src.token.Offset(id.Pos()), src.token.Offset(id.End()), name)
					s.main = name
				}
				return true
			})
			s.files[i].Text = edits.apply(f.Text)
		}
	}
}

// liftImports takes the imports out of a program of one file, to be written anew
// for each line: only what is used may be imported.
func (s *Session) liftImports() {
	at := s.goFiles()
	if len(at) != 1 {
		return
	}
	f := &s.files[at[0]]
	src := parse([]File{*f}).files[0]
	text := f.Text
	for _, d := range src.tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || !isImport(g) {
			continue
		}
		for _, spec := range g.Specs {
			from, to := src.token.Offset(spec.Pos()), src.token.Offset(spec.(*ast.ImportSpec).Path.End())
			s.addImport(f.Text[from:to])
		}
		from, to := src.token.Offset(g.Pos()), src.token.Offset(g.End())
		text = text[:from] + blank(text[from:to]) + text[to:]
	}
	f.Text = text
}

func (s *session) addImport(spec string) {
	spec = strings.Join(strings.Fields(spec), " ")
	if !slices.Contains(s.imports, spec) {
		s.imports = append(s.imports, spec)
	}
}

// Forget takes back what the lines so far have done. What was declared stays;
// variables are as if they had only been declared.
func (s *Session) Forget() { s.lines = nil }

// Size is how much has been declared and done: a line that leaves it as it was can
// be forgotten.
func (s *Session) Size() int { return len(s.pieces) + len(s.lines) + len(s.imports) + s.count }

// Done is how many lines would be run again before the next.
func (s *Session) Done() int { return len(s.lines) }
