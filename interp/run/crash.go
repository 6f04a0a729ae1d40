package run

import (
	"bufio"
	"io"
	"regexp"
	"strconv"
	"strings"

	"thirdspace/interp/frame"
	"thirdspace/interp/yaegi"
)

// maxCrash is how much of a runner's last words is kept, in bytes and in lines
// of a trace.
const (
	maxCrash      = 16 << 10
	maxCrashTrace = 32
)

// crash is what a runner's process said on its crash channel: where the latest
// panic came from, and the Go runtime's words.
type crash struct {
	trace []place // innermost first
	words string
	shown bool // the program's standard error has had them already
}

// place is a function of the program, where it begins, and the only places in it
// that can panic in some way, by kind.
type place struct {
	file     string
	begin    [2]int // line, column
	function string
	only     map[string][2]int
	exact    bool // begin is the very line
}

// in returns where in the function a panic of that kind came from, and whether
// that is certain. If not, it is where the function begins.
func (p place) in(text string) (line, column int, exact bool) {
	at, ok := p.only[yaegi.SiteKind(text)]
	if !ok {
		at, ok = p.begin, p.exact
	}
	return at[0], at[1], ok
}

// words says where in the program a panic came from.
func (p place) words(text string) string {
	line, _, exact := p.in(text)
	if !exact {
		return " in the function " + strings.TrimPrefix(p.function, "main.")
	}
	s := " in line " + strconv.Itoa(line)
	if p.file != "main.go" {
		s += " of " + p.file
	}
	return s
}

var tracePattern = regexp.MustCompile(`^([1+]) ([^:]+):(\d{1,7}:\d{1,7}) (\S+)((?: [a-z]+=\d{1,7}:\d{1,7}){0,16})$`)

// readCrash reads the crash channel to its end. What is said too much is read
// and forgotten, so that the other side never waits.
func readCrash(r io.Reader) crash {
	var c crash
	var words strings.Builder
	br := bufio.NewReaderSize(r, maxCrash)
	for {
		b, err := br.ReadSlice('\n')
		line := strings.TrimSuffix(string(b), "\n")
		if t, ok := strings.CutPrefix(line, yaegi.TracePrefix); ok {
			c.addTrace(t)
		} else if line != "" && words.Len()+len(line) < maxCrash {
			words.WriteString(line + "\n")
		}
		if err != nil && err != bufio.ErrBufferFull {
			break
		}
	}
	c.words = strings.ToValidUTF8(words.String(), "\uFFFD")
	return c
}

func (c *crash) addTrace(t string) {
	m := tracePattern.FindStringSubmatch(t)
	if m == nil || frame.CheckName(m[2]) != nil {
		return
	}
	if m[1] == "1" {
		c.trace = nil
	}
	if len(c.trace) == maxCrashTrace {
		return
	}
	p := place{file: m[2], begin: lineColumn(m[3]), function: frame.Cut(m[4]), only: map[string][2]int{}}
	for _, f := range strings.Fields(m[5]) {
		kind, at, _ := strings.Cut(f, "=")
		p.only[kind] = lineColumn(at)
	}
	c.trace = append(c.trace, p)
}

// lineColumn reads what tracePattern has found to be two numbers.
func lineColumn(s string) [2]int {
	a, b, _ := strings.Cut(s, ":")
	line, _ := strconv.Atoi(a)
	column, _ := strconv.Atoi(b)
	return [2]int{line, column}
}

// panicked returns the words of the panic that ended the program.
func (c crash) panicked() (string, bool) {
	for line := range strings.Lines(c.words) {
		text, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "panic: ")
		if !ok {
			continue
		}
		text, _, _ = strings.Cut(text, " [recovered")
		// The runtime prints the interpreter's wrapping of a value.
		if strings.HasPrefix(text, "<") && strings.HasSuffix(text, " Value>") {
			text = "a value of type " + strings.TrimSuffix(strings.TrimPrefix(text, "<"), " Value>")
		}
		return yaegi.Reword(text), true
	}
	return "", false
}

// broke reports whether the Go runtime of the runner ended it.
func (c crash) broke() bool {
	_, panicked := c.panicked()
	_, fatal := c.fatal()
	return panicked || fatal
}

// fatal returns the words of an error that Go programs do not survive.
func (c crash) fatal() (string, bool) {
	for line := range strings.Lines(c.words) {
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, "fatal error: "); ok {
			return text, true
		}
	}
	return "", false
}

// overflowed reports whether the Go runtime ended the program because its stack
// was too large, or there was no memory to make it larger.
func (c crash) overflowed() bool {
	text, ok := c.fatal()
	return ok && (strings.Contains(text, "stack overflow") || strings.Contains(c.words, "runtime.copystack("))
}

// goText is what go run would have printed on standard error, as far as it is
// known: of a function whose line is not, only the name.
func (c crash) goText() string {
	var b strings.Builder
	text, panicked := c.panicked()
	if fatal, ok := c.fatal(); panicked {
		b.WriteString("panic: " + text + "\n")
	} else if ok {
		b.WriteString("fatal error: " + fatal + "\n")
	} else {
		return ""
	}
	for i, p := range c.trace {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString(p.function + "(...)\n")
		if line, _, exact := p.in(text); i == 0 && exact {
			b.WriteString("\t" + p.file + ":" + strconv.Itoa(line) + "\n")
		}
	}
	return b.String()
}
