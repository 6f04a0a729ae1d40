package run

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator writes programs at random, within the subset and at its borders:
// arithmetic of every type, structs within arrays within maps, pointers, closures
// and the order in which things are done. What it writes may be wrong Go, which the
// checker then says.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	vars  map[string][]string // names in scope, by type
	n     int                 // names so far
	depth int
	funcs []function

	loops int
	lit   int // how deep in literals and shifts

	types []string        // that the program uses
	grows string          // what the lists hold that it appends to, or ""
	lent  map[string]bool // parameters, whose lists are not appended to
	calm  bool            // whether expressions call nothing that has effects
}

// function is one that the program has declared.
type function struct {
	name, result string
	params       []string
}

var numbers = []string{"int", "int", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float64", "float32", "num", "small"}

var allTypes = append([]string{"string", "bool", "[]int", "[3]int", "map[string]int", "pair", "deep", "*pair", "[]pair", "map[string]pair", "*int", "func(int) int", "[][]int", "[]string", "list"}, numbers...)

// growing are the types that a program does without if it appends to lists of
// something: values of them are copied, and the lists in them with them.
var growing = map[string]string{"pair": "deep", "int": "list pair deep *pair []pair map[string]pair [][]int"}

// prelude is what programs have that use a type.
var prelude = []struct{ of, text string }{
	{"int", `
type num int
type small uint8

func (n num) twice() num        { return n * 2 }
func at(i, n int) int           { if n == 0 { return 0 }; i %= n; if i < 0 { i += n }; return i }
func three(a, b int) []int      { return []int{a, 0, b} }
func clip(s string) string      { if r := []rune(s); len(r) > 12 { return string(r[len(r)-12:]) }; return s }
func yes(b bool) bool           { return b }
func trace(s string, x int) int { fmt.Print(s, x, " "); return x }
`},
	{"list", `
type list []int

func (l list) sum() (t int) { for _, x := range l { t += x }; return }
func (l list) set(x int)    { if len(l) > 0 { l[0] = x } }
`},
	{"pair", `
type pair struct {
	a int
	b string
	c []int
}

func (p pair) total() int       { p.a += len(p.b); return p.a + p.c[0] + p.c[1] + p.c[2] }
func (p *pair) bump(x int) int  { p.a += x; p.c[at(x, 3)]++; p.b += "!"; return p.a }
func made(a int, b string) pair { return pair{a, b, three(a, a)} }
func show(name string, p pair)  { fmt.Println(name, p.a, p.b, p.c, len(p.b)); fmt.Println(p); fmt.Printf("%v|%d\n", p, p.a) }
`},
	{"deep", `
type deep struct {
	p  pair
	q  *pair
	xs []int
	m  map[string]int
	f  float64
	ps []pair
}

func (d deep) change() pair { d.p.a = 7; d.ps[1].c[2] = 9; if d.q != nil { d.q.b = "changed" }; return d.ps[1] }
func (d *deep) turn()       { ps := d.ps; ps[0], ps[1] = ps[1], ps[0]; d.p = d.ps[0]; d.f *= 0.5 }
`},
}

// generate returns a program. The same seed gives the same one.
func generate(seed uint64) string {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), vars: map[string][]string{}, lent: map[string]bool{}}
	g.grows = g.pick([]string{"", "", "string", "pair", "int"})
	g.calm = g.r.IntN(2) == 0
	for _, t := range allTypes {
		if !slices.Contains(strings.Fields(growing[g.grows]), t) {
			g.types = append(g.types, t)
		}
	}
	g.line("package main\n\nimport \"fmt\"")
	for _, p := range prelude {
		if slices.Contains(g.types, p.of) {
			g.line("%s", p.text)
		}
	}
	for _, t := range numbers[2:] { // what keeps Go from working it all out beforehand
		g.line("func the_%s(x %s) %s { return x }", t, t, t)
	}
	for range 2 {
		g.function()
	}
	g.line("func main() {")
	for range 9 {
		g.declare()
	}
	for range 14 {
		g.statement()
	}
	g.show()
	g.line("}")
	return g.b.String()
}

