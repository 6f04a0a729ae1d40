package check

import (
	"go/ast"
	"go/token"
	"go/types"
)

// cases admits a switch over a value where no constant of a case is of another
// kind than the value: the interpreter makes the value what the constant would be
// by itself, an int32 of what is compared with 'a', and compares then.
func (j *judge) cases(s *ast.SwitchStmt) {
	if s.Tag == nil {
		return
	}
	b, ok := j.info.TypeOf(s.Tag).Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsNumeric == 0 {
		return
	}
	for _, c := range s.Body.List {
		for _, x := range c.(*ast.CaseClause).List {
			if j.info.Types[x].Value != nil && !j.asItIs(x, b) {
				j.refuse(x, "a case of another kind of number than the value")
			}
		}
	}
}

// asItIs reports whether a number of a type stays the same when it is made what a
// constant would be by itself.
func (j *judge) asItIs(constant ast.Expr, number *types.Basic) bool {
	same := true
	ast.Inspect(constant, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			same = same && keeps(number, literalKinds[n.Kind])
		case *ast.Ident:
			if c, ok := j.info.Uses[n].(*types.Const); ok {
				if b, ok := c.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsUntyped != 0 {
					same = same && keeps(number, b.Kind())
				}
			}
		}
		return true
	})
	return same
}

var literalKinds = map[token.Token]types.BasicKind{
	token.INT: types.UntypedInt, token.CHAR: types.UntypedRune, token.FLOAT: types.UntypedFloat,
}

// keeps reports whether no two numbers of a type become one when they are made
// numbers of the type that a kind of constants has by itself.
func keeps(number *types.Basic, kind types.BasicKind) bool {
	switch kind {
	case types.UntypedInt:
		return number.Info()&types.IsInteger != 0
	case types.UntypedRune:
		return number.Info()&types.IsInteger != 0 && sizes.Sizeof(number) <= 4
	case types.UntypedFloat:
		return number.Kind() == types.Float64
	}
	return false
}
