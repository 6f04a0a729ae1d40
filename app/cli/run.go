package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"thirdspace/interp/run"
)

// Streams are what a program is connected to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// RunFiles runs files as one program, in a process of its own that the pool gives, and returns the exit code to end with.
// With asJSON each event is a line of JSON on s.Out; otherwise output goes where the program sent it, and diagnostics as
// "file:line:column: message" to s.Err.
func RunFiles(ctx context.Context, pool *run.Pool, o ProgramOptions, s Streams, asJSON bool) (int, error) {
	files, err := readProgram(o.Files, s.In)
	if err != nil {
		return 0, err
	}
	program := run.Program{Files: files, Engine: o.Engine}
	if err := program.Check(); err != nil {
		return 0, badInput("reading the program: %w", err)
	}
	in, err := input(o, s.In)
	if err != nil {
		return 0, err
	}
	r, err := pool.Start(ctx, program, run.DefaultLimits)
	if err != nil {
		return 0, fmt.Errorf("starting the program: %w", err)
	}
	// Not waited for: a read from a terminal ends when the person types, or with this process.
	go feed(r, in)
	return show(r.Events(), s, asJSON)
}

// input is where the program's standard input comes from. A program that came from standard input itself has none, unless
// a file is named.
func input(o ProgramOptions, stdin io.Reader) (io.Reader, error) {
	switch {
	case o.Stdin != "" && o.Stdin != "-":
		f, err := os.Open(o.Stdin)
		if err != nil {
			return nil, badInput("opening the program's input: %w", err)
		}
		return f, nil
	case slices.Contains(o.Files, "-"):
		return strings.NewReader(""), nil
	}
	return stdin, nil
}

// feed gives the program its input until either ends.
func feed(r *run.Run, in io.Reader) {
	_, _ = io.Copy(r, in) // a program that ended takes no more, which is no error
	_ = r.CloseStdin()
	if f, ok := in.(*os.File); ok && f != os.Stdin {
		f.Close()
	}
}

// show passes events on until the exit and returns its code.
func show(events <-chan run.Event, s Streams, asJSON bool) (int, error) {
	out := json.NewEncoder(s.Out)
	out.SetEscapeHTML(false)
	var exit *run.Exit
	var failed error
	for e := range events {
		if e.Exit != nil {
			exit = e.Exit
		}
		var err error
		if asJSON {
			err = out.Encode(e)
		} else {
			err = showEvent(e, s)
		}
		failed = errors.Join(failed, err) // the run is drained all the same
	}
	if failed != nil {
		return 0, fmt.Errorf("showing the output: %w", failed)
	}
	if exit == nil {
		return 0, errors.New("the run ended without saying how")
	}
	return exit.ExitCode(), nil
}

func showEvent(e run.Event, s Streams) error {
	var err error
	switch {
	case e.Kind == run.KindOutput && e.Stream == "stderr":
		_, err = io.WriteString(s.Err, e.Data)
	case e.Kind == run.KindOutput:
		_, err = io.WriteString(s.Out, e.Data)
	case e.Kind == run.KindReplaced:
		_, err = fmt.Fprintf(s.Err, "thirdspace: %s\n", e.Message)
	case e.Diagnostic != nil:
		_, err = fmt.Fprintln(s.Err, located(*e.Diagnostic))
	case e.Exit != nil && e.Exit.Reason != run.ReasonDone && e.Exit.Reason != run.ReasonFailed:
		_, err = fmt.Fprintf(s.Err, "thirdspace: %s\n", strings.TrimSpace(e.Exit.Message))
	}
	return err
}

// located is a diagnostic as Go's tools print it.
func located(d run.Diagnostic) string {
	if d.File == "" {
		return d.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
}
