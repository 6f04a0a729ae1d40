// Command toolchain packs Go's own compiler, linker and standard library, with
// what is written about it, into one file for package interp/toolchain, from the
// Go that runs it:
//
//	go run ./build/toolchain -o build/bin/thirdspace-go.pack [-os GOOS] [-arch GOARCH]
//
// -os and -arch say where the app will run; the library is always compiled for
// wasip1/wasm, which is where programs of students run. If the file is there
// already and is what would be made, it is left alone, which takes a moment;
// making it takes a few minutes the first time and less after that, as Go keeps
// what it has compiled.
//
// The pack depends on nothing but the Go release, the target and this program.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

func main() {
	out := flag.String("o", "", "the pack to make")
	system := flag.String("os", runtime.GOOS, "the system the tools are for, as in GOOS")
	arch := flag.String("arch", runtime.GOARCH, "the machine the tools are for, as in GOARCH")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*out, *system, *arch); err != nil {
		fmt.Fprintln(os.Stderr, "build/toolchain:", err)
		os.Exit(1)
	}
}

func run(out, system, arch string) error {
	if current(out, system, arch) {
		return nil
	}
	dir, err := os.MkdirTemp("", "thirdspace-toolchain-")
	if err != nil {
		return fmt.Errorf("make a folder to work in: %w", err)
	}
	defer os.RemoveAll(dir)
	g := &goCommand{dir: dir}
	if err := g.check(); err != nil {
		return err
	}
	sources, err := g.tools(system, arch)
	if err != nil {
		return err
	}
	library, err := g.library()
	if err != nil {
		return err
	}
	docs, err := g.docs()
	if err != nil {
		return err
	}
	return write(out, system, arch, slices.Concat(sources, library, docs))
}

// write puts the pack in place when it is whole.
func write(out, system, arch string, sources []source) error {
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".pack-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := create(f, system, arch, sources); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), out)
}
