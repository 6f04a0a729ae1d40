package p2p_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/journal"
)

// facts keeps the logs of one room in memory: what is measured here is the network, not a disk. No fact of these rooms
// is private, so there are no receipts and no bodies that come later; the methods for those are not there.
type facts struct {
	journal.Storage
	mu   sync.Mutex
	logs map[peer.ID][]journal.Fact
}

func newFacts() *facts { return &facts{logs: make(map[peer.ID][]journal.Fact)} }

func (m *facts) Append(_ context.Context, batch []journal.Fact) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range batch {
		log := m.logs[f.Author]
		switch n := uint64(len(log)); {
		case f.Seq == n+1:
			m.logs[f.Author] = append(log, f)
		case f.Seq > n || log[f.Seq-1].Hash != f.Hash:
			return errors.New("a fact does not continue the log")
		}
	}
	return nil
}

func (m *facts) Tips(context.Context, string) (map[peer.ID][]journal.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	tips := make(map[peer.ID][]journal.Head, len(m.logs))
	for author, log := range m.logs {
		last := log[len(log)-1]
		tips[author] = []journal.Head{{Seq: last.Seq, Hash: last.Hash, Lamport: last.Lamport}}
	}
	return tips, nil
}

func (m *facts) Find(_ context.Context, _ string, hash [32]byte) (journal.Fact, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, log := range m.logs {
		if i := slices.IndexFunc(log, func(f journal.Fact) bool { return f.Hash == hash }); i >= 0 {
			return log[i], true, nil
		}
	}
	return journal.Fact{}, false, nil
}

func (m *facts) Range(_ context.Context, _ string, author peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.logs[author]
	begin := min(len(log), int(from)-1)
	end, size := begin, 0
	for end < len(log) && end-begin < limit && size < maxBytes {
		size += len(log[end].Body)
		end++
	}
	return slices.Clone(log[begin:end]), nil
}

func (m *facts) Bodiless(context.Context, string, peer.ID) ([][32]byte, error) { return nil, nil }

func (m *facts) Receipts(context.Context, string, [][32]byte) ([]journal.Receipt, error) {
	return nil, nil
}

func (m *facts) Unreceipted(context.Context, string, peer.ID, peer.ID, uint64, int, int) ([]journal.Fact, error) {
	return nil, nil
}

// texts keeps documents in memory.
type texts struct {
	mu   sync.Mutex
	docs map[string]stored
}

type stored struct {
	snapshot doc.Snapshot
	since    []doc.Update
}

func newTexts() *texts { return &texts{docs: make(map[string]stored)} }

func (m *texts) Save(_ context.Context, batches []doc.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range batches {
		d := m.docs[b.ID]
		switch {
		case b.Snapshot != nil:
			d = stored{snapshot: *b.Snapshot}
		case b.Epoch != d.snapshot.Epoch || b.From != d.snapshot.Version+len(d.since):
			return errors.New("updates do not continue what is stored")
		default:
			d.since = append(d.since, b.Updates...)
		}
		m.docs[b.ID] = d
	}
	return nil
}

func (m *texts) Load(_ context.Context, id string) (doc.Snapshot, []doc.Update, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	d, ok := m.docs[id]
	if !ok {
		return doc.Snapshot{}, nil, doc.ErrNotStored
	}
	return d.snapshot, slices.Clone(d.since), nil
}

func (m *texts) List(context.Context) ([]doc.Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var refs []doc.Ref
	for id, d := range m.docs {
		refs = append(refs, doc.Ref{ID: id, Owner: d.snapshot.Owner})
	}
	slices.SortFunc(refs, func(a, b doc.Ref) int { return cmp.Compare(a.ID, b.ID) })
	return refs, nil
}
