package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// of reads the comments of a package of the Go that runs this test.
func of(t *testing.T, importPath string) map[string]string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	p := listed{ImportPath: importPath, Dir: filepath.Join(strings.TrimSpace(string(root)), "src", importPath)}
	files, err := os.ReadDir(p.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			p.GoFiles = append(p.GoFiles, name)
		}
	}
	d, err := comments(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Encode(); err != nil {
		t.Error(err)
	}
	return d
}

func TestComments(t *testing.T) {
	for path, want := range map[string]map[string]string{
		"fmt":     {"": "Package fmt implements", "Println": "Println formats", "Stringer": "Stringer is", "State.Width": "Width returns", "State.Flag": "Flag reports"},
		"strings": {"Builder.WriteString": "WriteString appends", "NewReader": "NewReader returns", "Builder": "A Builder is"},
		"time":    {"Duration.Hours": "Hours returns", "RFC3339": "These are predefined", "Timer": "The Timer type"},
		"math":    {"Pi": "https://", "MaxInt8": "127"},
		"builtin": {"append": "The append built-in", "string": "string is", "error": "The error built-in"},
		"bufio":   {"ErrTooLong": "Errors returned", "Scanner": "Scanner provides"},
	} {
		got := of(t, path)
		for name, begins := range want {
			if !strings.Contains(got[name], begins) {
				t.Errorf("%s.%s: %.60q", path, name, got[name])
			}
		}
		if got["pp"] != "" || got["newPrinter"] != "" {
			t.Error("what cannot be used is told of")
		}
	}
}