// grown reports whether a type is that of the lists which the program appends to.
// Nobody else may hold them.
func (g *generator) grown(t string) bool { return g.grows != "" && t == "[]"+g.grows }

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.b, format+"\n", args...) }

func (g *generator) pick(list []string) string { return list[g.r.IntN(len(list))] }

func (g *generator) name() string { g.n++; return fmt.Sprintf("v%d", g.n) }

// scope runs f and forgets the names it has made.
func (g *generator) scope(f func()) {
	kept := map[string][]string{}
	for t, names := range g.vars {
		kept[t] = names[:len(names):len(names)]
	}
	f()
	g.vars = kept
}

func (g *generator) function() {
	f := function{name: fmt.Sprintf("f%d", len(g.funcs)), result: g.pick(g.types)}
	g.vars = map[string][]string{}
	var params []string
	for range 1 + g.r.IntN(3) {
		t, n := g.pick(g.types), g.name()
		f.params = append(f.params, t)
		params = append(params, n+" "+t)
		g.lent[n] = true
		g.vars[t] = append(g.vars[t], n)
	}
	g.line("func %s(%s) %s {", f.name, strings.Join(params, ", "), f.result)
	for range 3 {
		g.declare()
	}
	for range 4 {
		g.statement()
	}
	g.line("return %s\n}", g.expr(f.result, 2))
	g.funcs = append(g.funcs, f)
	g.vars = map[string][]string{}
}

func (g *generator) declare() {
	t := g.pick(g.types)
	x, n := g.expr(t, 2), g.name()
	switch g.r.IntN(3) {
	case 0:
		g.line("var %s %s = %s", n, t, x)
	default:
		if isNumber(t) || t == "string" || t == "list" {
			x = t + "(" + x + ")"
		}
		g.line("%s := %s", n, x)
	}
	g.line("_ = %s", n)
	g.vars[t] = append(g.vars[t], n)
}

// show prints all there is, part by part.
func (g *generator) show() {
	for _, t := range allTypes {
		for _, v := range g.vars[t] {
			switch t {
			case "pair":
				g.line("show(%q, %s)", v, v)
			case "*pair":
				g.line("show(%q, *%s)", v, v)
			case "deep":
				g.line("show(%q, %s.p)\nfmt.Println(%s.xs, %s.m, %s.f)\nshow(\"ps\", %s.ps[0])\nshow(\"ps\", %s.ps[1])", v, v, v, v, v, v, v)
			case "[]pair":
				g.line("for _, e := range %s {\nshow(%q, e)\n}", v, v)
			case "map[string]pair":
				g.line("show(%q, %s[\"a\"])\nfmt.Println(len(%s))", v, v, v)
			case "*int":
				g.line("fmt.Println(%q, *%s)", v, v)
			case "func(int) int":
				g.line("fmt.Println(%q, %s(3), %s(-1))", v, v, v)
			case "string":
				g.line("fmt.Println(%q, clip(%s), len(%s))", v, v, v)
			default:
				g.line("fmt.Println(%q, %s)", v, v)
			}
		}
		g.vars[t] = nil
	}
}

