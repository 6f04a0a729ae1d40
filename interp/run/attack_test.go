package run

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/jail"
)

// attack is a program that means harm and what must become of it.
type attack struct {
	name, src string
	reasons   string // the reasons that will do, separated by |
	stdout    string // what it must have printed, if anything
	never     string // what must not be printed
	limits    func(*Limits)
}

func short(l *Limits) { l.CPU = 600 * time.Millisecond }

var attacks = []attack{
	{name: "endless loop", src: `package main
func main() { for {} }`, reasons: "cpu", limits: short},
	{name: "sleeps for ever", src: `package main
import "time"
func main() { time.Sleep(time.Hour) }`, reasons: "time", limits: func(l *Limits) { l.Wall = 300 * time.Millisecond }},
	{name: "goroutine panic", src: `package main
import "time"
func main() { go func() { panic("bang") }(); time.Sleep(time.Hour) }`, reasons: "panic"},
	{name: "deep recursion", src: `package main
func f(n int) int { return f(n+1) + 1 }
func main() { f(0) }`, reasons: "panic|memory"},
	{name: "many allocations", src: `package main
func main() { var a [][]byte; for { b := make([]byte, 1<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; a = append(a, b) } }`, reasons: "memory"},
	{name: "one allocation of 8 GiB", src: `package main
func main() { b := make([]byte, 8<<30); for i := 0; i < len(b); i += 4096 { b[i] = 1 } }`, reasons: "memory"},
	{name: "goroutine bomb", src: `package main
func main() { for { go func() { select {} }() } }`, reasons: "memory|cpu"},
	{name: "thread bomb", src: `package main
import ("runtime"; "time")
func main() { for i := 0; i < 1000; i++ { go func() { runtime.LockOSThread(); time.Sleep(time.Hour) }() }; time.Sleep(time.Hour) }`, reasons: "panic|crashed|memory"},
	{name: "output flood", src: `package main
import "fmt"
func main() { for { fmt.Println("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") } }`, reasons: "output"},
	{name: "flood of both streams", src: `package main
import ("fmt"; "os")
func main() { go func() { for { fmt.Fprint(os.Stderr, "\xff\xfe\xe4") } }(); for { fmt.Print("\xc3") } }`, reasons: "output"},
	{name: "passwords", src: `package main
import ("fmt"; "os"; "io/fs"; "path/filepath"; "html/template"; "strings")
func main() {
	try := func(b []byte, err error) { fmt.Println(err != nil); if err == nil { fmt.Println("GOT", string(b)) } }
	try(os.ReadFile("/etc/passwd"))
	try(os.ReadFile("../etc/passwd"))
	try(os.ReadFile("../../../../../../etc/passwd"))
	try(os.ReadFile("/proc/self/environ"))
	try(fs.ReadFile(os.DirFS("/etc"), "passwd"))
	os.Symlink("/etc/passwd", "link"); try(os.ReadFile("link"))
	_, err := template.ParseFiles("/etc/passwd"); fmt.Println(err != nil)
	m, _ := filepath.Glob("/etc/pass*"); fmt.Println(len(m) == 0)
	n := 0; filepath.WalkDir("/", func(p string, d fs.DirEntry, err error) error { if strings.Contains(p, "passwd") { n++ }; return nil }); fmt.Println(n <= 1)
}`, reasons: "done", stdout: strings.Repeat("true\n", 9), never: "GOT"},
	{name: "writing outside", src: `package main
import ("fmt"; "os")
func main() {
	for _, p := range []string{"/tmp/thirdspace-escaped", "/var/tmp/thirdspace-escaped", "/dev/shm/thirdspace-escaped", "../thirdspace-escaped", "/proc/self/oom_score_adj"} {
		fmt.Println(os.WriteFile(p, []byte("x"), 0o644) != nil)
	}
	fmt.Println(os.WriteFile("mine.txt", []byte("x"), 0o644) == nil)
}`, reasons: "done", stdout: strings.Repeat("true\n", 6)},
	{name: "filling the disk", src: `package main
import ("fmt"; "os")
func main() {
	b := make([]byte, 1<<20)
	f, _ := os.Create("big"); var err error
	for i := 0; i < 64 && err == nil; i++ { _, err = f.Write(b) }
	fmt.Println(err != nil)
}`, reasons: "done", stdout: "true\n"},
	{name: "open files", src: `package main
import ("fmt"; "os")
func main() {
	var all []*os.File; var err error
	for i := 0; i < 1000 && err == nil; i++ { var f *os.File; f, err = os.Create(fmt.Sprint(i)); all = append(all, f) }
	fmt.Println(err != nil, len(all) < 1000)
}`, reasons: "done", stdout: "true true\n"},
	{name: "a socket", src: `package main
import "net"
func main() { net.Listen("tcp", ":0"); net.Dial("tcp", "127.0.0.1:22") }`, reasons: "compile"},
	{name: "a process", src: `package main
import "os"
func main() { os.StartProcess("/bin/sh", nil, &os.ProcAttr{}) }`, reasons: "compile|crashed"},
	{name: "a process by way of CGI", src: `package main
import "net/http/cgi"
func main() { _ = cgi.Handler{Path: "/bin/sh"} }`, reasons: "compile"},
	{name: "killing the parent", src: `package main
import "os"
func main() { p, _ := os.FindProcess(os.Getppid()); p.Kill() }`, reasons: "compile|crashed"},
	{name: "descriptors", src: `package main
import "os"
func main() { os.NewFile(4, "x").Write([]byte("x")) }`, reasons: "compile|crashed"},
	{name: "unsafe", src: `package main
import "unsafe"
func main() { _ = unsafe.Pointer(nil) }`, reasons: "compile"},
	{name: "memory by reflection", src: `package main
import ("fmt"; "reflect")
func main() { v := reflect.ValueOf(new(int)); w := reflect.NewAt(v.Type(), v.UnsafePointer()); fmt.Println(w) }`, reasons: "compile|crashed"},
	{name: "closing everything", src: `package main
import ("os"; "time")
func main() { os.Stdin.Close(); os.Stdout.Close(); os.Stderr.Close(); os.Stdout = nil; time.Sleep(time.Hour) }`, reasons: "time", limits: func(l *Limits) { l.Wall = 500 * time.Millisecond }},
	{name: "an environment", src: `package main
import ("fmt"; "os")
func main() { fmt.Println(len(os.Environ()), os.Getenv("PATH") == "", len(os.Args)) }`, reasons: "done", stdout: "0 true 1\n"},
	{name: "panics told wrongly", src: `package main
import "fmt"
func main() { fmt.Println("@trace 1 main.go:1:1 main.main panic=1:1"); panic("a\n@trace 1 x.go:7:7 main.q panic=7:7\nfatal error: all is well") }`, reasons: "panic"},
	{name: "many recovered panics", src: `package main
func f() { defer func() { recover() }(); g() }
func g() { panic("x") }
func main() { for i := 0; i < 20000; i++ { f() } }`, reasons: "done|cpu"},
}

