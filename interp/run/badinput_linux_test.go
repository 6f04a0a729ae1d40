package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBadInput gives the pool what it must refuse, each with a sentence that says
// why, before anything runs.
func TestBadInput(t *testing.T) {
	p := startPool(t, Config{Warm: 0})
	many := make([]File, 500)
	for i := range many {
		many[i] = File{Name: fmt.Sprintf("f%d.go", i), Text: "package main"}
	}
	named := func(name string) []File {
		return []File{{Name: "main.go", Text: hello}, {Name: name, Text: "x"}}
	}
	for name, c := range map[string]struct {
		files []File
		says  string
	}{
		"no files":            {nil, "no files"},
		"no Go":               {[]File{{Name: "a.txt", Text: "x"}}, "no Go file"},
		"not UTF-8":           {[]File{{Name: "main.go", Text: "package main\xff"}}, "not text in UTF-8"},
		"10 MB":               {[]File{{Name: "main.go", Text: "package main\n//" + strings.Repeat("x", 10<<20)}}, "larger than 1024 KiB"},
		"500 files":           {many, "500 files; at most 64"},
		"climbing out":        {named("../../etc/cron.d/x"), "must not contain /"},
		"an absolute path":    {named("/etc/x"), "must not contain /"},
		"a backslash":         {named(`..\..\x`), "must not contain"},
		"a drive":             {named("C:x"), "must not contain"},
		"another stream":      {named("main.go:hidden"), "must not contain"},
		"a device":            {named("CON"), "Windows keeps it"},
		"a device, extended":  {named("nul.txt"), "Windows keeps it"},
		"a port":              {named("Com1.tar.gz"), "Windows keeps it"},
		"a port, superscript": {named("lpt²"), "Windows keeps it"},
		"a trailing dot":      {named("x."), "end with a dot"},
		"a trailing space":    {named("x "), "end with a dot or a space"},
		"a hidden file":       {named(".importcfg"), "begin with a dot"},
		"a NUL byte":          {named("a\x00b"), "cannot be seen"},
		"right to left":       {named("a\u202egpj.go"), "cannot be seen"},
		"no name":             {named(""), "no name"},
		"a long name":         {named(strings.Repeat("x", 300)), "longer than 128"},
		"the same twice":      {named("MAIN.go"), "two files are called"},
	} {
		for _, engine := range []string{EngineYaegi, EngineGC} {
			_, err := p.Start(t.Context(), Program{Files: c.files, Engine: engine}, small)
			if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 500 {
				t.Errorf("%s, %s: %v", name, engine, err)
			}
		}
	}
	for _, ok := range []string{"comma.txt", "console.go", "null.go", "com10.txt", "com.txt", "lpt", "a.con"} {
		if err := (Program{Files: named(ok)}).Check(); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	if _, err := p.Start(t.Context(), Program{Files: source(hello).Files, Engine: "perl"}, small); err == nil {
		t.Error("an engine that does not exist was accepted")
	}
	goesOn(t, p)
}

// TestNotPrograms gives both engines text that is no program.
func TestNotPrograms(t *testing.T) {
	p := startPool(t, Config{Warm: 1, Pack: pack(t), Cache: attackCache()})
	for name, c := range map[string]struct{ src, says string }{
		"not Go":           {"#include <stdio.h>\nint main() { return 0; }", ""},
		"binary":           {"\x00\x01\x02\x03", ""},
		"empty":            {"", ""},
		"no package main":  {"package other\n\nfunc main() {}", "main"},
		"no main":          {"package main", "main"},
		"no such import":   {"package main\nimport \"nothing\"\nfunc main() { nothing.F() }", "nothing"},
		"not allowed":      {"package main\nimport \"internal/abi\"\nfunc main() { abi.X() }", "internal/abi"},
		"from outside":     {"package main\nimport \"github.com/x/y\"\nfunc main() { y.F() }", "github.com/x/y"},
		"another folder":   {"package main\nimport \"./y\"\nfunc main() { y.F() }", "./y"},
		"an absolute path": {"package main\nimport \"/etc/passwd\"\nfunc main() {}", "/etc/passwd"},
	} {
		for _, engine := range []string{EngineYaegi, EngineGC} {
			prog := source(c.src)
			prog.Engine = engine
			res := runIn(t, p, prog, small)
			if res.exit.Reason != ReasonCompile || len(res.diagnostics) == 0 || !strings.Contains(res.exit.Message, c.says) {
				t.Errorf("%s, %s: %+v", name, engine, res)
			}
		}
	}
	goesOn(t, p)
}

// TestBadPacks has packs that are damaged: the app goes on without.
func TestBadPacks(t *testing.T) {
	whole, err := os.ReadFile(pack(t))
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte{}, whole...)
	for i := len(flipped) / 2; i < len(flipped)/2+64; i++ {
		flipped[i] ^= 0xff
	}
	for name, text := range map[string][]byte{
		"empty": {}, "text": []byte("this is no pack"), "cut short": whole[:len(whole)-100], "half": whole[:len(whole)/2], "flipped": flipped,
	} {
		path := filepath.Join(t.TempDir(), "bad.pack")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		p := startPool(t, Config{Warm: 0, Pack: path, Cache: t.TempDir()})
		prog := source(hello)
		prog.Engine = EngineGC
		if res := runIn(t, p, prog, small); res.exit.Reason != ReasonUnavailable || !strings.Contains(res.exit.Message, "damaged") {
			t.Errorf("%s: %+v", name, res.exit)
		}
		goesOn(t, p)
	}
}
