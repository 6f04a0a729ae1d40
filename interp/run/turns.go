package run

import (
	"context"
	"slices"
	"sync"
)

// turns lets a number of runs go on at once and the others wait, first come
// first served.
type turns struct {
	mu      sync.Mutex
	free    int
	waiting []chan struct{}
}

// take waits for a turn, and tells of it if it must. After an error there is none
// to give back.
func (t *turns) take(ctx context.Context, waits func()) error {
	t.mu.Lock()
	if t.free > 0 && len(t.waiting) == 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	t.waiting = append(t.waiting, mine)
	t.mu.Unlock()
	waits()
	select {
	case <-mine:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	i := slices.Index(t.waiting, mine)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 { // it came at the same moment
		t.give()
	}
	return context.Cause(ctx)
}

// give hands a turn to the one who has waited longest.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.free++
		return
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
}
