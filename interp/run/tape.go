package run

import (
	"errors"
	"io"
	"sync"
)

// Bounds of a tape, in bytes.
const (
	maxPending = 64 << 10 // typed and not read yet: as much as a pipe holds
	maxKept    = 1 << 20  // kept for being told again; also of what is printed
)

// errLost is what a reader gets that is too far behind.
var errLost = errors.New("what was typed is no longer known from the beginning")

// tape is what is typed into a run, on its way to the program. It is kept from
// the beginning as long as another engine may have to be told all of it again.
type tape struct {
	mu      sync.Mutex
	changed *sync.Cond

	data  []byte
	base  int64 // where in the whole data begins
	ended bool  // no more will be typed
	shut  bool  // nobody reads any more
	kept  bool  // data begins at the beginning
	front *tapeReader
}

// tapeReader reads a tape from its beginning.
type tapeReader struct {
	t      *tape
	at     int64
	closed bool
	lost   bool
}

func newTape() *tape {
	t := &tape{kept: true}
	t.changed = sync.NewCond(&t.mu)
	return t
}

// Write adds what was typed. It blocks while much of it has not been read, and
// returns ErrEnded once nothing is read any more.
func (t *tape) Write(b []byte) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for {
		if t.ended || t.shut {
			return n, ErrEnded
		}
		if n == len(b) {
			return n, nil
		}
		room := maxPending - int(t.base+int64(len(t.data))-t.read())
		if room <= 0 {
			t.changed.Wait()
			continue
		}
		k := min(room, len(b)-n)
		t.data = append(t.data, b[n:n+k]...)
		n += k
		if t.kept && len(t.data) > maxKept {
			t.kept = false
		}
		t.trim()
		t.changed.Broadcast()
	}
}

// read is how much the reader in front has read.
func (t *tape) read() int64 {
	if t.front == nil {
		return 0
	}
	return t.front.at
}

// trim forgets what need not be told again. Who has not read it is lost.
func (t *tape) trim() {
	if t.kept || t.front == nil {
		return
	}
	t.data = t.data[t.front.at-t.base:]
	t.base = t.front.at
}

// end says that no more will be typed.
func (t *tape) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.changed.Broadcast()
}

// close says that nobody reads any more, in the way of the run that has ended.
func (t *tape) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shut, t.data, t.kept = true, nil, false
	t.changed.Broadcast()
}

// reader returns a reader of the whole tape. The first one is in front.
func (t *tape) reader() *tapeReader {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := &tapeReader{t: t, lost: t.base > 0}
	if t.front == nil {
		t.front = r
	}
	return r
}

// lead puts the reader in front: it is for it that Write waits. Nothing is kept
// to be told again from then on.
func (t *tape) lead(r *tapeReader) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.front, t.kept = r, false
	t.trim()
	t.changed.Broadcast()
}

// forget keeps nothing any more that has been read.
func (t *tape) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = false
	t.trim()
}

// begun reports whether anything that was typed was handed to the program.
func (t *tape) begun() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.read() > 0
}

// whole reports whether everything typed so far can be told again.
func (t *tape) whole() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.kept
}

// Read waits for what was typed after what has been read. It returns io.EOF at
// the end, and when the reader is closed.
func (r *tapeReader) Read(b []byte) (int, error) {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	for {
		switch {
		case r.closed || r.t.shut:
			return 0, io.EOF
		case r.lost || r.at < r.t.base:
			r.lost = true
			return 0, errLost
		}
		if rest := r.t.data[r.at-r.t.base:]; len(rest) > 0 {
			n := copy(b, rest)
			r.at += int64(n)
			if r == r.t.front {
				r.t.trim()
				r.t.changed.Broadcast()
			}
			return n, nil
		}
		if r.t.ended {
			return 0, io.EOF
		}
		r.t.changed.Wait()
	}
}

// close ends the reader's reads.
func (r *tapeReader) close() {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.closed = true
	r.t.changed.Broadcast()
}

// refuse says that the program has closed its input. If it is the one in front,
// nothing can be typed any more.
func (r *tapeReader) refuse() {
	r.t.mu.Lock()
	defer r.t.mu.Unlock()
	r.closed = true
	if r == r.t.front {
		r.t.ended = true
	}
	r.t.changed.Broadcast()
}
