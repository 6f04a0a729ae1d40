package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"thirdspace/p2p/doc"
)

var _ doc.Storage = (*Store)(nil)

// Save implements doc.Storage.
func (s *Store) Save(ctx context.Context, batches []doc.Batch) error {
	return s.inTx(ctx, "keeping documents", func(tx *sql.Tx) error {
		for _, b := range batches {
			if err := saveBatch(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveBatch(ctx context.Context, tx *sql.Tx, b doc.Batch) error {
	for i, u := range b.Updates {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO updates (document, epoch, version, client, changes, author, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
			b.ID, b.Epoch, b.From+i+1, u.ClientID, string(u.Changes), u.Author, u.Time)
		if err != nil {
			return err
		}
	}
	if b.Snapshot == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO documents (id, owner, epoch, version, text) VALUES (?, ?, ?, ?, ?)",
		b.ID, b.Owner, b.Snapshot.Epoch, b.Snapshot.Version, b.Snapshot.Text)
	return err
}

// Load implements doc.Storage.
func (s *Store) Load(ctx context.Context, id string) (doc.Snapshot, []doc.Update, error) {
	tx, err := s.read.BeginTx(ctx, nil) // one moment for both tables
	if err != nil {
		return doc.Snapshot{}, nil, fmt.Errorf("reading a document: %w", err)
	}
	defer tx.Rollback()
	snap := doc.Snapshot{ID: id}
	err = tx.QueryRowContext(ctx, "SELECT owner, epoch, version, text FROM documents WHERE id = ?", id).Scan(&snap.Owner, &snap.Epoch, &snap.Version, &snap.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return doc.Snapshot{}, nil, doc.ErrNotStored
	}
	if err != nil {
		return doc.Snapshot{}, nil, fmt.Errorf("reading a document: %w", err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT client, changes, author, at FROM updates WHERE document = ? AND epoch = ? AND version > ? ORDER BY version", id, snap.Epoch, snap.Version)
	updates, err := rowsOf(rows, err, func(rows *sql.Rows) (doc.Update, error) {
		var (
			u       doc.Update
			changes string
		)
		err := rows.Scan(&u.ClientID, &changes, &u.Author, &u.Time)
		u.Changes = json.RawMessage(changes)
		return u, err
	})
	if err != nil {
		return doc.Snapshot{}, nil, fmt.Errorf("reading a document: %w", err)
	}
	return snap, updates, nil
}

// List implements doc.Storage.
func (s *Store) List(ctx context.Context) ([]doc.Ref, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, owner FROM documents ORDER BY id")
	refs, err := rowsOf(rows, err, func(rows *sql.Rows) (doc.Ref, error) {
		var r doc.Ref
		return r, rows.Scan(&r.ID, &r.Owner)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the list of documents: %w", err)
	}
	return refs, nil
}
