package yaegi

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// The kinds of places where a program can panic, and the words by which a panic
// of that kind is known.
var siteWords = []struct{ kind, words string }{
	{"index", "runtime error: index out of range"},
	{"slice", "runtime error: slice bounds out of range"},
	{"nil", "runtime error: invalid memory address or nil pointer dereference"},
	{"map", "assignment to entry in nil map"},
	{"divide", "runtime error: integer divide by zero"},
	{"convert", "interface conversion:"},
	{"send", "send on closed channel"},
	{"close", "close of closed channel"},
	{"close", "close of nil channel"},
	{"make", "runtime error: makeslice:"},
}

// SiteKind tells of what kind a panic is, by its words. What is none of the
// runtime's was said by the program: "panic".
func SiteKind(text string) string {
	for _, s := range siteWords {
		if strings.HasPrefix(text, s.words) {
			return s.kind
		}
	}
	if strings.HasPrefix(text, "runtime error:") || strings.HasPrefix(text, "reflect") {
		return "other"
	}
	return "panic"
}

// sites knows where in each function of a program which kind of panic can come
// from. The interpreter tells the function a panic comes from, but not the line;
// where only one line of that function can panic in such a way, that was it.
type sites struct {
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
}

// within describes the function whose body holds the position: where it begins,
// and for each kind that can only come from one line of it, that place:
// "line:column kind=line:column …".
func (s *sites) within(file string, line, column int) string {
	fn, body := s.function(file, line, column)
	if body == nil {
		return ""
	}
	places := map[string]token.Pos{}
	many := map[string]bool{}
	s.each(body, func(kind string, p token.Pos) {
		if q, ok := places[kind]; ok && s.fset.Position(q).Line != s.fset.Position(p).Line {
			many[kind] = true
			return
		}
		if _, ok := places[kind]; !ok {
			places[kind] = p
		}
	})
	out := s.place(fn)
	for _, kind := range []string{"panic", "index", "slice", "nil", "map", "divide", "convert", "send", "close", "make"} {
		if p, ok := places[kind]; ok && !many[kind] {
			out += fmt.Sprintf(" %s=%s", kind, s.place(p))
		}
	}
	return out
}

func (s *sites) place(p token.Pos) string {
	q := s.fset.Position(p)
	return strconv.Itoa(q.Line) + ":" + strconv.Itoa(q.Column)
}

// function finds the innermost function at a position.
func (s *sites) function(file string, line, column int) (at token.Pos, body *ast.BlockStmt) {
	for _, f := range s.files {
		tf := s.fset.File(f.Package)
		if tf == nil || tf.Name() != file || line < 1 || line > tf.LineCount() {
			continue
		}
		pos := tf.LineStart(line) + token.Pos(column-1)
		ast.Inspect(f, func(n ast.Node) bool {
			var b *ast.BlockStmt
			switch n := n.(type) {
			case *ast.FuncDecl:
				b = n.Body
			case *ast.FuncLit:
				b = n.Body
			}
			if b != nil && b.Pos() <= pos && pos <= b.End() {
				at, body = n.Pos(), b
			}
			return true
		})
	}
	return at, body
}

// each calls found for every place in a function's body, but not in functions
// within it, that can panic.
func (s *sites) each(body *ast.BlockStmt, found func(kind string, p token.Pos)) {
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IndexExpr:
			if !s.isMap(n.X) {
				found("index", n.Pos())
			}
			s.pointer(n.X, found)
		case *ast.SliceExpr:
			found("slice", n.Pos())
			s.pointer(n.X, found)
		case *ast.StarExpr:
			if !s.info.Types[n].IsType() {
				found("nil", n.Pos())
			}
		case *ast.SelectorExpr:
			s.pointer(n.X, found)
		case *ast.TypeAssertExpr:
			found("convert", n.Pos())
		case *ast.SendStmt:
			found("send", n.Pos())
		case *ast.BinaryExpr:
			if n.Op == token.QUO || n.Op == token.REM {
				found("divide", n.Pos())
			}
		case *ast.AssignStmt:
			if n.Tok == token.QUO_ASSIGN || n.Tok == token.REM_ASSIGN {
				found("divide", n.Pos())
			}
			for _, l := range n.Lhs {
				s.entry(l, found)
			}
		case *ast.IncDecStmt:
			s.entry(n.X, found)
		case *ast.CallExpr:
			s.call(n, found)
		}
		return true
	})
}

// entry finds an assignment to what may be an entry of a map.
func (s *sites) entry(x ast.Expr, found func(string, token.Pos)) {
	if i, ok := x.(*ast.IndexExpr); ok && s.mayBe(i.X, func(t types.Type) bool { _, ok := t.(*types.Map); return ok }) {
		found("map", i.Pos())
	}
}

// pointer finds a value through which something is reached that may be nil.
func (s *sites) pointer(x ast.Expr, found func(string, token.Pos)) {
	nilable := func(t types.Type) bool {
		switch t.(type) {
		case *types.Pointer, *types.Interface:
			return true
		}
		return false
	}
	if id, ok := x.(*ast.Ident); ok {
		if _, ok := s.info.Uses[id].(*types.PkgName); ok {
			return
		}
	}
	if s.mayBe(x, nilable) {
		found("nil", x.Pos())
	}
}

// mayBe reports whether an expression is of a type that fits, or of one that is
// not known because it comes from an imported package.
func (s *sites) mayBe(x ast.Expr, fits func(types.Type) bool) bool {
	t := s.info.TypeOf(x)
	if t == nil || t == types.Typ[types.Invalid] {
		return true
	}
	return fits(t.Underlying())
}

func (s *sites) isMap(x ast.Expr) bool {
	t := s.info.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func (s *sites) call(n *ast.CallExpr, found func(string, token.Pos)) {
	if _, ok := n.Fun.(*ast.FuncLit); ok {
		return // panics on its own account
	}
	id, ok := n.Fun.(*ast.Ident)
	if !ok {
		// A function of the library may panic in words of its own, or be given nil.
		found("panic", n.Pos())
		found("nil", n.Pos())
		return
	}
	b, ok := s.info.Uses[id].(*types.Builtin)
	switch {
	case !ok:
		if _, isType := s.info.Uses[id].(*types.TypeName); !isType {
			found("nil", n.Pos()) // a variable that holds no function
		}
	case b.Name() == "panic", b.Name() == "close", b.Name() == "make":
		found(b.Name(), n.Pos())
	}
}
