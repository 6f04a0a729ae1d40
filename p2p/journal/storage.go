package journal

import (
	"context"
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"
)

// Head is the last fact held of one author's log.
type Head struct {
	Seq     uint64
	Hash    [32]byte
	Lamport uint64
}

// Storage keeps facts and receipts for ever. All methods may be called from several goroutines. The conformance test
// every implementation must pass is in the package storagetest.
type Storage interface {
	// Append keeps facts, all or none of them; they are durable when it returns. The fact before each of them in its
	// log is stored already, or comes before it. A fact that is stored already (same Hash) is ignored, whatever its
	// body. Several facts may have one author and Seq: a log that was forked has branches.
	Append(ctx context.Context, facts []Fact) error
	// Tips gives the facts of each author of a room that no other fact follows: one for a log that was never forked.
	Tips(ctx context.Context, room string) (map[peer.ID][]Head, error)
	// Find reads one fact of a room by its hash. Of none it says false.
	Find(ctx context.Context, room string, hash [32]byte) (Fact, bool, error)
	// Range reads an author's facts with Seq ≥ from, in the order of Seq and then of Hash: at most limit of them, and
	// no more after the bodies read so far have reached maxBytes, but at least one if there is one, and of each Seq
	// that is begun all. Raw, Sig, Body and Hash are as they were given to Append or SetBody.
	Range(ctx context.Context, room string, author peer.ID, from uint64, limit, maxBytes int) ([]Fact, error)
	// Bodiless gives the hashes of the author's private facts whose bodies are not there, the empty ones aside.
	Bodiless(ctx context.Context, room string, author peer.ID) ([][32]byte, error)
	// PutReceipt keeps a receipt, durably. One that is there already is ignored.
	PutReceipt(ctx context.Context, r Receipt) error
	// Receipts gives all receipts for the facts with these hashes.
	Receipts(ctx context.Context, room string, hashes [][32]byte) ([]Receipt, error)
	// Unreceipted reads the author's facts with Seq ≥ from which have reader in their audience and no receipt of that
	// reader, in order and bounded as in Range.
	Unreceipted(ctx context.Context, room string, author, reader peer.ID, from uint64, limit, maxBytes int) ([]Fact, error)
	// SetBody gives a stored fact its body, durably, if it has none.
	SetBody(ctx context.Context, hash [32]byte, body []byte) error
}

// Bounds of one read, so that serving a whole class at once stays within a few dozen megabytes.
const (
	readFacts = 128
	readBytes = 128 << 10
)

// Each reads a whole room out of storage, author by author, each log in order, in small batches. It is how a program
// builds its state when it starts.
func Each(ctx context.Context, s Storage, room string, visit func([]Fact) error) error {
	tips, err := s.Tips(ctx, room)
	if err != nil {
		return fmt.Errorf("reading the logs of the room: %w", err)
	}
	for author := range tips {
		for from := uint64(1); ; {
			facts, err := s.Range(ctx, room, author, from, readFacts, readBytes)
			if err != nil {
				return fmt.Errorf("reading the log of %s: %w", author, err)
			}
			if len(facts) == 0 {
				break
			}
			from = facts[len(facts)-1].Seq + 1
			for i := range facts {
				facts[i] = facts[i].filled()
			}
			if err := visit(facts); err != nil {
				return err
			}
		}
	}
	return nil
}
