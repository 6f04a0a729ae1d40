package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"thirdspace/interp/check"
)

// A console answers what is typed, line by line, with the definitions of a
// program in scope.
//
// What its lines mean is a Go program (check.Session), and each line is answered
// by running that program, as any other, in a process of its own: the lines before
// it again, unseen, then the line itself. So nothing has to be imitated: a line
// prints what Go prints. A line that does not end well, because it panics, exits,
// is stopped or goes over a limit, is not part of the program, and what it did is
// undone. That earlier lines come out the same when they are run again is looked
// at each time, and it is said if they do not.

// DefaultConsoleLimits bound each line with all that is run again for it.
var DefaultConsoleLimits = DefaultLimits

// The kinds of events of a console, besides KindOutput and KindDiagnostic.
const (
	KindValue = "value"
	KindNote  = "note"
)

// ConsoleEvent is something that comes of a line before it is done.
type ConsoleEvent struct {
	Kind       string            `json:"kind"`
	Stream     string            `json:"stream,omitempty"` // of output
	Data       string            `json:"data,omitempty"`   // of output; a sentence, of a note
	Value      *check.Value      `json:"value,omitempty"`
	Diagnostic *check.Diagnostic `json:"diagnostic,omitempty"` // places are those of what was typed
}

// What comes of a line, besides the reasons of an Exit.
const (
	LineDone  = ReasonDone    // it did what it says
	LineMore  = "more"        // it is not complete: type more
	LineWrong = ReasonCompile // it is not Go: the diagnostics say why
	LineExit  = "exit"        // it called os.Exit
	LineLost  = "lost"        // earlier lines did not come out well again: what they did is gone
)

// LineEnd is how a line came out.
type LineEnd struct {
	Outcome string `json:"outcome"`
	Message string `json:"message"` // one or two sentences, "" if all is well
	Code    int    `json:"code"`    // of os.Exit
	Undone  bool   `json:"undone"`  // what the line did before it ended is undone
	Engine  string `json:"engine"`  // that answered; "" if nothing had to be run
	Why     string `json:"why"`     // it was not the quick one
}

// Errors of Eval.
var (
	ErrConsoleBusy   = errors.New("the console is still busy with the line before")
	ErrConsoleClosed = errors.New("the console is closed")
)

// Console is a console. Its methods are safe for concurrent use, but it answers
// one line at a time.
type Console struct {
	pool     *Pool
	checker  *check.Checker
	session  *check.Session
	typed    []string // lines that are part of the session
	problems []check.Diagnostic
	limits   Limits
	ctx      context.Context
	close    context.CancelFunc

	busy sync.Mutex // held while a line is answered
	mu   sync.Mutex
	stop context.CancelFunc // of the line that is answered, or nil

	// What earlier lines have left, as far as it is known.
	state  map[string]string // variables as they are shown
	stdout string
	stderr string
	unseen bool // nothing is known: the definitions are new
}

// Console opens a console over the definitions of a program. Where the program is
// so wrong that Go would not know them, Problems says why, and the console has
// none. It ends with ctx, with Close and with the pool.
func (p *Pool) Console(ctx context.Context, checker *check.Checker, files []File, l Limits) (*Console, error) {
	if checker == nil {
		return nil, errors.New("a console needs to know Go's library, which is missing beside the app")
	}
	if err := l.check(EngineGC); err != nil {
		return nil, err
	}
	c := &Console{pool: p, checker: checker, limits: l, state: map[string]string{}}
	var err error
	if c.session, c.problems, err = checker.NewSession(ctx, checked(files)); err != nil {
		return nil, err
	}
	c.ctx, c.close = context.WithCancel(ctx)
	return c, nil
}

func checked(files []File) []check.File {
	fs := make([]check.File, len(files))
	for i, f := range files {
		fs[i] = check.File(f)
	}
	return fs
}

