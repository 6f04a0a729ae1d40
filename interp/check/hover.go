package check

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ast/astutil"
)

// maxSignature bounds the bytes of what is told of a type or a function.
const maxSignature = 1000

// About is what is known of a name in a program.
type About struct {
	Span                  // of the name
	Signature string      `json:"signature"` // as it is declared, a constant with its value; "" if nothing is known
	Docs      []Paragraph `json:"docs"`      // all that is written about it
}

// Hover tells what the name at a place means.
func (c *Checker) Hover(ctx context.Context, files []File, at Place) (About, error) {
	return help(ctx, c, files, func() (About, error) {
		n, err := c.nameAt(files, at)
		if err != nil || n == nil {
			return About{Docs: []Paragraph{}}, err
		}
		a := About{Span: n.span, Signature: signature(n.object, n.unit.pkg)}
		a.Docs = append([]Paragraph{}, c.docsOf(n.unit, n.object, n.owner)...)
		return a, nil
	})
}

// Definition is the place where the name at a place is declared. What is not
// declared in the program is refused, as a *Refusal.
func (c *Checker) Definition(ctx context.Context, files []File, at Place) (Span, error) {
	return help(ctx, c, files, func() (Span, error) {
		n, err := c.nameAt(files, at)
		if err != nil {
			return Span{}, err
		}
		if n == nil {
			return Span{}, refuse("There is no name here that is known.")
		}
		s := n.unit.at(n.object.Pos())
		if s == nil || !n.object.Pos().IsValid() {
			return Span{}, refuse("%s is declared in Go itself, outside this program.", n.object.Name())
		}
		from := s.token.Offset(n.object.Pos())
		length := wordLength(s.Text, from)
		if path, err := strconv.QuotedPrefix(s.Text[from:]); err == nil { // of an import
			length = len(path)
		}
		return spanIn(s.File, from, from+length), nil
	})
}

// name is a name in a program and what it means.
type name struct {
	unit   *unit
	source *source
	ident  *ast.Ident // nil for the path of an import
	span   Span
	object types.Object
	owner  *types.TypeName // of a field that is selected
}

// nameAt finds the name at a place, or nil.
func (c *Checker) nameAt(files []File, at Place) (*name, error) {
	car, err := stand(files, at)
	if err != nil {
		return nil, err
	}
	u := c.memory.of(files).types(c)
	i := slices.IndexFunc(u.files, func(s *source) bool { return s.Name == at.File })
	if i < 0 || car.quiet && !car.path || !car.path && car.from == car.to {
		return nil, nil
	}
	n := &name{unit: u, source: u.files[i]}
	if car.path {
		return n.ofImport(car.at), nil
	}
	pos := n.source.token.Pos(car.from)
	path, _ := astutil.PathEnclosingInterval(n.source.tree, pos, pos+token.Pos(car.to-car.from))
	if len(path) == 0 {
		return nil, nil
	}
	id, ok := path[0].(*ast.Ident)
	if !ok {
		return nil, nil
	}
	n.ident, n.span = id, spanIn(n.source.File, car.from, car.to)
	n.object = u.object(id)
	if n.object == nil {
		return nil, nil
	}
	if sel, ok := path[1].(*ast.SelectorExpr); ok && sel.Sel == id {
		if s := u.info.Selections[sel]; s != nil && s.Kind() == types.FieldVal {
			n.owner = fieldOwner(s.Recv(), s.Index())
		}
	}
	return n, nil
}

// ofImport makes n the name of the package whose path an offset is in.
func (n *name) ofImport(at int) *name {
	pos := n.source.token.Pos(at)
	for _, im := range n.source.tree.Imports {
		if im.Path.Pos() > pos || pos > im.Path.End() {
			continue
		}
		n.object = n.unit.info.Implicits[im]
		if im.Name != nil {
			n.object = n.unit.info.Defs[im.Name]
		}
		p, _ := strconv.Unquote(im.Path.Value)
		if n.object == nil || !isStd(p) {
			return nil
		}
		n.span = spanIn(n.source.File, n.source.token.Offset(im.Path.Pos()), n.source.token.Offset(im.Path.End()))
		return n
	}
	return nil
}

// object is what an identifier means. The variable of a type switch is another in
// each of its cases; it stands for the first of them.
func (u *unit) object(id *ast.Ident) types.Object {
	if obj := u.info.ObjectOf(id); obj != nil {
		return obj
	}
	if vars := u.switched()[id]; len(vars) > 0 {
		return vars[0]
	}
	return nil
}

// switched are the variables that an identifier declares in a type switch, one for
// each case that has one.
func (u *unit) switched() map[*ast.Ident][]types.Object {
	vars := map[*ast.Ident][]types.Object{}
	for _, s := range u.files {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			sw, ok := n.(*ast.TypeSwitchStmt)
			if !ok {
				return true
			}
			a, ok := sw.Assign.(*ast.AssignStmt)
			if !ok || len(a.Lhs) != 1 {
				return true
			}
			id, _ := a.Lhs[0].(*ast.Ident)
			for _, clause := range sw.Body.List {
				if obj := u.info.Implicits[clause]; obj != nil && id != nil {
					vars[id] = append(vars[id], obj)
				}
			}
			return true
		})
	}
	return vars
}

// signature is an object as it is declared.
func signature(obj types.Object, pkg *types.Package) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return "package " + o.Imported().Name() + " // import " + strconv.Quote(o.Imported().Path())
	case *types.Builtin:
		return "func " + builtins[o.Name()]
	case *types.Nil:
		return "nil"
	case *types.Label:
		return "label " + o.Name()
	case *types.Const:
		return short(types.ObjectString(o, qualifier(pkg))+" = "+o.Val().String(), maxSignature)
	}
	return short(types.ObjectString(obj, qualifier(pkg)), maxSignature)
}
