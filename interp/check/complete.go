package check

import (
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// MaxItems bounds how many completions are offered.
const MaxItems = 200

// maxDetail bounds the bytes of what stands beside an item's name.
const maxDetail = 160

// Completions are what may stand in the place of the word at the caret.
type Completions struct {
	Span         // that is replaced: the word, from its beginning to the caret
	Items []Item `json:"items"` // the likeliest first
	More  bool   `json:"more"`  // there are others
}

// Item is one completion.
type Item struct {
	Label  string `json:"label"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"` // a signature, a type, a path
	Insert string `json:"insert"`
	// Inside: the caret goes before the last character of what is inserted, a
	// closing bracket.
	Inside bool `json:"inside"`
	// Symbol is what Documentation knows it by; "" for what is the program's own.
	Symbol string `json:"symbol"`
	// Docs is what the program's own comments say of it, shortened.
	Docs []Paragraph `json:"docs"`
	// Edits, of other places, go with it: the import it needs.
	Edits []Edit `json:"edits"`
}

// The kinds of items.
const (
	KindKeyword   = "keyword"
	KindPackage   = "package"
	KindType      = "type"
	KindInterface = "interface"
	KindConst     = "constant"
	KindVar       = "variable"
	KindField     = "field"
	KindFunc      = "function"
	KindMethod    = "method"
)

// Complete offers what may stand at a place: names in scope, members of what
// stands before a dot, fields of a struct literal, packages (with the import they
// need), keywords. The program may be half written. In comments, strings and
// numbers, and where something gets its name, nothing is offered.
func (c *Checker) Complete(ctx context.Context, files []File, at Place) (Completions, error) {
	return help(ctx, c, files, func() (Completions, error) {
		car, err := stand(files, at)
		if err != nil {
			return Completions{}, err
		}
		f := finder{checker: c, caret: car, word: car.word(), imports: map[string][]Edit{}}
		switch {
		case car.path:
			return f.importPaths(), nil
		case car.quiet:
		case car.before == token.RBRACE && !car.newLine:
			f.keywords("else")
		case car.before == token.ILLEGAL:
			f.keywords("package")
		case len(car.open) == 0 && car.newLine:
			f.keywords("const", "func", "import", "type", "var")
		default:
			f.find()
		}
		return f.result(car.span()), nil
	})
}

// finder gathers what may stand at the caret.
type finder struct {
	checker *Checker
	caret   *caret
	word    string // as far as it is typed
	done    *completed
	want    wanted
	found   []candidate
	imports map[string][]Edit
}

// candidate is an item with what decides its rank.
type candidate struct {
	Item
	object           types.Object
	match, fit, near int // each the less the better
}

// find looks at the program and gathers.
func (f *finder) find() {
	f.done = f.caret.complete()
	if f.done == nil || len(f.done.path) < 2 {
		return
	}
	f.done.strip()
	f.done.unit.check(f.checker)
	f.want = f.done.wanted()
	id := f.done.ident
	switch parent := f.done.path[1].(type) {
	case *ast.SelectorExpr:
		if parent.Sel == id {
			f.members(parent.X)
			return
		}
	case *ast.BranchStmt, *ast.LabeledStmt, *ast.ImportSpec, *ast.File, *ast.FuncDecl:
		return
	case *ast.TypeSpec:
		if parent.Name == id {
			return
		}
	case *ast.ValueSpec:
		if slices.Contains(parent.Names, id) {
			return
		}
	case *ast.Field:
		if slices.Contains(parent.Names, id) {
			return
		}
	case *ast.AssignStmt:
		if parent.Tok == token.DEFINE && slices.Contains(parent.Lhs, ast.Expr(id)) {
			return
		}
	case *ast.RangeStmt:
		if parent.Tok == token.DEFINE && (parent.Key == id || parent.Value == id) {
			return
		}
	case *ast.KeyValueExpr, *ast.CompositeLit:
		if f.fields() {
			return
		}
	}
	f.scope()
	f.fittingKeywords()
	f.packages()
}

// scope gathers what can be seen from the caret, the nearest first.
func (f *finder) scope() {
	u := f.done.unit
	if u.pkg == nil {
		return
	}
	pos := f.done.ident.Pos()
	inner := u.pkg.Scope().Innermost(pos)
	if inner == nil {
		inner = u.pkg.Scope()
	}
	seen := map[string]bool{placeholder: true, "_": true}
	for s, near := inner, 0; s != nil; s, near = s.Parent(), near+1 {
		for _, name := range s.Names() {
			if seen[name] {
				continue
			}
			// Of a block, only what is declared before.
			if _, obj := s.LookupParent(name, pos); obj != nil && obj == s.Lookup(name) {
				seen[name] = true
				f.add(obj, nil, min(near, 20)+distant(obj), "")
			}
		}
	}
}

// distant puts what every program has behind what is this one's own.
func distant(obj types.Object) int {
	switch {
	case obj.Name() == "print" || obj.Name() == "println":
		return 60
	case obj.Parent() == types.Universe:
		return 40
	}
	return 0
}

// add takes an object in, if what is typed can mean it.
func (f *finder) add(obj types.Object, owner *types.TypeName, near int, importPath string) {
	match, ok := matches(f.word, obj.Name())
	if !ok || f.want.types && !isType(obj) {
		return
	}
	item := Item{Label: obj.Name(), Kind: kindOf(obj), Insert: obj.Name(), Symbol: symbol(obj, owner)}
	if importPath != "" {
		item.Edits = f.importing(importPath)
	}
	fit := f.want.fit(obj)
	if sig := called(obj); sig != nil && !f.want.function && !f.want.types && f.caret.next() != '(' {
		item.Insert += "()"
		item.Inside = sig.Params().Len() > 0
	} else if _, ok := obj.(*types.Builtin); ok && f.caret.next() != '(' {
		item.Insert, item.Inside = item.Insert+"()", true
	}
	f.found = append(f.found, candidate{Item: item, object: obj, match: match, fit: fit, near: near})
}

// called is the signature of what is called rather than named, or nil.
func called(obj types.Object) *types.Signature {
	if fn, ok := obj.(*types.Func); ok {
		return fn.Signature()
	}
	return nil
}

func isType(obj types.Object) bool {
	switch obj.(type) {
	case *types.TypeName, *types.PkgName:
		return true
	}
	return false
}

// importing are the edits that import a package; none if that cannot be done.
func (f *finder) importing(path string) []Edit {
	if edits, ok := f.imports[path]; ok {
		return edits
	}
	var edits []Edit
	if e, ok := importing(f.caret.files[f.caret.file], path); ok {
		edits = []Edit{e}
	}
	f.imports[path] = edits
	return edits
}

// result puts what was found in order.
func (f *finder) result(span Span) Completions {
	slices.SortStableFunc(f.found, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(a.match/fuzzy, b.match/fuzzy), // beginnings before scattered letters
			cmp.Compare(a.fit, b.fit),
			cmp.Compare(a.match, b.match),
			cmp.Compare(a.near, b.near),
			strings.Compare(a.Label, b.Label),
			cmp.Compare(len(a.Symbol), len(b.Symbol)))
	})
	r := Completions{Span: span, Items: []Item{}, More: len(f.found) > MaxItems}
	for _, found := range f.found[:min(len(f.found), MaxItems)] {
		item := found.Item
		if obj := found.object; obj != nil {
			item.Detail = f.detail(obj)
			if item.Symbol == "" {
				docs := f.done.unit.written(obj)
				item.Docs = docs[:min(len(docs), brief)]
			}
		}
		r.Items = append(r.Items, item)
	}
	return r
}

