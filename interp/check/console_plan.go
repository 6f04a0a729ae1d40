package check

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
)

// result tells what the line comes to: what is known at once, and the program
// that tells the rest.
func (w *work) result() Answer {
	leaves := w.leaves()
	w.declare()
	value := w.lastValue()
	if value != nil && len(w.body) == 1 {
		if v, ok := w.known(value); ok {
			return Answer{Values: []Value{v}, next: w.next}
		}
	}
	known := len(w.next.pieces)
	var typed edits
	w.hoist(&typed)
	a := Answer{}
	if len(w.body) > 0 {
		a.Plan = w.plan(slices.Clone(typed), value, known, leaves)
	}
	if leaves {
		if value != nil {
			w.discard(&typed, value)
		}
		w.next.lines = append(w.next.lines, typed.apply(w.in.stmts))
	}
	w.dropImports()
	a.next = w.next
	return a
}

// declare makes the declarations part of the session.
func (w *work) declare() {
	for _, d := range w.decls.tree.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		from, to := w.decls.token.Offset(d.Pos()), w.decls.token.Offset(d.End())
		w.next.pieces = append(w.next.pieces, piece{names: declared(d), text: w.decls.Text[from:to]})
	}
}

// lastValue is the expression at the end whose value is to be shown, or nil.
func (w *work) lastValue() ast.Expr {
	x := w.lastExpr()
	if x == nil || w.unit.info.Types[x].IsVoid() {
		return nil
	}
	if c, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		// Nobody wants to know how many bytes were printed.
		if fn := callee(w.unit.info, c); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "fmt" && strings.Contains(fn.Name(), "rint") && !strings.HasPrefix(fn.Name(), "S") {
			return nil
		}
	}
	return x
}

// known is a value that is known without running anything: of constants, and of
// functions that have a name.
func (w *work) known(x ast.Expr) (Value, bool) {
	tv := w.unit.info.Types[x]
	write := func(t types.Type) string { return types.TypeString(t, qualifier(w.unit.pkg)) }
	if tv.IsNil() {
		return Value{"nil", "untyped nil"}, true
	}
	if tv.Value != nil {
		s := shower{w: w, spoken: true}
		if s.words(tv.Type) != "" {
			return Value{}, false
		}
		return constantValue(tv, write)
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	if s, isSel := ast.Unparen(x).(*ast.SelectorExpr); isSel && w.unit.info.Selections[s] == nil {
		id, ok = s.Sel, true
	}
	if !ok {
		return Value{}, false
	}
	if _, isFunc := w.unit.info.Uses[id].(*types.Func); isFunc {
		return Value{write(tv.Type) + " {…}", write(tv.Type)}, true
	}
	return Value{}, false
}

func constantValue(tv types.TypeAndValue, write func(types.Type) string) (Value, bool) {
	t := types.Default(tv.Type)
	b, ok := t.Underlying().(*types.Basic)
	if !ok {
		return Value{}, false
	}
	v := Value{Type: write(t)}
	switch {
	case b.Info()&types.IsString != 0:
		v.Text = strconv.Quote(constant.StringVal(tv.Value))
	case b.Info()&types.IsBoolean != 0:
		v.Text = strconv.FormatBool(constant.BoolVal(tv.Value))
	case b.Info()&types.IsInteger != 0:
		whole := constant.ToInt(tv.Value)
		v.Text = whole.ExactString()
		if _, exact := constant.Int64Val(whole); !exact && tv.Type != t {
			v.Type = "untyped int"
		}
	case b.Info()&types.IsFloat != 0:
		bits := 64
		if b.Kind() == types.Float32 {
			bits = 32
		}
		f, _ := constant.Float64Val(constant.ToFloat(tv.Value))
		v.Text = strconv.FormatFloat(f, 'g', -1, bits)
	default:
		return Value{}, false
	}
	if len(v.Text) > maxString {
		return Value{}, false
	}
	return v, true
}

// discard writes an expression at the end so that it may stand alone.
func (w *work) discard(e *edits, x ast.Expr) {
	switch y := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		if tv := w.unit.info.Types[y.Fun]; !tv.IsType() && !tv.IsBuiltin() {
			return
		}
	case *ast.UnaryExpr:
		if y.Op == token.ARROW {
			return
		}
	}
	w.edit(e, x.Pos(), x.Pos(), "_ = ")
}

