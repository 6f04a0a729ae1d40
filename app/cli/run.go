package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"thirdspace/interp/run"
)

// maxSource bounds one file of a program, in bytes. What the runner takes in all is less; this keeps a wrong argument
// from being read whole.
const maxSource = 4 << 20

// Streams are what a program is connected to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// RunFiles runs the Go files as one program, in a process of its own that the pool gives, and returns the exit code to
// end with. With asJSON each event is a line of JSON on s.Out; otherwise output goes where the program sent it, and
// diagnostics as "file:line:column: message" to s.Err.
func RunFiles(ctx context.Context, pool *run.Pool, files []string, s Streams, asJSON bool) (int, error) {
	program, err := readProgram(files)
	if err != nil {
		return 0, err
	}
	r, err := pool.Start(ctx, program, run.DefaultLimits)
	if err != nil {
		return 0, fmt.Errorf("starting the program: %w", err)
	}
	// Not waited for: a read from a terminal ends when the person types, or with this process.
	go feed(r, s.In)
	return show(r.Events(), s, asJSON)
}

func readProgram(files []string) (run.Program, error) {
	var p run.Program
	for _, path := range files {
		text, err := readSource(path)
		if err != nil {
			return run.Program{}, err
		}
		p.Files = append(p.Files, run.File{Name: filepath.Base(path), Text: text})
	}
	if err := p.Check(); err != nil {
		return run.Program{}, fmt.Errorf("reading the program: %w", err)
	}
	return p, nil
}

func readSource(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSource+1))
	if err != nil {
		return "", fmt.Errorf("reading the program: %w", err)
	}
	if len(b) > maxSource {
		return "", fmt.Errorf("reading the program: %s is larger than %d MiB", path, maxSource>>20)
	}
	return string(b), nil
}

// feed gives the program its input until either ends.
func feed(r *run.Run, in io.Reader) {
	_, _ = io.Copy(r, in) // a program that ended takes no more, which is no error
	_ = r.CloseStdin()
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
		d := e.Diagnostic
		_, err = fmt.Fprintf(s.Err, "%s:%d:%d: %s\n", d.File, d.Line, d.Column, d.Message)
	case e.Exit != nil && e.Exit.Reason != run.ReasonDone && e.Exit.Reason != run.ReasonFailed:
		_, err = fmt.Fprintf(s.Err, "thirdspace: %s\n", strings.TrimSpace(e.Exit.Message))
	}
	return err
}
