package check

import (
	_ "embed"
	"fmt"
	"go/types"
	"strings"
)

// Values are shown by functions written for their types, in the program itself:
// what prints is Go, whichever engine runs it, and the judge of the quick engine
// sees these functions too. What no such function can be written for is left to
// reflection, which the quick engine does not get right and is not given.

// showSource holds console_any, which shows anything.
//
//go:embed console_show.txt
var showSource string

// Bounds of a value as it is shown.
const (
	maxShown  = 200  // parts of one value
	maxString = 4096 // bytes of a string
)

// shower writes the functions that show values.
type shower struct {
	w       *work
	spoken  bool // use the values' own words
	names   map[string]string
	texts   []string
	reflect bool // console_any is needed
}

// call is an expression of type string that shows the variable v, of type t.
func (s *shower) call(v string, t types.Type, label, depth string) string {
	if name, ok := s.function(t); ok {
		return fmt.Sprintf("%s(%s, %q, %s)", name, v, label, depth)
	}
	s.reflect = true
	return fmt.Sprintf("console_any(&%s, %q, %s)", v, label, depth)
}

// label is how a literal of a type begins.
func (s *shower) label(t types.Type) string {
	return types.TypeString(t, qualifier(s.w.unit.pkg))
}

// inner is how a value within a list of its type begins.
func (s *shower) inner(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Slice, *types.Array, *types.Map:
		return ""
	}
	return s.label(t)
}

// function returns the function that shows values of a type, or false if that is
// left to reflection.
func (s *shower) function(t types.Type) (string, bool) {
	text, ok := s.w.typeText(t)
	if !ok || !s.writable(t) {
		return "", false
	}
	if name, ok := s.names[text]; ok {
		return name, true
	}
	kind := "show"
	if !s.spoken {
		kind = "bare"
	}
	name := fmt.Sprintf("console_%s_%d", kind, len(s.names)+1)
	s.names[text] = name
	s.texts = append(s.texts, fmt.Sprintf("func %s(v %s, label string, depth int) string {\n%s\n}", name, text, s.body(t)))
	return name, true
}

// writable reports whether body has something to say of a type.
func (s *shower) writable(t types.Type) bool {
	if s.words(t) != "" {
		return true
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg() != s.w.unit.pkg {
		_, basic := t.Underlying().(*types.Basic)
		return basic
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsBoolean|types.IsInteger|types.IsFloat|types.IsString) != 0 && t.Kind() != types.Uintptr
	case *types.Slice, *types.Array, *types.Struct, *types.Pointer:
		return true
	case *types.Map:
		b, ok := t.Key().Underlying().(*types.Basic)
		return ok && b.Info()&types.IsOrdered != 0
	}
	return false
}

// words is the method by which a value speaks for itself, if it has one.
func (s *shower) words(t types.Type) string {
	if !s.spoken {
		return ""
	}
	set := types.NewMethodSet(t)
	for _, name := range []string{"Error", "String"} {
		if m := set.Lookup(nil, name); m != nil {
			sig := m.Obj().(*types.Func).Signature()
			if sig.Params().Len() == 0 && sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type(), types.Typ[types.String]) {
				return name
			}
		}
	}
	return ""
}

func (s *shower) body(t types.Type) string {
	if m := s.words(t); m != "" {
		switch t.Underlying().(type) {
		case *types.Pointer, *types.Interface:
			return "if v == nil {\nreturn \"nil\"\n}\nreturn v." + m + "()"
		}
		return "return v." + m + "()"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return s.basic(u)
	case *types.Slice:
		return "if v == nil {\nreturn \"nil\"\n}\n" + s.list(u.Elem())
	case *types.Array:
		return s.list(u.Elem())
	case *types.Map:
		return s.entries(u)
	case *types.Pointer:
		return "if v == nil {\nreturn \"nil\"\n}\nif console_left <= 0 || depth > 8 {\nreturn \"…\"\n}\nconsole_left = console_left - 1\ne := *v\nc := " + s.call("e", u.Elem(), s.label(u.Elem()), "depth+1") + "\nreturn \"&\" + c"
	case *types.Struct:
		return s.fields(u)
	}
	return `return label`
}

func (s *shower) basic(b *types.Basic) string {
	conv := s.w.generated("strconv")
	switch {
	case b.Info()&types.IsBoolean != 0:
		return "return " + conv + ".FormatBool(bool(v))"
	case b.Info()&types.IsUnsigned != 0:
		return "return " + conv + ".FormatUint(uint64(v), 10)"
	case b.Info()&types.IsInteger != 0:
		return "return " + conv + ".FormatInt(int64(v), 10)"
	case b.Kind() == types.Float32:
		return "return " + conv + ".FormatFloat(float64(v), 'g', -1, 32)"
	case b.Info()&types.IsFloat != 0:
		return "return " + conv + ".FormatFloat(float64(v), 'g', -1, 64)"
	}
	return "return console_quote(string(v))"
}

func (s *shower) list(elem types.Type) string {
	return "s := label + \"{\"\nfor i := 0; i < len(v); i++ {\nif i > 0 {\ns = s + \", \"\n}\n" +
		"if console_left <= 0 || depth > 8 {\ns = s + \"…\"\nbreak\n}\nconsole_left = console_left - 1\n" +
		"e := v[i]\nc := " + s.call("e", elem, s.inner(elem), "depth+1") + "\ns = s + c\n}\nreturn s + \"}\""
}

func (s *shower) entries(m *types.Map) string {
	key, _ := s.w.typeText(m.Key())
	return "if v == nil {\nreturn \"nil\"\n}\nkeys := []" + key + "{}\nfor k := range v {\nkeys = append(keys, k)\n}\n" +
		s.w.generated("sort") + ".Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })\n" +
		"s := label + \"{\"\nfor i := 0; i < len(keys); i++ {\nif i > 0 {\ns = s + \", \"\n}\n" +
		"if console_left <= 0 || depth > 8 {\ns = s + \"…\"\nbreak\n}\nconsole_left = console_left - 1\n" +
		"k := keys[i]\ne := v[k]\na := " + s.call("k", m.Key(), s.inner(m.Key()), "depth+1") +
		"\nb := " + s.call("e", m.Elem(), s.inner(m.Elem()), "depth+1") + "\ns = s + a + \": \" + b\n}\nreturn s + \"}\""
}

func (s *shower) fields(t *types.Struct) string {
	var b strings.Builder
	b.WriteString("s := label + \"{\"\nif depth > 8 {\nreturn s + \"…}\"\n}\n")
	for i := range t.NumFields() {
		f := t.Field(i)
		if f.Name() == "_" {
			continue
		}
		fmt.Fprintf(&b, "f%d := v.%s\nc%d := %s\n", i, f.Name(), i, s.call(fmt.Sprint("f", i), f.Type(), s.label(f.Type()), "depth+1"))
		comma := ""
		if i > 0 {
			comma = ", "
		}
		fmt.Fprintf(&b, "s = s + %q + c%d\n", comma+f.Name()+": ", i)
	}
	b.WriteString("return s + \"}\"")
	return b.String()
}

// quoteSource is console_quote, which shows a string that may be long.
func quoteSource(conv string) string {
	return fmt.Sprintf("func console_quote(v string) string {\nif len(v) <= %d {\nreturn %s.Quote(v)\n}\nn := %d\nfor n > 0 && v[n] >= 128 && v[n] < 192 {\nn--\n}\nreturn %s.Quote(v[:n]) + \"…\"\n}", maxString, conv, maxString, conv)
}
