package run

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// doubtful reports whether the quick engine may have failed over a program that
// Go runs: it did not understand it, it broke, or it needed more than Go would.
func (o outcome) doubtful() bool {
	switch e := o.judge(); e.Reason {
	case ReasonCompile, ReasonMemory, ReasonCPU:
		return true
	case ReasonCrashed:
		return !errors.Is(o.cause, errForged)
	}
	return o.cause == nil && o.crash.overflowed()
}

// outcome is everything known of a run when its process is gone.
type outcome struct {
	state  *os.ProcessState
	cause  error // why it was ended from outside, nil if it ended by itself
	limits Limits
	peak   int64         // bytes
	before time.Duration // processor time used before the program began
	crash  crash
	said   answers
}

// judge decides what to call it. The operating system is believed first, the
// runner's own words last.
func (o outcome) judge() Exit {
	cpu := max(0, o.state.UserTime()+o.state.SystemTime()-o.before)
	var e Exit
	switch {
	case errors.Is(o.cause, errOutput) && o.crash.shown:
		// What was too much was the traces of all its goroutines, as it ended.
		var ok bool
		if e, ok = o.died(); !ok {
			e = ended(o.cause, o.limits)
		}
	case o.cause != nil:
		e = ended(o.cause, o.limits)
	default:
		e = o.byItself(cpu)
	}
	e.CPU = cpu
	if ws, ok := o.state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		e.Signal = ws.Signal().String()
	}
	return e
}

// ended is the exit of a run that was ended from outside.
func ended(cause error, l Limits) Exit {
	e := Exit{Code: -1, Reason: ReasonStopped, Message: "The program was stopped."}
	switch {
	case errors.Is(cause, errTime):
		e.Reason, e.Message = ReasonTime, fmt.Sprintf("The program was ended: it ran longer than %s.", spell(l.Wall))
	case errors.Is(cause, errCPU):
		e.Reason, e.Message = ReasonCPU, fmt.Sprintf("The program was ended: it kept the processor busy for more than %s. Is there a loop that never ends?", spell(l.CPU))
	case errors.Is(cause, errMemory):
		e.Reason, e.Message = ReasonMemory, tooMuchMemory(l)
	case errors.Is(cause, errOutput):
		e.Reason, e.Message = ReasonOutput, fmt.Sprintf("The program was ended: it printed more than %s.", size(l.Output))
	case errors.Is(cause, errDisk):
		e.Reason, e.Message = ReasonOutput, "The program was ended: it wrote more into files than it may."
	case errors.Is(cause, errForged):
		e.Reason, e.Message = ReasonCrashed, "The program was ended: it meddled with the engine that runs it."
	}
	return e
}

func tooMuchMemory(l Limits) string {
	return fmt.Sprintf("The program was ended: it used more memory than the %s it may have.", size(l.Memory))
}

// byItself is the exit of a process that nobody ended.
func (o outcome) byItself(cpu time.Duration) Exit {
	code := o.state.ExitCode()
	if v := o.said.verdict; v != nil && code == 1 {
		if v.Reason == "compile" {
			return Exit{Code: code, Reason: ReasonCompile, Message: o.compileMessage()}
		}
		return Exit{Code: code, Reason: ReasonCrashed, Message: sentence("The program could not be run", v.Message)}
	}
	if code < 0 {
		return o.bySignal(cpu)
	}
	if code == 0 {
		return Exit{Code: 0, Reason: ReasonDone, Message: "The program ended."}
	}
	if code == 2 {
		if e, ok := o.died(); ok {
			return e
		}
	}
	if code == 125 && strings.Contains(o.crash.words, "thirdspace-runner:") {
		return Exit{Code: code, Reason: ReasonCrashed, Message: "The engine that runs programs failed. Try again."}
	}
	return Exit{Code: code, Reason: ReasonFailed, Message: fmt.Sprintf("The program ended with exit code %d.", code)}
}

// bySignal is the exit of a process that the system ended: by the limits that
// stand below the pool's own, or because something is badly broken.
func (o outcome) bySignal(cpu time.Duration) Exit {
	switch {
	case cpu >= o.limits.CPU:
		return ended(errCPU, o.limits)
	case o.peak > o.limits.Memory/4*3:
		return ended(errMemory, o.limits)
	}
	return Exit{Code: -1, Reason: ReasonCrashed, Message: fmt.Sprintf("The program was ended by the system (%s).", o.state)}
}

// died is the exit of a program that the Go runtime ended.
func (o outcome) died() (Exit, bool) {
	e := Exit{Code: 2, Reason: ReasonPanic}
	if text, ok := o.crash.panicked(); ok {
		where := "The program panicked"
		if len(o.crash.trace) > 0 {
			where += o.crash.trace[0].words(text)
		}
		e.Message = sentence(where, text)
		return e, true
	}
	text, ok := o.crash.fatal()
	switch {
	case !ok && strings.Contains(o.crash.words, "SIG"):
		e.Reason, e.Message = ReasonCrashed, "The program broke the engine that runs it."
		return e, true
	case !ok:
		return Exit{}, false
	case o.crash.overflowed():
		e.Message = "The program called itself too many times over (stack overflow). Does the recursion ever end?"
	case strings.Contains(text, "all goroutines are asleep"):
		e.Message = "The program waits for something that can never happen: all goroutines are asleep (deadlock)."
	case strings.Contains(text, "out of memory"), strings.Contains(text, "cannot allocate"):
		e.Reason, e.Code, e.Message = ReasonMemory, -1, tooMuchMemory(o.limits)
	default:
		e.Message = sentence("Go ended the program", text)
	}
	return e, true
}

func (o outcome) compileMessage() string {
	return compileMessage(told(o.said.diagnostics), o.said.verdict.Message)
}

// compileMessage words what is wrong with a program that never ran.
func compileMessage(ds []Diagnostic, otherwise string) string {
	if len(ds) == 0 {
		return sentence("The program has an error", otherwise)
	}
	where := fmt.Sprintf("The program has an error in line %d", ds[0].Line)
	if len(ds) > 1 {
		where = fmt.Sprintf("The program has %d errors, the first in line %d", len(ds), ds[0].Line)
	}
	return sentence(where, ds[0].Message)
}

// sentence makes one sentence of what happened and how it was worded.
func sentence(what, words string) string {
	words, _, _ = strings.Cut(strings.TrimSpace(words), "\n")
	if words == "" {
		return what + "."
	}
	if r := []rune(words); len(r) > 300 {
		words = string(r[:300]) + "…"
	}
	return what + ": " + strings.TrimRight(words, " .") + "."
}

// spell words a duration as people do.
func spell(d time.Duration) string {
	if d >= 2*time.Minute && d%time.Minute == 0 {
		return fmt.Sprintf("%d minutes", d/time.Minute)
	}
	if d == time.Second {
		return "1 second"
	}
	return fmt.Sprintf("%g seconds", d.Seconds())
}

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%g MiB", float64(n*10>>20)/10)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
