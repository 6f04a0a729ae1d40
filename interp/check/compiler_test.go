package check_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

// wrong are programs that Go refuses for their types, as beginners write them.
var wrong = []string{
	`func main() { x := 1 }`,
	`import "os"
func main() {}`,
	`import f "fmt"
func main() {}`,
	`func main() { y = 1; x := y }`,
	`func f() int {
	for i := 0; i < 3; i++ {
	}
}
func main() { f() }`,
	`import "fmt"
func main() {
	n := 3
	fmt.Println("n is " + n)
	fmt.Println(n + "x")
	fmt.Println(n + 1.5)
	var f float64 = n
	fmt.Println(f * n)
}`,
	`func f(a int, b string) {}
func main() {
	f(1)
	f(1, "a", 2)
	f("a", 1)
	f()
}`,
	`func two() (int, error) { return 1, nil }
func main() {
	a := two()
	a, b, c := two()
	var d, e int = 1
	d, e = 1, 2, 3
}`,
	`func f() (int, string) { return 1 }
func g() int { return 1, 2 }
func h() { return 1 }
func k() int { return }
func main() {}`,
	`import "fmt"
func main() {
	fmt.println("a")
	fmt.Prinln("b")
	strings.ToUpper("c")
	undefined.X()
}`,
	`type T struct{ a int }
func main() {
	t := T{}
	t.b = 1
	t.foo()
	_ = T{c: 1}
	_ = T{1, 2}
	T.a = 3
}`,
	`type S interface{ Area() float64 }
type Sq struct{}
func (s *Sq) Area() float64 { return 1 }
func main() {
	var s S = Sq{}
	_ = s
	var t S = 5
}`,
	`func main() {
	x := 1
	x := 2
	if x { }
	for x { }
	if x = 2; true { }
	x == 2
	x + 1
	5
	"s"
}`,
	`func main() {
	const c = 1
	c = 2
	"abc"[0] = 'x'
	s := "abc"
	s[0] = 'x'
	var a [3]int
	a[5] = 1
	_ = a[-1]
	m := map[string]int{"a": 1, "a": 2}
	m[1] = 2
}`,
	`func f() {}
func f() {}
type T int
type T string
func (t T) m() {}
func (t T) m() {}
func main() {
	v := f()
	_ = f() + 1
	var x int = nil
	var y int8 = 300
	z := nil
	break
	continue
}`,
	`func main() {
	x, y := 1, 2
	x, y := 3, 4
	x()
	x.y = 1
	*x = 2
	for i := range 3.5 {}
	for i, j := range 10 {}
	switch x { case "a": case 1: case 1: }
	L:
	goto M
}`,
	`import "fmt"
import "strconv"
func main() {
	n := strconv.Atoi("5")
	fmt.Println(n)
	s := string(3.5)
	i := int("5")
	var e error = "x"
	return 5
}`,
	`func Map[T, U any](s []T, f func(T) U) []U { return nil }
func Sum[T int | float64](x ...T) T { return 0 }
func main() {
	Map([]int{1}, 5)
	Sum("a")
	Map[int]()
	var x Sum
	_ = Sum
}`,
	`type A struct { B }
type B struct { A }
type I interface { M(int) string }
type J struct{}
func (J) M(string) int { return 0 }
var i I = J{}
var a = b
var b = a
func main() {}`,
	`import "fmt"
func main() {
	fmt.Println()
	ch := make(chan<- int)
	<-ch
	var r <-chan int
	r <- 1
	len(5)
	append([]int{}, "a")
	_ = append([]int{}, "a")
	_ = make(int)
	_ = len()
	_ = &5
	_ = !5
	_ = -"a"
	_ = 1 << -1
	_ = 5 / 0
}`,
	`func main() {
	var x interface{} = 1
	s := x.(strin)
	n := 5
	n.(int)
	switch v := x.(type) {
	case int:
	}
	switch n.(type) {}
	_ = x + 1
	_ = []int{1} == []int{2}
	var f func() = func() int { return 1 }
	if f == f {}
}`,
	`import "fmt"
type P struct { Name string }
func (p P) Greet() { fmt.Println(p.name) }
func main() {
	p := P{"a"}
	p.greet()
	P.Greet()
	fmt.Println(p.Name.First)
	var q *P = p
	q = &P{Nam: "x"}
}`,
}

