package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// inLists looks at one node for what surveyLists is about: at what is stored, so that
// no two hold a list that append has to do with, and at append itself.
func (j *judge) inLists(n ast.Node) {
	if len(j.grown) == 0 && len(j.converted) == 0 {
		return
	}
	switch n := n.(type) {
	case *ast.AssignStmt:
		j.storedBy(n)
	case *ast.ValueSpec:
		for _, x := range n.Values {
			j.stored(x)
		}
	case *ast.CompositeLit:
		for _, x := range n.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				x = kv.Value
			}
			j.stored(x)
		}
	case *ast.DeferStmt:
		for _, x := range n.Call.Args {
			j.stored(x)
		}
	case *ast.CallExpr:
		j.listCall(n)
	case *ast.RangeStmt:
		j.rangedList(n)
	case *ast.SliceExpr:
		if c, ok := j.parent().(*ast.CallExpr); ok && j.isBuiltin(c, "append") && j.cuts(c, n) {
			break
		}
		if j.elastic(j.info.TypeOf(n.X)) && (n.Max != nil || n.High != nil && !j.within(n.X, n.High)) {
			j.refuse(n, "a slice that may reach beyond the list it is of")
		}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			j.pointedInto(n.X)
		}
	}
}

// stored refuses a value that somebody else has too.
func (j *judge) stored(x ast.Expr) {
	if !j.holdsGrown(j.info.TypeOf(x)) || j.fresh(x) || j.appended(x) != nil || j.moved(x) { // append is looked at by itself
		return
	}
	j.refuse(x, "a list that append has to do with, held by two")
}

// moved reports whether a value is that of a variable which is not used again: the
// variable is declared in the same block before the statement, and not named after
// it.
func (j *judge) moved(x ast.Expr) bool {
	if !j.own(x) {
		return false
	}
	o := j.info.Uses[ast.Unparen(x).(*ast.Ident)]
	block := j.block()
	var declared bool
	for _, s := range block {
		switch {
		case s.End() <= x.Pos():
			declared = declared || s.Pos() <= o.Pos() && o.Pos() < s.End() && declares(s)
		case s.Pos() <= x.Pos():
			if !declared || !runsOnce(s) {
				return false
			}
			for _, p := range j.uses[o] {
				if p != x.Pos() && p >= s.Pos() {
					return false
				}
			}
			return true
		}
	}
	return false
}

// block returns the statements among which is the one that a node is in.
func (j *judge) block() []ast.Stmt {
	for i := len(j.stack) - 1; i >= 0; i-- {
		switch n := j.stack[i].(type) {
		case *ast.BlockStmt:
			return n.List
		case *ast.CaseClause:
			return n.Body
		case *ast.FuncLit:
			return nil
		}
	}
	return nil
}

func declares(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.DeclStmt:
		return true
	case *ast.AssignStmt:
		return s.Tok == token.DEFINE
	}
	return false
}

// runsOnce reports whether a statement is done once each time that its block is.
func runsOnce(s ast.Stmt) bool {
	switch s.(type) {
	case *ast.AssignStmt, *ast.DeclStmt, *ast.ReturnStmt, *ast.ExprStmt:
		return true
	}
	return false
}

// storedBy looks at an assignment. A variable may be given a part of itself, and
// several may change places.
func (j *judge) storedBy(a *ast.AssignStmt) {
	if len(a.Lhs) == len(a.Rhs) && len(a.Lhs) > 1 && a.Tok == token.ASSIGN && permuted(a.Lhs, a.Rhs) {
		return
	}
	for i, x := range a.Rhs {
		if len(a.Lhs) == len(a.Rhs) {
			if id, ok := a.Lhs[i].(*ast.Ident); ok && id.Name == "_" {
				continue
			}
			if s, ok := ast.Unparen(x).(*ast.SliceExpr); ok && len(a.Lhs) == 1 && types.ExprString(s.X) == types.ExprString(a.Lhs[0]) && j.place(s.X) {
				continue
			}
		}
		j.stored(x)
	}
}

// permuted reports whether two lists of expressions are the same but for order.
func permuted(a, b []ast.Expr) bool {
	n := map[string]int{}
	for _, x := range a {
		n[types.ExprString(x)]++
	}
	for _, x := range b {
		w := types.ExprString(x)
		if n[w]--; n[w] < 0 {
			return false
		}
	}
	return true
}

// place reports whether an expression is a place that holds a list for good: not
// in a variable that was lent one.
func (j *judge) place(x ast.Expr) bool {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			o, ok := j.info.ObjectOf(e).(*types.Var)
			return ok && !j.lent[o]
		case *ast.SelectorExpr:
			if isPointer(j.info.TypeOf(e.X)) {
				return true
			}
			x = e.X
		case *ast.IndexExpr:
			if _, ok := j.info.TypeOf(e.X).Underlying().(*types.Array); !ok {
				return true
			}
			x = e.X
		case *ast.StarExpr:
			return true
		default:
			return false
		}
	}
}

