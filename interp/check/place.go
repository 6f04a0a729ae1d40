package check

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// Place is a place in a program: between two characters of a file.
type Place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1, in bytes
}

// Span is a part of a file, from one place to another.
type Span struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"` // of the first byte after it
}

// Edit puts a text in the place of a part of a file. Several edits of one file
// are in order and do not overlap; the places of all are those of the file before
// the first of them.
type Edit struct {
	Span
	Text string `json:"text"`
}

// Refusal is why something is not done. It is a sentence fit to be shown, with
// the place it is about, if it is about one.
type Refusal struct {
	Sentence string
	At       Place // zero if it is about no place
}

func (r *Refusal) Error() string { return r.Sentence }

func refuse(format string, args ...any) error {
	return &Refusal{Sentence: fmt.Sprintf(format, args...)}
}

// refusal makes a refusal of an error that says why in words of its own.
func refusal(err error) error {
	words := strings.TrimSuffix(err.Error(), ".")
	first, n := utf8.DecodeRuneInString(words)
	return refuse("%c%s.", unicode.ToUpper(first), words[n:])
}

// Apply makes the edits of one file to its text.
func Apply(text string, edits []Edit) (string, error) {
	var b strings.Builder
	done := 0
	for _, e := range edits {
		from, err := offsetIn(text, e.Line, e.Column)
		to, err2 := offsetIn(text, e.EndLine, e.EndColumn)
		if err = cmp.Or(err, err2); err != nil {
			return "", err
		}
		if from < done || to < from {
			return "", errors.New("the edits overlap")
		}
		b.WriteString(text[done:from])
		b.WriteString(e.Text)
		done = to
	}
	b.WriteString(text[done:])
	return b.String(), nil
}

// offsetIn is the offset of a line and a column of a text, in bytes.
func offsetIn(text string, line, column int) (int, error) {
	at := 0
	for n := 1; n < line; n++ {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return 0, refuse("The file has no line %d.", line)
		}
		at += i + 1
	}
	length := strings.IndexByte(text[at:], '\n')
	if length < 0 {
		length = len(text) - at
	}
	if line < 1 || column < 1 || column-1 > length {
		return 0, refuse("The file has no column %d in line %d.", column, line)
	}
	return at + column - 1, nil
}

// spanIn is the part of a file between two offsets of its text.
func spanIn(f File, from, to int) Span {
	s := Span{File: f.Name}
	s.Line, s.Column = lineColumn(f.Text, from)
	s.EndLine, s.EndColumn = lineColumn(f.Text, to)
	return s
}

func lineColumn(text string, at int) (line, column int) {
	before := text[:at]
	return strings.Count(before, "\n") + 1, at - strings.LastIndexByte(before, '\n')
}

// differences are the edits that make one text of a file another, as few and as
// small as can be told: lines that differ are compared letter by letter.
func differences(f File, after string) []Edit {
	edits := []Edit{}
	for _, hunk := range udiff.Lines(f.Text, after) {
		for _, e := range udiff.Strings(f.Text[hunk.Start:hunk.End], hunk.New) {
			edits = append(edits, Edit{spanIn(f, hunk.Start+e.Start, hunk.Start+e.End), e.New})
		}
	}
	return edits
}

// find returns the index of the Go file of that name.
func find(files []File, name string) (int, error) {
	i := slices.IndexFunc(files, func(f File) bool { return f.Name == name })
	if i < 0 || !strings.HasSuffix(name, ".go") {
		return 0, refuse("The program has no Go file called %q.", cut(name))
	}
	return i, nil
}
