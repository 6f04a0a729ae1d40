package run

import (
	"fmt"
	"strings"
)

// literal writes a constant of a type.
func (g *generator) literal(t string) string {
	switch t {
	case "string":
		return g.pick([]string{`"a"`, `"k"`, `""`, `"héé"`, "`x\\`", `"a" + "b"`})
	case "bool":
		return g.pick([]string{"yes(true)", "yes(false)"})
	case "float64", "float32":
		return g.pick([]string{"0.5", "1e3", "2", "3.25", "-1.5", "7 / 2.0", "1 / 3.0"})
	case "int", "int64", "num":
		return g.pick([]string{"0", "1", "-3", "7", "1 << 40", "'a'", "9223372036854775807", "-9223372036854775807", "10 / 4 * 3", "0x7f"})
	}
	return g.pick([]string{"0", "1", "2", "7", "100", "'a'", "127", "3 * 4"})
}

// expr writes an expression of a type, at most so deep.
func (g *generator) expr(t string, deep int) string {
	if p := g.read(t); p != "" && !g.grown(t) && (deep == 0 || g.r.IntN(3) == 0) {
		return p
	}
	if deep > 0 && g.r.IntN(6) == 0 {
		if c := g.call(t, deep-1); c != "" {
			return c
		}
	}
	switch {
	case isNumber(t):
		return g.number(t, deep)
	case t == "string":
		return g.text(deep)
	case t == "bool":
		return g.truth(deep)
	}
	return g.composite(t, max(deep-1, 0))
}

// read returns something of a type that has a value already, or "".
func (g *generator) read(t string) string {
	if t == "int" {
		for _, way := range [][2]string{{"string", "len($)"}, {"list", "$.sum()"}, {"pair", "$.total()"}, {"[]int", "len($)"}} {
			if vs := g.vars[way[0]]; len(vs) > 0 && g.r.IntN(12) == 0 {
				return strings.ReplaceAll(way[1], "$", vs[0])
			}
		}
	}
	return g.place(t)
}

func (g *generator) call(t string, deep int) string {
	if g.calm {
		return ""
	}
	for _, f := range g.funcs {
		if f.result == t {
			var args []string
			for _, p := range f.params {
				args = append(args, g.expr(p, deep))
			}
			return f.name + "(" + strings.Join(args, ", ") + ")"
		}
	}
	return ""
}

func (g *generator) number(t string, deep int) string {
	shift := deep > 0 && g.r.IntN(9) == 0
	if shift {
		g.lit++
		defer func() { g.lit-- }()
	}
	if deep == 0 {
		if g.r.IntN(8) == 0 {
			return fmt.Sprintf("%s(%s)", t, g.literal(t))
		}
		return fmt.Sprintf("the_%s(%s)", t, g.literal(t))
	}
	x, y := g.expr(t, deep-1), g.expr(t, deep-1)
	if strings.HasPrefix(t, "float") {
		switch g.r.IntN(4) {
		case 0:
			return fmt.Sprintf("%s(%s)", t, g.expr(g.pick([]string{"int", "uint8", "int32", "float64", "float32"}), deep-1))
		case 1:
			return fmt.Sprintf("(%s / (%s + 1.5))", x, y)
		}
		return fmt.Sprintf("(%s %s %s)", x, g.pick([]string{"+", "-", "*"}), y)
	}
	if shift {
		count := fmt.Sprint(g.r.IntN(40))
		if vs := g.vars[g.pick([]string{"uint8", "uint", "uint64"})]; len(vs) > 0 {
			count = g.pick(vs)
		}
		return fmt.Sprintf("(%s %s %s)", x, g.pick([]string{"<<", ">>"}), count)
	}
	switch g.r.IntN(8) {
	case 0:
		return fmt.Sprintf("(%s %s (%s | 1))", x, g.pick([]string{"/", "%"}), y)
	case 2:
		return fmt.Sprintf("%s(%s)", t, g.expr(g.pick(numbers[:12]), deep-1))
	case 3:
		return fmt.Sprintf("%s%s", g.pick([]string{"-", "^", "+"}), x)
	case 4:
		if !g.calm {
			return fmt.Sprintf("func() %s { return %s }()", t, x)
		}
	case 5:
		if t == "num" {
			return fmt.Sprintf("(%s).twice()", x)
		}
		if vs := g.vars["*pair"]; t == "int" && len(vs) > 0 && !g.calm {
			return g.pick(vs) + ".bump(" + y + ")"
		}
	case 6:
		if vs := g.vars["func(int) int"]; t == "int" && len(vs) > 0 && !g.calm {
			return g.pick(vs) + "(" + y + ")"
		}
	}
	return fmt.Sprintf("(%s %s %s)", x, g.pick([]string{"+", "-", "*", "&", "|", "^", "&^"}), y)
}

