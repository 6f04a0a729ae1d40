package wire

import (
	"errors"
	"strings"
	"testing"
)

func TestDocumentNames(t *testing.T) {
	for _, id := range []string{"main.go", "12D3/main.go", "été 2.go", "程序.go", strings.Repeat("x", MaxDocID)} {
		if err := CheckDocID(id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, id := range []string{"", "a\nb", "a\x00", "\xff", "a\u202eb", "a\u200bb", strings.Repeat("x", MaxDocID+1)} {
		if err := CheckDocID(id); !errors.Is(err, ErrDocument) {
			t.Errorf("%q was taken", id)
		}
	}
}

func TestMessagesAboutDocumentsAreChecked(t *testing.T) {
	up := []DocUpdate{{Changes: []byte("[]"), Client: "c", Author: "a"}}
	many := make([]DocUpdate, MaxDocUpdates+1)
	for i := range many {
		many[i] = up[0]
	}
	long := strings.Repeat("x", MaxDocEpoch+1)
	text := &DocSnapshot{Epoch: "e", Text: strings.Repeat("x", MaxDocText+1)}
	type checked interface{ Check() error }
	for name, m := range map[string]checked{
		"board":              BoardMessage{ID: "d", Epoch: "e", Updates: up, Caret: &DocCaret{}},
		"board, only a hint": BoardMessage{ID: "d", Epoch: "e", From: 4},
		"pull of nothing":    DocPull{ID: "d"},
		"answer":             DocAnswer{Epoch: "e", Updates: up},
		"answer, whole":      DocAnswer{Snapshot: &DocSnapshot{Epoch: "e"}},
		"refusal":            DocAnswer{Refused: "no"},
		"mirror":             MirrorUpdate{ID: "d", Epoch: "e", Updates: up},
		"mirror, whole":      MirrorUpdate{ID: "d", Snapshot: &DocSnapshot{Epoch: "e"}},
		"ack of nothing":     MirrorAck{ID: "d"},
		"still looking":      LookSay{},
		"an offer":           LookSay{ID: "d", Word: LookOffer},
		"a caret":            LookSay{Caret: &LookCaret{Epoch: "e", Anchor: 3, Head: MaxDocText}},
		"a push":             LookSay{Push: &LookPush{Epoch: "e", Updates: up}},
		"how it stands":      LookAnswer{State: LookTogether},
		"a later state":      LookAnswer{State: "on holiday"},
		"a push answered":    LookAnswer{State: LookTogether, Taken: true, Push: &DocAnswer{Epoch: "e", Updates: up}},
	} {
		if err := m.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, m := range map[string]checked{
		"board without a name":     BoardMessage{Epoch: "e"},
		"board without an epoch":   BoardMessage{ID: "d"},
		"board of a long epoch":    BoardMessage{ID: "d", Epoch: long},
		"board far away":           BoardMessage{ID: "d", Epoch: "e", From: MaxDocVersion + 1},
		"board of too much":        BoardMessage{ID: "d", Epoch: "e", Updates: many},
		"board of an empty change": BoardMessage{ID: "d", Epoch: "e", Updates: []DocUpdate{{}}},
		"board of a huge change":   BoardMessage{ID: "d", Epoch: "e", Updates: []DocUpdate{{Changes: make([]byte, MaxDocChange+1)}}},
		"board of a long client":   BoardMessage{ID: "d", Epoch: "e", Updates: []DocUpdate{{Changes: []byte("[]"), Client: strings.Repeat("x", MaxDocClient+1)}}},
		"pull far away":            DocPull{ID: "d", Version: 1 << 63},
		"answer of nothing":        DocAnswer{},
		"answer of a huge text":    DocAnswer{Snapshot: text},
		"a long refusal":           DocAnswer{Refused: strings.Repeat("x", maxRefusal+1)},
		"mirror of both":           MirrorUpdate{ID: "d", Updates: up, Snapshot: &DocSnapshot{Epoch: "e"}},
		"mirror of a huge text":    MirrorUpdate{ID: "d", Snapshot: text},
		"mirror without an epoch":  MirrorUpdate{ID: "d"},
		"ack of a long refusal":    MirrorAck{ID: "d", Refused: strings.Repeat("x", maxRefusal+1)},
		"ack without a name":       MirrorAck{},
		"look at a bad name":       LookSay{ID: "a\nb"},
		"an unknown word":          LookSay{Word: "shout"},
		"a caret nowhere":          LookSay{Caret: &LookCaret{Epoch: "e", Head: MaxDocText + 1}},
		"a caret of no version":    LookSay{Caret: &LookCaret{}},
		"a push of nothing":        LookSay{Push: &LookPush{Epoch: "e"}},
		"a push of too much":       LookSay{Push: &LookPush{Epoch: "e", Updates: many}},
		"a push of huge changes":   LookSay{Push: &LookPush{Epoch: "e", Updates: []DocUpdate{{Changes: make([]byte, MaxDocChange)}, {Changes: []byte("[]")}}}},
		"a push without an epoch":  LookSay{Push: &LookPush{Updates: up}},
		"no state":                 LookAnswer{},
		"a long state":             LookAnswer{State: long},
		"a push answered badly":    LookAnswer{State: LookTogether, Push: &DocAnswer{}},
	} {
		if err := m.Check(); !errors.Is(err, ErrDocument) {
			t.Errorf("%s was taken (%v)", name, err)
		}
	}
}

// TestALookCostsText: an hour of looking is a few kilobytes, a caret that moves five times a second some hundred bytes.
func TestALookCostsText(t *testing.T) {
	for what, c := range map[string]struct {
		say  LookSay
		most int
	}{
		"still looking": {LookSay{}, 1},
		"a caret":       {LookSay{Caret: &LookCaret{Epoch: strings.Repeat("x", 26), Version: 1 << 20, Anchor: MaxDocText, Head: MaxDocText}}, 60},
	} {
		b, err := Marshal(c.say)
		if err != nil || len(b) > c.most {
			t.Errorf("%s: %d bytes, %v; want %d at the most", what, len(b), err, c.most)
		}
	}
}

func FuzzDocumentMessages(f *testing.F) {
	for _, m := range []any{BoardMessage{ID: "d", Epoch: "e"}, DocPull{ID: "d"}, DocAnswer{Refused: "x"}, MirrorUpdate{ID: "d", Epoch: "e"}, MirrorAck{ID: "d"}, LookSay{Word: LookOffer, Caret: &LookCaret{Epoch: "e"}}, LookSay{Push: &LookPush{Epoch: "e", Updates: []DocUpdate{{Changes: []byte("[]")}}}}, LookAnswer{State: LookOffered}} {
		b, _ := Marshal(m)
		f.Add(b)
	}
	type checked interface{ Check() error }
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, m := range []checked{&BoardMessage{}, &DocPull{}, &DocAnswer{}, &MirrorUpdate{}, &MirrorAck{}, &LookSay{}, &LookAnswer{}} {
			if Unmarshal(b, m) != nil || m.Check() != nil {
				continue
			}
			if again, err := Marshal(m); err != nil || Unmarshal(again, m) != nil || m.Check() != nil {
				t.Fatalf("what was taken cannot be sent: %v", err)
			}
		}
	})
}