// Refresh takes the definitions of the program as it is now. What was typed is
// looked at again; lines that are wrong with the new definitions are forgotten, and
// returned. The others are run with them from the next line on. If the program is
// wrong, Refresh says why, and everything stays as it is.
func (c *Console) Refresh(files []File) (problems []check.Diagnostic, forgotten []string, err error) {
	if !c.busy.TryLock() {
		return nil, nil, ErrConsoleBusy
	}
	defer c.busy.Unlock()
	if c.ctx.Err() != nil {
		return nil, nil, ErrConsoleClosed
	}
	s, problems, err := c.checker.NewSession(c.ctx, checked(files))
	if err != nil || len(problems) > 0 {
		return problems, nil, err
	}
	var kept []string
	for _, typed := range c.typed {
		a, err := s.Line(c.ctx, typed, newMark())
		if err != nil {
			return nil, nil, err
		}
		if len(a.Diagnostics) > 0 || a.More {
			forgotten = append(forgotten, typed)
			continue
		}
		s.Keep(a)
		kept = append(kept, typed)
	}
	c.session, c.typed, c.problems = s, kept, nil
	c.state, c.stdout, c.stderr, c.unseen = map[string]string{}, "", "", true
	return nil, forgotten, nil
}

// Problems are the errors that kept the program's definitions out.
func (c *Console) Problems() []check.Diagnostic { return c.problems }

// Close ends the console and what it runs, and returns when that is gone.
func (c *Console) Close() {
	c.close()
	c.busy.Lock()
	defer c.busy.Unlock()
}

// Stop ends the line that is being answered, if there is one, whatever it does.
func (c *Console) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stop != nil {
		c.stop()
	}
}

// Eval answers a line, which may be several where a block needs them, and returns
// when that is done. tell is called, from one goroutine, with what comes of it as
// it comes.
func (c *Console) Eval(typed string, tell func(ConsoleEvent)) (LineEnd, error) {
	if !c.busy.TryLock() {
		return LineEnd{}, ErrConsoleBusy
	}
	defer c.busy.Unlock()
	if c.ctx.Err() != nil {
		return LineEnd{}, ErrConsoleClosed
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	c.stopWith(cancel)
	defer c.stopWith(nil)

	answer, err := c.session.Line(ctx, typed, newMark())
	if ctx.Err() != nil {
		return stopped(), nil
	}
	if err != nil {
		return LineEnd{}, err
	}
	for i := range answer.Diagnostics {
		tell(ConsoleEvent{Kind: KindDiagnostic, Diagnostic: &answer.Diagnostics[i]})
	}
	switch {
	case len(answer.Diagnostics) > 0:
		return LineEnd{Outcome: LineWrong}, nil
	case answer.More:
		return LineEnd{Outcome: LineMore}, nil
	}
	for i := range answer.Values {
		tell(ConsoleEvent{Kind: KindValue, Value: &answer.Values[i]})
	}
	if answer.Plan == nil {
		c.keep(answer, typed)
		return LineEnd{Outcome: LineDone}, nil
	}
	return c.run(ctx, answer, typed, tell)
}

// keep makes a line part of the session.
func (c *Console) keep(a check.Answer, typed string) {
	before := c.session.Size()
	c.session.Keep(a)
	if c.session.Size() != before {
		c.typed = append(c.typed, typed)
	}
}

func (c *Console) stopWith(cancel context.CancelFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop = cancel
}

// newMark makes a mark that no program prints by chance.
func newMark() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // it never fails
	return "\x02" + hex.EncodeToString(b[:])
}

func stopped() LineEnd {
	return LineEnd{Outcome: ReasonStopped, Message: "The line was stopped.", Undone: true}
}

// run runs a line with the engine that it is fit for. What the quick one turns out
// not to know, or cannot say in Go's words, goes to the other.
func (c *Console) run(ctx context.Context, a check.Answer, typed string, tell func(ConsoleEvent)) (LineEnd, error) {
	shown := 0
	if a.Plan.Quick {
		l, exit, err := c.listen(ctx, EngineYaegi, a, 0, tell)
		if err != nil {
			return LineEnd{}, err
		}
		failed := !l.said && (exit.Reason == ReasonCompile || exit.Reason == ReasonCrashed)
		if !failed && !l.inexact() || ctx.Err() != nil {
			l.end()
			end := c.judge(l, exit, a, typed)
			end.Engine = EngineYaegi
			return end, nil
		}
		a.Plan.Why = "the quick engine does not know all of it"
		shown = l.printed.Len()
	}
	l, exit, err := c.listen(ctx, EngineGC, a, shown, tell)
	if err != nil {
		return LineEnd{}, err
	}
	l.end()
	end := c.judge(l, exit, a, typed)
	end.Engine, end.Why = EngineGC, a.Plan.Why
	return end, nil
}

