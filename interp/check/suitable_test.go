package check_test

import (
	"fmt"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

// body makes a program of what is in main, and what is before it. It imports what
// it names.
func body(before, inside string) string {
	var imports strings.Builder
	for _, p := range []string{"bufio", "errors", "fmt", "math", "math/rand", "os", "sort", "strconv", "strings", "sync", "time", "unicode"} {
		if strings.Contains(before+inside, p[strings.LastIndexByte(p, '/')+1:]+".") {
			fmt.Fprintf(&imports, "import %q\n", p)
		}
	}
	return "package main\n" + imports.String() + before + "\nfunc main() {\n" + inside + "\n}\n"
}

// refusals are programs that the quick engine must not be given, each with the
// reason.
var refusals = []struct{ reason, before, inside string }{
	{"the package sync", "", "var w sync.WaitGroup; w.Wait()"},
	{"the package time", "", "_ = time.Second"},
	{"an import under another name", "import f \"fmt\"", "f.Println()"},
	{"strings.Map", "", "_ = strings.Map(nil, \"\")"},
	{"instructions to the compiler", "//go:noinline\nfunc f() {}", "f()"},
	{"the name len, which is one of Go's own", "", "len := 1; _ = len"},
	{"the name fmt, which is that of a package", "func f(fmt int) {}", "fmt.Println(); f(1)"},
	{"an alias of a type", "type t = int", "var x t; _ = x"},
	{"a type declared within a function", "", "type t int; var x t; _ = x"},
	{"a variable with the name of a type, constant or function", "func f() {}", "f(); f := 1; _ = f"},
	{"a function init", "func init() {}", ""},
	{"a variable without a name outside functions", "var _ = 1", ""},
	{"a variable outside functions that needs another", "var a = b\nvar b = 1", "_ = a"},
	{"a function literal outside functions", "var f = func() {}", "f()"},
	{"a call outside functions", "func f() int { return 1 }\nvar a = f()", "_ = a"},
	{"generic functions", "func f[T any](x T) {}", "f(1)"},
	{"generic types", "type t[T int] struct{ x T }", "var x t[int]; _ = x"},
	{"a label of something that is no loop", "", "l: switch { default: break l }"},
	{"goto", "", "l: for { goto l }"},
	{"the type chan int", "", "var c chan int; <-c"},
	{"goroutines and channels", "func f() {}", "go f()"},
	{"interface", "", "var x interface{ f() }; _ = x"},
	{"the type any", "", "var x any; _ = x"},
	{"the type complex128", "", "x := 1i; _ = x"},
	{"main, called by the program itself", "", "main()"},
	{"range with variables that are there already", "", "var i int; for i = range 3 {}; _ = i"},
	{"a key or position of a range that is changed", "", "for i := range 3 { i++ }"},
	{"range over func(yield func(int) bool)", "func f(yield func(int) bool) {}", "for range f {}"},
	{"range over a number that is no int", "", "for range int8(3) {}"},
	{"range with positions over a string that may not be UTF-8", "", "s := \"é\"[1:]; for i := range s { _ = i }"},
	{"defer of anything but a function or method by its name", "", "defer func() {}()"},
	{"defer in a loop", "", "for range 3 { defer fmt.Println() }"},
	{"defer in a function literal", "", "f := func() { defer fmt.Println() }; f()"},
	{"defer of a method of what may change", "type t int\nfunc (t) m() {}", "var x t; defer x.m()"},
	{"a function literal that uses i, which is new in each turn of a loop", "", "for i := 0; i < 3; i++ { f := func() int { return i }; _ = f() }"},
	{"a literal within &&", "type t struct{ a bool }", "x := true; _ = x && (t{x}).a"},
	{"a shift by anything but a name or a constant", "", "n := uint(1); _ = 1 << (n + 1)"},
	{"a shift by what may be negative", "", "n := -1; _ = 1 << n"},
	{"a shift by what may be negative", "", "n, x := -1, 1; x <<= n"},
	{"a constant shifted by a variable, of another type than int", "", "n := uint(1); var x uint8 = 1 << n; _ = x"},
	{"comparing structs or arrays", "type t struct{ a int }", "var x, y t; _ = x == y"},
	{"a literal of a struct or array assigned to a variable that is there already", "type t struct{ a int }", "x := t{1}; x = t{2}; _ = x"},
	{"the variable x, which others can reach, on the left of :=", "", "x := 1; p := &x; x, y := 2, 3; _, _ = p, y"},
	{"a case of another kind of number than the value", "", "x := 1<<40 | 97; switch x { case 'a': }"},
	{"a case of another kind of number than the value", "const c = 'b'", "x := 1<<40 | 97; switch x { case c - 1: }"},
	{"a case of another kind of number than the value", "", "x := 1.5; switch x { case 1: }"},
	{"a case of another kind of number than the value", "", "x := float32(0.1); switch x { case 0.1: }"},
	{"several values assigned at once, one of them from a call or a literal", "func f() int { return 1 }", "var a, b int; a, b = f(), a; _ = b"},
	{"several values assigned at once, one of them from a call or a literal", "", "a := []int{1, 2}; a[1], a[0] = a[0], len(a)"},
	{"several values assigned at once to anything but variables and elements of slices", "type t struct{ a, b int }", "var x t; x.a, x.b = x.b, x.a"},
	{"*p within a literal", "", "p := new(int); x := []int{*p}; _ = x"},
	{"*p within a shift", "", "p := new(int); x := *p << 2; _ = x"},
	{"a list with keys", "", "x := []int{2: 1}; _ = x"},
	{"embedded fields", "type a struct{ x int }\ntype b struct{ a }", "var y b; _ = y"},
	{"a method as a value", "type t int\nfunc (t) m() {}", "var x t; f := x.m; f()"},
	{"a function of the library as a value", "", "f := strings.ToUpper; _ = f"},
	{"os.Stdout, other than as an argument", "", "f := os.Stdout; _ = f"},
	{"a constant that is no int64", "", "var x uint64 = 1 << 63; _ = x"},
	{"a constant too large or too small", "", "x := 1e301; _ = x"},
	{"a condition that is always the same", "", "if 1 > 2 {}"},
	{"an array of structs", "type t struct{ a int }", "var x [2]t; _ = x"},
	{"an array within something else", "", "var x [][2]int; _ = x"},
	{"a field that holds a function", "type t struct{ f func() }", "var x t; _ = x"},
	{"a field of a type of the library", "type t struct{ b strings.Builder }", "var x t; _ = x"},
	{"a conversion to [2]int", "", "x := []int{1, 2}; y := [2]int(x); _ = y"},
	{"a conversion from float64 to int32, which may have no room for it", "", "f := 3e9; _ = int32(f)"},
	{"append of a string to bytes", "", "var b []byte; b = append(b, \"a\"...)"},
	{"the built-in function min", "", "x := 1; _ = min(x, 2)"},
	{"the built-in function recover", "", "_ = recover()"},
	{"panic with a value of type t", "type t int", "panic(t(1))"},
	{"sorting with anything but a function literal", "", "f := func(i, j int) bool { return i < j }; sort.Slice([]int{1}, f)"},
	{"a format that is put together as the program runs", "", "s := \"%d\"; fmt.Printf(s, 1)"},
	{"the format %T", "", "fmt.Printf(\"%T\", 1)"},
	{"the format %#v", "", "fmt.Printf(\"%#v\", 1)"},
	{"printing a value of type weekday", "type weekday int\nfunc (weekday) String() string { return \"\" }", "fmt.Println(weekday(1))"},
	{"printing a value of type *int", "", "x := 1; fmt.Println(&x)"},
	{"printing a value of type t with a verb that may not be for it", "type t struct{ a int }", "fmt.Printf(\"%+v\", t{1})"},
	{"printing a value of type money with a verb that may not be for it", "type money float64", "fmt.Printf(\"%d\", money(1))"},
	{"printing a value of type money with a verb that may not be for it", "type money float64", "fmt.Printf(\"\", money(1))"},
	{"reading into anything but a variable", "", "p := new(int); fmt.Scan(p)"},
	{"reading something beside a call that may change it", "var n int\nfunc f() int { n++; return n }", "_ = n + f()"},
	{"append to a list that somebody else may hold", "", "var a []int; a = append(a, 1); b := append(a, 2); _ = b"},
	{"append to a list that somebody else may hold", "func f(a []int) { a = append(a, 1); _ = a }", "f(nil)"},
	{"a list that append has to do with, held by two", "", "var a []int; a = append(a, 1); b := a; _, _ = a, b"},
	{"a list that append has to do with, held by two", "type t struct{ g []int }", "var x t; x.g = append(x.g, 1); y := x; _, _ = x, y"},
	{"how much room a list has that append made", "", "var a []int; a = append(a, 1); _ = cap(a)"},
	{"a slice that may reach beyond the list it is of", "", "r := []rune(\"abc\"); n := 10; _ = r[:n]"},
	{"append to a list while going through it", "", "a := []int{1}; for i := range a { a = append(a, i) }"},
	{"a list given to a function that may append to it elsewhere", "var g []int\nfunc f(a []int) { g = append(g, 1); _ = a }", "f(g)"},
	{"a pointer into a list that append has to do with", "", "var a []int; a = append(a, 1); p := &a[0]; _ = p"},
}

// TestRefusals sees every reason fire. Without what is refused, each of the
// programs would be suitable: see TestAdmitted.
func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.reason, func(t *testing.T) {
			text := body(c.before, c.inside)
			v := checker.Suitable(one(text))
			if v.OK || !strings.HasPrefix(v.Reason, c.reason) || v.Line < 1 || v.Varies {
				t.Errorf("%+v of\n%s", v, text)
			}
		})
	}
}

