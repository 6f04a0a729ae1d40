package check

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unit is a program that has been read, and type-checked as far as that goes.
type unit struct {
	fset  *token.FileSet
	files []*source
	pkg   *types.Package
	info  *types.Info
}

// source is one Go file.
type source struct {
	File
	tree  *ast.File
	token *token.File
	errs  scanner.ErrorList // of syntax
}

// sizes are those of WebAssembly and of every 64-bit machine.
var sizes = types.SizesFor("gc", "amd64")

// load reads a program and checks its types. Without diagnostics Go would build
// it. The unit is there in any case.
func (c *Checker) load(files []File) (*unit, []Diagnostic) {
	u := parse(files)
	ds := u.syntax()
	if len(ds) > 0 {
		return u, ds
	}
	ds = u.clauses()
	for _, s := range u.files {
		for _, im := range s.tree.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			if msg, why := c.std.importProblem(p); msg != "" {
				d := u.between(s, im.Path.Pos(), im.Path.End(), msg)
				d.Explanation = why
				ds = append(ds, d)
			}
		}
	}
	return u, append(ds, u.check(c)...)
}

// parse reads the Go files of a program. Those of an external test package are
// left out: they see the program only as something imported.
func parse(files []File) *unit {
	u := &unit{fset: token.NewFileSet()}
	// What is imported has positions too, of another set: none is one of ours.
	u.fset.AddFile("", u.fset.Base(), importedSize)
	for _, f := range files {
		if path.Ext(f.Name) != ".go" {
			continue
		}
		base := u.fset.Base()
		tree, err := parser.ParseFile(u.fset, f.Name, f.Text, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
		if strings.HasSuffix(f.Name, "_test.go") && tree.Name != nil && strings.HasSuffix(tree.Name.Name, "_test") {
			continue
		}
		s := &source{File: f, tree: tree, token: u.fset.File(token.Pos(base))}
		errors.As(err, &s.errs)
		u.files = append(u.files, s)
	}
	return u
}

// syntax returns the errors of syntax, one for each line as Go has it.
func (u *unit) syntax() []Diagnostic {
	var ds []Diagnostic
	for _, s := range u.files {
		line := 0
		s.errs.Sort()
		for _, e := range s.errs {
			d := u.offsets(s, e.Pos.Offset, e.Pos.Offset+wordLength(s.Text, e.Pos.Offset), e.Msg)
			if d.Line != line { // one a line, whatever a //line comment may say
				ds = append(ds, d)
			}
			line = d.Line
		}
	}
	return ds
}

// wordLength is the length of what begins at an offset: a name or a number, or
// one character.
func wordLength(text string, at int) int {
	if at < 0 || at >= len(text) {
		return 0
	}
	n := 0
	for _, r := range text[at:] {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		n += utf8.RuneLen(r)
	}
	if n == 0 && text[at] != '\n' {
		_, n = utf8.DecodeRuneInString(text[at:])
	}
	return n
}

// clauses checks what go build checks beside the types: a program is of package
// main and has a function main. A package that comes with tests needs neither.
func (u *unit) clauses() []Diagnostic {
	for _, s := range u.files {
		if strings.HasSuffix(s.Name, "_test.go") {
			return nil
		}
	}
	var ds []Diagnostic
	for _, s := range u.files {
		if s.tree.Name.Name != "main" {
			d := u.between(s, s.tree.Name.Pos(), s.tree.Name.End(), "package "+s.tree.Name.Name+" is not a main package")
			d.Severity = Warning
			d.Explanation = "A program that can be run begins with: package main."
			ds = append(ds, d)
		}
		for _, decl := range s.tree.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "main" {
				return ds
			}
		}
	}
	if len(ds) == 0 && len(u.files) > 0 {
		s := u.files[0]
		ds = append(ds, u.between(s, s.tree.Name.Pos(), s.tree.Name.End(), "function main is undeclared in the main package"))
	}
	return ds
}

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
}

// check checks the types and returns what is wrong with them. Of imports that
// fail it says nothing: load does.
func (u *unit) check(c *Checker) []Diagnostic {
	var ds []Diagnostic
	name := "main"
	var trees []*ast.File
	for _, s := range u.files {
		trees = append(trees, s.tree)
	}
	if len(trees) > 0 {
		name = trees[0].Name.Name
	}
	u.info = newInfo()
	if u.heavy() {
		u.pkg = types.NewPackage(name, name)
		return []Diagnostic{unchecked(u.named(), heavyMessage)}
	}
	conf := types.Config{
		GoVersion: c.version, Importer: c.std, Sizes: sizes,
		Error: func(err error) {
			var te types.Error
			if errors.As(err, &te) && len(ds) < 10*MaxDiagnostics {
				ds = u.typeError(ds, te)
			}
		},
	}
	// The error is the first of those that conf.Error has seen.
	u.pkg, _ = conf.Check(name, u.fset, trees, u.info)
	return ds
}

// typeError adds what the type checker found. What it says beside an error, of
// another place, is added to the message as Go's compiler adds it.
func (u *unit) typeError(ds []Diagnostic, te types.Error) []Diagnostic {
	if strings.HasPrefix(te.Msg, "could not import ") {
		return ds
	}
	s := u.at(te.Pos)
	if s == nil {
		return append(ds, Diagnostic{File: u.files[0].Name, Line: 1, Column: 1, EndLine: 1, EndColumn: 1, Severity: Error, Message: te.Msg})
	}
	if note, ok := strings.CutPrefix(te.Msg, "\t"); ok && len(ds) > 0 {
		p := s.token.PositionFor(te.Pos, false)
		ds[len(ds)-1].Message += "\n\t" + s.Name + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ": " + note
		return ds
	}
	pos, end := replace(s, te)
	// Where it ends is known to go/types, which does not yet say so in its API.
	if f := reflect.ValueOf(te).FieldByName("go116end"); end == token.NoPos && f.IsValid() && f.CanInt() {
		end = token.Pos(f.Int())
	}
	if end <= pos || u.at(end) != s {
		at := s.token.Offset(pos)
		end = s.token.Pos(at + wordLength(s.Text, at))
	}
	d := u.between(s, pos, end, reword(te.Msg))
	if name, ok := strings.CutPrefix(te.Msg, "undefined: "); ok {
		d.Explanation = notImported(name, s.Text[s.token.Offset(end):])
	}
	return append(ds, d)
}

// named are the files that were read.
func (u *unit) named() (fs []File) {
	for _, s := range u.files {
		fs = append(fs, s.File)
	}
	return fs
}

// at returns the file that a position is in, or nil.
func (u *unit) at(p token.Pos) *source {
	for _, s := range u.files {
		if int(p) >= s.token.Base() && int(p) <= s.token.Base()+s.token.Size() {
			return s
		}
	}
	return nil
}

// between is an error from one position of a file to another.
func (u *unit) between(s *source, from, to token.Pos, msg string) Diagnostic {
	return u.offsets(s, s.token.Offset(from), s.token.Offset(to), msg)
}

func (u *unit) offsets(s *source, from, to int, msg string) Diagnostic {
	size := s.token.Size()
	from = max(0, min(from, size))
	to = max(from, min(to, size))
	at := spanIn(s.File, from, to) // go/token does not know of an empty last line
	return Diagnostic{File: s.Name, Line: at.Line, Column: at.Column, EndLine: at.EndLine, EndColumn: at.EndColumn, Severity: Error, Message: msg}
}
