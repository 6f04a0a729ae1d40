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

// maxName bounds the bytes of a new name.
const maxName = 200

// Renamable is the part of the program with the name at a place, if Rename could
// give it another one. If not, a *Refusal says why.
func (c *Checker) Renamable(ctx context.Context, files []File, at Place) (Span, error) {
	return help(ctx, c, files, func() (Span, error) {
		n, err := c.renamable(files, at)
		if err != nil {
			return Span{}, err
		}
		return n.span, nil
	})
}

// Rename gives what is declared in the program with the name at a place, in a
// function or outside, another name, there and wherever it is used. It refuses,
// with a *Refusal, if any other name would come to mean something else, or the
// program would be built no more. The edits are by file and place.
func (c *Checker) Rename(ctx context.Context, files []File, at Place, to string) ([]Edit, error) {
	return help(ctx, c, files, func() ([]Edit, error) {
		n, err := c.renamable(files, at)
		if err != nil {
			return nil, err
		}
		if to == n.object.Name() {
			return []Edit{}, nil
		}
		if err := acceptable(to); err != nil {
			return nil, err
		}
		idents := n.unit.sameName(n)
		if err := n.unit.free(to, idents); err != nil {
			return nil, err
		}
		var edits []Edit
		for _, id := range idents {
			s := n.unit.at(id.Pos())
			from := s.token.Offset(id.Pos())
			edits = append(edits, Edit{spanIn(s.File, from, from+len(id.Name)), to})
		}
		slices.SortFunc(edits, func(a, b Edit) int {
			return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column)
		})
		return edits, c.meansTheSame(files, n.unit, edits)
	})
}

func acceptable(name string) error {
	switch {
	case token.IsKeyword(name):
		return refuse("%s is a word of the language and cannot be a name.", name)
	case len(name) > maxName:
		return refuse("This name is longer than %d bytes.", maxName)
	case !token.IsIdentifier(name) || name == "_" || name == placeholder:
		return refuse("A name has letters, digits and _ only, and does not begin with a digit.")
	case types.Universe.Lookup(name) != nil:
		return refuse("%s is a name of the language itself; it would be hidden.", name)
	}
	return nil
}

// renamable finds the name at a place and says why it cannot have another one.
func (c *Checker) renamable(files []File, at Place) (*name, error) {
	n, err := c.nameAt(files, at)
	if err != nil {
		return nil, err
	}
	if n == nil || n.ident == nil || n.ident.Name == "_" {
		return nil, refuse("There is no name here that can be changed.")
	}
	if u, wrong := c.memory.of(files).load(c); len(u.syntax()) > 0 {
		return nil, refuse("First the program must be Go: in line %d, %s.", wrong[0].Line, wrong[0].Message)
	}
	obj := n.object
	here := n.unit.at(obj.Pos()) != nil && obj.Pos().IsValid()
	switch o := obj.(type) {
	case *types.PkgName:
		return nil, refuse("%s is the name of a package; it is given where the package is imported.", o.Name())
	case *types.Var:
		if o.IsField() && here {
			return nil, refuse("%s is a field of a type. Other code may know it by this name, so it is not changed from here.", o.Name())
		}
	case *types.Func:
		switch {
		case !here:
		case o.Signature().Recv() != nil:
			return nil, refuse("%s is a method. Other code may know it by this name, so it is not changed from here.", o.Name())
		case o.Name() == "main" || o.Name() == "init":
			return nil, refuse("Go looks for a function of the name %s; it must keep it.", o.Name())
		case n.unit.isTest(o):
			return nil, refuse("%s is a test, which is found by its name.", o.Name())
		}
	}
	if !here {
		return nil, refuse("%s belongs to Go itself and cannot get another name.", obj.Name())
	}
	goFiles := 0
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".go") {
			goFiles++
		}
	}
	if obj.Parent() == n.unit.pkg.Scope() && goFiles > len(n.unit.files) {
		return nil, refuse("Tests from outside the package may use %s, so it is not changed from here.", obj.Name())
	}
	return n, nil
}

