package run

import (
	"context"
	"errors"
	"sync"
	"time"

	"thirdspace/interp/frame"
)

// Why a run, or one attempt of it, was ended from outside.
var (
	errStopped   = errors.New("stopped")
	errTime      = errors.New("out of time")
	errCPU       = errors.New("out of processor time")
	errMemory    = errors.New("out of memory")
	errOutput    = errors.New("too much output")
	errForged    = errors.New("spoke on the control pipe")
	errSucceeded = errors.New("another engine goes on")
	errDropped   = errors.New("not needed after all")
	errDisk      = errors.New("too much on the disk")
)

// ErrEnded is returned by Write when the program has ended or its input was
// closed.
var ErrEnded = errors.New("the program does not read any more")

// Run is one program that runs, or waits for its turn to.
type Run struct {
	pool   *Pool
	prog   Program
	limits Limits
	events chan Event

	ctx    context.Context
	cancel context.CancelCauseFunc

	tape     *tape
	screen   *screen
	began    time.Time // when its turn came
	giveTurn func()
}

func newRun(ctx context.Context, p *Pool, prog Program, l Limits) *Run {
	r := &Run{pool: p, prog: prog, limits: l, events: make(chan Event, 64), tape: newTape()}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.screen = &screen{emit: r.emit, input: r.tape, kept: true}
	return r
}

// Events returns the channel of what happens, closed after the exit event.
func (r *Run) Events() <-chan Event { return r.events }

// Stop ends the run, at once and whatever it is doing. It does not wait; the
// exit event follows. It does nothing if the run has ended.
func (r *Run) Stop() { r.cancel(errStopped) }

// Write types into the program's standard input. What a pipe holds may be typed
// ahead; then it blocks until the program reads, at the latest until the run
// ends.
func (r *Run) Write(b []byte) (int, error) { return r.tape.Write(b) }

// CloseStdin tells the program that no more input comes.
func (r *Run) CloseStdin() error {
	r.tape.end()
	return nil
}

// drive takes the run from its start to its exit event.
func (r *Run) drive() {
	defer close(r.events)
	defer r.cancel(nil)
	defer r.tape.close()
	defer context.AfterFunc(r.pool.ctx, func() { r.cancel(errStopped) })()
	waits := func() { r.phase(PhaseWaiting) }
	if err := r.pool.turns.take(r.ctx, waits); err != nil {
		r.exit(Exit{Code: -1, Reason: ReasonStopped, Message: "The program was stopped before its turn came."})
		return
	}
	r.exit(r.turn())
}

// turn runs the program. The clock runs from here on, also while the program is
// checked and built and a worker gets ready.
func (r *Run) turn() Exit {
	r.began = time.Now()
	r.giveTurn = sync.OnceFunc(r.pool.turns.give)
	defer r.giveTurn()
	wall := time.AfterFunc(r.limits.Wall, func() { r.cancel(errTime) })
	defer wall.Stop()
	end, engine, why := r.perform()
	r.screen.end()
	exit := end.exit
	switch {
	case end.err == nil:
		r.explain(end)
	case r.ctx.Err() != nil:
		exit = ended(context.Cause(r.ctx), r.limits)
		exit.Wall = r.since()
	default:
		r.pool.cfg.Log.Error("a program could not be run", "error", end.err)
		exit = Exit{Code: -1, Reason: ReasonUnavailable, Message: unavailable(end.err), Wall: r.since()}
	}
	exit.Engine, exit.Why = engine, why
	return exit
}

// since is how long ago the run's turn came.
func (r *Run) since() time.Duration { return time.Since(r.began) }

func (r *Run) exit(e Exit) { r.emit(Event{Kind: KindExit, Exit: &e}) }

func (r *Run) phase(p string) { r.emit(Event{Kind: KindPhase, Phase: p}) }

// explain shows what Go would have said of a panic, and where it happened.
func (r *Run) explain(end ending) {
	for i := range end.diagnostics {
		r.emit(Event{Kind: KindDiagnostic, Diagnostic: &end.diagnostics[i]})
	}
	c := end.crash
	if end.exit.Reason != ReasonPanic {
		return
	}
	if s := c.goText(); s != "" && !c.shown {
		r.emit(Event{Kind: KindOutput, Stream: streamNames[stderr], Data: s})
	}
	if len(c.trace) > 0 {
		text, _ := c.panicked()
		line, column, exact := c.trace[0].in(text)
		text = "panic: " + frame.Cut(text)
		if fatal, ok := c.fatal(); ok {
			text = "fatal error: " + frame.Cut(fatal)
		}
		if !exact {
			text += " (somewhere in this function)"
		}
		r.emit(Event{Kind: KindDiagnostic, Diagnostic: &Diagnostic{
			File: c.trace[0].file, Line: line, Column: column, Severity: "error", Message: text,
		}})
	}
}

// emit delivers an event, however long that takes, unless the pool is closed and
// nobody reads.
func (r *Run) emit(e Event) {
	select {
	case r.events <- e:
	case <-r.pool.drop:
	}
}
