package runs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"thirdspace/app/failure"
	"thirdspace/interp/check"
	"thirdspace/interp/run"
)

// EventConsole tells the page of one ConsoleEvent.
const EventConsole = "console:event"

// Console is a console as it was opened.
type Console struct {
	ID     string `json:"id"`
	Opened int64  `json:"opened"` // Unix milliseconds: as of when it knows the program
	// Problems are what keeps the program's definitions out; none if they are there.
	Problems []Diagnostic `json:"problems"`
	// Forgotten are lines that are wrong with new definitions, and no part of the console any more.
	Forgotten []string `json:"forgotten"`
}

// ConsoleValue is a value as it is shown.
type ConsoleValue struct {
	Text string `json:"text"`
	Type string `json:"type"`
}

// ConsoleEnd is how a line came out.
type ConsoleEnd struct {
	Outcome string `json:"outcome"` // done, more, compile, exit, lost, or a reason of an Exit
	Message string `json:"message"`
	Code    int    `json:"code"`
	Undone  bool   `json:"undone"`
	Engine  string `json:"engine"` // "" if nothing had to be run
	Why     string `json:"why"`
	WallMs  int64  `json:"wallMs"`
}

// ConsoleEvent is something that comes of a line.
type ConsoleEvent struct {
	Console    string        `json:"console"`
	Line       int           `json:"line"` // as the page has numbered it
	Seq        int           `json:"seq"`  // from 0 for each line
	Kind       string        `json:"kind"` // output, value, diagnostic, note, end
	Stream     string        `json:"stream"`
	Data       string        `json:"data"`
	Value      *ConsoleValue `json:"value"`
	Diagnostic *Diagnostic   `json:"diagnostic"`
	End        *ConsoleEnd   `json:"end"`
}

// screen is the one console of this screen.
type screen struct {
	mu      sync.Mutex
	console *run.Console // nil if none is open
	id      string
	count   int
	closed  bool
}

func noConsole() error {
	return failure.New(failure.CodeUnknown, "This console is no longer open.", "Open it again.")
}

// OpenConsole opens a console over the definitions of a program, whatever engine the request names. The one that was open before is closed: one screen has
// one console.
func (s *Service) OpenConsole(r Request) (Console, error) {
	if s.checker == nil {
		return Console{}, failure.New(failure.CodeUnknown, "The console is not there: it needs Go's library, which is missing beside the app.", "Install the app again, as a whole.")
	}
	opened, err := s.pool.Console(context.Background(), s.checker, []run.File{{Name: fileName, Text: r.Text}}, run.DefaultConsoleLimits)
	if err != nil {
		return Console{}, failure.Of(err)
	}
	id, before, ok := s.screen.show(opened)
	if before != nil {
		before.Close()
	}
	if !ok {
		opened.Close()
		return Console{}, noConsole()
	}
	return Console{ID: id, Opened: time.Now().UnixMilli(), Problems: problems(opened.Problems()), Forgotten: []string{}}, nil
}

// RefreshConsole gives a console the definitions of the program as it is now, unless the program is wrong: then it says
// why, and keeps those it has.
func (s *Service) RefreshConsole(id, text string) (Console, error) {
	c := s.screen.find(id)
	if c == nil {
		return Console{}, noConsole()
	}
	wrong, forgotten, err := c.Refresh([]run.File{{Name: fileName, Text: text}})
	if err != nil {
		return Console{}, failure.Of(err)
	}
	if forgotten == nil {
		forgotten = []string{}
	}
	return Console{ID: id, Opened: time.Now().UnixMilli(), Problems: problems(wrong), Forgotten: forgotten}, nil
}

// EvalConsole answers what was typed. It returns at once; what comes of it comes as events, an end last. The page numbers
// its lines.
func (s *Service) EvalConsole(id string, line int, typed string) error {
	s.screen.mu.Lock()
	defer s.screen.mu.Unlock()
	if s.screen.id != id || s.screen.console == nil {
		return noConsole()
	}
	c := s.screen.console
	s.wg.Go(func() { s.answer(c, ConsoleEvent{Console: id, Line: line}, typed) })
	return nil
}

// answer passes on to the page what comes of a line.
func (s *Service) answer(c *run.Console, of ConsoleEvent, typed string) {
	tell := func(e ConsoleEvent) {
		e.Console, e.Line, e.Seq = of.Console, of.Line, of.Seq
		of.Seq++
		s.emit(EventConsole, e)
	}
	begin := time.Now()
	end, err := c.Eval(typed, func(e run.ConsoleEvent) { tell(consoleView(e)) })
	if err != nil {
		end = run.LineEnd{Outcome: run.ReasonUnavailable, Message: "The line could not be answered: " + err.Error() + "."}
	}
	tell(ConsoleEvent{Kind: "end", End: &ConsoleEnd{
		Outcome: end.Outcome, Message: end.Message, Code: end.Code, Undone: end.Undone, Engine: end.Engine, Why: end.Why,
		WallMs: time.Since(begin).Milliseconds(),
	}})
}

// StopConsole ends the line that is being answered, if there is one.
func (s *Service) StopConsole(id string) {
	if c := s.screen.find(id); c != nil {
		c.Stop()
	}
}

// CloseConsole closes a console. One that is closed already is left alone.
func (s *Service) CloseConsole(id string) {
	if c := s.screen.take(id); c != nil {
		c.Close()
	}
}

// show makes a console the one of this screen, and returns the one before. It is not ok once the app closes.
func (s *screen) show(c *run.Console) (id string, before *run.Console, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before = s.console
	if s.closed {
		s.console = nil
		return "", before, false
	}
	s.count++
	s.console, s.id = c, fmt.Sprint("console-", s.count)
	return s.id, before, true
}

func (s *screen) find(id string) *run.Console {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id != id {
		return nil
	}
	return s.console
}

func (s *screen) take(id string) *run.Console {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id != id {
		return nil
	}
	c := s.console
	s.console = nil
	return c
}

// shut closes the console for good.
func (s *screen) shut() {
	s.mu.Lock()
	c := s.console
	s.console, s.closed = nil, true
	s.mu.Unlock()
	if c != nil {
		c.Close()
	}
}

func consoleView(e run.ConsoleEvent) ConsoleEvent {
	v := ConsoleEvent{Kind: e.Kind, Stream: e.Stream, Data: e.Data}
	if e.Value != nil {
		v.Value = &ConsoleValue{Text: e.Value.Text, Type: e.Value.Type}
	}
	if e.Diagnostic != nil {
		v.Diagnostic = &problems([]check.Diagnostic{*e.Diagnostic})[0]
	}
	return v
}

// problems are diagnostics as the page wants them.
func problems(ds []check.Diagnostic) []Diagnostic {
	out := make([]Diagnostic, 0, len(ds))
	for _, d := range ds {
		out = append(out, Diagnostic{
			File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn,
			Severity: d.Severity, Message: d.Message, Explanation: d.Explanation,
		})
	}
	return out
}
