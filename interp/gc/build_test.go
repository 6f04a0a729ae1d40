package gc

import (
	"context"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/toolchain"
)

var unique = time.Now().UnixNano()

// fresh is a small program that was never built before.
func fresh() []frame.File {
	unique++
	return mainFile(fmt.Sprintf("package main\n\nfunc main() { println(%d) }\n", unique))
}

func TestDiagnostics(t *testing.T) {
	b, _ := newBuilder(t, Config{})
	for _, c := range []struct {
		name  string
		files []frame.File
		want  []string // file:line:column: message
	}{
		{"several", mainFile("package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc f(n int) int {}\n\nfunc main() {\n\tvar x int = \"a\"\n\ty := 3\n\tfoo()\n\tfmt.Println(f(1, 2))\n}\n"), []string{
			`main.go:5:2: "os" imported and not used`,
			`main.go:8:20: missing return`,
			`main.go:11:6: declared and not used: x`,
			`main.go:11:14: cannot use "a" (untyped string constant) as int value in variable declaration`,
			`main.go:12:2: declared and not used: y`,
			`main.go:13:2: undefined: foo`,
			"main.go:14:19: too many arguments in call to f\n\thave (number, number)\n\twant (int)",
		}},
		{"more than ten", mainFile("package main\n\nfunc main() {\n" + strings.Repeat("\tx()\n", 150) + "}\n"), slices.Repeat([]string{"undefined: x"}, frame.MaxDiagnostics)},
		{"syntax", mainFile("package main\n\nfunc main() {\n\tx := := 3\n\tif {\n}\n"), []string{
			"main.go:4:7: syntax error: unexpected :=, expected expression", "main.go:5:2: syntax error: unexpected keyword if at end of statement"}},
		{"not Go", mainFile("print(\"hello\")\n"), []string{"main.go:1:1: expected 'package', found print"}},
		{"nothing", mainFile(""), []string{"main.go:1:1: expected 'package', found 'EOF'"}},
		{"another package", mainFile("package shapes\n"), []string{`main.go:1:1: package shapes is not a main package: a program that can be run begins with "package main"`}},
		{"two packages", []frame.File{{Name: "a.go", Text: "package main\nfunc main() {}"}, {Name: "b.go", Text: "package b"}}, []string{
			"b.go:1:1: found packages main (a.go) and b (b.go): the files of a program belong to one package"}},
		{"no main", mainFile("package main\n"), []string{"main.go:1:1: function main is undeclared in the main package"}},
		{"excluded", []frame.File{{Name: "x_windows.go", Text: "package main\nfunc main() {}"}}, []string{"x_windows.go:1:1: build constraints, or import \"C\", exclude all Go files: programs run here as wasip1/wasm, without C"}},
		{"imports", mainFile("package main\n\nimport (\n\t\"fmt\"\n\t\"fnt\"\n\t\"github.com/a/b\"\n\t\"internal/abi\"\n\t\"./x\"\n\t\"net/http/cgi\"\n)\n\nfunc main() { fmt.Println() }\n"), []string{
			"main.go:5:2: package fnt is not in std",
			"main.go:6:2: github.com/a/b comes from outside Go's standard library; programs run here without a network, and only the standard library is there",
			"main.go:7:2: use of internal package internal/abi not allowed",
			"main.go:8:2: ./x: a program here is one folder, and cannot import another",
			"main.go:9:2: package net/http/cgi is not in std",
		}},
		{"embedding nothing", mainFile("package main\n\nimport _ \"embed\"\n\n//go:embed x.txt\nvar s string\n\n//go:embed ../y\nvar u string\n\nfunc main() { println(s, u) }\n"), []string{
			"main.go:5:12: pattern x.txt: no matching files found", "main.go:8:12: pattern ../y: invalid pattern syntax"}},
		{"embedding without the package", mainFile("package main\n\n//go:embed main.go\nvar s string\n\nfunc main() { println(s) }\n"), []string{`main.go:3:3: go:embed requires import "embed" (or import _ "embed", if package is not used)`}},
		{"a lie about lines", mainFile("package main\n\n//line /etc/passwd:7\nfunc main() { x() }\n"), []string{":7:0: undefined: x"}},
		{"a function of elsewhere", mainFile("package main\n\nfunc f()\n\nfunc main() { f() }\n"), []string{"main.go:3:6: missing function body"}},
		{"an import cycle with itself", mainFile("package main\n\nimport \"main\"\n\nfunc main() { main.main() }\n"), []string{"main.go:3:8: package main is not in std"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			into := t.TempDir()
			ds, err := b.Build(t.Context(), c.files, into)
			if err != nil {
				t.Fatal(err)
			}
			if len(ds) != len(c.want) {
				t.Fatalf("%d: %+v", len(ds), ds)
			}
			for i, d := range ds {
				got := fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
				if got != c.want[i] && d.Message != c.want[i] {
					t.Errorf("got  %q\nwant %q", got, c.want[i])
				}
				if d.Severity != "error" || strings.Contains(d.Message, shared) || strings.Contains(d.Message, root) {
					t.Errorf("%+v", d)
				}
			}
			if left, _ := os.ReadDir(into); len(left) > 0 {
				t.Errorf("left behind %v", left)
			}
		})
	}
}

