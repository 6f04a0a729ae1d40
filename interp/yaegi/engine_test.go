package yaegi

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"thirdspace/interp/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// engine makes an engine in this process, whose standard streams it gives back
// afterwards, and returns what the program prints and what goes to the crash
// channel.
func engine(t *testing.T) (e *Engine, printed func() string, crash *bytes.Buffer) {
	t.Helper()
	in, out, err, args := os.Stdin, os.Stdout, os.Stderr, os.Args
	f, ferr := os.Create(filepath.Join(t.TempDir(), "out"))
	if ferr != nil {
		t.Fatal(ferr)
	}
	t.Cleanup(func() {
		os.Stdin, os.Stdout, os.Stderr, os.Args = in, out, err, args
		log.SetOutput(err)
		_ = f.Close()
	})
	crash = &bytes.Buffer{}
	e, ferr = New(in, f, f, crash)
	if ferr != nil {
		t.Fatal(ferr)
	}
	if ferr = e.Confine(t.TempDir()); ferr != nil {
		t.Fatal(ferr)
	}
	return e, func() string {
		b, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}, crash
}

func files(src ...string) (fs []frame.File) {
	for i, s := range src {
		fs = append(fs, frame.File{Name: string(rune('a'+i)) + ".go", Text: s})
	}
	return fs
}

func TestRun(t *testing.T) {
	e, printed, crash := engine(t)
	fs := append(files("package main\nimport (\"fmt\"; \"os\")\nfunc main() { b, _ := os.ReadFile(\"d\"); fmt.Println(string(b), f()) }",
		"package main\nimport fmt \"strings\"\nfunc f() string { return fmt.ToUpper(\"b\") }"), frame.File{Name: "d", Text: "data"})
	if err := e.Write(fs); err != nil {
		t.Fatal(err)
	}
	if ds, err := e.Compile(fs); len(ds) > 0 || err != nil {
		t.Fatal(ds, err)
	}
	if err := e.Run(); err != nil {
		t.Fatal(err)
	}
	if printed() != "data B\n" || crash.Len() > 0 {
		t.Errorf("%q %q", printed(), crash)
	}
}

func TestPanic(t *testing.T) {
	e, _, crash := engine(t)
	fs := files("package main\nimport \"errors\"\nfunc main() { f() }", `package main

import "errors"

func safe() { defer func() { recover() }(); deeper() }
func deeper() { panic("never told") }

func f() {
	safe()
	if len(errors.New("x").Error()) > 0 {
		panic(errors.New("boom"))
	}
}
`)
	fs[0].Text = "package main\nfunc main() { f() }"
	if ds, err := e.Compile(fs); len(ds) > 0 || err != nil {
		t.Fatal(ds, err)
	}
	var p *Panic
	if err := e.Run(); !errors.As(err, &p) || p.Text != "boom" || p.Error() != "panic: boom" {
		t.Fatal(err)
	}
	told := strings.Split(strings.TrimSpace(crash.String()), "\n")
	last := told[len(told)-2:]
	if !strings.HasPrefix(last[0], TracePrefix+"1 b.go:8:1 main.f") || !strings.HasPrefix(last[1], TracePrefix+"+ a.go:2:1 main.main") {
		t.Errorf("%q", told)
	}
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct {
		files []frame.File
		want  []string
	}{
		{files("package main\nfunc main() {\n\tx = = 1\n\ty := \n}\n", "package main\nfunc {"), []string{"a.go:3:6: expected operand, found '='", "a.go:5:3: expected ';', found 'EOF'", "b.go:2:6: expected 'IDENT', found '{'"}},
		{files("package main\nimport \"net\"\nimport \"github.com/x/y\"\nimport \"nosuch\"\nfunc main() {}"), []string{
			"a.go:2:8: package net cannot be used here: there is no network",
			"a.go:3:8: package github.com/x/y cannot be used here: only the standard library is there",
			"a.go:4:8: package nosuch is not in the standard library, or the quick engine does not know it yet"}},
		{files("package a\nfunc main() {}", "package main"), []string{"a.go:1:9: a program must be of package main, not a"}},
		{files("package main\ntype t struct{}\nfunc (t) main() {}"), []string{"a.go:1:9: function main is undeclared in the main package"}},
		{files("package main\nimport \"os\"\nfunc main() { os.StartProcess(\"\", nil, nil) }"), []string{"a.go:3:15: package os \"os\" has no symbol StartProcess"}},
		{files("package main\nimport \"C\"\nfunc main() {}"), []string{"a.go:2:8: package C cannot be used here: there is no C compiler"}},
	} {
		e, _, _ := engine(t)
		ds, err := e.Compile(c.files)
		var got []string
		for _, d := range ds {
			got = append(got, place(d))
		}
		if !reflect.DeepEqual(got, c.want) || err != nil {
			t.Errorf("got %q %v\nwant %q", got, err, c.want)
		}
	}
}

