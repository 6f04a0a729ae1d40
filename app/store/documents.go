package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"thirdspace/p2p/doc"
)

// Documents are the documents of one room. It implements doc.Storage.
type Documents struct {
	store *Store
	room  string
}

var _ doc.Storage = Documents{}

// Documents gives the documents of one room.
func (s *Store) Documents(room string) Documents { return Documents{s, room} }

// Save implements doc.Storage.
func (d Documents) Save(ctx context.Context, batches []doc.Batch) error {
	return d.store.inTx(ctx, "keeping documents", func(tx *sql.Tx) error {
		for _, b := range batches {
			if err := d.saveBatch(ctx, tx, b); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d Documents) saveBatch(ctx context.Context, tx *sql.Tx, b doc.Batch) error {
	for i, u := range b.Updates {
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO updates (room, document, epoch, version, client, changes, author, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			d.room, b.ID, b.Epoch, b.From+i+1, u.ClientID, string(u.Changes), u.Author, u.Time)
		if err != nil {
			return err
		}
	}
	if b.Snapshot == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO documents (room, id, owner, epoch, version, text) VALUES (?, ?, ?, ?, ?, ?)",
		d.room, b.ID, b.Owner, b.Snapshot.Epoch, b.Snapshot.Version, b.Snapshot.Text)
	return err
}

// Load implements doc.Storage.
func (d Documents) Load(ctx context.Context, id string) (doc.Snapshot, []doc.Update, error) {
	tx, err := d.store.read.BeginTx(ctx, nil) // one moment for both tables
	if err != nil {
		return doc.Snapshot{}, nil, fmt.Errorf("reading a document: %w", err)
	}
	defer tx.Rollback()
	snap := doc.Snapshot{ID: id}
	err = tx.QueryRowContext(ctx, "SELECT owner, epoch, version, text FROM documents WHERE room = ? AND id = ?", d.room, id).Scan(&snap.Owner, &snap.Epoch, &snap.Version, &snap.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return doc.Snapshot{}, nil, doc.ErrNotStored
	}
	if err != nil {
		return doc.Snapshot{}, nil, fmt.Errorf("reading a document: %w", err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT client, changes, author, at FROM updates WHERE room = ? AND document = ? AND epoch = ? AND version > ? ORDER BY version", d.room, id, snap.Epoch, snap.Version)
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
func (d Documents) List(ctx context.Context) ([]doc.Ref, error) {
	rows, err := d.store.read.QueryContext(ctx, "SELECT id, owner FROM documents WHERE room = ? ORDER BY id", d.room)
	refs, err := rowsOf(rows, err, func(rows *sql.Rows) (doc.Ref, error) {
		var r doc.Ref
		return r, rows.Scan(&r.ID, &r.Owner)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the list of documents: %w", err)
	}
	return refs, nil
}
