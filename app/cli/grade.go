package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"thirdspace/interp/grade"
	"thirdspace/interp/run"
)

// GradeFiles tests files as one program and prints a table of the tests and what came of each on s.Out, or with asJSON the
// whole report as one line of JSON. The exit code it returns is 0 if all tests passed, 1 if not.
func GradeFiles(ctx context.Context, pool *run.Pool, o Options, s Streams) (int, error) {
	sub, suite, err := readSuite(o, s.In)
	if err != nil {
		return 0, err
	}
	r, err := grade.Grade(ctx, pool, sub, suite)
	var wrong *grade.SuiteError
	if errors.As(err, &wrong) {
		return 0, inputError{errors.New(strings.TrimSuffix(wrong.Message, "."))}
	}
	if err != nil {
		return 0, err
	}
	if o.JSON {
		out := json.NewEncoder(s.Out)
		out.SetEscapeHTML(false)
		err = out.Encode(r)
	} else {
		err = printReport(s.Out, r)
	}
	if err != nil {
		return 0, fmt.Errorf("showing the report: %w", err)
	}
	if !r.Passed {
		return 1, nil
	}
	return 0, nil
}

// readSuite reads the program and the tests. If no tests are named, they are those among the program's files, with the
// files that are not Go, which they may need.
func readSuite(o Options, stdin io.Reader) (grade.Submission, grade.Suite, error) {
	suite := grade.Suite{Points: o.Grade.Points, Limits: grade.Limits{Time: o.Grade.Timeout}}
	files, err := readProgram(o.Program.Files, stdin)
	if err != nil {
		return grade.Submission{}, suite, err
	}
	sub := grade.Submission{Files: files}
	if len(o.Grade.Tests)+len(o.Grade.Hidden) == 0 {
		sub.Files = nil
		for _, f := range files {
			if strings.HasSuffix(f.Name, "_test.go") {
				suite.Visible = append(suite.Visible, f)
			} else {
				sub.Files = append(sub.Files, f)
			}
		}
		return sub, suite, nil
	}
	if suite.Visible, err = readFiles(o.Grade.Tests); err != nil {
		return sub, suite, err
	}
	suite.Hidden, err = readFiles(o.Grade.Hidden)
	return sub, suite, err
}

func printReport(w io.Writer, r grade.Report) error {
	var b strings.Builder
	if r.Built {
		if err := r.Table(&b); err != nil {
			return err
		}
		b.WriteString("\n")
	}
	for _, list := range [][]run.Diagnostic{r.Diagnostics, r.HiddenDiagnostics} {
		for _, d := range list {
			fmt.Fprintln(&b, located(d))
		}
	}
	fmt.Fprintf(&b, "%s %d of %d points.\n", r.Sentence, r.Earned, r.Possible)
	if r.Forged {
		b.WriteString("The program printed lines that look like results of tests; they were not believed.\n")
	}
	for _, name := range r.LeftOut {
		fmt.Fprintf(&b, "The program's %s took no part.\n", name)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
