package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	staged := make(map[string]map[peer.ID][]journal.Fact)
	for _, f := range facts {
		if staged[f.Room] == nil {
			staged[f.Room] = make(map[peer.ID][]journal.Fact)
		}
		if staged[f.Room][f.Author] == nil {
			staged[f.Room][f.Author] = slices.Clone(m.logs[f.Room][f.Author])
		}
		log := staged[f.Room][f.Author]
		switch {
		case f.Seq <= uint64(len(log)) && log[f.Seq-1].Hash == f.Hash:
			continue
		case f.Seq <= uint64(len(log)):
			return fmt.Errorf("entry %d is another one", f.Seq)
		case f.Seq != uint64(len(log))+1:
			return fmt.Errorf("entry %d after %d", f.Seq, len(log))
		}
		staged[f.Room][f.Author] = append(log, f)
	}
	for room, logs := range staged {
		if m.logs[room] == nil {
			m.logs[room] = make(map[peer.ID][]journal.Fact)
		}
		for author, log := range logs {
			m.logs[room][author] = log
		}
	}
	return nil
}

func (m *memory) Heads(_ context.Context, room string) (map[peer.ID]journal.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	heads := make(map[peer.ID]journal.Head)
	for author, log := range m.logs[room] {
		last := log[len(log)-1]
		heads[author] = journal.Head{Seq: last.Seq, Hash: last.Hash, Lamport: last.Lamport}
	}
	return heads, nil
}

func (m *memory) Range(_ context.Context, room string, author peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bounded(m.logs[room][author], limit, maxBytes, func(f journal.Fact) bool { return f.Seq >= from }), nil
}

func bounded(log []journal.Fact, limit, maxBytes int, want func(journal.Fact) bool) (out []journal.Fact) {
	size := 0
	for _, f := range log {
		if len(out) >= limit || size >= maxBytes {
			break
		}
		if want(f) {
			out = append(out, f)
			size += len(f.Body)
		}
	}
	return out
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
