package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"thirdspace/interp/check"
	"thirdspace/interp/frame"
	"thirdspace/interp/run"
)

// CheckFiles says what is wrong with files as one program, as lines "file:line:column: message" on s.Out, warnings marked
// as such, or with asJSON as lines of JSON. The exit code it returns is 0 if Go would build the program, 1 if not.
func CheckFiles(ctx context.Context, checker *check.Checker, paths []string, s Streams, asJSON bool) (int, error) {
	files, err := readProgram(paths, s.In)
	if err != nil {
		return 0, err
	}
	if err := (run.Program{Files: files}).Check(); err != nil {
		return 0, badInput("reading the program: %w", err)
	}
	sources := make([]check.File, len(files))
	for i, f := range files {
		sources[i] = check.File(f)
	}
	r := checker.Check(ctx, sources)
	if r.Err != nil {
		return 0, r.Err
	}
	out := json.NewEncoder(s.Out)
	out.SetEscapeHTML(false)
	var failed error
	for _, d := range r.Diagnostics {
		if asJSON {
			failed = errors.Join(failed, out.Encode(d))
			continue
		}
		failed = errors.Join(failed, printDiagnostic(s.Out, d))
	}
	if r.More > 0 && !asJSON {
		_, err := fmt.Fprintf(s.Out, "and %d more\n", r.More)
		failed = errors.Join(failed, err)
	}
	if failed != nil {
		return 0, fmt.Errorf("showing what is wrong: %w", failed)
	}
	if !r.OK() {
		return 1, nil
	}
	return 0, nil
}

func printDiagnostic(w io.Writer, d check.Diagnostic) error {
	mark := ""
	if d.Severity == check.Warning {
		mark = "warning: "
	}
	_, err := fmt.Fprintf(w, "%s:%d:%d: %s%s\n", d.File, d.Line, d.Column, mark, frame.Cut(d.Message))
	return err
}
