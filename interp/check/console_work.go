package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// The parts of a session's program, as they are checked. What was typed begins on
// the second line of its file: lines are one more than people see, columns the
// same.
const (
	piecesFile = "console-session.go"
	declsFile  = "console-declared.go"
	stmtsFile  = "console-statements.go"
	lineFunc   = "console_line"
)

// work is the looking at one line.
type work struct {
	s    *Session
	next session // what the session will be
	in   input
	mark string

	unit  *unit
	decls *source // what was typed
	stmts *source
	body  []ast.Stmt
}

func (w *work) answer() Answer {
	w.in.decls, w.in.stmts = w.callMain(w.in.decls), w.callMain(w.in.stmts)
	for _, step := range []func() []Diagnostic{w.syntax, w.liftImports, w.yield, w.check, w.allowed} {
		if ds := step(); len(ds) > 0 {
			return Answer{Diagnostics: said(w.typedPlaces(ds)).Diagnostics}
		}
	}
	return w.result()
}

// callMain writes the name that the program's main has here.
func (w *work) callMain(text string) string {
	if w.s.main == "" || !strings.Contains(text, "main") {
		return text
	}
	words, _ := scan(text)
	var e edits
	for i, t := range words {
		if t.tok == token.IDENT && t.lit == "main" && (i == 0 || words[i-1].tok != token.PERIOD) {
			e.add(t.from, t.to, w.s.main)
		}
	}
	return e.apply(text)
}

// syntax finds the errors of syntax, in the words of Go's parser.
func (w *work) syntax() (ds []Diagnostic) {
	return parse([]File{w.declsText(), w.stmtsText()}).syntax()
}

// typedPlaces turns places in the files of a session into places in what was
// typed. What is elsewhere is put at its beginning.
func (w *work) typedPlaces(ds []Diagnostic) []Diagnostic {
	last := strings.Count(w.in.stmts, "\n") + 1
	for i := range ds {
		d := &ds[i]
		if d.File != declsFile && d.File != stmtsFile || d.Line < 2 {
			d.Line, d.Column, d.EndLine, d.EndColumn = 2, 1, 2, 1
		}
		d.File, d.Line, d.EndLine = ConsoleFile, min(d.Line-1, last), min(max(1, d.EndLine-1), last)
		d.Message, _, _ = strings.Cut(d.Message, "\n\t")
		if w.s.main != "" {
			d.Message = strings.ReplaceAll(d.Message, w.s.main, "main")
		}
	}
	return ds
}

// importText writes imports so that they fit behind a package clause.
func importText(specs []string) string {
	b := strings.Builder{}
	for _, s := range specs {
		b.WriteString("; import " + s)
	}
	return b.String()
}

func (w *work) file(name, before, text, after string) File {
	return File{name, "package main" + importText(w.next.imports) + before + "\n" + text + after}
}

func (w *work) declsText() File { return w.file(declsFile, "", w.in.decls, "\n") }

func (w *work) stmtsText() File {
	return w.file(stmtsFile, "; func "+lineFunc+"() {", w.in.stmts, "\n}\n")
}

func (w *work) piecesText() File {
	text, _ := w.next.text()
	return w.file(piecesFile, "", text, "")
}

// segment is where a part of a session stands in its text.
type segment struct {
	text *string
	at   int
}

// text is what a session has declared and done, each line as a function.
func (s *session) text() (string, []segment) {
	var b strings.Builder
	var parts []segment
	for i := range s.pieces {
		parts = append(parts, segment{&s.pieces[i].text, b.Len()})
		b.WriteString(s.pieces[i].text + "\n")
	}
	for i := range s.lines {
		b.WriteString("func " + lineName(i) + "() {\n")
		parts = append(parts, segment{&s.lines[i], b.Len()})
		b.WriteString(s.lines[i] + "\n}\n")
	}
	return b.String(), parts
}

func lineName(i int) string { return lineFunc + "_" + strconv.Itoa(i+1) }

