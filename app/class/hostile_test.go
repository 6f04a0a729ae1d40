package class

import (
	"errors"
	"math"
	"strings"
	"testing"

	"thirdspace/p2p/wire"
)

// TestWhatCannotBeShownIsNotTaken: each of these would disturb the page of a whole class.
func TestWhatCannotBeShownIsNotTaken(t *testing.T) {
	files := []File{{"main.go", "package main"}}
	for name, b := range map[string]Body{
		"an override of direction":  Said{Text: "a\u202eb"},
		"an isolate without an end": Said{Text: "a\u2066b"},
		"an escape":                 Said{Text: "a\x1b[2J"},
		"nothing to be seen":        Said{Text: "\u200b\u3164"},
		"a pile of marks":           Said{Text: "a" + strings.Repeat("\u0330", 500)},
		"a message of a megabyte":   Said{Text: strings.Repeat("x", 1<<20)},
		"a year that never comes":   Said{Text: "a", At: math.MaxInt64},
		"a year before all":         Said{Text: "a", At: math.MinInt64},
		"code of that year":         Sent{Title: "a", Text: "package main", At: wire.MaxTime + 1},
		"work of that year":         HandedIn{Title: "a", Files: files, At: -1},
		"a title of a megabyte":     HandedIn{Title: strings.Repeat("x", 1<<20), Files: files},
		"a file of an odd name":     HandedIn{Title: "a", Files: []File{{"ma\u202ein.go", ""}}},
		"a file without a look":     HandedIn{Title: "a", Files: []File{{"\u3164", ""}}},
	} {
		if _, err := Encode(b); !errors.Is(err, ErrBody) {
			t.Errorf("%s: %v", name, err)
		}
		raw, err := wire.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		switch b.(type) {
		case Said:
			_, err = decode[Said](raw)
		case Sent:
			_, err = decode[Sent](raw)
		case HandedIn:
			_, err = decode[HandedIn](raw)
		}
		if !errors.Is(err, ErrBody) {
			t.Errorf("%s came in: %v", name, err)
		}
	}
}
