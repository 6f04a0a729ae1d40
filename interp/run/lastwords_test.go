package run

import (
	"strings"
	"testing"
	"testing/iotest"
)

const divided = `some words of its own
panic: not this one
panic: runtime error: integer divide by zero [recovered]
	panic: again

goroutine 1 [running]:
runtime.goPanic(...)
	runtime/panic.go:115 +0x2
main.(*T).f(0x1, {0x2, 0x3})
	b.go:8 +0x4
main.main()
	main.go:12 +0x7
main.evil(...)
	/etc/main.go:3
main.other()
	other.go:1

goroutine 7 [select]:
main.g()
	main.go:99
`

func TestLastWords(t *testing.T) {
	p := Program{Files: []File{{Name: "main.go"}, {Name: "b.go"}}}
	for _, size := range []int{1, 7, len(divided)} {
		var w lastWords
		r := strings.NewReader(divided)
		one := iotest.OneByteReader(r)
		for buf := make([]byte, size); ; {
			n, err := one.Read(buf)
			if w.add(buf[:n]); err != nil {
				break
			}
		}
		c, ok := w.crash(p)
		if text, panicked := c.panicked(); !ok || !panicked || !strings.Contains(text, "integer divide by zero") || !c.shown {
			t.Fatalf("%+v", c)
		}
		if len(c.trace) != 2 || c.trace[0].function != "main.(*T).f" || c.trace[0].file != "b.go" || c.trace[1].file != "main.go" {
			t.Fatalf("%+v", c.trace)
		}
		if line, _, exact := c.trace[1].in("anything"); line != 12 || !exact {
			t.Errorf("line %d, %v", line, exact)
		}
	}
	var none lastWords
	none.add([]byte("all is well\n\tmain.go:3\npanic without a colon"))
	if c, ok := none.crash(p); ok {
		t.Errorf("%+v", c)
	}
}

// TestDiedOfMore: the traces of a deadlock may be more than a program may print.
func TestDiedOfMore(t *testing.T) {
	o := outcome{cause: errOutput, crash: crash{words: "fatal error: all goroutines are asleep - deadlock!\n", shown: true}}
	if e, ok := o.died(); !ok || e.Reason != ReasonPanic || !strings.Contains(e.Message, "deadlock") {
		t.Errorf("%+v", e)
	}
}

func FuzzLastWords(f *testing.F) {
	f.Add([]byte(divided))
	f.Add([]byte("fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan send]:\nmain.main()\n\tmain.go:5 +0x2\n"))
	f.Add([]byte("panic: \xff\n" + strings.Repeat("x", 3*maxLine)))
	f.Fuzz(func(t *testing.T, b []byte) {
		var w lastWords
		w.add(b)
		c, ok := w.crash(Program{Files: []File{{Name: "main.go"}}})
		if len(c.words) > 3*(maxCrash+maxLine) || len(c.trace) > maxCrashTrace {
			t.Errorf("kept %d bytes and %d places", len(c.words), len(c.trace))
		}
		for _, p := range c.trace {
			if !ok || p.file != "main.go" {
				t.Errorf("%+v", p)
			}
		}
	})
}
