// Package runs is running a program, as the page sees it: what is wrong with it while it is typed, Run, what it prints as
// it prints it, what is typed into it, Stop. The program itself runs in interp's jailed worker; this package only carries.
package runs

import (
	"context"
	"fmt"
	"sync"

	"thirdspace/app/failure"
	"thirdspace/interp/check"
	"thirdspace/interp/run"
)

// EventRun tells the page of one Event.
const EventRun = "run:event"

// maxKept bounds what is kept of a run for a page that is loaded again, in bytes of output.
const maxKept = 256 << 10

// fileName is what the one file of a program is called.
const fileName = "main.go"

// Request asks for a run.
type Request struct {
	DocID  string `json:"docId"` // whose code it is, for the page to know its own
	Text   string `json:"text"`
	Engine string `json:"engine"` // auto, yaegi or gc; "" is auto
}

// Diagnostic is a message about a place in the program.
type Diagnostic struct {
	File      string `json:"file"`
	Line      int    `json:"line"`   // from 1
	Column    int    `json:"column"` // from 1, in bytes, as Go counts; 0 where only the line is known
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
	// Explanation is a second sentence for people who are new to Go; often "".
	Explanation string `json:"explanation"`
}

// Exit is how a run ended.
type Exit struct {
	Code    int    `json:"code"`
	Signal  string `json:"signal"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	CPUMs   int64  `json:"cpuMs"`
	WallMs  int64  `json:"wallMs"`
	Memory  int64  `json:"memory"` // bytes, the most it had
	Engine  string `json:"engine"` // that ran it; "" if it was not run
	Why     string `json:"why"`    // one sentence of why that one
}

// Event is one thing a run does.
type Event struct {
	Run        string      `json:"run"`
	DocID      string      `json:"docId"`
	Seq        int         `json:"seq"`  // from 0 for each run
	Kind       string      `json:"kind"` // output, diagnostic, exit, phase; replaced: all output before it is void
	Stream     string      `json:"stream"`
	Data       string      `json:"data"`
	Diagnostic *Diagnostic `json:"diagnostic"`
	Exit       *Exit       `json:"exit"`
	Phase      string      `json:"phase"` // waiting, building, running
}

// Last is the run begun last, as far as it has come.
type Last struct {
	Run       string  `json:"run"` // "" where there was none
	DocID     string  `json:"docId"`
	Events    []Event `json:"events"`
	Truncated bool    `json:"truncated"` // output in the middle was left out
}

// Service is bound to the page.
type Service struct {
	pool    *run.Pool
	checker *check.Checker // nil where the standard library is not beside the app
	emit    func(name string, data ...any)

	mu      sync.Mutex
	count   int
	current map[string]*run.Run
	last    Last
	kept    int
	wg      sync.WaitGroup
	screen  screen
}

// New makes the service over a pool of workers and a checker, which may be nil, and the function that stops what runs and
// waits for it. (It is not a method, because the methods of a service are for the page to call.)
func New(pool *run.Pool, checker *check.Checker, emit func(name string, data ...any)) (*Service, func()) {
	s := &Service{pool: pool, checker: checker, emit: emit, current: map[string]*run.Run{}}
	return s, s.close
}

// Run starts the program and returns the run's id at once; what it does comes as events. A run of the same code that is
// still going on is stopped: one screen shows one run.
func (s *Service) Run(r Request) (string, error) {
	s.mu.Lock()
	for _, old := range s.current {
		old.Stop()
	}
	s.count++
	id := fmt.Sprint(s.count)
	s.last, s.kept = Last{Run: id, DocID: r.DocID, Events: []Event{}}, 0
	s.mu.Unlock()

	program := run.Program{Files: []run.File{{Name: fileName, Text: r.Text}}, Engine: r.Engine}
	started, err := s.pool.Start(context.Background(), program, run.DefaultLimits)
	if err != nil {
		return "", failure.Of(err)
	}
	s.mu.Lock()
	s.current[id] = started
	s.mu.Unlock()
	s.wg.Go(func() { s.follow(id, r.DocID, started) })
	return id, nil
}

// follow passes a run's events on to the page.
func (s *Service) follow(id, docID string, r *run.Run) {
	seq := 0
	for e := range r.Events() {
		v := view(e)
		v.Run, v.DocID, v.Seq = id, docID, seq
		seq++
		s.keep(v)
		s.emit(EventRun, v)
	}
	s.mu.Lock()
	delete(s.current, id)
	s.mu.Unlock()
}

// keep keeps an event for a page that is loaded again. Of endless output the beginning is kept, and the end of the run.
func (s *Service) keep(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.Run != e.Run {
		return
	}
	if e.Kind == run.KindReplaced {
		s.last.Events, s.last.Truncated, s.kept = s.last.Events[:0], false, 0
	}
	if s.kept += len(e.Data); s.kept > maxKept && e.Exit == nil {
		s.last.Truncated = true
		return
	}
	s.last.Events = append(s.last.Events, e)
}

// Last gives the run begun last, for a page that is loaded again.
func (s *Service) Last() Last {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.last
	l.Events = append([]Event{}, l.Events...)
	return l
}

// Stop ends a run. One that has ended already is left alone.
func (s *Service) Stop(id string) {
	if r := s.find(id); r != nil {
		r.Stop()
	}
}

// Input gives the program text on its standard input.
func (s *Service) Input(id, text string) error {
	r := s.find(id)
	if r == nil {
		return nil
	}
	_, err := r.Write([]byte(text))
	return failure.Of(err)
}

// EndInput ends the program's standard input.
func (s *Service) EndInput(id string) error {
	r := s.find(id)
	if r == nil {
		return nil
	}
	return failure.Of(r.CloseStdin())
}

func (s *Service) find(id string) *run.Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current[id]
}

func (s *Service) close() {
	s.mu.Lock()
	for _, r := range s.current {
		r.Stop()
	}
	s.mu.Unlock()
	s.screen.shut()
	s.wg.Wait()
}

func view(e run.Event) Event {
	v := Event{Kind: e.Kind, Stream: e.Stream, Data: e.Data, Phase: e.Phase}
	if d := e.Diagnostic; d != nil {
		v.Diagnostic = &Diagnostic{
			File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn,
			Severity: d.Severity, Message: d.Message, Explanation: d.Explanation,
		}
	}
	if x := e.Exit; x != nil {
		v.Exit = &Exit{
			Code: x.Code, Signal: x.Signal, Reason: x.Reason, Message: x.Message, CPUMs: x.CPU.Milliseconds(),
			WallMs: x.Wall.Milliseconds(), Memory: x.Memory, Engine: x.Engine, Why: x.Why,
		}
	}
	return v
}
