package run

import (
	"strings"
	"testing"
)

func TestPrograms(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	if r := p.Protection(); !r.Full {
		t.Errorf("not fully locked in: %s", r.Sentence())
	}
	for _, c := range []struct {
		name, src      string
		stdin          string
		stdout, stderr string // what they must contain
		reason         string
		code           int
		message        string // what it must contain
		line           int    // of the first diagnostic, 0 for none
	}{
		{name: "hello", src: hello, stdout: "hello, world\n", reason: ReasonDone},
		{name: "exit code", src: `package main
import ("fmt"; "os")
func main() { fmt.Println("a"); os.Exit(42) }`, stdout: "a\n", reason: ReasonFailed, code: 42, message: "42"},
		{name: "exit zero in a goroutine", src: `package main
import "os"
func main() { go os.Exit(0); select {} }`, reason: ReasonDone},
		{name: "log.Fatal", src: `package main
import "log"
func main() { log.SetFlags(0); log.SetPrefix("p: "); log.Fatal("gone") }`, stderr: "p: gone\n", reason: ReasonFailed, code: 1},
		{name: "stderr and println", src: `package main
import ("fmt"; "os")
func main() { fmt.Fprintln(os.Stderr, "err"); fmt.Print("out") }`, stdout: "out", stderr: "err\n", reason: ReasonDone},
		{name: "stdin", src: `package main
import "fmt"
func main() { var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b) }`, stdin: "3 4\n", stdout: "7\n", reason: ReasonDone},
		{name: "panic", src: `package main
func f() {
	panic("boom")
}
func main() { f() }`, stderr: "panic: boom\n\nmain.f(...)\n\tmain.go:3\nmain.main(...)\n", reason: ReasonPanic, code: 2, message: "line 3: boom", line: 3},
		{name: "panic with an error after a recovered one", src: `package main
import "errors"
func safe() {
	defer func() { recover() }()
	inner()
}
func inner() { panic("never seen") }
func main() {
	safe()
	panic(errors.New("seen"))
}`, stderr: "panic: seen\n\nmain.main(...)\n\tmain.go:10\n", reason: ReasonPanic, code: 2, line: 10},
		{name: "panic in a goroutine", src: `package main
func main() {
	go func() {
		panic("boom")
	}()
	select {}
}`, stderr: "panic: boom\n", reason: ReasonPanic, code: 2, message: "line 4: boom", line: 4},
		{name: "index", src: `package main
import "fmt"
func main() {
	a := []int{1}
	i := 5
	fmt.Println(a[i])
}`, stderr: "panic: runtime error: index out of range", reason: ReasonPanic, code: 2, line: 6},
		{name: "nil pointer", src: `package main
import "fmt"
type T struct{ X int }
func main() {
	var t *T
	fmt.Println(t.X)
}`, stderr: "nil pointer dereference", reason: ReasonPanic, code: 2, line: 6},
		{name: "nil map", src: `package main
func main() {
	var m map[string]int
	m["a"] = 1
}`, stderr: "assignment to entry in nil map", reason: ReasonPanic, code: 2, line: 4},
		{name: "conversion", src: `package main
import "fmt"
func main() {
	var x any = 1
	fmt.Println(x.(string))
}`, stderr: "panic: interface conversion: interface {} is int, not string", reason: ReasonPanic, code: 2, line: 5},
		{name: "division", src: `package main
import "fmt"
func main() {
	a, b := 1, 0
	fmt.Println(a / b)
}`, stderr: "integer divide by zero", reason: ReasonPanic, code: 2, line: 5},
		{name: "deadlock", src: `package main
import "fmt"
func main() {
	fmt.Println("before")
	c := make(chan int)
	c <- 1
}`, stdout: "before\n", stderr: "all goroutines are asleep", reason: ReasonPanic, code: 2, message: "deadlock"},
		{name: "concurrent map writes", src: `package main
func main() {
	m := map[int]int{}
	for i := 0; i < 8; i++ {
		go func() { for { m[1]++ } }()
	}
	for { m[1]++ }
}`, stderr: "fatal error: concurrent map", reason: ReasonPanic, code: 2},
		{name: "syntax", src: "package main\n\nfunc main() {\n\tx := \n\ty = = 2\n}\nfunc (", reason: ReasonCompile, code: 1, message: "errors, the first in line 5", line: 5},
		{name: "unused", src: "package main\n\nimport \"os\"\n\nfunc main() {\n\tx := 1\n}\n", reason: ReasonCompile, code: 1, message: "2 errors", line: 3},
		{name: "undefined", src: "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(x)\n}\n", reason: ReasonCompile, code: 1, message: "undefined: x", line: 6},
		{name: "undefined member", src: "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Printn(1)\n}\n", reason: ReasonCompile, code: 1, message: "Printn", line: 6},
		{name: "network", src: "package main\n\nimport \"net/http\"\n\nfunc main() { http.Get(\"\") }\n", reason: ReasonCompile, code: 1, message: "no network", line: 3},
		{name: "no main", src: "package main\n", reason: ReasonCompile, code: 1, message: "function main is undeclared", line: 1},
		{name: "other package", src: "package x\n\nfunc main() {}\n", reason: ReasonCompile, code: 1, message: "package main", line: 1},
		{name: "range over a number", src: "package main\n\ntype t int\nfunc main() {\n\tfor range t(3) {\n\t}\n}\n", reason: ReasonCompile, code: 1, message: "quick engine", line: 5},
		{name: "the interpreter's own fault", src: `package main
import "fmt"
func seq(yield func(int) bool) { yield(1) }
type T[K comparable, V ~int | ~string] struct{ m map[K]V }
func (t *T[K, V]) all() func(func(K, V) bool) { return func(y func(K, V) bool) { for k, v := range t.m { y(k, v) } } }
func main() { t := &T[string, int]{}; for k := range t.all() { fmt.Println(k) } }`, reason: "compile|crashed", code: 1},
		{name: "UTF-8 in and out", src: `package main
import ("bufio"; "fmt"; "os")
func main() { s := bufio.NewScanner(os.Stdin); s.Scan(); fmt.Println("héllo, " + s.Text()); os.Stdout.Write([]byte{0xff, 'x'}) }`,
			stdin: "wörld 世界\n", stdout: "héllo, wörld 世界\n\uFFFDx", reason: ReasonDone},
		{name: "clock and zones", src: `package main
import ("fmt"; "time")
func main() { l, err := time.LoadLocation("Europe/Lisbon"); fmt.Println(l, err) }`, stdout: "Europe/Lisbon <nil>", reason: ReasonDone},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := p.Start(t.Context(), source(c.src), small)
			if err != nil {
				t.Fatal(err)
			}
			if c.stdin != "" {
				if _, err := r.Write([]byte(c.stdin)); err != nil {
					t.Error(err)
				}
			}
			res := collect(t, r)
			if !strings.Contains(c.reason, res.exit.Reason) || res.exit.Code != c.code || !strings.Contains(res.exit.Message, c.message) {
				t.Errorf("exit %+v, want %s %d %q", res.exit, c.reason, c.code, c.message)
			}
			if !strings.Contains(res.stdout, c.stdout) || (c.stdout == "" && res.stdout != "") {
				t.Errorf("stdout %q, want %q", res.stdout, c.stdout)
			}
			if !strings.Contains(res.stderr, c.stderr) || (c.stderr == "" && res.stderr != "") {
				t.Errorf("stderr %q, want %q", res.stderr, c.stderr)
			}
			if c.line > 0 && (len(res.diagnostics) == 0 || res.diagnostics[0].Line != c.line || res.diagnostics[0].File != "main.go") {
				t.Errorf("diagnostics %+v, want line %d", res.diagnostics, c.line)
			}
			if res.exit.Engine != "yaegi" || res.exit.Wall <= 0 {
				t.Errorf("exit %+v", res.exit)
			}
		})
	}
	goesOn(t, p)
}
