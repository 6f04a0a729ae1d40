package check

import (
	"go/ast"
	"go/token"
)

// maxHeavy is how much there may be in one type or constant, so that its types
// are checked at all: parts of a value and of what the type is written as in full,
// or runs of 64 bytes. What people write stays below a thousand.
const maxHeavy = 1 << 18

// heavy reports whether a program may have types or constants of which go/types
// would make very much: each twice as large as the one before, say, so that a
// screen of text keeps a machine busy for days. It errs on that side.
//
// What the source says of a type is read from the declarations. What it leaves
// open, the types of variables, is followed from statement to statement, where
// only the calls of the program's own generic functions can make more of what they
// are given.
func (u *unit) heavy() bool {
	w := newScales(u)
	for _, s := range u.files {
		if s.tree == nil {
			continue
		}
		for _, d := range s.tree.Decls {
			if w.declaration(d); w.over {
				return true
			}
		}
	}
	return false
}

// scales weigh the types and constants of a program.
type scales struct {
	types   map[string]*ast.TypeSpec // by name, of the package
	funcs   map[string]*ast.FuncDecl
	methods map[string][]*ast.FuncDecl
	values  map[string]meaning // constants and variables
	imports map[string]string // path by name, of any file
	fields  map[string]int    // of any struct: the heaviest of that name
	known   map[any]int       // of nodes, and of names of the package
	local   map[string]int    // what a function has declared so far
	adding  bool              // what is weighed is a constant
	over    bool
}

func newScales(u *unit) *scales {
	w := &scales{
		types: map[string]*ast.TypeSpec{}, funcs: map[string]*ast.FuncDecl{}, methods: map[string][]*ast.FuncDecl{},
		values: map[string]meaning{}, imports: map[string]string{}, fields: map[string]int{}, known: map[any]int{},
	}
	for _, s := range u.files {
		if s.tree == nil {
			continue
		}
		for _, im := range s.tree.Imports {
			w.imported(im)
		}
		for _, d := range s.tree.Decls {
			w.declared(d)
		}
	}
	for _, s := range u.files {
		if s.tree == nil {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if st, ok := n.(*ast.StructType); ok && st.Fields != nil {
				for _, f := range st.Fields.List {
					for _, name := range f.Names {
						w.fields[name.Name] = max(w.fields[name.Name], w.whole(f.Type))
					}
				}
			}
			return true
		})
	}
	return w
}

func (w *scales) imported(im *ast.ImportSpec) {
	if im.Path == nil || len(im.Path.Value) < 2 {
		return
	}
	p := im.Path.Value[1 : len(im.Path.Value)-1]
	name := lastElement(p)
	if im.Name != nil {
		name = im.Name.Name
	}
	w.imports[name] = p
}

// declared notes what the package declares.
func (w *scales) declared(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			w.funcs[d.Name.Name] = d
		} else {
			w.methods[d.Name.Name] = append(w.methods[d.Name.Name], d)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if s, ok := s.(*ast.TypeSpec); ok {
				w.types[s.Name.Name] = s
			}
		}
		eachValue(d, func(name *ast.Ident, o meaning) { w.values[name.Name] = o })
	}
}

// meaning is where it stands what a constant or a variable is: the value of a
// constant, the type of a variable if it is written, or else what it begins with.
type meaning struct {
	x        ast.Expr
	constant bool
	isType   bool
}

// eachValue calls f for every constant and variable that is declared. Constants
// without a value have that of the line before.
func eachValue(d *ast.GenDecl, f func(name *ast.Ident, o meaning)) {
	var before []ast.Expr
	for _, s := range d.Specs {
		s, ok := s.(*ast.ValueSpec)
		if !ok {
			continue
		}
		values := s.Values
		if d.Tok == token.CONST && len(values) == 0 {
			values = before
		}
		before = values
		for i, n := range s.Names {
			switch {
			case d.Tok != token.CONST && s.Type != nil:
				f(n, meaning{x: s.Type, isType: true})
			case i < len(values):
				f(n, meaning{x: values[i], constant: d.Tok == token.CONST})
			case len(values) > 0: // several of one call
				f(n, meaning{x: values[0]})
			}
		}
	}
}

// declaration weighs what a declaration of the package holds.
func (w *scales) declaration(d ast.Decl) {
	w.local = map[string]int{}
	switch d := d.(type) {
	case *ast.FuncDecl:
		w.parameters(d.Recv)
		w.parameters(d.Type.Params)
		w.parameters(d.Type.Results)
		w.statements(d.Body)
	case *ast.GenDecl:
		w.specs(d)
		w.statements(d)
	}
}

// note notes how heavy something is.
func (w *scales) note(n int) int {
	if n > maxHeavy {
		w.over = true
		return maxHeavy + 1
	}
	return n
}

// once keeps what is found out about something. Within itself it weighs 1: what
// needs itself is no Go.
func (w *scales) once(what any, find func() int) int {
	if known, ok := w.known[what]; ok {
		return known
	}
	w.known[what] = 1
	found := w.note(find())
	w.known[what] = found
	return found
}

// whole is how much there is in a type: in a value of it, and in how it is written
// when the aliases in it are resolved.
func (w *scales) whole(t ast.Expr) int { return w.typ(t, true) }

