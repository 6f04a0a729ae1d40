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

// poll is how often memory and processor time are measured.
const poll = 20 * time.Millisecond

// boundSlack is how much more memory than the limit the system is told to give
// the process. What is reserved and not touched counts there, and does not here;
// of a compiled program's memory that is nearly all.
const boundSlack = 256 << 20

// linger is how long output may still come after the process has ended: it is in
// the pipes already.
const linger = time.Second

// attempt is a run's program in one of the engines, in one process. Usually a
// run makes one.
type attempt struct {
	run    *Run
	engine string
	ctx    context.Context
	cancel context.CancelCauseFunc

	alone  bool          // no other attempt is made
	late   bool          // another was begun before: this one starts behind it
	quiet  bool          // and still runs: nothing is said of this one, and there is no hurry
	varies bool          // what the program prints differs from run to run
	busy   chan struct{} // closed when it has kept the processor busy for a while; nil if nobody asks

	leads  atomic.Bool // it is in front on the screen
	input  *tapeReader
	output atomic.Int64 // bytes so far
	nonce  frame.Nonce
	said   answers
	words  lastWords // what the program's standard error said of how it ended
}

// ending is how an attempt ended.
type ending struct {
	exit        Exit
	crash       crash
	diagnostics []Diagnostic
	doubtful    bool  // the engine may have failed where Go does not
	err         error // why it never began; then the exit is empty
}

func (r *Run) attempt(engine string) *attempt {
	a := &attempt{run: r, engine: engine}
	a.ctx, a.cancel = context.WithCancelCause(r.ctx)
	return a
}

// play runs the program until it has ended and all of its output is on the
// screen.
func (a *attempt) play() ending {
	defer a.cancel(nil)
	w, err := a.worker()
	var wrong *wrongError
	if errors.As(err, &wrong) {
		return wrong.ending(a.run.since())
	}
	if err != nil {
		return ending{err: err}
	}
	defer w.release()
	defer context.AfterFunc(a.ctx, w.kill)()

	idle, before, _ := jail.Usage(w.cmd.Process.Pid)
	a.input = a.run.tape.reader()
	var printed, said, fed sync.WaitGroup
	var last crash
	said.Go(func() { last = readCrash(patient{w, w.crash}) })
	if !a.late {
		a.run.screen.begin(a)
	}
	if a.sendJob(w) != nil || a.late && !a.follow() {
		w.kill()
	} else {
		said.Go(func() { a.listen(w) })
		fed.Go(func() { a.feed(w) })
	}
	printed.Go(func() { a.stream(w, w.stdout, stdout) })
	printed.Go(func() { a.stream(w, w.stderr, stderr) })
	peak := max(idle, a.watch(w, before))

	took := a.run.since()
	a.input.close()
	_ = w.stdin.Close()
	w.hurry()
	fed.Wait()
	said.Wait()
	o := outcome{state: w.cmd.ProcessState, limits: a.run.limits, peak: peak, before: before, said: a.said}
	// The turn is for the next run then, whether or not anybody reads what this
	// one has printed.
	if a.leads.Load() && (a.alone || a.engine == EngineGC || !a.judge(w, o, last).doubtful) {
		a.run.giveTurn()
	}
	printed.Wait()
	if c, ok := a.words.crash(a.run.prog); ok && !last.broke() {
		last = c
	}
	end := a.judge(w, o, last)
	end.exit.Wall, end.exit.Memory = took, peak
	return end
}

// follow takes the attempt's place behind the one in front, or gives up.
func (a *attempt) follow() bool {
	ok := a.run.screen.follow(a, a.varies)
	if !ok {
		a.cancel(errDropped)
	}
	return ok
}

// judge says how it ended, as far as that is known.
func (a *attempt) judge(w *worker, o outcome, last crash) ending {
	o.crash = last
	// A program that was over before it could be ended has still printed too much.
	if cause := context.Cause(a.ctx); w.killed() || errors.Is(cause, errOutput) || errors.Is(cause, errForged) {
		o.cause = cause
	}
	return ending{exit: o.judge(), crash: last, diagnostics: told(a.said.diagnostics), doubtful: o.doubtful()}
}

// sendJob hands the program over.
func (a *attempt) sendJob(w *worker) error {
	if _, err := rand.Read(a.nonce[:]); err != nil {
		return fmt.Errorf("make a nonce: %w", err)
	}
	l := a.run.limits
	body, err := frame.Encode(frame.Job{
		Nonce: hex.EncodeToString(a.nonce[:]), Files: a.run.prog.frames(), CPU: l.CPU, Memory: l.Memory,
		Args: a.run.prog.args(), OneOut: a.run.prog.Tests != nil,
	})
	if err != nil {
		return err
	}
	if err := jail.Bound(w.cmd.Process, l.Memory+boundSlack, l.CPU+time.Second); err != nil {
		return err
	}
	return errors.Join(frame.Write(w.job, frame.KindJob, frame.Nonce{}, body), w.job.Close())
}

// feed types into the program what was typed into the run.
func (a *attempt) feed(w *worker) {
	if _, err := io.Copy(w.stdin, a.input); errors.Is(err, errLost) {
		a.cancel(errDropped)
	}
	// The program has closed its input, or there is no more.
	if a.alone {
		a.input.refuse()
	}
	_ = w.stdin.Close()
}

// watch measures the process until it is gone and ends it when it uses too much.
// It returns the most memory seen.
func (a *attempt) watch(w *worker, before time.Duration) (peak int64) {
	t := time.NewTicker(poll)
	defer t.Stop()
	busy := a.busy
	onDisk := !w.report.On(jail.FeatureRoot) // on the person's, which is not bounded
	for {
		if memory, cpu, ok := jail.Usage(w.cmd.Process.Pid); ok && w.alive() {
			peak = max(peak, memory)
			switch cpu -= before; {
			case memory > a.run.limits.Memory:
				a.cancel(errMemory)
			case cpu > a.run.limits.CPU:
				a.cancel(errCPU)
			case busy != nil && cpu > busyFor:
				close(busy)
				busy = nil
			}
		}
		if onDisk && jail.Overfull(w.dir) {
			a.cancel(errDisk)
		}
		select {
		case <-w.gone:
			return peak
		case <-t.C:
		}
	}
}

// stream passes on what the program prints, as it comes, up to the limit.
func (a *attempt) stream(w *worker, f *os.File, s int) {
	buf := make([]byte, 32<<10)
	for {
		n, err := patient{w, f}.Read(buf)
		if left := a.run.limits.Output - a.output.Add(int64(n)); left < 0 {
			a.cancel(errOutput)
			n = int(max(0, int64(n)+left))
		}
		if a.engine == EngineGC && s == a.run.prog.lastWordsOn() {
			a.words.add(buf[:n])
		}
		a.run.screen.print(a, s, buf[:n])
		if err != nil {
			return
		}
	}
}
