package gc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"thirdspace/interp/frame"
)

// A program that was just built runs at once, for the runner translates what it
// needs while it runs. Should it be run again, it is better translated as a
// whole: that is done in the background, by a process that never runs it, as what
// a student's program can reach must not be kept for others.

// settleAfter is how long that waits: the program that is to run comes first, and
// one that is edited every second is never translated as a whole.
const settleAfter = time.Second

// errNewer ends the translation of a program when another is built.
var errNewer = errors.New("another program is built")

// settler translates the program that was built last.
type settler struct {
	after time.Duration
	wg    sync.WaitGroup
	mu    sync.Mutex
	stop  context.CancelCauseFunc // of what goes on, or nil
	ended bool
}

// interrupt ends what goes on.
func (s *settler) interrupt(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop(cause)
		s.stop = nil
	}
}

// begin has do done in a while, unless it is interrupted.
func (s *settler) begin(do func(context.Context)) {
	s.interrupt(errNewer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	ctx, stop := context.WithCancelCause(context.Background())
	s.stop = stop
	s.wg.Go(func() {
		defer stop(nil)
		select {
		case <-ctx.Done():
		case <-time.After(s.after):
			do(ctx)
		}
	})
}

// close ends what goes on, for good, and waits until it has ended.
func (s *settler) close() {
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.interrupt(context.Canceled)
	s.wg.Wait()
}

// settle translates a program that is kept, as a whole, in a while.
func (b *Builder) settle(key string) {
	b.settler.begin(func(ctx context.Context) {
		if err := b.translate(ctx, key); err != nil && ctx.Err() == nil {
			b.cfg.Log.Warn("a program could not be translated", "error", err)
		}
	})
}

func (b *Builder) translate(ctx context.Context, key string) error {
	work, err := b.cache.workFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	out := filepath.Join(work, outDir)
	if err := os.Mkdir(out, 0o700); err != nil {
		return err
	}
	if found, _ := b.cache.get(key, out); !found {
		return nil // removed meanwhile
	}
	b.built("translate")
	said, err := b.step(ctx, work, b.cfg.Runner, "-translate", filepath.Join(out, WasmFile), "-native", filepath.Join(out, NativeDir))
	if err != nil {
		return fmt.Errorf("translate the program: %w: %s", err, frame.Cut(said))
	}
	return b.cache.put(key, out, "")
}
