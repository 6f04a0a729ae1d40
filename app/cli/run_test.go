package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"thirdspace/interp/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newPool builds the real runner and makes a pool of it.
func newPool(t *testing.T) *run.Pool {
	t.Helper()
	runner := filepath.Join(t.TempDir(), "thirdspace-runner")
	build := exec.Command("go", "build", "-o", runner, "thirdspace/interp/cmd/thirdspace-runner")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the runner: %v\n%s", err, out)
	}
	pool, err := run.NewPool(run.Config{Runner: runner})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return pool
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProgramsRunFromTheCommandLine(t *testing.T) {
	pool := newPool(t)
	const head = "package main\n"
	for name, c := range map[string]struct {
		text, in string
		code     int
		out, err string
	}{
		"prints": {head + "import \"fmt\"\nfunc main() { fmt.Println(\"hi\") }\n", "", 0, "hi\n", ""},
		"reads": {head + "import (\"bufio\"; \"fmt\"; \"os\")\nfunc main() { s := bufio.NewScanner(os.Stdin)\n" +
			"for s.Scan() { fmt.Println(\"got\", s.Text()) } }\n", "a\nb\n", 0, "got a\ngot b\n", ""},
		"its own code": {head + "import \"os\"\nfunc main() { os.Exit(7) }\n", "", 7, "", ""},
		"not Go":       {head + "func main() { x }\n", "", 1, "", "main.go:2:"},
		"panics":       {head + "func main() { panic(\"no\") }\n", "", 2, "", "thirdspace: "},
	} {
		var out, errs bytes.Buffer
		code, err := RunFiles(t.Context(), pool, ProgramOptions{Files: []string{write(t, "main.go", c.text)}},
			Streams{strings.NewReader(c.in), &out, &errs}, false)
		if err != nil || code != c.code || out.String() != c.out || !strings.Contains(errs.String(), c.err) {
			t.Errorf("%s: code %d, error %v\nstdout %q\nstderr %q", name, code, err, out.String(), errs.String())
		}
	}
}

func TestEventsAsJSON(t *testing.T) {
	file := write(t, "main.go", "package main\nfunc main() { println(\"<x>\") }\n")
	var out bytes.Buffer
	if _, err := RunFiles(t.Context(), newPool(t), ProgramOptions{Files: []string{file}}, Streams{strings.NewReader(""), &out, io.Discard}, true); err != nil {
		t.Fatal(err)
	}
	var last run.Event
	for line := range strings.Lines(out.String()) {
		last = run.Event{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	if last.Exit == nil || last.Exit.Reason != run.ReasonDone || !strings.Contains(out.String(), "<x>") {
		t.Errorf("%s", out.String())
	}
}

// broken is a reader's end that went away.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestWhatCannotBeRunIsSaid(t *testing.T) {
	pool := newPool(t)
	for name, files := range map[string][]string{
		"missing":   {filepath.Join(t.TempDir(), "none.go")},
		"a folder":  {t.TempDir()},
		"too large": {write(t, "main.go", strings.Repeat(" ", maxSource+1))},
		"no Go":     {write(t, "notes.txt", "hello")},
		"not UTF-8": {write(t, "main.go", "package main\xff")},
		"one twice": {write(t, "main.go", "package main"), write(t, "main.go", "package main")},
	} {
		if code, err := RunFiles(t.Context(), pool, ProgramOptions{Files: files}, Streams{strings.NewReader(""), io.Discard, io.Discard}, false); !errors.Is(err, ErrInput) || ExitCode(t.Context(), err) != 2 {
			t.Errorf("%s: %v, code %d", name, err, code)
		}
	}
	file := write(t, "main.go", "package main\nfunc main() { print(1); println(2) }\n")
	if _, err := RunFiles(t.Context(), pool, ProgramOptions{Files: []string{file}}, Streams{strings.NewReader(""), broken{}, broken{}}, false); err == nil {
		t.Error("output that could not be shown was not missed")
	}
}