func TestDiagnose(t *testing.T) {
	ds := diagnose(errors.New("b.go:3:4: one\n5:6: two\nthree"), []string{"a.go", "b.go"})
	if len(ds) != 2 || place(ds[0]) != "b.go:3:4: one" || place(ds[1]) != "a.go:5:6: two" {
		t.Errorf("%+v", ds)
	}
	if ds := diagnose(errors.New("no place"), []string{"a.go"}); len(ds) != 1 || place(ds[0]) != "a.go:1:1: no place" {
		t.Errorf("%+v", ds)
	}
}

func TestPanicText(t *testing.T) {
	var none reflect.Value
	for want, v := range map[string]any{
		"boom": reflect.ValueOf("boom"), "42": 42, "err": errors.New("err"), "nil": none, "true": true,
		"runtime error: index out of range":                                       "reflect: slice index out of range",
		"runtime error: invalid memory address or nil pointer dereference":        "reflect: call of reflect.Value.Field on zero Value",
		"interface conversion: interface {} is int, not string":                   errors.New("main.go:3:4: interface conversion: interface {} is int, not string"),
		"reflect: slice index out of range of something else entirely, I am told": fmt.Stringer(said("reflect: slice index out of range of something else entirely, I am told")),
		"([]int) [1 2]": []int{1, 2},
	} {
		if got := panicText(v); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for text, kind := range map[string]string{
		"boom": "panic", "runtime error: index out of range": "index", "runtime error: integer divide by zero": "divide",
		"runtime error: something": "other", "assignment to entry in nil map": "map", "reflect: x": "other",
	} {
		if got := SiteKind(text); got != kind {
			t.Errorf("%q is of kind %s, want %s", text, got, kind)
		}
	}
}

type said string

func (s said) String() string { return string(s) }

func TestSites(t *testing.T) {
	fset, parsed, info := parseText(t, `package main

import "os"

type T struct{ next *T; n int }

func f(a []int, m map[string]int, t *T, x any) int {
	m["a"]++
	_ = a[0] + a[1]
	_ = x.(int)
	_ = m["b"] / 2
	func() {
		panic("inner")
	}()
	return t.next.n
}

func g() {
	if len(os.Args) > 1 {
		panic("one")
	}
	panic("two")
}
`)
	info.Defs = newInfo().Defs
	check(fset, parsed, info)
	s := &sites{fset: fset, files: parsed, info: info}
	for _, c := range []struct {
		line, column int
		want         string
	}{
		{8, 2, "7:1 index=9:6 nil=15:9 map=8:2 divide=11:6 convert=10:6"},
		{13, 3, "12:2 panic=13:3"},
		{22, 2, "18:1"},
		{1, 1, ""}, {500, 1, ""}, {-1, 1, ""},
	} {
		if got := s.within("main.go", c.line, c.column); got != c.want {
			t.Errorf("%d:%d: %q, want %q", c.line, c.column, got, c.want)
		}
	}
	if got := s.within("other.go", 8, 2); got != "" {
		t.Errorf("%q", got)
	}
}

// TestHygiene looks whether what is removed is really gone, and nothing in the
// list of removals is misspelt.
func TestHygiene(t *testing.T) {
	have := symbols()
	for key := range have {
		p := filepath.ToSlash(filepath.Dir(key))
		if strings.HasPrefix(p, "net/http") || p == "net" || p == "syscall" || p == "unsafe" || p == "os/exec" || p == "plugin" {
			t.Errorf("package %s is there", p)
		}
	}
	for p, names := range removedNames {
		key := p + "/" + filepath.Base(p)
		if have[key] == nil {
			t.Errorf("package %s is not there", p)
		}
		for _, n := range names {
			if _, ok := have[key][n]; ok {
				t.Errorf("%s.%s is there", p, n)
			}
		}
	}
	for _, p := range []string{"fmt", "os", "net/url", "slices", "math/rand/v2", "time"} {
		if !known(p) {
			t.Errorf("package %s is not there", p)
		}
	}
	d := &disk{}
	for _, n := range []string{"Open", "Create", "OpenFile", "ReadFile", "WriteFile", "ReadDir", "Mkdir", "MkdirAll", "Remove", "RemoveAll", "Rename",
		"Link", "Symlink", "Readlink", "Stat", "Lstat", "Chmod", "Chtimes", "Truncate", "DirFS", "CreateTemp", "MkdirTemp", "Getwd", "TempDir"} {
		if !d.os()[n].IsValid() {
			t.Errorf("os.%s is the system's own", n)
		}
	}
}

func TestDisk(t *testing.T) {
	home := t.TempDir()
	outside := filepath.Join(filepath.Dir(home), "outside.txt")
	if err := os.WriteFile(outside, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := &disk{}
	if err := d.open(home); err != nil {
		t.Fatal(err)
	}
	defer d.root.Close()
	f := d.os()
	call := func(name string, args ...any) error {
		in := make([]reflect.Value, len(args))
		for i, a := range args {
			in[i] = reflect.ValueOf(a)
		}
		out := f[name].Call(in)
		if c, ok := out[0].Interface().(*os.File); ok && c != nil {
			_ = c.Close()
		}
		err, _ := out[len(out)-1].Interface().(error)
		return err
	}
	for _, p := range []string{outside, "../outside.txt", "/etc/passwd", "x/../../outside.txt"} {
		for _, c := range [][]any{{"Open"}, {"Create"}, {"ReadFile"}, {"Remove"}, {"RemoveAll"}, {"Stat"}, {"Lstat"}, {"ReadDir"}, {"Readlink"},
			{"WriteFile", []byte("x"), fs.FileMode(0o600)}, {"Mkdir", fs.FileMode(0o700)}, {"Chmod", fs.FileMode(0o777)}, {"Truncate", int64(0)}, {"Rename", "y"}, {"Link", "y"}} {
			args := append([]any{p}, c[1:]...)
			if err := call(c[0].(string), args...); err == nil && !(c[0] == "RemoveAll" && p[0] == 'x') { // there is no x to be removed
				t.Errorf("os.%s(%q) succeeded", c[0], p)
			}
		}
		if err := call("CreateTemp", filepath.Dir(p), "x"); err == nil && p != "x/../../outside.txt" {
			t.Errorf("a temporary file was made beside %s", p)
		}
	}
	if err := call("ReadFile", "/etc/passwd"); err == nil || err.Error() != "open /etc/passwd: permission denied" {
		t.Errorf("not in Go's words: %v", err)
	}
	if err := call("ReadFile", "none"); !errors.Is(err, fs.ErrNotExist) || err.Error() != "open none: no such file or directory" {
		t.Errorf("not in Go's words: %v", err)
	}
	if b, _ := os.ReadFile(outside); string(b) != "secret" {
		t.Errorf("the file outside is now %q", b)
	}
	for _, c := range [][]any{{"WriteFile", "a.txt", []byte("abc"), fs.FileMode(0o600)}, {"ReadFile", filepath.Join(home, "a.txt")}, {"MkdirAll", "d/e", fs.FileMode(0o700)},
		{"Rename", "a.txt", "d/b.txt"}, {"Stat", "d/b.txt"}, {"ReadDir", "."}, {"Truncate", "d/b.txt", int64(1)}, {"CreateTemp", "", "x*"}, {"CreateTemp", "d", "x*"}, {"MkdirTemp", "", "y*"},
		{"Symlink", "d/b.txt", "l"}, {"Readlink", "l"}, {"ReadFile", "l"}, {"RemoveAll", "d"}} {
		if err := call(c[0].(string), c[1:]...); err != nil {
			t.Errorf("os.%s: %v", c[0], err)
		}
	}
	sub := d.dirFS("/etc")
	if _, err := fs.ReadFile(sub, "passwd"); err == nil {
		t.Error("read through DirFS")
	}
}
