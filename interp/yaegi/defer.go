package yaegi

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

// The interpreter looks at what a deferred function is given only when it calls
// it, and at the function too. Outside loops that is mended by copying; in a loop
// the copies would be one and the same, so what differs from turn to turn there is
// refused (deferInLoop) rather than done wrongly.

// deferred makes defer f(a, b) into
//
//	x, y := a, b
//	defer f(x, y)
func (l *lowering) deferred(d *ast.DeferStmt) []ast.Stmt {
	var out []ast.Stmt
	for i, x := range d.Call.Args {
		if !l.varies(x) {
			continue
		}
		l.n++
		name := "defer." + strconv.Itoa(l.n)
		out = append(out, &ast.AssignStmt{
			Lhs: []ast.Expr{&ast.Ident{NamePos: x.Pos(), Name: name}}, TokPos: x.Pos(), Tok: token.DEFINE, Rhs: []ast.Expr{x},
		})
		d.Call.Args[i] = &ast.Ident{NamePos: x.Pos(), Name: name}
	}
	return append(out, d)
}

// varies reports whether an expression is more than a constant: whether it names
// a variable. What calls several values at once is left alone.
func (l *lowering) varies(x ast.Expr) bool {
	if t, ok := l.info.TypeOf(x).(*types.Tuple); ok && t.Len() != 1 {
		return false
	}
	return mentions(x, func(id *ast.Ident) bool {
		_, ok := l.info.Uses[id].(*types.Var)
		return ok
	})
}

// mentions reports whether an expression holds an identifier that fits.
func mentions(x ast.Node, fits func(*ast.Ident) bool) (found bool) {
	ast.Inspect(x, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && fits(id)
		return true
	})
	return found
}

// deferInLoop collects the statements of a loop that defer something that differs
// from turn to turn.
func deferInLoop(loop ast.Node, body *ast.BlockStmt, info *types.Info, found map[*ast.DeferStmt]bool) {
	variable := func(id *ast.Ident) bool {
		_, ok := info.Uses[id].(*types.Var)
		return ok
	}
	within := func(id *ast.Ident) bool {
		return variable(id) && loop.Pos() <= info.Uses[id].Pos() && info.Uses[id].Pos() < loop.End()
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			_, lit := n.Call.Fun.(*ast.FuncLit)
			bad := lit || mentions(n.Call.Fun, within)
			for _, x := range n.Call.Args {
				bad = bad || mentions(x, variable)
			}
			found[n] = found[n] || bad
			return false
		}
		return true
	})
}

// deferBlocks reports whether a deferred call would call a function that is kept
// in a variable of the same function: the interpreter would wait for itself, and
// the program look deadlocked.
func deferBlocks(d *ast.DeferStmt, info *types.Info) (found bool) {
	ast.Inspect(d.Call, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		id, ok := c.Fun.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := info.Uses[id].(*types.Var)
		if ok && v.Parent() != v.Pkg().Scope() && !(d.Pos() <= v.Pos() && v.Pos() < d.End()) {
			found = true
		}
		return true
	})
	return found
}
