// Package cli is the command line of ThirdSpace: what may be said on it, and the commands that need no room.
//
//	thirdspace                               the start screen
//	thirdspace host [flags]                  open a room
//	thirdspace join [flags] [ROOM|ADDRESS|CODE|LINK]   join one
//	thirdspace doctor [ADDRESS|CODE|LINK]    find out why a room is not reached; --teach: why nobody reaches this machine's
//	thirdspace run [flags] FILE…|-           run a Go program as a room would
//	thirdspace check [flags] FILE…|-         say what is wrong with one
//	thirdspace grade [flags] FILE…|-         test one
//	thirdspace version
//
// A FILE of the last three may be a folder, which stands for what is in it (not for folders in it). With "-" the
// program comes from standard input, and has none of its own.
//
// Exit codes, for scripts:
//
//	0  done
//	1  something failed
//	2  the command line, a name or an address is not right
//	3  the data folder is in use by another ThirdSpace
//	4  the data folder is damaged, another program's, or from a newer ThirdSpace
//	5  no network, or the room's machine cannot be reached
//	6  the port is in use
//	7  the room refused: wrong code, full, locked, another version, name taken, removed, another key
//
// "thirdspace run" ends with the program's own exit code, or as shells say how a program was ended: see
// [thirdspace/interp/run.Exit.ExitCode]. It ends with 2 also if the files are not fit to be a program: missing, too large,
// too many, not UTF-8.
//
// "thirdspace check" ends with 0 if Go would build the program, 1 if not, and 2 as "run" does.
//
// "thirdspace grade" ends with 0 if all tests passed, 1 if not (also if there was nothing to run because the program does
// not build), and 2 if the files or the tests are not fit to be used.
//
// The last two end with 69 where Go's compiler or the runner is not beside the program, and with 130 if they were
// stopped.
package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Command is what was asked for.
type Command string

// The commands. Done means that the answer was printed already ("--help").
const (
	Start   Command = "start"
	Host    Command = "host"
	Join    Command = "join"
	Run     Command = "run"
	Check   Command = "check"
	Grade   Command = "grade"
	Doctor  Command = "doctor"
	Version Command = "version"
	Done    Command = ""
)

// Face is how the app is to be shown.
type Face string

// The faces. Auto is the window where there is a screen, and the browser where there is none.
const (
	Auto     Face = "auto"
	Browser  Face = "browser"
	Headless Face = "headless"
)

// Options is a command line that was understood.
type Options struct {
	Command Command
	Face    Face
	DataDir string // empty: the person's own
	Log     Log
	JSON    bool

	Host   HostOptions
	Join   JoinOptions
	Doctor DoctorOptions
	// Program is what "run", "check" and "grade" are about.
	Program ProgramOptions
	Grade   GradeOptions
	// Dev is the folder of a page under development, shown in the browser instead of the one inside the program.
	Dev string
}

// HostOptions are what "host" knows of the room; empty fields are asked for on the screen.
type HostOptions struct {
	Course, Room, Teacher string
	Code                  bool // a room code is asked of who joins
	Port                  int  // 0: any
	Open                  bool // open the room at once, without asking anything more
}

// JoinOptions are what "join" knows.
type JoinOptions struct {
	Name, Code, Target string
}

// ProgramOptions say which program, and what is to run it.
type ProgramOptions struct {
	Files  []string // paths of files and folders, or "-" alone
	Engine string   // "auto", "yaegi" or "gc"
	Stdin  string   // file that is the program's standard input; empty: that of this process
}

// GradeOptions say what a program is tested with.
type GradeOptions struct {
	Tests, Hidden []string // paths; none of either: the tests among the program's files
	Points        map[string]int
	Timeout       time.Duration
}

// Log says what is logged and where.
type Log struct {
	Level slog.Level
	File  string // empty: standard error
}

