package machine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"thirdspace/interp/gc/split"
)

// goProgram compiles a program with the go command and returns its WebAssembly.
func goProgram(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	source, wasm := filepath.Join(dir, "main.go"), filepath.Join(dir, "program.wasm")
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-w", "-o", wasm, source)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return wasm
}

// outcome is what can be seen of a run.
type outcome struct {
	stdout, stderr string
	code           int
	err            error
}

// play runs a program in this process and counts the groups that were loaded, of
// those there are.
func play(t *testing.T, wasm, native, stdin string) (o outcome, loaded, groups int) {
	t.Helper()
	m, err := Load(wasm, native, Overhead+256<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer m.runtime.Close(context.Background())
	home := t.TempDir()
	if err := Write(home, nil); err != nil {
		t.Fatal(err)
	}
	in, out, fail := file(t, stdin), file(t, ""), file(t, "")
	o.code, o.err = m.Run(home, in, out, fail)
	o.stdout, o.stderr = content(t, out), content(t, fail)
	if m.lazy == nil {
		return o, 0, 0
	}
	for _, l := range m.lazy.loaded {
		if l {
			loaded++
		}
	}
	return o, loaded, len(m.lazy.loaded)
}

func file(t *testing.T, text string) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	return f
}

func content(t *testing.T, f *os.File) string {
	t.Helper()
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// programs are such as go where hello world does not.
var programs = []struct {
	name, src, stdin string
	cold             bool // something must be loaded while it runs
}{
	{name: "hello", src: `package main
import "fmt"
func main() { fmt.Println("hello, world") }`},
	{name: "sorting", src: `package main
import ("fmt"; "slices"; "sort"; "maps"; "strings")
type T struct{ a int; b string }
func main() {
	var s []T
	for i := range 200 { s = append(s, T{i * 7919 % 101, strings.Repeat("x", i%5)}) }
	sort.Slice(s, func(i, j int) bool { return s[i].b < s[j].b })
	slices.SortStableFunc(s, func(x, y T) int { return x.a - y.a })
	m := map[T]int{}
	for _, x := range s { m[x]++ }
	fmt.Println(len(m), s[:3], slices.Sorted(maps.Values(m))[:3])
	fmt.Printf("%v %+v %#v %T %q %x %8.3f %e\n", s[0], s[1], s[2], m, "a", "b", 1.5, 2.5)
}`},
	{name: "json and text", cold: true, src: `package main
import ("bufio"; "encoding/json"; "fmt"; "os"; "regexp"; "strconv"; "text/template")
func main() {
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() { n, err := strconv.Atoi(s.Text()); fmt.Println(n, err) }
	var v any
	fmt.Println(json.Unmarshal([]byte("{\"a\": [1, 2.5, null]}"), &v), v)
	b, _ := json.MarshalIndent(map[string]any{"x": v}, "", " ")
	fmt.Println(string(b), regexp.MustCompile("a+b*?(c|d)$").FindStringSubmatch("xaabbc"))
	template.Must(template.New("").Parse("{{range $i, $x := .}}{{$i}}={{$x | printf \"%03d\"}} {{end}}\n")).Execute(os.Stdout, []int{1, 2})
}`, stdin: "12\nx\n-5\n"},
	{name: "goroutines", src: `package main
import ("context"; "fmt"; "runtime"; "sync"; "time")
func main() {
	var wg sync.WaitGroup
	c := make(chan []byte, 3)
	for i := range 100 { wg.Go(func() { time.Sleep(time.Duration(i) * time.Microsecond); c <- make([]byte, i<<10) }) }
	go func() { wg.Wait(); close(c) }()
	n := 0
	for b := range c { n += len(b); runtime.GC() }
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond); defer cancel()
	<-ctx.Done()
	fmt.Println(n, ctx.Err())
}`, cold: true},
	{name: "a panic", src: `package main
type e struct{ n int }
func (x *e) f(l []int) int { return l[x.n] }
func main() { defer println("deferred"); (&e{5}).f([]int{1}) }`, cold: true},
	{name: "a deadlock", src: "package main\nfunc main() { <-make(chan int) }", cold: true},
	{name: "a stack that grows and overflows", src: `package main
func f(n int) int { return f(n+1) + 1 }
func main() { println(f(0)) }`},
	{name: "recovering", src: `package main
import ("errors"; "fmt"; "os")
func try(f func()) (err error) { defer func() { if r := recover(); r != nil { err = fmt.Errorf("r: %v", r) } }(); f(); return }
func main() {
	var m map[string]int; var p *int; var l []int; var a any = 1
	fmt.Println(try(func() { m["a"]++ }), try(func() { *p = 1 }), try(func() { _ = l[len(m)] }), try(func() { _ = a.(string) }), try(func() { panic(errors.New("x")) }))
	_, err := os.Open("none"); fmt.Println(err, errors.Is(err, os.ErrNotExist), os.WriteFile("/tmp/x", []byte("x"), 0o600))
	os.Exit(3)
}`, cold: true},
	{name: "the host, asked from everywhere", src: `package main
import ("bufio"; "fmt"; "io"; "os"; "path/filepath"; "time"; "crypto/rand")
func main() {
	f, err := os.Create("/tmp/a.txt"); fmt.Fprintln(f, "one"); fmt.Println(err, f.Sync(), f.Truncate(3), f.Close())
	h, err := os.OpenFile("/tmp/a.txt", os.O_APPEND|os.O_RDWR, 0); _, e := h.WriteString("two"); _, e2 := h.Seek(1, io.SeekStart); b, e3 := io.ReadAll(h); fmt.Println(err, e, e2, string(b), e3)
	st, err := h.Stat(); fmt.Println(st.Size(), err, os.Mkdir("/tmp/d", 0o700), os.Rename("/tmp/a.txt", "/tmp/d/b"), h.Close(), os.Chtimes("/tmp/d/b", time.Unix(1, 0), time.Unix(2, 0)))
	es, err := os.ReadDir("/tmp/d"); fmt.Println(len(es), err); m, err := filepath.Glob("/tmp/*/*"); fmt.Println(m, err, os.Remove("/tmp/d/b"), os.RemoveAll("/tmp/d"))
	var r [8]byte; n, err := rand.Read(r[:]); fmt.Println(n, err, len(os.Args), os.Getenv("PWD"), time.Now().Year() > 2000)
	s := bufio.NewScanner(os.Stdin); for s.Scan() { fmt.Println(s.Text()) }
	os.Stderr.WriteString("end\n")
}`, stdin: "a line\nand another\n", cold: true},
	{name: "much output", src: `package main
import "fmt"
func main() { for i := range 3000 { fmt.Println(i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", float64(i)/3) } }`},
}

// TestSplitIsWhole runs programs split and whole: there must be nothing to see of
// it.
func TestSplitIsWhole(t *testing.T) {
	for _, c := range programs {
		t.Run(c.name, func(t *testing.T) {
			wasm, native := goProgram(t, c.src), t.TempDir()
			parts, loaded, groups := play(t, wasm, filepath.Join(native, "none"), c.stdin)
			if groups == 0 || loaded == groups || c.cold && loaded == 0 {
				t.Errorf("loaded %d of %d groups", loaded, groups)
			}
			if err := Translate(context.Background(), wasm, native); err != nil {
				t.Fatal(err)
			}
			whole, _, groups := play(t, wasm, native, c.stdin)
			if groups != 0 {
				t.Error("split, although it was translated")
			}
			parts.stderr, whole.stderr = steady(parts.stderr), steady(whole.stderr)
			if parts.stdout != whole.stdout || parts.stderr != whole.stderr || parts.code != whole.code || !errors.Is(parts.err, whole.err) {
				t.Errorf("split %+v\nwhole %+v", parts, whole)
			}
		})
	}
}

// steady is what a program said without the addresses in it, which differ from
// run to run.
func steady(said string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(said, func(r rune) bool { return r == ' ' || r == '\n' || r == '(' || r == ')' || r == ',' }) {
		if !strings.Contains(word, "0x") {
			b.WriteString(word + " ")
		}
	}
	return b.String()
}

// TestForeign runs what cannot be split.
func TestForeign(t *testing.T) {
	for _, text := range []string{returns, traps, recurs} {
		if _, err := split.Split([]byte(text)); !errors.Is(err, split.ErrForeign) {
			t.Error(err)
		}
	}
	wasm := goProgram(t, "package main\nfunc main() { println(\"whole\") }")
	text, err := os.ReadFile(wasm)
	if err != nil {
		t.Fatal(err)
	}
	// Without names nothing is known about its functions.
	text = bytes.Replace(text, []byte("\x04name"), []byte("\x04mane"), 1)
	if err := os.WriteFile(wasm, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if o, _, groups := play(t, wasm, "", ""); groups != 0 || o.stderr != "whole\n" || o.err != nil {
		t.Errorf("%+v, %d groups", o, groups)
	}
}

// TestGroups loads all groups, and asks for some that are not there, as no
// program that was split here does.
func TestGroups(t *testing.T) {
	wasm := goProgram(t, "package main\nfunc main() {}")
	m, err := Load(wasm, "", Overhead+256<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer m.runtime.Close(context.Background())
	if err := m.lazy.open(t.Context(), m.program, wazero.NewModuleConfig()); err != nil {
		t.Fatal(err)
	}
	n := uint32(m.lazy.program.Groups())
	for _, g := range []uint32{n, n + 1, 1<<32 - 1} {
		if err := m.lazy.load(context.Background(), g); err == nil {
			t.Errorf("loaded group %d of %d", g, n)
		}
	}
	for range 2 {
		for g := range n { // all of them are modules that can be had
			if err := m.lazy.load(context.Background(), g); err != nil {
				t.Error(err)
			}
		}
	}
}
