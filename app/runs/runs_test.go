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
	ended  chan struct{} // closed at the first exit
}

func (l *listener) emit(_ string, data ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := data[0].(Event)
	l.events = append(l.events, e)
	if e.Exit != nil {
		close(l.ended)
	}
}

func service(t *testing.T, checker *check.Checker) (*Service, *listener) {
	t.Helper()
	pool, err := run.NewPool(run.Config{Runner: filepath.Join(t.TempDir(), "no-runner-here"), Checker: checker})
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{ended: make(chan struct{})}
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
	<-l.ended
	if len(l.events) != 3 || l.events[0].Diagnostic == nil || l.events[1].Diagnostic.Explanation == "" || l.events[2].Exit == nil || l.events[2].Exit.Reason != run.ReasonCompile || l.events[2].Run != id || l.events[2].Seq != 2 {
		t.Fatalf("%+v", l.events)
	}
	if last := s.Last(); last.Run != id || len(last.Events) != 3 {
		t.Fatalf("a page loaded again would see %+v", last)
	}
}

// TestReplacedIsForgotten: a page that is loaded again does not see what is void.
func TestReplacedIsForgotten(t *testing.T) {
	s, _ := service(t, nil)
	s.last = Last{Run: "1", Events: []Event{}}
	for seq, e := range []run.Event{
		{Kind: run.KindOutput, Stream: "stdout", Data: "void"},
		{Kind: run.KindReplaced, Message: "It is void."},
		{Kind: run.KindOutput, Stream: "stdout", Data: "true"},
		{Kind: run.KindPhase, Phase: run.PhaseRunning},
		{Kind: run.KindExit, Exit: &run.Exit{Reason: run.ReasonDone, Engine: run.EngineGC, Why: "It ran long."}},
	} {
		v := view(e)
		v.Run, v.Seq = "1", seq
		s.keep(v)
	}
	got := s.Last().Events
	if len(got) != 4 || got[0].Kind != "replaced" || got[1].Data != "true" || got[2].Phase != "running" || got[3].Exit.Engine != "gc" || got[3].Exit.Why != "It ran long." {
		t.Fatalf("%+v", got)
	}
}

func TestEngineIsChecked(t *testing.T) {
	s, _ := service(t, nil)
	if _, err := s.Run(Request{DocID: "mine", Text: "package main", Engine: "jit"}); err == nil {
		t.Fatal("an engine that does not exist was accepted")
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
