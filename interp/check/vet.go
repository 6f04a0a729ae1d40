package check

import (
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/appends"
	"golang.org/x/tools/go/analysis/passes/assign"
	"golang.org/x/tools/go/analysis/passes/atomic"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/deepequalerrors"
	"golang.org/x/tools/go/analysis/passes/defers"
	"golang.org/x/tools/go/analysis/passes/errorsas"
	"golang.org/x/tools/go/analysis/passes/ifaceassert"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/shift"
	"golang.org/x/tools/go/analysis/passes/sortslice"
	"golang.org/x/tools/go/analysis/passes/stdmethods"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/structtag"
	"golang.org/x/tools/go/analysis/passes/testinggoroutine"
	"golang.org/x/tools/go/analysis/passes/tests"
	"golang.org/x/tools/go/analysis/passes/timeformat"
	"golang.org/x/tools/go/analysis/passes/unmarshal"
	"golang.org/x/tools/go/analysis/passes/unreachable"
	"golang.org/x/tools/go/analysis/passes/unusedresult"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/passes/waitgroup"
)

// analyzers are those of vet, and of its kin, that find what a learner does
// wrong and hardly ever what is right.
var analyzers = []*analysis.Analyzer{
	appends.Analyzer, assign.Analyzer, atomic.Analyzer, bools.Analyzer, copylock.Analyzer, deepequalerrors.Analyzer,
	defers.Analyzer, errorsas.Analyzer, ifaceassert.Analyzer, lostcancel.Analyzer, nilfunc.Analyzer, nilness.Analyzer,
	printf.Analyzer, shift.Analyzer, sortslice.Analyzer, stdmethods.Analyzer, stringintconv.Analyzer, structtag.Analyzer,
	testinggoroutine.Analyzer, tests.Analyzer, timeformat.Analyzer, unmarshal.Analyzer, unreachable.Analyzer,
	unusedresult.Analyzer, unusedwrite.Analyzer, waitgroup.Analyzer,
}

// vet returns the warnings about a program whose types are right.
func (c *Checker) vet(u *unit) []Diagnostic {
	if len(u.files) == 0 || u.pkg == nil {
		return nil
	}
	v := &vetting{version: c.version, unit: u, results: map[*analysis.Analyzer]any{}, facts: map[factKey]analysis.Fact{}}
	for _, s := range u.files {
		v.trees = append(v.trees, s.tree)
	}
	for _, a := range analyzers {
		// One that fails has nothing to say; the others still have.
		_, _ = v.run(a)
	}
	return v.found
}

// vetting is one run of the analyzers over one program.
type vetting struct {
	version string
	unit    *unit
	trees   []*ast.File
	results map[*analysis.Analyzer]any
	facts   map[factKey]analysis.Fact
	found   []Diagnostic
}

// factKey names a fact that an analyzer has noted of something declared.
type factKey struct {
	object types.Object
	kind   reflect.Type
}

// never are functions of the library that do not return. The analyzer that would
// find that out by itself does not see the library's source.
var never = map[string]bool{
	"os.Exit": true, "runtime.Goexit": true, "log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true,
	"log.Panic": true, "log.Panicf": true, "log.Panicln": true,
	"(*testing.common).FailNow": true, "(*testing.common).Fatal": true, "(*testing.common).Fatalf": true,
	"(*testing.common).SkipNow": true, "(*testing.common).Skip": true, "(*testing.common).Skipf": true,
}

// run runs an analyzer after those it needs.
func (v *vetting) run(a *analysis.Analyzer) (result any, err error) {
	if r, ok := v.results[a]; ok {
		if err, failed := r.(error); failed {
			return nil, err
		}
		return r, nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the analyzer %s failed: %v", a.Name, p)
		}
		if err != nil {
			v.results[a] = err
			return
		}
		v.results[a] = result
	}()
	needs := map[*analysis.Analyzer]any{}
	for _, n := range a.Requires {
		if needs[n], err = v.run(n); err != nil {
			return nil, err
		}
	}
	return a.Run(v.pass(a, needs))
}

func (v *vetting) pass(a *analysis.Analyzer, needs map[*analysis.Analyzer]any) *analysis.Pass {
	return &analysis.Pass{
		Analyzer: a, Fset: v.unit.fset, Files: v.trees, Pkg: v.unit.pkg, TypesInfo: v.unit.info, TypesSizes: sizes,
		ResultOf: needs, Module: &analysis.Module{Path: v.unit.pkg.Path(), GoVersion: v.version},
		Report: func(d analysis.Diagnostic) { v.report(a, d) },
		ImportObjectFact: func(o types.Object, f analysis.Fact) bool {
			if fn, ok := o.(*types.Func); ok && a.Name == "ctrlflow" && never[fn.FullName()] {
				return true
			}
			known, ok := v.facts[factKey{o, reflect.TypeOf(f)}]
			if ok {
				reflect.ValueOf(f).Elem().Set(reflect.ValueOf(known).Elem())
			}
			return ok
		},
		ExportObjectFact:  func(o types.Object, f analysis.Fact) { v.facts[factKey{o, reflect.TypeOf(f)}] = f },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		ExportPackageFact: func(analysis.Fact) {},
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
		ReadFile:          func(string) ([]byte, error) { return nil, errors.New("there are no files") },
	}
}

// report notes a warning.
func (v *vetting) report(a *analysis.Analyzer, d analysis.Diagnostic) {
	s := v.unit.at(d.Pos)
	if s == nil || len(v.found) >= 10*MaxDiagnostics {
		return
	}
	end := d.End
	if end <= d.Pos || v.unit.at(end) != s {
		at := s.token.Offset(d.Pos)
		end = s.token.Pos(at + wordLength(s.Text, at))
	}
	w := v.unit.between(s, d.Pos, end, d.Message)
	w.Severity, w.Analyzer = Warning, a.Name
	v.found = append(v.found, w)
}