// listen runs a line with one engine, and hears what comes but for the end of it.
// The first bytes of what the line prints, as many as shown, are not told again.
func (c *Console) listen(ctx context.Context, engine string, a check.Answer, shown int, tell func(ConsoleEvent)) (*listening, Exit, error) {
	files := make([]File, len(a.Plan.Files))
	for i, f := range a.Plan.Files {
		files[i] = File(f)
	}
	r, err := c.pool.Start(ctx, Program{Files: files, Engine: engine}, c.limits)
	if err != nil {
		return nil, Exit{}, fmt.Errorf("run a line: %w", err)
	}
	_ = r.CloseStdin() // a pipe of our own, which closes
	l := newListening(a.Plan.Mark, c.stderr, tell)
	l.skip = shown
	for e := range r.Events() {
		l.hear(e)
	}
	return l, l.exit, nil
}

// judge makes the line part of the session if it ended well.
func (c *Console) judge(l *listening, exit Exit, a check.Answer, typed string) LineEnd {
	switch {
	case l.at(partEnd) && exit.Reason == ReasonDone:
		c.compare(l)
		c.remember(l, a, typed)
		for i, t := range a.Plan.Types {
			if i < len(l.values) {
				l.tell(ConsoleEvent{Kind: KindValue, Value: &check.Value{Text: l.values[i], Type: t}})
			}
		}
		return LineEnd{Outcome: LineDone}
	case exit.Reason == ReasonStopped || exit.Reason == ReasonUnavailable || exit.Reason == ReasonCompile:
		return LineEnd{Outcome: exit.Reason, Message: ofLine(exit.Message), Undone: true}
	case c.session.Done() > 0 && !l.begun():
		c.session.Forget()
		c.state, c.stdout, c.stderr = map[string]string{}, "", ""
		return LineEnd{Outcome: LineLost, Message: "The lines before this one did not come out well when they were run again. " +
			"What they did is gone: what was declared is still there, and its variables begin anew. " + ofLine(exit.Message), Undone: true}
	}
	c.compare(l)
	if exit.Reason == ReasonDone || exit.Reason == ReasonFailed {
		return LineEnd{Outcome: LineExit, Code: exit.Code, Message: fmt.Sprintf("The line ended the program (os.Exit) with exit code %d.", exit.Code), Undone: true}
	}
	return LineEnd{Outcome: exit.Reason, Message: ofLine(exit.Message), Undone: true}
}

// inLine is the place of a panic, in a program that nobody has seen.
var inLine = regexp.MustCompile(` in line \d+`)

// ofLine words what happened to a program as happening to a line.
func ofLine(message string) string {
	message = inLine.ReplaceAllString(message, "")
	if rest, ok := strings.CutPrefix(message, "The program "); ok {
		return "The line " + rest
	}
	return message
}

// compare says so if the lines before came out otherwise than they did first.
func (c *Console) compare(l *listening) {
	if c.unseen {
		c.unseen, c.state, c.stdout, c.stderr = false, maps.Clone(l.before), l.earlier, ""
		return
	}
	var other []string
	for name, is := range l.before {
		if was, ok := c.state[name]; ok && was != is {
			other = append(other, name)
			c.state[name] = is
		}
	}
	slices.Sort(other)
	note := ""
	switch {
	case len(other) > 0:
		note = "The lines before were run again for this one, and " + strings.Join(other, ", ") + " came out different: what depends on time or chance is not kept here."
	case c.stdout != l.earlier || !l.sameErrors():
		note = "The lines before were run again for this one, and printed something else than the first time: what depends on time or chance is not kept here."
		c.stdout = l.earlier
	}
	if note != "" {
		l.tell(ConsoleEvent{Kind: KindNote, Data: note})
	}
}

// remember keeps a line and what it has left.
func (c *Console) remember(l *listening, a check.Answer, typed string) {
	before := c.session.Done()
	c.keep(a, typed)
	if c.session.Done() == before {
		return
	}
	c.stdout += l.printed.String()
	c.stderr += l.complained.String()
	c.state = maps.Clone(l.after)
}
