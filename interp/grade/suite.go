package grade

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// Submission is the program of a student.
type Submission struct {
	Files []run.File `json:"files"`
}

// Suite is what a program is to be tested with. All files together, with those of
// the submission, are bounded as those of any program are.
type Suite struct {
	// Visible files are _test.go files that the student may have, and what they need
	// besides: data, helpers, a go.mod file that names the package's import path.
	Visible []run.File `json:"visible,omitempty"`
	// Hidden files the student does not have. The program cannot read them; tests
	// among them that need data embed it.
	Hidden []run.File `json:"hidden,omitempty"`
	// Points are what top-level tests are worth; those not named are worth 1.
	Points map[string]int `json:"points,omitempty"`
	Limits Limits         `json:"limits"`
}

// Limits bound the running of all tests together; what is 0 is that of
// DefaultLimits.
type Limits struct {
	Time   time.Duration `json:"time"`   // as "go test -timeout", and of processor time
	Memory int64         `json:"memory"` // bytes, of the process as a whole
	Output int64         `json:"output"` // bytes
}

// DefaultLimits suit the tests of an exercise.
var DefaultLimits = Limits{Time: 30 * time.Second, Memory: 512 << 20, Output: 1 << 20}

// building is how long the compiler may take, besides Limits.Time.
const building = 5 * time.Minute

// Bounds of points, and of the names of all tests: a run can be told them all.
const (
	maxPoints = 1_000_000
	maxNames  = frame.MaxArgsSize - 1<<10 // bytes
)

func (l Limits) orDefault() Limits {
	if l.Time == 0 {
		l.Time = DefaultLimits.Time
	}
	if l.Memory == 0 {
		l.Memory = DefaultLimits.Memory
	}
	if l.Output == 0 {
		l.Output = DefaultLimits.Output
	}
	return l
}

func (l Limits) run() run.Limits {
	return run.Limits{Wall: l.Time + building, CPU: l.Time, Memory: l.Memory, Output: l.Output}
}

// SuiteError says what is wrong with a suite: nothing can be marked with it.
type SuiteError struct {
	Message     string           // one plain sentence
	Diagnostics []run.Diagnostic // in Go's words, if it is its Go that is wrong
}

func (e *SuiteError) Error() string { return e.Message }

func badSuite(format string, args ...any) error {
	return &SuiteError{Message: fmt.Sprintf(format, args...)}
}

var errNoTests = badSuite("There are no tests: a test is a function such as TestArea(t *testing.T) in a file whose name ends in _test.go.")

// files are those of the whole suite.
func (s Suite) files() []run.File { return slices.Concat(s.Visible, s.Hidden) }

// tests finds out which tests there are, in the order in which they are run, and
// whether the suite is sound as far as that can be known without a program.
func (s Suite) tests() ([]gc.Test, error) {
	all := framed(s.files())
	if len(all) == 0 {
		return nil, errNoTests
	}
	// The program is missing, so there may be no Go but that of the tests.
	if err := frame.CheckFiles(append(slices.Clone(all), frame.File{Name: spareName(all)})); err != nil {
		return nil, badSuite("The tests cannot be used: %s.", err)
	}
	tests, ds := gc.FindTests(all)
	if len(ds) > 0 {
		err := &SuiteError{Message: fmt.Sprintf("The tests cannot be used: %s.", place(diagnostic(ds[0])))}
		for _, d := range ds {
			err.Diagnostics = append(err.Diagnostics, diagnostic(d))
		}
		return nil, err
	}
	if len(tests) == 0 {
		return nil, errNoTests
	}
	if len(tests) > maxTests {
		return nil, badSuite("There are %d tests; at most %d are allowed.", len(tests), maxTests)
	}
	if names(tests) > maxNames {
		return nil, badSuite("The names of the tests are too long: together they may have %d KiB.", maxNames>>10)
	}
	return tests, s.checkPoints(tests)
}

// names is how many bytes the names of tests have together.
func names(tests []gc.Test) (n int) {
	for _, t := range tests {
		n += len(t.Name) + len("|")
	}
	return n
}

func diagnostic(d frame.Diagnostic) run.Diagnostic {
	return run.Diagnostic{File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn, Severity: d.Severity, Message: d.Message}
}

// spareName is a name that no file has.
func spareName(files []frame.File) string {
	name := "x.go"
	for slices.ContainsFunc(files, func(f frame.File) bool { return strings.EqualFold(f.Name, name) }) {
		name = "x" + name
	}
	return name
}

func (s Suite) checkPoints(tests []gc.Test) error {
	for name, n := range s.Points {
		if !slices.ContainsFunc(tests, func(t gc.Test) bool { return t.Name == name }) {
			return badSuite("There are points for %q, and no test of that name.", name)
		}
		if n < 0 || n > maxPoints {
			return badSuite("%s cannot be worth %d points.", name, n)
		}
	}
	return nil
}

func (s Suite) points(name string) int {
	if n, ok := s.Points[name]; ok {
		return n
	}
	return 1
}

func (s Suite) isHidden(file string) bool {
	return slices.ContainsFunc(s.Hidden, func(f run.File) bool { return f.Name == file })
}

// submitted returns the files of the program that take part, and the names of
// those that do not: tests, and what has the name of a file of the suite.
func (s Suite) submitted(sub Submission) (files []run.File, leftOut []string) {
	ours := map[string]bool{}
	for _, f := range s.files() {
		ours[strings.ToLower(f.Name)] = true
	}
	for _, f := range sub.Files {
		if low := strings.ToLower(f.Name); ours[low] || strings.HasSuffix(low, "_test.go") {
			leftOut = append(leftOut, f.Name)
			continue
		}
		files = append(files, f)
	}
	return files, leftOut
}

// checkSubmitted says what is wrong with the program before anybody looks at its
// Go, in a sentence, or "".
func (s Suite) checkSubmitted(sub Submission, files []run.File) string {
	// What was handed in as it is; then as it takes part.
	err := frame.CheckFiles(framed(sub.Files))
	if err == nil {
		err = frame.CheckFiles(framed(files))
	}
	if err == nil {
		err = frame.CheckFiles(framed(slices.Concat(files, s.files())))
	}
	if err != nil {
		return fmt.Sprintf("The program cannot be tested: %s.", err)
	}
	return ""
}

func framed(files []run.File) []frame.File {
	fs := make([]frame.File, len(files))
	for i, f := range files {
		fs[i] = frame.File(f)
	}
	return fs
}
