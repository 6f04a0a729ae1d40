package yaegi

import (
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
)

// Panic is a panic of the program's main goroutine.
type Panic struct {
	Text string // what Go would print after "panic: "
}

func (p *Panic) Error() string { return "panic: " + p.Text }

// panicText words a panic as the Go runtime does. The interpreter hands over the
// reflection of a value that the program panicked with, and its own errors for
// what the runtime would have found.
func panicText(v any) string {
	if rv, ok := v.(reflect.Value); ok {
		if !rv.IsValid() || !rv.CanInterface() {
			return "nil"
		}
		v = rv.Interface()
	}
	switch v := v.(type) {
	case error:
		return Reword(v.Error())
	case fmt.Stringer:
		return v.String()
	case string:
		return Reword(v)
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr, float32, float64, complex64, complex128:
		return fmt.Sprint(v)
	}
	// Go prints the type and the address; the value says more.
	return fmt.Sprintf("(%T) %+v", v, v)
}

// reworded are messages of package reflect, through which the interpreter works,
// as the Go runtime words the same mistake.
var reworded = []struct{ has, becomes string }{
	{"reflect: slice index out of range", "runtime error: index out of range"},
	{"reflect: array index out of range", "runtime error: index out of range"},
	{"reflect: string index out of range", "runtime error: index out of range"},
	{"reflect.Value.Slice: slice index out of bounds", "runtime error: slice bounds out of range"},
	{"reflect.Value.Slice: string slice index out of bounds", "runtime error: slice bounds out of range"},
	{"reflect.Value.Slice3: slice index out of bounds", "runtime error: slice bounds out of range"},
	{"on zero Value", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect.Value.Call: call of nil function", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect.MakeSlice: negative", "runtime error: makeslice: len out of range"},
	{"reflect: call of Call on zero", "runtime error: invalid memory address or nil pointer dereference"},
	{"reflect: Field on nil pointer", "runtime error: invalid memory address or nil pointer dereference"},
}

// Reword turns the words of a panic into those of the Go runtime, where they are
// known to mean the same.
func Reword(s string) string {
	// The interpreter puts the position before some of its messages.
	if m := position.FindStringSubmatch(s); m != nil && strings.Contains(m[4], "interface conversion") {
		s = m[4]
	}
	for _, r := range reworded {
		if strings.HasPrefix(s, "reflect") && strings.Contains(s, r.has) {
			return r.becomes
		}
	}
	return s
}

// TracePrefix begins each line that tells where a panic came from, as the
// engine writes it to the crash channel. After it comes "1 " for the innermost
// function or "+ " for one around it, then "file:line:column function" with where
// the function begins, then " kind=line:column" for each kind of panic (SiteKind)
// that can come from one line of it only.
const TracePrefix = "@trace "

// maxTrace is how many functions of a trace are told.
const maxTrace = 32

// tracer is given what the interpreter prints as a panic unwinds, a line for
// each function from the inside out, and tells them on. It also sees those of
// panics that are recovered; a new panic is recognised by a stack that is not
// deeper than at the line before, as unwinding stacks up further and further.
type tracer struct {
	mu    sync.Mutex
	w     io.Writer
	sites *sites // nil until the program has been read
	depth int
	n     int
}

func (t *tracer) Write(b []byte) (int, error) {
	var pcs [2048]uintptr
	depth := runtime.Callers(1, pcs[:])
	m := position.FindStringSubmatch(strings.TrimSuffix(string(b), "\n"))
	if m == nil || !strings.HasPrefix(m[4], "panic: ") {
		return len(b), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	mark := "+ "
	if depth <= t.depth && depth < len(pcs) || t.depth == 0 {
		t.n, mark = 0, "1 "
	}
	t.depth = depth
	if t.n < maxTrace {
		t.n++
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		begin, rest := m[2]+":"+m[3], ""
		if t.sites != nil {
			if w := t.sites.within(m[1], line, column); w != "" {
				begin, rest, _ = strings.Cut(w, " ")
			}
		}
		name := strings.TrimSuffix(strings.TrimPrefix(m[4], "panic: "), "(...)")
		told := strings.TrimSpace(fmt.Sprintf("%s%s:%s %s %s", mark, m[1], begin, name, rest))
		// Nothing can be done about an error: the other side is gone.
		_, _ = fmt.Fprintln(t.w, TracePrefix+told)
	}
	return len(b), nil
}
