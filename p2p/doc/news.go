package doc

import (
	"slices"
	"sync"
)

// maxTold bounds the updates of one document that wait to be told; beyond it only that the text is another is told.
const maxTold = 2 * MaxUpdates

// news hands changes to those who want them, in order, without making those wait who make them. Changes of one document
// that wait are put together, so that what waits is bounded by the number of documents.
type news struct {
	mu      sync.Mutex
	ready   *sync.Cond
	closed  bool
	waiting []*Change // one for each document, oldest first
	calling sync.Mutex
	hearers []*func(Change)
}

func newNews() *news {
	n := &news{}
	n.ready = sync.NewCond(&n.mu)
	return n
}

func (n *news) add(c Change) {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.waiting, func(w *Change) bool { return w.ID == c.ID })
	if i < 0 {
		n.waiting = append(n.waiting, &c)
	} else {
		n.waiting[i].join(c)
	}
	n.ready.Signal()
}

// join adds to w what happened after it.
func (w *Change) join(c Change) {
	if c.Caret != nil {
		w.Caret = c.Caret
	}
	switch {
	case c.Reset || w.Reset || c.Epoch != w.Epoch || len(w.Updates)+len(c.Updates) > maxTold:
		w.Reset = true
		w.Epoch, w.From, w.Updates = c.Epoch, c.From+len(c.Updates), nil
	default:
		w.Updates = slices.Concat(w.Updates, c.Updates)
	}
}

func (n *news) dispatch() {
	for {
		n.mu.Lock()
		for len(n.waiting) == 0 && !n.closed {
			n.ready.Wait()
		}
		batch := n.waiting
		n.waiting = nil
		n.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		n.calling.Lock()
		for _, c := range batch {
			for _, f := range n.hearers {
				(*f)(*c)
			}
		}
		n.calling.Unlock()
	}
}

func (n *news) subscribe(f func(Change)) (cancel func()) {
	n.calling.Lock()
	defer n.calling.Unlock()
	n.hearers = append(n.hearers, &f)
	return func() {
		n.calling.Lock()
		defer n.calling.Unlock()
		n.hearers = slices.DeleteFunc(n.hearers, func(h *func(Change)) bool { return h == &f })
	}
}

func (n *news) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	n.ready.Broadcast()
}
