package wire

import (
	"strings"
	"unicode"
)

// bidiControls reorder what stands around them, beyond the text that has them if they are not closed (Unicode, UAX #9):
// embeddings, overrides and isolates. Marks of direction, which only say how their neighbours run, are not among them.
var bidiControls = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x202a, Hi: 0x202e, Stride: 1}, {Lo: 0x2066, Hi: 0x2069, Stride: 1}}}

// CleanText makes what a person wrote fit to be shown between what others wrote: without control characters but tab and
// line feed, without controls of direction that reach beyond it, without more marks on one character than any script
// needs, and empty if nothing in it can be seen.
func CleanText(s string) string {
	marks, seen := 0, false
	s = strings.Map(func(r rune) rune {
		white := r == '\n' || r == '\t'
		if unicode.IsControl(r) && !white || unicode.Is(bidiControls, r) {
			return -1 // and what stood before it now stands before what follows
		}
		if !unicode.IsMark(r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return -1
		}
		seen = seen || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.In(r, invisible...)
		return r
	}, s)
	if !seen {
		return ""
	}
	return s
}

// MaxTime bounds every moment that is sent, in Unix ms: the end of the year 9999. What is later no calendar shows.
const MaxTime = 253_402_300_799_999

// ValidTime tells whether ms, since 1970, can be a moment of a class.
func ValidTime(ms int64) bool { return ms >= 0 && ms <= MaxTime }
