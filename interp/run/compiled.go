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

// wrongError is a program that is not right.
type wrongError struct{ diagnostics []Diagnostic }

func (*wrongError) Error() string { return "the program has errors" }

// ending is that of an attempt which found the program wrong before it ran.
func (e *wrongError) ending(took time.Duration) ending {
	exit := Exit{Code: 1, Reason: ReasonCompile, Message: compileMessage(e.diagnostics, ""), Wall: took}
	return ending{exit: exit, diagnostics: e.diagnostics}
}

var errNoFolder = errors.New("there is no folder to keep compiled programs in")

// worker gets a worker ready for the attempt.
func (a *attempt) worker() (*worker, error) {
	p, r := a.run.pool, a.run
	if a.engine == EngineYaegi {
		return p.take(a.ctx)
	}
	if p.gc == nil {
		return nil, errNoFolder
	}
	if a.quiet {
		return p.compiledLater(a.ctx, r.prog, r.limits)
	}
	r.phase(PhaseBuilding)
	w, err := p.compiled(a.ctx, r.prog, r.limits)
	if err == nil {
		r.phase(PhaseRunning)
	}
	return w, err
}

// compiledLater is compiled for a program that runs already: one at a time, so
// that what only makes something faster never slows down all the rest.
func (p *Pool) compiledLater(ctx context.Context, prog Program, l Limits) (*worker, error) {
	select {
	case p.later <- struct{}{}:
		defer func() { <-p.later }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	return p.compiled(ctx, prog, l)
}

// compiled builds a program and starts a worker that has it loaded. It returns a
// wrongError if the program is not right.
func (p *Pool) compiled(ctx context.Context, prog Program, l Limits) (*worker, error) {
	dir, err := makeFolder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) // once loaded, it is not looked at again
	ds, err := p.build(ctx, prog, dir)
	if len(ds) > 0 {
		return nil, &wrongError{told(ds)}
	}
	if err != nil {
		return nil, err
	}
	if err := jail.Give(dir); err != nil {
		return nil, err
	}
	return p.spawn(ctx, "-program", dir, "-memory", fmt.Sprint(l.Memory))
}

func (p *Pool) build(ctx context.Context, prog Program, dir string) ([]frame.Diagnostic, error) {
	if prog.Tests == nil {
		return p.gc.Build(ctx, prog.frames(), dir)
	}
	return p.gc.BuildTests(ctx, prog.frames(), frames(prog.Tests.Hidden), dir)
}

// notCompiled words why a program could not be compiled on this machine, or
// returns "" where it has another reason.
func notCompiled(err error) string {
	if err := noCompiler(err); err != nil {
		return "The program cannot be compiled: " + err.Error() + "."
	}
	if errors.Is(err, gc.ErrTooMuch) {
		return "The program cannot be compiled: " + gc.ErrTooMuch.Error() + "."
	}
	return ""
}

// noCompiler returns the error that means that Go's compiler cannot be used on
// this machine, if err is because of one.
func noCompiler(err error) error {
	for _, known := range []error{toolchain.ErrMissing, toolchain.ErrDamaged, toolchain.ErrStale, toolchain.ErrTarget, errNoFolder} {
		if errors.Is(err, known) {
			return known
		}
	}
	return nil
}
