package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
)

// node looks at one node by itself. What is not named here is not in the subset.
func (j *judge) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.File, *ast.CommentGroup, *ast.Comment, *ast.GenDecl, *ast.ValueSpec, *ast.Field, *ast.FieldList,
		*ast.BlockStmt, *ast.ExprStmt, *ast.EmptyStmt, *ast.DeclStmt, *ast.IfStmt, *ast.ForStmt, *ast.SwitchStmt, *ast.CaseClause,
		*ast.ReturnStmt, *ast.IncDecStmt,
		*ast.ParenExpr, *ast.BasicLit, *ast.IndexExpr, *ast.SliceExpr, *ast.KeyValueExpr,
		*ast.ArrayType, *ast.MapType, *ast.StructType, *ast.Ellipsis:
	case *ast.Ident:
		j.ident(n)
	case *ast.AssignStmt:
		j.assigned(n)
	case *ast.StarExpr:
		j.pointed(n)
	case *ast.FuncDecl:
		j.function(n)
	case *ast.FuncType:
		if n.TypeParams != nil {
			j.refuse(n, "generic functions")
		}
	case *ast.TypeSpec:
		if n.TypeParams != nil {
			j.refuse(n, "generic types")
		}
	case *ast.LabeledStmt:
		switch n.Stmt.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
		default:
			j.refuse(n, "a label of something that is no loop")
		}
	case *ast.BranchStmt:
		if n.Tok == token.GOTO {
			j.refuse(n, "goto")
		}
	case *ast.RangeStmt:
		j.ranged(n)
	case *ast.DeferStmt:
		j.deferred(n)
	case *ast.FuncLit:
		j.captures(n)
	case *ast.BinaryExpr:
		j.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.ARROW || n.Op == token.TILDE {
			j.refuse(n, "channels")
		}
	case *ast.CompositeLit:
		j.literal(n)
	case *ast.SelectorExpr:
		j.selector(n)
	case *ast.CallExpr:
		j.call(n)
	case *ast.InterfaceType:
		j.refuse(n, "interfaces")
	case *ast.TypeAssertExpr, *ast.TypeSwitchStmt:
		j.refuse(n, "finding out the type of a value")
	case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType, *ast.CommClause:
		j.refuse(n, "goroutines and channels")
	default:
		j.refuse(n, "something that the checker does not know (%T)", n)
	}
}

func (j *judge) ident(id *ast.Ident) {
	if fn, ok := j.info.Uses[id].(*types.Func); ok && fn.Pkg() == j.u.pkg && fn.Name() == "main" && fn.Signature().Recv() == nil {
		j.refuse(id, "main, called by the program itself")
	}
}

func (j *judge) function(fn *ast.FuncDecl) {
	if fn.Body == nil {
		j.refuse(fn, "a function without a body")
	}
	if fn.Recv == nil {
		return
	}
	if fn.Name.Name == "_" {
		j.refuse(fn, "a method without a name")
	}
}

func (j *judge) ranged(r *ast.RangeStmt) {
	if r.Tok == token.ASSIGN {
		j.refuse(r, "range with variables that are there already")
	}
	for _, x := range []ast.Expr{r.Key, r.Value} {
		if id, ok := x.(*ast.Ident); ok && j.changed[j.info.Defs[id]] && id.Name != "_" {
			j.refuse(x, "a variable of a range that is changed")
		}
	}
	switch t := j.info.TypeOf(r.X).(type) {
	case *types.Basic:
		if t.Info()&(types.IsString|types.IsInteger) == 0 {
			j.refuse(r, "range over %s", t)
		}
		if t.Info()&types.IsInteger != 0 && t.Kind() != types.Int && t.Kind() != types.UntypedInt {
			j.refuse(r, "range over a number that is no int")
		}
	default:
		switch t.Underlying().(type) {
		case *types.Slice, *types.Map, *types.Array:
		default:
			j.refuse(r, "range over %s", t)
		}
	}
}

// inLoop reports whether what is being looked at is in a loop of the function it
// is in.
func (j *judge) inLoop() bool {
	for i := len(j.stack) - 1; i >= 0; i-- {
		switch j.stack[i].(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			return true
		case *ast.FuncDecl, *ast.FuncLit:
			return false
		}
	}
	return false
}

