package run

import (
	"context"
	"fmt"
	"strings"

	"thirdspace/interp/check"
)

// choice is which engine is to run a program, and why.
type choice struct {
	engine  string // or EngineAuto: it is not known whether yaegi may
	why     string
	verdict check.Verdict
	wrong   *wrongError // Go would not build it
}

// Sentences of why an engine ran a program.
const (
	whyChosen   = "You chose it."
	whyTests    = "Tests are always run by Go's own compiler."
	whyTrusted  = "For all that this program does, the quick engine is known to do as Go does."
	whyUnknown  = "It could not be checked whether the quick engine may run it."
	whyBusy     = "It ran long, so Go's own compiler took it over."
	whyFailed   = "The quick engine could not run it to its end, so Go's own compiler did."
	whyReplaced = "It did not print what the quick engine had printed, and what Go's own compiler makes of a program is what counts."
	whyNoReplay = "The quick engine failed over it, and Go's own compiler could not take it over any more."

	replacedMessage = "What was shown so far is void: Go's own compiler has taken the program over, and it prints something else, from the beginning."
)

// choose decides which engine is to run the program.
func (r *Run) choose() (choice, error) {
	engine := r.prog.engine()
	c := choice{engine: engine, why: whyChosen}
	if r.prog.Tests != nil { // the checker knows programs only
		c.why = whyTests
		return c, nil
	}
	if r.pool.cfg.Checker != nil {
		if err := r.check(&c); c.wrong != nil || err != nil {
			return c, err
		}
	}
	switch v := c.verdict; {
	case engine == EngineYaegi && r.pool.suits == nil:
		c.why = "You chose it. What it prints may differ from what Go prints."
	case engine == EngineYaegi && !v.OK:
		c.why = "You chose it. What it prints may differ from what Go prints: " + because(v)
	case engine != EngineAuto:
	case r.pool.suits == nil:
		c.why = whyUnknown
	case v.OK:
		c.engine, c.why = EngineYaegi, whyTrusted
	default:
		c.engine, c.why = EngineGC, "The quick engine is not known to do as Go does here: "+because(v)
	}
	return c, nil
}

// check asks the checker whether Go would build the program, and whether the
// quick engine may run it. It waits no longer than the run goes on.
func (r *Run) check(c *choice) error {
	files := r.prog.sources()
	res := r.pool.cfg.Checker.Check(r.ctx, files)
	if res.Err != nil {
		return res.Err
	}
	if !res.OK() {
		c.wrong = &wrongError{}
		for _, d := range res.Diagnostics {
			if d.Severity == check.Error {
				c.wrong.diagnostics = append(c.wrong.diagnostics, Diagnostic{
					File: d.File, Line: d.Line, Column: d.Column, EndLine: d.EndLine, EndColumn: d.EndColumn,
					Severity: d.Severity, Message: d.Message, Explanation: d.Explanation,
				})
			}
		}
		return nil
	}
	if r.prog.engine() == EngineGC {
		return nil
	}
	said := make(chan check.Verdict, 1)
	r.pool.wg.Go(func() { said <- r.pool.suits(files) })
	select {
	case c.verdict = <-said:
		return nil
	case <-r.ctx.Done():
		return context.Cause(r.ctx)
	}
}

// sources are the files as the checker wants them, without tests: they are no
// part of what is run.
func (p Program) sources() []check.File {
	var fs []check.File
	for _, f := range p.Files {
		if !strings.HasSuffix(f.Name, "_test.go") {
			fs = append(fs, check.File{Name: f.Name, Text: f.Text})
		}
	}
	return fs
}

// because words why a program does not suit the quick engine.
func because(v check.Verdict) string {
	if v.Line > 0 {
		return fmt.Sprintf("%s (line %d).", v.Reason, v.Line)
	}
	return v.Reason + "."
}
