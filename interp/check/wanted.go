package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// wanted is what is known of what must stand at the caret.
type wanted struct {
	value    types.Type // of this type, or assignable to it; nil if anything goes
	types    bool       // a type
	function bool       // a function to be named, not called
}

// How well something fits what is wanted, the less the better.
const (
	fits = iota
	mayFit
	misfits
)

// fit judges an object.
func (w wanted) fit(obj types.Object) int {
	switch o := obj.(type) {
	case *types.PkgName:
		return mayFit
	case *types.TypeName:
		switch {
		case w.types:
			return fits
		case w.value == nil:
			return mayFit
		case o.Type() != nil && types.AssignableTo(o.Type(), w.value): // T{…} or T(…)
			return mayFit
		}
		return misfits
	case *types.Builtin:
		return mayFit
	}
	if w.value == nil {
		return mayFit
	}
	t := obj.Type()
	if sig := called(obj); sig != nil && !w.function {
		if sig.Results().Len() != 1 {
			return misfits
		}
		t = sig.Results().At(0).Type()
	}
	if t != nil && assignable(t, w.value) {
		return fits
	}
	return misfits
}

// assignable is types.AssignableTo, for constants without a type as well, whose
// values are not looked at.
func assignable(from, to types.Type) bool {
	if _, ok := from.(*types.TypeParam); ok {
		return types.Identical(from, to)
	}
	b, ok := from.(*types.Basic)
	if !ok || b.Info()&types.IsUntyped == 0 {
		return types.AssignableTo(from, to)
	}
	if b.Kind() == types.UntypedNil {
		return hasNil(to)
	}
	want, ok := to.Underlying().(*types.Basic)
	if !ok {
		return false
	}
	const kinds = types.IsBoolean | types.IsString | types.IsNumeric
	return b.Info()&want.Info()&kinds != 0
}

func hasNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Chan, *types.Signature, *types.Interface:
		return true
	}
	return false
}

// wanted looks at what the placeholder is a part of.
func (d *completed) wanted() wanted {
	t, inTypes := d.climb()
	if inTypes {
		return wanted{types: true}
	}
	if t == nil || t == types.Typ[types.Invalid] {
		return wanted{}
	}
	if i, ok := t.Underlying().(*types.Interface); ok && i.Empty() {
		return wanted{} // anything
	}
	if b, ok := t.(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
		t = types.Default(t)
	}
	_, function := t.Underlying().(*types.Signature)
	return wanted{value: t, function: function}
}

// climb goes from the placeholder up to what decides its type.
func (d *completed) climb() (want types.Type, inTypes bool) {
	info := d.unit.info
	child := ast.Node(d.ident)
	address := false
	found := func(t types.Type) (types.Type, bool) {
		if t == nil || !address {
			return t, false
		}
		if p, ok := t.Underlying().(*types.Pointer); ok {
			return p.Elem(), false
		}
		return nil, false
	}
	for i := 1; i < len(d.path); i++ {
		if isTypePlace(d.path[i], child) {
			return nil, true
		}
		switch p := d.path[i].(type) {
		case *ast.SelectorExpr:
			if p.Sel != child {
				return nil, false
			}
		case *ast.ParenExpr:
		case *ast.UnaryExpr:
			switch p.Op {
			case token.NOT:
				return types.Typ[types.Bool], false
			case token.AND:
				address = true
			case token.ADD, token.SUB, token.XOR:
			default:
				return nil, false
			}
		case *ast.StarExpr:
			if i+1 < len(d.path) && isTypePlace(d.path[i+1], p) {
				return nil, true
			}
			return nil, false
		case *ast.CaseClause:
			return found(d.caseType(i))
		case *ast.KeyValueExpr:
			if p.Value != child || i+1 >= len(d.path) {
				return nil, false
			}
			lit, _ := d.path[i+1].(*ast.CompositeLit)
			return found(element(info, lit, p))
		case ast.Expr:
			return found(inExpression(info, p, child))
		default:
			return found(d.inStatement(d.path[i], child, d.path[i:]))
		}
		child = d.path[i]
	}
	return nil, false
}

// isTypePlace reports whether a child of a node is a type.
func isTypePlace(parent, child ast.Node) bool {
	switch p := parent.(type) {
	case *ast.Field:
		return p.Type == child
	case *ast.ValueSpec:
		return p.Type == child
	case *ast.TypeSpec:
		return p.Type == child
	case *ast.CompositeLit:
		return p.Type == child
	case *ast.ArrayType:
		return p.Elt == child
	case *ast.MapType, *ast.ChanType, *ast.Ellipsis:
		return true
	case *ast.TypeAssertExpr:
		return p.Type == child
	}
	return false
}

