package wire

import (
	"strings"
	"testing"
)

func TestLookAlike(t *testing.T) {
	for _, pair := range [][2]string{
		{"Ada", "ada"}, {"Ada", "\u0410d\u0430"}, {"Ada", "\uff21\uff44\uff41"}, {"Paul", "Pau1"}, {"Otto", "0tto"},
		{"Emil", "Em\u0131l"}, {"\u00c9mile", "\u00e9mile"}, {"Ada", "\U0001d400da"},
	} {
		if !LookAlike(pair[0], pair[1]) {
			t.Errorf("%q and %q are told apart", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"Ada", "Adam"}, {"Ada", "Ada 2"}, {"Ana", "An\u0101"}, {"\u674e\u96f7", "\u674e\u9732"}, {"Mia", "Mio"}} {
		if LookAlike(pair[0], pair[1]) {
			t.Errorf("%q and %q are taken for one another", pair[0], pair[1])
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"Hello,\n\tworld": "Hello,\n\tworld", "\u0645\u0631\u062d\u0628\u0627 \u200f(1)": "\u0645\u0631\u062d\u0628\u0627 \u200f(1)",
		"\U0001f468\u200d\U0001f469": "\U0001f468\u200d\U0001f469", // a family is joined
		"a\u202eb\u2066c":            "abc", "a\x1b[31mb\x00": "a[31mb", "a\u0085\rb": "ab",
		"\u200b\u200b": "", " \n\t": "", "": "", "\u3164": "",
		"a" + strings.Repeat("\u0330", 1000): "a" + strings.Repeat("\u0330", maxMarks),
	} {
		got := CleanText(in)
		if got != want || CleanText(got) != got {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanText(f *testing.F) {
	f.Add("a\u202eb\u0330\u0330\u0330\u0330\u0330\u0330")
	f.Fuzz(func(t *testing.T, s string) {
		once := CleanText(s)
		if CleanText(once) != once || strings.ContainsAny(once, "\x00\x1b\r\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			t.Fatalf("%q became %q", s, once)
		}
	})
}

func FuzzLookAlike(f *testing.F) {
	f.Add("Ada", "\u0410da")
	f.Fuzz(func(t *testing.T, a, b string) {
		if !LookAlike(a, a) || LookAlike(a, b) != LookAlike(b, a) {
			t.Fatalf("%q, %q", a, b)
		}
	})
}