// program is the files of the program the session is over, in which the imports
// of the session stand if they were taken out.
func (w *work) program() []File {
	files := slices.Clone(w.s.files)
	if at := w.s.goFiles(); len(at) == 1 {
		files[at[0]].Text = withImports(files[at[0]].Text, w.next.imports)
	}
	return files
}

// withImports writes imports behind the package clause of a file.
func withImports(text string, imports []string) string {
	tree, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
	if err != nil {
		return text
	}
	at := int(tree.Name.End()) - int(tree.FileStart)
	return text[:at] + importText(imports) + text[at:]
}

// liftImports takes the import declarations out of what was typed.
func (w *work) liftImports() (ds []Diagnostic) {
	u := parse([]File{w.declsText()})
	src := u.files[0]
	skip := len(w.next.imports)
	header := strings.IndexByte(src.Text, '\n') + 1
	n := 0
	for _, d := range src.tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		if n++; n <= skip {
			continue
		}
		for _, spec := range g.Specs {
			im := spec.(*ast.ImportSpec)
			path, _ := strconv.Unquote(im.Path.Value)
			if msg, why := w.s.c.std.importProblem(path); msg != "" {
				d := u.between(src, im.Path.Pos(), im.Path.End(), msg)
				d.Explanation = why
				ds = append(ds, d)
				continue
			}
			w.next.addImport(src.Text[src.token.Offset(im.Pos()):src.token.Offset(im.End())])
		}
		from, to := src.token.Offset(g.Pos())-header, src.token.Offset(g.End())-header
		w.in.decls = w.in.decls[:from] + blank(w.in.decls[from:to]) + w.in.decls[to:]
	}
	return ds
}

// check checks the types of the session with what was typed, and imports the
// packages of the library that it names.
func (w *work) check() []Diagnostic {
	for {
		w.unit = parse(append(w.program(), w.piecesText(), w.declsText(), w.stmtsText()))
		n := len(w.unit.files)
		w.decls, w.stmts = w.unit.files[n-2], w.unit.files[n-1]
		w.body = nil
		for _, d := range w.stmts.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == lineFunc {
				w.body = fn.Body.List
			}
		}
		ds := w.unit.check(w.s.c)
		if !w.importMissing() {
			return w.forgive(ds)
		}
	}
}

// importMissing imports what is named like a package and is nothing else. It
// reports whether there was any.
func (w *work) importMissing() (found bool) {
	for _, src := range []*source{w.decls, w.stmts} {
		ast.Inspect(src.tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := s.X.(*ast.Ident)
			if !ok || w.unit.info.Uses[id] != nil || w.unit.info.Defs[id] != nil {
				return true
			}
			spec := strconv.Quote(packageNamed(id.Name))
			if spec != `""` && !slices.Contains(w.next.imports, spec) {
				w.next.addImport(spec)
				found = true
			}
			return true
		})
	}
	return found
}

// forgive drops the errors that are none in a console: imports and variables of
// the line itself that are not used, and a value at the end that is not used, as
// it is shown.
func (w *work) forgive(ds []Diagnostic) []Diagnostic {
	named := map[string]bool{}
	for _, s := range w.body {
		for _, id := range w.defined(s) {
			named[w.where(id)] = true
		}
	}
	last := w.lastExpr()
	return slices.DeleteFunc(ds, func(d Diagnostic) bool {
		if unusedImport(d.Message) {
			return true
		}
		if d.File != stmtsFile {
			return false
		}
		if strings.HasPrefix(d.Message, "declared and not used: ") {
			return named[w.key(d.Line, d.Column)]
		}
		if last == nil || !strings.HasSuffix(d.Message, "is not used") {
			return false
		}
		from, to := w.position(last.Pos()), w.position(last.End())
		return (d.Line > from.Line || d.Line == from.Line && d.Column >= from.Column) && (d.Line < to.Line || d.Line == to.Line && d.Column <= to.Column)
	})
}

