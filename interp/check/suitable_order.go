package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Go does not say in which order a statement reads variables and calls functions
// that change them: in a[i] + f(), f may change a[i] before or after it is read.
// The compiler has its ways, and the interpreter has others. So what is read must
// not be something that a function called in the same statement might change, and
// what may fail must not be mixed with what has effects.

// order is what is known of a program for that.
type order struct {
	shared  map[types.Object]bool // variables that more than one function can reach
	address map[*ast.Ident]bool   // where a variable stands for its address, and is not read
	effects map[*types.Func]bool  // functions of the program that do more than give a value
}

// survey finds out what order needs to know.
func (j *judge) survey() {
	j.shared = map[types.Object]bool{}
	j.effects = map[*types.Func]bool{}
	j.address = map[*ast.Ident]bool{}
	var within []ast.Node // the functions around, outermost first
	ast.PreorderStack(j.file.tree, nil, func(n ast.Node, stack []ast.Node) bool {
		within = within[:0]
		for _, s := range stack {
			switch s.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				within = append(within, s)
			}
		}
		j.share(n, within)
		return true
	})
	// A function has effects if one that it calls has: until nothing is added.
	for again := true; again; {
		again = false
		for _, d := range j.file.tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			o, _ := j.info.Defs[fn.Name].(*types.Func)
			if o != nil && !j.effects[o] && j.acts(fn.Body) {
				j.effects[o], again = true, true
			}
		}
	}
}

// share notes variables that are captured, whose address is taken, or that are
// outside functions.
func (j *judge) share(n ast.Node, within []ast.Node) {
	switch n := n.(type) {
	case *ast.Ident:
		v, ok := j.info.Uses[n].(*types.Var)
		if !ok || v.IsField() || len(within) == 0 {
			return
		}
		if f := within[len(within)-1]; v.Pos() < f.Pos() || v.Pos() >= f.End() {
			j.shared[v] = true
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			j.reach(n.X)
		}
	case *ast.SliceExpr:
		if _, ok := j.info.TypeOf(n.X).Underlying().(*types.Array); ok {
			j.reach(n.X)
		}
	case *ast.SelectorExpr:
		if sel, ok := j.info.Selections[n]; ok && sel.Kind() == types.MethodVal && !isPointer(sel.Recv()) {
			if recv := sel.Obj().(*types.Func).Signature().Recv(); recv != nil && isPointer(recv.Type()) {
				j.reach(n.X)
			}
		}
	}
}

// reach notes that the variable which an expression is a part of can be reached
// from elsewhere.
func (j *judge) reach(x ast.Expr) {
	if id, ok := ast.Unparen(x).(*ast.Ident); ok {
		j.address[id] = true
	}
	if o := j.root(x); o != nil {
		j.shared[o] = true
	}
}

// root returns the variable that an expression is a part of, or nil.
func (j *judge) root(x ast.Expr) types.Object {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			return j.info.ObjectOf(e)
		case *ast.SelectorExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		default:
			return nil
		}
	}
}

// acts reports whether a body does more than compute: whether it changes anything
// but its own variables, prints, reads, or ends the program.
func (j *judge) acts(body ast.Node) (found bool) {
	own := func(x ast.Expr) bool {
		id, ok := ast.Unparen(x).(*ast.Ident)
		return ok && (id.Name == "_" || !j.shared[j.info.ObjectOf(id)])
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				found = found || !own(x)
			}
		case *ast.IncDecStmt:
			found = found || !own(n.X)
		case *ast.RangeStmt:
			found = found || n.Tok == token.ASSIGN
		case *ast.CallExpr:
			found = found || j.active(n)
		}
		return !found
	})
	return found
}

