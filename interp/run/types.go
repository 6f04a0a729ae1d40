package run

import (
	"errors"
	"fmt"
	"time"

	"thirdspace/interp/frame"
)

// File is one file of a program: Go source, or data for the program to read.
type File struct {
	Name string `json:"name"` // no folders: "main.go"
	Text string `json:"text"`
}

// Program is the source of a program, of package main, and what is to run it.
type Program struct {
	Files  []File `json:"files"`
	Engine string `json:"engine,omitempty"` // one of the Engine constants; "" is EngineAuto
	Tests  *Tests `json:"tests,omitempty"`  // to run its tests instead of it, always with EngineGC
}

// Tests says how the tests of a program are run: those in its files that end in
// _test.go, which may be of any package. What they print on standard error comes
// on standard output, in its place, as "go test" has it. They begin when their
// standard input is closed, or holds the key that package gc tells of (BuildTests).
type Tests struct {
	// Hidden files are compiled with the others, but they are not among those that
	// the program can read or embed.
	Hidden []File `json:"hidden,omitempty"`
	// Args are the arguments of the test program, such as "-test.v". "-test.run" and
	// "-test.skip" take names of tests with "|" between them.
	Args []string `json:"args,omitempty"`
}

// Check says why a program cannot be run at all, in a sentence fit to be shown,
// or nil: 1 to 64 files with proper names, at least one of them Go, text in
// UTF-8, 1 MiB in all, an engine that exists. It does not look at what the Go
// says.
func (p Program) Check() error {
	switch p.Engine {
	case "", EngineAuto, EngineYaegi, EngineGC:
	default:
		return fmt.Errorf("there is no engine %q to run programs with", p.Engine)
	}
	if p.Tests == nil {
		return frame.CheckFiles(p.frames())
	}
	if err := frame.CheckArgs(p.Tests.Args); err != nil {
		return err
	}
	if err := frame.CheckFiles(p.frames()); err != nil {
		return err
	}
	return frame.CheckFiles(append(p.frames(), frames(p.Tests.Hidden)...))
}

// engine is the choice of an engine to run the program.
func (p Program) engine() string {
	if p.Tests != nil {
		return EngineGC
	}
	if p.Engine == "" {
		return EngineAuto
	}
	return p.Engine
}

func (p Program) frames() []frame.File { return frames(p.Files) }

func frames(files []File) []frame.File {
	fs := make([]frame.File, len(files))
	for i, f := range files {
		fs[i] = frame.File(f)
	}
	return fs
}

// args are the arguments that the program is given.
func (p Program) args() []string {
	if p.Tests == nil {
		return nil
	}
	return p.Tests.Args
}

// Limits bound one run. A run that goes over one of them is ended, and its exit
// says which. Where two engines had a part in it, Wall is of both together, and
// the others are of each: of what a person sees, nothing is more than them.
type Limits struct {
	Wall   time.Duration // from its turn to its end, waiting for input included
	CPU    time.Duration // of all its threads together
	Memory int64         // bytes, of the process as a whole
	Output int64         // bytes of both streams together
}

// DefaultLimits suit programs that a class writes.
var DefaultLimits = Limits{Wall: 5 * time.Minute, CPU: 30 * time.Second, Memory: 512 << 20, Output: 1 << 20}

// What the engines themselves need to start, in bytes.
const (
	minMemory   = 64 << 20
	minMemoryGC = 128 << 20 // and what EngineAuto may need
)

func (l Limits) check(engine string) error {
	switch {
	case l.Wall <= 0 || l.CPU <= 0 || l.Output <= 0:
		return errors.New("a limit of a run must be more than nothing")
	case l.Memory < minMemory:
		return errors.New("a program needs at least 64 MiB of memory")
	case engine != EngineYaegi && l.Memory < minMemoryGC:
		return errors.New("a compiled program needs at least 128 MiB of memory, and every program may have to be compiled unless yaegi is chosen")
	}
	return nil
}

// The kinds of events.
const (
	KindOutput     = "output"
	KindDiagnostic = "diagnostic"
	KindExit       = "exit"
	// KindPhase tells what the run is about to do, where that may take a moment.
	KindPhase = "phase"
	// KindReplaced says that all output before it is void: another engine has
	// taken the run over, and its output follows from the beginning.
	KindReplaced = "replaced"
)

