package check

import (
	"go/ast"
	"go/types"
)

// maxMembers bounds the names that are looked for in a type and in what it embeds.
const maxMembers = 5000

// members gathers what may stand behind a dot.
func (f *finder) members(x ast.Expr) {
	info := f.done.unit.info
	if id, ok := x.(*ast.Ident); ok {
		if pkg, ok := info.Uses[id].(*types.PkgName); ok {
			f.exported(pkg.Imported(), 0, "")
			return
		}
		if info.Uses[id] == nil {
			for i, p := range packagesNamed(id.Name) {
				if pkg, err := f.checker.std.Import(p); err == nil {
					f.exported(pkg, i, p)
				}
			}
			return
		}
	}
	tv, ok := info.Types[x]
	if !ok || tv.Type == nil || f.want.types {
		return
	}
	f.selections(tv.Type, tv.Addressable(), tv.IsType())
}

// exported gathers what a package declares for others. If it is not imported yet,
// its path says how to.
func (f *finder) exported(pkg *types.Package, near int, importPath string) {
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			f.add(obj, nil, near, importPath)
		}
	}
}

// selections gathers the fields and methods of a type, its own before those of
// what it embeds. Of a type itself, not a value, only methods can be selected.
func (f *finder) selections(t types.Type, addressable, ofType bool) {
	names := map[string]bool{}
	memberNames(t, names, map[types.Type]bool{})
	pkg := f.done.unit.pkg
	for name := range names {
		obj, index, _ := types.LookupFieldOrMethod(t, addressable, pkg, name)
		if obj == nil || !obj.Exported() && obj.Pkg() != pkg {
			continue
		}
		if _, method := obj.(*types.Func); ofType && !method {
			continue
		}
		f.add(obj, fieldOwner(t, index), len(index)-1, "")
	}
}

// memberNames notes the names of all fields and methods that a type has or
// embeds, hidden ones included.
func memberNames(t types.Type, names map[string]bool, seen map[types.Type]bool) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	t = types.Unalias(t)
	if seen[t] || len(names) > maxMembers {
		return
	}
	seen[t] = true
	if named, ok := t.(*types.Named); ok {
		for m := range named.Methods() {
			names[m.Name()] = true
		}
	}
	switch under := t.Underlying().(type) {
	case *types.Struct:
		for field := range under.Fields() {
			names[field.Name()] = true
			if field.Embedded() {
				memberNames(field.Type(), names, seen)
			}
		}
	case *types.Interface:
		for m := range under.Methods() {
			names[m.Name()] = true
		}
	}
}

// fieldOwner is the name of the struct type that the field belongs to which
// LookupFieldOrMethod has found at index, or nil.
func fieldOwner(t types.Type, index []int) *types.TypeName {
	for _, i := range index[:max(0, len(index)-1)] {
		if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok || i >= s.NumFields() {
			return nil
		}
		t = s.Field(i).Type()
	}
	return typeName(t)
}

// fields gathers the names of the fields that a struct literal does not have yet.
// It reports whether nothing else can stand there.
func (f *finder) fields() bool {
	path := f.done.path
	at, keyed := 1, false
	if kv, ok := path[1].(*ast.KeyValueExpr); ok {
		if kv.Key != f.done.ident {
			return false
		}
		at, keyed = 2, true
	}
	if at >= len(path) {
		return false
	}
	lit, ok := path[at].(*ast.CompositeLit)
	if !ok || lit.Type == f.done.ident {
		return false
	}
	t := f.done.unit.info.TypeOf(lit)
	if t == nil {
		return false
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	has := map[string]bool{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok {
				has[key.Name] = true
				keyed = true
			}
		} else if e != f.done.ident {
			return false // without names
		}
	}
	for i := range s.NumFields() {
		field := s.Field(i)
		if has[field.Name()] || !field.Exported() && field.Pkg() != f.done.unit.pkg {
			continue
		}
		n := len(f.found)
		f.want = wanted{}
		f.add(field, typeName(t), i-s.NumFields(), "") // as they are declared, before all else
		if len(f.found) > n && f.caret.next() != ':' {
			f.found[n].Insert += ": "
		}
	}
	return keyed
}
