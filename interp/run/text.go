package run

import (
	"strings"
	"unicode/utf8"
)

// text cuts a stream of bytes into pieces that are valid UTF-8, without cutting
// through a character that arrives in two reads.
type text struct{ rest []byte }

// take returns what can be shown after b has arrived. Bytes that are not UTF-8
// become U+FFFD.
func (t *text) take(b []byte) string {
	b = append(t.rest, b...)
	n := len(b) - unfinished(b)
	t.rest = append([]byte(nil), b[n:]...)
	return strings.ToValidUTF8(string(b[:n]), "\uFFFD")
}

// end returns what is left when nothing more comes.
func (t *text) end() string {
	s := strings.ToValidUTF8(string(t.rest), "\uFFFD")
	t.rest = nil
	return s
}

// unfinished is how many bytes at the end of b are the beginning of a character.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}
