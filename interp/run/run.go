package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/jail"
)

// Why a run was ended from outside.
var (
	errStopped = errors.New("stopped")
	errTime    = errors.New("out of time")
	errCPU     = errors.New("out of processor time")
	errMemory  = errors.New("out of memory")
	errOutput  = errors.New("too much output")
	errForged  = errors.New("spoke on the control pipe")
	errDisk    = errors.New("too much on the disk")
)

// ErrEnded is returned by Write when the program has ended or its input was
// closed.
var ErrEnded = errors.New("the program does not read any more")

// poll is how often memory and processor time are measured.
const poll = 20 * time.Millisecond

// boundSlack is how much more memory than the limit the system is told to give
// the process. What is reserved and not touched counts there, and does not here;
// of a compiled program's memory that is nearly all.
const boundSlack = 256 << 20

// linger is how long output may still come after the process has ended: it is in
// the pipes already.
const linger = time.Second

// Run is one program that runs, or waits for its turn to.
type Run struct {
	pool   *Pool
	prog   Program
	limits Limits
	events chan Event

	ctx    context.Context
	cancel context.CancelCauseFunc

	input  *io.PipeReader // what was typed, on its way to the program
	typed  *io.PipeWriter
	output atomic.Int64 // bytes so far
	nonce  frame.Nonce
	said   answers
	words  lastWords // what the program's standard error said of how it ended
}

func newRun(ctx context.Context, p *Pool, prog Program, l Limits) *Run {
	r := &Run{pool: p, prog: prog, limits: l, events: make(chan Event, 64)}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	r.input, r.typed = io.Pipe()
	return r
}

// Events returns the channel of what happens, closed after the exit event.
func (r *Run) Events() <-chan Event { return r.events }

// Stop ends the run, at once and whatever it is doing. It does not wait; the
// exit event follows. It does nothing if the run has ended.
func (r *Run) Stop() { r.cancel(errStopped) }

// Write types into the program's standard input. It blocks while the program
// reads nothing and the pipe to it is full, at the latest until the run ends;
// before the program's turn it blocks too.
func (r *Run) Write(b []byte) (int, error) { return r.typed.Write(b) }

// CloseStdin tells the program that no more input comes.
func (r *Run) CloseStdin() error { return r.typed.Close() }

// drive takes the run from its start to its exit event.
func (r *Run) drive() {
	defer close(r.events)
	defer r.cancel(nil)
	defer r.input.CloseWithError(ErrEnded)
	defer context.AfterFunc(r.pool.ctx, func() { r.cancel(errStopped) })()
	if err := r.pool.turns.take(r.ctx); err != nil {
		r.exit(Exit{Code: -1, Reason: ReasonStopped, Message: "The program was stopped before its turn came."})
		return
	}
	r.exit(r.turn())
}

func (r *Run) exit(e Exit) {
	e.Engine = r.prog.engine()
	r.emit(Event{Kind: KindExit, Exit: &e})
}

// turn runs the program in a worker. The clock runs from here on, also while the
// program is built and a worker gets ready.
func (r *Run) turn() Exit {
	begin := time.Now()
	giveTurn := sync.OnceFunc(r.pool.turns.give)
	defer giveTurn()
	wall := time.AfterFunc(r.limits.Wall, func() { r.cancel(errTime) })
	defer wall.Stop()

	w, err := r.worker()
	var wrong *wrongError
	if errors.As(err, &wrong) {
		return r.wrong(wrong, time.Since(begin))
	}
	if err != nil {
		if r.ctx.Err() != nil {
			return ended(context.Cause(r.ctx), r.limits)
		}
		r.pool.cfg.Log.Error("a program could not be run", "error", err)
		return Exit{Code: -1, Reason: ReasonUnavailable, Message: unavailable(err)}
	}
	defer w.release()
	defer context.AfterFunc(r.ctx, w.kill)()

	_, before, _ := jail.Usage(w.cmd.Process.Pid)
	var readers sync.WaitGroup
	var last crash
	readers.Go(func() { r.stream(w, w.stdout, "stdout") })
	readers.Go(func() { r.stream(w, w.stderr, "stderr") })
	readers.Go(func() { last = readCrash(patient{w, w.crash}) })
	var input sync.WaitGroup
	if err := r.sendJob(w); err != nil {
		w.kill()
	} else {
		readers.Go(func() { r.listen(w) })
		input.Go(func() { r.feed(w) })
	}
	peak := r.watch(w, before)

	took := time.Since(begin)
	wall.Stop()
	giveTurn()
	r.input.CloseWithError(ErrEnded)
	_ = w.stdin.Close()
	w.hurry()
	input.Wait()
	readers.Wait()
	if c, ok := r.words.crash(r.prog); ok && !last.broke() {
		last = c
	}

	o := outcome{state: w.cmd.ProcessState, limits: r.limits, peak: peak, before: before, crash: last, said: r.said}
	// A program that was over before it could be ended has still printed too much.
	if cause := context.Cause(r.ctx); w.killed() || errors.Is(cause, errOutput) || errors.Is(cause, errForged) {
		o.cause = cause
	}
	exit := o.judge()
	exit.Wall, exit.Memory = took, peak
	r.explain(exit, last)
	return exit
}

