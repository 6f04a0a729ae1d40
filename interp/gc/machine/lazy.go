package machine

import (
	"context"
	"fmt"
	"runtime"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"thirdspace/interp/gc/split"
)

// lazy is a program that was split: the primary runs, and groups of functions
// are translated when they are first called, in this process's memory. The
// process may be locked in by then: this needs no file.
type lazy struct {
	runtime wazero.Runtime
	program *split.Program
	loaded  []bool
	primary api.Module
}

// withWorkers has wazero translate on all processors.
func withWorkers(ctx context.Context) context.Context {
	return experimental.WithCompilationWorkers(ctx, runtime.NumCPU())
}

// prepare translates what is needed to start the program.
func (l *lazy) prepare(ctx context.Context) (wazero.CompiledModule, error) {
	load := api.GoModuleFunc(func(ctx context.Context, _ api.Module, stack []uint64) {
		if err := l.load(ctx, api.DecodeU32(stack[0])); err != nil {
			panic(err) // to whoever has called the program, as its error
		}
	})
	_, err := l.runtime.NewHostModuleBuilder(split.HostName).NewFunctionBuilder().
		WithGoModuleFunction(load, []api.ValueType{api.ValueTypeI32}, nil).Export(split.HostLoad).Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	return l.runtime.CompileModule(ctx, l.program.Primary())
}

// run runs the program from its beginning.
func (l *lazy) run(ctx context.Context, primary wazero.CompiledModule, config wazero.ModuleConfig) error {
	if err := l.open(ctx, primary, config); err != nil {
		return err
	}
	_, err := l.primary.ExportedFunction(split.Start).Call(ctx)
	return err
}

// open makes the program ready to be called.
func (l *lazy) open(ctx context.Context, primary wazero.CompiledModule, config wazero.ModuleConfig) error {
	l.loaded = make([]bool, l.program.Groups())
	var err error
	if l.primary, err = l.runtime.InstantiateModule(ctx, primary, config.WithName(split.PrimaryName).WithStartFunctions()); err != nil {
		return err
	}
	return l.instantiate(ctx, l.program.Hook())
}

// load loads a group, which puts its functions into the program's table, and
// raises its flag.
func (l *lazy) load(ctx context.Context, group uint32) error {
	if int64(group) >= int64(len(l.loaded)) {
		return fmt.Errorf("the program asks for a part %d of %d", group, len(l.loaded))
	}
	if l.loaded[group] {
		return nil
	}
	l.loaded[group] = true
	if err := l.instantiate(ctx, l.program.Group(int(group))); err != nil {
		return err
	}
	flag, ok := l.primary.ExportedGlobal(l.program.Flag(int(group))).(api.MutableGlobal)
	if !ok {
		return fmt.Errorf("the program has no part %d", group)
	}
	flag.Set(1)
	return nil
}

func (l *lazy) instantiate(ctx context.Context, wasm []byte) error {
	m, err := l.runtime.CompileModule(withWorkers(ctx), wasm)
	if err != nil {
		return fmt.Errorf("translate a part of the program: %w", err)
	}
	_, err = l.runtime.InstantiateModule(ctx, m, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return fmt.Errorf("load a part of the program: %w", err)
	}
	return nil
}
