package journal_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/journal"
)

// memory is a Storage for tests. fail, when set, is the error of every write.
type memory struct {
	mu       sync.Mutex
	logs     map[string]map[peer.ID][]journal.Fact
	receipts []journal.Receipt
	fail     error
	appends  int
}

func newMemory() *memory { return &memory{logs: make(map[string]map[peer.ID][]journal.Fact)} }

func (m *memory) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *memory) Append(_ context.Context, facts []journal.Fact) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.appends++
	if slices.ContainsFunc(facts, func(f journal.Fact) bool { return f.Seq == 0 }) {
		return errors.New("a fact has no number")
	}
	for _, f := range facts {
		if m.logs[f.Room] == nil {
			m.logs[f.Room] = make(map[peer.ID][]journal.Fact)
		}
		log := m.logs[f.Room][f.Author]
		if slices.ContainsFunc(log, func(have journal.Fact) bool { return have.Hash == f.Hash }) {
			continue
		}
		log = append(log, f)
		slices.SortFunc(log, func(a, b journal.Fact) int {
			return cmp.Or(cmp.Compare(a.Seq, b.Seq), bytes.Compare(a.Hash[:], b.Hash[:]))
		})
		m.logs[f.Room][f.Author] = log
	}
	return nil
}

func (m *memory) Tips(_ context.Context, room string) (map[peer.ID][]journal.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	tips := make(map[peer.ID][]journal.Head)
	for author, log := range m.logs[room] {
		for _, f := range log {
			if !slices.ContainsFunc(log, func(next journal.Fact) bool { return next.Prev == f.Hash }) {
				tips[author] = append(tips[author], journal.Head{Seq: f.Seq, Hash: f.Hash, Lamport: f.Lamport})
			}
		}
	}
	return tips, nil
}

func (m *memory) Find(_ context.Context, room string, hash [32]byte) (journal.Fact, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, log := range m.logs[room] {
		for _, f := range log {
			if f.Hash == hash {
				return f, true, nil
			}
		}
	}
	return journal.Fact{}, false, nil
}

func (m *memory) Range(_ context.Context, room string, author peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bounded(m.logs[room][author], limit, maxBytes, func(f journal.Fact) bool { return f.Seq >= from }), nil
}

func bounded(log []journal.Fact, limit, maxBytes int, want func(journal.Fact) bool) (out []journal.Fact) {
	size := 0
	for _, f := range log {
		if (len(out) >= limit || size >= maxBytes) && len(out) > 0 && out[len(out)-1].Seq != f.Seq {
			break
		}
		if want(f) {
			out = append(out, f)
			size += len(f.Body)
		}
	}
	return out
}

func (m *memory) Bodiless(_ context.Context, room string, author peer.ID) (out [][32]byte, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.logs[room][author] {
		if f.Private() && f.Body == nil && f.BodySize > 0 {
			out = append(out, f.Hash)
		}
	}
	return out, nil
}

func (m *memory) PutReceipt(_ context.Context, r journal.Receipt) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if !m.receipted(r.Fact, r.Reader) {
		m.receipts = append(m.receipts, r)
	}
	return nil
}

func (m *memory) receipted(hash [32]byte, reader peer.ID) bool {
	return slices.ContainsFunc(m.receipts, func(r journal.Receipt) bool { return r.Fact == hash && r.Reader == reader })
}

func (m *memory) Receipts(_ context.Context, room string, hashes [][32]byte) (out []journal.Receipt, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.receipts {
		if r.Room == room && slices.Contains(hashes, r.Fact) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (m *memory) Unreceipted(_ context.Context, room string, author, reader peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bounded(m.logs[room][author], limit, maxBytes, func(f journal.Fact) bool {
		return f.Seq >= from && slices.Contains(f.Audience, reader) && !m.receipted(f.Hash, reader)
	}), nil
}

func (m *memory) SetBody(_ context.Context, hash [32]byte, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	for _, logs := range m.logs {
		for _, log := range logs {
			for i := range log {
				if log[i].Hash == hash {
					if log[i].Body == nil {
						log[i].Body = bytes.Clone(body)
					}
					return nil
				}
			}
		}
	}
	return errors.New("no such fact")
}

// forget takes away what one machine might lose.
func (m *memory) forgetReceipts() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.receipts = nil
}

func (m *memory) log(room string, author peer.ID) []journal.Fact {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.logs[room][author])
}

// copy is what a backup has.
func (m *memory) copy() *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	other := newMemory()
	for room, logs := range m.logs {
		other.logs[room] = make(map[peer.ID][]journal.Fact)
		for author, log := range logs {
			other.logs[room][author] = slices.Clone(log)
		}
	}
	other.receipts = slices.Clone(m.receipts)
	return other
}
