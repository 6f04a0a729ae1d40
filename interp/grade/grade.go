package grade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// maxRuns is how often the tests of a program are begun again without one that
// took the others with it.
const maxRuns = 5

// ErrUnavailable is behind the errors of Grade that mean that programs cannot be
// compiled or run on this machine now, whichever they are.
var ErrUnavailable = errors.New("tests cannot be run on this machine now")

// unavailable is such an error, in the words of package run.
type unavailable string

func (u unavailable) Error() string      { return string(u) }
func (unavailable) Is(target error) bool { return target == ErrUnavailable }

// Grade tests a program with a suite, in a process that the pool gives. An error
// means that there is nothing to be said of the program: the suite is not right (a
// *SuiteError), ctx has ended, or this machine cannot do it (ErrUnavailable); it
// is a sentence fit to be shown. What is wrong with the program is in
// the report. It takes at most five times Limits.Time, and the compiling.
func Grade(ctx context.Context, pool *run.Pool, sub Submission, suite Suite) (Report, error) {
	tests, err := suite.tests()
	if err != nil {
		return Report{}, err
	}
	files, leftOut := suite.submitted(sub)
	m := &marking{suite: suite, limits: suite.Limits.orDefault(), tests: tests, files: files, of: make([]outcome, len(tests))}
	m.report.LeftOut = leftOut
	if err := m.limits.check(); err != nil {
		return Report{}, err
	}
	if m.refuse(sub) {
		return m.finish(), nil
	}
	if err := m.runAll(ctx, pool); err != nil {
		return Report{}, err
	}
	return m.finish(), nil
}

// marking is one program on its way to its report.
type marking struct {
	suite  Suite
	limits Limits
	tests  []gc.Test
	files  []run.File // of the submission, those that take part
	of     []outcome  // what became of each of tests
	broke  []string   // the sentences of how runs broke off
	unread string     // a file of which it is not known whether it may be tested
	ended  bool       // the first run came to its end
	report Report
}

// outcome is what became of a top-level test.
type outcome struct {
	status string // "" as long as it is not known
	test   Test   // its output, time and subtests
	note   string
}

// refuse looks for what keeps a program from being built at all. It reports
// whether there is anything.
func (m *marking) refuse(sub Submission) bool {
	if text := m.suite.checkSubmitted(sub, m.files); text != "" {
		m.report.Sentence = text
		return true
	}
	ds, unread := forbidden(m.files, m.suite.files())
	if len(ds) > 0 {
		m.notBuilt(ds)
		return true
	}
	m.unread = unread
	theirs, ours := packageOf(m.files), packageOf(m.suite.files())
	if theirs != "" && ours != "" && theirs != ours {
		m.report.Sentence = fmt.Sprintf("The program is of package %s, and the tests are for package %s: its files must begin with \"package %s\".", theirs, ours, ours)
		return true
	}
	return false
}

// notBuilt takes the diagnostics of a program that was not built.
func (m *marking) notBuilt(ds []run.Diagnostic) {
	r := &m.report
	for _, d := range ds {
		if m.suite.isHidden(d.File) {
			r.HiddenDiagnostics = append(r.HiddenDiagnostics, d)
		} else {
			r.Diagnostics = append(r.Diagnostics, m.withoutHidden(d))
		}
	}
	inSuite := slices.ContainsFunc(r.Diagnostics, func(d run.Diagnostic) bool {
		return slices.ContainsFunc(m.suite.Visible, func(f run.File) bool { return f.Name == d.File })
	})
	switch {
	case len(r.Diagnostics) == 0:
		r.Sentence = "A hidden test does not build with this program: something that it needs is missing here, or is declared in another way than the exercise says."
	case inSuite:
		r.Sentence = fmt.Sprintf("The tests do not build with this program: %s.", place(r.Diagnostics[0]))
	default:
		r.Sentence = fmt.Sprintf("The program does not build: it has %s, the first in %s.", plural(len(r.Diagnostics), "error"), place(r.Diagnostics[0]))
	}
}

