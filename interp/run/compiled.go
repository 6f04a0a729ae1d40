package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc"
	"thirdspace/interp/jail"
	"thirdspace/interp/toolchain"
)

// packName is what the pack with Go's compiler is called where it lies beside
// the runner.
const packName = "thirdspace-go.pack"

// builder makes what compiles programs, or nothing if this user has nowhere to
// keep what it makes.
func builder(cfg Config) *gc.Builder {
	if cfg.Pack == "" {
		cfg.Pack = filepath.Join(filepath.Dir(cfg.Runner), packName)
	}
	if cfg.Cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			cfg.Log.Warn("programs cannot be compiled", "error", err)
			return nil
		}
		cfg.Cache = filepath.Join(dir, "thirdspace")
	}
	b, err := gc.New(gc.Config{Pack: cfg.Pack, Runner: cfg.Runner, Cache: cfg.Cache, Log: cfg.Log})
	if err != nil {
		cfg.Log.Warn("programs cannot be compiled", "error", err)
		return nil
	}
	return b
}

// prepareCompiler unpacks the compiler, which takes some seconds the first time, so
// that no run has to wait for it. The workers that are kept warm come first.
func (p *Pool) prepareCompiler() {
	if p.gc == nil {
		return
	}
	select {
	case <-p.first:
	case <-p.ctx.Done():
		return
	}
	// What goes wrong is told to who runs something.
	if err := p.gc.Prepare(p.ctx); err != nil && p.ctx.Err() == nil {
		p.cfg.Log.Warn("programs cannot be compiled", "error", err)
	}
}

// wrongError is a program that is not right.
type wrongError struct{ diagnostics []frame.Diagnostic }

func (*wrongError) Error() string { return "the program has errors" }

// wrong tells what is wrong with a program that was never run.
func (r *Run) wrong(e *wrongError, took time.Duration) Exit {
	for i := range e.diagnostics {
		d := Diagnostic(e.diagnostics[i])
		r.emit(Event{Kind: KindDiagnostic, Diagnostic: &d})
	}
	return Exit{Code: 1, Reason: ReasonCompile, Message: compileMessage(e.diagnostics, ""), Wall: took}
}

var errNoFolder = errors.New("there is no folder to keep compiled programs in")

// worker gets a worker ready for the run.
func (r *Run) worker() (*worker, error) {
	if r.prog.engine() == EngineYaegi {
		return r.pool.take(r.ctx)
	}
	if r.pool.gc == nil {
		return nil, errNoFolder
	}
	return r.pool.compiled(r.ctx, r.prog, r.limits)
}

// compiled builds a program and starts a worker that has it loaded. It returns a
// wrongError if the program is not right.
func (p *Pool) compiled(ctx context.Context, prog Program, l Limits) (*worker, error) {
	dir, err := makeFolder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // once loaded, it is not looked at again
	ds, err := p.gc.Build(ctx, prog.frames(), dir)
	if len(ds) > 0 {
		return nil, &wrongError{ds}
	}
	if err != nil {
		return nil, err
	}
	if err := jail.Give(dir); err != nil {
		return nil, err
	}
	return p.spawn(ctx, "-program", dir, "-memory", fmt.Sprint(l.Memory))
}

// notCompiled words why a program could not be compiled on this machine, or
// returns "" where it has another reason.
func notCompiled(err error) string {
	for _, known := range []error{toolchain.ErrMissing, toolchain.ErrDamaged, toolchain.ErrStale, toolchain.ErrTarget, gc.ErrTooMuch, errNoFolder} {
		if errors.Is(err, known) {
			return "The program cannot be compiled: " + known.Error() + "."
		}
	}
	return ""
}
