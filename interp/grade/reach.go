package grade

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
)

// harmless are what package unsafe has that reaches nothing.
var harmless = []string{"Sizeof", "Alignof", "Offsetof"}

// reaching are functions by which a program could read or write memory that is not
// its own, and with it the key that results are signed with: they make a pointer of
// any number, or write down the whole memory. Without them, and those of package
// unsafe, a program of one thread, as WebAssembly is, keeps to Go's types.
var reaching = map[string][]string{
	"reflect":       {"NewAt", "SliceAt"},
	"runtime/debug": {"WriteHeapDump"},
}

// reached finds uses of them in a file.
func reached(tree *ast.File) (fs []finding) {
	for _, spec := range tree.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if _, known := reaching[imp]; err != nil || !known && imp != "unsafe" {
			continue
		}
		name := path.Base(imp)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." {
			fs = append(fs, finding{spec.Pos(), fmt.Sprintf("package %s cannot be imported as . in a program that is tested", imp)})
			continue
		}
		fs = append(fs, uses(tree, imp, name)...)
	}
	return fs
}

// uses finds those of a package that the file knows by name. A variable of the
// name of the package is taken for it, to be sure.
func uses(tree *ast.File, imp, name string) (fs []finding) {
	ast.Inspect(tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		bad := slices.Contains(reaching[imp], sel.Sel.Name) || imp == "unsafe" && !slices.Contains(harmless, sel.Sel.Name)
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && bad {
			fs = append(fs, finding{sel.Pos(), fmt.Sprintf("%s.%s cannot be used in a program that is tested", imp, sel.Sel.Name)})
		}
		return true
	})
	return fs
}