// compiled is how Go's compiler tells an error.
var compiled = regexp.MustCompile(`^(?:vet: )?\S*?(\w+)/(main\.go:\d+:\d+: .*)$`)

// TestAsTheCompiler compares all that is said of wrong programs with what go
// build says of them: the lines, the columns and the words.
func TestAsTheCompiler(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module wrong\n\ngo 1.26\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for i, text := range wrong {
		name := filepath.Join(dir, fmt.Sprintf("p%d", i), "main.go")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("package main\n"+text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-gcflags=-e", "./...")
	build.Dir = dir
	out, err := build.CombinedOutput()
	if err == nil {
		t.Fatal("Go finds nothing wrong")
	}
	want := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if m := compiled.FindStringSubmatch(strings.TrimSpace(line)); m != nil && !strings.HasPrefix(line, "\t") {
			want[m[1]] = append(want[m[1]], strings.ReplaceAll(m[2], m[1]+"/", ""))
		}
	}
	for i, text := range wrong {
		var got []string
		for _, d := range checker.Check(t.Context(), one("package main\n"+text)).Diagnostics {
			if d.Severity == check.Error {
				got = append(got, told(d))
			}
			if d.EndLine < d.Line || d.EndLine == d.Line && d.EndColumn <= d.Column {
				t.Errorf("program %d: %s ends at %d:%d", i, told(d), d.EndLine, d.EndColumn)
			}
		}
		w := want[fmt.Sprintf("p%d", i)]
		slices.Sort(got)
		slices.Sort(w)
		if !slices.Equal(got, w) {
			t.Errorf("program %d\n%s\n  found    %s\n  compiler %s", i, text, strings.Join(got, "\n           "), strings.Join(w, "\n           "))
		}
	}
}

// misspelt are programs whose syntax is wrong.
var misspelt = []string{
	"x := 1\nfunc main() {}",
	"func main() {\n\tx := (1\n}",
	"func main() {\n\tprintln(\"a\"\n}",
	"func main() {\n\tif true {\n\t\tprintln()\n}\n",
	"func main()\n{\n}",
	"func main() {\n\tif x = 2; true {\n\t}\n\tfor {\n\t}}\n}",
	"func main() {\n\tprintln('abc')\n}",
	"func main() {\n\tprintln(\"abc)\n}",
	"func main() {\n\t_ = []int{\n\t\t1,\n\t\t2\n\t}\n}",
	"func main() {\n\tvar x int := 3\n}",
	"func main() {\n\tx = = 3\n}",
	"func main() {\n\telse {\n\t}\n}",
	"func main() {\n\tfor i := 0; i < 3; i++\n\t{\n\t}\n}",
	"fun main() {\n}",
	"func main() {\n\twhile true {\n\t}\n}",
	"import fmt\nfunc main() {\n}",
	"func main() {\n\tint x = 3\n}",
	"func main() {\n\tprintln(\"世界 🙂\" 3)\n}",
}

// TestSyntaxAsTheCompiler compares where the first error of syntax is. The words
// differ: they are those of go/parser, and so of gofmt and vet.
func TestSyntaxAsTheCompiler(t *testing.T) {
	for _, text := range misspelt {
		text = "package main\n" + text
		name := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("go", "tool", "compile", "-p", "main", "-o", filepath.Join(t.TempDir(), "main.o"), name).CombinedOutput()
		if err == nil {
			t.Errorf("Go finds nothing wrong with\n%s", text)
			continue
		}
		want := strings.SplitN(strings.TrimPrefix(string(out), name+":"), ":", 2)[0]
		ds := checker.Check(t.Context(), one(text)).Diagnostics
		if len(ds) == 0 {
			t.Errorf("nothing is said of\n%s", text)
		} else if got := fmt.Sprint(ds[0].Line); got != want {
			t.Errorf("%s\n  found    %s\n  compiler %s", text, told(ds[0]), out)
		}
	}
}
