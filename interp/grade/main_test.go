package grade

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/tools/txtar"

	"thirdspace/interp/run"
	"thirdspace/interp/toolchain/packtest"
)

// pool is what TestMain has made: the real runner, and Go's real compiler.
var pool *run.Pool

// fuzzing is set in the environment of the processes that a fuzz test starts,
// which are copies of this one and run nothing.
const fuzzing = "THIRDSPACE_TEST_COPY"

func TestMain(m *testing.M) {
	if os.Getenv(fuzzing) != "" {
		os.Exit(m.Run())
	}
	os.Exit(prepared(m))
}

func prepared(m *testing.M) int {
	dir, err := os.MkdirTemp("", "thirdspace-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // runners may be somebody else
	}
	if err == nil {
		defer os.RemoveAll(dir)
		err = open(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv(fuzzing, "1")
	code := m.Run()
	_ = pool.Close()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

func open(dir string) error {
	runner := filepath.Join(dir, "thirdspace-runner")
	if err := goCommand("build", "-o", runner, "thirdspace/interp/cmd/thirdspace-runner"); err != nil {
		return err
	}
	pack, err := packtest.Find("../..")
	if err != nil {
		return err
	}
	pool, err = run.NewPool(run.Config{Runner: runner, Pack: pack, Cache: filepath.Join(dir, "cache"), Parallel: 2})
	return err
}

func goCommand(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %v: %w\n%s", args, err, out)
	}
	return nil
}

// files reads files in the txtar format: "-- name --" before each.
func files(text string) []run.File {
	var fs []run.File
	for _, f := range txtar.Parse([]byte(text)).Files {
		fs = append(fs, run.File{Name: f.Name, Text: string(f.Data)})
	}
	return fs
}

// split puts the tests among files into a suite, hidden ones apart.
func split(all []run.File) (Submission, Suite) {
	var sub Submission
	var suite Suite
	for _, f := range all {
		switch {
		case strings.HasPrefix(f.Name, "hidden"):
			suite.Hidden = append(suite.Hidden, f)
		case strings.HasSuffix(f.Name, "_test.go"):
			suite.Visible = append(suite.Visible, f)
		default:
			sub.Files = append(sub.Files, f)
		}
	}
	return sub, suite
}

// mark grades files and checks what holds of every report.
func mark(t *testing.T, all []run.File, change ...func(*Suite)) Report {
	t.Helper()
	sub, suite := split(all)
	for _, c := range change {
		c(&suite)
	}
	r, err := Grade(t.Context(), pool, sub, suite)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(r.Sentence, ".") && !strings.HasSuffix(r.Sentence, "?") {
		t.Errorf("not a sentence: %q", r.Sentence)
	}
	if r.Passed && (r.Earned == 0 && r.Possible > 0 || count(r.Tests, Fail) > 0 || count(r.Tests, NotRun) > 0) {
		t.Errorf("passed, with %+v", r)
	}
	if v := r.Visible(); slices.ContainsFunc(v.Tests, func(t Test) bool { return t.Hidden }) || v.HiddenDiagnostics != nil {
		t.Errorf("a student sees what is hidden: %+v", v)
	}
	return r
}

// statuses are "name status" of tests and subtests, in order.
func statuses(tests []Test) (all []string) {
	for _, t := range tests {
		all = append(all, t.Name+" "+t.Status)
		all = append(all, statuses(t.Subtests)...)
	}
	return all
}
