package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(context.Background(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func mustNotOpen(t *testing.T, dir string, want error) {
	t.Helper()
	if s, err := Open(context.Background(), dir, slog.New(slog.DiscardHandler)); !errors.Is(err, want) {
		if s != nil {
			s.Close()
		}
		t.Fatalf("opening gave %v, want %v", err, want)
	}
}

func TestSecondProcessIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	mustNotOpen(t, dir, ErrInUse)
}

func TestDatabaseIsOursAndPrivateToTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "folder with spaces?&#")
	s := open(t, dir)
	if _, err := os.Stat(filepath.Join(dir, databaseName)); err != nil {
		t.Fatal(err)
	}
	var sync int
	if err := s.write.QueryRow("PRAGMA synchronous").Scan(&sync); err != nil || sync != 2 {
		t.Fatalf("synchronous is %d (%v), want 2 (FULL)", sync, err)
	}
	var mode string
	if err := s.read.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Fatalf("journal_mode is %q (%v)", mode, err)
	}
}

// TestBadFilesAreRefusedAndLeftAlone: what is not ours, or not whole, is not written to.
func TestBadFilesAreRefusedAndLeftAlone(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE theirs (x)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	foreignBytes, _ := os.ReadFile(foreign)

	ours := t.TempDir()
	s, err := Open(context.Background(), ours, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err := s.KeepVersion(context.Background(), "room", CodeVersion{Text: string(bytes.Repeat([]byte{'x'}, 3000)) + time.Now().String()}); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	whole, _ := os.ReadFile(filepath.Join(ours, databaseName))
	torn := bytes.Clone(whole)
	for i := 4096; i < len(torn); i++ {
		torn[i] = byte(i * 7)
	}

	for _, c := range []struct {
		name    string
		content []byte
		want    error
	}{
		{"text file", []byte("this is not a database, whatever its name is; it goes on for long enough to have a header and more\n"), ErrDamaged},
		{"cut short", whole[:len(whole)/2], ErrDamaged},
		{"overwritten", torn, ErrDamaged},
		{"of another program", foreignBytes, ErrForeign},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, databaseName)
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			mustNotOpen(t, dir, c.want)
			if now, _ := os.ReadFile(path); !bytes.Equal(now, c.content) {
				t.Fatal("the file was changed")
			}
		})
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(context.Background(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	mustNotOpen(t, dir, ErrNewer)
}

func TestKilledInItsFirstMoment(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA journal_mode = WAL"); err != nil { // writes the header and nothing else
		t.Fatal(err)
	}
	db.Close()
	open(t, dir)
}

func TestRooms(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	s, err := Open(ctx, dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	old := Room{ID: "a", Host: "hosthost", Title: "Monday", Teacher: "Ms Lee", Name: "Ada", Used: time.UnixMilli(1000), Addresses: []string{"10.0.0.1:4", "[fe80::1%eth0]:4"}, Certificate: []byte{1, 2}}
	hosted := Room{ID: "b", Host: "self", Title: "Mine", Hosted: true, Code: "123-456", Locked: true, Approve: "all", Origin: "first", Moves: []byte{3}, Port: 99, Inside: true, Used: time.UnixMilli(2000)}
	for _, r := range []Room{old, hosted} {
		if err := s.PutRoom(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	s = open(t, dir)
	rooms, err := s.Rooms(ctx)
	if err != nil || len(rooms) != 2 || rooms[0].ID != "b" {
		t.Fatalf("%+v, %v", rooms, err)
	}
	hosted.Addresses = []string{}
	if !reflect.DeepEqual(rooms[0], hosted) || !reflect.DeepEqual(rooms[1], old) {
		t.Fatalf("after a restart:\n%+v\n%+v", rooms[0], rooms[1])
	}
	if _, ok, err := s.Room(ctx, "none"); ok || err != nil {
		t.Fatalf("a room that is not there: %v, %v", ok, err)
	}
}

func TestVersions(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	first, err := s.KeepVersion(ctx, "r", CodeVersion{At: time.UnixMilli(5), Reason: "typed", Title: "One", Text: "package a"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.KeepVersion(ctx, "r", CodeVersion{Reason: "typed", Text: "package a"}); err != nil || again != first {
		t.Fatalf("the same text was kept twice: %d, %v", again, err)
	}
	second, err := s.KeepVersion(ctx, "r", CodeVersion{Text: "package b"})
	if err != nil || second == first {
		t.Fatalf("%d, %v", second, err)
	}
	if _, err := s.KeepVersion(ctx, "other", CodeVersion{Text: "package b"}); err != nil {
		t.Fatal(err)
	}
	list, err := s.Versions(ctx, "r")
	if err != nil || len(list) != 2 || list[0].ID != second {
		t.Fatalf("%+v, %v", list, err)
	}
	if v, err := s.Version(ctx, "r", first); err != nil || v.Title != "One" || v.At.UnixMilli() != 5 {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := s.Version(ctx, "other", first); err == nil {
		t.Fatal("a version of another room was given")
	}
}

func TestSettings(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	type size struct{ W, H int }
	var got size
	if ok, err := s.Setting(ctx, "window", &got); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	for _, want := range []size{{1, 2}, {3, 4}} {
		if err := s.SetSetting(ctx, "window", want); err != nil {
			t.Fatal(err)
		}
		if ok, err := s.Setting(ctx, "window", &got); !ok || err != nil || got != want {
			t.Fatalf("%+v, %v, %v", got, ok, err)
		}
	}
}

// TestFullDisk: SQLite's own bound on the file stands for the disk's.
func TestFullDisk(t *testing.T) {
	s, ctx := open(t, t.TempDir()), context.Background()
	var pages int
	if err := s.write.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+1)); err != nil {
		t.Fatal(err)
	}
	big := string(bytes.Repeat([]byte{'x'}, 1<<20))
	if _, err := s.KeepVersion(ctx, "r", CodeVersion{Text: big}); !errors.Is(err, ErrFull) {
		t.Fatalf("got %v", err)
	}
	if _, err := s.write.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.KeepVersion(ctx, "r", CodeVersion{Text: big}); err != nil {
		t.Fatalf("with room again: %v", err)
	}
}
