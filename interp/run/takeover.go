package run

import (
	"context"
	"errors"
	"time"

	"thirdspace/interp/gc"
)

// busyFor is how much processor time a program in the quick engine has used when
// Go's own compiler begins to take it over. One that waits, for its input or for
// time to pass, is left where it is: no engine waits faster.
const busyFor = 250 * time.Millisecond

// perform runs the program in the engine that is chosen, or in both, and returns
// how it ended, in which engine, and why in that one.
func (r *Run) perform() (end ending, engine, why string) {
	c, err := r.choose()
	switch {
	case err != nil:
		return ending{err: err}, "", ""
	case c.wrong != nil:
		return c.wrong.ending(r.since()), "", "Go does not build it."
	case r.prog.engine() == EngineAuto && c.engine == EngineYaegi:
		return r.inTandem(c)
	case c.engine != EngineAuto:
		return r.alone(c.engine), c.engine, c.why
	}
	end = r.alone(EngineGC)
	if missing := noCompiler(end.err); missing != nil {
		why = "Go's own compiler cannot be used (" + missing.Error() + "). What the quick engine prints may differ from what Go prints."
		return r.alone(EngineYaegi), EngineYaegi, why
	}
	return end, EngineGC, c.why
}

// alone runs the program in one engine, which is to be believed whatever it does.
func (r *Run) alone(engine string) ending {
	r.screen.only()
	a := r.attempt(engine)
	a.alone = true
	return a.play()
}

// inTandem runs the program in the quick engine. If it takes long, Go's own
// compiler builds it meanwhile and takes it over; and it takes over what the
// quick engine fails at. Both together have one turn: a run that waits for its
// own does not wait longer because of it.
func (r *Run) inTandem(c choice) (ending, string, string) {
	quick := r.attempt(EngineYaegi)
	quick.busy = make(chan struct{})
	quickly := begin(quick)
	select {
	case end := <-quickly:
		return r.quick(end, c)
	case <-quick.busy:
	}
	for try := 0; try < takeOvers && r.screen.followable(c.verdict.Varies); try++ {
		second := r.second(c)
		second.quiet = true
		truly := begin(second)
		select {
		case end := <-quickly:
			if end.doubtful || !r.screen.settle(quick) {
				return r.decided(end, second, <-truly)
			}
			second.cancel(errDropped)
			<-truly
			return end, EngineYaegi, c.why
		case end := <-truly:
			if r.screen.conclude(second, end.proper()) {
				<-quickly
				return end, EngineGC, r.whyTaken(whyBusy)
			}
			if !tooBusy(end.err) {
				return r.quick(<-quickly, c)
			}
			r.pool.cfg.Log.Warn("a program could not be taken over", "error", end.err)
		}
	}
	return r.quick(<-quickly, c)
}

// takeOvers is how often it is tried to take one run over, on a machine that is
// too busy for it.
const takeOvers = 3

// tooBusy reports whether it may help to try again.
func tooBusy(err error) bool { return errors.Is(err, gc.ErrTooMuch) || errors.Is(err, errSlow) }

// quick is how the quick engine's attempt ended, unless Go's own compiler must
// run what it has failed at.
func (r *Run) quick(end ending, c choice) (ending, string, string) {
	if end.doubtful {
		return r.rescue(end, c)
	}
	return end, EngineYaegi, c.why
}

// begin plays an attempt in the background.
func begin(a *attempt) <-chan ending {
	end := make(chan ending, 1)
	go func() { end <- a.play() }()
	return end
}

// second is the attempt of Go's own compiler beside that of the quick engine.
func (r *Run) second(c choice) *attempt {
	a := r.attempt(EngineGC)
	a.late, a.varies = true, c.verdict.Varies
	return a
}

// rescue lets Go's own compiler run what the quick engine has failed at.
func (r *Run) rescue(end ending, c choice) (ending, string, string) {
	if r.ctx.Err() != nil || !r.screen.followable(c.verdict.Varies) {
		return end, EngineYaegi, whyNoReplay
	}
	second := r.second(c)
	return r.decided(end, second, second.play())
}

// decided says which of two attempts that have ended counts, the quick engine's
// being doubtful, or not in front any more.
func (r *Run) decided(quickly ending, second *attempt, truly ending) (ending, string, string) {
	counts := r.screen.conclude(second, truly.proper())
	switch missing := noCompiler(truly.err); {
	case counts && quickly.doubtful:
		return truly, EngineGC, r.whyTaken(whyFailed)
	case counts:
		return truly, EngineGC, r.whyTaken(whyBusy)
	case r.ctx.Err() != nil:
		return ending{err: context.Cause(r.ctx)}, EngineGC, whyFailed
	case missing != nil:
		return quickly, EngineYaegi, "The quick engine failed over it, and Go's own compiler cannot be used: " + missing.Error() + "."
	}
	return quickly, EngineYaegi, whyNoReplay
}

// proper reports whether the program ended as programs end, and was not ended.
func (e ending) proper() bool {
	return e.err == nil && (e.exit.Reason == ReasonDone || e.exit.Reason == ReasonFailed || e.exit.Reason == ReasonPanic)
}

// whyTaken is why the second engine's attempt counts.
func (r *Run) whyTaken(usually string) string {
	if r.screen.replaced() {
		return whyReplaced
	}
	return usually
}