// TestAdmitted shows that what lies beside the refusals is not refused.
func TestAdmitted(t *testing.T) {
	for _, c := range []struct {
		before, inside string
		varies         bool
	}{
		{before: "", inside: "fmt.Println(\"hello, world\")"},
		{before: "type t struct{ a int; b []string }", inside: "x := t{1, nil}; fmt.Println(x); fmt.Printf(\"%v\\n\", x)"},
		{before: "type money float64\nfunc (m money) half() money { return m / 2 }", inside: "fmt.Printf(\"%.2f %v\\n\", money(1), money(3).half())"},
		{before: "", inside: "var a []int; for i := 0; i < 3; i++ { a = append(a, i) }; a = append(a[:1], a[1+1:]...); fmt.Println(a, len(a), a[1:])"},
		{before: "func f() (out []int) { out = append(out, 1); return out }", inside: "a := f(); a = append(a, 2); fmt.Println(a)"},
		{before: "type st struct{ items []int }\nfunc (s *st) push(x int) { s.items = append(s.items, x) }\nfunc (s *st) pop() int { x := s.items[len(s.items)-1]; s.items = s.items[:len(s.items)-1]; return x }",
			inside: "y := &st{}; y.push(1); n := y.pop(); fmt.Println(n)"},
		{before: "", inside: "var rows [][]int; for i := range 3 { var row []int; row = append(row, i); rows = append(rows, row) }; fmt.Println(rows)"},
		{before: "", inside: "a := make([]int, 0, 5); fmt.Println(cap(a))"},
		{before: "", inside: "a := []int{1, 2, 3}; n := 2; b := a[:n]; b[0] = 5; fmt.Println(a, b)"},
		{before: "", inside: "for i, r := range \"héé\" { fmt.Println(i, r, 1<<i) }; n := uint(3); fmt.Println(1 << n)"},
		{before: "", inside: "f := 3e9; fmt.Println(int(f), float32(f))"},
		{before: "", inside: "s := bufio.NewScanner(os.Stdin); for s.Scan() { n, err := strconv.Atoi(s.Text()); fmt.Println(n, err) }"},
		{before: "", inside: "fmt.Println(rand.Intn(6))", varies: true},
		{before: "", inside: "for k := range map[string]int{\"a\": 1} { fmt.Println(k) }", varies: true},
		{before: "", inside: "fmt.Println(math.Sin(1))", varies: true},
		{before: "", inside: "fmt.Println(math.Sqrt(2), map[string]int{\"b\": 1, \"a\": 2})"},
	} {
		text := body(c.before, c.inside)
		if v := checker.Suitable(one(text)); !v.OK || v.Reason != "" || v.Varies != c.varies {
			t.Errorf("%+v of\n%s", v, text)
		}
	}
}

