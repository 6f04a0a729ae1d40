package doc

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// section is one part of a change: so many units kept, or so many replaced.
type section struct {
	keep, del int
	ins       []uint16
}

// change is a ChangeSet: sections that cover a text of before units and make one of after.
type change struct {
	sections      []section
	before, after int
}

// maxUnits bounds every number in a change; no text is that long.
const maxUnits = 1 << 30

// parseChange reads the JSON of a ChangeSet: [5, [2], [0,"one","two"], 3] keeps 5 units, deletes 2, inserts two lines
// with a line break between them, and keeps 3. It is as strict as CodeMirror's own ChangeSet.fromJSON, and refuses
// line breaks within a line, which CodeMirror would later count in another way.
func parseChange(raw []byte) (change, error) {
	if len(raw) > MaxChange {
		return change{}, fmt.Errorf("%w: it has %d bytes where %d are allowed", ErrChange, len(raw), MaxChange)
	}
	p := &changeParser{b: raw}
	c := p.change()
	if p.err == nil && p.peek() != 0 {
		p.fail("something follows it")
	}
	if p.err != nil {
		return change{}, p.err
	}
	return c, nil
}

type changeParser struct {
	b   []byte
	i   int
	err error
}

func (p *changeParser) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: %s at byte %d", ErrChange, what, p.i)
		p.i = len(p.b)
	}
}

// peek skips white space and gives the byte that follows, or 0 at the end.
func (p *changeParser) peek() byte {
	for p.i < len(p.b) {
		switch c := p.b[p.i]; c {
		case ' ', '\t', '\n', '\r':
			p.i++
		case 0:
			p.fail("a zero byte")
		default:
			return c
		}
	}
	return 0
}

func (p *changeParser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.i++
	return true
}

// list reads [ item, item … ].
func (p *changeParser) list(item func()) {
	if !p.take('[') {
		p.fail("a list was expected")
		return
	}
	if p.take(']') {
		return
	}
	for p.err == nil {
		item()
		if p.take(']') {
			return
		}
		if !p.take(',') {
			p.fail("a comma was expected")
		}
	}
}

func (p *changeParser) change() (c change) {
	p.list(func() {
		var s section
		if p.peek() == '[' {
			s = p.replacement()
		} else {
			s = section{keep: p.number()}
		}
		c.before += s.keep + s.del
		c.after += s.keep + len(s.ins)
		if c.before > maxUnits || c.after > maxUnits {
			p.fail("it is too long")
			return
		}
		c.sections = append(c.sections, s)
	})
	return c
}

func (p *changeParser) replacement() (s section) {
	n := 0
	p.list(func() {
		switch n++; n {
		case 1:
			s.del = p.number()
		case 2:
			s.ins = p.line(s.ins)
		default:
			s.ins = p.line(append(s.ins, '\n'))
		}
	})
	if n == 0 {
		p.fail("an empty section")
	}
	return s
}

func (p *changeParser) number() int {
	p.peek()
	start := p.i
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
	n, err := strconv.ParseUint(string(p.b[start:p.i]), 10, 31)
	leadingZero := p.i-start > 1 && p.b[start] == '0' // which JSON does not know
	if err != nil || n > maxUnits || leadingZero {
		p.fail("a number was expected")
		return 0
	}
	return int(n)
}

// line appends a JSON string to to. Escapes of single surrogates stand: whether they meet their other half is seen
// when the change is applied.
func (p *changeParser) line(to []uint16) []uint16 {
	if !p.take('"') {
		p.fail("a text was expected")
		return to
	}
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return to
		case c == '\\':
			u, ok := p.escape()
			if !ok || u == '\n' || u == '\r' {
				p.fail("an escape that cannot stand in a line")
				return to
			}
			to = append(to, u)
		case c < 0x20:
			p.fail("a control character in a text")
			return to
		default:
			r, size := utf8.DecodeRune(p.b[p.i:])
			if r == utf8.RuneError && size == 1 {
				p.fail("bytes that are not UTF-8")
				return to
			}
			to = utf16.AppendRune(to, r)
			p.i += size
		}
	}
	p.fail("a text without an end")
	return to
}

var escapes = map[byte]uint16{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *changeParser) escape() (uint16, bool) {
	if p.i+1 >= len(p.b) {
		return 0, false
	}
	c := p.b[p.i+1]
	if c != 'u' {
		p.i += 2
		u, ok := escapes[c]
		return u, ok
	}
	if p.i+6 > len(p.b) {
		return 0, false
	}
	for _, digit := range p.b[p.i+2 : p.i+6] {
		if digit == '_' || digit == '+' || digit == '-' { // which ParseUint might take
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(p.b[p.i+2:p.i+6]), 16, 16)
	p.i += 6
	return uint16(n), err == nil
}

// mapPos carries a position through the change, as CodeMirror's mapPos(at, 1) does: what is inserted there goes before
// it, and from within what was replaced it comes to the end of what stands there instead. A position beyond the end
// comes to the end.
func (c change) mapPos(at int) int {
	from, to := 0, 0 // before and after the change
	for _, s := range c.sections {
		end := from + s.keep + s.del
		switch {
		case s.del == 0 && len(s.ins) == 0:
			if end > at {
				return to + at - from
			}
			to += s.keep
		case end > at && at == from:
			return to
		case end > at:
			return to + len(s.ins)
		default:
			to += len(s.ins)
		}
		from = end
	}
	return to
}

// json writes a change as CodeMirror does.
func (c change) json() []byte {
	b := []byte{'['}
	for i, s := range c.sections {
		if i > 0 {
			b = append(b, ',')
		}
		if s.del == 0 && len(s.ins) == 0 {
			b = strconv.AppendInt(b, int64(s.keep), 10)
			continue
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, int64(s.del), 10)
		if len(s.ins) > 0 {
			b = append(b, ',')
			b = appendLines(b, s.ins)
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// appendLines writes units as JSON strings, one for each line.
func appendLines(b []byte, units []uint16) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(units); i++ {
		u := units[i]
		switch {
		case u == '\n':
			b = append(b, `","`...)
		case u == '"' || u == '\\':
			b = append(b, '\\', byte(u))
		case utf16.IsSurrogate(rune(u)) && i+1 < len(units) && isPair(u, units[i+1]):
			b = utf8.AppendRune(b, utf16.DecodeRune(rune(u), rune(units[i+1])))
			i++
		case u < 0x20 || utf16.IsSurrogate(rune(u)):
			b = append(b, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
		default:
			b = utf8.AppendRune(b, rune(u))
		}
	}
	return append(b, '"')
}

func isHigh(u uint16) bool         { return u&0xfc00 == 0xd800 }
func isLow(u uint16) bool          { return u&0xfc00 == 0xdc00 }
func isPair(high, low uint16) bool { return isHigh(high) && isLow(low) }
