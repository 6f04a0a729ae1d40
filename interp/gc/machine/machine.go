// Package machine runs the WebAssembly that package gc makes of Go programs,
// with github.com/tetratelabs/wazero, which turns it into code of this machine.
//
//	machine.Translate(ctx, wasm, native)  // slow part, once for each program, in a process of its own
//	m, err := machine.Load(wasm, native, memory)
//	code, err := m.Run(home, args, stdin, stdout, stderr)
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
	"runtime"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

// Overhead is how much memory a process needs besides that of the program it
// runs: the translated code, and what runs it.
const Overhead = 96 << 20

// Memory comes in pages; both are WebAssembly's own numbers.
const (
	pageSize = 64 << 10 // bytes
	maxPages = 1 << 16
)

// ErrStack is returned by Run when the program's calls went too deep.
var ErrStack = errors.New("stack overflow")

// Translate turns the program in the file wasm into code of this machine and
// leaves it in the folder native, which it makes.
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
	pages   uint32
}

// Load gets a program ready to run in a process that may use memory bytes. If
// native does not hold the translation of this program for this very machine,
// the program is translated again, which is slow.
func Load(wasm, native string, memory int64) (*Machine, error) {
	pages := (memory - Overhead) / pageSize
	if pages <= 0 || pages > maxPages {
		return nil, fmt.Errorf("load the program: %d bytes of memory will not do", memory)
	}
	return load(context.Background(), wasm, native, uint32(pages))
}

func load(ctx context.Context, wasm, native string, pages uint32) (*Machine, error) {
	code, err := os.ReadFile(wasm)
	if err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	cache, err := wazero.NewCompilationCacheWithDir(native)
	if err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	// The memory is made as large as it may become at once, as growing it would
	// copy it; what is not touched costs nothing. Nothing is compiled in for
	// ending the program from within, as that makes it several times slower: the
	// process is killed.
	m := &Machine{pages: pages, runtime: wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().
		WithCompilationCache(cache).WithMemoryLimitPages(pages).WithMemoryCapacityFromMax(true))}
	ctx = experimental.WithCompilationWorkers(ctx, runtime.NumCPU())
	if m.program, err = m.runtime.CompileModule(ctx, code); err != nil {
		return nil, fmt.Errorf("translate the program: %w", err)
	}
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	return m, nil
}

// Run runs the program, with those arguments after its name, to its end and
// returns its exit code. home must hold the folders FilesDir and TempDir. An
// error means that the program broke off without one.
func (m *Machine) Run(home string, args []string, stdin, stdout, stderr *os.File) (int, error) {
	files := wazero.NewFSConfig().(sysfs.FSConfig).
		WithSysFSMount(noLinks{sysfs.DirFS(filepath.Join(home, FilesDir))}, "/").(sysfs.FSConfig).
		WithSysFSMount(noLinks{sysfs.DirFS(filepath.Join(home, TempDir))}, "/tmp")
	config := wazero.NewModuleConfig().WithArgs(append([]string{"program"}, args...)...).
		WithStdin(stdin).WithStdout(stdout).WithStderr(stderr).WithFSConfig(files).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithRandSource(rand.Reader).
		WithEnv("PWD", "/").WithEnv("GOMEMLIMIT", fmt.Sprint(int64(m.pages)*pageSize/8*7))
	_, err := m.runtime.InstantiateModule(context.Background(), m.program, config)
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
