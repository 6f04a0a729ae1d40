package grade

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"thirdspace/interp/gc"
)

// Bounds of what is kept of a run.
const (
	maxTests  = 1000     // that the suite has, and again as many subtests
	maxName   = 512      // bytes of a test's name
	maxLine   = 8 << 10  // bytes of a line that may be a frame
	maxOutput = 64 << 10 // bytes of the output of one test
)

// marker begins each line that the testing package itself prints, if it is told
// "-test.v=test2json".
const marker = "\x16"

// seen is what is known of a test or subtest from one run's output.
type seen struct {
	name   string
	began  bool
	waits  bool   // as parallel tests do before they go on
	framed string // the result that was printed
	signed string // the result that was signed, of a top-level test
	took   time.Duration
	output strings.Builder
	cut    bool
}

func (s *seen) print(text string) {
	if room := maxOutput - s.output.Len(); len(text) > room {
		text, s.cut = strings.ToValidUTF8(text[:room], ""), true
	}
	s.output.WriteString(text)
}

// frames reads the output of a test program: the framing of the testing package
// as cmd/internal/test2json reads it, and signed marks. Whatever is in the
// output, it reads it to the end and keeps a bounded part of it.
type frames struct {
	key   string
	tests []gc.Test

	byName  map[string]*seen
	order   []*seen // in which they began
	current *seen   // whose output this is
	outside seen    // output of no test
	serial  int     // of the latest mark
	forged  bool
	ended   bool // the run came to its end

	line []byte // not finished yet
	mid  bool   // what follows is the rest of a line that was too long
}

func newFrames(key string, tests []gc.Test) *frames {
	f := &frames{key: key, tests: tests, byName: map[string]*seen{}}
	f.current = &f.outside
	return f
}

// write takes more of the output.
func (f *frames) write(s string) {
	for s != "" {
		// A line ends with a newline, or before a marker.
		end := strings.IndexAny(s, "\n"+marker)
		switch {
		case end < 0:
			f.add(s)
			return
		case s[end] == '\n':
			f.add(s[:end+1])
			f.finish()
			s = s[end+1:]
		default:
			f.add(s[:end])
			f.finish()
			f.add(marker)
			s = s[end+1:]
		}
	}
}

// add takes a part of a line.
func (f *frames) add(s string) {
	if f.mid {
		f.current.print(s)
		return
	}
	f.line = append(f.line, s...)
	if len(f.line) > maxLine {
		f.mid = true
		f.current.print(string(f.line))
		f.line = f.line[:0]
	}
}

// finish takes the line that has ended.
func (f *frames) finish() {
	line := string(f.line)
	f.line, f.mid = f.line[:0], false
	frame, ok := strings.CutPrefix(line, marker)
	if !ok || !f.frame(strings.TrimSuffix(frame, "\n")) {
		f.current.print(line)
	}
}

// close takes what is left when no more comes.
func (f *frames) close() { f.finish() }

var (
	update = regexp.MustCompile(`^=== (RUN|PAUSE|CONT|NAME) {1,3}(\S.*)?$`)
	result = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): (\S.*) \(([0-9]{1,9}\.[0-9]{2})s\)$`)
)

// frame takes a line that followed a marker. It reports whether it is a frame.
func (f *frames) frame(line string) bool {
	if strings.HasPrefix(line, "=== MARK ") {
		f.mark(line)
		return true
	}
	if m := result.FindStringSubmatch(line); m != nil {
		f.result(strings.ToLower(m[1]), m[2], m[3])
		return true
	}
	if m := update.FindStringSubmatch(line); m != nil {
		f.update(m[1], m[2])
		return true
	}
	if line == "PASS" || line == "FAIL" { // of all of them together
		f.leave()
		return true
	}
	return false
}

func (f *frames) mark(line string) {
	m, ok := gc.ReadMark(f.key, line)
	if !ok || m.Serial <= f.serial {
		f.forged = true
		return
	}
	f.serial = m.Serial
	if m.Status == "end" {
		f.ended = true
		return
	}
	if m.Number >= len(f.tests) {
		f.forged = true
		return
	}
	// Of a test that is run twice, by a TestMain, the second time counts.
	f.test(f.tests[m.Number].Name).signed = m.Status
}

// test returns what is known of a top-level test that the suite has.
func (f *frames) test(name string) *seen {
	s := f.byName[name]
	if s == nil {
		s = &seen{name: name}
		f.byName[name] = s
		f.order = append(f.order, s)
	}
	return s
}

// find returns the test of a name that was printed, or nil if there can be none.
func (f *frames) find(name string, begins bool) *seen {
	if s := f.byName[name]; s != nil {
		return s
	}
	top, _, sub := strings.Cut(name, "/")
	switch {
	case len(name) > maxName, !f.has(top):
		return nil
	case !sub:
		return f.test(name)
	case !begins || f.byName[top] == nil || len(f.order) >= 2*maxTests:
		return nil
	}
	return f.test(name)
}

func (f *frames) has(name string) bool {
	for _, t := range f.tests {
		if t.Name == name {
			return true
		}
	}
	return false
}

// leave is where output begins that is of no test, after all of them. It is a
// forgery in the middle of one.
func (f *frames) leave() {
	top, _, _ := strings.Cut(f.current.name, "/")
	if s := f.byName[top]; s != nil && s.signed == "" {
		f.forged = true
		return
	}
	f.current = &f.outside
}

func (f *frames) update(action, name string) {
	if name == "" {
		f.current = &f.outside
		return
	}
	s := f.find(name, action == "RUN")
	if s == nil {
		f.forged = f.forged || len(f.order) < 2*maxTests
		return
	}
	switch action {
	case "RUN":
		s.began, s.framed = true, ""
	case "PAUSE":
		s.waits = true
	case "CONT":
		s.waits = false
	}
	f.current = s
}

func (f *frames) result(status, name, took string) {
	s := f.find(name, false)
	if s == nil {
		f.forged = f.forged || len(f.order) < 2*maxTests
		return
	}
	if !s.began || s.framed != "" && s.framed != status {
		f.forged = true
	}
	if s.framed != Fail {
		s.framed = status
	}
	seconds, _ := strconv.ParseFloat(took, 64) // it has matched
	s.took = time.Duration(seconds * float64(time.Second))
	f.current = s
}