// place returns something of a type that can be assigned to, or "".
func (g *generator) place(t string) string {
	var list []string
	list = append(list, g.vars[t]...)
	add := func(of, format string) {
		if vs := g.vars[of]; len(vs) > 0 {
			list = append(list, strings.ReplaceAll(format, "$", g.pick(vs)))
		}
	}
	i := func() string { return fmt.Sprint(g.r.IntN(3)) }
	index := func() string {
		if vs := g.vars["int"]; len(vs) > 0 && g.r.IntN(2) == 0 {
			return g.pick(vs)
		}
		return i()
	}
	switch t {
	case "int":
		add("[3]int", "$["+i()+"]")
		add("map[string]int", "$["+g.literal("string")+"]")
		add("pair", "$.a")
		add("pair", "$.c["+i()+"]")
		add("*pair", "$.a")
		add("*pair", "$.c["+i()+"]")
		if g.lit == 0 {
			add("*int", "*$")
		}
		add("deep", "$.p.a")
		add("deep", "$.ps[1].c["+i()+"]")
		add("deep", "$.m[\"k\"]")
		add("[]int", "$[at("+index()+", len($))]")
		add("[]pair", "$[0].c[1]")
		add("[][]int", "$[0][at("+index()+", len($[0]))]")
	case "string":
		add("pair", "$.b")
		add("deep", "$.ps[0].b")
		add("[]pair", "$[0].b")
	case "pair":
		add("deep", "$.p")
		add("deep", "$.ps["+fmt.Sprint(g.r.IntN(2))+"]")
		add("map[string]pair", "$[\"a\"]")
		add("[]pair", "$[0]")
		add("*pair", "*$")
	case "[]int":
		add("deep", "$.xs")
	case "float64":
		add("deep", "$.f")
	}
	if len(list) == 0 {
		return ""
	}
	return g.pick(list)
}

func (g *generator) statement() {
	if g.depth > 2 {
		g.assign()
		return
	}
	g.depth++
	defer func() { g.depth-- }()
	block := func(n int) {
		g.scope(func() {
			for range n {
				if g.r.IntN(3) == 0 {
					g.declare()
				}
				g.statement()
			}
		})
	}
	switch g.r.IntN(15) {
	case 0:
		g.line("if %s {", g.expr("bool", 2))
		block(2)
		g.line("} else {")
		block(1)
		g.line("}")
	case 1:
		if g.loops > 1 {
			g.assign()
			return
		}
		g.loops++
		n := g.name()
		g.line("for %s := 0; %s < %d; %s++ {", n, n, 2+g.r.IntN(4), n)
		g.line("if %s %% 3 == 1 { %s }", n, g.pick([]string{"continue", "break", "_ = 0"}))
		block(2)
		g.line("}")
		g.loops--
	case 2:
		g.ranged(block)
	case 3:
		t := g.pick([]string{"int", "string", "uint8", "num"})
		g.line("switch %s {", g.expr(t, 1))
		g.line("case %s:", g.literal(t))
		block(1)
		g.line("%s", g.pick([]string{"", "fallthrough"}))
		g.line("default:")
		block(1)
		g.line("}")
	case 4:
		g.swap()
	case 5:
		if v := g.vars["map[string]int"]; len(v) > 0 {
			g.line("%s[%s] += %s", g.pick(v), g.expr("string", 0), g.expr("int", 1))
			g.line("delete(%s, %s)", g.pick(v), g.expr("string", 0))
		}
	case 6:
		if v := g.vars["deep"]; len(v) > 0 {
			g.line("%s.turn()\n%s.change()", g.pick(v), g.pick(v))
		}
		if v := g.vars["list"]; len(v) > 0 {
			g.line("%s.set(%s)", g.pick(v), g.expr("int", 1))
		}
	case 7:
		g.line("fmt.Println(trace(\"a\", %s) + trace(\"b\", %s) * trace(\"c\", %s), trace(\"d\", %s) > 3 || trace(\"e\", %s) < 2)",
			g.number("int", 0), g.number("int", 0), g.number("int", 0), g.number("int", 0), g.number("int", 0))
	case 8, 9:
		g.grow()
	default:
		g.assign()
	}
}

