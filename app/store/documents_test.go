package store

import (
	"testing"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/doc/storagetest"
)

func TestDocumentStorage(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) doc.Storage { return open(t, t.TempDir()).Documents("room") })
}

func TestDocumentsOfRoomsAreApart(t *testing.T) {
	s := open(t, t.TempDir())
	snap := doc.Snapshot{ID: "code", Owner: "me", Epoch: "e", Text: "of room a"}
	if err := s.Documents("a").Save(t.Context(), []doc.Batch{{ID: "code", Owner: "me", Epoch: "e", Snapshot: &snap}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Documents("b").Load(t.Context(), "code"); err != doc.ErrNotStored {
		t.Fatalf("room b has room a's code: %v", err)
	}
	if refs, err := s.Documents("b").List(t.Context()); err != nil || len(refs) != 0 {
		t.Fatalf("%v, %v", refs, err)
	}
}
