package p2p_test

import (
	"encoding/json"
	"math/rand/v2"
	"time"
)

// caretAfter is how long the page waits before it tells where the caret is; meanwhile the caret may move on.
const caretAfter = 90 * time.Millisecond

// typist makes keystrokes as a person makes them: mostly a letter where the caret is, sometimes a new line, a letter
// taken back, or a jump to another place. What is typed is ASCII, so that a length is the same in every unit.
type typist struct {
	chance *rand.Rand
	pause  time.Duration // between two keystrokes: from half of it to one and a half
	length int           // of the text
	at     int           // where the caret is
}

func newTypist(seed uint64, pause time.Duration, text string) *typist {
	return &typist{chance: rand.New(rand.NewPCG(seed, 0)), pause: pause, length: len(text), at: len(text)}
}

// paper is what is typed on.
type paper interface {
	key(change json.RawMessage) error // a CodeMirror ChangeSet
	caret(at int) error
}

// types makes so many keystrokes at random moments, and moves the caret after them as the page does. It gives the
// moments of the keystrokes in Unix nanoseconds.
func (t *typist) types(keys int, on paper) (moments []int64, err error) {
	next := time.NewTimer(0)
	defer next.Stop()
	var caret <-chan time.Time
	for len(moments) < keys || caret != nil {
		select {
		case <-next.C:
			moments = append(moments, time.Now().UnixNano())
			err = on.key(t.key())
			if caret == nil {
				caret = time.After(caretAfter)
			}
			if len(moments) < keys {
				next.Reset(t.pause/2 + time.Duration(t.chance.Int64N(int64(t.pause))))
			}
		case <-caret:
			caret = nil
			err = on.caret(t.at)
		}
		if err != nil {
			return nil, err
		}
	}
	return moments, nil
}

// key is the next keystroke.
func (t *typist) key() json.RawMessage {
	if t.chance.IntN(20) == 0 {
		t.at = t.chance.IntN(t.length + 1)
	}
	replaced, inserted := []any{0, "x"}, 1
	switch n := t.chance.IntN(20); {
	case n == 0:
		replaced = []any{0, "", ""} // two lines: what was one is broken
	case n < 3 && t.at > 0:
		replaced, inserted = []any{1}, -1
		t.at--
	}
	var sections []any
	if t.at > 0 {
		sections = append(sections, t.at)
	}
	sections = append(sections, replaced)
	if after := t.length - t.at + min(inserted, 0); after > 0 {
		sections = append(sections, after)
	}
	t.at += max(inserted, 0)
	t.length += inserted
	raw, err := json.Marshal(sections)
	if err != nil {
		panic(err) // numbers and strings
	}
	return raw
}