// grow appends to a list, or takes something off it.
func (g *generator) grow() {
	var vs []string
	for _, v := range g.vars["[]"+g.grows] {
		if g.grows != "" && !g.lent[v] {
			vs = append(vs, v)
		}
	}
	if len(vs) == 0 {
		g.assign()
		return
	}
	p, q := g.pick(vs), g.pick(vs)
	switch g.r.IntN(7) {
	case 0:
		g.line("if len(%s) > 1 {\n%s = append(%s[:1], %s[1+1:]...)\n}", p, p, p, p)
	case 1:
		g.line("if len(%s) > 0 {\n%s = %s[:len(%s)-1]\n}", p, p, p, p)
	case 2:
		g.line("if len(%s) > 0 {\n%s = %s[1:]\n}", p, p, p)
	case 3:
		g.line("if len(%s) < 20 {\n%s = append(%s, %s...)\n}", p, p, p, q)
	case 4:
		g.line("%s = append([]%s(nil), %s...)", p, g.grows, q)
	default:
		g.line("%s = append(%s, %s, %s)", p, p, g.expr(g.grows, 1), g.expr(g.grows, 0))
	}
}

// swap assigns several values at once.
func (g *generator) swap() {
	t := g.pick([]string{"int", "string", "pair", "*pair", "[]int", "uint8", "float64"})
	if vs := g.vars[t]; len(vs) > 1 {
		g.line("%s, %s = %s, %s", vs[0], vs[1], vs[1], g.pick([]string{vs[0], g.expr(t, 1)}))
	}
	t = g.pick([]string{"[]int", "[]string", "[]pair"})
	if vs := g.vars[t]; len(vs) > 0 {
		v := g.pick(vs)
		g.line("if len(%s) > 1 {\n%s[0], %s[1] = %s[1], %s[0]\n}", v, v, v, v, v)
		if is := g.vars["int"]; len(is) > 0 && t == "[]int" {
			i := g.pick(is)
			g.line("%s[at(%s, len(%s))], %s[0] = %s[0], %s", v, i, v, v, v, g.expr("int", 1))
		}
	}
}

func (g *generator) ranged(block func(int)) {
	t := g.pick([]string{"[]int", "[3]int", "string", "[]pair", "[]string"})
	if len(g.vars[t]) == 0 || g.loops > 1 {
		g.assign()
		return
	}
	g.loops++
	i, v := g.name(), g.name()
	over := g.pick(g.vars[t])
	if t == "[]int" && !g.grown(t) || t == "[]string" && !g.grown(t) {
		over += "[:at(3, len(" + over + ")+1)]"
	}
	if t == "string" { // there may be halves of runes in it
		g.line("for _, %s := range clip(%s) {\n%s := 0\n_, _ = %s, %s", v, over, i, i, v)
	} else {
		g.line("for %s, %s := range %s {\n_, _ = %s, %s", i, v, over, i, v)
	}
	e := map[string]string{"[]int": "int", "[3]int": "int", "string": "int32", "[]pair": "pair", "[]string": "string"}[t]
	g.scope(func() {
		if g.r.IntN(4) == 0 { // it may be changed, and is then not suitable
			g.vars["int"] = append(g.vars["int"], i)
		}
		g.vars[e] = append(g.vars[e], v)
		g.lent[v] = true
		block(2)
	})
	g.line("}")
	g.loops--
}

func (g *generator) assign() {
	t := g.pick(g.types)
	p := g.place(t)
	if p == "" {
		return
	}
	switch {
	case t == "string":
		g.line("%s = clip(%s + %s)", p, p, g.expr(t, 1))
	case isNumber(t) && g.r.IntN(2) == 0:
		g.line("%s %s= %s", p, g.pick([]string{"+", "-", "*"}), g.expr(t, 1))
	case isNumber(t) && g.r.IntN(4) == 0:
		g.line("%s%s", p, g.pick([]string{"++", "--"}))
	default:
		g.line("%s = %s", p, g.expr(t, 3))
	}
}

func isNumber(t string) bool {
	for _, n := range numbers {
		if n == t {
			return true
		}
	}
	return false
}