// listCall looks at append and its like, and at what is lent to functions.
func (j *judge) listCall(c *ast.CallExpr) {
	switch {
	case j.info.Types[c.Fun].IsType():
	case j.isBuiltin(c, "append"):
		j.append(c)
	case j.isBuiltin(c, "copy"):
		if s, ok := j.info.TypeOf(c.Args[0]).Underlying().(*types.Slice); ok && j.holdsGrown(s.Elem()) {
			j.refuse(c, "copying lists of what append has to do with")
		}
	case j.isBuiltin(c, "cap"):
		if j.elastic(j.info.TypeOf(c.Args[0])) {
			j.refuse(c, "how much room a list has that append made")
		}
	case j.info.Types[c.Fun].IsBuiltin():
	default:
		fn := j.called(c)
		if fn != nil && (fn.Pkg() != j.u.pkg || !j.growers[fn]) {
			return
		}
		for _, x := range c.Args {
			j.lentTo(x)
		}
		if s, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok && fn != nil {
			if recv := fn.Signature().Recv(); recv != nil {
				switch {
				case !isPointer(recv.Type()):
					j.lentTo(s.X)
				case !isPointer(j.info.TypeOf(s.X)):
					j.pointedInto(s.X)
				}
			}
		}
	}
}

// lentTo refuses a list that a function is given which might append to it where
// it comes from.
func (j *judge) lentTo(x ast.Expr) {
	if t := j.info.TypeOf(x); t == nil || isPointer(t) || !j.holdsGrown(t) || j.fresh(x) {
		return
	}
	if id, ok := j.root(x).(*types.Var); !ok || id.Parent() == j.u.pkg.Scope() || j.shared[id] {
		j.refuse(x, "a list given to a function that may append to it elsewhere")
	}
}

// append admits what cannot show how much room there was: x = append(x, …), where
// x is nobody else's, append to something new, and return append(x, …).
func (j *judge) append(c *ast.CallExpr) {
	for _, x := range c.Args[1:] {
		if s, ok := j.info.TypeOf(x).Underlying().(*types.Slice); c.Ellipsis.IsValid() && ok {
			if j.holdsGrown(s.Elem()) {
				j.refuse(x, "a list that append has to do with, held by two")
			}
			continue
		}
		j.stored(x)
	}
	first := j.appended(c)
	parent := j.parent()
	if p, ok := parent.(*ast.CallExpr); ok && j.isBuiltin(p, "append") && ast.Unparen(p.Args[0]) == c || j.fresh(first) {
		return // it is looked at as a part of that, or nobody else has it
	}
	switch p := parent.(type) {
	case *ast.ReturnStmt:
		if j.own(first) {
			return
		}
	case *ast.AssignStmt:
		if len(p.Lhs) != 1 || p.Tok != token.ASSIGN || !j.place(p.Lhs[0]) {
			break
		}
		to := types.ExprString(p.Lhs[0])
		if types.ExprString(first) == to {
			return
		}
		if s, ok := ast.Unparen(first).(*ast.SliceExpr); ok && types.ExprString(s.X) == to && j.cuts(c, s) {
			return
		}
	}
	j.refuse(c, "append to a list that somebody else may hold")
}

// cuts reports whether a call is append(x[:i], x[i+1:]...), which needs no room.
func (j *judge) cuts(c *ast.CallExpr, first *ast.SliceExpr) bool {
	if ast.Unparen(c.Args[0]) != first || len(c.Args) != 2 || !c.Ellipsis.IsValid() || first.Low != nil || first.High == nil || first.Max != nil {
		return false
	}
	rest, ok := ast.Unparen(c.Args[1]).(*ast.SliceExpr)
	if !ok || rest.Low == nil || rest.High != nil || types.ExprString(rest.X) != types.ExprString(first.X) {
		return false
	}
	from := types.ExprString(first.High)
	b, ok := ast.Unparen(rest.Low).(*ast.BinaryExpr)
	return ok && b.Op == token.ADD && types.ExprString(b.X) == from && types.ExprString(b.Y) == "1"
}

// rangedList refuses to append to a list that is being gone through.
func (j *judge) rangedList(r *ast.RangeStmt) {
	if !j.holdsGrown(j.info.TypeOf(r.X)) || j.fresh(r.X) {
		return
	}
	root := j.root(r.X)
	reachable := root == nil || root.Parent() == j.u.pkg.Scope() || j.shared[root]
	ast.Inspect(r.Body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := j.called(c)
		switch {
		case j.isBuiltin(c, "append"):
			if first := c.Args[0]; j.root(first) != root && (!reachable || j.own(first) || j.fresh(first)) {
				break
			}
			j.refuse(c, "append to a list while going through it")
		case reachable && !j.info.Types[c.Fun].IsType() && !j.info.Types[c.Fun].IsBuiltin() && (fn == nil || j.growers[fn]):
			j.refuse(c, "a call that may append to a list while the program goes through it")
		}
		return true
	})
}

// pointedInto refuses pointers into lists that append may move.
func (j *judge) pointedInto(x ast.Expr) {
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.SelectorExpr:
			if isPointer(j.info.TypeOf(e.X)) {
				return
			}
			x = e.X
		case *ast.IndexExpr:
			if j.holdsGrown(j.info.TypeOf(e.X)) {
				j.refuse(e, "a pointer into a list that append has to do with")
			}
			x = e.X
		default:
			return
		}
	}
}