func TestCache(t *testing.T) {
	b, steps := newBuilder(t, Config{})
	all := []string{"compile", "link", "translate"}
	build := func(files []frame.File, want []string) string {
		t.Helper()
		*steps = nil
		into := t.TempDir()
		if ds, err := b.Build(t.Context(), files, into); err != nil || len(ds) > 0 {
			t.Fatal(ds, err)
		}
		if !slices.Equal(*steps, want) {
			t.Errorf("took the steps %v, want %v", *steps, want)
		}
		wasm, err := os.ReadFile(filepath.Join(into, WasmFile))
		if native, _ := filepath.Glob(filepath.Join(into, NativeDir, "*", "*")); err != nil || !strings.HasPrefix(string(wasm), "\x00asm") || len(native) != 1 {
			t.Errorf("%v, %v", native, err)
		}
		return string(wasm)
	}
	p := fresh()
	first := build(p, all)
	if build(p, nil) != first {
		t.Error("another program came from the cache")
	}
	if data := append(slices.Clone(p), frame.File{Name: "data.txt", Text: "x"}); build(data, nil) != first {
		t.Error("what a program reads has changed the program")
	}
	embeds := append(fresh(), frame.File{Name: "embed.go", Text: "package main\n\nimport _ \"embed\"\n\n//go:embed *.txt\nvar s string\n"}, frame.File{Name: "a.txt", Text: "x"})
	build(embeds, all)
	embeds[2].Text = "y"
	build(embeds, all)
	embeds[2].Name = "b.txt"
	build(embeds, all)
	// Damaged in each of its files, it is built again, and then kept again.
	dir := filepath.Join(shared, "programs", programPrefix+ready{std: b.std}.key(p))
	native, _ := filepath.Glob(filepath.Join(dir, NativeDir, "*", "*"))
	for _, f := range append(native, filepath.Join(dir, WasmFile), filepath.Join(dir, sumsFile)) {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)/2] ^= 0x55
		if err := os.WriteFile(f, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if build(p, all) != first {
			t.Error("built another program")
		}
		build(p, nil)
	}
	if left, _ := filepath.Glob(filepath.Join(shared, "programs", workPrefix+"*")); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
}

