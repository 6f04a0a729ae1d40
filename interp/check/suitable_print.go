package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// printed looks at a call of a function of fmt.
func (j *judge) printed(c *ast.CallExpr, name string) {
	args := c.Args
	if c.Ellipsis.IsValid() {
		j.refuse(c, "fmt.%s with a slice of values", name)
		return
	}
	if strings.HasPrefix(name, "F") {
		j.stream(args[0])
		args = args[1:]
	}
	if strings.HasPrefix(name, "Ss") {
		args = args[1:]
	}
	var format *verbs
	if strings.HasSuffix(name, "f") {
		if len(args) == 0 {
			j.refuse(c, "fmt.%s with all results of another function", name)
			return
		}
		format = j.format(args[0])
		args = args[1:]
	}
	for i, a := range args {
		switch t := j.info.TypeOf(a).(type) {
		case *types.Tuple:
			for v := range t.Variables() {
				j.shown(a, v.Type(), nil, i)
			}
		default:
			if strings.Contains(strings.ToLower(name), "scan") {
				j.scanned(a)
			} else {
				j.shown(a, t, format, i)
			}
		}
	}
}

// shown admits a value that is printed, and the verb for it: with one that does
// not fit, fmt prints the name of the type, which the interpreter does not know.
func (j *judge) shown(at ast.Node, t types.Type, format *verbs, i int) {
	if !j.plain(t) {
		j.refuse(at, "printing %s", j.write(t))
		return
	}
	if format != nil && j.nameable(t) && !format.verbFits(i, t) {
		j.refuse(at, "printing %s with a verb that may not be for it", j.write(t))
	}
}

// nameable reports whether fmt might name a type in a way of the program's own.
func (j *judge) nameable(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return false
	case *types.Slice:
		return j.nameable(t.Elem())
	case *types.Array:
		return j.nameable(t.Elem())
	case *types.Map:
		return j.nameable(t.Key()) || j.nameable(t.Elem())
	}
	return true
}

// verbs are those of a format, one for each value, with their flags.
type verbs struct {
	list   []string
	tricky bool // a value may be used for a width, or twice
}

// verbFits reports whether the verb for a value is one for its type.
func (v *verbs) verbFits(i int, t types.Type) bool {
	if v.tricky || i >= len(v.list) {
		return false
	}
	flags, verb := v.list[i][:len(v.list[i])-1], v.list[i][len(v.list[i])-1]
	return verb == 'v' && !strings.Contains(flags, "+") || verbFits(verb, t)
}

func verbFits(verb byte, t types.Type) bool {
	if isError(t) {
		return strings.IndexByte("vsqw", verb) >= 0
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch info := t.Info(); {
		case info&types.IsInteger != 0:
			return strings.IndexByte("dxXobcqU", verb) >= 0
		case info&types.IsFloat != 0:
			return strings.IndexByte("eEfFgG", verb) >= 0
		case info&types.IsString != 0:
			return strings.IndexByte("sqxX", verb) >= 0
		case info&types.IsBoolean != 0:
			return verb == 't'
		}
	case *types.Slice:
		return verbFits(verb, t.Elem())
	case *types.Array:
		return verbFits(verb, t.Elem())
	}
	return false
}

// stream admits where fmt may print to and read from.
func (j *judge) stream(x ast.Expr) {
	p, ok := j.info.TypeOf(x).(*types.Pointer)
	if ok {
		n, isNamed := p.Elem().(*types.Named)
		ok = isNamed && n.Obj().Pkg() != j.u.pkg
	}
	if !ok {
		j.refuse(x, "printing to or reading from %s", j.write(j.info.TypeOf(x)))
	}
}

// scanned admits pointers to variables of Go's basic types.
func (j *judge) scanned(x ast.Expr) {
	u, ok := ast.Unparen(x).(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		j.refuse(x, "reading into anything but a variable")
		return
	}
	if _, ok := j.info.TypeOf(u.X).(*types.Basic); !ok {
		j.refuse(x, "reading into %s", j.write(j.info.TypeOf(u.X)))
	}
}

// format admits formats that are known and do not ask for types or addresses.
func (j *judge) format(x ast.Expr) *verbs {
	v := j.info.Types[x].Value
	if v == nil || v.Kind() != constant.String {
		j.refuse(x, "a format that is put together as the program runs")
		return nil
	}
	out := &verbs{}
	s := constant.StringVal(v)
	for {
		_, rest, found := strings.Cut(s, "%")
		if !found {
			return out
		}
		flags := len(rest) - len(strings.TrimLeft(rest, "+-# 0123456789.*[]"))
		if flags == len(rest) {
			return out
		}
		if rest[flags] == 'T' || rest[flags] == 'p' || strings.Contains(rest[:flags], "#") {
			j.refuse(x, "the format %%%s", rest[:flags+1])
		}
		out.tricky = out.tricky || strings.ContainsAny(rest[:flags], "*[")
		if rest[flags] != '%' {
			out.list = append(out.list, rest[:flags+1])
		}
		s = rest[flags+1:]
	}
}

// plain reports whether a value of a type may become an interface: basic types
// and lists of them, errors, and types of the program that have no methods by which
// fmt would print them. The interpreter does not know methods by then, nor the
// names of fields.
func (j *judge) plain(t types.Type) bool {
	if known, ok := j.asked[t]; ok {
		return known // or being found out: a type that holds itself is not plain
	}
	j.asked[t] = false
	j.asked[t] = j.isPlain(t)
	return j.asked[t]
}

func (j *judge) isPlain(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name() == "error"
		}
		return t.Obj().Pkg() == j.u.pkg && !speaks(t) && j.plain(t.Underlying())
	case *types.Slice:
		return !isError(t.Elem()) && j.plain(t.Elem())
	case *types.Array:
		return !isError(t.Elem()) && j.plain(t.Elem())
	case *types.Map:
		return !isError(t.Elem()) && !isError(t.Key()) && j.plain(t.Key()) && j.plain(t.Elem())
	case *types.Struct:
		for f := range t.Fields() {
			if isError(f.Type()) || !j.plain(f.Type()) {
				return false
			}
		}
		return true
	}
	return false
}

// speaks reports whether a type has a method that fmt would call.
func speaks(t *types.Named) bool {
	for m := range t.Methods() {
		if holds("String Error Format GoString", m.Name()) {
			return true
		}
	}
	return false
}

func isBasic(t types.Type) bool {
	_, ok := t.(*types.Basic)
	return ok
}
