package yaegi

import (
	"go/ast"
	"go/token"
	"go/types"
)

// instantiate writes out the type arguments of a call of a generic function that
// has several type parameters and leaves it to Go to find them: the interpreter
// would take the first for all of them. Types that cannot be written in a few
// words are left alone.
func instantiate(c *ast.CallExpr, info *types.Info) {
	id, ok := c.Fun.(*ast.Ident)
	if !ok {
		return
	}
	args := info.Instances[id].TypeArgs
	if args.Len() < 2 {
		return
	}
	list := &ast.IndexListExpr{X: id, Lbrack: id.End(), Rbrack: id.End()}
	for t := range args.Types() {
		x := typeExpr(t, id.Pos())
		if x == nil {
			return
		}
		list.Indices = append(list.Indices, x)
	}
	c.Fun = list
}

// typeExpr writes a type as a program would, or returns nil if it is none of the
// simple ones.
func typeExpr(t types.Type, at token.Pos) ast.Expr {
	ident := func(name string) ast.Expr { return &ast.Ident{NamePos: at, Name: name} }
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		if t.Kind() != types.Invalid && t.Info()&types.IsUntyped == 0 {
			return ident(t.Name())
		}
	case *types.Named:
		o := t.Obj()
		if t.TypeArgs().Len() == 0 && (o.Pkg() == nil || o.Parent() == o.Pkg().Scope()) {
			return ident(o.Name())
		}
	case *types.TypeParam:
		return ident(t.Obj().Name())
	case *types.Interface:
		if t.Empty() {
			return &ast.InterfaceType{Interface: at, Methods: &ast.FieldList{Opening: at, Closing: at}}
		}
	case *types.Pointer:
		if x := typeExpr(t.Elem(), at); x != nil {
			return &ast.StarExpr{Star: at, X: x}
		}
	case *types.Slice:
		if x := typeExpr(t.Elem(), at); x != nil {
			return &ast.ArrayType{Lbrack: at, Elt: x}
		}
	case *types.Map:
		k, v := typeExpr(t.Key(), at), typeExpr(t.Elem(), at)
		if k != nil && v != nil {
			return &ast.MapType{Map: at, Key: k, Value: v}
		}
	}
	return nil
}
