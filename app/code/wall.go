package code

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/failure"
	"thirdspace/p2p/identity"
)

const (
	// wallInterval is the least time between two news of the wall: faster than four times a second nobody can look.
	wallInterval = 250 * time.Millisecond
	// tileLines is how many lines of code fit on a tile.
	tileLines = 24
	// tileColumns is how much of a line a tile can show at the most, in code points.
	tileColumns = 120
)

// wall gathers which tiles have changed, and tells of them together.
type wall struct {
	tiles func(only map[peer.ID]bool) []Tile // nil: all
	tell  func([]Tile)

	mu        sync.Mutex
	all       bool
	changed   map[peer.ID]bool
	lastTyped map[peer.ID]time.Time
	wake      chan struct{}
	stop      chan struct{}
	done      chan struct{}
}

func newWall(tiles func(map[peer.ID]bool) []Tile, tell func([]Tile)) *wall {
	w := &wall{
		tiles: tiles, tell: tell, changed: map[peer.ID]bool{}, lastTyped: map[peer.ID]time.Time{},
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w
}

// typed notes that something came of a student's code, a keystroke or only a caret.
func (w *wall) typed(p peer.ID, text bool) {
	w.mu.Lock()
	if text {
		w.lastTyped[p] = time.Now()
	}
	w.mu.Unlock()
	w.touch(p)
}

// touch notes that these tiles have changed.
func (w *wall) touch(peers ...peer.ID) {
	if len(peers) == 0 {
		return
	}
	w.mu.Lock()
	for _, p := range peers {
		w.changed[p] = true
	}
	w.mu.Unlock()
	w.nudge()
}

// touchAll notes that any tile may have changed: someone came or went.
func (w *wall) touchAll() {
	w.mu.Lock()
	w.all = true
	w.mu.Unlock()
	w.nudge()
}

func (w *wall) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *wall) run() {
	defer close(w.done)
	for {
		select {
		case <-w.stop:
			return
		case <-w.wake:
		}
		w.mu.Lock()
		changed := w.changed
		if w.all {
			changed = nil
		}
		w.all, w.changed = false, map[peer.ID]bool{}
		w.mu.Unlock()
		if tiles := w.tiles(changed); len(tiles) > 0 {
			w.tell(tiles)
		}
		select {
		case <-w.stop:
			return
		case <-time.After(wallInterval):
		}
	}
}

func (w *wall) typedAt(p peer.ID) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t, ok := w.lastTyped[p]; ok {
		return t.UnixMilli()
	}
	return 0
}

func (w *wall) close() {
	close(w.stop)
	<-w.done
}

// Wall lists every student's tile, by number. Only those who teach have one.
func (s *Service) Wall() ([]Tile, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, failure.Of(err)
	}
	if !current.Teaches() {
		return nil, failure.New(failure.CodeNotAllowed, "Only teachers see the wall.", "")
	}
	return append([]Tile{}, s.tiles(nil)...), nil
}

// tiles makes the tiles of the students in only, or of all for nil. It makes none where nobody teaches.
func (s *Service) tiles(only map[peer.ID]bool) []Tile {
	current, err := s.sessions.Current()
	if err != nil || !current.Teaches() {
		return nil
	}
	present := current.PresentMembers()
	var out []Tile
	for _, m := range current.Members() {
		if m.Role != identity.RoleStudent || m.Removed || only != nil && !only[m.Peer] {
			continue
		}
		t := Tile{ID: m.Peer.String(), Name: m.Name, Number: m.Number, Here: present[m.Peer], FirstLine: 1, LastTyped: s.wall.typedAt(m.Peer)}
		if d, err := current.Document(t.ID); err == nil {
			snap := d.Snapshot()
			caret, ok := d.Caret()
			t.Synced = snap.Epoch != ""
			t.Text, t.FirstLine, t.Lines = excerpt(snap.Text, caret.Head, ok)
		}
		out = append(out, t)
	}
	return out
}

// excerpt cuts the lines around a caret (in UTF-16 units) out of a text; without a caret, the first ones.
func excerpt(text string, caret int, known bool) (cut string, first, total int) {
	all := strings.Split(text, "\n")
	at := 0
	if known {
		at = lineAt(all, caret)
	}
	from := min(max(0, at-tileLines/2), max(0, len(all)-tileLines))
	shown := slices.Clone(all[from:min(len(all), from+tileLines)])
	for i, line := range shown {
		if runes := []rune(line); len(runes) > tileColumns {
			shown[i] = string(runes[:tileColumns])
		}
	}
	return strings.Join(shown, "\n"), from + 1, len(all)
}

// lineAt finds the index of the line in which a position in UTF-16 units stands.
func lineAt(lines []string, position int) int {
	for i, line := range lines {
		for _, r := range line {
			position--
			if r > 0xffff {
				position--
			}
		}
		if position--; position < 0 {
			return i
		}
	}
	return len(lines) - 1
}

// forget drops what was noted of students of another room.
func (w *wall) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	clear(w.lastTyped)
}
