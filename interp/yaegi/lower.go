package yaegi

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"reflect"
	"strconv"

	"github.com/traefik/yaegi/stdlib"
)

// lower rewrites what today's Go means by a loop into what the interpreter, which
// is of an older Go, means by it:
//
//   - ranging over a number becomes a loop that counts;
//   - the variables of a loop become new ones in each turn, where a function or a
//     pointer might tell the difference;
//   - type arguments that Go would find by itself are written out, see infer.go;
//   - what is given to a deferred function is copied, see defer.go.
//
// The new nodes stand at the positions of the old ones.
func lower(files []*ast.File, info *types.Info) {
	l := &lowering{info: info}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				n.List = l.list(n.List)
			case *ast.CaseClause:
				n.Body = l.list(n.Body)
			case *ast.CommClause:
				n.Body = l.list(n.Body)
			case *ast.CallExpr:
				instantiate(n, info)
			case *ast.LabeledStmt:
				n.Stmt = l.stmt(n.Stmt)
			}
			return true
		})
	}
}

type lowering struct {
	info *types.Info
	n    int // hidden variables so far
}

func (l *lowering) list(list []ast.Stmt) (out []ast.Stmt) {
	for _, s := range list {
		if d, ok := s.(*ast.DeferStmt); ok {
			out = append(out, l.deferred(d)...)
			continue
		}
		out = append(out, l.stmt(s))
	}
	return out
}

func (l *lowering) stmt(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.RangeStmt:
		if t := l.number(s.X); t != "" {
			return l.count(s, t)
		}
		if s.Tok == token.DEFINE && l.mayOutlive(s.Body, s.Key, s.Value) {
			renew(s.Body, s.Key, s.Value)
		}
	case *ast.ForStmt:
		a, ok := s.Init.(*ast.AssignStmt)
		if ok && a.Tok == token.DEFINE && l.mayOutlive(s.Body, a.Lhs...) && !l.changes(s.Body, a.Lhs...) {
			renew(s.Body, a.Lhs...)
		}
	}
	return s
}

// number returns the name of the type of an expression that is ranged over, if
// that is one of Go's own integer types, and otherwise "".
func (l *lowering) number(x ast.Expr) string {
	if t := l.info.TypeOf(x); t != nil && t != types.Typ[types.Invalid] {
		b, ok := t.(*types.Basic)
		switch {
		case !ok || b.Info()&types.IsInteger == 0:
			return ""
		case b.Info()&types.IsUntyped != 0:
			return "int"
		}
		return b.Name()
	}
	c, ok := x.(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch f := c.Fun.(type) {
	case *ast.Ident: // of something that is not known
		if b, ok := l.info.Uses[f].(*types.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			return "int"
		}
	case *ast.SelectorExpr:
		return l.libraryNumber(f)
	}
	return ""
}

// libraryNumber is number for what a function of the standard library returns.
func (l *lowering) libraryNumber(f *ast.SelectorExpr) string {
	id, ok := f.X.(*ast.Ident)
	if !ok {
		return ""
	}
	pkg, ok := l.info.Uses[id].(*types.PkgName)
	if !ok {
		return ""
	}
	p := pkg.Imported().Path()
	fn := stdlib.Symbols[path.Join(p, packageName(p))][f.Sel.Name]
	if !fn.IsValid() || fn.Kind() != reflect.Func || fn.Type().NumOut() != 1 {
		return ""
	}
	switch out := fn.Type().Out(0); out.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if out.PkgPath() == "" {
			return out.Name()
		}
	}
	return ""
}