// withoutHidden leaves out of a message what is said of a place in a hidden file,
// which follows on lines of its own.
func (m *marking) withoutHidden(d run.Diagnostic) run.Diagnostic {
	first, rest, _ := strings.Cut(d.Message, "\n")
	lines := slices.DeleteFunc(strings.Split(rest, "\n"), func(line string) bool {
		return line == "" || slices.ContainsFunc(m.suite.Hidden, func(f run.File) bool { return strings.Contains(line, f.Name+":") })
	})
	d.Message = strings.Join(append([]string{first}, lines...), "\n")
	return d
}

// runAll runs the tests until what became of each is known, or it helps no more.
func (m *marking) runAll(ctx context.Context, pool *run.Pool) error {
	for m.report.Runs < maxRuns {
		more, err := m.runOnce(ctx, pool)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// runOnce runs the tests that nothing is known of. It reports whether to do so
// again.
func (m *marking) runOnce(ctx context.Context, pool *run.Pool) (again bool, err error) {
	key, err := gc.NewKey()
	if err != nil {
		return false, err
	}
	out := newFrames(key, m.tests)
	prog := run.Program{
		Files: slices.Concat(m.files, m.suite.Visible),
		Tests: &run.Tests{Hidden: m.suite.Hidden, Args: m.args()},
	}
	r, err := pool.Start(ctx, prog, m.limits.run())
	if err != nil {
		return false, fmt.Errorf("start the tests: %w", err)
	}
	typed := make(chan struct{})
	go func() {
		defer close(typed)
		_, _ = r.Write([]byte(key)) // or it has ended already
		_ = r.CloseStdin()
	}()
	exit, ds := listen(r, out)
	<-typed
	m.report.Runs++
	m.report.Wall += exit.Wall
	switch exit.Reason {
	case run.ReasonUnavailable:
		return false, unavailable(strings.TrimSuffix(exit.Message, "."))
	case run.ReasonStopped:
		if ctx.Err() != nil {
			return false, fmt.Errorf("the testing was stopped: %w", context.Cause(ctx))
		}
		return false, errors.New("the testing was stopped")
	case run.ReasonCompile:
		m.notBuilt(ds)
		return false, nil
	}
	if m.unread != "" { // but by the compiler
		m.report.Sentence = fmt.Sprintf("The program cannot be tested: what is written in %s is nested too deeply to be looked at.", m.unread)
		return false, nil
	}
	return m.take(out, exit), nil
}

// listen reads a run to its end.
func listen(r *run.Run, out *frames) (run.Exit, []run.Diagnostic) {
	var exit run.Exit
	var ds []run.Diagnostic
	for e := range r.Events() {
		switch {
		case e.Exit != nil:
			exit = *e.Exit
		case e.Diagnostic != nil:
			ds = append(ds, *e.Diagnostic)
		case e.Kind == run.KindOutput:
			out.write(e.Data)
		}
	}
	out.close()
	return exit, ds
}

// args are the arguments of the next run.
func (m *marking) args() []string {
	args := []string{"-test.v=test2json", "-test.paniconexit0", "-test.timeout=" + m.limits.Time.String()}
	if m.report.Runs == 0 {
		return args
	}
	var names []string
	for i, t := range m.tests {
		if m.of[i].status == "" {
			names = append(names, t.Name)
		}
	}
	return append(args, "-test.run="+strings.Join(names, "|"))
}

// take notes what a run has shown. It reports whether another one is to follow.
func (m *marking) take(out *frames, exit run.Exit) (again bool) {
	if m.report.Runs == 1 {
		m.report.Built, m.report.Exit, m.ended = true, &exit, out.ended
		m.report.Output = out.outside.output.String()
	}
	m.report.Forged = m.report.Forged || out.forged
	subtests := out.subtests()
	learned := false
	for i, t := range m.tests {
		o := &m.of[i]
		s := out.byName[t.Name]
		if o.status != "" || s == nil {
			continue
		}
		if o.status = s.status(); o.status != "" {
			o.test = s.report(subtests)
			learned = true
		}
		// What passes is signed before it is printed.
		if s.framed == Pass && s.signed != Pass || s.framed == Skip && s.signed != Skip {
			m.report.Forged = true
		}
	}
	// The alarm of a test that takes too long ends all of them too, and then panics.
	if out.ended && (exit.Reason == run.ReasonDone || exit.Reason == run.ReasonFailed) {
		return false
	}
	learned = m.blame(out, exit, subtests) || learned
	return learned && slices.ContainsFunc(m.of, func(o outcome) bool { return o.status == "" })
}

// blame finds the test in which a run broke off, which has failed unless it had
// come to its end. It reports whether that was not known.
func (m *marking) blame(out *frames, exit run.Exit, subtests map[string][]*seen) bool {
	unknown := slices.ContainsFunc(m.of, func(o outcome) bool { return o.status == "" })
	top, _, _ := strings.Cut(out.current.name, "/")
	i := slices.IndexFunc(m.tests, func(t gc.Test) bool { return t.Name == top })
	if i < 0 || m.of[i].status == Pass || m.of[i].status == Skip {
		if unknown && len(m.broke) == 0 {
			m.broke = append(m.broke, exit.Message)
		}
		return false
	}
	o := &m.of[i]
	known := o.status != ""
	o.status, o.note = Fail, exit.Message
	if exit.Reason == run.ReasonDone {
		o.note = "The program ended in the middle of this test, without an error."
	}
	o.test = out.byName[top].report(subtests)
	return !known
}

// status is what is believed of a top-level test: what was signed, and a failure
// also if it was merely printed.
func (s *seen) status() string {
	if s.framed == Fail && s.began {
		return Fail
	}
	return s.signed
}

// subtests returns what is known of subtests, below the name of what they are
// part of.
func (f *frames) subtests() map[string][]*seen {
	below := map[string][]*seen{}
	for _, s := range f.order {
		parent := s.name
		for {
			i := strings.LastIndexByte(parent, '/')
			if i < 0 {
				break
			}
			if parent = parent[:i]; f.byName[parent] != nil {
				below[parent] = append(below[parent], s)
				break
			}
		}
	}
	return below
}

// report makes a test of what was seen. A subtest that did not come to its end has
// failed.
func (s *seen) report(below map[string][]*seen) Test {
	t := Test{Name: s.name, Status: s.framed, Time: s.took, Output: s.output.String()}
	if s.cut {
		t.Note = fmt.Sprintf("It printed more than the %d KiB that are kept.", maxOutput>>10)
	}
	if t.Status == "" {
		t.Status = NotRun
		if s.began {
			t.Status = Fail
		}
	}
	for _, sub := range below[s.name] {
		t.Subtests = append(t.Subtests, sub.report(below))
	}
	return t
}

// finish makes the report.
func (m *marking) finish() Report {
	r := &m.report
	for i, t := range m.tests {
		o := m.of[i]
		test := o.test
		test.Name, test.Hidden, test.Possible = t.Name, m.suite.isHidden(t.File), m.suite.points(t.Name)
		if test.Status = o.status; o.status == "" {
			test.Status = NotRun
		}
		if o.note != "" {
			test.Note = strings.TrimSpace(o.note + " " + test.Note)
		}
		if test.Status == Pass {
			test.Earned = test.Possible
		}
		r.Tests = append(r.Tests, test)
	}
	r.Earned, r.Possible = points(r.Tests)
	if !r.Built {
		return *r
	}
	r.Sentence = strings.Join(append([]string{counted(r.Tests)}, m.broke...), " ")
	r.Passed = succeeded(r.Tests) && r.Exit.Reason == run.ReasonDone && r.Runs == 1 && m.ended
	switch {
	case !succeeded(r.Tests) || r.Passed:
	case r.Exit.Reason == run.ReasonDone:
		r.Sentence = "The tests passed, and then the program ended before it was through with them."
	default:
		r.Sentence = "The tests passed, and then the program failed: " + r.Exit.Message
	}
	return *r
}

func (l Limits) check() error {
	if l.Time < time.Second || l.Time > time.Hour || l.Memory < 192<<20 || l.Output < 1 {
		return badSuite("The limits of the tests cannot be: at least a second and at most an hour, at least 192 MiB of memory, at least a byte of output.")
	}
	return nil
}
