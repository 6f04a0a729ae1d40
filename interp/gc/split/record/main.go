// Record finds out which functions of Go's library and runtime run in programs
// like those that learners write, and writes it down for package split:
//
//	go generate ./interp/gc/split
//
// It builds the programs of the folder testdata, each in a folder of its own,
// for wasip1/wasm with the go command, and runs them. Those that end in a panic
// or the like are marked in the list. It is to be run when the programs change
// or with a new Go release; what is out of date makes programs start later, and
// has no other effect.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"thirdspace/interp/gc/split"
)

// programs are the folders of testdata. The first is what every program does:
// start, print, end. Those with an exclamation mark are not usual.
var programs = []string{
	"hello", "values", "text", "collections", "concurrency", "input", "errors", "numbers", "times", "files", "json", "tests",
	"!memory", "!panic", "!deadlock", "!overflow", "!fatal",
}

func main() {
	out := flag.String("o", "", "the file to write")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func write(out string) error {
	_, self, _, _ := runtime.Caller(0)
	packages, err := library()
	if err != nil {
		return err
	}
	seen := map[string]uint64{}
	for i, name := range programs {
		dir := filepath.Join(filepath.Dir(self), "testdata", strings.TrimPrefix(name, "!"))
		names, err := record(context.Background(), dir)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("%s: %d functions\n", name, len(names))
		for _, n := range names {
			if pkg, _, dot := strings.Cut(n, "."); !dot || packages[pkg] {
				seen[split.Key(n)] |= 1 << i
			}
		}
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, strings.Join(programs, " "))
	fmt.Fprintln(&b, strings.Join(slices.Sorted(maps.Keys(packages)), " "))
	for _, n := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(&b, "%x %s\n", seen[n], n)
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// library lists what names of functions of the library begin with.
func library() (map[string]bool, error) {
	text, err := goCommand("", "list", "std")
	if err != nil {
		return nil, err
	}
	all := map[string]bool{"type_": true, "go_": true}
	for _, p := range strings.Fields(text) {
		all[strings.NewReplacer("/", "_", "-", "_").Replace(p)] = true
		// A package's own dots are escaped in symbols.
	}
	return all, nil
}

// build builds the program in the folder and returns its file.
func build(dir, to string) error {
	args := []string{"build"}
	if tests, _ := filepath.Glob(filepath.Join(dir, "*_test.go")); len(tests) > 0 {
		args = []string{"test", "-c", "-vet=off"}
	}
	_, err := goCommand(dir, append(args, "-trimpath", "-ldflags=-w", "-o", to, ".")...)
	return err
}

func goCommand(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=")
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, said.String())
	}
	return out.String(), nil
}
