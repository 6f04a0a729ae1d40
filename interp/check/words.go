package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// go/types and Go's compiler grew from one root, and here and there they differ
// in where and how they say the same. People are to see what the compiler says.

// literal is how go/types writes a function literal within a message.
var literal = regexp.MustCompile(`\((func\([^()]*\)[^()]*) literal\)`)

// elsewhere is how go/types writes a place in the standard library here, where
// only its export data is known.
var elsewhere = regexp.MustCompile(` \(declared at 1:\d+\)`)

// reword gives a message of go/types the compiler's words.
func reword(msg string) string {
	switch msg {
	case "break not in for, switch, or select statement":
		return "break is not in a loop, switch, or select"
	case "continue not in for statement":
		return "continue is not in a loop"
	}
	if l, ok := strings.CutPrefix(msg, "label "); ok {
		if name, ok := strings.CutSuffix(l, " declared and not used"); ok {
			return "label " + name + " defined and not used"
		}
		if name, ok := strings.CutSuffix(l, " not declared"); ok {
			return "label " + name + " not defined"
		}
	}
	return literal.ReplaceAllString(elsewhere.ReplaceAllString(msg, ""), "$1 {…}")
}

// replace finds where the compiler would point to, which for calls is another
// place than that of go/types. end is the end of what is wrong, if known.
func replace(s *source, te types.Error) (at, end token.Pos) {
	few := strings.HasPrefix(te.Msg, "not enough arguments in call to ")
	builtin := strings.HasPrefix(te.Msg, "invalid operation: not enough arguments for ")
	send := strings.HasPrefix(te.Msg, "invalid operation: cannot send to ")
	infer := strings.HasPrefix(te.Msg, "in call to ") || strings.Contains(te.Msg, " does not satisfy ")
	if !few && !builtin && !send && !infer {
		return te.Pos, token.NoPos
	}
	at = te.Pos
	ast.Inspect(s.tree, func(n ast.Node) bool {
		if st, ok := n.(*ast.SendStmt); ok && send && st.Arrow == te.Pos {
			at, end = st.Pos(), st.End()
		}
		c, ok := n.(*ast.CallExpr)
		switch {
		case !ok:
		case builtin && c.Rparen == te.Pos:
			at, end = c.Pos(), c.End()
		case few && c.Rparen == te.Pos:
			at, end = c.Pos(), c.End()
			if len(c.Args) > 0 {
				at = c.Args[len(c.Args)-1].Pos()
			}
		case infer && c.Fun.Pos() == te.Pos && !indexed(c.Fun):
			at, end = c.Lparen, c.End()
		}
		return n != nil && n.Pos() <= te.Pos && te.Pos <= n.End()
	})
	return at, end
}

func indexed(x ast.Expr) bool {
	switch x.(type) {
	case *ast.IndexExpr, *ast.IndexListExpr:
		return true
	}
	return false
}
