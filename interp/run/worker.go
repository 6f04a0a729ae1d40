package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/jail"
)

// helloTimeout is how long a runner may take to get ready. It takes some ten
// milliseconds; a machine that is busy beyond reason may take longer.
const helloTimeout = 15 * time.Second

// Errors of starting a runner that no other mode would mend.
var (
	errMissing = errors.New("the part of the app that runs programs is missing")
	errVersion = errors.New("the part of the app that runs programs is of another version than the app")
	errSlow    = errors.New("the part of the app that runs programs did not get ready in time")
)

// worker is one runner process, good for one run.
type worker struct {
	cmd    *exec.Cmd
	dir    string
	report jail.Report

	stdin                 *os.File // write end
	stdout, stderr, crash *os.File // read ends
	control               *os.File // read end
	job                   *os.File // write end

	gone chan struct{} // closed when the process is no more
	mu   sync.Mutex
	dead bool // the process's number may belong to another
	hit  bool // kill came before the process ended by itself
}

// spawn starts a runner and waits until it is ready. ctx ends the waiting, not
// the worker. args are given to the runner besides those it always has.
func spawn(ctx context.Context, runner string, mode jail.Mode, args []string) (*worker, error) {
	exe, err := os.Open(runner)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errMissing, err)
	}
	defer exe.Close()
	w := &worker{gone: make(chan struct{})}
	if w.dir, err = makeFolder(); err != nil {
		return nil, err
	}
	if err := jail.Give(w.dir); err != nil {
		w.release()
		return nil, err
	}
	if err := w.start(exe, mode, args); err != nil {
		w.release()
		return nil, fmt.Errorf("start %s: %w", runner, err)
	}
	go func() {
		// How it ended is in cmd.ProcessState.
		_ = jail.Wait(w.cmd, func() {
			w.mu.Lock()
			w.dead = true
			w.mu.Unlock()
		})
		close(w.gone)
	}()
	if err := w.hello(ctx); err != nil {
		w.kill()
		<-w.gone
		w.release()
		return nil, err
	}
	return w, nil
}

// start makes the pipes and the process.
func (w *worker) start(exe *os.File, mode jail.Mode, args []string) (err error) {
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}()
	pipe := func(ours **os.File, weWrite bool) *os.File {
		if err != nil {
			return nil
		}
		var r, wr *os.File
		if r, wr, err = os.Pipe(); err != nil {
			return nil
		}
		if weWrite {
			*ours = wr
			theirs = append(theirs, r)
			return r
		}
		*ours = r
		theirs = append(theirs, wr)
		return wr
	}
	stdin, stdout := pipe(&w.stdin, true), pipe(&w.stdout, false)
	stderr, crash := pipe(&w.stderr, false), pipe(&w.crash, false)
	job, control := pipe(&w.job, true), pipe(&w.control, false)
	if err != nil {
		return fmt.Errorf("make pipes: %w", err)
	}
	w.cmd = &exec.Cmd{Path: exe.Name(), Args: []string{"thirdspace-runner"}, Env: []string{}}
	w.cmd.Stdin, w.cmd.Stdout, w.cmd.Stderr = stdin, stdout, crash
	jail.Prepare(w.cmd, mode)
	if err := hand(w.cmd, exe, job, control, stderr); err != nil {
		return err
	}
	w.cmd.Args = append(w.cmd.Args, "-mode", string(mode), "-dir", w.dir)
	w.cmd.Args = append(w.cmd.Args, args...)
	return jail.Start(w.cmd, mode)
}

// hello waits for the runner's first frame.
func (w *worker) hello(ctx context.Context) error {
	// A reader that waits on a process ends when the process does.
	ctx, cancel := context.WithTimeoutCause(ctx, helloTimeout, errSlow)
	defer cancel()
	defer context.AfterFunc(ctx, w.kill)()
	kind, _, body, err := frame.Read(w.control, frame.MaxHello)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		said := readCrash(w.crash).words
		return fmt.Errorf("the runner ended before it was ready: %s", frame.Cut(said))
	}
	if errors.Is(err, frame.ErrUnknownKind) || errors.Is(err, frame.ErrTooLong) || err == nil && kind != frame.KindHello {
		return errVersion
	}
	if err != nil {
		return fmt.Errorf("hear from the runner: %w", err)
	}
	h, err := frame.DecodeHello(body)
	if err != nil || h.Version != frame.Version {
		return errVersion
	}
	w.report = h.Report
	return nil
}

// kill ends the process, if it has not ended yet.
func (w *worker) kill() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return
	}
	w.hit = true
	jail.Kill(w.cmd.Process)
}

// killed reports whether kill came before the process ended.
func (w *worker) killed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hit
}

// alive reports whether the process is still there.
func (w *worker) alive() bool {
	select {
	case <-w.gone:
		return false
	default:
		return true
	}
}

// release closes the pipes and removes the folder. The process must be gone.
func (w *worker) release() {
	for _, f := range []*os.File{w.stdin, w.stdout, w.stderr, w.crash, w.control, w.job} {
		if f != nil {
			_ = f.Close()
		}
	}
	// A folder that cannot be removed is the system's to clean up.
	_ = os.RemoveAll(w.dir)
}

// anotherMode reports whether starting in a simpler mode might help: the system
// refused something, or the runner could not stand it. A machine that is merely
// short of something is not a reason to protect less.
func anotherMode(err error) bool {
	for _, no := range []error{errMissing, errVersion, errSlow, context.Canceled, syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, no) {
			return false
		}
	}
	return true
}
