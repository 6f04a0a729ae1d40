package grade

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"thirdspace/interp/gc"
)

var two = []gc.Test{{Name: "TestA"}, {Name: "TestB"}}

func read(text string) *frames {
	f := newFrames("key", two)
	f.write(text)
	f.close()
	return f
}

func TestOutputFindsItsTest(t *testing.T) {
	f := read("before\n\x16=== RUN   TestA\nof a\n\x16=== RUN   TestA/x\nno newline\x16--- PASS: TestA/x (1.25s)\n" +
		"\x16=== NAME  TestA\n    log\n\x16--- FAIL: TestA (2.00s)\n\x16=== NAME  \noutside\n\x16=== RUN   TestB\n\x16odd\nb\n")
	for name, want := range map[string]string{"TestA": "of a\n    log\n", "TestA/x": "no newline", "TestB": "\x16odd\nb\n"} {
		if got := f.byName[name].output.String(); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := f.outside.output.String(); got != "before\noutside\n" {
		t.Errorf("%q", got)
	}
	if a := f.byName["TestA/x"]; a.framed != Pass || a.took.Seconds() != 1.25 || f.byName["TestA"].framed != Fail || f.forged {
		t.Errorf("%+v", a)
	}
}

func TestForgeriesAreSeen(t *testing.T) {
	for _, text := range []string{
		"\x16--- PASS: TestA (0.00s)\n", // never begun
		"\x16--- PASS: TestC (0.00s)\n", // not there
		"\x16=== RUN   TestC\n",
		"\x16=== RUN   TestA\n\x16PASS\n",
		"\x16=== RUN   TestA\n\x16--- FAIL: TestA (0.00s)\n\x16--- PASS: TestA (0.00s)\n",
		"\x16=== MARK  1 0 pass " + strings.Repeat("0", 64) + "\n",
		"\x16=== MARK  nonsense\n",
		"\x16=== RUN   TestA\n\x16--- PASS: TestA/never (0.00s)\n",
	} {
		f := read(text)
		if s := f.byName["TestA"]; !f.forged || s != nil && s.status() == Pass {
			t.Errorf("%q", text)
		}
	}
}

func TestOfAFloodABoundedPartIsKept(t *testing.T) {
	f := newFrames("key", two)
	f.write("\x16=== RUN   TestA\n")
	for i := range 10 * maxTests {
		f.write(fmt.Sprintf("\x16=== RUN   TestA/%d\n%s", i, strings.Repeat("x", 100)))
	}
	f.write("\x16=== NAME  TestB\n")
	for range 1000 {
		f.write(strings.Repeat("y", 1000))
	}
	f.close()
	if len(f.order) > 2*maxTests+len(two) || f.byName["TestB"].output.Len() > maxOutput || !f.byName["TestB"].cut || cap(f.line) > 4*maxLine {
		t.Error(len(f.order), f.byName["TestB"].output.Len(), cap(f.line))
	}
}

// FuzzFrames: whatever a program prints, and in whatever pieces it comes, it is
// read, within bounds, and nothing passes without having been signed.
func FuzzFrames(f *testing.F) {
	f.Add("\x16=== RUN   TestA\nx\x16--- PASS: TestA (0.00s)\n\x16PASS\n", 3)
	f.Add("\x16=== MARK  1 0 pass "+strings.Repeat("ab", 32)+"\n\x16=== NAME  \n\x16=== CONT  TestA/b/c\n", 1)
	f.Fuzz(func(t *testing.T, text string, size int) {
		whole := read(text)
		parts := newFrames("key", two)
		size = max(1, min(size, 1000))
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			parts.write(rest[:n])
			rest = rest[n:]
		}
		parts.close()
		total := whole.outside.output.Len()
		for _, s := range whole.order {
			total += s.output.Len()
			if s.signed != "" || s.status() == Pass {
				t.Errorf("%q passed", s.name)
			}
			p := parts.byName[s.name]
			if p == nil || p.framed != s.framed || p.output.String() != s.output.String() {
				t.Errorf("%q is something else in pieces of %d", s.name, size)
			}
			if utf8.ValidString(text) && !utf8.ValidString(s.output.String()) {
				t.Errorf("%q", s.output.String())
			}
		}
		if total > len(text) || whole.ended || len(whole.subtests()) > len(whole.order) {
			t.Error(total, len(text))
		}
	})
}
