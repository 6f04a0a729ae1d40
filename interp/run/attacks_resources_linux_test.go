package run

import "time"

// onTime never end, or end when nobody expects it.
var onTime = []attack{
	attack{name: "endless loop", slow: true, limits: short, src: "package main\nfunc main() { for {} }"}.must("cpu", ""),
	attack{name: "endless loops in many goroutines", slow: true, limits: short, src: `package main
func main() { for i := 0; i < 8; i++ { go func() { for {} }() }; select {} }`}.must("cpu", ""),
	attack{name: "sleeps for ever", slow: true, limits: func(l *Limits) { l.Wall = min(l.Wall/15, 8*time.Second) }, src: `package main
import "time"
func main() { time.Sleep(time.Hour) }`}.must("time", ""),
	attack{name: "waits for input for ever", slow: true, limits: func(l *Limits) { l.Wall = min(l.Wall/15, 8*time.Second) }, src: `package main
import ("bufio"; "os")
func main() { s := bufio.NewScanner(os.Stdin); for s.Scan() {}; for {} }`}.must("time|cpu", ""),
	{name: "goroutine panic", src: `package main
import "time"
func main() { go func() { panic("bang") }(); time.Sleep(time.Hour) }`, yaegi: end{reasons: "panic"}, gc: end{reasons: "panic"}},
	attack{name: "a time bomb in a goroutine", src: `package main
import ("fmt"; "os"; "time")
func main() {
	done := make(chan bool)
	go func() { time.Sleep(100*time.Millisecond); _, err := os.ReadFile("/etc/passwd"); fmt.Println(err != nil); done <- true }()
	<-done
}`}.must("done", "true\n"),
	attack{name: "a time bomb on a timer", src: `package main
import "time"
func main() { time.AfterFunc(50*time.Millisecond, func() { var m map[string]int; m["x"] = 1 }); time.Sleep(time.Hour) }`}.must("panic|crashed", ""),
	attack{name: "a finalizer that never ends", slow: true, limits: short, src: `package main
import "runtime"
type t struct{ a [100]int }
func main() { for { x := &t{}; runtime.SetFinalizer(x, func(x *t) { for {} }); runtime.GC() } }`}.must("cpu|compile", ""),
	{name: "a deadlock", src: "package main\nimport \"sync\"\nfunc main() { var m sync.Mutex; m.Lock(); m.Lock() }", slow: true,
		limits: func(l *Limits) { l.Wall = min(l.Wall/10, 12*time.Second) }, yaegi: end{reasons: "panic|time"}, gc: end{reasons: "panic|time"}},
	{name: "a deadlock that nothing can be sent to", src: "package main\nfunc main() { var c chan int; c <- 1 }", slow: true,
		limits: func(l *Limits) { l.Wall = min(l.Wall/10, 12*time.Second) }, yaegi: end{reasons: "panic|time"}, gc: end{reasons: "panic|time"}},
	attack{name: "many recovered panics", src: `package main
func f() { defer func() { recover() }(); g() }
func g() { panic("x") }
func main() { for i := 0; i < 20000; i++ { f() } }`}.must("done|cpu", ""),
	{name: "a loop in an init function", slow: true, limits: short, src: "package main\nvar x = f()\nfunc f() int { for {} }\nfunc main() {}", yaegi: end{reasons: "cpu"}, gc: end{reasons: "cpu"}},
}