// generated returns the name by which generated code may use a package of the
// library, and imports it.
func (w *work) generated(p string) string {
	name := path.Base(p)
	if w.unit.pkg.Scope().Lookup(name) == nil && !slices.ContainsFunc(w.next.imports, func(s string) bool { return importName(s) == name && s != strconv.Quote(p) }) {
		w.next.addImport(strconv.Quote(p))
		return name
	}
	w.next.addImport("console_" + name + " " + strconv.Quote(p))
	return "console_" + name
}

// importName is the name that an import, as it is written, brings.
func importName(spec string) string {
	if name, _, ok := strings.Cut(spec, " "); ok {
		return name
	}
	p, err := strconv.Unquote(spec)
	if err != nil {
		return ""
	}
	base := path.Base(p)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		return path.Base(path.Dir(p))
	}
	return base
}

// plan writes the program that runs the line in its session. Of the session's
// parts, the first few, as many as known, were there before the line.
func (w *work) plan(line edits, value ast.Expr, known int, leaves bool) *Plan {
	p := &Plan{Mark: w.mark}
	show := &shower{w: w, spoken: true, names: map[string]string{}}
	bare := &shower{w: w, names: map[string]string{}}
	printer := w.generated("fmt")
	quote := quoteSource(w.generated("strconv"))
	mark := func(part string) string { return fmt.Sprintf("%s.Print(%q)\n", printer, w.mark+part) }
	if value != nil {
		w.showing(&line, value, show, p, printer, mark)
	}
	var b strings.Builder
	text, _ := w.next.text()
	b.WriteString(text + "var console_left int\n" + quote + "\n")
	fmt.Fprintf(&b, "func %s() {\n%s\n}\nfunc main() {\n", lineFunc, line.apply(w.in.stmts))
	for i := range w.next.lines {
		b.WriteString(lineName(i) + "()\n")
	}
	if len(w.next.lines) > 0 {
		w.state(&b, "b", known, known, bare, printer, mark("b"))
	}
	b.WriteString(mark("o") + lineFunc + "()\n")
	if leaves {
		w.state(&b, "a", len(w.next.pieces), known, bare, printer, mark("a"))
	}
	b.WriteString(mark("e") + "}\n")
	for _, t := range append(show.texts, bare.texts...) {
		b.WriteString(t + "\n")
	}
	if show.reflect {
		b.WriteString("const console_spoken = true\n" + showSource)
		for _, im := range []string{"fmt", "reflect", "sort", "strings"} {
			w.next.addImport("console_" + im + " " + strconv.Quote(im))
		}
	}
	p.Files = w.assemble(b.String())
	v := w.s.c.Suitable(p.Files)
	p.Quick, p.Why = v.OK, v.Reason
	return p
}

// showing writes the expression at the end so that its values are printed.
func (w *work) showing(e *edits, x ast.Expr, show *shower, p *Plan, printer string, mark func(string) string) {
	var ts []types.Type
	t := w.unit.info.Types[x].Type
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			ts = append(ts, v.Type())
		}
	} else {
		ts = []types.Type{types.Default(t)}
	}
	var names []string
	var b strings.Builder
	b.WriteString("\n")
	for i, t := range ts {
		v := fmt.Sprintf("console_value%d", i)
		names = append(names, v)
		p.Types = append(p.Types, show.label(t))
		fmt.Fprintf(&b, "console_left = %d\nconsole_shown%d := %s\n%s%s.Print(console_shown%d)\n", maxShown, i, show.call(v, t, show.label(t), "0"), mark("v"), printer, i)
	}
	w.edit(e, x.Pos(), x.Pos(), strings.Join(names, ", ")+" := ")
	w.edit(e, x.End(), x.End(), b.String())
}

