package yaegi

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thirdspace/interp/frame"
)

// exact are the errors of go/types that are right even though it is told nothing
// of what imported packages contain. It is made for sources with errors in them:
// whatever depends on something unknown is of an invalid type, and says no more.
// What is not in the list (a method that might come from an embedded imported
// type, say) is left to the interpreter.
var exact = regexp.MustCompile(`^(` + strings.Join([]string{
	`declared and not used: \w+`,
	`"[^"]*" imported and not used`,
	`"[^"]*" imported as \w+ and not used`,
	`missing return`,
	`undefined: [\pL_][\pL\pN_]*`, // a name of its own, not a member of something
	`no new variables on left side of :=`,
	`[\pL_][\pL\pN_]* redeclared in this block`,
	`invalid operation: .*\(mismatched types (u?int\d*|float\d+|string|bool|untyped \w+) and (u?int\d*|float\d+|string|bool|untyped \w+)\)`,
	`cannot use .* \((untyped \w+ constant|variable of type \w+|constant .*of type \w+|value of type \w+)\) as (u?int\d*|float\d+|string|bool) value in .*`,
	`label \w+ declared and not used`,
}, "|") + `)$`)

// check finds errors that the interpreter lets pass or words in its own way:
// unused variables and imports, a missing return, undefined names. Where there
// are none, it finds what the interpreter is known to stumble over. info is
// filled in as far as things are known.
func check(fset *token.FileSet, files []*ast.File, info *types.Info) []frame.Diagnostic {
	if ds := mistakes(fset, files, info); len(ds) > 0 {
		return ds
	}
	return beyond(fset, files, info)
}

// mistakes returns the errors of the program that are certain.
func mistakes(fset *token.FileSet, files []*ast.File, info *types.Info) []frame.Diagnostic {
	var ds []frame.Diagnostic
	conf := types.Config{
		GoVersion: "go1.26",
		Importer:  nameImporter{},
		Error: func(err error) {
			te, ok := err.(types.Error)
			if ok && exact.MatchString(te.Msg) && len(ds) < frame.MaxDiagnostics {
				ds = append(ds, at(fset.Position(te.Pos), te.Msg))
			}
		},
	}
	// The error is the first of those that Error has seen.
	_, _ = conf.Check("main", fset, files, info)
	ds = slices.DeleteFunc(ds, doubt(fset, files, info))
	for _, f := range files {
		for _, im := range f.Imports {
			if im.Name != nil && im.Name.Name == "." {
				return nil // any name may come from there
			}
		}
	}
	slices.SortStableFunc(ds, func(a, b frame.Diagnostic) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return ds
}

// unused takes the name out of what is said of one that is not used.
var unused = regexp.MustCompile(`^declared and not used: (\w+)|^"[^"]*" imported and|imported as (\w+) and`)

// doubt recognises mistakes that may be none. An expression of which the type
// checker knows nothing is not looked into as far as it might be, so a name may be
// used where it did not look, and a call of panic may not be seen to be one.
func doubt(fset *token.FileSet, files []*ast.File, info *types.Info) func(frame.Diagnostic) bool {
	unseen := map[string]bool{}
	panics := map[string]bool{} // "file:line" of where a function that calls panic ends
	for _, f := range files {
		var bodies []*ast.BlockStmt
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				bodies = append(bodies, n.Body)
			case *ast.FuncLit:
				bodies = append(bodies, n.Body)
			case *ast.Ident:
				_, use := info.Uses[n]
				if _, def := info.Defs[n]; !use && !def {
					unseen[n.Name] = true
				}
				if n.Name != "panic" {
					break
				}
				for _, b := range bodies {
					if b != nil && b.Pos() < n.Pos() && n.Pos() < b.End() {
						p := fset.Position(b.Rbrace)
						panics[filepath.Base(p.Filename)+":"+strconv.Itoa(p.Line)] = true
					}
				}
			}
			return true
		})
	}
	return func(d frame.Diagnostic) bool {
		if d.Message == "missing return" {
			return panics[d.File+":"+strconv.Itoa(d.Line)]
		}
		m := unused.FindStringSubmatch(d.Message)
		if m == nil {
			return false
		}
		name := cmp.Or(m[1], m[2])
		if name == "" {
			p, _, _ := strings.Cut(strings.TrimPrefix(d.Message, `"`), `"`)
			name = cmp.Or(packageName(p), path.Base(p))
		}
		return unseen[name]
	}
}

// nameImporter knows of packages only what they are called.
type nameImporter struct{}

func (nameImporter) Import(p string) (*types.Package, error) {
	name := packageName(p)
	if name == "" {
		name = path.Base(p)
	}
	pkg := types.NewPackage(p, name)
	pkg.MarkComplete()
	return pkg, nil
}

// beyond finds parts of the language that the interpreter does not know and
// would either panic over or silently get wrong.
func beyond(fset *token.FileSet, files []*ast.File, info *types.Info) []frame.Diagnostic {
	var ds []frame.Diagnostic
	add := func(p token.Pos, msg string) {
		if len(ds) < frame.MaxDiagnostics {
			ds = append(ds, at(fset.Position(p), "the quick engine cannot do this yet: "+msg))
		}
	}
	loops := map[*ast.DeferStmt]bool{}
	look := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			deferInLoop(n, n.Body, info, loops)
		case *ast.DeferStmt:
			if deferBlocks(n, info) {
				add(n.Pos(), "defer a function that is kept in a variable")
			} else if loops[n] {
				add(n.Pos(), "defer, in a loop, what differs from turn to turn")
			}
		case *ast.RangeStmt:
			deferInLoop(n, n.Body, info, loops)
			if msg := beyondRange(info.TypeOf(n.X)); msg != "" {
				add(n.X.Pos(), msg)
			}
		case *ast.CallExpr:
			id, ok := n.Fun.(*ast.Ident)
			if !ok {
				break
			}
			if b, ok := info.Uses[id].(*types.Builtin); ok && (b.Name() == "min" || b.Name() == "max" || b.Name() == "clear") {
				add(n.Pos(), "the built-in function "+b.Name())
			}
		}
		return true
	}
	for _, f := range files {
		ast.Inspect(f, look)
	}
	return ds
}

func beyondRange(t types.Type) string {
	if t == nil {
		return ""
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if _, own := t.(*types.Basic); !own && u.Info()&types.IsInteger != 0 {
			return "range over a number of a type of its own; for i := 0; i < n; i++ does the same"
		}
	case *types.Signature:
		return "range over a function"
	}
	return ""
}
