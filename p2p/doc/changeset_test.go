package doc

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// vector is one run of testdata/changes.json: what CodeMirror made of a text, step by step.
type vector struct {
	Start string
	Steps []struct {
		Changes json.RawMessage
		Length  int
		Text    *string
		Carets  [][2]int // where a position stands before and after
	}
}

func vectors(t testing.TB) (all []vector) {
	t.Helper()
	raw, err := os.ReadFile("testdata/changes.json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) < 50 {
		t.Fatalf("%d vectors, %v", len(all), err)
	}
	return all
}

func TestChangesAreAppliedAsCodeMirrorDoes(t *testing.T) {
	steps := 0
	for r, v := range vectors(t) {
		text := newText(v.Start)
		var undo []change
		for s, step := range v.Steps {
			c, err := parseChange(step.Changes)
			if err != nil {
				t.Fatalf("run %d step %d: %v", r, s, err)
			}
			back, err := text.apply(c)
			if err != nil {
				t.Fatalf("run %d step %d: %v", r, s, err)
			}
			undo = append(undo, back)
			if text.len() != step.Length || step.Text != nil && text.String() != *step.Text {
				t.Fatalf("run %d step %d: %q (%d units), want %q (%d)", r, s, text, text.len(), *step.Text, step.Length)
			}
			if text.bytes != len(text.String()) {
				t.Fatalf("run %d step %d: counted %d bytes of %d", r, s, text.bytes, len(text.String()))
			}
			steps++
		}
		for i := len(undo) - 1; i >= 0; i-- {
			text.splice(undo[i])
		}
		if text.String() != v.Start || text.bytes != len(v.Start) {
			t.Fatalf("run %d undone: %q, want %q", r, text, v.Start)
		}
	}
	if steps < 1500 {
		t.Fatalf("only %d steps", steps)
	}
}

func TestCaretsAreCarriedAsCodeMirrorDoes(t *testing.T) {
	carried := 0
	for r, v := range vectors(t) {
		for s, step := range v.Steps {
			c, err := parseChange(step.Changes)
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range step.Carets {
				if got := c.mapPos(at[0]); got != at[1] {
					t.Fatalf("run %d step %d: %s carries %d to %d, want %d", r, s, step.Changes, at[0], got, at[1])
				}
				carried++
			}
			if got := c.mapPos(c.before + 7); got != c.after {
				t.Fatalf("beyond the end: %d, want %d", got, c.after)
			}
		}
	}
	if carried < 10_000 {
		t.Fatalf("only %d positions", carried)
	}
}

func TestChangesSurviveTheirOwnWriting(t *testing.T) {
	for _, v := range vectors(t) {
		for _, step := range v.Steps {
			c, _ := parseChange(step.Changes)
			again, err := parseChange(c.json())
			if err != nil || again.before != c.before || again.after != c.after {
				t.Fatalf("%s became %s: %v", step.Changes, c.json(), err)
			}
		}
	}
}

func TestChangesThatAreRefused(t *testing.T) {
	const start = "ab😀cd" // 6 units
	for name, raw := range map[string]string{
		"nothing":                    ``,
		"not a list":                 `5`,
		"no end":                     `[6`,
		"something after":            `[6] []`,
		"a zero byte":                "[6]\x00",
		"negative":                   `[-1,7]`,
		"a fraction":                 `[6.0]`,
		"an exponent":                `[6e0]`,
		"a leading zero":             `[06]`,
		"a number like a text":       `["6"]`,
		"an empty section":           `[[],6]`,
		"a text without a number":    `[["x"],6]`,
		"null":                       `[null]`,
		"nested":                     `[[0,["x"]],6]`,
		"too short a text":           `[5]`,
		"too long a text":            `[7]`,
		"a number beyond all":        `[99999999999999999999]`,
		"numbers that overflow":      `[1073741824,1073741824,1073741824]`,
		"a line break in a line":     `[6,[0,"x\ny"]]`,
		"a return in a line":         `[6,[0,"x\ry"]]`,
		"a raw line break":           "[6,[0,\"x\ny\"]]",
		"an unknown escape":          `[6,[0,"\x41"]]`,
		"an odd unicode escape":      `[6,[0,"\u+123"]]`,
		"a cut escape":               `[6,[0,"\u12`,
		"bytes that are not UTF-8":   "[6,[0,\"\xff\"]]",
		"a surrogate in UTF-8":       "[6,[0,\"\xed\xa0\x80\"]]",
		"half a character":           `[6,[0,"\ud83d"]]`,
		"its other half":             `[6,[0,"\ude00"]]`,
		"halves in the wrong order":  `[6,[0,"\ude00\ud83d"]]`,
		"halves with a line between": `[6,[0,"\ud83d","\ude00"]]`,
		"cutting a character":        `[3,[1],2]`,
		"cutting it in front":        `[2,[1],3]`,
		"splitting a character":      `[3,[0,"x"],3]`,
		"too large":                  `[6,[0,"` + strings.Repeat("x", MaxChange) + `"]]`,
	} {
		text := newText(start)
		c, err := parseChange([]byte(raw))
		if err == nil {
			_, err = text.apply(c)
		}
		if !errors.Is(err, ErrChange) || text.String() != start || text.bytes != len(start) {
			t.Errorf("%s: error %v, text %q", name, err, text)
		}
	}
}