// typ weighs a type, as part of a value or as what something only points to: then
// the types in it count by their names.
func (w *scales) typ(t ast.Expr, part bool) int {
	switch t := t.(type) {
	case nil:
		return 0
	case *ast.Ident:
		return max(w.local[t.Name], w.named(t.Name, part))
	case *ast.ParenExpr:
		return w.typ(t.X, part)
	case *ast.StarExpr:
		return w.note(1 + w.typ(t.X, false))
	case *ast.ArrayType:
		return w.note(1 + w.typ(t.Elt, part && t.Len != nil))
	case *ast.MapType:
		return w.note(1 + w.typ(t.Key, false) + w.typ(t.Value, false))
	case *ast.ChanType:
		return w.note(1 + w.typ(t.Value, false))
	case *ast.Ellipsis:
		return w.note(1 + w.typ(t.Elt, false))
	case *ast.FuncType:
		return w.note(1 + w.list(t.Params, false) + w.list(t.Results, false))
	case *ast.StructType:
		return w.note(1 + w.list(t.Fields, part))
	case *ast.InterfaceType:
		return w.note(1 + w.list(t.Methods, false))
	case *ast.UnaryExpr: // ~T
		return w.typ(t.X, part)
	case *ast.BinaryExpr: // A | B
		return w.note(w.typ(t.X, part) + w.typ(t.Y, part))
	case *ast.IndexExpr:
		return w.instance(t.X, []ast.Expr{t.Index}, part)
	case *ast.IndexListExpr:
		return w.instance(t.X, t.Indices, part)
	}
	return 1
}

// list weighs parameters or fields.
func (w *scales) list(fs *ast.FieldList, part bool) (sum int) {
	if fs == nil {
		return 0
	}
	for _, f := range fs.List {
		sum = w.note(sum + max(1, len(f.Names))*w.typ(f.Type, part))
	}
	return sum
}

// named weighs a type, constant or variable of the package by its name.
func (w *scales) named(name string, part bool) int {
	if s, ok := w.types[name]; ok {
		return w.spec(s, part)
	}
	if o, ok := w.values[name]; ok {
		return w.once(name, func() int { return w.from(o) })
	}
	return 1
}

// from weighs a constant or a variable.
func (w *scales) from(o meaning) int {
	if o.isType {
		return w.whole(o.x)
	}
	before := w.adding
	w.adding = o.constant
	defer func() { w.adding = before }()
	return w.value(o.x)
}

func (w *scales) spec(s *ast.TypeSpec, part bool) int {
	if !part && !s.Assign.IsValid() {
		return 1
	}
	return w.once(s, func() int { return w.whole(s.Type) })
}

// instance weighs a generic type with its arguments.
func (w *scales) instance(generic ast.Expr, args []ast.Expr, part bool) int {
	sum := 0
	for _, a := range args {
		sum = w.note(sum + w.typ(a, part))
	}
	times := 1
	if id, ok := generic.(*ast.Ident); ok && w.types[id.Name] != nil {
		times = max(1, w.typ(generic, part))
		for i := range args {
			times = max(times, w.uses(w.types[id.Name], i))
		}
	}
	return w.note(1 + w.times(times, sum))
}

// times multiplies what is at most maxHeavy+1.
func (w *scales) times(a, b int) int { return w.note(a * b) }

// uses is how often a generic type has its parameter i in it.
func (w *scales) uses(s *ast.TypeSpec, i int) int {
	name := parameter(s.TypeParams, i)
	if name == "" {
		return 1
	}
	return w.once(parameterOf(s.TypeParams, i), func() int { return w.occurs(s.Type, name) })
}

// occurs is how often a type parameter is in a type that is made with it.
func (w *scales) occurs(t ast.Node, name string) (sum int) {
	if t == nil {
		return 0
	}
	ast.Inspect(t, func(n ast.Node) bool {
		var x ast.Expr
		var args []ast.Expr
		switch n := n.(type) {
		case *ast.Ident:
			if n.Name == name {
				sum = w.note(sum + 1)
			}
			return true
		case *ast.Field: // its names are none of types
			sum = w.note(sum + max(1, len(n.Names))*w.occurs(n.Type, name))
			return false
		case *ast.IndexExpr:
			x, args = n.X, []ast.Expr{n.Index}
		case *ast.IndexListExpr:
			x, args = n.X, n.Indices
		default:
			return true
		}
		id, ok := x.(*ast.Ident)
		if !ok || w.types[id.Name] == nil {
			return true
		}
		for i, a := range args {
			sum = w.note(sum + w.times(max(1, w.uses(w.types[id.Name], i)), w.occurs(a, name)))
		}
		return false
	})
	return sum
}

// parameterOf is where the type parameter i is declared, or nil.
func parameterOf(ps *ast.FieldList, i int) *ast.Ident {
	if ps == nil {
		return nil
	}
	for _, f := range ps.List {
		if i < len(f.Names) {
			return f.Names[i]
		}
		i -= len(f.Names)
	}
	return nil
}

func parameter(ps *ast.FieldList, i int) string {
	if id := parameterOf(ps, i); id != nil {
		return id.Name
	}
	return ""
}

// lastElement is the name of most packages, by their paths.
func lastElement(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// specs weighs declarations, and notes them where they are of a function.
func (w *scales) specs(d *ast.GenDecl) {
	for _, s := range d.Specs {
		if s, ok := s.(*ast.TypeSpec); ok {
			w.set(s.Name, w.whole(s.Type))
		}
	}
	eachValue(d, func(name *ast.Ident, o meaning) { w.set(name, w.from(o)) })
}

// set notes a name of a function. One that is declared again weighs what it
// weighed most.
func (w *scales) set(name ast.Expr, weight int) {
	if id, ok := name.(*ast.Ident); ok && id != nil && id.Name != "_" {
		w.local[id.Name] = max(w.local[id.Name], weight)
	}
}

func (w *scales) parameters(fs *ast.FieldList) {
	if fs == nil {
		return
	}
	for _, f := range fs.List {
		weight := w.whole(f.Type)
		for _, n := range f.Names {
			w.set(n, weight)
		}
	}
}
