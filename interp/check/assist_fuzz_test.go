package check_test

import (
	"errors"
	"go/format"
	"strings"
	"testing"
	"unicode/utf8"

	"thirdspace/interp/check"
)

// FuzzAssist asks everything of any text at any place: nothing panics, what is
// answered is within its bounds and the text, and what is refused has a sentence.
func FuzzAssist(f *testing.F) {
	for _, text := range []string{
		program("\tfmt.‸"), program("\tnewDog(‸") + types, program("\t_ = Dog{‸") + types, program("\tx‸ := 1\n\t_ = x"), "package main\nimport \"str‸",
		program("\tswitch x := any(1).(type) {\n\tcase int‸:\n\t}"), program("\tgröße := \"世界 🙂\"; gr‸"), "func (‸", "‸", program("\tfor i := range ‸"),
		"package main\ntype T[P any] struct{ *T[P‸] }\nfunc main() {}", program("\t_ = 0x‸"), "package main\n//line x:1\nimport ‸", "package main\r\n\r\nfunc main() {\r\n\tprintln(‸\r\n}",
	} {
		before, after, _ := strings.Cut(text, mark)
		f.Add(before+after, uint(len(before)))
	}
	f.Fuzz(func(t *testing.T, text string, at uint) {
		if len(text) > 4000 || !utf8.ValidString(text) {
			return
		}
		before := text[:at%uint(len(text)+1)]
		files := one(text)
		place := check.Place{File: "main.go", Line: strings.Count(before, "\n") + 1, Column: len(before) - strings.LastIndexByte(before, '\n')}
		sentence(t, ask(t, files, place))
	})
}

func sentence(t *testing.T, errs []error) {
	for _, err := range errs {
		var r *check.Refusal
		if !errors.As(err, &r) || !strings.HasSuffix(r.Sentence, ".") || !utf8.ValidString(r.Sentence) {
			t.Errorf("refused with %v", err)
		}
	}
}

// ask asks everything and returns the refusals.
func ask(t *testing.T, files []check.File, at check.Place) (refusals []error) {
	text := files[0].Text
	failed := func(err error) bool {
		if err != nil {
			refusals = append(refusals, err)
		}
		return err != nil
	}
	if r, err := checker.Complete(t.Context(), files, at); !failed(err) {
		if len(r.Items) > check.MaxItems {
			t.Errorf("%d items", len(r.Items))
		}
		for _, i := range r.Items {
			apply(t, text, i.Edits)
			if i.Insert == "" || i.Inside && !strings.HasSuffix(i.Insert, "()") {
				t.Errorf("%+v", i)
			}
		}
		if len(r.Items) > 0 {
			apply(t, text, []check.Edit{{Span: r.Span}})
		}
	}
	if s, err := checker.Signature(t.Context(), files, at); !failed(err) && s.Active >= len(s.Parameters) {
		t.Errorf("%+v", s)
	}
	if a, err := checker.Hover(t.Context(), files, at); !failed(err) && a.Signature != "" {
		apply(t, text, []check.Edit{{Span: a.Span}})
	}
	if s, err := checker.Definition(t.Context(), files, at); !failed(err) {
		apply(t, text, []check.Edit{{Span: s}})
	}
	if edits, err := checker.Rename(t.Context(), files, at, "fresh"); !failed(err) {
		apply(t, text, edits)
	}
	if edits, err := checker.Format(t.Context(), files, "main.go"); !failed(err) {
		if want, err := format.Source([]byte(text)); err == nil && apply(t, text, edits) != string(want) {
			t.Errorf("%q is not as gofmt has it", text)
		}
	}
	if edits, err := checker.OrganizeImports(t.Context(), files, "main.go"); !failed(err) {
		apply(t, text, edits)
	}
	return refusals
}