// deferred admits calls of functions that are known when the program is read, in
// functions that have a name, and not in loops.
func (j *judge) deferred(d *ast.DeferStmt) {
	fn := j.called(d.Call)
	switch {
	case fn == nil:
		j.refuse(d, "defer of anything but a function or method by its name")
	case j.inLoop():
		j.refuse(d, "defer in a loop")
	}
	for _, n := range j.stack {
		if _, ok := n.(*ast.FuncLit); ok {
			j.refuse(d, "defer in a function literal")
		}
	}
	if sel, ok := d.Call.Fun.(*ast.SelectorExpr); ok && fn != nil && fn.Signature().Recv() != nil {
		id, ok := sel.X.(*ast.Ident)
		if !ok || j.changed[j.info.Uses[id]] || !isPointer(j.info.TypeOf(sel.X)) {
			j.refuse(d, "defer of a method of what may change")
		}
	}
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// captures refuses function literals that use a variable of a loop, or one that
// is declared in a loop around them.
func (j *judge) captures(lit *ast.FuncLit) {
	var loops []ast.Node
	for _, n := range j.stack {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			loops = append(loops, n)
		}
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := j.info.Uses[id].(*types.Var)
		if !ok || v.IsField() || lit.Pos() <= v.Pos() && v.Pos() < lit.End() {
			return true
		}
		for _, l := range loops {
			if l.Pos() <= v.Pos() && v.Pos() < l.End() {
				j.refuse(id, "a function literal that uses %s, which is new in each turn of a loop", id.Name)
			}
		}
		return true
	})
}

func (j *judge) binary(b *ast.BinaryExpr) {
	x, y := j.info.Types[b.X], j.info.Types[b.Y]
	switch b.Op {
	case token.LAND, token.LOR:
		ast.Inspect(b, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.CompositeLit, *ast.FuncLit:
				j.refuse(n, "a literal within %s", b.Op)
			}
			return true
		})
	case token.SHL, token.SHR:
		if _, isName := ast.Unparen(b.Y).(*ast.Ident); !isName && y.Value == nil {
			j.refuse(b, "a shift by anything but a name or a constant")
		}
		if x.Value != nil && y.Value == nil && !types.Identical(types.Default(x.Type), types.Typ[types.Int]) {
			j.refuse(b, "a constant shifted by a variable, of another type than int")
		}
	case token.EQL, token.NEQ:
		for _, t := range []types.Type{x.Type, y.Type} {
			switch t.Underlying().(type) {
			case *types.Struct, *types.Array:
				j.refuse(b, "comparing structs or arrays")
			}
		}
	}
}

// assigned admits assignments of one value, and of several to plain variables and
// elements of slices, as in a swap: of others, the interpreter takes some after it
// has changed them.
func (j *judge) assigned(a *ast.AssignStmt) {
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
	for _, x := range a.Lhs {
		switch x := ast.Unparen(x).(type) {
		case *ast.Ident:
			continue
		case *ast.IndexExpr:
			_, isSlice := j.info.TypeOf(x.X).Underlying().(*types.Slice)
			_, isName := ast.Unparen(x.X).(*ast.Ident)
			if isSlice && isName && j.still(x.Index, a.Lhs) {
				continue
			}
		}
		j.refuse(x, "several values assigned at once to anything but variables and elements of slices")
	}
}

// simple reports whether an expression calls no function but len and makes
// nothing new.
func (j *judge) simple(x ast.Expr) bool {
	ok := true
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

// still reports whether an expression uses none of the variables that stand in a
// list by themselves.
func (j *judge) still(x ast.Expr, list []ast.Expr) bool {
	moving := map[types.Object]bool{}
	for _, l := range list {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok {
			moving[j.info.ObjectOf(id)] = true
		}
	}
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && moving[j.info.Uses[id]]
		return true
	})
	return !found
}

// pointed refuses what a pointer points to within literals, where the interpreter
// now and then takes the pointer for it.
func (j *judge) pointed(s *ast.StarExpr) {
	if j.info.Types[s].IsType() {
		return
	}
	for i := len(j.stack) - 1; i >= 0; i-- {
		switch n := j.stack[i].(type) {
		case *ast.CompositeLit:
			j.refuse(s, "*p within a literal")
		case *ast.BinaryExpr:
			if n.Op == token.SHL || n.Op == token.SHR {
				j.refuse(s, "*p within a shift")
			}
		case *ast.FuncLit, *ast.BlockStmt:
			return
		}
	}
}

// literal admits literals of slices, arrays, maps and structs.
func (j *judge) literal(l *ast.CompositeLit) {
	t := j.info.TypeOf(l)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok && n.Obj().Pkg() != j.u.pkg {
		j.refuse(l, "a literal of a type of the library")
	}
	switch t.Underlying().(type) {
	case *types.Array, *types.Slice:
		for _, x := range l.Elts {
			if _, keyed := x.(*ast.KeyValueExpr); keyed {
				j.refuse(x, "a list with keys")
			}
		}
	}
}

// selector admits fields, methods that are called, and of packages what the
// library of the subset holds.
func (j *judge) selector(s *ast.SelectorExpr) {
	sel, ok := j.info.Selections[s]
	if !ok {
		j.library(s)
		return
	}
	if sel.Kind() == types.FieldVal {
		if len(sel.Index()) > 1 {
			j.refuse(s, "a field of an embedded struct")
		}
		return
	}
	c, called := j.parent().(*ast.CallExpr)
	if sel.Kind() != types.MethodVal || !called || ast.Unparen(c.Fun) != s {
		j.refuse(s, "a method as a value")
		return
	}
	j.method(s, sel)
}

