// Package machine runs the WebAssembly that package gc makes of Go programs,
// with github.com/tetratelabs/wazero, which turns it into code of this machine.
//
//	m, err := machine.Load(wasm, native, memory)
//	code, err := m.Run(home, stdin, stdout, stderr)
//	machine.Translate(ctx, wasm, native)  // in a process of its own, so that it loads faster the next time
//
// It is for thirdspace-runner only: one machine runs one program, in a process
// that is locked in between Load and Run (package jail).
//
// What a program sees is what WASI preview 1 has: its three streams, the files
// below home as its root directory with /tmp besides, a clock, random numbers.
// There are no processes, no sockets but those Go's own library plays within the
// program, and no symbolic links, as those could lead out of home. Its time zone
// is UTC. The environment holds PWD and GOMEMLIMIT.
package machine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"thirdspace/interp/gc/split"
)

// Overhead is how much memory a process needs besides that of the program it
// runs: the translated code, and what runs it.
const Overhead = 96 << 20

// ownMemory is how much of that the Go runtime of the process itself may use
// before it looks for garbage all the time. The rest is for the translated code
// and the runner's binary.
const ownMemory = Overhead / 8 * 5

// Memory comes in pages; both are WebAssembly's own numbers.
const (
	pageSize = 64 << 10 // bytes
	maxPages = 1 << 16
)

// ErrStack is returned by Run when the program's calls went too deep.
var ErrStack = errors.New("stack overflow")

// Translate turns the program in the file wasm into code of this machine, as a
// whole, and leaves it in the folder native, which it makes. It works in the
// calling thread: there is no hurry.
func Translate(ctx context.Context, wasm, native string) error {
	m, err := load(ctx, wasm, native, maxPages)
	if err != nil {
		return err
	}
	return m.runtime.Close(ctx)
}

// Machine is a program ready to run.
type Machine struct {
	runtime wazero.Runtime
	program wazero.CompiledModule
	lazy    *lazy // nil if program is the whole of it
	pages   uint32
}

// Load gets a program ready to run in a process that may use memory bytes. If
// native does not hold the translation of this program for this very machine,
// the program is split, and what it needs is translated in memory: first what
// every program needs, the rest while it runs.
func Load(wasm, native string, memory int64) (*Machine, error) {
	pages := (memory - Overhead) / pageSize
	if pages <= 0 || pages > maxPages {
		return nil, fmt.Errorf("load the program: %d bytes of memory will not do", memory)
	}
	debug.SetMemoryLimit(ownMemory)
	ctx := withWorkers(context.Background())
	if all, err := os.ReadDir(native); err == nil && len(all) > 0 {
		return load(ctx, wasm, native, uint32(pages))
	}
	code, err := os.ReadFile(wasm)
	if err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	program, err := split.Split(code)
	if err != nil { // whole, then
		return load(ctx, wasm, "", uint32(pages))
	}
	m, err := machine(ctx, nil, uint32(pages))
	if err != nil {
		return nil, err
	}
	m.lazy = &lazy{runtime: m.runtime, program: program}
	if m.program, err = m.lazy.prepare(ctx); err != nil {
		return nil, fmt.Errorf("translate the program: %w", err)
	}
	return m, nil
}

// load gets a program ready as a whole, with the help of the translation in the
// folder native, if there is one; it is left there, if there is a folder.
func load(ctx context.Context, wasm, native string, pages uint32) (*Machine, error) {
	code, err := os.ReadFile(wasm)
	if err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	var cache wazero.CompilationCache
	if native != "" {
		if cache, err = wazero.NewCompilationCacheWithDir(native); err != nil {
			return nil, fmt.Errorf("load the program: %w", err)
		}
	}
	m, err := machine(ctx, cache, pages)
	if err != nil {
		return nil, err
	}
	if m.program, err = m.runtime.CompileModule(ctx, code); err != nil {
		return nil, fmt.Errorf("translate the program: %w", err)
	}
	return m, nil
}

// machine is one without a program. The memory is made as large as it may become
// at once, as growing it would copy it; what is not touched costs nothing.
// Nothing is compiled in for ending the program from within, as that makes it
// several times slower: the process is killed.
func machine(ctx context.Context, cache wazero.CompilationCache, pages uint32) (*Machine, error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(pages).WithMemoryCapacityFromMax(true)
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	m := &Machine{pages: pages, runtime: wazero.NewRuntimeWithConfig(ctx, config)}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	return m, nil
}

// Run runs the program to its end and returns its exit code. home must hold
// the folders FilesDir and TempDir. An error means that the program broke off
// without one.
func (m *Machine) Run(home string, stdin, stdout, stderr *os.File) (int, error) {
	files := wazero.NewFSConfig().(sysfs.FSConfig).
		WithSysFSMount(noLinks{sysfs.DirFS(filepath.Join(home, FilesDir))}, "/").(sysfs.FSConfig).
		WithSysFSMount(noLinks{sysfs.DirFS(filepath.Join(home, TempDir))}, "/tmp")
	config := wazero.NewModuleConfig().WithArgs("program").
		WithStdin(stdin).WithStdout(stdout).WithStderr(stderr).WithFSConfig(files).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithRandSource(rand.Reader).
		WithEnv("PWD", "/").WithEnv("GOMEMLIMIT", fmt.Sprint(int64(m.pages)*pageSize/8*7))
	err := m.start(context.Background(), config)
	var exit *sys.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return int(exit.ExitCode()), nil
	case strings.Contains(err.Error(), "stack overflow"):
		return 0, ErrStack
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return 0, errors.New(text)
}

// start runs the program until it ends.
func (m *Machine) start(ctx context.Context, config wazero.ModuleConfig) error {
	// The program's memory counts as this process's own, all of it and as in use.
	// Measured by it, no garbage would ever be enough.
	debug.SetMemoryLimit(int64(m.pages)*pageSize + ownMemory)
	if m.lazy != nil {
		return m.lazy.run(ctx, m.program, config)
	}
	_, err := m.runtime.InstantiateModule(ctx, m.program, config)
	return err
}