// sendJob hands the program over.
func (r *Run) sendJob(w *worker) error {
	if _, err := rand.Read(r.nonce[:]); err != nil {
		return fmt.Errorf("make a nonce: %w", err)
	}
	body, err := frame.Encode(frame.Job{
		Nonce: hex.EncodeToString(r.nonce[:]), Files: r.prog.frames(), CPU: r.limits.CPU, Memory: r.limits.Memory,
	})
	if err != nil {
		return err
	}
	if err := jail.Bound(w.cmd.Process, r.limits.Memory+boundSlack, r.limits.CPU+time.Second); err != nil {
		return err
	}
	return errors.Join(frame.Write(w.job, frame.KindJob, frame.Nonce{}, body), w.job.Close())
}

// feed types into the program what was typed into the run.
func (r *Run) feed(w *worker) {
	_, _ = io.Copy(w.stdin, r.input)
	// The program has closed its input, or there is no more.
	r.input.CloseWithError(ErrEnded)
	_ = w.stdin.Close()
}

// watch measures the process until it is gone and ends it when it uses too much.
// It returns the most memory seen.
func (r *Run) watch(w *worker, before time.Duration) (peak int64) {
	t := time.NewTicker(poll)
	defer t.Stop()
	onDisk := !w.report.On(jail.FeatureRoot) // on the person's, which is not bounded
	for {
		if memory, cpu, ok := jail.Usage(w.cmd.Process.Pid); ok && w.alive() {
			peak = max(peak, memory)
			switch {
			case memory > r.limits.Memory:
				r.cancel(errMemory)
			case cpu-before > r.limits.CPU:
				r.cancel(errCPU)
			}
		}
		if onDisk && jail.Overfull(w.dir) {
			r.cancel(errDisk)
		}
		select {
		case <-w.gone:
			return peak
		case <-t.C:
		}
	}
}

// stream passes on what the program prints, as it comes, up to the limit.
func (r *Run) stream(w *worker, f *os.File, name string) {
	var t text
	show := func(s string) {
		if s != "" {
			r.emit(Event{Kind: KindOutput, Stream: name, Data: s})
		}
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := patient{w, f}.Read(buf)
		if left := r.limits.Output - r.output.Add(int64(n)); left < 0 {
			r.cancel(errOutput)
			n = int(max(0, int64(n)+left))
		}
		if name == "stderr" && r.prog.engine() == EngineGC {
			r.words.add(buf[:n])
		}
		show(t.take(buf[:n]))
		if err != nil {
			show(t.end())
			return
		}
	}
}

// explain shows what Go would have said of a panic, and where it happened.
func (r *Run) explain(e Exit, c crash) {
	for i := range r.said.diagnostics {
		d := Diagnostic(r.said.diagnostics[i])
		r.emit(Event{Kind: KindDiagnostic, Diagnostic: &d})
	}
	if e.Reason != ReasonPanic {
		return
	}
	if s := c.goText(); s != "" && !c.shown {
		r.emit(Event{Kind: KindOutput, Stream: "stderr", Data: s})
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