// state writes what prints how the first n parts of the session stand, of those
// that are variables of a type that a function shows.
func (w *work) state(b *strings.Builder, part string, n, known int, bare *shower, printer, mark string) {
	for i, p := range w.next.pieces[:n] {
		if p.typ == nil {
			continue
		}
		t := p.typ
		if i < known {
			o := w.unit.pkg.Scope().Lookup(p.names[0])
			if o == nil { // it has just got another name
				continue
			}
			t = o.Type()
		}
		if !shows(t, w.unit.pkg, map[types.Type]bool{}) {
			continue
		}
		name := p.names[0]
		fmt.Fprintf(b, "console_left = %d\nconsole_%s_%s := %s\n%s%s.Print(%q)\n%s.Print(console_%s_%s)\n",
			maxShown, part, name, bare.call(name, t, "", "0"), mark, printer, name+"=", printer, part, name)
	}
}

// shows reports whether all of a type can be shown without reflection.
func shows(t types.Type, here *types.Package, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	if n, ok := types.Unalias(t).(*types.Named); ok && (n.Obj().Pkg() != here || n.TypeArgs() != nil) {
		_, basic := t.Underlying().(*types.Basic)
		return basic && n.TypeArgs() == nil
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && t.Kind() != types.Uintptr
	case *types.Slice:
		return shows(t.Elem(), here, seen)
	case *types.Array:
		return shows(t.Elem(), here, seen)
	case *types.Pointer:
		return shows(t.Elem(), here, seen)
	case *types.Map:
		b, ok := t.Key().Underlying().(*types.Basic)
		return ok && b.Info()&types.IsOrdered != 0 && shows(t.Elem(), here, seen)
	case *types.Struct:
		for f := range t.Fields() {
			if !shows(f.Type(), here, seen) {
				return false
			}
		}
		return true
	}
	return false
}

// assemble puts the files of a program together: where the program that is open
// is one file, the session stands in it.
func (w *work) assemble(text string) []File {
	imports := slices.Clone(w.next.imports)
	for {
		files := w.withText(text, imports)
		// Which of the imports that may be used are used is known to the checker.
		_, ds := w.s.c.load(files)
		more := len(imports)
		for _, d := range ds {
			if p, ok := strings.CutPrefix(d.Message, `"`); ok && unusedImport(d.Message) {
				p, _, _ = strings.Cut(p, `"`)
				imports = slices.DeleteFunc(imports, func(s string) bool { return strings.HasSuffix(s, strconv.Quote(p)) && unusedAs(s, d.Message) })
			}
		}
		if len(imports) == more {
			return files
		}
	}
}

// unusedAs reports whether it is this way of importing a package that is said not
// to be used.
func unusedAs(spec, msg string) bool {
	name, _, named := strings.Cut(spec, " ")
	_, as, renamed := strings.Cut(strings.TrimSuffix(msg, " and not used"), " imported as ")
	return !renamed && (!named || name == ".") || renamed && (named && as == name || !named && as == importName(spec))
}

// withText puts the session's text beside, or into, the program that is open.
func (w *work) withText(text string, imports []string) []File {
	files := slices.Clone(w.s.files)
	at := w.s.goFiles()
	if len(at) != 1 {
		return append(files, File{ConsoleFile, used("package main\n"+text, imports)})
	}
	f := &files[at[0]]
	f.Text = used(f.Text+"\n"+text, imports)
	return files
}

// used writes the imports that a file uses into it.
func used(text string, imports []string) string {
	tree, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return text
	}
	names := map[string]bool{"_": true, ".": true}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
		return true
	})
	return withImports(text, slices.DeleteFunc(slices.Clone(imports), func(s string) bool { return !names[importName(s)] }))
}

// dropImports forgets imports that were made for generated code.
func (w *work) dropImports() {
	w.next.imports = slices.DeleteFunc(w.next.imports, func(s string) bool { return strings.HasPrefix(s, "console_") })
}
