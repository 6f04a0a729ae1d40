package check

import (
	"go/ast"
	"go/constant"
	"go/types"
	"math"
)

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
