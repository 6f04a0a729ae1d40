// Package failure turns errors into what a person is told: what happened, what it means and what to do, a sentence
// each, with the technical details apart. It is the one place that knows which error is which sentence, and which exit
// code a script gets for it.
package failure

import (
	"encoding/json"
	"errors"
)

// Failure is an error fit to be shown.
type Failure struct {
	Code    string `json:"code"`    // for programs: the page, scripts and tests
	Message string `json:"message"` // what happened
	Hint    string `json:"hint"`    // what to do
	Details string `json:"details"` // the error as the program saw it
}

// Error is the failure as JSON: bindings carry errors to the page as one string, and the page wants the parts.
func (f *Failure) Error() string {
	b, err := json.Marshal(f)
	if err != nil {
		return f.Message
	}
	return string(b)
}

// Sentence is the failure in plain words, for a terminal or a log.
func (f *Failure) Sentence() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + " " + f.Hint
}

// Codes of failures that do not come from the room's own refusals.
const (
	CodeInUse       = "in-use"
	CodeDamaged     = "damaged"
	CodeForeign     = "foreign"
	CodeNewer       = "newer"
	CodeDiskFull    = "disk-full"
	CodePort        = "port-in-use"
	CodeNoNetwork   = "no-network"
	CodeUnreachable = "unreachable"
	CodeBadName     = "bad-name"
	CodeBadAddress  = "bad-address"
	CodeConflict    = "conflict"
	CodeNoLibrary   = "no-library"
	CodeProgram     = "program"   // what is asked of a program cannot be done with it as it stands
	CodeCancelled   = "cancelled" // the person stopped it
	CodeBadCard     = "bad-card"
	CodeNotInRoom   = "not-in-room"
	CodeNotAllowed  = "not-allowed"
	CodeTooLong     = "too-long"
	CodeEmpty       = "empty"
	CodeUnknown     = "unknown"
)

// Exit codes of the program, as its README lists them.
const (
	ExitOK      = 0
	ExitError   = 1
	ExitUsage   = 2
	ExitInUse   = 3
	ExitData    = 4
	ExitNetwork = 5
	ExitPort    = 6
	ExitRefused = 7
)

// New makes a failure that no error stands behind.
func New(code, message, hint string) *Failure {
	return &Failure{Code: code, Message: message, Hint: hint}
}

// Of gives the failure that err is to a person, as an error; nil stays nil.
func Of(err error) error {
	if err == nil {
		return nil
	}
	return From(err)
}

// From gives the failure that err is to a person; nil for nil.
func From(err error) *Failure {
	if err == nil {
		return nil
	}
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	f = classify(err)
	f.Details = err.Error()
	return f
}

// ExitCode is what a script gets for err.
func ExitCode(err error) int {
	f := From(err)
	if f == nil {
		return ExitOK
	}
	switch f.Code {
	case CodeInUse:
		return ExitInUse
	case CodeDamaged, CodeForeign, CodeNewer:
		return ExitData
	case CodeNoNetwork, CodeUnreachable:
		return ExitNetwork
	case CodePort:
		return ExitPort
	case CodeBadName, CodeBadAddress:
		return ExitUsage
	case CodeConflict:
		return ExitRefused
	}
	if _, refused := refusals[f.Code]; refused {
		return ExitRefused
	}
	return ExitError
}

// Damaged gives the failure of a data folder in which something is not what it should be.
func Damaged(err error) *Failure {
	f := New(CodeDamaged, "Something in the data folder of ThirdSpace is damaged.", "Nothing was changed. Restore the folder from a copy, or move it away to start afresh.")
	f.Details = err.Error()
	return f
}
