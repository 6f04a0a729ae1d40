package check_test

import (
	"errors"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

const mark = "‸"

// marked cuts the mark out of a source and returns the place where it was.
func marked(t testing.TB, text string) ([]check.File, check.Place) {
	t.Helper()
	before, after, ok := strings.Cut(text, mark)
	if !ok || strings.Contains(after, mark) {
		t.Fatalf("not one mark in %q", text)
	}
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return one(before + after), check.Place{File: "main.go", Line: strings.Count(before, "\n") + 1, Column: len(last) + 1}
}

// program wraps statements into a program.
func program(body string) string {
	return "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println()\n" + body + "\n}\n"
}

// refused is the sentence of a refusal.
func refused(t testing.TB, err error) string {
	t.Helper()
	var r *check.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not refused: %v", err)
	}
	return r.Sentence
}

func apply(t testing.TB, text string, edits []check.Edit) string {
	t.Helper()
	out, err := check.Apply(text, edits)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// comments are documentation as a pack would give it.
type comments map[string]map[string]string

func (c comments) Docs(path string) (map[string]string, error) {
	if d, ok := c[path]; ok {
		return d, nil
	}
	return nil, errors.New("none")
}

var documented = comments{
	"fmt": {
		"":        "Package fmt implements formatted I/O.",
		"Println": "Println formats using the default formats for its\noperands.\n\nIt returns the number of bytes.\n\n\tfmt.Println(1)\n\nThe end, see [Printf]:\n  - one\n  - two\n",
	},
	"strings": {"Builder": "A Builder builds.", "Builder.WriteString": "WriteString appends."},
	"builtin": {"append": "The append built-in function appends."},
	"net/url": {"URL.Host": "host or host:port"},
}
