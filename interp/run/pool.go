package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"thirdspace/interp/check"
	"thirdspace/interp/gc"
	"thirdspace/interp/jail"
)

// Config is what a pool needs to know.
type Config struct {
	Runner   string       // path of the thirdspace-runner binary
	Pack     string       // path of the pack with Go's compiler; "" means thirdspace-go.pack beside Runner
	Cache    string       // folder for what the compiler needs and makes; "" means thirdspace in the user's cache folder
	Warm     int          // workers kept ready, 0 to 16
	Parallel int          // runs that go on at once; 0 means 4
	Log      *slog.Logger // nil for none

	// Checker finds programs wrong before they are run, and decides which the
	// quick engine may run; nil if there is none.
	Checker *check.Checker
}

// retryWarm is how long the pool waits before it tries again to get a worker
// ready after it could not.
const retryWarm = 5 * time.Second

// closeGrace is how long Close leaves callers to read the last events.
const closeGrace = time.Second

var errClosed = errors.New("the pool is closed")

// Pool runs programs, each in a runner process of its own.
type Pool struct {
	cfg   Config
	turns *turns
	gc    *gc.Builder   // nil if there is nowhere to keep what it makes
	later chan struct{} // holds one token, for who builds what runs already
	suits func([]check.File) check.Verdict

	ctx    context.Context // ends with Close
	cancel context.CancelCauseFunc
	drop   chan struct{} // closed when events need not be delivered any more
	wg     sync.WaitGroup

	kick  chan struct{} // a warm worker is wanted
	first chan struct{} // closed when it is known how well programs are locked in

	mu     sync.Mutex
	closed bool
	ready  []*worker
	modes  []jail.Mode // those still worth trying, best first
	known  bool
	report jail.Report
}

// NewPool makes a pool and begins to warm its workers in the background. A
// missing runner is not an error here: every run then says that it is.
func NewPool(cfg Config) (*Pool, error) { return newPool(cfg, jail.Modes()) }

func newPool(cfg Config, modes []jail.Mode) (*Pool, error) {
	if cfg.Runner == "" {
		return nil, errors.New("make a pool of runners: no runner given")
	}
	if cfg.Warm < 0 || cfg.Warm > 16 || cfg.Parallel < 0 {
		return nil, errors.New("make a pool of runners: impossible numbers of workers")
	}
	if cfg.Parallel == 0 {
		cfg.Parallel = 4
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	p := &Pool{
		cfg: cfg, turns: &turns{free: cfg.Parallel}, ctx: ctx, cancel: cancel, drop: make(chan struct{}),
		kick: make(chan struct{}, 1), first: make(chan struct{}), modes: modes, gc: builder(cfg),
	}
	p.later = make(chan struct{}, 1)
	if cfg.Checker != nil {
		p.suits = cfg.Checker.Suitable
	}
	p.wg.Go(p.keepWarm)
	p.wg.Go(p.prepareCompiler)
	return p, nil
}

// Protection tells how well programs are locked in on this machine. It waits
// until the first runner has been tried, some ten milliseconds after NewPool.
func (p *Pool) Protection() jail.Report {
	select {
	case <-p.first:
	case <-p.ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.report
}

// Close ends all runs and workers and returns when they are gone. It always
// returns nil, and may be called more than once.
func (p *Pool) Close() error {
	p.mu.Lock()
	again := p.closed
	p.closed = true
	p.mu.Unlock()
	if again {
		return nil
	}
	p.cancel(errClosed)
	t := time.AfterFunc(closeGrace, func() { close(p.drop) })
	p.wg.Wait()
	t.Stop()
	if p.gc != nil {
		_ = p.gc.Close() // it has written nothing
	}
	return nil
}

// Start begins a run. It returns an error if the program or the limits are not
// fit to be run (see Program.Check) or the pool is closed; everything else is
// told by the run's exit. The run ends when ctx does.
func (p *Pool) Start(ctx context.Context, prog Program, l Limits) (*Run, error) {
	if err := errors.Join(prog.Check(), l.check(prog.engine())); err != nil {
		return nil, err
	}
	// The lock keeps the group from growing while Close waits for it.
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	r := newRun(ctx, p, prog, l)
	p.wg.Go(r.drive)
	return r, nil
}

// keepWarm keeps the wanted number of workers ready until the pool is closed.
func (p *Pool) keepWarm() {
	defer p.retire()
	sweep()
	for {
		wait := time.Duration(-1)
		if !p.settled() {
			w, err := p.spawn(p.ctx)
			switch {
			case p.ctx.Err() != nil && err != nil:
				return
			case err != nil:
				p.cfg.Log.Warn("no runner could be got ready", "error", err)
				wait = retryWarm
			default:
				p.shelve(w)
				continue
			}
		}
		if !p.rest(wait) {
			return
		}
	}
}

// settled reports whether nothing needs to be spawned: enough workers are ready
// and the protection is known.
func (p *Pool) settled() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known && len(p.ready) >= p.cfg.Warm
}

// rest waits until a worker is wanted or, if d is not negative, for that long.
// It returns false when the pool is closed.
func (p *Pool) rest(d time.Duration) bool {
	var timer <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-p.kick:
		if d < 0 {
			return true
		}
		// Somebody runs programs while none can be: no faster than that.
		select {
		case <-timer:
		case <-p.ctx.Done():
			return false
		}
	case <-timer:
	case <-p.ctx.Done():
		return false
	}
	return true
}

