package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// Room is what this machine remembers of a room it hosted or joined.
type Room struct {
	ID          string
	Host        peer.ID
	Title       string
	Course      string
	Teacher     string
	Hosted      bool
	Name        string // the name this machine's person has in it
	Code        string // "" for an open door
	Locked      bool
	Approve     string // who has to be let in by hand, see package session
	Port        int
	Certificate []byte   // CBOR of the student's identity.Certificate, nil where there is none
	Addresses   []string // host:port
	Origin      peer.ID  // the key that opened the room; "" where that is Host
	Moves       []byte   // CBOR of the []identity.Vouch by which it came from Origin to Host, nil where it has not moved
	Inside      bool     // entered and not left on purpose
	Used        time.Time
}

const roomColumns = "id, host, title, course, teacher, hosted, name, code, locked, port, certificate, addresses, inside, used, approve, origin, moves"

// PutRoom keeps r, replacing what was known of the room with that id.
func (s *Store) PutRoom(ctx context.Context, r Room) error {
	addresses, err := json.Marshal(append([]string{}, r.Addresses...))
	if err != nil {
		return fmt.Errorf("keeping the room: %w", err)
	}
	var origin []byte
	if r.Origin != "" {
		origin = []byte(r.Origin)
	}
	_, err = s.write.ExecContext(ctx, "INSERT OR REPLACE INTO rooms ("+roomColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		r.ID, []byte(r.Host), r.Title, r.Course, r.Teacher, r.Hosted, r.Name, r.Code, r.Locked, r.Port, r.Certificate, string(addresses), r.Inside, r.Used.UnixMilli(), r.Approve, origin, r.Moves)
	if err != nil {
		return fmt.Errorf("keeping the room: %w", err)
	}
	return nil
}

// Room finds a room by its id.
func (s *Store) Room(ctx context.Context, id string) (Room, bool, error) {
	r, err := scanRoom(s.read.QueryRowContext(ctx, "SELECT "+roomColumns+" FROM rooms WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Room{}, false, nil
	}
	if err != nil {
		return Room{}, false, fmt.Errorf("reading a room: %w", err)
	}
	return r, true, nil
}

// Rooms lists the rooms this machine knows, the one used last first.
func (s *Store) Rooms(ctx context.Context) ([]Room, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+roomColumns+" FROM rooms ORDER BY used DESC, id")
	rooms, err := rowsOf(rows, err, func(rows *sql.Rows) (Room, error) { return scanRoom(rows) })
	if err != nil {
		return nil, fmt.Errorf("reading the rooms: %w", err)
	}
	return rooms, nil
}

func scanRoom(row interface{ Scan(...any) error }) (Room, error) {
	var (
		r         Room
		host      []byte
		origin    []byte
		addresses string
		used      int64
	)
	err := row.Scan(&r.ID, &host, &r.Title, &r.Course, &r.Teacher, &r.Hosted, &r.Name, &r.Code, &r.Locked, &r.Port, &r.Certificate, &addresses, &r.Inside, &used, &r.Approve, &origin, &r.Moves)
	if err != nil {
		return Room{}, err
	}
	r.Host, r.Origin, r.Used = peer.ID(host), peer.ID(origin), time.UnixMilli(used)
	return r, json.Unmarshal([]byte(addresses), &r.Addresses)
}
