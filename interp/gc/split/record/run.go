package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// seen notes which functions are called.
type seen map[string]bool

func (s seen) NewFunctionListener(d api.FunctionDefinition) experimental.FunctionListener {
	return experimental.FunctionListenerFunc(func(context.Context, api.Module, api.FunctionDefinition, []uint64, experimental.StackIterator) {
		s[d.Name()] = true
	})
}

// record runs the program in the folder, and returns the names of the functions
// that ran. How the program ends does not matter.
func record(ctx context.Context, dir string) ([]string, error) {
	work, err := os.MkdirTemp("", "thirdspace-record-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	wasm := filepath.Join(work, "program.wasm")
	if err := build(dir, wasm); err != nil {
		return nil, err
	}
	code, err := os.ReadFile(wasm)
	if err != nil {
		return nil, err
	}
	input, err := typed(filepath.Join(dir, "stdin.txt"))
	if err != nil {
		return nil, err
	}
	defer input.Close()
	// Pipes, as the runner's are: Go looks at what it is given.
	output, drained, err := drain()
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close(); <-drained }()
	s := seen{}
	ctx = experimental.WithCompilationWorkers(experimental.WithFunctionListenerFactory(ctx, s), runtime.NumCPU())
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithMemoryLimitPages(4096).WithMemoryCapacityFromMax(true))
	defer r.Close(ctx)
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, r); err != nil {
		return nil, err
	}
	m, err := r.CompileModule(ctx, code)
	if err != nil {
		return nil, err
	}
	config := wazero.NewModuleConfig().WithArgs("program", "-test.v").WithStdin(input).WithStdout(output).WithStderr(output).
		WithFSConfig(wazero.NewFSConfig().WithDirMount(work, "/").WithDirMount(work, "/tmp")).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep().WithRandSource(rand.Reader).WithEnv("PWD", "/").WithEnv("GOMEMLIMIT", "200MiB")
	_, err = r.InstantiateModule(ctx, m, config)
	if len(s) < 100 {
		return nil, fmt.Errorf("it did not run: %w", err)
	}
	return slices.Sorted(maps.Keys(s)), nil
}

// typed is a pipe out of which comes what is in a file, or nothing if there is no
// such file.
func typed(path string) (*os.File, error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = w.Write(text) // a few lines, which a pipe holds
	return r, errors.Join(err, w.Close())
}

// drain is a pipe from which everything is read, and what is closed when that is
// at its end.
func drain() (*os.File, <-chan struct{}, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, r)
		_ = r.Close()
	}()
	return w, done, nil
}