// active reports whether a call may have effects.
func (j *judge) active(c *ast.CallExpr) bool {
	tv := j.info.Types[c.Fun]
	if tv.IsType() {
		return false
	}
	if tv.IsBuiltin() {
		id, ok := ast.Unparen(c.Fun).(*ast.Ident)
		return !ok || !holds("len cap make new append", id.Name)
	}
	fn := j.called(c)
	switch {
	case fn == nil:
		return true // a function in a variable
	case fn.Pkg() == j.u.pkg:
		return j.effects[fn]
	case fn.Pkg() == nil: // Error
		return false
	}
	if fn.Signature().Recv() != nil {
		return !holds("Text Err String Len", fn.Name())
	}
	return holds("fmt os sort", fn.Pkg().Path()) && !holds("Sprint Sprintf Sprintln Errorf SearchInts SearchStrings", fn.Name())
}

// ordered looks at what one statement reads and calls.
func (j *judge) ordered(parts ...ast.Expr) {
	var calls []*ast.CallExpr
	for _, x := range parts {
		j.each(x, func(n ast.Node) {
			if c, ok := n.(*ast.CallExpr); ok && j.active(c) {
				calls = append(calls, c)
			}
		})
	}
	if len(calls) == 0 {
		return
	}
	for _, x := range parts {
		j.each(x, func(n ast.Node) {
			if !j.reads(n) {
				return
			}
			for _, c := range calls {
				if n.Pos() < c.Pos() || n.End() > c.End() {
					j.refuse(n, "reading something beside a call that may change it")
				}
			}
		})
	}
}

// each calls f for every node of an expression that is worked out with it: not
// for those in function literals.
func (j *judge) each(x ast.Node, f func(ast.Node)) {
	if x == nil {
		return
	}
	ast.Inspect(x, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if n != nil {
			f(n)
		}
		return true
	})
}

// reads reports whether a node reads what another function might change, or may
// fail.
func (j *judge) reads(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Ident:
		return j.shared[j.info.Uses[n]] && !j.address[n]
	case *ast.IndexExpr, *ast.SliceExpr:
		return !j.info.Types[n.(ast.Expr)].IsType()
	case *ast.StarExpr:
		return !j.info.Types[n].IsType()
	case *ast.SelectorExpr:
		sel, ok := j.info.Selections[n]
		return ok && sel.Kind() == types.FieldVal && isPointer(j.info.TypeOf(n.X))
	case *ast.BinaryExpr:
		b, ok := j.info.TypeOf(n).Underlying().(*types.Basic)
		return (n.Op == token.QUO || n.Op == token.REM) && ok && b.Info()&types.IsInteger != 0 && j.info.Types[n.Y].Value == nil
	case *ast.CallExpr:
		id, ok := n.Fun.(*ast.Ident)
		return ok && j.info.Types[n.Fun].IsBuiltin() && id.Name == "len" && j.reads(n.Args[0])
	}
	return false
}

// inOrder looks at a statement, or an expression that stands by itself.
func (j *judge) inOrder(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		parts := append([]ast.Expr(nil), n.Rhs...)
		for _, x := range n.Lhs {
			switch x := ast.Unparen(x).(type) {
			case *ast.SelectorExpr:
				parts = append(parts, x.X) // the field itself is not read
			case *ast.IndexExpr:
				parts = append(parts, x.X, x.Index)
			case *ast.StarExpr:
				parts = append(parts, x.X)
			}
			if n.Tok != token.ASSIGN && n.Tok != token.DEFINE {
				parts = append(parts, x)
			}
		}
		j.ordered(parts...)
	case *ast.ValueSpec:
		j.ordered(n.Values...)
	case *ast.ReturnStmt:
		j.ordered(n.Results...)
	case *ast.ExprStmt:
		j.ordered(n.X)
	case *ast.IncDecStmt:
		j.ordered(n.X)
	case *ast.IfStmt:
		j.ordered(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			j.ordered(n.Cond)
		}
	case *ast.SwitchStmt:
		if n.Tag != nil {
			j.ordered(n.Tag)
		}
	case *ast.CaseClause:
		for _, x := range n.List {
			j.ordered(x)
		}
	case *ast.RangeStmt:
		j.ordered(n.X)
	case *ast.DeferStmt:
		j.ordered(n.Call)
	}
}
