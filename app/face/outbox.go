package face

import "sync"

// Bounds of what may wait for one page. A page that draws keeps the queue near empty; one that hangs fills it.
const (
	maxQueued      = 1024
	maxQueuedBytes = 32 << 20
)

// outbox is the bounded queue in front of one page. Putting in never waits.
type outbox[T any] struct {
	size func(T) int

	mu    sync.Mutex
	items []T
	bytes int
	wake  chan struct{} // holds one token while there may be something to take
}

func newOutbox[T any](size func(T) int) *outbox[T] {
	return &outbox[T]{size: size, wake: make(chan struct{}, 1)}
}

// put adds an item, or returns false when the queue is full.
func (o *outbox[T]) put(item T) bool {
	o.mu.Lock()
	n := o.size(item)
	full := len(o.items) >= maxQueued || (len(o.items) > 0 && o.bytes+n > maxQueuedBytes)
	if !full {
		o.items = append(o.items, item)
		o.bytes += n
	}
	o.mu.Unlock()
	if !full {
		o.ring()
	}
	return !full
}

// replace throws away what waits and leaves one item.
func (o *outbox[T]) replace(item T) {
	o.mu.Lock()
	o.items, o.bytes = []T{item}, o.size(item)
	o.mu.Unlock()
	o.ring()
}

// take removes the oldest item; false if there is none.
func (o *outbox[T]) take() (item T, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.items) == 0 {
		return item, false
	}
	var zero T
	item, o.items[0] = o.items[0], zero
	o.items = o.items[1:]
	o.bytes -= o.size(item)
	return item, true
}

func (o *outbox[T]) ring() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
