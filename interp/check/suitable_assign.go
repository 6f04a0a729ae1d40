package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assigned admits assignments of one value, and of several to plain variables and
// elements of slices, as in a swap: of others, the interpreter takes some after it
// has changed them.
func (j *judge) assigned(a *ast.AssignStmt) {
	if a.Tok == token.SHL_ASSIGN || a.Tok == token.SHR_ASSIGN {
		j.shift(a, a.Rhs[0])
	}
	for i, x := range a.Lhs {
		if _, isName := ast.Unparen(x).(*ast.Ident); !isName || a.Tok != token.ASSIGN || len(a.Rhs) != len(a.Lhs) {
			continue
		}
		if l, ok := ast.Unparen(a.Rhs[i]).(*ast.CompositeLit); ok {
			switch j.info.TypeOf(l).Underlying().(type) {
			case *types.Struct, *types.Array:
				// The interpreter makes a new variable, and pointers keep the old one.
				j.refuse(l, "a literal of a struct or array assigned to a variable that is there already")
			}
		}
	}
	for _, x := range a.Lhs {
		if id, ok := x.(*ast.Ident); ok && a.Tok == token.DEFINE && j.shared[j.info.Uses[id]] {
			j.refuse(x, "the variable %s, which others can reach, on the left of :=", id.Name)
		}
	}
	if len(a.Lhs) == 1 || a.Tok == token.DEFINE || len(a.Rhs) == 1 {
		return
	}
	for _, x := range a.Rhs {
		if !j.simple(x) {
			j.refuse(x, "several values assigned at once, one of them from a call or a literal")
		}
	}
	moving := map[types.Object]bool{}
	for _, x := range a.Lhs {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok {
			moving[j.info.ObjectOf(id)] = true
		}
	}
	for _, x := range a.Lhs {
		switch x := ast.Unparen(x).(type) {
		case *ast.Ident:
			continue
		case *ast.IndexExpr:
			_, isSlice := j.info.TypeOf(x.X).Underlying().(*types.Slice)
			_, isName := ast.Unparen(x.X).(*ast.Ident)
			if isSlice && isName && j.still(x.Index, moving) {
				continue
			}
		}
		j.refuse(x, "several values assigned at once to anything but variables and elements of slices")
	}
}

// simple reports whether an expression calls no function but len, within another
// expression, and makes nothing new. Beside a bare len the interpreter loses what
// it assigns.
func (j *judge) simple(x ast.Expr) bool {
	c, isCall := ast.Unparen(x).(*ast.CallExpr)
	ok := !isCall || j.info.Types[c.Fun].IsType()
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit, *ast.FuncLit:
			ok = false
		case *ast.CallExpr:
			id, isName := n.Fun.(*ast.Ident)
			ok = ok && isName && (j.info.Types[n.Fun].IsType() || j.info.Types[n.Fun].IsBuiltin() && id.Name == "len")
		}
		return true
	})
	return ok
}

// still reports whether an expression uses none of the variables that are
// assigned to beside it.
func (j *judge) still(x ast.Expr, moving map[types.Object]bool) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && moving[j.info.Uses[id]]
		return true
	})
	return !found
}
