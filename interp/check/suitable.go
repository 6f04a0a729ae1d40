package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// Verdict is whether a program may be run by the quick engine.
type Verdict struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"` // why not, in words for people: at most maxReason bytes
	Line   int    `json:"line,omitempty"`   // where, or 0 if not at one place

	// Varies is whether a program that is OK may print something else when it is
	// run again, so that a run of it cannot be taken over by another engine.
	Varies bool `json:"varies,omitempty"`
}

// Suitable reports whether a program is within the part of Go for which yaegi
// 0.16.1, as the runner uses it, has been shown to print what Go prints and to
// end with the same exit code. What a run within it may still not be believed in is
// running out of memory, time or stack.
//
// A program with errors in it is not suitable, nor is one that Suitable cannot
// make anything of, nor one of more than maxSuitable bytes or with things nested
// deeper than maxNesting. Within those, the time it takes grows with the size of
// the program times the depth.
func (c *Checker) Suitable(files []File) (v Verdict) {
	defer func() {
		if recover() != nil {
			v = Verdict{Reason: "the checker failed over it"}
		}
	}()
	if err := bounds(files); err != nil {
		return Verdict{Reason: err.Error()}
	}
	// Tests, and data that only a package left out can read, are no part of it.
	var code []File
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".go") && !strings.HasSuffix(f.Name, "_test.go") {
			code = append(code, f)
		}
	}
	if len(code) != 1 {
		return Verdict{Reason: "it has more than one file"}
	}
	if len(code[0].Text) > maxSuitable {
		return Verdict{Reason: "it is very long"}
	}
	for _, f := range parse(code).files {
		if j := (&judge{file: f}); f.tree != nil {
			if j.outline(); j.refused {
				return j.verdict
			}
		}
	}
	u, ds := c.load(code)
	if len(ds) > 0 {
		return Verdict{Reason: "it has errors", Line: ds[0].Line}
	}
	j := &judge{u: u, info: u.info, file: u.files[0], types: map[types.Type]bool{}, asked: map[types.Type]bool{}}
	j.program()
	return j.verdict
}

// judge looks at one program, from the outside in, and stops believing in it at
// the first thing that is not in the subset.
type judge struct {
	u       *unit
	info    *types.Info
	file    *source
	verdict Verdict
	refused bool
	types   map[types.Type]bool // those that have been looked at, or are being
	changed map[types.Object]bool
	order
	lists
	invalid bool                // whether there may be strings that are not UTF-8
	asked   map[types.Type]bool // answers of plain
	stack   []ast.Node          // what is around what is being looked at, outermost first
}

// refuse notes why the program is not suitable. The first reason counts.
func (j *judge) refuse(at ast.Node, format string, args ...any) {
	if j.refused {
		return
	}
	j.refused = true
	reason := fmt.Sprintf(format, args...)
	if len(reason) > maxReason {
		reason = strings.ToValidUTF8(reason[:maxReason-len("…")], "") + "…"
	}
	j.verdict = Verdict{Reason: reason, Line: j.file.token.PositionFor(at.Pos(), false).Line}
}

func (j *judge) program() {
	f := j.file.tree
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "// +build") {
				j.refuse(c, "instructions to the compiler")
			}
		}
	}
	for _, im := range f.Imports {
		j.imported(im)
	}
	j.changed = j.changes()
	j.survey()
	j.surveyLists()
	j.invalid = j.mayBeInvalid()
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, s := range g.Specs {
				j.packageVariable(s.(*ast.ValueSpec))
			}
		}
	}
	j.walk(f)
	if !j.refused {
		j.verdict = Verdict{OK: true, Varies: j.varies()}
	}
}

// walk looks at a node and all that is in it.
func (j *judge) walk(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			j.stack = j.stack[:len(j.stack)-1]
			return true
		}
		if j.refused {
			return false
		}
		if im, ok := n.(*ast.ImportSpec); ok {
			j.imported(im)
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			j.name(id, j.info.Defs[id])
		}
		j.node(n)
		j.inOrder(n)
		j.inLists(n)
		if x, ok := n.(ast.Expr); ok {
			j.typed(x)
		}
		j.stack = append(j.stack, n)
		return true
	})
}

