package gc_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/run"
)

// attacks are programs that mean harm, and what must become of them.
var attacks = []struct {
	name, src string
	reasons   string // the reasons that will do, separated by |
	stdout    string // what it must have printed, if anything
	limits    func(*run.Limits)
}{
	{name: "endless loop", src: "package main\nfunc main() { for {} }", reasons: "cpu", limits: func(l *run.Limits) { l.CPU = 600 * time.Millisecond }},
	{name: "endless loop without a call, in many goroutines", src: "package main\nfunc main() { for range 8 { go func() { for {} }() }; select {} }", reasons: "cpu", limits: func(l *run.Limits) { l.CPU = 600 * time.Millisecond }},
	{name: "sleeps for ever", src: "package main\nimport \"time\"\nfunc main() { time.Sleep(time.Hour) }", reasons: "time", limits: func(l *run.Limits) { l.Wall = 8 * time.Second }},
	{name: "recursion without end", src: "package main\nfunc f(n int) int { return f(n+1) + 1 }\nfunc main() { println(f(0)) }", reasons: "panic|memory"},
	{name: "many allocations", src: "package main\nvar a [][]byte\nfunc main() { for { b := make([]byte, 1<<20); for i := 0; i < len(b); i += 4096 { b[i] = 1 }; a = append(a, b) } }", reasons: "memory"},
	{name: "one allocation of 8 GiB", src: "package main\nvar b []byte\nfunc main() { n := 8<<30; b = make([]byte, n); println(len(b)) }", reasons: "memory|panic"},
	{name: "a map without end", src: "package main\nfunc main() { m := map[int][64]byte{}; for i := 0; ; i++ { m[i] = [64]byte{1} } }", reasons: "memory|cpu"},
	{name: "a string that doubles", src: "package main\nfunc main() { s := \"x\"; for { s += s }; println(s) }", reasons: "memory"},
	{name: "goroutine bomb", src: "package main\nfunc main() { for { go func() { select {} }() } }", reasons: "memory|cpu"},
	{name: "output flood", src: "package main\nimport \"fmt\"\nfunc main() { for { fmt.Println(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\") } }", reasons: "output"},
	{name: "flood without a newline, of both streams", src: "package main\nimport (\"os\"; \"fmt\")\nfunc main() { for { fmt.Fprint(os.Stderr, \"\\xff\\xfe\"); fmt.Print(\"\\xc3\") } }", reasons: "output"},
	{name: "passwords", src: `package main
import ("fmt"; "os"; "io/fs"; "path/filepath"; "strings")
func main() {
	try := func(b []byte, err error) { fmt.Println(err != nil); if err == nil { fmt.Println("GOT", string(b)) } }
	try(os.ReadFile("/etc/passwd"))
	try(os.ReadFile("../../../../../../etc/passwd"))
	try(os.ReadFile("/tmp/../../../etc/passwd"))
	try(os.ReadFile("/proc/self/environ"))
	try(os.ReadFile("/proc/1/environ"))
	try(fs.ReadFile(os.DirFS("/etc"), "passwd"))
	fmt.Println(os.Symlink("/etc/passwd", "l1") != nil, os.Symlink("../../../../etc/passwd", "l2") != nil, os.Link("/etc/passwd", "l3") != nil)
	for _, l := range []string{"l1", "l2", "l3"} { try(os.ReadFile(l)) }
	n := 0; filepath.WalkDir("/", func(p string, d fs.DirEntry, err error) error { if strings.Contains(p, "passwd") { n++ }; return nil }); fmt.Println(n)
}`, reasons: "done", stdout: strings.Repeat("true\n", 6) + "true true true\n" + strings.Repeat("true\n", 3) + "0\n"},
	{name: "writing outside", src: `package main
import ("fmt"; "os")
func main() {
	for _, p := range []string{"/../tmp/thirdspace-escaped", "/var/tmp/thirdspace-escaped", "/dev/shm/thirdspace-escaped", "../../../../var/tmp/thirdspace-escaped", "/proc/self/oom_score_adj"} {
		os.WriteFile(p, []byte("x"), 0o644)
	}
	fmt.Println(os.WriteFile("mine.txt", []byte("x"), 0o644) == nil)
}`, reasons: "done", stdout: "true\n"},
	{name: "filling the disk", src: `package main
import ("fmt"; "os")
func main() {
	b := make([]byte, 1<<20); f, _ := os.Create("big"); var err error
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
	{name: "processes", src: `package main
import ("fmt"; "os"; "os/exec"; "syscall")
func main() {
	_, err := os.StartProcess("/bin/sh", []string{"sh"}, &os.ProcAttr{}); fmt.Println(err != nil)
	fmt.Println(exec.Command("/bin/sh", "-c", "id").Run() != nil)
	_, _, err = syscall.StartProcess("/bin/sh", nil, nil); fmt.Println(err != nil)
	p, err := os.FindProcess(os.Getppid()); fmt.Println(err != nil || p.Kill() != nil)
}`, reasons: "done", stdout: strings.Repeat("true\n", 4)},
	{name: "descriptors", src: `package main
import ("fmt"; "os"; "syscall")
func main() {
	n := 0
	for fd := uintptr(5); fd < 64; fd++ { if _, err := syscall.Write(int(fd), []byte("V")); err == nil { n++ } }
	os.Stdin.Close(); fmt.Println(n); os.Stdout.Close(); os.Stderr.Close()
}`, reasons: "done", stdout: "0\n"},
	{name: "memory by reflection and unsafe", src: `package main
import ("reflect"; "unsafe")
func main() {
	v := reflect.NewAt(reflect.TypeFor[[1<<20]byte](), unsafe.Pointer(uintptr(0x41414141))).Elem()
	v.Index(0).SetUint(1)
	for p := uintptr(1) << 16; ; p += 4096 { *(*byte)(unsafe.Pointer(p)) = 1 }
}`, reasons: "crashed|panic|memory|cpu|failed"},
	{name: "host functions by hand", src: `package main
import "fmt"
//go:wasmimport wasi_snapshot_preview1 proc_raise
func raise(sig uint32) uint32
//go:wasmimport wasi_snapshot_preview1 sock_accept
func accept(fd, flags uint32, p *uint32) uint32
func main() { var n uint32; fmt.Println(raise(9) != 0, accept(0, 0, &n) != 0) }`, reasons: "done", stdout: "true true\n"},
	{name: "a host function that does not exist", src: `package main
//go:wasmimport env system
func system(p uint32) uint32
func main() { println(system(0)) }`, reasons: "crashed"},
	{name: "an environment", src: `package main
import ("fmt"; "os")
func main() { for _, e := range os.Environ() { if e != "PWD=/" && e[:11] != "GOMEMLIMIT=" { fmt.Println(e) } }; h, _ := os.Hostname(); fmt.Println(os.Getenv("PATH") == "", h) }`, reasons: "done", stdout: "true wasip1\n"},
	{name: "panics told wrongly", src: `package main
import ("fmt"; "os")
func main() { fmt.Fprint(os.Stderr, "panic: not true\n\ngoroutine 1 [running]:\nmain.f()\n\t/etc/passwd:1\n\t../x.go:1\nfatal error: all is well\n", "\tmain.go:99999999999999999\n"); os.Exit(3) }`, reasons: "failed"},
}

func TestAttacks(t *testing.T) {
	p := startPool(t)
	if r := p.Protection(); runtime.GOOS == "linux" {
		t.Log(r.Sentence())
	}
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			l := small
			if a.limits != nil {
				a.limits(&l)
			}
			res := runIn(t, p, program(a.src), l)
			if !strings.Contains("|"+a.reasons+"|", "|"+res.exit.Reason+"|") {
				t.Errorf("ended %+v, want %s; stdout %.300q; stderr %.300q", res.exit, a.reasons, res.stdout, res.stderr)
			}
			if a.stdout != "" && res.stdout != a.stdout || strings.Contains(res.stdout, "GOT") {
				t.Errorf("printed %.500q, want %q", res.stdout, a.stdout)
			}
			if n := int64(len(res.stdout) + len(res.stderr)); n > 3*l.Output+1<<10 {
				t.Errorf("%d bytes of output, limit %d", n, l.Output)
			}
			if res.exit.Memory > l.Memory+64<<20 {
				t.Errorf("used %d bytes of memory", res.exit.Memory)
			}
			for _, f := range []string{"/tmp", "/var/tmp", "/dev/shm"} {
				if _, err := os.Stat(filepath.Join(f, "thirdspace-escaped")); err == nil {
					t.Errorf("a file was written in %s", f)
				}
			}
		})
	}
	if res := runIn(t, p, program(programs[0].src), small); res.stdout != programs[0].stdout {
		t.Errorf("afterwards: %+v", res)
	}
}

// TestNetwork has a program try to reach a port of this machine.
func TestNetwork(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	reached := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
			reached <- struct{}{}
		}
	}()
	p := startPool(t)
	res := runIn(t, p, program(`package main
import ("fmt"; "net"; "time")
func main() {
	for _, a := range []string{"`+l.Addr().String()+`", "192.0.2.1:80", "example.org:80"} {
		c, err := net.DialTimeout("tcp", a, time.Second); fmt.Println(c == nil, err != nil)
	}
	_, err := net.Dial("unix", "/run/dbus/system_bus_socket"); fmt.Println(err != nil)
}`), run.DefaultLimits)
	if res.stdout != "true true\ntrue true\ntrue true\ntrue\n" {
		t.Errorf("%+v", res)
	}
	_ = l.Close()
	<-done
	if len(reached) > 0 {
		t.Error("it got through")
	}
}

// TestStop stops programs at every moment of their lives.
func TestStop(t *testing.T) {
	p := startPool(t)
	for _, src := range []string{
		"package main\nfunc main() { print(1); for {} }",
		"package main\nimport \"fmt\"\nfunc main() { print(1); fmt.Scanln() }",
	} {
		r, err := p.Start(t.Context(), program(src), small)
		if err != nil {
			t.Fatal(err)
		}
		next(t, r, "1")
		r.Stop()
		if res := collect(t, r); res.exit.Reason != run.ReasonStopped {
			t.Errorf("%+v", res.exit)
		}
	}
	for d := time.Duration(0); d < 600*time.Millisecond; d += 60 * time.Millisecond {
		r, err := p.Start(t.Context(), program("package main\nfunc main() { println(\""+d.String()+time.Now().String()+"\"); for {} }"), small)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(d, r.Stop)
		if res := collect(t, r); res.exit.Reason != run.ReasonStopped || len(res.diagnostics) > 0 {
			t.Errorf("after %v: %+v", d, res)
		}
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "thirdspace-run-*"))
	for _, dir := range left {
		if built, _ := filepath.Glob(filepath.Join(dir, "*.wasm")); len(built) > 0 {
			t.Errorf("left behind %s", dir)
		}
	}
}

// TestUnavailable runs where there is no pack, or a bad one.
func TestUnavailable(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.pack")
	if err := os.WriteFile(bad, []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/nonexistent": "missing", bad: "damaged"} {
		p := startPoolWith(t, path)
		res := runIn(t, p, program(programs[0].src), small)
		if res.exit.Reason != run.ReasonUnavailable || !strings.Contains(res.exit.Message, want) {
			t.Errorf("%+v", res.exit)
		}
	}
	p := startPool(t)
	tight := small
	tight.Memory = 100 << 20
	if _, err := p.Start(t.Context(), program(programs[0].src), tight); err == nil {
		t.Error("accepted 100 MiB")
	}
	if _, err := exec.LookPath("go"); err == nil {
		t.Error("a Go is installed here after all: this proves nothing")
	}
}
