package run

import (
	"errors"
	"io"
	"os"
	"time"

	"thirdspace/interp/frame"
)

// answers is what the runner said of the program.
type answers struct {
	diagnostics []frame.Diagnostic
	verdict     *frame.Verdict
}

// listen reads the runner's frames until it ends. Whatever is not one of the two
// that may come, once each, with the nonce of this run, was not sent by the
// runner: the run is over.
func (a *attempt) listen(w *worker) {
	control := patient{w, w.control}
	for {
		kind, nonce, body, err := frame.Read(control, frame.MaxAnswer)
		if errors.Is(err, io.EOF) || errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		if err == nil && nonce == a.nonce {
			err = a.said.add(kind, body)
		} else if err == nil {
			err = errForged
		}
		// A frame that breaks off is the runner being killed.
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return
		}
		if err != nil {
			a.said = answers{}
			a.cancel(errForged)
			_, _ = io.Copy(io.Discard, control)
			return
		}
	}
}

func (a *answers) add(kind frame.Kind, body []byte) (err error) {
	switch {
	case kind == frame.KindDiagnostics && a.diagnostics == nil && a.verdict == nil:
		a.diagnostics, err = frame.DecodeDiagnostics(body)
		return err
	case kind == frame.KindVerdict && a.verdict == nil:
		v, err := frame.DecodeVerdict(body)
		a.verdict = &v
		return err
	}
	return errForged
}

// patient reads a pipe of a worker. Once the process is gone, each read waits
// for linger at most: somebody else may hold the other end open.
type patient struct {
	w *worker
	f *os.File
}

func (p patient) Read(b []byte) (int, error) {
	if !p.w.alive() {
		_ = p.f.SetReadDeadline(time.Now().Add(linger))
	}
	return p.f.Read(b)
}

// hurry makes reads that already wait do so for linger at most.
func (w *worker) hurry() {
	for _, f := range []*os.File{w.stdout, w.stderr, w.crash, w.control} {
		// Not every system can; there the pipes end with the process.
		_ = f.SetReadDeadline(time.Now().Add(linger))
	}
}
