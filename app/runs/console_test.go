package runs

import (
	"path/filepath"
	"sync"
	"testing"

	"thirdspace/interp/check"
	"thirdspace/interp/run"
)

// consolePage hears what a console tells, and waits for the ends of lines.
type consolePage struct {
	mu   sync.Mutex
	said []ConsoleEvent
	ends chan ConsoleEvent
}

func (p *consolePage) emit(name string, data ...any) {
	if name != EventConsole {
		return
	}
	e := data[0].(ConsoleEvent)
	p.mu.Lock()
	p.said = append(p.said, e)
	p.mu.Unlock()
	if e.End != nil {
		p.ends <- e
	}
}

func consoleService(t *testing.T, checker *check.Checker) (*Service, *consolePage, func()) {
	t.Helper()
	pool, err := run.NewPool(run.Config{Runner: filepath.Join(t.TempDir(), "no-runner-here")})
	if err != nil {
		t.Fatal(err)
	}
	p := &consolePage{ends: make(chan ConsoleEvent, 16)}
	s, stop := New(pool, checker, p.emit)
	t.Cleanup(func() {
		stop()
		pool.Close()
	})
	return s, p, stop
}

func TestConsoleTellsThePage(t *testing.T) {
	s, p, stop := consoleService(t, check.New(installed{t}, "go1.26"))
	first, err := s.OpenConsole(Request{DocID: "mine", Text: "package main\n\nconst Answer = 42\n\nfunc main() {}\n"})
	if err != nil || len(first.Problems) != 0 || first.Problems == nil || first.Opened == 0 {
		t.Fatalf("%+v %v", first, err)
	}
	for i, line := range []struct{ typed, outcome string }{{"Answer", "done"}, {"Answr", "compile"}, {"if true {", "more"}, {"x := 1", "unavailable"}} {
		if err := s.EvalConsole(first.ID, i, line.typed); err != nil {
			t.Fatal(err)
		}
		if e := <-p.ends; e.Line != i || e.Console != first.ID || e.End.Outcome != line.outcome {
			t.Errorf("%s: %+v %+v", line.typed, e, e.End)
		}
	}
	if v := p.said[0]; v.Kind != "value" || v.Seq != 0 || *v.Value != (ConsoleValue{"42", "int"}) || p.said[1].Seq != 1 {
		t.Errorf("%+v", v)
	}
	if d := p.said[2].Diagnostic; d == nil || d.Column != 1 || d.Message != "undefined: Answr" {
		t.Errorf("%+v", p.said[2])
	}
	second, err := s.OpenConsole(Request{Text: "package main\n\nfunc f( {}\n"})
	if err != nil || len(second.Problems) == 0 {
		t.Fatalf("%+v %v", second, err)
	}
	if s.EvalConsole(first.ID, 9, "1") == nil {
		t.Error("the console before is still open")
	}
	s.CloseConsole(first.ID)
	s.StopConsole(second.ID)
	s.CloseConsole(second.ID)
	if s.EvalConsole(second.ID, 9, "1") == nil {
		t.Error("a closed console answers")
	}
	stop()
	if _, err := s.OpenConsole(Request{Text: "package main\n"}); err == nil {
		t.Error("a console was opened while the app closes")
	}
}

func TestNoConsoleWithoutTheLibrary(t *testing.T) {
	s, _, _ := consoleService(t, nil)
	if _, err := s.OpenConsole(Request{Text: "package main\n"}); err == nil {
		t.Error("a console that knows nothing was opened")
	}
}
