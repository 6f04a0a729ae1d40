package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"thirdspace/interp/toolchain"
)

type source = toolchain.Source

// left out of the library: what has no meaning where programs run, or is of use
// only to those who build Go itself.
var leftOut = []string{
	"net/http/cgi", "net/http/fcgi", // need processes and sockets
	"os/signal/internal/pty", "plugin", "runtime/cgo", "runtime/race", "log/syslog", "syscall/js",
}

// goCommand is the go command of the release that runs this program, in an
// environment in which nobody's settings change what it makes.
type goCommand struct{ dir string }

func (g *goCommand) run(env []string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = g.dir // no module, no workspace
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOWASM=", "GOFIPS140=off",
		"GOTOOLCHAIN=local", "GOWORK=off", "GO111MODULE=on", "GOENV=off", "GOAMD64=", "GOARM64=")
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return string(out), nil
}

// check refuses a go command of another release than this program was built with.
func (g *goCommand) check() error {
	v, err := g.run(nil, "env", "GOVERSION")
	if err != nil {
		return err
	}
	if v = strings.TrimSpace(v); v != runtime.Version() {
		return fmt.Errorf("the go command is %s, but this program was built with %s", v, runtime.Version())
	}
	return nil
}

// tools builds the compiler and the linker for the system the app will run on.
func (g *goCommand) tools(system, arch string) ([]source, error) {
	bin := filepath.Join(g.dir, "bin") + string(filepath.Separator)
	if _, err := g.run([]string{"GOOS=" + system, "GOARCH=" + arch},
		"build", "-trimpath", "-ldflags=-s -w", "-o", bin, "cmd/compile", "cmd/link"); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(bin)
	if err != nil {
		return nil, err
	}
	var s []source
	for _, f := range files {
		s = append(s, source{Name: "bin/" + f.Name(), Path: filepath.Join(bin, f.Name())})
	}
	return s, nil
}

// library compiles the standard library for WebAssembly.
func (g *goCommand) library() ([]source, error) {
	list, err := g.run([]string{"GOOS=wasip1", "GOARCH=wasm"},
		"list", "-trimpath", "-gcflags=all=-dwarf=false", "-export", "-f", "{{.ImportPath}}\t{{.Export}}", "std")
	if err != nil {
		return nil, err
	}
	var s []source
	for line := range strings.Lines(list) {
		path, file, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && file != "" && !slices.Contains(leftOut, path) { // without a file: tests, unsafe
			s = append(s, source{Name: "lib/" + path + ".a", Path: file})
		}
	}
	return s, nil
}

func create(w io.Writer, system, arch string, sources []source) error {
	return toolchain.Create(w, runtime.Version(), system, arch, sources)
}

// current reports whether the file is a pack of this release for that target.
// Opened with those of another system, a pack says what it is, no more.
func current(path, system, arch string) bool {
	return toolchain.Current(path, system, arch)
}
