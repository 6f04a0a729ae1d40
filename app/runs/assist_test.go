package runs

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"thirdspace/app/failure"
	"thirdspace/interp/check"
	"thirdspace/interp/toolchain/packtest"
)

const typed = "package main\n\nfunc main() {\n\tgröße := \"🙂\"\n\tfmt.Println(größe, strings.)\n}\n"

func TestHelpWithTyping(t *testing.T) {
	s, _ := service(t, check.New(installed{t}, "go1.26"))
	// Behind the dot: a tab, fmt.Println(größe, strings. with two letters of two bytes.
	column := 1 + len("\tfmt.Println(größe, strings.")
	found, err := s.Complete(typed, 5, column)
	if err != nil || !slices.ContainsFunc(found.Items, func(i check.Item) bool { return i.Label == "ToUpper" && len(i.Edits) == 1 }) {
		t.Errorf("%v, %+v", err, found)
	}
	if call, err := s.Signature(typed, 5, 1+len("\tfmt.Println(")); err != nil || call.Before != "" {
		t.Errorf("of a package that is not imported: %+v, %v", call, err)
	}
	if about, err := s.Hover(typed, 4, 2); err != nil || about.Signature != "var größe string" {
		t.Errorf("%+v, %v", about, err)
	}
	_, err = s.Format(typed)
	if f := (&failure.Failure{}); !errors.As(err, &f) || f.Code != failure.CodeProgram || !strings.HasPrefix(f.Message, "Line 5 is not Go yet") {
		t.Error(err)
	}
	good := strings.Replace(typed, "strings.)", "1 )", 1)
	if edits, err := s.Format(good); err != nil || len(edits) != 2 {
		t.Errorf("%+v, %v", edits, err)
	}
	if edits, err := s.Rename(good, 4, 2, "size"); err != nil || len(edits) != 2 {
		t.Errorf("%+v, %v", edits, err)
	}
	if span, err := s.Definition(good, 5, 1+len("\tfmt.Println(gr")); err != nil || span.Line != 4 || span.Column != 2 {
		t.Errorf("%+v, %v", span, err)
	}
	if span, err := s.Renamable(good, 4, 2); err != nil || span.EndColumn != 2+len("größe") {
		t.Errorf("%+v, %v", span, err)
	}
}

// TestDocumentationOfThePack reads what the app itself ships.
func TestDocumentationOfThePack(t *testing.T) {
	path, err := packtest.Find("../..")
	if err != nil {
		t.Fatal(err)
	}
	checker, pack, err := OpenChecker(path)
	if err != nil {
		t.Fatal(err)
	}
	defer pack.Close()
	s, _ := service(t, checker)
	for symbol, begins := range map[string]string{"fmt.Println": "Println formats", "fmt": "Package fmt", "math/rand/v2.IntN": "IntN returns", "strings.Builder.Len": "Len returns", "builtin.append": "The append", "nowhere.X": ""} {
		docs, err := s.Documentation(symbol)
		if err != nil || (len(docs) == 0) != (begins == "") || len(docs) > 0 && !strings.HasPrefix(docs[0].Text, begins) {
			t.Errorf("%s: %+v, %v", symbol, docs, err)
		}
	}
}

func TestHelpWithoutTheLibrary(t *testing.T) {
	s, _ := service(t, nil)
	if found, err := s.Complete(typed, 1, 1); err != nil || found.Items == nil {
		t.Errorf("%+v, %v", found, err)
	}
	_, err := s.Format(typed)
	if f := (&failure.Failure{}); !errors.As(err, &f) || f.Code != failure.CodeNoLibrary {
		t.Error(err)
	}
}
