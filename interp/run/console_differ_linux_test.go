package run

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// like are sessions that are also compiled by Go, as one program: lines that begin
// with "= " are values, "~ " declarations, all others statements. They are of those
// values that %#v writes as the console does.
var like = []string{
	`~ type P struct{ X, Y int; Name string }
~ type Celsius float64
~ func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }
~ func (p P) Move(dx int) P { p.X += dx; return p }
~ func (p *P) Reset() { p.X = 0; p.Y = 0 }
a := []int{5, 3, 8, 1}
= a
sort.Ints(a)
= a
= a[1:3]
= len(a) + cap(a)
= fib(20)
p := P{1, 2, "p\t\"q\""}
= p
= p.Move(5)
p.Reset()
= p
q := &p
q.X = 42
= p.X
= *q
c := Celsius(36.6)
= float64(c) * 2
= string(rune(19990)) + "x"
s := "héllo, 世界"
= len(s)
= int(s[1])
= int([]byte(s[:3])[2])
= []rune(s)
= strings.Fields(" a  b c ")
= strings.Repeat("ab", 3)
= strings.Contains(s, "世")
m := map[string]int{"z": 26, "a": 1, "m": 13}
m["b"]++
delete(m, "z")
= m
= m["nothing"]
total := 0
for k, v := range m { total += v + len(k) }
= total
var grid [2][3]int
grid[1][2] = 7
= grid[1]
= 7 / 2
= -7 % 3
= 7.0 / 2
= 1e100
= 0.1 + float64(len(a))
= int(uint8(200) + uint8(len(a)*20))
= int32(1) << 30
= ^5 & 0xff
= a[0] == 1 && len(s) > 3
= !(total > 3)
words := []string{"pear", "apple", "fig"}
sort.Strings(words)
= words
sort.Slice(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
= words
= strings.Join(words, "|")
= strconv.Itoa(99) + strconv.Quote("a\nb")
= math.Floor(-2.5)
= math.Inf(1)
= fmt.Sprintf("%05.2f|%-6s|%x", 3.14159, "go", 255)
= fmt.Sprint(p, a, m)
fmt.Println("printed", 1, true)
fmt.Printf("%v %d\n", p, a)
x, y := 1, "two"
x, y = x+1, y+"!"
= y
= x
if x > 1 { y = "bigger" } else { y = "smaller" }
= y
switch { case x > 10: y = "ten"; default: y = "less" }
= y
t := a[:2]
t = append(t, 100)
= a
`,
	`~ type Shape interface{ Area() float64 }
~ type Sq struct{ S float64 }
~ func (s Sq) Area() float64 { return s.S * s.S }
~ type Stack[T any] struct{ Items []T }
~ func (s *Stack[T]) Push(x T) { s.Items = append(s.Items, x) }
var sh Shape = Sq{3}; st := Stack[string]{}; st.Push("a"); st.Push("b")
fs := []func(int) int{}; for _, k := range []int{1, 2, 3} { fs = append(fs, func(n int) int { return n * k }) }
= fs[0](10) + fs[2](100)
= sh
= st.Items
= []any{1, "x", 2.5, true, nil, min(3, 1, 2), complex(1, -2), slices.Sorted(maps.Keys(map[int]bool{3: true, 1: true})), fmt.Sprintf("%+v", sh)}
`,
}

// TestConsoleAsGo holds what the console says against what Go prints.
func TestConsoleAsGo(t *testing.T) {
	p := consolePool(t)
	for _, session := range like {
		want := strings.Split(strings.TrimSuffix(compiledByGo(t, session), "\n"), "\n")
		c := openConsole(t, p, "package main\n", DefaultConsoleLimits)
		var got []string
		for line := range strings.Lines(session) {
			kind, typed, found := strings.Cut(strings.TrimSpace(line), " ")
			if !found || kind != "=" && kind != "~" {
				typed = strings.TrimSpace(line)
			}
			r := eval(t, c, typed)
			if r.end.Outcome != LineDone || len(r.notes) > 0 {
				t.Errorf("> %s\n%s %+v", typed, r, r.end)
			}
			got = append(got, strings.Split(strings.TrimSuffix(r.out, "\n"), "\n")...)
			if r.out == "" {
				got = got[:len(got)-1]
			}
			for _, v := range r.values {
				text, _, _ := strings.Cut(v, " : ")
				if kind == "=" {
					text = typed + " is " + text
				}
				got = append(got, text)
			}
		}
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) {
				t.Errorf("%d lines, and Go prints %d", len(got), len(want))
				break
			}
			// The console writes a space behind the names of fields, as gofmt does.
			if strings.ReplaceAll(got[i], ": ", ":") != strings.ReplaceAll(want[i], ": ", ":") {
				t.Errorf("the console says\n%s\nGo prints\n%s", got[i], want[i])
			}
		}
	}
}

// compiledByGo runs a session as one program that Go compiles.
func compiledByGo(t *testing.T, session string) string {
	t.Helper()
	var decls, body strings.Builder
	for line := range strings.Lines(session) {
		line = strings.TrimSpace(line)
		if d, ok := strings.CutPrefix(line, "~ "); ok {
			decls.WriteString(d + "\n")
		} else if v, ok := strings.CutPrefix(line, "= "); ok {
			body.WriteString("say(`" + v + "`, " + v + ")\n")
		} else {
			body.WriteString(line + "\n")
		}
	}
	imports := ""
	for _, name := range []string{"fmt", "maps", "math", "slices", "sort", "strconv", "strings"} {
		imports += "import \"" + name + "\"\n"
	}
	const say = `var _, _, _, _, _ = maps.Keys[map[int]int], math.Pi, slices.Sort[[]int], sort.Ints, strconv.Itoa
func say(what string, v any) {
	fmt.Println(what + " is " + strings.NewReplacer("main.", "", "interface {}(nil)", "nil", "interface {}", "any", "int32", "rune").Replace(fmt.Sprintf("%#v", v)))
}
`
	name := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(name, []byte("package main\n"+imports+say+decls.String()+"func main() {\n"+body.String()+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", name).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
