package runs

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"thirdspace/interp/check"
	"thirdspace/interp/run"
)

// installed is the export data of the Go that runs this test, found as the go command finds it.
type installed struct{ t *testing.T }

func (i installed) Open(importPath string) (io.ReadCloser, error) {
	out, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", importPath).Output()
	if err != nil {
		return nil, err
	}
	return os.Open(strings.TrimSpace(string(out)))
}

// listener gathers what a page would hear.
type listener struct {
	mu     sync.Mutex
	events []Event
}

func (l *listener) emit(_ string, data ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, data[0].(Event))
}

func service(t *testing.T, checker *check.Checker) (*Service, *listener) {
	t.Helper()
	pool, err := run.NewPool(run.Config{Runner: filepath.Join(t.TempDir(), "no-runner-here")})
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{}
	s, stop := New(pool, checker, l.emit)
	t.Cleanup(func() {
		stop()
		pool.Close()
	})
	return s, l
}

const wrong = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tunused := 1\n\tfmt.Println(missing)\n}\n"

func TestCheckSpeaksAsGoDoes(t *testing.T) {
	s, _ := service(t, check.New(installed{t}, "go1.26"))
	found := s.Check(wrong)
	if len(found) != 2 || found[0].Message != "declared and not used: unused" || found[0].Line != 6 || found[0].Column != 2 ||
		found[1].Message != "undefined: missing" || found[1].Explanation == "" {
		t.Fatalf("%+v", found)
	}
	if found := s.Check("package main\n\nfunc main() {}\n"); len(found) != 0 || found == nil {
		t.Fatalf("of a good program: %#v", found)
	}
}

func TestWrongProgramIsNotRun(t *testing.T) {
	s, l := service(t, check.New(installed{t}, "go1.26"))
	id, err := s.Run(Request{DocID: "mine", Text: wrong})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.events) != 3 || l.events[2].Exit == nil || l.events[2].Exit.Reason != run.ReasonCompile || l.events[2].Run != id || l.events[2].Seq != 2 {
		t.Fatalf("%+v", l.events)
	}
	if last := s.Last(); last.Run != id || len(last.Events) != 3 {
		t.Fatalf("a page loaded again would see %+v", last)
	}
}

func TestWithoutTheLibraryNothingIsSaid(t *testing.T) {
	s, _ := service(t, nil)
	if found := s.Check(wrong); found == nil || len(found) != 0 {
		t.Fatalf("%#v", found)
	}
	if _, _, err := OpenChecker(filepath.Join(t.TempDir(), "none.pack")); err == nil {
		t.Fatal("a pack that is not there was opened")
	}
}
