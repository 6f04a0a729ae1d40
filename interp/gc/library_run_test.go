package gc_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thirdspace/interp/gc"
	"thirdspace/interp/gc/machine"
	"thirdspace/interp/run"
)

// elsewhere are programs that go where hello world does not.
var elsewhere = []struct{ name, src, stdin string }{
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
	{name: "json and text", src: `package main
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
}`},
	{name: "a panic", src: `package main
type e struct{ n int }
func (x *e) f(l []int) int { return l[x.n] }
func main() { defer println("deferred"); (&e{5}).f([]int{1}) }`},
	{name: "a deadlock", src: "package main\nfunc main() { <-make(chan int) }"},
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
}`},
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
}`, stdin: "a line\nand another\n"},
	{name: "much output", src: `package main
import "fmt"
func main() { for i := range 3000 { fmt.Println(i, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", float64(i)/3) } }`},
}

// TestLibraryIsNotSeen runs programs fitted to the library and whole: there must be
// nothing to see of it.
func TestLibraryIsNotSeen(t *testing.T) {
	fitted := startPool(t)
	whole, err := run.NewPool(run.Config{Runner: gc.RunnerForTests(), Pack: gc.PackForTests(), Cache: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = whole.Close() })
	for _, c := range elsewhere {
		t.Run(c.name, func(t *testing.T) {
			got, want := typed(t, fitted, c.src, c.stdin), typed(t, whole, c.src, c.stdin)
			if got.stdout != want.stdout || steady(got.stderr) != steady(want.stderr) || got.exit.Code != want.exit.Code || got.exit.Reason != want.exit.Reason {
				t.Errorf("fitted %+v\nwhole %+v", got, want)
			}
		})
	}
}

// TestLibraryLost runs a program whose library has lost its translation: the shell
// that is left must not be taken for it.
func TestLibraryLost(t *testing.T) {
	dir := gc.BuildForTests(t, "package main\n\nfunc main() { println(\"lost\") }\n")
	load := func() *machine.Machine {
		t.Helper()
		m, err := machine.Load(filepath.Join(dir, gc.WasmFile), filepath.Join(dir, gc.LibraryFile), filepath.Join(dir, gc.NativeDir), machine.Overhead+64<<20)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.Close() })
		return m
	}
	home := t.TempDir()
	if err := machine.Write(home, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, gc.NativeDir)); err != nil {
		t.Fatal(err)
	}
	if code, err := load().Run(home, nil, os.Stdin, os.Stdout, os.Stderr); err == nil || !strings.Contains(err.Error(), "translation is missing") {
		t.Error(code, err)
	}
	if err := os.Remove(filepath.Join(dir, gc.LibraryFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := machine.Load(filepath.Join(dir, gc.WasmFile), filepath.Join(dir, gc.LibraryFile), filepath.Join(dir, gc.NativeDir), machine.Overhead+64<<20); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// typed runs a program with an input.
func typed(t *testing.T, p *run.Pool, src, stdin string) result {
	t.Helper()
	l := small
	l.CPU = l.Wall
	r, err := p.Start(t.Context(), program(src), l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Write([]byte(stdin)); err != nil {
		t.Error(err)
	}
	if err := r.CloseStdin(); err != nil {
		t.Error(err)
	}
	return collect(t, r)
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