// TestSuitableBounds gives it what might keep it busy, or break it.
func TestSuitableBounds(t *testing.T) {
	many := func(n int, f func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	same := func(s string) func(int) string { return func(int) string { return s } }
	for name, c := range map[string]struct{ text, reason string }{
		"long":         {body("", many(9000, same("fmt.Println(1)\n"))), "it is very long"},
		"deep":         {body("", "_ = "+strings.Repeat("(", 5000)+"1"+strings.Repeat(")", 5000)), "something nested very deep"},
		"deep blocks":  {body("", strings.Repeat("{", 5000)+strings.Repeat("}", 5000)), "something nested very deep"},
		"long sum":     {body("", "x := 1\n_ = x"+strings.Repeat("+x", 9000)), "something nested very deep"},
		"many calls":   {body(many(2000, func(i int) string { return fmt.Sprintf("func f%d() { f%d() }\n", i, i+1) })+"func f2000() { fmt.Println() }", "f0()"), ""},
		"many reads":   {body("var g int\nfunc f() int { g++; return 1 }", "x := []int{"+many(6000, same("f(),"))+"}; _ = x"), ""},
		"many changes": {body("", "x := make([]int, 9)\n"+many(4000, same("x[0], "))+"x[1] = "+many(4000, same("x[0], "))+"x[1]"), ""},
		"holds itself": {body("type t []t", "fmt.Println(t{})"), "printing a value of type t"},
		"doubles": {body("type t0 struct{ a int }\n"+many(60, func(i int) string { return fmt.Sprintf("type t%d struct{ a, b t%d }\n", i+1, i) }), "var x t60; fmt.Println(&x == nil)"),
			"a type or constant that holds very much"},
		"doubles text": {body("const c0 = \"x\"\n"+many(60, func(i int) string { return fmt.Sprintf("const c%d = c%d + c%d\n", i+1, i, i) }), "fmt.Printf(c60)"),
			"a type or constant that holds very much"},
		"doubles within": {body("", "const c = \"x\"\n"+many(50, same("{ const c = c + c\n"))+"for i := range c { _ = i }"+strings.Repeat("}", 50)),
			"a type or constant that holds very much"},
		"long name":    {body("type "+strings.Repeat("x", 5000)+" int\nfunc ("+strings.Repeat("x", 5000)+") String() string { return \"\" }", "fmt.Println("+strings.Repeat("x", 5000)+"(1))"), "printing a value of type xx"},
		"nothing":      {"", "it has errors"},
		"not Go":       {"\x00\xff", ""},
		"two programs": {"package main\nfunc main() {}\npackage main", "it has errors"},
	} {
		v := checker.Suitable(one(c.text))
		if !strings.HasPrefix(v.Reason, c.reason) || len(v.Reason) > 200 || c.reason != "" && v.OK {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if v := checker.Suitable([]check.File{{Name: "a.go", Text: body("", "")}, {Name: "b.go", Text: "package main"}}); v.OK || v.Reason != "it has more than one file" {
		t.Errorf("%+v", v)
	}
	if v := checker.Suitable(nil); v.OK {
		t.Errorf("%+v", v)
	}
}

// FuzzSuitable gives it anything: it must always come to an answer that is whole.
func FuzzSuitable(f *testing.F) {
	for _, c := range refusals {
		f.Add(body(c.before, c.inside))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 8<<10 {
			return
		}
		v := checker.Suitable(one(text))
		if v.OK != (v.Reason == "") || len(v.Reason) > 200 || v.Varies && !v.OK || v.Line < 0 || v.Reason == "the checker failed over it" {
			t.Errorf("%+v", v)
		}
	})
}
