package journal_test

import (
	"slices"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/journal"
)

// TestASeatGoesOverToAnotherKey: whoever goes on on another machine has there what was private to the first, with its
// receipts, and nobody else has.
func TestASeatGoesOverToAnotherKey(t *testing.T) {
	c := newClass(t)
	old, other := c.join(), c.join()
	old.append("work", []peer.ID{c.host.id()}, "my homework")
	old.sync()
	c.host.append("mark", []peer.ID{old.id()}, "well done")
	old.wait("the mark comes", func() bool { return slices.Contains(factBodies(old, c.host.id()), "well done") })
	old.leave()

	now := c.join()
	c.seating.Lock()
	c.seats = map[peer.ID][]peer.ID{now.id(): {old.id()}}
	c.seating.Unlock()
	now.sync()
	now.wait("the homework and the mark are there", func() bool {
		return slices.Contains(factBodies(now, old.id()), "my homework") && slices.Contains(factBodies(now, c.host.id()), "well done")
	})
	now.sync() // it hands the homework in again, in the name of the seat, and is given the receipt
	now.wait("the receipt is there", func() bool {
		return slices.ContainsFunc(now.receipts, func(r journal.Receipt) bool { return r.Reader == c.host.id() && r.Verify() == nil })
	})

	other.sync()
	if slices.Contains(other.bodies(old.id()), "my homework") || slices.Contains(other.bodies(c.host.id()), "well done") {
		t.Fatal("somebody else can read it")
	}
}

// factBodies is bodies, for one who holds the lock.
func factBodies(m *machine, author peer.ID) (out []string) {
	for _, f := range m.facts {
		if f.Author == author {
			out = append(out, string(f.Body))
		}
	}
	return out
}
