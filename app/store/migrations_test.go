package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"
)

// TestRoomsOfBeforeAreKept: a folder written before rooms could be moved, or had a line at their doors, is read as it was.
func TestRoomsOfBeforeAreKept(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	db, err := sql.Open("sqlite", filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	scripts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, scripts, goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, 2); err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(`INSERT INTO rooms (id, host, title, course, teacher, hosted, name, code, locked, port, certificate, addresses, inside, used)
		VALUES ('r', x'01', 'Monday', 'Go', 'Ms Lee', 0, 'Ada', '123-456', 1, 5, x'02', '["10.0.0.1:4"]', 1, 1000)`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		t.Fatal(err)
	}
	db.Close()
	s := open(t, dir)
	r, ok, err := s.Room(ctx, "r")
	if err != nil || !ok || r.Title != "Monday" || r.Name != "Ada" || r.Code != "123-456" || !r.Locked || !r.Inside || r.Approve != "" || r.Origin != "" || r.Moves != nil || len(r.Certificate) != 1 {
		t.Fatalf("%+v, %v, %v", r, ok, err)
	}
}
