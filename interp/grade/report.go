package grade

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"thirdspace/interp/run"
)

// The statuses of tests.
const (
	Pass   = "pass"
	Fail   = "fail"
	Skip   = "skip"
	NotRun = "not run" // it never began, or what became of it is not known
)

// Report is what came of the tests of a program.
type Report struct {
	Passed   bool   `json:"passed"`   // every test passed or was skipped by itself, one at least passed, and exit code 0
	Sentence string `json:"sentence"` // in plain words, fit to be shown
	Built    bool   `json:"built"`    // the program and its tests were compiled
	Tests    []Test `json:"tests"`    // all that the suite has, in its order
	Earned   int    `json:"earned"`   // points
	Possible int    `json:"possible"` // points

	// Diagnostics are why it was not built, in Go's words. Those of hidden files are
	// apart, because their words may give away what is in them.
	Diagnostics       []run.Diagnostic `json:"diagnostics,omitempty"`
	HiddenDiagnostics []run.Diagnostic `json:"hiddenDiagnostics,omitempty"`

	Output  string        `json:"output,omitempty"`  // what was printed outside of all tests
	LeftOut []string      `json:"leftOut,omitempty"` // files of the submission that took no part
	Forged  bool          `json:"forged,omitempty"`  // it printed what looks like results of tests, which was not believed
	Exit    *run.Exit     `json:"exit,omitempty"`    // of the first run, if there was one
	Runs    int           `json:"runs"`              // how often the tests had to be started
	Wall    time.Duration `json:"wall"`              // of all runs together, with the compiling
}

// Test is what became of a test.
type Test struct {
	Name     string        `json:"name"` // of a subtest too the whole name: "TestArea/square"
	Status   string        `json:"status"`
	Time     time.Duration `json:"time"`             // to a hundredth of a second
	Output   string        `json:"output,omitempty"` // what was printed while it ran, up to maxOutput
	Note     string        `json:"note,omitempty"`   // one plain sentence, where there is more to say
	Hidden   bool          `json:"hidden,omitempty"`
	Earned   int           `json:"earned"` // points; of subtests always 0
	Possible int           `json:"possible"`
	Subtests []Test        `json:"subtests,omitempty"`
}

// Visible is the part of a report that a student may see: hidden tests are left
// out, and so is what was printed outside of tests, as a hidden one may have been
// the cause; after a forgery, all that was printed. Points are those of what is
// left. That a hidden test could not be built is still said. It does not keep a
// program from printing in a visible test what it was asked in a hidden one.
func (r Report) Visible() Report {
	v := r
	v.Tests = slices.DeleteFunc(slices.Clone(r.Tests), func(t Test) bool { return t.Hidden })
	v.HiddenDiagnostics, v.Output = nil, ""
	if len(v.Tests) == len(r.Tests) {
		v.Output = r.Output
		return v
	}
	v.Exit = nil
	if r.Forged {
		v.Tests = withoutOutput(v.Tests)
	}
	v.Earned, v.Possible = points(v.Tests)
	if r.Built {
		v.Passed = succeeded(v.Tests)
		v.Sentence = counted(v.Tests)
	}
	return v
}

func withoutOutput(tests []Test) []Test {
	tests = slices.Clone(tests)
	for i := range tests {
		tests[i].Output = ""
		tests[i].Subtests = withoutOutput(tests[i].Subtests)
	}
	return tests
}

func points(tests []Test) (earned, possible int) {
	for _, t := range tests {
		earned += t.Earned
		possible += t.Possible
	}
	return earned, possible
}

func count(tests []Test, status string) (n int) {
	for _, t := range tests {
		if t.Status == status {
			n++
		}
	}
	return n
}

func succeeded(tests []Test) bool {
	return count(tests, Pass) > 0 && count(tests, Pass)+count(tests, Skip) == len(tests)
}

// counted says in a sentence how many tests passed.
func counted(tests []Test) string {
	passed := count(tests, Pass)
	switch n := len(tests); {
	case n == 0:
		return "There are no tests to be seen."
	case passed == n && n == 1:
		return "The test passed."
	case passed == n:
		return fmt.Sprintf("All %d tests passed.", n)
	}
	var others []string
	for _, s := range []struct{ status, words string }{{Fail, "failed"}, {Skip, "skipped"}, {NotRun, "not run"}} {
		if n := count(tests, s.status); n > 0 {
			others = append(others, fmt.Sprintf("%d %s", n, s.words))
		}
	}
	return fmt.Sprintf("%d of %s passed; %s.", passed, plural(len(tests), "test"), strings.Join(others, ", "))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Table writes the tests as lines for people: result, name, time and points, with
// the output of those that did not pass below them.
func (r Report) Table(w io.Writer) error {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "RESULT\tTEST\tTIME\tPOINTS")
	for _, test := range r.Tests {
		test.line(t, 0)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	for _, test := range r.Tests {
		test.said(&b)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func (t Test) line(w io.Writer, depth int) {
	name, earned := strings.Repeat("  ", depth)+printable(t.Name), ""
	if depth == 0 {
		earned = fmt.Sprintf("%d/%d", t.Earned, t.Possible)
		if t.Hidden {
			name += " (hidden)"
		}
	}
	took := fmt.Sprintf("%.2fs", t.Time.Seconds())
	if t.Status == NotRun {
		took = "-"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.Status, name, took, earned)
	for _, sub := range t.Subtests {
		sub.line(w, depth+1)
	}
}

// said writes what a test that failed has printed, and what is to be known of it.
func (t Test) said(b *strings.Builder) {
	if t.Status == Fail && t.Output != "" || t.Note != "" {
		fmt.Fprintf(b, "\n%s:\n", printable(t.Name))
		for line := range strings.Lines(t.Output) {
			fmt.Fprintf(b, "    %s\n", printable(strings.TrimSuffix(line, "\n")))
		}
		if t.Note != "" {
			fmt.Fprintf(b, "    %s\n", t.Note)
		}
	}
	for _, sub := range t.Subtests {
		sub.said(b)
	}
}

// printable keeps what a program printed from steering a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// place words a diagnostic and where it is.
func place(d run.Diagnostic) string {
	message, _, _ := strings.Cut(d.Message, "\n")
	if d.File == "" || d.Line == 0 {
		return message
	}
	return fmt.Sprintf("line %d of %s: %s", d.Line, d.File, message)
}
