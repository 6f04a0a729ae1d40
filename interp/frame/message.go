package frame

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"thirdspace/interp/jail"
)

// Bounds of the bodies a runner sends.
const (
	MaxHello       = 64 << 10  // bytes
	MaxAnswer      = 256 << 10 // bytes of a diagnostics or verdict frame
	MaxDiagnostics = 100       // in one frame
	MaxMessage     = 4 << 10   // bytes of one message, the rest is cut
)

// Bounds of the arguments of a program.
const (
	MaxArgs     = 32
	MaxArgsSize = 128 << 10 // bytes of all of them together
)

// Hello is the first frame of a runner.
type Hello struct {
	Version int         `json:"version"`
	Report  jail.Report `json:"report"`
}

// File is one file of a program.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Job is a program and what it may use.
type Job struct {
	Nonce  string        `json:"nonce"` // hex
	Files  []File        `json:"files"`
	CPU    time.Duration `json:"cpu"`    // of all threads together
	Memory int64         `json:"memory"` // bytes
	Args   []string      `json:"args,omitempty"`
	OneOut bool          `json:"oneOut,omitempty"` // standard error goes the way of standard output, in order
}

// Diagnostic is one thing that is wrong with a program. Lines and columns count
// from 1, columns in bytes; 0 means unknown.
type Diagnostic struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine,omitempty"`
	EndColumn int    `json:"endColumn,omitempty"`
	Severity  string `json:"severity"` // "error" or "warning"
	Message   string `json:"message"`
}

// Verdict says why a program did not simply run to its end.
type Verdict struct {
	Reason  string `json:"reason"` // "compile" or "crashed"
	Message string `json:"message"`
}

// Encode writes a message as the body of a frame.
func Encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode a message: %w", err)
	}
	return b.Bytes(), nil
}

func decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("decode a message: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("decode a message: something follows it")
	}
	return nil
}

// DecodeHello reads a hello. It does not judge the version.
func DecodeHello(body []byte) (Hello, error) {
	var h Hello
	if err := decode(body, &h); err != nil {
		return Hello{}, err
	}
	if len(h.Report.Features) > 64 {
		return Hello{}, errors.New("decode a hello: too many features")
	}
	return h, nil
}

// CheckArgs says what is wrong with the arguments of a program, in a sentence fit
// to be shown, or nil.
func CheckArgs(args []string) error {
	if len(args) > MaxArgs {
		return fmt.Errorf("the program is given %d arguments; at most %d are allowed", len(args), MaxArgs)
	}
	total := 0
	for _, a := range args {
		if !utf8.ValidString(a) || strings.Contains(a, "\x00") {
			return errors.New("an argument of the program is not text in UTF-8")
		}
		if total += len(a); total > MaxArgsSize {
			return fmt.Errorf("the arguments of the program are longer than %d KiB", MaxArgsSize>>10)
		}
	}
	return nil
}

// DecodeJob reads a job and checks it as CheckFiles and CheckArgs do.
func DecodeJob(body []byte) (Job, Nonce, error) {
	var j Job
	var n Nonce
	if err := decode(body, &j); err != nil {
		return Job{}, n, err
	}
	raw, err := hex.DecodeString(j.Nonce)
	if err != nil || len(raw) != NonceSize {
		return Job{}, n, errors.New("decode a job: the nonce is not valid")
	}
	copy(n[:], raw)
	if j.CPU <= 0 || j.Memory <= 0 {
		return Job{}, n, errors.New("decode a job: a limit is missing")
	}
	if err := errors.Join(CheckFiles(j.Files), CheckArgs(j.Args)); err != nil {
		return Job{}, n, err
	}
	if len(j.Args) == 0 {
		j.Args = nil
	}
	return j, n, nil
}

// DecodeDiagnostics reads a list of diagnostics. Positions that cannot be are
// set to "unknown" and over-long words are cut, so that a caller may show
// whatever comes back.
func DecodeDiagnostics(body []byte) ([]Diagnostic, error) {
	var ds []Diagnostic
	if err := decode(body, &ds); err != nil {
		return nil, err
	}
	if len(ds) > MaxDiagnostics {
		return nil, errors.New("decode diagnostics: too many of them")
	}
	for i := range ds {
		d := &ds[i]
		if d.Severity != "error" && d.Severity != "warning" {
			return nil, errors.New("decode diagnostics: unknown severity")
		}
		if CheckName(d.File) != nil {
			d.File = ""
		}
		for _, p := range []*int{&d.Line, &d.Column, &d.EndLine, &d.EndColumn} {
			if *p < 0 || *p > 1<<24 {
				*p = 0
			}
		}
		d.Message = Cut(d.Message)
	}
	return ds, nil
}

// DecodeVerdict reads a verdict.
func DecodeVerdict(body []byte) (Verdict, error) {
	var v Verdict
	if err := decode(body, &v); err != nil {
		return Verdict{}, err
	}
	if v.Reason != "compile" && v.Reason != "crashed" {
		return Verdict{}, errors.New("decode a verdict: unknown reason")
	}
	v.Message = Cut(v.Message)
	return v, nil
}

// Cut makes a message fit to be shown: valid UTF-8, at most MaxMessage bytes.
func Cut(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= MaxMessage {
		return s
	}
	s = s[:MaxMessage]
	for len(s) > 0 && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + "…"
}
