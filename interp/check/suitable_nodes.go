package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// node looks at one node by itself. What is not named here is not in the subset.
func (j *judge) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.File, *ast.CommentGroup, *ast.Comment, *ast.GenDecl, *ast.ValueSpec, *ast.Field, *ast.FieldList,
		*ast.BlockStmt, *ast.ExprStmt, *ast.EmptyStmt, *ast.DeclStmt, *ast.IfStmt, *ast.ForStmt, *ast.CaseClause,
		*ast.ReturnStmt, *ast.IncDecStmt,
		*ast.ParenExpr, *ast.BasicLit, *ast.IndexExpr, *ast.SliceExpr, *ast.KeyValueExpr,
		*ast.ArrayType, *ast.MapType, *ast.StructType, *ast.Ellipsis:
	case *ast.Ident:
		j.ident(n)
	case *ast.SwitchStmt:
		j.cases(n)
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
	if id, ok := r.Key.(*ast.Ident); ok && j.changed[j.info.Defs[id]] && id.Name != "_" {
		j.refuse(id, "a key or position of a range that is changed") // the interpreter counts by it
	}
	switch t := j.info.TypeOf(r.X).(type) {
	case *types.Basic:
		if t.Info()&(types.IsString|types.IsInteger) == 0 {
			j.refuse(r, "range over %s", t)
		}
		if id, ok := r.Key.(*ast.Ident); t.Info()&types.IsString != 0 && ok && id.Name != "_" && !j.validString(r.X) {
			j.refuse(r, "range with positions over a string that may not be UTF-8")
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

// shift admits shifts by a constant, or by a variable that cannot be negative, over
// which Go would panic.
func (j *judge) shift(at ast.Node, by ast.Expr) {
	if j.info.Types[by].Value != nil {
		return
	}
	id, ok := ast.Unparen(by).(*ast.Ident)
	if !ok {
		j.refuse(at, "a shift by anything but a name or a constant")
		return
	}
	b, ok := j.info.TypeOf(id).Underlying().(*types.Basic)
	if (!ok || b.Info()&types.IsUnsigned == 0) && !j.positions[j.info.Uses[id]] {
		j.refuse(at, "a shift by what may be negative")
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
		j.shift(b, b.Y)
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
