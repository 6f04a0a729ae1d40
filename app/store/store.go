// Package store is the disk under ThirdSpace: one folder for each profile, with a lock that keeps a second process out
// and one SQLite database. What other packages hand it is on the disk, through a power cut, when the call returns.
//
// The tables follow the domain: facts and receipts (journal.go) implement p2p/journal's Storage, documents and updates
// (documents.go) p2p/doc's, rooms (rooms.go), kept versions of code (versions.go), settings (settings.go). The schema
// is in migrations/, numbered, applied on opening.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // the driver "sqlite": pure Go, so that every platform builds without C
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of Open that a person, or a script by exit code, must be able to tell apart.
var (
	// ErrInUse means that another process works in this folder.
	ErrInUse = errors.New("this data folder is in use by another ThirdSpace")
	// ErrDamaged means that the database is not readable as one. It is left as it is.
	ErrDamaged = errors.New("the data file is damaged")
	// ErrForeign means that the database belongs to another program. It is left as it is.
	ErrForeign = errors.New("the data file belongs to another program")
	// ErrFull means that there is no room on the disk. What could not be written is not lost while the program runs.
	ErrFull = errors.New("the disk is full")
	// ErrNewer means that a later ThirdSpace has written here.
	ErrNewer = errors.New("the data file was written by a newer ThirdSpace")
)

const (
	databaseName = "thirdspace.db"
	lockName     = "lock"
	// applicationID marks our database in SQLite's header (PRAGMA application_id): "3SPC".
	applicationID = 0x33535043
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is an open data folder. Its methods may be called from any goroutine.
type Store struct {
	dir   string
	lock  *flock.Flock
	write *sql.DB // one connection: SQLite has one writer, and waiting for it here is fair
	read  *sql.DB
}

// Open makes the folder dir if needed, locks it, and opens or creates the database. The errors ErrInUse, ErrDamaged,
// ErrForeign and ErrNewer say what is wrong; nothing is changed on the disk in those cases.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the data folder %s: %w", dir, err)
	}
	if !held {
		return nil, fmt.Errorf("%w (%s)", ErrInUse, dir)
	}
	s := &Store{dir: dir, lock: lock}
	if err := s.open(ctx, log); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, log *slog.Logger) error {
	path := filepath.Join(s.dir, databaseName)
	fresh, err := missingOrEmpty(path)
	if err != nil {
		return err
	}
	if s.write, err = openPool(path, "rwc", 1); err != nil {
		return err
	}
	if !fresh {
		if err := inspect(ctx, s.write, path); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.write, log); err != nil {
		return err
	}
	s.read, err = openPool(path, "ro", 4)
	return err
}

func missingOrEmpty(path string) (bool, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking at the data file: %w", err)
	}
	return info.Size() == 0, nil
}

// openPool opens the database with the settings every connection needs. synchronous=FULL makes a commit survive a power
// cut; the write-ahead log lets readers go on while something is written.
func openPool(path, mode string, conns int) (*sql.DB, error) {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)",
	}}
	if mode == "ro" {
		q.Set("_txlock", "deferred")
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("opening the data file: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// inspect tells a database of ours in good order from anything else, before anything is written.
func inspect(ctx context.Context, db *sql.DB, path string) error {
	var id int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return fmt.Errorf("%w (%s): %w", ErrDamaged, path, err)
	}
	if id != applicationID && !(id == 0 && blank(ctx, db)) {
		return fmt.Errorf("%w (%s)", ErrForeign, path)
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("%w (%s): %w", ErrDamaged, path, err)
	}
	if verdict != "ok" {
		return fmt.Errorf("%w (%s): %s", ErrDamaged, path, verdict)
	}
	return nil
}

// blank tells whether the database has no table at all: what a kill in its very first moment leaves of ours.
func blank(ctx context.Context, db *sql.DB) bool {
	var tables int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables)
	return err == nil && tables == 0
}

func migrate(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	for _, pragma := range []string{"PRAGMA journal_mode = WAL", fmt.Sprintf("PRAGMA application_id = %d", applicationID)} {
		if _, err := db.ExecContext(ctx, pragma); err != nil {
			return fmt.Errorf("preparing the data file: %w", err)
		}
	}
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithSlog(log))
	if err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	current, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("reading the schema's version: %w", err)
	}
	sources := p.ListSources()
	if last := sources[len(sources)-1].Version; current > last {
		return fmt.Errorf("%w: its schema is %d and this program knows %d", ErrNewer, current, last)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the data file up to date: %w", err)
	}
	return nil
}

// Dir is the data folder.
func (s *Store) Dir() string { return s.dir }

// Close writes what is left into the database file and lets go of the folder.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	errs = append(errs, s.lock.Unlock())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the data folder: %w", err)
	}
	return nil
}

// inTx runs f in one write transaction; all of it is on the disk afterwards, or none.
func (s *Store) inTx(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return writeError(doing, err)
	}
	if err := f(tx); err != nil {
		return writeError(doing, errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return writeError(doing, err)
	}
	return nil
}

// writeError says what went wrong with a writing.
func writeError(doing string, err error) error {
	var sqliteErr *sqlite.Error
	if errors.As(err, &sqliteErr) && sqliteErr.Code()&0xff == sqlite3.SQLITE_FULL {
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// rowsOf collects what scan makes of each row.
func rowsOf[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
