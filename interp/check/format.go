package check

import (
	"context"
	"errors"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// Format lays a file out as gofmt does and returns what must be changed for it:
// as little as possible, so that carets and marks stay where they belong. A file
// that cannot be read as Go is refused, with where and why, as a *Refusal.
func (c *Checker) Format(ctx context.Context, files []File, name string) ([]Edit, error) {
	return help(ctx, c, files, func() ([]Edit, error) {
		i, err := find(files, name)
		if err != nil {
			return nil, err
		}
		after, err := gofmt(files[i], files[i].Text)
		if err != nil {
			return nil, err
		}
		return differences(files[i], after), nil
	})
}

// gofmt returns a text of a file as gofmt lays it out.
func gofmt(f File, text string) (string, error) {
	// By itself, format.Source would take a piece of a file for a file.
	if _, err := parser.ParseFile(token.NewFileSet(), f.Name, text, parser.SkipObjectResolution); err != nil {
		return "", unreadable(f, err)
	}
	b, err := format.Source([]byte(text))
	if err != nil {
		return "", unreadable(f, err)
	}
	return string(b), nil
}

// unreadable is the refusal of a file whose syntax is wrong.
func unreadable(f File, err error) error {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return refuse("This file cannot be read as Go: %v.", err)
	}
	first := list[0]
	at := Place{File: f.Name, Line: 1, Column: 1}
	if 0 <= first.Pos.Offset && first.Pos.Offset <= len(f.Text) {
		at.Line, at.Column = lineColumn(f.Text, first.Pos.Offset)
	}
	r := refuse("Line %d is not Go yet: %s. Nothing was changed.", at.Line, strings.TrimSuffix(first.Msg, ".")).(*Refusal)
	r.At = at
	return r
}
