package grade

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// replaced finds where a file puts something else in the place of an error that
// belongs to another package, such as io.EOF, or takes its address to do so: what
// tests compare with it would be compared with that.
func replaced(tree *ast.File) (fs []finding) {
	imported := map[string]bool{}
	for _, spec := range tree.Imports {
		if imp, err := strconv.Unquote(spec.Path.Value); err == nil {
			imported[path.Base(imp)] = true
		}
		if spec.Name != nil {
			imported[spec.Name.Name] = true
		}
	}
	check := func(x ast.Expr) {
		sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "EOF" && !strings.HasPrefix(sel.Sel.Name, "Err") {
			return
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && imported[pkg.Name] {
			fs = append(fs, finding{sel.Pos(), fmt.Sprintf("%s.%s belongs to another package and cannot be changed in a program that is tested", pkg.Name, sel.Sel.Name)})
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				check(x)
			}
		case *ast.RangeStmt:
			check(n.Key)
			check(n.Value)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				check(n.X)
			}
		}
		return true
	})
	return fs
}