// isTest reports whether a function is called by go test.
func (u *unit) isTest(f *types.Func) bool {
	s := u.at(f.Pos())
	if !strings.HasSuffix(s.Name, "_test.go") {
		return false
	}
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Example", "Fuzz"}, func(p string) bool { return strings.HasPrefix(f.Name(), p) })
}

// sameName are the identifiers that get a new name together with n: all that mean
// the same, the fields that embed a type by its name included.
func (u *unit) sameName(n *name) []*ast.Ident {
	same := map[types.Object]bool{n.object: true}
	declares := map[*ast.Ident]bool{} // a variable of type switches
	for id, vars := range u.switched() {
		if slices.Contains(vars, n.object) {
			declares[id] = true
			for _, v := range vars {
				same[v] = true
			}
		}
	}
	all := u.idents()
	for _, id := range all {
		field, ok := u.info.Defs[id].(*types.Var)
		if ok && field.Embedded() && same[u.info.Uses[id]] {
			same[field] = true
		}
	}
	return slices.DeleteFunc(all, func(id *ast.Ident) bool {
		obj := origin(u.info.ObjectOf(id))
		return !declares[id] && !same[obj]
	})
}

// idents are all identifiers of the program, in order.
func (u *unit) idents() (list []*ast.Ident) {
	for _, s := range u.files {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				list = append(list, id)
			}
			return true
		})
	}
	return list
}

// origin is the object that a generic one was made from, or the object itself.
func origin(obj types.Object) types.Object {
	switch o := obj.(type) {
	case *types.Func:
		return o.Origin()
	case *types.Var:
		return o.Origin()
	}
	return obj
}

// free refuses a name that already means something where any of the identifiers
// stands.
func (u *unit) free(to string, idents []*ast.Ident) error {
	for _, id := range idents {
		scope := u.pkg.Scope().Innermost(id.Pos())
		if scope == nil {
			scope = u.pkg.Scope()
		}
		_, obj := scope.LookupParent(to, id.Pos())
		if obj == nil {
			continue
		}
		if s := u.at(obj.Pos()); s != nil && obj.Pos().IsValid() {
			line, _ := lineColumn(s.Text, s.token.Offset(obj.Pos()))
			return refuse("There is a %s already, in line %d.", to, line)
		}
		return refuse("There is a %s already.", to)
	}
	return nil
}

// meansTheSame makes the edits on trial and compares what all names mean then.
func (c *Checker) meansTheSame(files []File, u *unit, edits []Edit) error {
	changed := slices.Clone(files)
	for i, f := range changed {
		var mine []Edit
		for _, e := range edits {
			if e.File == f.Name {
				mine = append(mine, e)
			}
		}
		text, err := Apply(f.Text, mine)
		if err != nil {
			return err
		}
		changed[i].Text = text
	}
	if err := bounds(changed); err != nil {
		return refusal(err)
	}
	_, before := c.memory.of(files).load(c)
	after, wrong := c.load(changed)
	if len(wrong) > len(before) {
		return refuse("Go would not build the program then: in line %d, %s.", wrong[0].Line, wrong[0].Message)
	}
	old, fresh := u.idents(), after.idents()
	if len(wrong) < len(before) || len(old) != len(fresh) || after.info == nil {
		return refuse("The program would mean something else then.")
	}
	there, back := map[types.Object]types.Object{}, map[types.Object]types.Object{}
	for i, id := range old {
		a, b := origin(u.info.ObjectOf(id)), origin(after.info.ObjectOf(fresh[i]))
		if known, ok := there[a]; ok && known != b {
			return u.ambiguous(id)
		}
		if known, ok := back[b]; ok && known != a {
			return u.ambiguous(id)
		}
		there[a], back[b] = b, a
	}
	return nil
}

func (u *unit) ambiguous(id *ast.Ident) error {
	s := u.at(id.Pos())
	line, _ := lineColumn(s.Text, s.token.Offset(id.Pos()))
	return refuse("%s in line %d would mean something else then.", id.Name, line)
}
