package link

import (
	"context"
	"sync"
)

// mailbox passes things from one goroutine that must not wait to another that may. When it is full the oldest go.
type mailbox[T any] struct {
	mu      sync.Mutex
	items   []T
	sizes   int
	limit   int         // of items
	bytes   int         // of their sizes together
	size    func(T) int // nil: items have no size
	dropped int
	ready   chan struct{} // holds one token when there is something to take
}

func newMailbox[T any](limit, bytes int, size func(T) int) *mailbox[T] {
	return &mailbox[T]{limit: limit, bytes: bytes, size: size, ready: make(chan struct{}, 1)}
}

// put never waits.
func (m *mailbox[T]) put(v T) {
	m.mu.Lock()
	m.items = append(m.items, v)
	m.sizes += m.sizeOf(v)
	for len(m.items) > m.limit || m.sizes > m.bytes && len(m.items) > 1 {
		m.sizes -= m.sizeOf(m.items[0])
		m.items = m.items[1:]
		m.dropped++
	}
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take waits for the next ones and returns all that there are, and how many were dropped before them.
func (m *mailbox[T]) take(ctx context.Context) (items []T, dropped int, err error) {
	for {
		m.mu.Lock()
		items, dropped = m.items, m.dropped
		m.items, m.sizes, m.dropped = nil, 0, 0
		m.mu.Unlock()
		if len(items) > 0 {
			return items, dropped, nil
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-m.ready:
		}
	}
}

func (m *mailbox[T]) sizeOf(v T) int {
	if m.size == nil {
		return 0
	}
	return m.size(v)
}