// inExpression is the type that an expression wants of one of its parts.
func inExpression(info *types.Info, x ast.Expr, child ast.Node) types.Type {
	switch p := x.(type) {
	case *ast.BinaryExpr:
		switch p.Op {
		case token.LAND, token.LOR:
			return types.Typ[types.Bool]
		case token.SHL, token.SHR:
			return nil
		}
		if p.X == child {
			return info.TypeOf(p.Y)
		}
		return info.TypeOf(p.X)
	case *ast.CallExpr:
		return argument(info, p, child)
	case *ast.CompositeLit:
		return element(info, p, child)
	case *ast.IndexExpr:
		if t := info.TypeOf(p.X); p.Index == child && t != nil {
			if m, ok := t.Underlying().(*types.Map); ok {
				return m.Key()
			}
			return types.Typ[types.Int]
		}
	case *ast.SliceExpr:
		if p.X != child {
			return types.Typ[types.Int]
		}
	}
	return nil
}

// argument is the type of the parameter that an argument is given for.
func argument(info *types.Info, call *ast.CallExpr, arg ast.Node) types.Type {
	i := slices.IndexFunc(call.Args, func(a ast.Expr) bool { return a == arg })
	t := info.TypeOf(call.Fun)
	if i < 0 || t == nil {
		return nil
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok {
		return nil
	}
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		if s, ok := sig.Params().At(n - 1).Type().Underlying().(*types.Slice); ok && !call.Ellipsis.IsValid() {
			return s.Elem()
		}
	}
	if i >= n {
		return nil
	}
	return sig.Params().At(i).Type()
}

// element is the type of an element of a literal.
func element(info *types.Info, lit *ast.CompositeLit, elt ast.Node) types.Type {
	if lit == nil || info.TypeOf(lit) == nil {
		return nil
	}
	under := info.TypeOf(lit).Underlying()
	if p, ok := under.(*types.Pointer); ok {
		under = p.Elem().Underlying()
	}
	switch t := under.(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		if _, ok := elt.(*ast.KeyValueExpr); !ok {
			return t.Key()
		}
		return t.Elem()
	case *types.Struct:
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			return info.TypeOf(kv.Key)
		}
		if i := slices.IndexFunc(lit.Elts, func(e ast.Expr) bool { return e == elt }); i >= 0 && i < t.NumFields() {
			return t.Field(i).Type()
		}
	}
	return nil
}

// inStatement is the type that a statement or a declaration wants of one of its
// parts.
func (d *completed) inStatement(n, child ast.Node, path []ast.Node) types.Type {
	info := d.unit.info
	switch p := n.(type) {
	case *ast.AssignStmt:
		i := slices.IndexFunc(p.Rhs, func(e ast.Expr) bool { return e == child })
		if i >= 0 && p.Tok != token.DEFINE && len(p.Lhs) == len(p.Rhs) {
			return info.TypeOf(p.Lhs[i])
		}
	case *ast.ValueSpec:
		if p.Type != nil {
			return info.TypeOf(p.Type)
		}
	case *ast.SendStmt:
		if t := info.TypeOf(p.Chan); p.Value == child && t != nil {
			if c, ok := t.Underlying().(*types.Chan); ok {
				return c.Elem()
			}
		}
	case *ast.IfStmt, *ast.ForStmt:
		return types.Typ[types.Bool]
	case *ast.ReturnStmt:
		i := slices.IndexFunc(p.Results, func(e ast.Expr) bool { return e == child })
		if sig := enclosing(info, path); sig != nil && i >= 0 && i < sig.Results().Len() {
			return sig.Results().At(i).Type()
		}
	}
	return nil
}

// enclosing is the signature of the innermost function of a path.
func enclosing(info *types.Info, path []ast.Node) *types.Signature {
	for _, n := range path {
		var t types.Type
		switch f := n.(type) {
		case *ast.FuncLit:
			t = info.TypeOf(f)
		case *ast.FuncDecl:
			t = info.TypeOf(f.Name)
		default:
			continue
		}
		sig, _ := t.(*types.Signature)
		return sig
	}
	return nil
}

// caseType is the type of the cases of the switch that the clause at index i of
// the path is in.
func (d *completed) caseType(i int) types.Type {
	if i+2 >= len(d.path) {
		return nil
	}
	s, ok := d.path[i+2].(*ast.SwitchStmt)
	switch {
	case !ok:
		return nil
	case s.Tag == nil:
		return types.Typ[types.Bool]
	}
	return d.unit.info.TypeOf(s.Tag)
}