func (w *work) position(p token.Pos) token.Position { return w.stmts.token.PositionFor(p, false) }

func (w *work) key(line, column int) string { return strconv.Itoa(line) + ":" + strconv.Itoa(column) }

func (w *work) where(id *ast.Ident) string {
	p := w.position(id.Pos())
	return w.key(p.Line, p.Column)
}

// lastExpr is the expression that what was typed ends with, or nil.
func (w *work) lastExpr() ast.Expr {
	for i := len(w.body) - 1; i >= 0; i-- {
		switch s := w.body[i].(type) {
		case *ast.EmptyStmt:
			continue
		case *ast.ExprStmt:
			return s.X
		}
		return nil
	}
	return nil
}

// defined returns the names that a statement of the line itself declares.
func (w *work) defined(s ast.Stmt) (ids []*ast.Ident) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok != token.DEFINE {
			return nil
		}
		for _, x := range s.Lhs {
			if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
				ids = append(ids, id)
			}
		}
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					if id.Name != "_" {
						ids = append(ids, id)
					}
				}
			}
		}
	}
	return ids
}

// allowed finds what Go accepts within a function and what makes no sense here.
func (w *work) allowed() (ds []Diagnostic) {
	for _, d := range w.decls.tree.Decls {
		for _, id := range declaredIDs(d) {
			if d := w.taken(w.decls, id); d != nil {
				ds = append(ds, *d)
			}
		}
	}
	for _, s := range w.body {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ReturnStmt:
				d := w.unit.between(w.stmts, n.Pos(), n.End(), "return outside a function")
				d.Explanation = "There is no function here that could end. To see a value, type it alone."
				ds = append(ds, d)
			}
			return true
		})
		for _, id := range w.defined(s) {
			d := w.taken(w.stmts, id)
			if d == nil {
				d = w.cannotKeep(id)
			}
			if d != nil {
				ds = append(ds, *d)
			}
		}
	}
	return ds
}

// taken says why a name cannot be given to anything here, or nothing. What is
// declared in a console is seen by all that follows, so that a name which Go lets
// one hide within a function would be lost for good.
func (w *work) taken(s *source, id *ast.Ident) *Diagnostic {
	about := ""
	switch {
	case types.Universe.Lookup(id.Name) != nil:
		about = "is one of Go's own names"
	case strings.HasPrefix(id.Name, "console_"):
		about = "begins as the console's own names do"
	case holds("fmt strconv sort", id.Name) || slices.ContainsFunc(w.next.imports, func(im string) bool { return importName(im) == id.Name }):
		about = "is the name of a package that is used here"
	default:
		return nil
	}
	d := w.unit.between(s, id.Pos(), id.End(), id.Name+" "+about)
	d.Explanation = "What is declared here is there for every line that follows, and would take the name away from it. Take another name."
	return &d
}

// cannotKeep says why something that is declared cannot be kept, or nothing.
func (w *work) cannotKeep(id *ast.Ident) *Diagnostic {
	o := w.unit.info.Defs[id]
	if o == nil {
		return nil
	}
	if old := w.unit.pkg.Scope().Lookup(id.Name); old != nil && w.ofProgram(old) {
		d := w.unit.between(w.stmts, id.Pos(), id.End(), id.Name+" redeclared in this block")
		d.Explanation = id.Name + " is declared in the open program. Take another name here, or change it with = if it is a variable."
		return &d
	}
	if _, ok := w.typeText(o.Type()); !ok {
		d := w.unit.between(w.stmts, id.Pos(), id.End(), id.Name+" cannot be kept: its type has no name outside its package")
		return &d
	}
	return nil
}

// ofProgram reports whether something is declared in the open program.
func (w *work) ofProgram(o types.Object) bool {
	s := w.unit.at(o.Pos())
	return s != nil && s.Name != piecesFile && s.Name != declsFile && s.Name != stmtsFile
}