// parent returns what a node that is being looked at is directly in.
func (j *judge) parent() ast.Node {
	for i := len(j.stack) - 1; i >= 0; i-- {
		if _, ok := j.stack[i].(*ast.ParenExpr); !ok {
			return j.stack[i]
		}
	}
	return nil
}

// name refuses what is called like something of Go's own, for the interpreter
// does not always tell them apart.
func (j *judge) name(id *ast.Ident, o types.Object) {
	if o == nil || id.Name == "_" || j.refused {
		return // the package clause
	}
	if types.Universe.Lookup(id.Name) != nil && !isField(o) && !holds("min max clear", id.Name) { // newer than the interpreter
		j.refuse(id, "the name %s, which is one of Go's own", id.Name)
	}
	for _, im := range j.file.tree.Imports {
		if p := strings.Trim(im.Path.Value, `"`); p[strings.LastIndexByte(p, '/')+1:] == id.Name && !isField(o) {
			if _, ok := o.(*types.PkgName); !ok {
				j.refuse(id, "the name %s, which is that of a package", id.Name)
			}
		}
	}
	if t, ok := o.(*types.TypeName); ok {
		switch {
		case t.IsAlias():
			j.refuse(id, "an alias of a type")
		case t.Parent() != j.u.pkg.Scope():
			j.refuse(id, "a type declared within a function")
		}
	}
	if v, ok := o.(*types.Var); ok && !isField(o) && v.Parent() != j.u.pkg.Scope() {
		if over := j.u.pkg.Scope().Lookup(id.Name); over != nil {
			if _, ok := over.(*types.Var); !ok {
				j.refuse(id, "a variable with the name of a type, constant or function")
			}
		}
	}
	if fn, ok := o.(*types.Func); ok && id.Name == "init" && fn.Signature().Recv() == nil {
		j.refuse(id, "a function init")
	}
}

func isField(o types.Object) bool {
	switch o := o.(type) {
	case *types.Var:
		return o.IsField()
	case *types.Func:
		return o.Signature().Recv() != nil
	}
	return false
}

// packageVariable refuses variables that are given their values in an order that
// must be found out.
func (j *judge) packageVariable(s *ast.ValueSpec) {
	for _, n := range s.Names {
		if n.Name == "_" {
			j.refuse(n, "a variable without a name outside functions")
		}
	}
	for _, x := range s.Values {
		ast.Inspect(x, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				if _, ok := j.info.Uses[n].(*types.Var); ok && !isField(j.info.Uses[n]) {
					j.refuse(n, "a variable outside functions that needs another")
				}
			case *ast.FuncLit:
				j.refuse(n, "a function literal outside functions")
			case *ast.CallExpr:
				if !j.harmless(n) {
					j.refuse(n, "a call outside functions")
				}
			}
			return true
		})
	}
}

// harmless reports whether a call outside functions is one that could stand
// anywhere: a conversion, make, or errors.New.
func (j *judge) harmless(c *ast.CallExpr) bool {
	if tv := j.info.Types[c.Fun]; tv.IsType() || tv.IsBuiltin() {
		return true
	}
	fn := j.called(c)
	return fn != nil && fn.FullName() == "errors.New"
}

// called returns the function or method that a call names, or nil.
func (j *judge) called(c *ast.CallExpr) *types.Func {
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		fn, _ := j.info.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := j.info.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}

// changes finds the variables that are changed after they have been declared, or
// whose address is taken.
func (j *judge) changes() map[types.Object]bool {
	m := map[types.Object]bool{}
	note := func(x ast.Expr) {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && j.info.Uses[id] != nil {
			m[j.info.Uses[id]] = true
		}
	}
	ast.Inspect(j.file.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				note(x)
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		case *ast.RangeStmt:
			if n.Key != nil {
				note(n.Key)
			}
			if n.Value != nil {
				note(n.Value)
			}
		}
		return true
	})
	return m
}
