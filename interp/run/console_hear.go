package run

import (
	"regexp"
	"strings"
)

// The parts of what the program of a line prints: see check.Plan.
const (
	partEarlier = 0
	partBefore  = 'b'
	partLine    = 'o'
	partValue   = 'v'
	partAfter   = 'a'
	partEnd     = 'e'
)

// listening takes apart what the program of a line prints.
type listening struct {
	mark  string
	tell  func(ConsoleEvent)
	skip  int // bytes of what the line prints that have been shown before
	part  byte
	rest  string // the end of what was printed, which may be the beginning of a mark
	exit  Exit
	said  bool // something has been shown
	piece strings.Builder

	earlier       string            // what earlier lines printed
	before, after map[string]string // variables
	values        []string
	printed       strings.Builder // by the line itself

	known      string          // what earlier lines wrote to standard error the first time
	errors     strings.Builder // standard error, all of it
	shown      int             // bytes of errors that have been dealt with
	complained strings.Builder // by the line itself
}

func newListening(mark, known string, tell func(ConsoleEvent)) *listening {
	return &listening{mark: mark, known: known, tell: tell, before: map[string]string{}, after: map[string]string{}}
}

func (l *listening) hear(e Event) {
	switch {
	case e.Exit != nil:
		l.exit = *e.Exit
	case e.Kind == KindOutput && e.Stream == "stdout":
		l.take(e.Data)
	case e.Kind == KindOutput:
		l.errors.WriteString(e.Data)
		l.complain(false)
	}
}

// end hears the last of it.
func (l *listening) end() {
	l.say(l.rest)
	l.rest = ""
	l.close()
	l.complain(true)
}

// at reports whether a part is the one that was printed last.
func (l *listening) at(part byte) bool { return l.part == part }

// begun reports whether the line itself was reached.
func (l *listening) begun() bool { return l.part != partEarlier && l.part != partBefore }

// take cuts what is printed at its marks.
func (l *listening) take(data string) {
	l.rest += data
	for {
		i := strings.Index(l.rest, l.mark)
		if i < 0 {
			n := len(l.rest) - beginning(l.rest, l.mark)
			l.say(l.rest[:n])
			l.rest = l.rest[n:]
			return
		}
		after := i + len(l.mark)
		if after == len(l.rest) {
			return // which part is still to come
		}
		l.say(l.rest[:i])
		l.close()
		l.part = l.rest[after]
		l.rest = l.rest[after+1:]
	}
}

// beginning is the length of the end of s with which mark may begin.
func beginning(s, mark string) int {
	for n := min(len(s), len(mark)-1); n > 0; n-- {
		if strings.HasSuffix(s, mark[:n]) {
			return n
		}
	}
	return 0
}

// say takes some of the current part.
func (l *listening) say(s string) {
	if s == "" {
		return
	}
	if l.part == partLine {
		l.said = true
		l.printed.WriteString(s)
		n := min(l.skip, len(s))
		l.skip -= n
		if s = s[n:]; s != "" {
			l.tell(ConsoleEvent{Kind: KindOutput, Stream: "stdout", Data: s})
		}
		return
	}
	l.piece.WriteString(s)
}

// close takes the current part, which is complete.
func (l *listening) close() {
	text := l.piece.String()
	l.piece.Reset()
	name, value, _ := strings.Cut(text, "=")
	switch l.part {
	case partEarlier:
		l.earlier = text
	case partBefore:
		l.before[name] = value
	case partAfter:
		l.after[name] = value
	case partValue:
		l.values = append(l.values, text)
	}
}

// inexact reports whether the quick engine told a panic in fewer words than Go.
func (l *listening) inexact() bool {
	return l.exit.Reason == ReasonPanic && inexact.MatchString(l.errors.String())
}

// sameErrors reports whether earlier lines wrote to standard error what they
// wrote the first time.
func (l *listening) sameErrors() bool { return strings.HasPrefix(l.errors.String(), l.known) }

// trace is where Go begins to tell how a program ended, and where the goroutines
// are listed, whose functions are not what was typed.
var (
	trace      = regexp.MustCompile(`(?m)^(panic: |fatal error: |runtime: goroutine stack exceeds)`)
	goroutines = regexp.MustCompile(`(?m)^\n?(\[signal |goroutine \d+|runtime stack:|[\w.]+\(\.\.\.\)$)`)
	// inexact are words of Go's from which the quick engine leaves out the numbers.
	inexact = regexp.MustCompile(`(?m)^panic: (runtime error: (index|slice bounds) out of range$|reflect)`)
)

// complain shows standard error after what earlier lines wrote there. What may be
// the end of the program is held back until it is known.
func (l *listening) complain(ended bool) {
	all := l.errors.String()
	if !ended && len(all) < len(l.known) {
		return
	}
	if l.shown == 0 && strings.HasPrefix(all, l.known) {
		l.shown = len(l.known)
	}
	text := all[l.shown:]
	if at := trace.FindStringIndex(text); at != nil {
		if !ended {
			text = text[:at[0]]
		} else if l.exit.Reason == ReasonPanic {
			head, tail := text[:at[0]], text[at[0]:]
			if cut := goroutines.FindStringIndex(tail); cut != nil {
				tail = strings.TrimRight(tail[:cut[0]], "\n") + "\n"
			}
			l.shown = len(all)
			l.complaint(head + tail)
			return
		}
	} else if !ended {
		text = text[:strings.LastIndexByte(text, '\n')+1] // the rest may be the beginning of the end
	}
	l.shown += len(text)
	l.complaint(text)
}

func (l *listening) complaint(text string) {
	if text == "" {
		return
	}
	l.said = true
	l.complained.WriteString(text)
	l.tell(ConsoleEvent{Kind: KindOutput, Stream: "stderr", Data: text})
}