// shelve keeps a worker ready, and sees to it that it is replaced if it dies.
func (p *Pool) shelve(w *worker) {
	if p.cfg.Warm == 0 { // it was made to learn how well programs are locked in
		w.kill()
		<-w.gone
		w.release()
		return
	}
	p.mu.Lock()
	p.ready = append(p.ready, w)
	p.mu.Unlock()
	p.wg.Go(func() {
		<-w.gone
		p.mu.Lock()
		i := slices.Index(p.ready, w)
		if i >= 0 {
			p.ready = slices.Delete(p.ready, i, i+1)
		}
		p.mu.Unlock()
		if i >= 0 {
			w.release()
			p.want()
		}
	})
}

// want asks for another warm worker.
func (p *Pool) want() {
	select {
	case p.kick <- struct{}{}:
	default:
	}
}

// take returns a worker that is ready, or makes one.
func (p *Pool) take(ctx context.Context) (*worker, error) {
	defer p.want()
	for {
		p.mu.Lock()
		if len(p.ready) == 0 {
			p.mu.Unlock()
			return p.spawn(ctx)
		}
		w := p.ready[0]
		p.ready = p.ready[1:]
		p.mu.Unlock()
		if w.alive() {
			return w, nil
		}
		w.release()
	}
}

// spawn starts a worker in the best mode that this system allows. A mode that
// was refused once is not tried again, so that what Protection says stays true.
// args are given to the runner.
func (p *Pool) spawn(ctx context.Context, args ...string) (*worker, error) {
	for {
		p.mu.Lock()
		modes := p.modes
		p.mu.Unlock()
		w, err := spawn(ctx, p.cfg.Runner, modes[0], args)
		if err == nil {
			p.learn(w.report)
			return w, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		if len(modes) == 1 || !anotherMode(err) {
			p.fail()
			return nil, err
		}
		p.cfg.Log.Warn("programs cannot be locked in as well as they should", "mode", string(modes[0]), "error", err)
		p.mu.Lock()
		if len(p.modes) == len(modes) {
			p.modes = modes[1:]
		}
		p.mu.Unlock()
	}
}

// learn notes what a runner reported.
func (p *Pool) learn(r jail.Report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.known && !r.Full {
		p.cfg.Log.Warn(r.Sentence())
	}
	p.report = r
	if !p.known {
		p.known = true
		p.open()
	}
}

// fail lets those go on who wait for Protection although nothing is known.
func (p *Pool) fail() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open()
}

func (p *Pool) open() {
	select {
	case <-p.first:
	default:
		close(p.first)
	}
}

// retire ends the workers that wait.
func (p *Pool) retire() {
	p.mu.Lock()
	ready := slices.Clone(p.ready)
	p.mu.Unlock()
	for _, w := range ready {
		w.kill()
	}
}

// unavailable words why no runner could be had.
func unavailable(err error) string {
	if s := notCompiled(err); s != "" {
		return s
	}
	switch {
	case errors.Is(err, errMissing):
		return "Programs cannot be run: thirdspace-runner, which belongs beside the app, is missing."
	case errors.Is(err, errVersion):
		return "Programs cannot be run: thirdspace-runner is of another version than the app. Install them together."
	case errors.Is(err, errSlow):
		return "Programs cannot be run just now: the machine is too busy. Try again."
	}
	return fmt.Sprintf("Programs cannot be run on this machine now: %v.", err)
}