// hurt runs every attack in the pool, and after each one a program that works.
func hurt(t *testing.T, p *Pool) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			l := small
			if a.limits != nil {
				a.limits(&l)
			}
			res := runIn(t, p, source(a.src), l)
			if !strings.Contains("|"+a.reasons+"|", "|"+res.exit.Reason+"|") {
				t.Errorf("ended %+v, want %s; stderr %.300q", res.exit, a.reasons, res.stderr)
			}
			if a.stdout != "" && res.stdout != a.stdout {
				t.Errorf("printed %q, want %q", res.stdout, a.stdout)
			}
			if a.never != "" && strings.Contains(res.stdout, a.never) {
				t.Errorf("printed %q", res.stdout)
			}
			if n := int64(len(res.stdout) + len(res.stderr)); n > 3*l.Output+1<<10 {
				t.Errorf("%d bytes of output, limit %d", n, l.Output)
			}
			for _, f := range []string{"/tmp", "/var/tmp", "/dev/shm"} {
				if _, err := os.Stat(filepath.Join(f, "thirdspace-escaped")); err == nil {
					t.Errorf("a file was written in %s", f)
				}
			}
			goesOn(t, p)
		})
	}
}

// TestAttacks runs every attack in every mode that this user can have, so that
// the simpler ones, for systems without namespaces, are known to hold as well.
func TestAttacks(t *testing.T) {
	for _, m := range jail.Modes() {
		t.Run(string(m), func(t *testing.T) {
			p := startPool(t, Config{Warm: 1}, m)
			r := p.Protection()
			t.Log(r.Sentence())
			if m == jail.Modes()[0] && !r.Full {
				t.Errorf("the best mode is not full: %+v", r)
			}
			for _, f := range []string{jail.FeatureLandlock, jail.FeatureSeccomp, jail.FeaturePowers, jail.FeatureLimits} {
				if !r.On(f) {
					t.Errorf("%s is off: %+v", f, r)
				}
			}
			hurt(t, p)
		})
	}
}

// TestHugeInput types much more into a program than it reads.
func TestHugeInput(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	r, err := p.Start(t.Context(), source(`package main
import ("bufio"; "fmt"; "os")
func main() { s := bufio.NewScanner(os.Stdin); fmt.Println(s.Scan(), s.Err()) }`), small)
	if err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() {
		_, err := io.Copy(r, io.LimitReader(endless{}, 256<<20))
		wrote <- err
	}()
	res := collect(t, r)
	if err := <-wrote; err == nil {
		t.Error("256 MiB were read by a program that reads a line of 64 KiB")
	}
	if res.stdout != "false bufio.Scanner: token too long\n" || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
	goesOn(t, p)
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
