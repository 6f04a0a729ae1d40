package grade

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/run"
)

// TestAsGoTestDoes: what the report says of each package in testdata/packages is
// what "go test" says of it on this machine.
func TestAsGoTestDoes(t *testing.T) {
	paths, err := filepath.Glob("testdata/packages/*.txtar")
	if err != nil || len(paths) < 8 {
		t.Fatal(len(paths), err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if _, several := cases[name]; several || slices.Contains(unfit, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := packageFiles(t, name)
			theirs := goTest(t, all)
			theirs.compare(t, mark(t, all, func(s *Suite) { s.Limits.Time = 2 * time.Minute }))
		})
	}
}

// cases are what the tests of a package read in its case.txt, and go wrong as it
// says. Each package is built once.
var cases = map[string][]string{
	"breaks": {
		"nothing", "exit 0", "exit 3", "panic", "panic in a subtest", "panic in a goroutine", "panic while cleaning",
		"leave the goroutine", "leave the goroutine of a subtest", "deadlock", "hang", "init panics", "an example panics",
	},
	"program": {"set up and torn down", "returns", "fails", "panics", "runs them twice"},
}

// TestAsGoTestBreaks: the same of tests that take the others with them.
func TestAsGoTestBreaks(t *testing.T) {
	for name, list := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := packageFiles(t, name)
			tests := goTestBuild(t, all)
			for i, c := range list {
				t.Run(c, func(t *testing.T) {
					if i > 0 { // the first has it built
						t.Parallel()
					}
					limit := 2 * time.Minute
					if c == "hang" {
						limit = 5 * time.Second
					}
					all := slices.Clone(all)
					all[slices.IndexFunc(all, func(f run.File) bool { return f.Name == "case.txt" })].Text = c
					theirs := tests(t, c, limit)
					theirs.compare(t, mark(t, all, func(s *Suite) { s.Limits.Time = limit }))
				})
			}
		})
	}
}

