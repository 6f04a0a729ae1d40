package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"unicode/utf8"
)

// Bounds of what Suitable looks at.
const (
	maxSuitable = 64 << 10 // bytes of the program
	maxNesting  = 120      // nodes of its tree, one within the other
	maxReason   = 200      // bytes
	maxWeight   = 1000     // values in one of a type, bytes in a constant
)

// outline refuses, before types are checked, what the type checker might be long
// over: what is nested very deep, types that hold very many values, constants that
// double, and what needs not be looked at further anyway.
func (j *judge) outline() {
	if j.tooDeep() {
		return
	}
	w := weights{of: map[string][]ast.Node{}, known: map[string]int{}}
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.InterfaceType:
			j.refuse(n, "interfaces")
		case *ast.FuncType:
			if n.TypeParams != nil {
				j.refuse(n, "generic functions")
			}
		case *ast.TypeSpec:
			if n.TypeParams != nil {
				j.refuse(n, "generic types")
			}
			w.of[n.Name.Name] = append(w.of[n.Name.Name], n.Type)
		case *ast.GenDecl:
			if n.Tok == token.CONST {
				w.constants(n)
			}
		}
		return !j.refused
	})
	for name, nodes := range w.of {
		if w.named(name) > maxWeight {
			j.refuse(nodes[0], "a type or constant that holds very much, or is called like one that it needs")
		}
	}
}

// weights are how much there is in one value of a type, or in a constant, by its
// name wherever it is declared.
type weights struct {
	of    map[string][]ast.Node
	known map[string]int
}

func (w weights) constants(d *ast.GenDecl) {
	for _, s := range d.Specs {
		s := s.(*ast.ValueSpec)
		for i, n := range s.Names {
			if i < len(s.Values) {
				w.of[n.Name] = append(w.of[n.Name], s.Values[i])
			}
		}
	}
}

func (w weights) named(name string) int {
	if n, ok := w.known[name]; ok {
		return n
	}
	nodes, ok := w.of[name]
	if !ok {
		return 1
	}
	w.known[name] = maxWeight + 1 // what needs itself
	most := 0
	for _, n := range nodes {
		most = max(most, w.node(n))
	}
	w.known[name] = most
	return most
}

// node adds up what is in a type or an expression. What is behind a pointer, in a
// list or in a map is not in the value itself.
func (w weights) node(n ast.Node) (sum int) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StarExpr, *ast.MapType, *ast.FuncType, *ast.ChanType:
			return false
		case *ast.ArrayType:
			return n.Len != nil
		case *ast.Field:
			sum += max(1, len(n.Names)) * w.node(n.Type)
			return false
		case *ast.BasicLit:
			sum += len(n.Value)
		case *ast.Ident:
			sum += w.named(n.Name)
		}
		sum = min(sum, maxWeight+1)
		return true
	})
	return min(sum, maxWeight+1)
}

// tooDeep refuses what is nested deeper than people write.
func (j *judge) tooDeep() bool {
	depth := 0
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		if n == nil {
			depth--
			return true
		}
		depth++
		if depth > maxNesting {
			j.refuse(n, "something nested very deep")
		}
		return true
	})
	return j.refused
}

// exactMath is what of package math is the same to the last digit on every kind
// of machine.
const exactMath = "Abs Ceil Floor Inf IsInf IsNaN Max Min Mod NaN Round RoundToEven Signbit Sqrt Trunc"

// varies reports whether the program may print something else when it is run
// again, by this engine or by another: what depends on chance, on the order of a
// map, or on how a machine computes the last digit.
func (j *judge) varies() (found bool) {
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			_, isMap := j.info.TypeOf(n.X).Underlying().(*types.Map)
			found = found || isMap
		case *ast.Ident:
			fn, ok := j.info.Uses[n].(*types.Func)
			if !ok || fn.Pkg() == nil {
				break
			}
			p := fn.Pkg().Path()
			found = found || p == "math/rand" || p == "math" && !holds(exactMath, fn.Name())
		}
		return !found
	})
	return found
}

// mayBeInvalid reports whether the program may get hold of a string that is not
// UTF-8: from what is typed, by cutting one, by making one of bytes.
func (j *judge) mayBeInvalid() (found bool) {
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			v := j.info.Types[n].Value
			found = found || v != nil && v.Kind() == constant.String && !utf8.ValidString(constant.StringVal(v))
		case *ast.SliceExpr:
			found = found || isString(j.info.TypeOf(n.X))
		case *ast.CallExpr:
			if tv := j.info.Types[n.Fun]; tv.IsType() && isString(tv.Type) {
				_, isSlice := j.info.TypeOf(n.Args[0]).Underlying().(*types.Slice)
				found = found || isSlice
			} else if fn := j.called(n); fn != nil && fn.Pkg() != nil && fn.Pkg() != j.u.pkg {
				found = found || givesBytes(fn)
			}
		}
		return !found
	})
	return found
}

// validString reports whether a string is UTF-8.
func (j *judge) validString(x ast.Expr) bool {
	if v := j.info.Types[x].Value; v != nil && v.Kind() == constant.String {
		return utf8.ValidString(constant.StringVal(v))
	}
	return !j.invalid
}

// givesBytes reports whether a function of the library may give a string that is
// not UTF-8 though it was given none: one that reads, or that works with bytes.
func givesBytes(fn *types.Func) bool {
	switch name := fn.Name(); fn.Pkg().Path() {
	case "bufio":
		return true
	case "fmt":
		return strings.Contains(strings.ToLower(name), "scan")
	case "strconv":
		return name == "Unquote"
	case "strings":
		return name == "WriteByte"
	}
	return false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}