// count makes for i := range n { … } into
//
//	for hidden, end := int(0), int(n); hidden < end; hidden++ { i := hidden; … }
func (l *lowering) count(s *ast.RangeStmt, typ string) ast.Stmt {
	l.n++
	hidden, end := "range."+strconv.Itoa(l.n), "end."+strconv.Itoa(l.n)
	ident := func(name string) *ast.Ident { return &ast.Ident{NamePos: s.X.Pos(), Name: name} }
	convert := func(x ast.Expr) ast.Expr {
		return &ast.CallExpr{Fun: ident(typ), Lparen: x.Pos(), Args: []ast.Expr{x}, Rparen: x.End()}
	}
	if k, ok := s.Key.(*ast.Ident); s.Key != nil && !(ok && k.Name == "_") {
		first := &ast.AssignStmt{Lhs: []ast.Expr{s.Key}, TokPos: s.TokPos, Tok: s.Tok, Rhs: []ast.Expr{ident(hidden)}}
		s.Body.List = append([]ast.Stmt{first}, s.Body.List...)
	}
	zero := &ast.BasicLit{ValuePos: s.X.Pos(), Kind: token.INT, Value: "0"}
	return &ast.ForStmt{
		For: s.For,
		Init: &ast.AssignStmt{Lhs: []ast.Expr{ident(hidden), ident(end)}, TokPos: s.X.Pos(), Tok: token.DEFINE,
			Rhs: []ast.Expr{convert(zero), convert(s.X)}},
		Cond: &ast.BinaryExpr{X: ident(hidden), OpPos: s.X.Pos(), Op: token.LSS, Y: ident(end)},
		Post: &ast.IncDecStmt{X: ident(hidden), TokPos: s.X.Pos(), Tok: token.INC},
		Body: s.Body,
	}
}

// named returns the variables that are really there.
func named(vars []ast.Expr) (ids []*ast.Ident) {
	for _, v := range vars {
		if id, ok := v.(*ast.Ident); ok && id != nil && id.Name != "_" {
			ids = append(ids, id)
		}
	}
	return ids
}

// objects returns what the variables of a loop are to the type checker.
func (l *lowering) objects(vars []ast.Expr) map[types.Object]bool {
	m := map[types.Object]bool{}
	for _, id := range named(vars) {
		if o := l.info.Defs[id]; o != nil {
			m[o] = true
		}
	}
	return m
}

// mayOutlive reports whether a variable of a loop may still be used when its turn
// is over: a function in the body uses it, or its address is taken.
func (l *lowering) mayOutlive(body *ast.BlockStmt, vars ...ast.Expr) (found bool) {
	objects := l.objects(vars)
	uses := func(n ast.Node) (used bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			used = used || ok && objects[l.info.Uses[id]]
			return true
		})
		return used
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = found || uses(n.Body)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && uses(n.X)
		case *ast.SliceExpr: // of an array, which is an address too
			found = found || uses(n.X)
		case *ast.SelectorExpr: // a method may take the address, and keep it
			found = found || uses(n.X)
		}
		return true
	})
	return found
}

// changes reports whether the body of a loop may change one of its variables.
// Then a copy for each turn would not be enough.
func (l *lowering) changes(body *ast.BlockStmt, vars ...ast.Expr) (found bool) {
	objects := l.objects(vars)
	is := func(x ast.Expr) bool {
		id, ok := x.(*ast.Ident)
		return ok && objects[l.info.Uses[id]]
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				found = found || is(x)
			}
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		case *ast.RangeStmt:
			found = found || is(n.Key) || is(n.Value)
		case *ast.SelectorExpr:
			found = found || is(n.X)
		}
		return true
	})
	return found
}

// renew puts v := v at the beginning of a loop's body.
func renew(body *ast.BlockStmt, vars ...ast.Expr) {
	again := &ast.AssignStmt{TokPos: body.Lbrace, Tok: token.DEFINE}
	for _, id := range named(vars) {
		again.Lhs = append(again.Lhs, &ast.Ident{NamePos: body.Lbrace, Name: id.Name})
		again.Rhs = append(again.Rhs, &ast.Ident{NamePos: body.Lbrace, Name: id.Name})
	}
	if len(again.Lhs) > 0 {
		body.List = append([]ast.Stmt{again}, body.List...)
	}
}