func (g *generator) text(deep int) string {
	if deep == 0 {
		return g.literal("string")
	}
	x := g.expr("string", deep-1)
	switch g.r.IntN(6) {
	case 0:
		return fmt.Sprintf("fmt.Sprint(%s)", g.expr(g.pick([]string{"int", "float64", "[]int", "bool", "map[string]int", "uint64", "[3]int"}), deep-1))
	case 1:
		return fmt.Sprintf("string([]rune(%s + \"é\")[0])", x)
	case 2:
		return fmt.Sprintf("string([]byte(%s))", x)
	case 3:
		return fmt.Sprintf("string(rune('a' + at(%s, 26)))", g.expr("int", deep-1))
	}
	return fmt.Sprintf("clip(%s + %s)", x, g.expr("string", deep-1))
}

func (g *generator) truth(deep int) string {
	if deep == 0 {
		return g.literal("bool")
	}
	t := g.pick(append([]string{"string"}, numbers...))
	switch g.r.IntN(5) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", g.expr("bool", deep-1), g.pick([]string{"&&", "||", "==", "!="}), g.expr("bool", deep-1))
	case 1:
		return "!" + g.expr("bool", deep-1)
	}
	return fmt.Sprintf("(%s %s %s)", g.expr(t, deep-1), g.pick([]string{"<", "<=", ">", ">=", "==", "!="}), g.expr(t, deep-1))
}

func (g *generator) composite(t string, deep int) string {
	g.lit++
	defer func() { g.lit-- }()
	e := func(t string) string { return g.expr(t, deep) }
	switch t {
	case "[]int", "list":
		return fmt.Sprintf("%s{%s, %s, %s}", t, e("int"), e("int"), e("int"))
	case "[]string":
		return fmt.Sprintf("[]string{%s, %s}", e("string"), e("string"))
	case "[][]int":
		return fmt.Sprintf("[][]int{{%s, 2}, %s}", e("int"), e("[]int"))
	case "[3]int":
		return fmt.Sprintf("[3]int{%s, 0, %s}", e("int"), e("int"))
	case "map[string]int":
		return fmt.Sprintf("map[string]int{\"k\": %s, \"z\": %s}", e("int"), e("int"))
	case "pair":
		if g.r.IntN(3) > 0 {
			return fmt.Sprintf("made(%s, %s)", e("int"), e("string"))
		}
		return fmt.Sprintf("pair{%s, %s, three(%s, 1)}", e("int"), e("string"), e("int"))
	case "*pair":
		if vs := g.vars["pair"]; len(vs) > 0 && g.r.IntN(2) == 0 {
			return "&" + g.pick(vs)
		}
		return fmt.Sprintf("&pair{a: %s, b: %s, c: three(2, 3)}", e("int"), e("string"))
	case "[]pair":
		return fmt.Sprintf("[]pair{%s, {a: %s, c: three(4, 5)}}", e("pair"), e("int"))
	case "map[string]pair":
		return fmt.Sprintf("map[string]pair{\"a\": %s}", e("pair"))
	case "*int":
		if p := g.vars["int"]; len(p) > 0 {
			return "&" + g.pick(p)
		}
		return "new(int)"
	case "func(int) int":
		n := g.name()
		x := "0"
		g.scope(func() {
			g.vars["int"] = append(g.vars["int"], n)
			x = g.expr("int", deep)
		})
		return fmt.Sprintf("func(%s int) int { return %s }", n, x)
	}
	return fmt.Sprintf("deep{p: %s, q: %s, xs: %s, m: map[string]int{}, f: %s, ps: []pair{{a: %s, c: three(1, 1)}, {b: %s, c: three(2, 2)}}}", e("pair"), e("*pair"), e("[]int"), e("float64"), e("int"), e("string"))
}