// grammar is the command line as kong reads it.
type grammar struct {
	Browser  bool   `help:"Show the app in a browser: print a link and serve it on this machine alone."`
	Headless bool   `help:"Show nothing (host: open the room at once; join is not possible)."`
	DataDir  string `help:"Keep everything in this folder instead of the usual one." placeholder:"DIR" type:"path"`
	Log      string `help:"What to log: debug, info, warn or error, to standard error; or a file, to which everything goes." default:"warn" placeholder:"LEVEL|FILE"`
	JSON     bool   `name:"json" help:"Print what is meant for scripts as JSON, one object a line."`
	Dev      string `hidden:"" placeholder:"DIR" type:"existingdir"`

	Start struct{} `cmd:"" default:"1" hidden:""`
	Host  struct {
		Course  string `help:"Name of the course." placeholder:"NAME"`
		Room    string `help:"Name of this lesson's room." placeholder:"NAME"`
		Teacher string `help:"Your name, as the class sees it." placeholder:"NAME"`
		Code    bool   `help:"Ask everybody for a room code (on unless --no-code)." default:"true" negatable:""`
		Port    int    `help:"Port to listen on; 0 is any." default:"0" placeholder:"N"`
		Open    bool   `help:"Open the room at once, without asking anything more."`
	} `cmd:"" help:"Open a room."`
	Join struct {
		Name   string `help:"Your name, as the class sees it." placeholder:"NAME"`
		Code   string `help:"The room code, if the room has one." placeholder:"CODE"`
		Target string `arg:"" optional:"" name:"room|address" help:"A room's name as it is listed, or the address, code or link on the teacher's screen."`
	} `cmd:"" help:"Join a room."`
	Run struct {
		Engine string   `help:"What runs it: yaegi (at once, and not quite Go), gc (Go's own compiler, after a moment), or whichever suits it." enum:"auto,yaegi,gc" default:"auto" placeholder:"auto|yaegi|gc"`
		Stdin  string   `help:"Give the program this file as its standard input." placeholder:"FILE"`
		Files  []string `arg:"" name:"file" help:"Go files of one program, of package main, and data for it; a folder of them; or - for a program on standard input, which then has no input of its own."`
	} `cmd:"" help:"Run a Go program the way a room does. Ends with the program's own exit code."`
	Check struct {
		Engine string   `help:"What is to run it; what is wrong with it is the same for all." enum:"auto,yaegi,gc" default:"auto" placeholder:"auto|yaegi|gc"`
		Files  []string `arg:"" name:"file" help:"Go files of one program; a folder of them; or - for a program on standard input."`
	} `cmd:"" help:"Say what is wrong with a Go program, in Go's words, and what vet would warn of. Ends with 0 if Go would build it, 1 if not."`
	Grade struct {
		Engine  string         `help:"What runs the tests: gc, Go's own compiler, and nothing else." enum:"auto,gc" default:"auto" placeholder:"auto|gc"`
		Tests   []string       `help:"Test files for it, or a folder of them (without any, its own tests)." placeholder:"FILE|DIR"`
		Hidden  []string       `help:"More of them, which the program cannot find." placeholder:"FILE|DIR"`
		Points  map[string]int `help:"What a test is worth, if not 1: --points TestA=3. May be repeated." placeholder:"TEST=N"`
		Timeout time.Duration  `help:"How long the tests may take (30s if not said)." default:"30s" placeholder:"DURATION"`
		Files   []string       `arg:"" name:"file" help:"Go files of one program, and data for it; a folder of them; or - for a program on standard input."`
	} `cmd:"" help:"Run tests on a Go program and print a table. Ends with 0 if all passed, 1 if not."`
	Doctor  doctorGrammar `cmd:"" help:"Find out why a room is not reached."`
	Version struct{}      `cmd:"" help:"Print the version."`
}

// ErrUsage is behind every error of Parse.
var ErrUsage = errors.New("the command line is not understood")

// Parse reads the arguments after the program's name. Help goes to out. An error is one sentence fit to be printed,
// and means exit code 2.
func Parse(args []string, out io.Writer) (Options, error) {
	var g grammar
	helped := false
	parser, err := kong.New(&g,
		kong.Name("thirdspace"),
		kong.Description("A classroom for programming that needs nothing but the network between the machines in the room."),
		kong.Writers(out, out),
		kong.Exit(func(int) { helped = true }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return Options{}, fmt.Errorf("making the command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if helped {
		return Options{Command: Done}, nil
	}
	if err != nil {
		return Options{}, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	name, _, _ := strings.Cut(parsed.Command(), " ")
	o := g.options(Command(name))
	if err := o.check(); err != nil {
		return Options{}, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	return o, nil
}

func (g *grammar) options(command Command) Options {
	o := Options{
		Command: command, Face: Auto, DataDir: g.DataDir, Log: readLog(g.Log), JSON: g.JSON, Dev: g.Dev,
		Host: HostOptions{
			Course: g.Host.Course, Room: g.Host.Room, Teacher: g.Host.Teacher,
			Code: g.Host.Code, Port: g.Host.Port, Open: g.Host.Open,
		},
		Join:   JoinOptions{Name: g.Join.Name, Code: g.Join.Code, Target: g.Join.Target},
		Doctor: g.Doctor.options(),
		Grade:  GradeOptions{Tests: g.Grade.Tests, Hidden: g.Grade.Hidden, Points: g.Grade.Points, Timeout: g.Grade.Timeout},
	}
	switch command {
	case Run:
		o.Program = ProgramOptions{Files: g.Run.Files, Engine: g.Run.Engine, Stdin: g.Run.Stdin}
	case Check:
		o.Program = ProgramOptions{Files: g.Check.Files, Engine: g.Check.Engine}
	case Grade:
		o.Program = ProgramOptions{Files: g.Grade.Files, Engine: g.Grade.Engine}
	}
	switch {
	case g.Headless && g.Browser:
		o.Face = "" // refused by check
	case g.Headless:
		o.Face, o.Host.Open = Headless, true
	case g.Browser, g.Dev != "":
		o.Face = Browser
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Face == "":
		return errors.New("--browser and --headless exclude each other")
	case o.Face == Headless && slices.Contains([]Command{Start, Join}, o.Command):
		return errors.New("--headless is for `thirdspace host`: everything else needs to be seen")
	case o.Host.Port < 0 || o.Host.Port > 65535:
		return fmt.Errorf("--port=%d: a port is a number from 0 to 65535", o.Host.Port)
	case slices.Contains(o.Program.Files, "-") && len(o.Program.Files) > 1:
		return errors.New("- is a whole program: there can be no files besides it")
	case slices.Contains(o.Program.Files, "-") && o.Program.Stdin == "-":
		return errors.New("standard input is the program already: --stdin cannot be it too")
	}
	return o.Doctor.check()
}

// readLog takes a level by its name; anything else is a file, into which everything goes.
func readLog(s string) Log {
	var level slog.Level
	switch strings.ToLower(s) {
	case "debug", "info", "warn", "error":
		_ = level.UnmarshalText([]byte(s)) // one of the four
		return Log{Level: level}
	}
	return Log{Level: slog.LevelDebug, File: s}
}
