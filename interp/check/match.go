package check

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How well a name matches what is typed, the less the better.
const (
	begins     = iota // with it
	beginsFold        // with it, but for capitals
	fuzzy             // has its letters in order, and the first first
	scattered         // has its letters in order
)

// matches reports whether a name may be meant by what is typed of it, and how
// well it matches.
func matches(typed, name string) (how int, ok bool) {
	switch {
	case strings.HasPrefix(name, typed):
		return begins, true
	case len(name) >= len(typed) && strings.EqualFold(name[:len(typed)], typed):
		return beginsFold, true
	}
	first, _ := utf8.DecodeRuneInString(typed)
	head, _ := utf8.DecodeRuneInString(name)
	rest := name
	for _, r := range typed {
		i := strings.IndexFunc(rest, func(c rune) bool { return unicode.ToLower(c) == unicode.ToLower(r) })
		if i < 0 {
			return 0, false
		}
		_, n := utf8.DecodeRuneInString(rest[i:])
		rest = rest[i+n:]
	}
	if unicode.ToLower(first) == unicode.ToLower(head) {
		return fuzzy, true
	}
	return scattered, utf8.RuneCountInString(typed) > 1
}