func TestCacheBound(t *testing.T) {
	c := &cache{dir: t.TempDir(), limit: 2500}
	keep := func(name string, age time.Duration) {
		t.Helper()
		work, err := c.workFolder()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, WasmFile), []byte(strings.Repeat("x", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.put(name, work, t.TempDir()); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(c.dir, programPrefix+name), time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	keep("a", 3*time.Hour)
	keep("b", 2*time.Hour)
	if !c.get("a", t.TempDir()) { // and so a was used last
		t.Error("not there")
	}
	keep("c", 0)
	for name, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if c.get(name, t.TempDir()) != want {
			t.Errorf("%s: want %v", name, want)
		}
	}
	old := filepath.Join(c.dir, workPrefix+"old")
	if err := errors.Join(os.Mkdir(old, 0o700), os.Chtimes(old, time.Time{}, time.Now().Add(-2*workKept))); err != nil {
		t.Fatal(err)
	}
	c.limit = 0
	if err := c.tidy(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(c.dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

func TestPackTrouble(t *testing.T) {
	dir := t.TempDir()
	b, _ := newBuilder(t, Config{Pack: filepath.Join(dir, "x.pack"), Cache: filepath.Join(dir, "cache")})
	if _, err := b.Build(t.Context(), fresh(), dir); !errors.Is(err, toolchain.ErrMissing) {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.pack"), []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Build(t.Context(), fresh(), dir); !errors.Is(err, toolchain.ErrDamaged) {
		t.Error(err)
	}
	for _, cfg := range []Config{{}, {Pack: "x", Runner: "y"}, {Pack: "x", Cache: "y"}} {
		if _, err := New(cfg); err == nil {
			t.Errorf("accepted %+v", cfg)
		}
	}
	b, _ = newBuilder(t, Config{Runner: filepath.Join(dir, "none")})
	if _, err := b.Build(t.Context(), fresh(), dir); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestToolDamage damages the unpacked compiler, in the ways a disk does.
func TestToolDamage(t *testing.T) {
	cache := t.TempDir()
	b, steps := newBuilder(t, Config{Cache: cache})
	build := func() {
		t.Helper()
		if ds, err := b.Build(t.Context(), fresh(), t.TempDir()); err != nil || len(ds) > 0 {
			t.Fatal(ds, err)
		}
	}
	build()
	for _, f := range []string{b.tools.Compile, b.tools.Link, filepath.Join(b.tools.Dir, "lib", "runtime.a")} {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		clear(text[:1000])
		if err := os.WriteFile(f, text, 0o700); err != nil {
			t.Fatal(err)
		}
		*steps = nil
		build()
		if n := len(*steps); n <= 3 {
			t.Errorf("the damage of %s was not noticed: %v", f, *steps)
		}
	}
}

func TestBuildEnds(t *testing.T) {
	b, _ := newBuilder(t, Config{})
	if err := b.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	cause := errors.New("enough")
	for _, at := range []string{"compile", "link", "translate"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		b.built = func(step string) {
			if step == at {
				cancel(cause)
			}
		}
		if ds, err := b.Build(ctx, fresh(), t.TempDir()); !errors.Is(err, cause) || len(ds) > 0 {
			t.Errorf("%s: %v, %v", at, ds, err)
		}
		cancel(nil)
	}
	// In the middle of a tool, whatever that is doing.
	heavy := mainFile("package main\n\nfunc main() {\n" + strings.Repeat("\tprintln(1)\n", 60000) + "}\n")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	b.built = func(string) { time.AfterFunc(100*time.Millisecond, func() { cancel(cause) }) }
	if ds, err := b.Build(ctx, heavy, t.TempDir()); !errors.Is(err, cause) || len(ds) > 0 {
		t.Errorf("%v, %v", ds, err)
	}
}

// TestExports checks types with nothing but the pack.
func TestExports(t *testing.T) {
	p, err := toolchain.Open(pack)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	imp := importer.ForCompiler(token.NewFileSet(), "gc", p.Package)
	for path, name := range map[string]string{"fmt": "Println", "net/http": "Handler", "iter": "Seq", "testing": "T"} {
		pkg, err := imp.Import(path)
		if err != nil || pkg.Scope().Lookup(name) == nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
