package check

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// yield makes room for what is declared anew: what had the name before gets
// another, in everything that speaks of it. So functions and lines that came
// before go on meaning what they meant. A method takes the place of the old one.
func (w *work) yield() []Diagnostic {
	if !w.in.split {
		return nil
	}
	var names []string
	for _, d := range parse([]File{w.declsText()}).files[0].tree.Decls {
		names = append(names, declared(d)...)
	}
	w.next.pieces = slices.DeleteFunc(w.next.pieces, func(p piece) bool {
		return len(p.names) == 1 && strings.Contains(p.names[0], ".") && slices.Contains(names, p.names[0])
	})
	var old []string
	for _, p := range w.next.pieces {
		for _, n := range p.names {
			if slices.Contains(names, n) {
				old = append(old, n)
			}
		}
	}
	w.rename(old)
	return nil
}

// declared returns the names that a declaration declares; of a method, that of
// its type too.
func declared(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		for _, r := range d.Recv.List {
			ast.Inspect(r.Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && len(names) == 0 {
					names = []string{id.Name + "." + d.Name.Name}
				}
				return true
			})
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, id := range s.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// declaredIDs returns where a declaration outside functions gives names, other
// than those of methods.
func declaredIDs(d ast.Decl) (ids []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			ids = append(ids, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				ids = append(ids, s.Name)
			case *ast.ValueSpec:
				ids = append(ids, s.Names...)
			}
		}
	}
	return ids
}

// rename gives things of the session other names, and tells which.
func (w *work) rename(old []string) map[string]string {
	fresh := map[string]string{}
	if len(old) == 0 {
		return fresh
	}
	u := parse(append(w.program(), w.piecesText()))
	u.check(w.s.c)
	src := u.files[len(u.files)-1]
	objects := map[types.Object]string{}
	for _, n := range old {
		if o := u.pkg.Scope().Lookup(n); o != nil {
			fresh[n] = w.freshName(n, u)
			objects[o] = fresh[n]
		}
	}
	_, parts := w.next.text()
	header := strings.IndexByte(src.Text, '\n') + 1
	changes := make([]edits, len(parts))
	ast.Inspect(src.tree, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if name := objects[u.info.ObjectOf(id)]; name != "" {
			at := src.token.Offset(id.Pos()) - header
			i, _ := slices.BinarySearchFunc(parts, at+1, func(s segment, at int) int { return s.at - at })
			changes[i-1].add(at-parts[i-1].at, at-parts[i-1].at+len(id.Name), name)
		}
		return true
	})
	for i, p := range parts {
		*p.text = changes[i].apply(*p.text)
	}
	for i := range w.next.pieces {
		p := &w.next.pieces[i]
		p.names = slices.Clone(p.names)
		for k, n := range p.names {
			if f := fresh[n]; f != "" {
				p.names[k] = f
			}
		}
	}
	return fresh
}

func (w *work) freshName(n string, u *unit) string {
	for {
		w.next.count++
		name := n + "_" + strconv.Itoa(w.next.count)
		if u.pkg.Scope().Lookup(name) == nil && !strings.Contains(w.in.decls+w.in.stmts, name) {
			return name
		}
	}
}

// hoist turns what a line declares into variables of the session, and its
// statements into ones that assign to them. It returns the statements.
func (w *work) hoist(e *edits) {
	var again []string
	var fresh []piece
	for _, s := range w.body {
		for _, id := range w.defined(s) {
			v, ok := w.unit.info.Defs[id].(*types.Var)
			if !ok {
				continue
			}
			if old := w.variable(id.Name); old != nil && types.Identical(w.typeOf(id.Name), v.Type()) && !noValue(s) {
				continue
			}
			if w.unit.pkg.Scope().Lookup(id.Name) != nil {
				again = append(again, id.Name)
			}
			t, _ := w.typeText(v.Type())
			fresh = append(fresh, piece{names: []string{id.Name}, text: "var " + id.Name + " " + t, typ: v.Type()})
		}
	}
	w.renameTyped(e, w.rename(again))
	w.next.pieces = append(w.next.pieces, fresh...)
	for _, s := range w.body {
		w.assign(e, s)
	}
}

// noValue reports whether a statement declares variables that begin as nothing.
func noValue(s ast.Stmt) bool {
	d, ok := s.(*ast.DeclStmt)
	return ok && slices.ContainsFunc(d.Decl.(*ast.GenDecl).Specs, func(s ast.Spec) bool {
		v, ok := s.(*ast.ValueSpec)
		return ok && len(v.Values) == 0
	})
}

// variable returns the variable of the session that has a name, or nil.
func (w *work) variable(name string) *piece {
	for i := range w.next.pieces {
		if p := &w.next.pieces[i]; p.typ != nil && p.names[0] == name {
			return p
		}
	}
	return nil
}

// typeOf is the type of a variable of the session as this check sees it.
func (w *work) typeOf(name string) types.Type { return w.unit.pkg.Scope().Lookup(name).Type() }

