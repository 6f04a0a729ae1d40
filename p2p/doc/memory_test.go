package doc

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// memory is a Storage for tests. fail, when set, is the error of every save; saved is told of each.
type memory struct {
	mu      sync.Mutex
	docs    map[string]*storedDoc
	fail    error
	saves   int
	history int // updates ever saved
	written chan struct{}
}

type storedDoc struct {
	snap  Snapshot
	since []Update
}

func newMemory() *memory {
	return &memory{docs: make(map[string]*storedDoc), written: make(chan struct{}, 1)}
}

func (m *memory) Save(_ context.Context, batches []Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	defer signal(m.written)
	if m.fail != nil {
		return m.fail
	}
	m.saves++
	for _, b := range batches {
		d := m.docs[b.ID]
		if d == nil {
			d = &storedDoc{snap: Snapshot{ID: b.ID, Owner: b.Owner}}
			m.docs[b.ID] = d
		}
		m.history += len(b.Updates)
		if b.Snapshot != nil {
			d.snap, d.since = *b.Snapshot, nil
			continue
		}
		if b.Epoch != d.snap.Epoch || b.From != d.snap.Version+len(d.since) {
			panic("updates that do not continue what is saved")
		}
		d.since = append(d.since, b.Updates...)
	}
	return nil
}

func (m *memory) Load(_ context.Context, id string) (Snapshot, []Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d := m.docs[id]
	if d == nil {
		return Snapshot{}, nil, ErrNotStored
	}
	return d.snap, slices.Clone(d.since), nil
}

func (m *memory) List(context.Context) ([]Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var refs []Ref
	for id, d := range m.docs {
		refs = append(refs, Ref{ID: id, Owner: d.snap.Owner})
	}
	slices.SortFunc(refs, func(a, b Ref) int { return strings.Compare(a.ID, b.ID) })
	return refs, nil
}

func (m *memory) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

// copy is what is on the disk at this moment, as after a power cut.
func (m *memory) copy() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := newMemory()
	for id, d := range m.docs {
		c.docs[id] = &storedDoc{snap: d.snap, since: slices.Clone(d.since)}
	}
	return c
}
