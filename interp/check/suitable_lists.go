package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// When append has no room left it makes a new list, and how much room there is
// Go does not say. Its compiler gives short lists that stay within a function
// more of it than the interpreter does, and so do conversions of strings to lists.
// That must not show: nobody may ask for it (cap), nobody may slice beyond what is
// there, and no list that append has to do with may be held by two at once, for
// then it shows whether they still share.
//
// Lists are told apart by the type of what they hold, as nothing better is known
// of where they go.

// lists is what is known of a program for that.
type lists struct {
	grown     map[string]bool       // what lists hold that append has to do with
	converted map[string]bool       // what lists hold that are made of strings
	elements  map[types.Type]string // how types are written
	lent      map[types.Object]bool // variables whose lists are somebody else's: parameters, and those of a range
	giving    map[*types.Func]bool  // functions whose results nobody else holds
	growers   map[*types.Func]bool  // functions that append to what they do not own
	holding   map[types.Type]bool   // types whose values hold grown lists
	positions map[types.Object]bool // variables that are never negative
	uses      map[types.Object][]token.Pos
	bounds    map[types.Object]string // variables that are no more than the length of something, and of what
}

func (j *judge) surveyLists() {
	j.lists = lists{
		grown: map[string]bool{}, converted: map[string]bool{}, elements: map[types.Type]string{}, lent: map[types.Object]bool{},
		giving: map[*types.Func]bool{}, growers: map[*types.Func]bool{}, holding: map[types.Type]bool{}, bounds: map[types.Object]string{},
		uses: map[types.Object][]token.Pos{}, positions: map[types.Object]bool{},
	}
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			j.makes(n)
		case *ast.FuncDecl:
			j.lend(n.Recv)
		case *ast.FuncType:
			j.lend(n.Params)
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					j.lent[j.info.Defs[id]] = true
				}
			}
			j.position(n)
		}
		return true
	})
	if len(j.grown) == 0 && len(j.converted) == 0 {
		return
	}
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		j.bounded(n)
		if id, ok := n.(*ast.Ident); ok && j.info.Uses[id] != nil {
			j.uses[j.info.Uses[id]] = append(j.uses[j.info.Uses[id]], id.Pos())
		}
		return true
	})
	j.findGivers()
	j.findGrowers()
}

func (j *judge) lend(list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, f := range list.List {
		for _, id := range f.Names {
			j.lent[j.info.Defs[id]] = true
		}
	}
}

// position notes the key of a range if it counts from 0: keys are never changed.
func (j *judge) position(r *ast.RangeStmt) {
	_, isMap := j.info.TypeOf(r.X).Underlying().(*types.Map)
	if id, ok := r.Key.(*ast.Ident); ok && !isMap && j.info.Defs[id] != nil {
		j.positions[j.info.Defs[id]] = true
	}
}

// makes notes calls of append, and conversions of strings to lists.
func (j *judge) makes(c *ast.CallExpr) {
	to := j.info.TypeOf(c)
	if to == nil || len(c.Args) == 0 {
		return
	}
	s, ok := to.Underlying().(*types.Slice)
	switch {
	case !ok:
	case j.isBuiltin(c, "append"):
		j.grown[j.holdsWhat(s)] = true
	case j.info.Types[c.Fun].IsType():
		if b, ok := j.info.TypeOf(c.Args[0]).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			j.converted[j.holdsWhat(s)] = true
		}
	}
}

func (j *judge) isBuiltin(c *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	return ok && id.Name == name && j.info.Types[c.Fun].IsBuiltin()
}

// holdsWhat writes what a list holds.
func (j *judge) holdsWhat(s *types.Slice) string {
	w, ok := j.elements[s.Elem()]
	if !ok {
		w = types.TypeString(s.Elem(), nil)
		j.elements[s.Elem()] = w
	}
	return w
}

// elastic reports whether it is not known how much room lists of a type have.
func (j *judge) elastic(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && (j.grown[j.holdsWhat(s)] || j.converted[j.holdsWhat(s)])
}

// holdsGrown reports whether a value of a type is, or has in it, a list that append
// has to do with.
func (j *judge) holdsGrown(t types.Type) bool {
	if t == nil || len(j.grown) == 0 {
		return false
	}
	if known, ok := j.holding[t]; ok {
		return known
	}
	j.holding[t] = false
	found := false
	switch u := t.Underlying().(type) {
	case *types.Slice:
		found = j.grown[j.holdsWhat(u)]
	case *types.Array:
		found = j.holdsGrown(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			found = found || j.holdsGrown(f.Type())
		}
	case *types.Tuple:
		for v := range u.Variables() {
			found = found || j.holdsGrown(v.Type())
		}
	}
	j.holding[t] = found
	return found
}

// fresh reports whether nobody but the expression holds the lists in its value.
func (j *judge) fresh(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CompositeLit:
		return true // what is in it is looked at by itself
	case *ast.Ident:
		return j.info.Types[x].IsNil()
	case *ast.CallExpr:
		tv := j.info.Types[x.Fun]
		switch {
		case tv.IsType():
			b, ok := j.info.TypeOf(x.Args[0]).Underlying().(*types.Basic)
			return ok && b.Info()&(types.IsString|types.IsUntyped) != 0 || j.fresh(x.Args[0])
		case tv.IsBuiltin():
			return !j.isBuiltin(x, "append") || j.fresh(x.Args[0])
		}
		fn := j.called(x)
		return fn != nil && (fn.Pkg() != j.u.pkg || j.giving[fn])
	}
	return false
}

