package check

import (
	"go/ast"
	"go/token"
	"strings"
)

// manifold are the packages of the library with generic functions. What they give
// has in it once what they were given.
const manifold = "cmp iter maps slices sync sync/atomic unique weak"

// statements weighs what stands in a function, in the order in which it is
// written, and every expression in it.
func (w *scales) statements(body ast.Node) {
	if b, ok := body.(*ast.BlockStmt); ok && b == nil {
		return
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			w.specs(n)
		case *ast.AssignStmt:
			w.assign(n)
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				weight := w.value(n.X)
				w.set(n.Key, weight)
				w.set(n.Value, weight)
			}
		case *ast.TypeSwitchStmt:
			w.typeSwitch(n)
		case *ast.FuncLit:
			w.parameters(n.Type.Params)
			w.parameters(n.Type.Results)
		case *ast.CallExpr:
			w.value(n)
		case *ast.CompositeLit:
			w.value(n)
		}
		return !w.over
	})
}

func (w *scales) assign(n *ast.AssignStmt) {
	if n.Tok != token.DEFINE {
		return
	}
	weights := make([]int, len(n.Lhs))
	for i := range n.Lhs {
		switch {
		case len(n.Rhs) == len(n.Lhs):
			weights[i] = w.value(n.Rhs[i])
		case len(n.Rhs) > 0:
			weights[i] = w.value(n.Rhs[0])
		}
	}
	for i, x := range n.Lhs {
		w.set(x, weights[i])
	}
}

// typeSwitch notes the variable of a type switch, which may be of the type of any
// of its cases.
func (w *scales) typeSwitch(n *ast.TypeSwitchStmt) {
	a, ok := n.Assign.(*ast.AssignStmt)
	if !ok || len(a.Lhs) == 0 || len(a.Rhs) == 0 {
		return
	}
	most := w.value(a.Rhs[0])
	for _, s := range n.Body.List {
		if c, ok := s.(*ast.CaseClause); ok {
			for _, t := range c.List {
				most = max(most, w.whole(t))
			}
		}
	}
	w.set(a.Lhs[0], most)
}

// value weighs the type of an expression, and a constant with it. It is kept for
// calls, in which others nest.
func (w *scales) value(x ast.Expr) int {
	switch x := x.(type) {
	case *ast.Ident:
		if f, ok := w.funcs[x.Name]; ok && w.local[x.Name] == 0 {
			return w.whole(f.Type)
		}
		return max(1, w.local[x.Name], w.named(x.Name, true))
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			return w.note(1 + len(x.Value)/64)
		}
		return 1
	case *ast.ParenExpr:
		return w.value(x.X)
	case *ast.StarExpr:
		return w.value(x.X)
	case *ast.UnaryExpr:
		return w.note(1 + w.value(x.X))
	case *ast.BinaryExpr:
		return w.binary(x)
	case *ast.SliceExpr:
		return w.note(1 + w.value(x.X))
	case *ast.TypeAssertExpr:
		return max(w.value(x.X), w.whole(x.Type))
	case *ast.FuncLit:
		return w.whole(x.Type)
	case *ast.CompositeLit:
		return w.once(x, func() int { return w.whole(x.Type) })
	case *ast.SelectorExpr:
		return w.selector(x)
	case *ast.IndexExpr:
		return w.note(w.value(x.X) + w.whole(x.Index))
	case *ast.IndexListExpr:
		sum := w.value(x.X)
		for _, a := range x.Indices {
			sum = w.note(sum + w.whole(a))
		}
		return sum
	case *ast.CallExpr:
		return w.once(x, func() int { return w.call(x) })
	}
	return max(1, w.whole(x))
}

// binary weighs an operation. Strings that are constants grow by it.
func (w *scales) binary(x *ast.BinaryExpr) int {
	if w.adding && x.Op == token.ADD {
		return w.once(x, func() int { return w.value(x.X) + w.value(x.Y) })
	}
	return w.once(x, func() int { return max(w.value(x.X), w.value(x.Y)) })
}

// selector weighs a field, a method, or something of a package.
func (w *scales) selector(x *ast.SelectorExpr) int {
	if _, ok := w.ofPackage(x); ok {
		return 1
	}
	most := max(w.value(x.X), w.fields[x.Sel.Name])
	for _, m := range w.methods[x.Sel.Name] {
		most = max(most, w.note(w.whole(m.Type)+w.value(x.X)))
	}
	return most
}

// ofPackage tells of which package a name is.
func (w *scales) ofPackage(x *ast.SelectorExpr) (path string, ok bool) {
	id, ok := x.X.(*ast.Ident)
	if !ok || w.local[id.Name] != 0 {
		return "", false
	}
	path, ok = w.imports[id.Name]
	return path, ok
}

// call weighs what a call gives.
func (w *scales) call(x *ast.CallExpr) int {
	fun, typeArgs := instantiated(x.Fun)
	given := 0
	for _, a := range typeArgs {
		given = w.note(given + w.whole(a))
	}
	for _, a := range x.Args {
		given = w.note(given + w.value(a))
	}
	switch f := fun.(type) {
	case *ast.Ident:
		if d, ok := w.funcs[f.Name]; ok {
			return w.result(d, d.Type.TypeParams, given)
		}
	case *ast.SelectorExpr:
		if path, ok := w.ofPackage(f); ok {
			if strings.Contains(" "+manifold+" ", " "+path+" ") {
				return w.note(1 + given)
			}
			return 1
		}
		return w.method(f, given)
	}
	// Conversions, what Go has built in, and functions that are values.
	return max(given, w.value(fun))
}

// method weighs what a method of that name may give.
func (w *scales) method(f *ast.SelectorExpr, given int) int {
	on := w.value(f.X)
	most := on // of a type of the library, or a field that is a function
	for _, m := range w.methods[f.Sel.Name] {
		if m.Recv == nil || len(m.Recv.List) == 0 {
			continue
		}
		most = max(most, w.result(m, receiverParams(m.Recv.List[0].Type), w.note(on+given)))
	}
	return max(most, w.fields[f.Sel.Name])
}

// result weighs what a function gives whose type parameters stand for types that
// weigh as much as given together.
func (w *scales) result(d *ast.FuncDecl, params *ast.FieldList, given int) int {
	if d.Type.Results == nil {
		return 1
	}
	most := 0
	for _, r := range d.Type.Results.List {
		weight := w.whole(r.Type)
		times := 0
		for i := 0; ; i++ {
			name := parameter(params, i)
			if name == "" {
				break
			}
			times = max(times, w.occurs(r.Type, name))
		}
		most = max(most, w.note(weight+w.times(times, given)))
	}
	return most
}

// instantiated takes the type arguments off a function.
func instantiated(fun ast.Expr) (ast.Expr, []ast.Expr) {
	switch f := fun.(type) {
	case *ast.ParenExpr:
		return instantiated(f.X)
	case *ast.IndexExpr:
		return f.X, []ast.Expr{f.Index}
	case *ast.IndexListExpr:
		return f.X, f.Indices
	}
	return fun, nil
}

// receiverParams are the type parameters that a receiver names.
func receiverParams(t ast.Expr) *ast.FieldList {
	if s, ok := t.(*ast.StarExpr); ok {
		t = s.X
	}
	_, args := instantiated(t)
	ps := &ast.FieldList{}
	for _, a := range args {
		if id, ok := a.(*ast.Ident); ok {
			ps.List = append(ps.List, &ast.Field{Names: []*ast.Ident{id}})
		}
	}
	return ps
}