// renameTyped follows a renaming in what was typed, where it speaks of what has
// been there before.
func (w *work) renameTyped(e *edits, fresh map[string]string) {
	for id, o := range w.unit.info.Uses {
		name := fresh[id.Name]
		if name != "" && w.unit.at(id.Pos()) == w.stmts && w.unit.at(o.Pos()) != w.stmts && o.Parent() == w.unit.pkg.Scope() {
			w.edit(e, id.Pos(), id.End(), name)
		}
	}
}

func (w *work) edit(e *edits, from, to token.Pos, text string) {
	header := strings.IndexByte(w.stmts.Text, '\n') + 1
	e.add(w.stmts.token.Offset(from)-header, w.stmts.token.Offset(to)-header, text)
}

// assign turns a statement that declares into one that assigns.
func (w *work) assign(e *edits, s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE || s.Tok == token.ASSIGN && w.made(s.Rhs) {
			var lhs []string
			if s.Tok == token.DEFINE {
				for _, x := range s.Lhs {
					lhs = append(lhs, x.(*ast.Ident).Name)
				}
			} else if id, ok := s.Lhs[0].(*ast.Ident); ok && len(s.Lhs) == 1 && len(w.defined(s)) == 0 && id.Name != "_" {
				lhs = []string{id.Name}
			} else {
				return
			}
			w.give(e, lhs, s.Rhs, s.Pos(), s.End())
		}
	case *ast.DeclStmt:
		w.edit(e, s.Pos(), s.Pos()+3, "") // var
		g := s.Decl.(*ast.GenDecl)
		if g.Lparen.IsValid() {
			w.edit(e, g.Lparen, g.Lparen+1, "")
			w.edit(e, g.Rparen, g.Rparen+1, "")
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			var lhs []string
			for _, id := range v.Names {
				lhs = append(lhs, id.Name)
			}
			if len(v.Values) == 0 {
				w.edit(e, v.Pos(), v.End(), "")
				continue
			}
			w.give(e, lhs, v.Values, v.Pos(), v.End())
		}
	}
}

// give writes an assignment in place of a declaration. Literals of structs and
// arrays take a way round: see judge.assigned.
func (w *work) give(e *edits, lhs []string, rhs []ast.Expr, from, to token.Pos) {
	names := strings.Join(lhs, ", ")
	if !w.made(rhs) || slices.Contains(lhs, "_") {
		w.edit(e, from, rhs[0].Pos(), names+" = ")
		return
	}
	var made []string
	for i := range lhs {
		made = append(made, "console_made"+strconv.Itoa(i))
	}
	between := strings.Join(made, ", ")
	w.edit(e, from, rhs[0].Pos(), "{ "+between+" := ")
	w.edit(e, to, to, "; "+names+" = "+between+" }")
}

// made reports whether one of several expressions is the literal of a struct or
// an array.
func (w *work) made(xs []ast.Expr) bool {
	return slices.ContainsFunc(xs, func(x ast.Expr) bool {
		l, ok := ast.Unparen(x).(*ast.CompositeLit)
		if !ok {
			return false
		}
		switch w.unit.info.TypeOf(l).Underlying().(type) {
		case *types.Struct, *types.Array:
			return true
		}
		return false
	})
}

// typeText writes a type as it can be written in the session, and imports what
// it needs. It reports whether that can be done.
func (w *work) typeText(t types.Type) (text string, ok bool) {
	ok = true
	text = types.TypeString(t, func(p *types.Package) string {
		if p == w.unit.pkg {
			return ""
		}
		spec := strconv.Quote(p.Path())
		if !isStd(p.Path()) {
			ok = false
		}
		w.next.addImport(spec)
		return p.Name()
	})
	return text, ok && nameable(t, w.unit.pkg, map[types.Type]bool{})
}

// nameable reports whether a type can be written in a package.
func nameable(t types.Type, here *types.Package, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	all := func(ts ...types.Type) bool {
		return !slices.ContainsFunc(ts, func(t types.Type) bool { return !nameable(t, here, seen) })
	}
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid && t.Kind() != types.UntypedNil
	case *types.Alias:
		return (t.Obj().Exported() || t.Obj().Pkg() == nil || t.Obj().Pkg() == here) && all(slices.Collect(t.TypeArgs().Types())...)
	case *types.Named:
		return (t.Obj().Exported() || t.Obj().Pkg() == nil || t.Obj().Pkg() == here && t.Obj().Parent() == here.Scope()) && all(slices.Collect(t.TypeArgs().Types())...)
	case *types.Pointer:
		return all(t.Elem())
	case *types.Slice:
		return all(t.Elem())
	case *types.Array:
		return all(t.Elem())
	case *types.Chan:
		return all(t.Elem())
	case *types.Map:
		return all(t.Key(), t.Elem())
	case *types.Signature:
		return all(t.Params(), t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if !all(v.Type()) {
				return false
			}
		}
		return true
	case *types.Struct:
		for f := range t.Fields() {
			if !all(f.Type()) || !f.Exported() && f.Pkg() != here {
				return false
			}
		}
		return true
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if !all(m.Type()) {
				return false
			}
		}
		return all(slices.Collect(t.EmbeddedTypes())...)
	}
	return false
}
