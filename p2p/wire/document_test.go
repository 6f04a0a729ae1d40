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
	} {
		if err := m.Check(); !errors.Is(err, ErrDocument) {
			t.Errorf("%s was taken (%v)", name, err)
		}
	}
}

func FuzzDocumentMessages(f *testing.F) {
	for _, m := range []any{BoardMessage{ID: "d", Epoch: "e"}, DocPull{ID: "d"}, DocAnswer{Refused: "x"}, MirrorUpdate{ID: "d", Epoch: "e"}, MirrorAck{ID: "d"}} {
		b, _ := Marshal(m)
		f.Add(b)
	}
	type checked interface{ Check() error }
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, m := range []checked{&BoardMessage{}, &DocPull{}, &DocAnswer{}, &MirrorUpdate{}, &MirrorAck{}} {
			if Unmarshal(b, m) != nil || m.Check() != nil {
				continue
			}
			if again, err := Marshal(m); err != nil || Unmarshal(again, m) != nil || m.Check() != nil {
				t.Fatalf("what was taken cannot be sent: %v", err)
			}
		}
	})
}