// The phases.
const (
	PhaseWaiting  = "waiting"  // for its turn
	PhaseBuilding = "building" // with Go's compiler
	PhaseRunning  = "running"  // after PhaseBuilding
)

// Event is one thing that happened in a run.
type Event struct {
	Kind       string      `json:"kind"`
	Stream     string      `json:"stream,omitempty"` // "stdout" or "stderr", of output
	Data       string      `json:"data,omitempty"`   // valid UTF-8, of output
	Diagnostic *Diagnostic `json:"diagnostic,omitempty"`
	Exit       *Exit       `json:"exit,omitempty"`
	Phase      string      `json:"phase,omitempty"`   // one of the Phase constants
	Message    string      `json:"message,omitempty"` // one plain sentence, of replaced
}

// Diagnostic is something wrong with the program, at a place in it. Lines and
// columns count from 1, columns in bytes; 0 means unknown.
type Diagnostic struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
	Severity  string `json:"severity"` // "error" or "warning"
	Message   string `json:"message"`
	// Explanation is a second sentence for people who are new to Go; often "".
	Explanation string `json:"explanation,omitempty"`
}

// told makes diagnostics of those that an engine has.
func told(ds []frame.Diagnostic) []Diagnostic {
	out := make([]Diagnostic, len(ds))
	for i, d := range ds {
		out[i] = Diagnostic{
			File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn,
			Severity: d.Severity, Message: d.Message,
		}
	}
	return out
}

// The reasons why a run ended.
const (
	ReasonDone        = "done"        // main returned, or os.Exit(0)
	ReasonFailed      = "failed"      // os.Exit with another code
	ReasonPanic       = "panic"       // a panic, or an error Go does not survive: stack overflow, deadlock, …
	ReasonCompile     = "compile"     // it never ran: the diagnostics say why
	ReasonStopped     = "stopped"     // by Stop, by ctx, or because the pool was closed
	ReasonTime        = "time"        // Limits.Wall
	ReasonCPU         = "cpu"         // Limits.CPU
	ReasonMemory      = "memory"      // Limits.Memory
	ReasonOutput      = "output"      // Limits.Output
	ReasonCrashed     = "crashed"     // the engine failed, not necessarily the program
	ReasonUnavailable = "unavailable" // nothing can be run on this machine now
)

// Exit is how a run ended.
type Exit struct {
	Code    int           `json:"code"`             // the program's exit code; -1 if it was ended
	Signal  string        `json:"signal,omitempty"` // that ended it, if one did
	Reason  string        `json:"reason"`
	Message string        `json:"message"` // one plain sentence
	CPU     time.Duration `json:"cpu"`     // of all threads, without the engine's preparation; of the engine that ended it
	Wall    time.Duration `json:"wall"`    // from its turn to its end
	Memory  int64         `json:"memory"`  // bytes, the most that was measured, of the engine that ended it
	Engine  string        `json:"engine"`  // that ran it, or was to; "" if none was needed to see that it is wrong
	Why     string        `json:"why"`     // one plain sentence of why that engine; "" if none was chosen
}

// The engines.
const (
	EngineAuto  = "auto"  // whichever suits the program: it is never that of an exit
	EngineYaegi = "yaegi" // package yaegi: at once, and not quite Go
	EngineGC    = "gc"    // package gc: Go, after a moment of compiling
)

// ExitCode is the code with which a command that ran a program should itself
// exit, in the habits of shells: the program's own where it has one, 1 if it
// could not be compiled, 2 after a panic, 124 for too much time (as timeout(1)),
// 137 for too much memory or output (as if killed), 130 if stopped (as by
// Ctrl-C), 69 and 70 where the engine was missing or failed (sysexits).
func (e Exit) ExitCode() int {
	switch e.Reason {
	case ReasonDone:
		return 0
	case ReasonFailed:
		return e.Code
	case ReasonCompile:
		return 1
	case ReasonPanic:
		return 2
	case ReasonTime, ReasonCPU:
		return 124
	case ReasonMemory, ReasonOutput:
		return 137
	case ReasonStopped:
		return 130
	case ReasonUnavailable:
		return 69
	}
	return 70
}
