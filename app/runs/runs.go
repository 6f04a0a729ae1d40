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
	DocID string `json:"docId"` // whose code it is, for the page to know its own
	Text  string `json:"text"`
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
	Engine  string `json:"engine"`
}

// Event is one thing a run does.
type Event struct {
	Run        string      `json:"run"`
	DocID      string      `json:"docId"`
	Seq        int         `json:"seq"`  // from 0 for each run
	Kind       string      `json:"kind"` // output, diagnostic, exit
	Stream     string      `json:"stream"`
	Data       string      `json:"data"`
	Diagnostic *Diagnostic `json:"diagnostic"`
	Exit       *Exit       `json:"exit"`
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

	if wrong := s.errorsIn(r.Text); len(wrong) > 0 {
		s.refuse(id, r.DocID, wrong)
		return id, nil
	}
	started, err := s.start(id, r.Text, run.EngineYaegi)
	if err != nil {
		return "", failure.Of(err)
	}
	s.wg.Go(func() { s.follow(id, r, started) })
	return id, nil
}

// follow passes a run's events on to the page.
func (s *Service) follow(id string, r Request, first *run.Run) {
	p := passage{s: s, run: id, docID: r.DocID}
	s.passOn(&p, r, first)
	s.mu.Lock()
	delete(s.current, id)
	s.mu.Unlock()
}

// passOn passes the events of the quick engine's run on. What that engine says is wrong with a program is held back
// until the run has ended: where Go would build the program after all, Go's own compiler takes it over, and the page
// never hears of the first attempt.
func (s *Service) passOn(p *passage, r Request, quick *run.Run) {
	var held []run.Event
	printed := false
	for e := range quick.Events() {
		switch {
		case e.Kind == run.KindDiagnostic && !printed:
			held = append(held, e)
			continue
		case e.Kind == run.KindOutput:
			printed = true
		case e.Exit != nil && e.Exit.Reason == run.ReasonCompile && !printed && s.takenOver(p, r):
			return
		}
		p.pass(held...)
		p.pass(e)
		held = nil
	}
}

// takenOver runs a program that the quick engine does not know with Go's own compiler. It tells whether that was
// possible: not where the compiler is not beside the app, or the checker has not found the program good.
func (s *Service) takenOver(p *passage, r Request) bool {
	if s.checker == nil {
		return false
	}
	second, err := s.start(p.run, r.Text, run.EngineGC)
	if err != nil {
		return false
	}
	for e := range second.Events() {
		if e.Exit != nil && e.Exit.Reason == run.ReasonUnavailable && p.seq == 0 {
			return false
		}
		p.pass(e)
	}
	return true
}

// start starts a program and makes it the one that Stop and Input of that run's id speak to.
func (s *Service) start(id, text, engine string) (*run.Run, error) {
	program := run.Program{Files: []run.File{{Name: fileName, Text: text}}, Engine: engine}
	started, err := s.pool.Start(context.Background(), program, run.DefaultLimits)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.current[id] = started
	s.mu.Unlock()
	return started, nil
}

// passage is the way of one run's events to the page.
type passage struct {
	s          *Service
	run, docID string
	seq        int
}

func (p *passage) pass(events ...run.Event) {
	for _, e := range events {
		v := view(e)
		v.Run, v.DocID, v.Seq = p.run, p.docID, p.seq
		p.seq++
		p.s.keep(v)
		p.s.emit(EventRun, v)
	}
}

// refuse tells what is wrong with a program that Go would not build, without building it.
func (s *Service) refuse(id, docID string, wrong []Diagnostic) {
	exit := Exit{Code: 1, Reason: run.ReasonCompile, Message: "Go does not build this program: see the marked places."}
	events := make([]Event, 0, len(wrong)+1)
	for i := range wrong {
		events = append(events, Event{Kind: run.KindDiagnostic, Diagnostic: &wrong[i]})
	}
	for seq, e := range append(events, Event{Kind: run.KindExit, Exit: &exit}) {
		e.Run, e.DocID, e.Seq = id, docID, seq
		s.keep(e)
		s.emit(EventRun, e)
	}
}

// keep keeps an event for a page that is loaded again. Of endless output the beginning is kept, and the end of the run.
func (s *Service) keep(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.Run != e.Run {
		return
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
	s.wg.Wait()
}

func view(e run.Event) Event {
	v := Event{Kind: string(e.Kind), Stream: string(e.Stream), Data: e.Data}
	if d := e.Diagnostic; d != nil {
		v.Diagnostic = &Diagnostic{File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn, Severity: string(d.Severity), Message: d.Message}
	}
	if x := e.Exit; x != nil {
		v.Exit = &Exit{Code: x.Code, Signal: x.Signal, Reason: string(x.Reason), Message: x.Message, CPUMs: x.CPU.Milliseconds(), WallMs: x.Wall.Milliseconds(), Memory: x.Memory, Engine: x.Engine}
	}
	return v
}
