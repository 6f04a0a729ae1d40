package doc

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// text is a document's text as UTF-16 units in a gap buffer: what is typed at one place costs what is typed, whatever
// the length of the text.
type text struct {
	buf    []uint16
	lo, hi int // the gap: buf[lo:hi] is free
	bytes  int // length in UTF-8
}

// CheckText tells whether s can be the text of a document: valid UTF-8, at most [MaxText] bytes, lines ending in \n.
func CheckText(s string) error {
	switch {
	case len(s) > MaxText:
		return fmt.Errorf("%w: it has %d bytes where %d are allowed", ErrText, len(s), MaxText)
	case !utf8.ValidString(s):
		return fmt.Errorf("%w: it is not valid UTF-8", ErrText)
	case strings.ContainsRune(s, '\r'):
		return fmt.Errorf("%w: its lines do not end in \\n", ErrText)
	}
	return nil
}

// CleanText makes a text of a document out of what came from a file: \r\n and \r become \n, and bytes that are not
// UTF-8 become U+FFFD. It may still be too long.
func CleanText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\r", "\n"), "\ufffd")
}

func newText(s string) *text {
	units := make([]uint16, 0, len(s)+64)
	for _, r := range s {
		units = utf16.AppendRune(units, r)
	}
	return &text{buf: units[:cap(units)], lo: len(units), hi: cap(units), bytes: len(s)}
}

func (t *text) len() int { return len(t.buf) - (t.hi - t.lo) }

func (t *text) at(i int) uint16 {
	if i >= t.lo {
		i += t.hi - t.lo
	}
	return t.buf[i]
}

func (t *text) String() string {
	var b strings.Builder
	b.Grow(t.bytes)
	for i, n := 0, t.len(); i < n; i++ {
		r := rune(t.at(i))
		if utf16.IsSurrogate(r) && i+1 < n {
			i++
			r = utf16.DecodeRune(r, rune(t.at(i)))
		}
		b.WriteRune(r)
	}
	return b.String()
}

// utf8Len is how many bytes of UTF-8 the units take, counting half of four for each half of a surrogate pair.
func utf8Len(units []uint16) (n int) {
	for _, u := range units {
		switch {
		case u < 0x80:
			n++
		case u < 0x800 || isHigh(u) || isLow(u):
			n += 2
		default:
			n += 3
		}
	}
	return n
}

// apply changes the text and gives the change that undoes it. On an error the text is as it was.
func (t *text) apply(c change) (undo change, err error) {
	if c.before != t.len() {
		return change{}, fmt.Errorf("%w: it is made for a text of %d units, which has %d", ErrChange, c.before, t.len())
	}
	undo = t.splice(c)
	if t.bytes > MaxText {
		err = fmt.Errorf("%w: the text would have more than %d bytes", ErrChange, MaxText)
	} else {
		err = t.checkPairs(c)
	}
	if err != nil {
		t.splice(undo)
		return change{}, err
	}
	return undo, nil
}

func (t *text) splice(c change) (undo change) {
	undo = change{sections: make([]section, 0, len(c.sections)), before: c.after, after: c.before}
	pos := 0
	for _, s := range c.sections {
		if s.del == 0 && len(s.ins) == 0 {
			pos += s.keep
			undo.sections = append(undo.sections, s)
			continue
		}
		old := t.replace(pos, s.del, s.ins)
		undo.sections = append(undo.sections, section{del: len(s.ins), ins: old})
		pos += len(s.ins)
	}
	return undo
}

// replace puts ins in the place of del units at pos and gives the units that were there.
func (t *text) replace(pos, del int, ins []uint16) (old []uint16) {
	t.moveGap(pos)
	if del > 0 {
		old = slices.Clone(t.buf[t.hi : t.hi+del])
		t.hi += del
	}
	if t.hi-t.lo < len(ins) {
		t.grow(len(ins))
	}
	t.lo += copy(t.buf[t.lo:], ins)
	t.bytes += utf8Len(ins) - utf8Len(old)
	return old
}

func (t *text) moveGap(pos int) {
	switch {
	case pos < t.lo:
		n := t.lo - pos
		copy(t.buf[t.hi-n:t.hi], t.buf[pos:t.lo])
		t.lo, t.hi = t.lo-n, t.hi-n
	case pos > t.lo:
		n := pos - t.lo
		copy(t.buf[t.lo:], t.buf[t.hi:t.hi+n])
		t.lo, t.hi = t.lo+n, t.hi+n
	}
}

func (t *text) grow(need int) {
	tail := len(t.buf) - t.hi
	bigger := make([]uint16, t.lo+need+tail+len(t.buf)/2+64)
	copy(bigger, t.buf[:t.lo])
	copy(bigger[len(bigger)-tail:], t.buf[t.hi:])
	t.buf, t.hi = bigger, len(bigger)-tail
}

// checkPairs looks at every place that c has touched for half of a surrogate pair without the other.
func (t *text) checkPairs(c change) error {
	pos := 0
	for _, s := range c.sections {
		end := pos + s.keep + len(s.ins)
		if s.keep == 0 {
			for i := max(pos-1, 0); i <= end && i < t.len(); i++ {
				if !t.wholeAt(i) {
					return fmt.Errorf("%w: it would leave half a character at %d", ErrChange, i)
				}
			}
		}
		pos = end
	}
	return nil
}

func (t *text) wholeAt(i int) bool {
	u := t.at(i)
	switch {
	case isHigh(u):
		return i+1 < t.len() && isLow(t.at(i+1))
	case isLow(u):
		return i > 0 && isHigh(t.at(i-1))
	}
	return true
}

// difference is the change that makes b of a by replacing one stretch, the shortest that begins and ends between
// characters.
func difference(a, b []uint16) change {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	if start > 0 && isHigh(a[start-1]) {
		start--
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	if end > 0 && isLow(a[len(a)-end]) {
		end--
	}
	c := change{before: len(a), after: len(b)}
	if start > 0 {
		c.sections = append(c.sections, section{keep: start})
	}
	if del, ins := len(a)-start-end, b[start:len(b)-end]; del > 0 || len(ins) > 0 {
		c.sections = append(c.sections, section{del: del, ins: ins})
	}
	if end > 0 {
		c.sections = append(c.sections, section{keep: end})
	}
	return c
}

func (t *text) units() []uint16 {
	return slices.Concat(t.buf[:t.lo], t.buf[t.hi:])
}
