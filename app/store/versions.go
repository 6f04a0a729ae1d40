package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// CodeVersion is a text of a person's own code that was kept.
type CodeVersion struct {
	ID     int64
	At     time.Time // the room's clock
	Reason string    // why it was kept, one of app/code's reasons
	Title  string
	Text   string
}

// KeepVersion keeps v in a room and gives it its id. A text equal to the one kept last is not kept again: the id of
// that one is returned.
func (s *Store) KeepVersion(ctx context.Context, room string, v CodeVersion) (int64, error) {
	var id int64
	err := s.inTx(ctx, "keeping a version of the code", func(tx *sql.Tx) error {
		var last string
		err := tx.QueryRowContext(ctx, "SELECT id, text FROM versions WHERE room = ? ORDER BY id DESC LIMIT 1", room).Scan(&id, &last)
		if err == nil && last == v.Text {
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		res, err := tx.ExecContext(ctx, "INSERT INTO versions (room, at, reason, title, text) VALUES (?, ?, ?, ?, ?)", room, v.At.UnixMilli(), v.Reason, v.Title, v.Text)
		if err != nil {
			return err
		}
		id, err = res.LastInsertId()
		return err
	})
	return id, err
}

// Versions lists the versions kept in a room, newest first.
func (s *Store) Versions(ctx context.Context, room string) ([]CodeVersion, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, at, reason, title, text FROM versions WHERE room = ? ORDER BY id DESC", room)
	versions, err := rowsOf(rows, err, func(rows *sql.Rows) (CodeVersion, error) { return scanVersion(rows) })
	if err != nil {
		return nil, fmt.Errorf("reading the versions of the code: %w", err)
	}
	return versions, nil
}

// Version finds one kept version of a room.
func (s *Store) Version(ctx context.Context, room string, id int64) (CodeVersion, error) {
	v, err := scanVersion(s.read.QueryRowContext(ctx, "SELECT id, at, reason, title, text FROM versions WHERE room = ? AND id = ?", room, id))
	if err != nil {
		return CodeVersion{}, fmt.Errorf("reading a version of the code: %w", err)
	}
	return v, nil
}

func scanVersion(row interface{ Scan(...any) error }) (CodeVersion, error) {
	var (
		v  CodeVersion
		at int64
	)
	err := row.Scan(&v.ID, &at, &v.Reason, &v.Title, &v.Text)
	v.At = time.UnixMilli(at)
	return v, err
}
