package run

import (
	"fmt"
	"strings"
)

// onEngines are aimed at what runs them.
var onEngines = []attack{
	{name: "unsafe", src: "package main\nimport \"unsafe\"\nfunc main() { for p := uintptr(1) << 16; ; p += 4096 { *(*byte)(unsafe.Pointer(p)) = 1 } }", slow: true,
		yaegi: end{reasons: "compile"}, gc: end{reasons: "crashed|panic|memory|cpu|failed"}},
	{name: "memory by reflection", src: `package main
import ("fmt"; "reflect")
func main() { v := reflect.ValueOf(new(int)); w := reflect.NewAt(v.Type(), v.UnsafePointer()); fmt.Println(w) }`, yaegi: end{reasons: "compile|crashed"}},
	{name: "memory by reflection and unsafe", slow: true, src: `package main
import ("reflect"; "unsafe")
func main() {
	v := reflect.NewAt(reflect.TypeFor[[1<<20]byte](), unsafe.Pointer(uintptr(0x41414141))).Elem()
	v.Index(0).SetUint(1)
	for p := uintptr(1) << 16; ; p += 4096 { *(*byte)(unsafe.Pointer(p)) = 1 }
}`, gc: end{reasons: "crashed|panic|memory|cpu|failed"}},
	{name: "a link to the runtime", src: `package main
import _ "unsafe"
//go:linkname exit runtime.exit
func exit(code int32)
func main() { exit(0); println("GOT") }`, yaegi: end{reasons: "compile|crashed"}, gc: end{reasons: "compile|unavailable"}},
	{name: "host functions by hand", src: `package main
import "fmt"
//go:wasmimport wasi_snapshot_preview1 proc_raise
func raise(sig uint32) uint32
//go:wasmimport wasi_snapshot_preview1 sock_accept
func accept(fd, flags uint32, p *uint32) uint32
func main() { var n uint32; fmt.Println(raise(9) != 0, accept(0, 0, &n) != 0) }`, gc: end{"done", "true true\n"}},
	{name: "a host function that does not exist", src: "package main\n//go:wasmimport env system\nfunc system(p uint32) uint32\nfunc main() { println(system(0)) }", gc: end{reasons: "crashed"}},
	{name: "C", src: "package main\n// int system(const char *);\nimport \"C\"\nfunc main() { C.system(C.CString(\"echo GOT\")) }", yaegi: end{reasons: "compile"}, gc: end{reasons: "compile"}},
	{name: "assembly", src: "package main\nfunc f()\nfunc main() { f(); println(\"GOT\") }", files: []File{{Name: "f.s", Text: "TEXT ·f(SB), $0\n\tINT $0x80\n\tRET\n"}},
		yaegi: end{reasons: "compile|crashed|panic"}, gc: end{reasons: "compile|unavailable"}},
	{name: "files embedded from outside", src: "package main\nimport _ \"embed\"\n//go:embed ../../../../etc/passwd\nvar s string\nfunc main() { println(\"GOT\", s) }", gc: end{reasons: "compile"}},
	{name: "files embedded by an absolute path", src: "package main\nimport _ \"embed\"\n//go:embed /etc/passwd\nvar s string\nfunc main() { println(\"GOT\", s) }", gc: end{reasons: "compile"}},
	{name: "the tools' own files embedded", src: "package main\nimport \"embed\"\n//go:embed .importcfg .main.o all:.\nvar s embed.FS\nfunc main() { b, _ := s.ReadFile(\".importcfg\"); println(\"GOT\", string(b)) }", gc: end{reasons: "compile"}},
	{name: "directives to the compiler", src: "package main\n//go:cgo_ldflag \"-o/tmp/thirdspace-escaped\"\n//line /etc/passwd:1\nfunc main() { x }", yaegi: end{reasons: "compile"}, gc: end{reasons: "compile"}},
	{name: "a main that build tags take away", src: "//go:build ignore\n\npackage main\nfunc main() { println(\"GOT\") }", gc: end{reasons: "compile"}},
	{name: "a file that build tags add", src: "package main\nfunc main() { println(x) }", files: []File{{Name: "x_linux_amd64.go", Text: "package main\nimport \"os/exec\"\nvar x = exec.Command(\"sh\")\n"}}, gc: end{reasons: "compile"}},
}

// onCompilers want what builds them to take for ever, or everything. That they
// are refused or run is as good as that they are ended, as long as it is soon.
var onCompilers = []attack{
	refused("a constant too large", "package main\nconst x = 1 << 1 << 30\nfunc main() { println(x) }"),
	refused("constants that double", "package main\nconst a = 1 << 500\nconst (b = a*a; c = b*b; d = c*c; e = d*d; f = e*e; g = f*f; h = g*g; i = h*h; j = i*i)\nfunc main() { println(j) }"),
	refused("an array too large", "package main\nvar a [1<<50]byte\nfunc main() { a[5] = 1; println(len(a)) }"),
	refused("an array that fills the binary", "package main\nvar a = [1<<28]byte{1<<28-1: 1}\nfunc main() { println(a[5]) }"),
	refused("nested types that double", "package main\ntype a [100]int64\ntype b [100]a\ntype c [100]b\ntype d [100]c\ntype e [100]d\ntype f [100]e\nvar x f\nfunc main() { println(len(x)) }"),
	refused("instances without end", "package main\ntype P[T any] struct{ a, b T }\nfunc f[T any](n int, x T) { if n > 0 { f(n-1, P[T]{x, x}) } }\nfunc main() { f(100, 1) }"),
	refused("instances that double", "package main\ntype P[T any] struct{ a, b T }\ntype A[T any] P[P[P[P[T]]]]\ntype B[T any] A[A[A[A[T]]]]\ntype C[T any] B[B[B[T]]]\nfunc main() { var x C[int]; println(&x) }"),
	refused("a type of itself", "package main\ntype t [2]t\nfunc main() { var x t; println(len(x)) }"),
	refused("brackets without end", "package main\nvar x = "+strings.Repeat("(", 200000)+"1"+strings.Repeat(")", 200000)+"\nfunc main() { println(x) }"),
	refused("blocks without end", "package main\nfunc main() "+strings.Repeat("{", 20000)+strings.Repeat("}", 20000)),
	refused("an expression of a megabyte", "package main\nfunc main() { x := 1; println(x"+strings.Repeat("+x", 400000)+") }"),
	refused("a sum of strings", "package main\nfunc main() { s := \"a\"; println(s"+strings.Repeat("+s", 100000)+") }"),
	refused("functions within functions", "package main\nfunc main() { "+strings.Repeat("func() { ", 5000)+strings.Repeat("}() ;", 5000)+" }"),
	refused("many functions", "package main\n"+manyFunctions()+"func main() { f0() }"),
}

// refused is an attack on what builds it.
func refused(name, src string) attack {
	const ends = "compile|unavailable|crashed|memory|panic|cpu|time|output|done"
	return attack{name: name, src: src, slow: true}.must(ends, "")
}

func manyFunctions() string {
	var b strings.Builder
	for i := range 15000 {
		fmt.Fprintf(&b, "func f%d() { println(%d); f%d() }\n", i, i, i+1)
	}
	return b.String() + "func f15000() {}\n"
}