func packageFiles(t *testing.T, name string) []run.File {
	t.Helper()
	text, err := os.ReadFile("testdata/packages/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return files(string(text))
}

// unfit are the packages whose tests are not right by themselves.
var unfit = []string{"bad_signature", "bad_generic", "bad_main", "bad_syntax"}

// TestSuitesThatCannotBe: what is wrong with tests is said in go test's words.
func TestSuitesThatCannotBe(t *testing.T) {
	for _, name := range unfit {
		all := packageFiles(t, name)
		theirs := goTest(t, all)
		sub, suite := split(all)
		_, err := Grade(t.Context(), pool, sub, suite)
		var wrong *SuiteError
		if !errors.As(err, &wrong) {
			t.Fatalf("%s: %v", name, err)
		}
		theirs.compareDiagnostics(t, wrong.Diagnostics)
	}
}

// event is a line of "go test -json".
type event struct{ Action, Test, Output string }

// told is what go test has told of a package.
type told struct {
	status map[string]string // of tests; "" if it did not come to its end
	output map[string]string
	all    string
	passed bool
}

// goTest runs "go test" on the files.
func goTest(t *testing.T, all []run.File) told {
	t.Helper()
	return listenTo(t, writeModule(t, all), "test", "-json", "-vet=off", "-count=1", ".")
}

// goTestBuild has "go test" build the files, to run the tests as it does as often
// as they are wanted, with what case.txt is to say.
func goTestBuild(t *testing.T, all []run.File) func(t *testing.T, c string, limit time.Duration) told {
	t.Helper()
	dir := writeModule(t, all)
	tests := filepath.Join(dir, "tests")
	if out, err := goIn(t, dir, "test", "-c", "-vet=off", "-o", tests, "."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(t *testing.T, c string, limit time.Duration) told {
		t.Helper()
		own := t.TempDir()
		if err := os.WriteFile(filepath.Join(own, "case.txt"), []byte(c), 0o600); err != nil {
			t.Fatal(err)
		}
		return listenTo(t, own, "tool", "test2json", tests, "-test.v=test2json", "-test.paniconexit0", "-test.timeout="+limit.String())
	}
}

// writeModule writes the files into a folder, with a go.mod file if there is none.
func writeModule(t *testing.T, all []run.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range all {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if mod := filepath.Join(dir, "go.mod"); !exists(mod) {
		text := fmt.Sprintf("module example.com/school/%s\n\ngo 1.26\n", packageOf(all[:1]))
		if err := os.WriteFile(mod, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func goIn(t *testing.T, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// listenTo takes what the go command tells as lines of JSON.
func listenTo(t *testing.T, dir string, args ...string) told {
	t.Helper()
	out, err := goIn(t, dir, args...)
	g := told{status: map[string]string{}, output: map[string]string{}, passed: err == nil}
	for line := range strings.Lines(out) {
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			g.all += line
			continue
		}
		g.all += e.Output
		switch {
		case e.Test == "":
		case e.Action == "run":
			g.status[e.Test] = ""
		case e.Action == "output":
			g.output[e.Test] += e.Output
		case e.Action == Pass || e.Action == Fail || e.Action == Skip:
			g.status[e.Test] = e.Action
		}
	}
	return g
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// broke reports whether the tests did not come to their end, so that some were
// not run. Of those a report knows more.
func (g told) broke() bool {
	return strings.Contains(g.all, "panic: ") || slices.Contains(slices.Collect(maps.Values(g.status)), "")
}

func (g told) compare(t *testing.T, r Report) {
	t.Helper()
	if r.Passed != g.passed {
		t.Errorf("passed: %v, go test: %v\n%+v\n%s", r.Passed, g.passed, r, g.all)
	}
	if !r.Built {
		t.Log(r.Sentence)
		g.compareDiagnostics(t, slices.Concat(r.Diagnostics, r.HiddenDiagnostics))
		return
	}
	if r.Forged {
		t.Error("called a forgery")
	}
	found := map[string]Test{}
	collect(r.Tests, found)
	for name, want := range g.status {
		got, ok := found[name]
		if want == "" { // it was running
			want = Fail
		}
		if !ok || got.Status != want {
			t.Errorf("%s: %q, go test: %q\n%+v\n%s", name, got.Status, want, r, g.all)
		}
		if ours, theirs := plain(got.Output), plain(g.output[name]); ours != theirs && !g.broke() {
			t.Errorf("%s printed %q, go test: %q", name, ours, theirs)
		}
	}
	for name, got := range found {
		if _, ok := g.status[name]; !ok && r.Runs == 1 && got.Status != NotRun {
			t.Errorf("%s: %q, go test: nothing\n%+v\n%s", name, got.Status, r, g.all)
		}
	}
}

func collect(tests []Test, into map[string]Test) {
	for _, t := range tests {
		into[t.Name] = t
		collect(t.Subtests, into)
	}
}

var framing = regexp.MustCompile(`(?m)^ *(=== (RUN|PAUSE|CONT|NAME)|--- (PASS|FAIL|SKIP):) .*\n?`)

// plain is output without the lines of the testing package.
func plain(out string) string { return framing.ReplaceAllString(out, "") }

var goPlace = regexp.MustCompile(`(?m)^(?:\./|/.*/)?([a-z0-9_]+\.go:\d+:\d+: .*)$`)

// compareDiagnostics: the same complaints at the same places.
func (g told) compareDiagnostics(t *testing.T, ds []run.Diagnostic) {
	t.Helper()
	var ours, theirs []string
	for _, d := range ds {
		first, _, _ := strings.Cut(d.Message, "\n")
		ours = append(ours, fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, first))
	}
	for _, m := range goPlace.FindAllStringSubmatch(g.all, -1) {
		theirs = append(theirs, m[1])
	}
	if strings.Contains(g.all, "[setup failed]") { // then go test says but the first
		ours = ours[:min(1, len(ours))]
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	if len(theirs) == 0 || !slices.Equal(ours, theirs) {
		t.Errorf("got     %q\ngo test %q\n%s", ours, theirs, g.all)
	}
}
