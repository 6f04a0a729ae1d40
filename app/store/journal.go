package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

var _ journal.Storage = (*Store)(nil)

const factColumns = "hash, raw, sig, body"

// Append implements journal.Storage.
func (s *Store) Append(ctx context.Context, facts []journal.Fact) error {
	return s.inTx(ctx, "keeping facts", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO facts (hash, room, author, seq, prev, lamport, kind, private, raw, sig, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, f := range facts {
			_, err := insert.ExecContext(ctx, f.Hash[:], f.Room, []byte(f.Author), f.Seq, f.Prev[:], f.Lamport, f.Kind, f.Private(), f.Raw, f.Sig, f.Body)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Tips implements journal.Storage.
func (s *Store) Tips(ctx context.Context, room string) (map[peer.ID][]journal.Head, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT author, seq, hash, lamport FROM facts f
		WHERE room = ?1 AND NOT EXISTS (SELECT 1 FROM facts WHERE room = ?1 AND prev = f.hash)`, room)
	type tip struct {
		author peer.ID
		head   journal.Head
	}
	found, err := rowsOf(rows, err, func(rows *sql.Rows) (tip, error) {
		var (
			author, hash []byte
			t            tip
		)
		err := rows.Scan(&author, &t.head.Seq, &hash, &t.head.Lamport)
		t.author = peer.ID(author)
		copy(t.head.Hash[:], hash)
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the ends of the logs: %w", err)
	}
	tips := map[peer.ID][]journal.Head{}
	for _, t := range found {
		tips[t.author] = append(tips[t.author], t.head)
	}
	return tips, nil
}

// Find implements journal.Storage.
func (s *Store) Find(ctx context.Context, room string, hash [32]byte) (journal.Fact, bool, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+factColumns+" FROM facts WHERE hash = ? AND room = ?", hash[:], room)
	found, err := rowsOf(rows, err, scanFact)
	if err != nil {
		return journal.Fact{}, false, fmt.Errorf("reading a fact: %w", err)
	}
	if len(found) == 0 {
		return journal.Fact{}, false, nil
	}
	return found[0], true, nil
}

// Range implements journal.Storage.
func (s *Store) Range(ctx context.Context, room string, author peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+factColumns+" FROM facts WHERE room = ? AND author = ? AND seq >= ? ORDER BY seq, hash",
		room, []byte(author), from)
	if err != nil {
		return nil, fmt.Errorf("reading facts: %w", err)
	}
	facts, err := boundedFacts(rows, limit, maxBytes, func(journal.Fact) bool { return true })
	if err != nil {
		return nil, fmt.Errorf("reading facts: %w", err)
	}
	return facts, nil
}

// Bodiless implements journal.Storage.
func (s *Store) Bodiless(ctx context.Context, room string, author peer.ID) ([][32]byte, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+factColumns+" FROM facts WHERE room = ? AND author = ? AND private AND body IS NULL",
		room, []byte(author))
	found, err := rowsOf(rows, err, scanFact)
	if err != nil {
		return nil, fmt.Errorf("reading facts without their bodies: %w", err)
	}
	var out [][32]byte
	for _, f := range found {
		if f.BodySize > 0 {
			out = append(out, f.Hash)
		}
	}
	return out, nil
}

// Unreceipted implements journal.Storage. Whether reader is in a fact's audience stands in its header only, so private
// facts are read until enough are found.
func (s *Store) Unreceipted(ctx context.Context, room string, author, reader peer.ID, from uint64, limit, maxBytes int) ([]journal.Fact, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+factColumns+` FROM facts
		WHERE room = ? AND author = ? AND seq >= ? AND private
		AND NOT EXISTS (SELECT 1 FROM receipts WHERE fact = facts.hash AND reader = ?) ORDER BY seq, hash`,
		room, []byte(author), from, []byte(reader))
	if err != nil {
		return nil, fmt.Errorf("reading facts without a receipt: %w", err)
	}
	facts, err := boundedFacts(rows, limit, maxBytes, func(f journal.Fact) bool { return slices.Contains(f.Audience, reader) })
	if err != nil {
		return nil, fmt.Errorf("reading facts without a receipt: %w", err)
	}
	return facts, nil
}

// boundedFacts reads the rows that are wanted, in the order of their numbers, until there are limit of them or their
// bodies have maxBytes between them, and then to the end of the number that was begun.
func boundedFacts(rows *sql.Rows, limit, maxBytes int, want func(journal.Fact) bool) ([]journal.Fact, error) {
	defer rows.Close()
	var out []journal.Fact
	for bytes := 0; rows.Next(); {
		f, err := scanFact(rows)
		if err != nil {
			return nil, err
		}
		full := len(out) >= limit || bytes >= maxBytes
		if full && len(out) > 0 && out[len(out)-1].Seq != f.Seq {
			break
		}
		if want(f) {
			out = append(out, f)
			bytes += len(f.Body)
		}
	}
	return out, rows.Err()
}

func scanFact(rows *sql.Rows) (journal.Fact, error) {
	var (
		f    journal.Fact
		hash []byte
	)
	if err := rows.Scan(&hash, &f.Raw, &f.Sig, &f.Body); err != nil {
		return journal.Fact{}, err
	}
	copy(f.Hash[:], hash)
	header, err := wire.DecodeFactHeader(f.Raw)
	if err != nil {
		return journal.Fact{}, fmt.Errorf("a stored fact is damaged: %w", err)
	}
	f.Header = header
	return f, nil
}

// SetBody implements journal.Storage.
func (s *Store) SetBody(ctx context.Context, hash [32]byte, body []byte) error {
	if _, err := s.write.ExecContext(ctx, "UPDATE facts SET body = ? WHERE hash = ? AND body IS NULL", body, hash[:]); err != nil {
		return fmt.Errorf("keeping the body of a fact: %w", err)
	}
	return nil
}

// PutReceipt implements journal.Storage.
func (s *Store) PutReceipt(ctx context.Context, r journal.Receipt) error {
	_, err := s.write.ExecContext(ctx, "INSERT INTO receipts (fact, reader, room, sig) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		r.Fact[:], []byte(r.Reader), r.Room, r.Sig)
	if err != nil {
		return fmt.Errorf("keeping a receipt: %w", err)
	}
	return nil
}

// Receipts implements journal.Storage.
func (s *Store) Receipts(ctx context.Context, room string, hashes [][32]byte) ([]journal.Receipt, error) {
	var out []journal.Receipt
	for _, hash := range hashes {
		rows, err := s.read.QueryContext(ctx, "SELECT reader, sig FROM receipts WHERE room = ? AND fact = ?", room, hash[:])
		found, err := rowsOf(rows, err, func(rows *sql.Rows) (journal.Receipt, error) {
			var reader, sig []byte
			err := rows.Scan(&reader, &sig)
			return journal.Receipt{Room: room, Fact: hash, Reader: peer.ID(reader), Sig: sig}, err
		})
		if err != nil {
			return nil, fmt.Errorf("reading receipts: %w", err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// AllReceipts reads every receipt of a room.
func (s *Store) AllReceipts(ctx context.Context, room string) ([]journal.Receipt, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT fact, reader, sig FROM receipts WHERE room = ?", room)
	found, err := rowsOf(rows, err, func(rows *sql.Rows) (journal.Receipt, error) {
		var fact, reader, sig []byte
		err := rows.Scan(&fact, &reader, &sig)
		r := journal.Receipt{Room: room, Reader: peer.ID(reader), Sig: sig}
		copy(r.Fact[:], fact)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading receipts: %w", err)
	}
	return found, nil
}
