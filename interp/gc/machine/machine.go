// Package machine runs the WebAssembly that package gc makes of Go programs,
// with github.com/tetratelabs/wazero, which turns it into code of this machine.
//
//	machine.Translate(ctx, wasm, native)  // slow part, once for each program, in a process of its own
//	m, err := machine.Load(wasm, library, native, memory)
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

	"thirdspace/interp/gc/base"
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
	code, err := os.ReadFile(wasm)
	if err != nil {
		return fmt.Errorf("translate the program: %w", err)
	}
	m, err := empty(ctx, native, maxPages)
	if err != nil {
		return err
	}
	needs, err := base.NeedsOf(code)
	if err != nil {
		return fmt.Errorf("translate the program: %w", err)
	}
	if needs != nil {
		if _, err := m.translate(ctx, needs.Values); err != nil {
			return err
		}
	}
	if _, err := m.translate(ctx, code); err != nil {
		return err
	}
	return m.Close()
}

// TranslateLibrary translates the module of a base and leaves the translation in
// the folder native as that of its shell. What a module does is of no interest to
// who has its translation, and a shell is read in a fraction of the time.
func TranslateLibrary(ctx context.Context, module, shell, native string) error {
	real := native + "-real"
	if err := Translate(ctx, module, real); err != nil {
		return err
	}
	defer os.RemoveAll(real)
	if err := Translate(ctx, shell, native); err != nil {
		return err
	}
	from, err := only(real)
	if err != nil {
		return err
	}
	to, err := only(native)
	if err != nil {
		return err
	}
	code, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("keep the translation of the library: %w", err)
	}
	// Not moved: who is locked in may not move files from folder to folder.
	if err := os.WriteFile(to, code, 0o600); err != nil {
		return fmt.Errorf("keep the translation of the library: %w", err)
	}
	return nil
}

// only is the one file below a folder.
func only(dir string) (string, error) {
	all, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(all) != 1 {
		return "", fmt.Errorf("find the translation of the library: there are %d", len(all))
	}
	return all[0], nil
}

// Machine is a program ready to run.
type Machine struct {
	runtime wazero.Runtime
	program wazero.CompiledModule
	pages   uint32

	needs           *base.Needs // of the library; nil if the program is whole, and the rest as well
	library, values wazero.CompiledModule
}

// Load gets a program ready to run in a process that may use memory bytes. The
// file library is the shell of the base that the program was fitted to, if it was
// (package base). If native does not hold the translation of this program for this
// very machine, the program is translated again, which is slow; without that of the
// library, Run returns an error.
func Load(wasm, library, native string, memory int64) (*Machine, error) {
	pages := (memory - Overhead) / pageSize
	if pages <= 0 || pages > maxPages {
		return nil, fmt.Errorf("load the program: %d bytes of memory will not do", memory)
	}
	ctx := context.Background()
	m, err := empty(ctx, native, uint32(pages))
	if err != nil {
		return nil, err
	}
	code, err := os.ReadFile(wasm)
	if err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	if m.needs, err = base.NeedsOf(code); err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	if m.needs != nil {
		module, err := os.ReadFile(library)
		if err != nil {
			return nil, fmt.Errorf("load the program's library: %w", err)
		}
		if m.library, err = m.translate(ctx, module); err != nil {
			return nil, err
		}
		if m.values, err = m.translate(ctx, m.needs.Values); err != nil {
			return nil, err
		}
	}
	if m.program, err = m.translate(ctx, code); err != nil {
		return nil, err
	}
	return m, nil
}

// Close gives back what the machine has taken of this process. The process of a
// runner ends instead.
func (m *Machine) Close() error { return m.runtime.Close(context.Background()) }

// empty is a machine without a program.
func empty(ctx context.Context, native string, pages uint32) (*Machine, error) {
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
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, m.runtime); err != nil {
		return nil, fmt.Errorf("load the program: %w", err)
	}
	return m, nil
}

// translate gets a module ready, from its translation if there is one.
func (m *Machine) translate(ctx context.Context, module []byte) (wazero.CompiledModule, error) {
	c, err := m.runtime.CompileModule(experimental.WithCompilationWorkers(ctx, runtime.NumCPU()), module)
	if err != nil {
		return nil, fmt.Errorf("translate the program: %w", err)
	}
	return c, nil
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

// start runs the program until it ends. If it was fitted to a base, that is what
// has the memory and talks to the host.
func (m *Machine) start(ctx context.Context, config wazero.ModuleConfig) error {
	if m.needs != nil {
		if err := m.supply(ctx, config); err != nil {
			return fmt.Errorf("load the program's library: %w", err)
		}
		config = wazero.NewModuleConfig()
	}
	_, err := m.runtime.InstantiateModule(ctx, m.program, config.WithName("program"))
	return err
}

// supply gets the library ready for the program.
func (m *Machine) supply(ctx context.Context, config wazero.ModuleConfig) error {
	if _, err := m.runtime.InstantiateModule(ctx, m.values, wazero.NewModuleConfig().WithName(base.ValuesName)); err != nil {
		return err
	}
	library, err := m.runtime.InstantiateModule(ctx, m.library, config.WithName(base.ModuleName).WithStartFunctions())
	if err != nil {
		return err
	}
	memory, filled := library.ExportedMemory(base.MemoryName), library.ExportedFunction(base.FilledName)
	if memory == nil || filled == nil {
		return errors.New("it is another")
	}
	if _, err := filled.Call(ctx); err != nil {
		return errors.New("its translation is missing")
	}
	if size := memory.Size() / pageSize; m.needs.Pages > size {
		if _, ok := memory.Grow(m.needs.Pages - size); !ok {
			return fmt.Errorf("there is not enough memory for its %d pages", m.needs.Pages)
		}
	}
	return nil
}
