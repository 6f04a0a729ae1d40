package run

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// lastWords listens to the standard error of a compiled program for what Go's
// runtime says when it ends one: the latest line that begins as that does, and
// what follows it. A program can say the same and deceives nobody but the person
// who started it.
type lastWords struct {
	line []byte // not finished yet
	said bytes.Buffer
}

// lastWordsOn is the stream on which Go's runtime says how it ended a compiled
// program.
func (p Program) lastWordsOn() int {
	if p.Tests != nil {
		return stdout
	}
	return stderr
}

// maxLine is how many bytes of one line are kept.
const maxLine = 4 << 10

func (w *lastWords) add(b []byte) {
	for len(b) > 0 {
		part, rest, ended := bytes.Cut(b, []byte("\n"))
		if room := maxLine - len(w.line); room > 0 {
			w.line = append(w.line, part[:min(room, len(part))]...)
		}
		if !ended {
			return
		}
		w.finish()
		b = rest
	}
}

// finish takes a line that has ended.
func (w *lastWords) finish() {
	if bytes.HasPrefix(w.line, []byte("panic: ")) || bytes.HasPrefix(w.line, []byte("fatal error: ")) {
		w.said.Reset()
		w.said.WriteString(string(w.line) + "\n")
	} else if n := w.said.Len(); n > 0 && n+len(w.line) < maxCrash {
		w.said.WriteString(string(w.line) + "\n")
	}
	w.line = w.line[:0]
}

var (
	// A line of a trace that says where: a file of the program has no folder.
	tracePlace = regexp.MustCompile(`^\t([^/\\:]+\.go):(\d{1,7})(?: \+0x[0-9a-f]+)?$`)
	traceCall  = regexp.MustCompile(`^(main\..+)\([^()]*\)$`)
)

// crash returns what was said, if anything was.
func (w *lastWords) crash(p Program) (crash, bool) {
	w.finish()
	c := crash{words: strings.ToValidUTF8(w.said.String(), "\uFFFD"), shown: true}
	if c.words == "" {
		return crash{}, false
	}
	function := ""
	for line := range strings.Lines(c.words) {
		line = strings.TrimSuffix(line, "\n")
		at := tracePlace.FindStringSubmatch(line)
		if at != nil && function != "" && len(c.trace) < maxCrashTrace && slices.ContainsFunc(p.Files, func(f File) bool { return f.Name == at[1] }) {
			n, _ := strconv.Atoi(at[2])
			c.trace = append(c.trace, place{file: at[1], begin: [2]int{n, 0}, function: function, exact: true})
		}
		function = ""
		if call := traceCall.FindStringSubmatch(line); call != nil {
			function = call[1]
		}
		if strings.HasPrefix(line, "goroutine ") && len(c.trace) > 0 {
			break // of another goroutine
		}
	}
	return c, true
}
