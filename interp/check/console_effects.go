package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A line that leaves nothing behind need not be done again when the next is run.
// What is known to leave nothing is listed here; everything else is taken to
// leave something.

// leavesNothing are packages whose functions (not methods) change nothing that
// outlasts them but what they print.
var leavesNothing = map[string]bool{
	"strings": true, "strconv": true, "math": true, "math/bits": true, "math/cmplx": true, "unicode": true, "unicode/utf8": true,
	"unicode/utf16": true, "cmp": true, "html": true, "path": true,
}

// leaveNothing are such functions of other packages.
var leaveNothing = map[string]string{
	"fmt":    "Print Println Printf Sprint Sprintln Sprintf Errorf",
	"errors": "New Is Unwrap Join",
	"sort":   "IntsAreSorted StringsAreSorted Float64sAreSorted SearchInts SearchStrings SearchFloat64s",
	"slices": "Contains Index Max Min Equal Compare IsSorted BinarySearch Clone Concat Repeat Sorted",
	"maps":   "Clone Equal Keys Values",
	"bytes":  "Contains Equal Compare HasPrefix HasSuffix Index Count ToUpper ToLower",
	"time":   "Now Since Until Date Unix Sleep",
	// Their numbers are others each time in any case.
	"math/rand": "Int Intn Int63 Int31n Float64 Perm", "math/rand/v2": "Int IntN N Float64 Perm",
}

// traces looks for what a line leaves behind.
type traces struct {
	u     *unit
	known map[*types.Func]bool // functions that have been looked at, or are being: true until something is found
}

// leaves reports whether statements leave anything behind.
func (w *work) leaves() bool {
	t := &traces{u: w.unit, known: map[*types.Func]bool{}}
	for _, s := range w.body {
		if len(w.defined(s)) > 0 {
			return true
		}
		if t.of(s) {
			return true
		}
	}
	return false
}

// of reports whether something leaves traces outside itself.
func (t *traces) of(root ast.Node) (left bool) {
	ast.Inspect(root, func(n ast.Node) bool {
		if left {
			return false
		}
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				left = left || n.Tok != token.DEFINE && !t.local(root, x)
			}
		case *ast.IncDecStmt:
			left = !t.local(root, n.X)
		case *ast.RangeStmt:
			if _, ok := t.u.info.TypeOf(n.X).Underlying().(*types.Signature); ok {
				left = true
			}
			if _, ok := t.u.info.TypeOf(n.X).Underlying().(*types.Chan); ok {
				left = true
			}
			for _, x := range []ast.Expr{n.Key, n.Value} {
				left = left || x != nil && n.Tok == token.ASSIGN && !t.local(root, x)
			}
		case *ast.UnaryExpr:
			left = n.Op == token.ARROW
		case *ast.GoStmt, *ast.SendStmt, *ast.SelectStmt, *ast.DeferStmt:
			left = true
		case *ast.CallExpr:
			left = t.call(n)
		}
		return true
	})
	return left
}

// local reports whether what is assigned to is a variable declared within root,
// or a part of it that is reached through no pointer, slice or map.
func (t *traces) local(root ast.Node, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if x.Name == "_" {
			return true
		}
		o := t.u.info.ObjectOf(x)
		return o != nil && root.Pos() <= o.Pos() && o.Pos() < root.End()
	case *ast.SelectorExpr:
		return !isPointer(t.u.info.TypeOf(x.X)) && t.u.info.Selections[x] != nil && !t.u.info.Selections[x].Indirect() && t.local(root, x.X)
	case *ast.IndexExpr:
		_, isArray := t.u.info.TypeOf(x.X).Underlying().(*types.Array)
		return isArray && t.local(root, x.X)
	}
	return false
}

func (t *traces) call(c *ast.CallExpr) bool {
	tv := t.u.info.Types[c.Fun]
	switch {
	case tv.IsType():
		return false
	case tv.IsBuiltin():
		id, ok := ast.Unparen(c.Fun).(*ast.Ident)
		return !ok || !holds("len cap min max new make complex real imag print println panic", id.Name)
	}
	if _, ok := ast.Unparen(c.Fun).(*ast.FuncLit); ok {
		return false // its body is looked at as part of what it stands in
	}
	fn := callee(t.u.info, c)
	if fn == nil {
		return true
	}
	fn = fn.Origin()
	if fn.Pkg() == t.u.pkg {
		return t.function(fn)
	}
	if fn.Pkg() == nil {
		return true
	}
	if fn.Signature().Recv() != nil {
		return fn.Pkg().Path() != "time" || isPointer(fn.Signature().Recv().Type())
	}
	if !leavesNothing[fn.Pkg().Path()] && !holds(leaveNothing[fn.Pkg().Path()], fn.Name()) {
		return true
	}
	for _, a := range c.Args {
		if !inert(t.u.info.TypeOf(a), t.u.pkg, map[types.Type]bool{}) {
			return true
		}
	}
	return false
}

// function reports whether a function of the session leaves traces.
func (t *traces) function(fn *types.Func) bool {
	if fine, ok := t.known[fn]; ok {
		return !fine
	}
	t.known[fn] = true
	for _, s := range t.u.files {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && t.u.info.Defs[f.Name] == fn && f.Body != nil {
				// Its parameters are its own.
				left := t.of(f)
				t.known[fn] = !left
				return left
			}
		}
	}
	t.known[fn] = false // a method of an interface: anybody's
	return true
}

// inert reports whether a value given to the library brings no code of the
// session along that the library would call.
func inert(t types.Type, here *types.Package, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return t != nil
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Alias:
		return inert(types.Unalias(t), here, seen)
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return false // error
		}
		if t.Obj().Pkg() != here {
			return strings.HasPrefix(t.Obj().Pkg().Path(), "time")
		}
		return types.NewMethodSet(types.NewPointer(t)).Len() == 0 && inert(t.Underlying(), here, seen)
	case *types.Pointer:
		return inert(t.Elem(), here, seen)
	case *types.Slice:
		return inert(t.Elem(), here, seen)
	case *types.Array:
		return inert(t.Elem(), here, seen)
	case *types.Map:
		return inert(t.Key(), here, seen) && inert(t.Elem(), here, seen)
	case *types.Struct:
		for f := range t.Fields() {
			if !inert(f.Type(), here, seen) {
				return false
			}
		}
		return true
	case *types.Tuple:
		for v := range t.Variables() {
			if !inert(v.Type(), here, seen) {
				return false
			}
		}
		return true
	}
	return false
}

// callee returns the function or method that a call names, or nil.
func callee(info *types.Info, c *ast.CallExpr) *types.Func {
	f := ast.Unparen(c.Fun)
	switch x := f.(type) {
	case *ast.IndexExpr:
		f = x.X
	case *ast.IndexListExpr:
		f = x.X
	}
	switch f := f.(type) {
	case *ast.Ident:
		fn, _ := info.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := info.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}