// onMemory want more than they may have.
var onMemory = []attack{
	attack{name: "deep recursion", slow: true, src: "package main\nfunc f(n int) int { return f(n+1) + 1 }\nfunc main() { println(f(0)) }"}.must("panic|memory", ""),
	attack{name: "deep recursion in many goroutines", slow: true, src: `package main
func f(n int, a [64]int) int { if n == 0 { select {} }; a[n%64]++; return f(n-1, a) + a[3] }
func main() { for { go f(2000, [64]int{}) } }`}.must("memory|panic|cpu", ""),
	attack{name: "many allocations", slow: true, src: `package main
var a [][]byte
func main() { for { b := make([]byte, 1<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; a = append(a, b) } }`}.must("memory", ""),
	attack{name: "one allocation of 8 GiB", slow: true, src: `package main
var b []byte
func main() { n := 8<<30; b = make([]byte, n); for i := 0; i < len(b); i += 4096 { b[i] = 1 } }`}.must("memory|panic", ""),
	attack{name: "a length that is no length", src: "package main\nfunc main() { n := 1; for i := 0; i < 62; i++ { n *= 2 }; _ = make([]int64, n, n); println(1) }"}.must("panic|memory|compile", ""),
	attack{name: "a map without end", slow: true, src: "package main\nfunc main() { m := map[int][64]byte{}; for i := 0; ; i++ { m[i] = [64]byte{1} } }"}.must("memory|cpu", ""),
	attack{name: "a string that doubles", slow: true, src: "package main\nfunc main() { s := \"x\"; for { s += s }; println(s) }"}.must("memory", ""),
	attack{name: "a builder without end", slow: true, src: `package main
import "strings"
func main() { var b strings.Builder; for { b.WriteString("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"); if b.Len()%3 == 5 { break } } }`}.must("memory|cpu", ""),
	attack{name: "a channel of great size", slow: true, src: `package main
func main() { var cs []chan [1024]byte; for { c := make(chan [1024]byte, 1024); for i := 0; i < 1024; i++ { c <- [1024]byte{1} }; cs = append(cs, c) } }`}.must("memory|cpu", ""),
	attack{name: "goroutine bomb", slow: true, src: "package main\nfunc main() { for { go func() { select {} }() } }"}.must("memory|cpu", ""),
	attack{name: "goroutine bomb that sleeps", slow: true, src: "package main\nimport \"time\"\nfunc main() { for { go func() { time.Sleep(time.Hour) }() } }"}.must("memory|cpu", ""),
	attack{name: "goroutine bomb that doubles", slow: true, src: "package main\nfunc f() { go f(); go f(); f() }\nfunc main() { f() }"}.must("memory|cpu|panic", ""),
	{name: "thread bomb", slow: true, src: `package main
import ("runtime"; "time")
func main() { for i := 0; i < 1000; i++ { go func() { runtime.LockOSThread(); time.Sleep(time.Hour) }() }; time.Sleep(time.Hour) }`,
		limits: func(l *Limits) { l.Wall = min(l.Wall/2, 10*time.Second) }, yaegi: end{reasons: "panic|crashed|memory"}, gc: end{reasons: "time"}},
	attack{name: "the collector turned off", slow: true, src: `package main
import ("runtime/debug"; "math")
var x []byte
func main() { debug.SetGCPercent(-1); debug.SetMemoryLimit(math.MaxInt64); debug.SetMaxStack(1<<40); for { x = make([]byte, 1<<16); x[100] = 1 } }`}.must("memory|cpu|compile", ""),
}

// onOutput print more than they may, or what they may not.
var onOutput = []attack{
	attack{name: "output flood", slow: true, src: `package main
import "fmt"
func main() { for { fmt.Println("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") } }`}.must("output", ""),
	attack{name: "flood without a newline, of both streams", slow: true, src: `package main
import ("fmt"; "os")
func main() { go func() { for { fmt.Fprint(os.Stderr, "\xff\xfe\xe4") } }(); for { fmt.Print("\xc3") } }`}.must("output", ""),
	attack{name: "one line of 64 MiB", src: `package main
import ("fmt"; "strings")
func main() { fmt.Print(strings.Repeat("x", 64<<20)) }`}.must("output|memory", ""),
	attack{name: "a flood of print", slow: true, src: "package main\nfunc main() { for { println(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\") } }"}.must("output", ""),
	attack{name: "a panic of great length", src: `package main
import "strings"
func main() { panic(strings.Repeat("x", 16<<20)) }`}.must("panic|output|failed", ""),
	{name: "closing everything", slow: true, limits: func(l *Limits) { l.Wall = min(l.Wall/10, 6*time.Second) }, src: `package main
import ("os"; "time")
func main() { os.Stdin.Close(); os.Stdout.Close(); os.Stderr.Close(); os.Stdout = nil; time.Sleep(time.Hour) }`, yaegi: end{reasons: "time"}, gc: end{reasons: "time|panic"}},
	{name: "panics told wrongly", src: `package main
import "fmt"
func main() { fmt.Println("@trace 1 main.go:1:1 main.main panic=1:1"); panic("a\n@trace 1 x.go:7:7 main.q panic=7:7\nfatal error: all is well") }`, yaegi: end{reasons: "panic"}, gc: end{reasons: "panic"}},
	{name: "panics told of that were none", src: `package main
import ("fmt"; "os")
func main() { fmt.Fprint(os.Stderr, "panic: not true\n\ngoroutine 1 [running]:\nmain.f()\n\t/etc/passwd:1\n\t../x.go:1\nfatal error: all is well\n", "\tmain.go:99999999999999999\n"); os.Exit(3) }`, yaegi: end{reasons: "failed"}, gc: end{reasons: "failed"}},
}
