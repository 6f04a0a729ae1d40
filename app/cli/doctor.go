package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"thirdspace/app/failure"
	"thirdspace/p2p/doctor"
	"thirdspace/p2p/ticket"
)

// DoctorOptions are what "doctor" looks for.
type DoctorOptions struct {
	Teach  bool   // from the teacher's side
	Port   int    // of the teacher's room; 0: the usual one
	Target string // where a student wants to go
}

type doctorGrammar struct {
	Teach  bool   `help:"Look from the teacher's side: why does nobody reach the room on this machine?"`
	Port   int    `help:"Port of that room; 0 is the usual one." default:"0" placeholder:"N"`
	Target string `arg:"" optional:"" name:"address" help:"The address, code or link on the teacher's screen; with --teach, the address of a student's machine."`
}

func (g doctorGrammar) options() DoctorOptions {
	return DoctorOptions(g)
}

func (o DoctorOptions) check() error {
	if o.Port < 0 || o.Port > 65535 {
		return fmt.Errorf("--port=%d: a port is a number from 0 to 65535", o.Port)
	}
	return nil
}

// Examine finds out why a room is not reached, prints it to out, and returns the exit code to end with: 0 where nothing is
// in the way, 6 where another program has the port, 7 where a room answers that cannot be joined, and else 5. The error is
// one of the address.
func Examine(ctx context.Context, o DoctorOptions, out io.Writer, asJSON bool, log *slog.Logger) (int, error) {
	c := doctor.Config{Side: doctor.Student, Port: o.Port, Log: log}
	if o.Teach {
		c.Side = doctor.Teacher
	}
	if o.Target != "" {
		way, err := ticket.Read(o.Target)
		if err == nil {
			c.Target, err = way.Near()
		}
		if err != nil {
			return 0, failure.Of(err)
		}
	}
	return tell(doctor.Examine(ctx, c), out, asJSON)
}

// tell prints the report and returns the exit code.
func tell(r doctor.Report, out io.Writer, asJSON bool) (int, error) {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r); err != nil {
			return 0, fmt.Errorf("printing what was found: %w", err)
		}
		return examined(r), nil
	}
	if _, err := io.WriteString(out, inWords(r)); err != nil {
		return 0, fmt.Errorf("printing what was found: %w", err)
	}
	return examined(r), nil
}

func examined(r doctor.Report) int {
	if r.Cause == nil {
		return failure.ExitOK
	}
	switch r.Cause.Code {
	case doctor.CausePort:
		return failure.ExitPort
	case doctor.CauseVersion, doctor.CauseOtherKey:
		return failure.ExitRefused
	}
	return failure.ExitNetwork
}

// signs stand before what was found.
var signs = map[string]string{doctor.Good: "ok", doctor.Note: "note", doctor.Bad: "NO", doctor.Unknown: "?"}

func inWords(r doctor.Report) string {
	var b strings.Builder
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "%-4s  %s: %s\n", signs[c.Result], c.Looked, c.Found)
	}
	why := r.Cause
	if why == nil {
		b.WriteString("\nNothing that can be seen from here is in the way.\n")
		why = r.Doubt
	}
	if why == nil {
		return b.String()
	}
	fmt.Fprintf(&b, "\n%s\n%s\n%s\n", why.What, why.Means, why.Do)
	for _, c := range why.Commands {
		fmt.Fprintf(&b, "  %s:\n    %s\n", c.System, c.Text)
	}
	return b.String()
}