// typed looks at the type of an expression, and at its value if it is constant.
func (j *judge) typed(x ast.Expr) {
	tv, ok := j.info.Types[x]
	if !ok {
		if id, isID := x.(*ast.Ident); isID {
			if o := j.info.Defs[id]; o != nil {
				switch o.(type) {
				case *types.PkgName, *types.Label:
				default:
					j.kind(x, o.Type())
				}
			}
		}
		return
	}
	if tv.IsBuiltin() || tv.IsNil() || tv.IsVoid() {
		return
	}
	j.kind(x, tv.Type)
	if tv.Value == nil {
		return
	}
	switch v := constant.ToFloat(tv.Value); tv.Value.Kind() {
	case constant.Int:
		if _, exact := constant.Int64Val(tv.Value); !exact {
			j.refuse(x, "a constant that is no int64")
		}
	case constant.Float:
		f, _ := constant.Float64Val(v)
		if f = math.Abs(f); f > 1e300 || f != 0 && f < 1e-300 {
			j.refuse(x, "a constant too large or too small")
		}
	case constant.Bool:
		if id, ok := x.(*ast.Ident); !ok || types.Universe.Lookup(id.Name) == nil {
			j.refuse(x, "a condition that is always the same")
		}
	case constant.Complex:
		j.refuse(x, "complex numbers")
	}
}

// kind refuses types that are not in the subset.
func (j *judge) kind(at ast.Node, t types.Type) {
	if j.types[t] || j.refused {
		return
	}
	j.types[t] = true
	switch t := t.(type) {
	case *types.Basic:
		if t.Info()&types.IsComplex != 0 || t.Kind() == types.Uintptr || t.Kind() == types.UnsafePointer || t.Kind() == types.Invalid {
			j.refuse(at, "the type %s", t)
		}
	case *types.Named:
		j.named(at, t)
	case *types.Slice:
		j.element(at, t.Elem())
	case *types.Array:
		j.kind(at, t.Elem())
		if _, ok := t.Elem().Underlying().(*types.Struct); ok {
			j.refuse(at, "an array of structs")
		}
	case *types.Pointer:
		j.element(at, t.Elem())
	case *types.Map:
		j.element(at, t.Key())
		j.element(at, t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			j.field(at, f)
		}
	case *types.Tuple:
		for v := range t.Variables() {
			j.kind(at, v.Type())
		}
	case *types.Signature:
		if t.TypeParams() != nil {
			j.refuse(at, "generic functions")
		}
		j.signature(at, t)
	case *types.Alias:
		j.kind(at, types.Unalias(t))
	default:
		j.refuse(at, "the type %s", t)
	}
}

// element looks at what something holds. Arrays stand in variables and in other
// arrays only: within other things the interpreter now and then shares them.
func (j *judge) element(at ast.Node, t types.Type) {
	if _, ok := t.Underlying().(*types.Array); ok {
		j.refuse(at, "an array within something else")
	}
	j.kind(at, t)
}

func (j *judge) named(at ast.Node, t *types.Named) {
	switch {
	case t.Obj().Pkg() == nil: // error
		if t.Obj().Name() != "error" {
			j.refuse(at, "the type %s", t.Obj().Name())
		}
	case t.Obj().Pkg() != j.u.pkg:
		if !libraryTypes[t.Obj().Pkg().Path()+"."+t.Obj().Name()] {
			j.refuse(at, "the type %s.%s", t.Obj().Pkg().Name(), t.Obj().Name())
		}
	case t.TypeArgs() != nil || t.TypeParams() != nil:
		j.refuse(at, "generic types")
	default:
		j.kind(at, t.Underlying())
	}
}

// field refuses fields that are embedded, of a type of the library, or hold
// functions.
func (j *judge) field(at ast.Node, f *types.Var) {
	if f.Embedded() {
		j.refuse(at, "embedded fields")
	}
	if f.Name() == "_" {
		j.refuse(at, "a field without a name")
	}
	if _, ok := f.Type().Underlying().(*types.Signature); ok {
		j.refuse(at, "a field that holds a function")
	}
	if n, ok := f.Type().(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg() != j.u.pkg {
		j.refuse(at, "a field of a type of the library")
	}
	j.element(at, f.Type())
}

// signature looks at what a function of the program takes and gives. Those of the
// library are listed one by one, whatever they take.
func (j *judge) signature(at ast.Node, s *types.Signature) {
	if c, ok := at.(*ast.SelectorExpr); ok {
		if fn, ok := j.info.Uses[c.Sel].(*types.Func); ok && fn.Pkg() != j.u.pkg {
			return
		}
	}
	if id, ok := at.(*ast.Ident); ok {
		if fn, ok := j.info.Uses[id].(*types.Func); ok && fn.Pkg() != j.u.pkg {
			return
		}
	}
	j.kind(at, s.Params())
	j.kind(at, s.Results())
}
