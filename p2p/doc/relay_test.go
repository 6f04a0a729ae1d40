package doc

import (
	"strings"
	"testing"

	"thirdspace/p2p/wire"
)

// TestRelayTakesOnlyStudentsDocuments: a host, or who passes itself off as one, has no say about other documents.
func TestRelayTakesOnlyStudentsDocuments(t *testing.T) {
	const student = "12D3KooWAWiurAQyKDPyiunMg7Jv5hMkYeWcoMckTVD7zWLjN7kQ"
	store, err := NewStore(StoreConfig{Storage: newMemory(), Self: student})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Own(t.Context(), "code", "mine"); err != nil {
		t.Fatal(err)
	}
	f := &RelayFollower{cfg: RelayConfig{Store: store}, ctx: t.Context()}
	snap := &wire.DocSnapshot{Epoch: "e", Version: 1, Text: "x"}
	for _, id := range []string{"board", "code", "", "/code", student, student + "/", student + "/code", "nobody/code", strings.ToLower(student) + "/code"} {
		if err := f.take(wire.MirrorUpdate{ID: id, Snapshot: snap}); err == nil {
			t.Errorf("a document called %q was taken", id)
		}
	}
	const other = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo"
	if err := f.take(wire.MirrorUpdate{ID: other + "/code", Snapshot: snap}); err != nil {
		t.Fatal(err)
	}
	// A hole is noticed: the stream is opened anew, and brings the document as it is.
	if err := f.take(wire.MirrorUpdate{ID: other + "/code", Epoch: "e", From: 5, Updates: []wire.DocUpdate{{Client: "c", Changes: []byte(`[1]`)}}}); err == nil {
		t.Fatal("a hole was not noticed")
	}
}

func FuzzRelayed(f *testing.F) {
	f.Add("12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo/code")
	f.Add("board")
	f.Fuzz(func(t *testing.T, id string) {
		owner, name, err := relayedID(id)
		if err == nil && owner.String()+"/"+name != id {
			t.Fatalf("%q is %s and %q", id, owner, name)
		}
	})
}