// own reports whether an expression is a variable of the function that it is in,
// which nobody else can reach.
func (j *judge) own(x ast.Expr) bool {
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return false
	}
	o := j.info.ObjectOf(id)
	return o != nil && o.Parent() != j.u.pkg.Scope() && !j.shared[o] && !j.lent[o]
}

// findGivers finds the functions that return lists which nobody else holds: made
// there, or a variable that ends with the function.
func (j *judge) findGivers() {
	bodies := map[*types.Func]*ast.BlockStmt{}
	for _, d := range j.file.tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			if o, _ := j.info.Defs[fn.Name].(*types.Func); o != nil && j.holdsGrown(o.Signature().Results()) {
				bodies[o], j.giving[o] = fn.Body, true
			}
		}
	}
	const rounds = 20
	for again, n := true, 0; again; n++ {
		again = false
		for o, body := range bodies {
			if j.giving[o] && (n >= rounds || !j.gives(body)) {
				j.giving[o], again = false, true
			}
		}
	}
}

func (j *judge) gives(body *ast.BlockStmt) bool {
	ok := true
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for _, x := range n.Results {
				if j.holdsGrown(j.info.TypeOf(x)) && !j.fresh(x) && !j.own(x) {
					first := j.appended(x)
					ok = ok && first != nil && j.own(first)
				}
			}
		}
		return ok
	})
	return ok
}

// appended returns what is appended to, in the end, by append(append(x, …), …), or
// nil if an expression is no such call.
func (j *judge) appended(x ast.Expr) ast.Expr {
	var first ast.Expr
	for {
		c, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok || !j.isBuiltin(c, "append") {
			return first
		}
		first, x = c.Args[0], c.Args[0]
	}
}

// findGrowers finds the functions that append to what is not only theirs, or call
// such a function, or one that they do not know.
func (j *judge) findGrowers() {
	var found []*types.Func
	callers := map[*types.Func][]*types.Func{}
	for _, d := range j.file.tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		o, _ := j.info.Defs[fn.Name].(*types.Func)
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || j.info.Types[c.Fun].IsType() {
				return true
			}
			f := j.called(c)
			grows := false
			switch {
			case j.info.Types[c.Fun].IsBuiltin():
				grows = j.isBuiltin(c, "append") && !j.own(c.Args[0]) && !j.fresh(c.Args[0])
			case f == nil:
				grows = true
			case f.Pkg() == j.u.pkg:
				callers[f] = append(callers[f], o)
			}
			if grows && !j.growers[o] {
				j.growers[o] = true
				found = append(found, o)
			}
			return true
		})
	}
	for len(found) > 0 {
		fn := found[0]
		found = found[1:]
		for _, o := range callers[fn] {
			if !j.growers[o] {
				j.growers[o] = true
				found = append(found, o)
			}
		}
	}
}

// bounded notes variables that go through a list, from its beginning to its end.
func (j *judge) bounded(n ast.Node) {
	note := func(x, of ast.Expr) {
		if id, ok := x.(*ast.Ident); ok && j.info.Defs[id] != nil {
			j.bounds[j.info.Defs[id]] = types.ExprString(of)
		}
	}
	switch n := n.(type) {
	case *ast.RangeStmt:
		note(n.Key, n.X)
	case *ast.AssignStmt: // middle := len(x) / 2
		if n.Tok == token.DEFINE && len(n.Lhs) == 1 {
			if of := j.part(n.Rhs[0]); of != nil {
				note(n.Lhs[0], of)
			}
		}
	}
}

// part returns x if an expression is len(x), or that less or divided by a
// constant, and otherwise nil.
func (j *judge) part(x ast.Expr) ast.Expr {
	switch x := ast.Unparen(x).(type) {
	case *ast.BinaryExpr:
		if v := j.info.Types[x.Y].Value; v != nil && (x.Op == token.SUB || x.Op == token.QUO) && v.ExactString()[0] != '-' {
			return j.part(x.X)
		}
	case *ast.CallExpr:
		if j.isBuiltin(x, "len") {
			return x.Args[0]
		}
	}
	return nil
}

// within reports whether an index is no more than the length of a list: if what
// it is compared to has not become shorter in between, which no variable that the
// program changes is believed.
func (j *judge) within(list, index ast.Expr) bool {
	if v := j.info.Types[index].Value; v != nil {
		return v.ExactString() == "0"
	}
	if of := j.part(index); of != nil {
		return types.ExprString(of) == types.ExprString(list)
	}
	id, ok := ast.Unparen(index).(*ast.Ident)
	if !ok || j.changed[j.info.Uses[id]] {
		return false
	}
	base, ok := ast.Unparen(list).(*ast.Ident)
	return ok && j.bounds[j.info.Uses[id]] == base.Name && !j.reassigned(base)
}

// reassigned reports whether a variable is given other values than its first.
func (j *judge) reassigned(id *ast.Ident) bool {
	o := j.info.Uses[id]
	return o == nil || j.changed[o] || o.Parent() == j.u.pkg.Scope()
}
