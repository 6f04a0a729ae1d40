package run

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	const s = "aä世𝄞\xff\xc3(\xe4\xb8z"
	want := strings.ToValidUTF8(s, "\uFFFD")
	for size := 1; size <= len(s); size++ {
		var c text
		var got strings.Builder
		for i := 0; i < len(s); i += size {
			piece := c.take([]byte(s[i:min(i+size, len(s))]))
			if !utf8.ValidString(piece) {
				t.Errorf("in pieces of %d: %q", size, piece)
			}
			got.WriteString(piece)
		}
		got.WriteString(c.end())
		// Neighbouring bytes that are no characters may be shown as one or two.
		if squash(got.String()) != squash(want) {
			t.Errorf("in pieces of %d: %q, want %q", size, got.String(), want)
		}
	}
	var c text
	if got := c.take([]byte("\xe4\xb8")) + c.end() + c.end(); got != "\uFFFD" {
		t.Errorf("%q", got)
	}
}

func squash(s string) string {
	for strings.Contains(s, "\uFFFD\uFFFD") {
		s = strings.ReplaceAll(s, "\uFFFD\uFFFD", "\uFFFD")
	}
	return s
}

func FuzzText(f *testing.F) {
	f.Add([]byte("a\xe4\xb8\x96"), []byte("\xff"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		var c text
		got := c.take(a) + c.take(b) + c.end()
		whole := string(a) + string(b)
		if !utf8.ValidString(got) || utf8.ValidString(whole) && got != whole {
			t.Errorf("%q became %q", whole, got)
		}
	})
}

func TestCrash(t *testing.T) {
	for name, c := range map[string]struct{ said, text, message, reason string }{
		"panic": {"@trace 1 a.go:3:1 main.f panic=5:2\n@trace + a.go:9:1 main.main\npanic: boom [recovered, repanicked]\n",
			"panic: boom\n\nmain.f(...)\n\ta.go:5\nmain.main(...)\n", "The program panicked in line 5 of a.go: boom.", ReasonPanic},
		"unknown line":    {"@trace 1 main.go:3:1 main.f index=5:2\npanic: boom\n", "panic: boom\n\nmain.f(...)\n", "The program panicked in the function f: boom.", ReasonPanic},
		"older traces":    {"@trace 1 main.go:3:1 main.old panic=1:1\n@trace 1 main.go:3:1 main.new panic=2:2\npanic: x\n", "panic: x\n\nmain.new(...)\n\tmain.go:2\n", "The program panicked in line 2: x.", ReasonPanic},
		"a wrapped value": {"panic: <error Value> [recovered]\n", "panic: a value of type error\n", "The program panicked: a value of type error.", ReasonPanic},
		"stack":           {"runtime: goroutine stack exceeds 1-byte limit\nfatal error: stack overflow\n", "fatal error: stack overflow\n", "recursion", ReasonPanic},
		"memory":          {"fatal error: runtime: out of memory: cannot allocate 8-byte block\n", "fatal error: runtime: out of memory: cannot allocate 8-byte block\n", "more memory than the 256 MiB", ReasonMemory},
		"deadlock":        {"fatal error: all goroutines are asleep - deadlock!\n", "fatal error: all goroutines are asleep - deadlock!\n", "deadlock", ReasonPanic},
		"segfault":        {"SIGSEGV: segmentation violation\n", "", "broke the engine", ReasonCrashed},
		"nonsense":        {"@trace 1 ../../x:1:1 f\n@trace x\n@trace 1 a.go:99999999:1 f\n\xff\n", "", "", ""},
	} {
		got := readCrash(strings.NewReader(c.said))
		if got.goText() != c.text {
			t.Errorf("%s: %q, want %q", name, got.goText(), c.text)
		}
		e, ok := outcome{crash: got, limits: small}.died()
		if e.Reason != c.reason && ok || !strings.Contains(e.Message, c.message) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func FuzzCrash(f *testing.F) {
	f.Add("@trace 1 main.go:3:1 main.f index=5:2\npanic: boom\nfatal error: x\n")
	f.Add("panic: <x Value>")
	f.Fuzz(func(t *testing.T, s string) {
		c := readCrash(strings.NewReader(s))
		if len(c.words) > maxCrash || len(c.trace) > maxCrashTrace || !utf8.ValidString(c.goText()) {
			t.Errorf("%d bytes, %d places", len(c.words), len(c.trace))
		}
		if e, ok := (outcome{crash: c, limits: small}).died(); ok && (e.Message == "" || len(e.Message) > 4*maxCrash) {
			t.Errorf("%+v", e)
		}
	})
}

func TestSentences(t *testing.T) {
	for want, got := range map[string]string{
		"It failed: x.": sentence("It failed", " x. \nmore"), "It failed.": sentence("It failed", ""),
		"5 minutes": spell(DefaultLimits.Wall), "30 seconds": spell(DefaultLimits.CPU), "512 MiB": size(DefaultLimits.Memory), "64 KiB": size(64 << 10), "1.5 MiB": size(3 << 19),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