func TestHalvesThatMeetAreACharacter(t *testing.T) {
	// What a diff by units makes of 😀 → 😁: they differ in the second half only.
	text := newText("a😀")
	for _, raw := range []string{`[2,[1,"\ude01"]]`, `[1,[2,"\ud83d\ude02"]]`, ` [ 1 , [ 2 , "\ud83d\ude03" ] ] `} {
		c, err := parseChange([]byte(raw))
		if err == nil {
			_, err = text.apply(c)
		}
		if err != nil || !utf8.ValidString(text.String()) {
			t.Fatalf("%s: %q, %v", raw, text, err)
		}
	}
	if text.String() != "a😃" {
		t.Fatalf("%q", text)
	}
}

func TestATextCannotGrowWithoutBound(t *testing.T) {
	text := newText(strings.Repeat("漢", MaxText/3))
	c, err := parseChange([]byte(`[349525,[0,"漢"]]`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := text.apply(c); !errors.Is(err, ErrChange) || text.len() != 349525 {
		t.Fatalf("%d units, %v", text.len(), err)
	}
}

func TestDifferenceIsSmallAndRight(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "b", "\n", "😀", "😁", "漢", "é", "\ufffd"}
	random := func() string {
		var b strings.Builder
		for range rnd.IntN(8) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 5000 {
		a, b := random(), random()
		raw := difference(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))).json()
		c, err := parseChange(raw)
		text := newText(a)
		if err == nil {
			_, err = text.apply(c)
		}
		if err != nil || text.String() != b {
			t.Fatalf("%q → %q by %s gave %q, %v", a, b, raw, text, err)
		}
	}
	if got := string(difference(utf16.Encode([]rune("func main() {}")), utf16.Encode([]rune("func mein() {}"))).json()); got != `[6,[1,"e"],7]` {
		t.Errorf("the difference is %s", got)
	}
}

// TestALongTypingIsNotQuadratic would not end if every keystroke, or every line of a paste, copied the text.
func TestALongTypingIsNotQuadratic(t *testing.T) {
	a, err := New("d", "me", strings.Repeat("x", MaxText/2))
	if err != nil {
		t.Fatal(err)
	}
	pasted := strings.Repeat("y\n", MaxText/8)
	if err := a.Replace(strings.Repeat("x", MaxText/2)+pasted, "me"); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		s := a.Version()
		n := a.text.len()
		ups := make([]Update, MaxUpdates)
		for i := range ups {
			ups[i] = Update{Changes: change{sections: []section{{keep: n + i}, {ins: []uint16{'z'}}}}.json()}
		}
		if err := a.Push(s.Epoch, s.Version, ups); err != nil {
			t.Fatal(err)
		}
	}
	if got := a.Snapshot().Text; !strings.HasSuffix(got, strings.Repeat("z", 100*MaxUpdates)) {
		t.Fatal("the typing is lost")
	}
}

func FuzzChange(f *testing.F) {
	for _, v := range vectors(f)[:5] {
		for _, s := range v.Steps[:5] {
			f.Add([]byte(s.Changes), v.Start)
		}
	}
	f.Add([]byte(`[1,[1,"\ude01"]]`), "😀")
	f.Add([]byte(`[[0,"\ud83d"],0,[0,"\ude00"]]`), "")
	f.Fuzz(func(t *testing.T, raw []byte, start string) {
		start = CleanText(start)
		if CheckText(start) != nil {
			return
		}
		c, err := parseChange(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) {
			t.Fatalf("%q is not JSON", raw)
		}
		text := newText(start)
		back, err := text.apply(c)
		if err == nil {
			now := text.String()
			if CheckText(now) != nil || text.bytes != len(now) || text.len() != len(utf16.Encode([]rune(now))) || text.len() != c.after {
				t.Fatalf("%q after %s is %q: %d bytes counted", start, raw, now, text.bytes)
			}
			if _, err := text.apply(back); err != nil {
				t.Fatalf("it cannot be undone: %v", err)
			}
		}
		if text.String() != start || text.bytes != len(start) {
			t.Fatalf("%q became %q", start, text)
		}
	})
}