// detail is what stands beside an object's name.
func (f *finder) detail(obj types.Object) string {
	q := qualifier(f.done.unit.pkg)
	text := ""
	switch o := obj.(type) {
	case *types.PkgName:
		text = o.Imported().Path()
	case *types.Func:
		text = strings.TrimPrefix(types.TypeString(o.Type(), q), "func")
	case *types.Builtin:
		_, text, _ = strings.Cut(builtins[o.Name()], o.Name())
	case *types.Const:
		text = types.TypeString(o.Type(), q) + " = " + o.Val().String()
	case *types.TypeName:
		if o.Type() != nil {
			text = types.TypeString(o.Type().Underlying(), q)
		}
	case *types.Nil:
	default:
		text = types.TypeString(o.Type(), q)
	}
	return short(text, maxDetail)
}

// short cuts a text to a length in bytes.
func short(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// qualifier names packages as a program does that is of pkg.
func qualifier(pkg *types.Package) types.Qualifier {
	return func(other *types.Package) string {
		if pkg == other {
			return ""
		}
		return other.Name()
	}
}

func kindOf(obj types.Object) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return KindPackage
	case *types.Const:
		return KindConst
	case *types.Func:
		if o.Signature().Recv() != nil {
			return KindMethod
		}
		return KindFunc
	case *types.Builtin:
		return KindFunc
	case *types.TypeName:
		if o.Type() != nil && types.IsInterface(o.Type()) {
			return KindInterface
		}
		return KindType
	case *types.Nil:
		return KindConst
	case *types.Var:
		if o.IsField() {
			return KindField
		}
	}
	return KindVar
}
