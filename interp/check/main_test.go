package check_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"thirdspace/interp/check"
)

// std gives the export data of the Go that runs the tests.
var std exportFiles

// checker knows the standard library.
var checker *check.Checker

const goVersion = "go1.26"

func TestMain(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func prepare() (err error) {
	if std, err = exportsOfGo(); err != nil {
		return err
	}
	checker = check.New(std, goVersion)
	return nil
}

// exportFiles are files of export data by import path.
type exportFiles map[string]string

func (e exportFiles) Open(p string) (io.ReadCloser, error) {
	name, ok := e[p]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return os.Open(name)
}

func exportsOfGo() (exportFiles, error) {
	list := exec.Command("go", "list", "-export", "-json=ImportPath,Export", "std")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list the standard library: %w", err)
	}
	e := exportFiles{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); err == io.EOF {
			return e, nil
		} else if err != nil {
			return nil, fmt.Errorf("list the standard library: %w", err)
		}
		if p.Export != "" {
			e[p.ImportPath] = p.Export
		}
	}
}

func one(text string) []check.File { return []check.File{{Name: "main.go", Text: text}} }

// told writes a diagnostic as Go writes it.
func told(d check.Diagnostic) string {
	first, _, _ := strings.Cut(d.Message, "\n")
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, first)
}
