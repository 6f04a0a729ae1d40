// Package storagetest holds the test that every [doc.Storage] must pass. An implementation calls [Run] from a test of
// its own.
package storagetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"thirdspace/p2p/doc"
)

// Run checks a storage. newStorage gives an empty one each time it is called, and cleans it up with t.Cleanup.
func Run(t *testing.T, newStorage func(t *testing.T) doc.Storage) {
	for name, test := range map[string]func(*testing.T, doc.Storage){
		"Empty":                 testEmpty,
		"SnapshotAndUpdates":    testContinues,
		"ASnapshotReplaces":     testReplaces,
		"SnapshotWithUpdates":   testTogether,
		"AnotherEpoch":          testEpoch,
		"ManyDocumentsInOne":    testMany,
		"StoreComesBackExactly": testStore,
	} {
		t.Run(name, func(t *testing.T) { test(t, newStorage(t)) })
	}
}

func save(t *testing.T, s doc.Storage, batches ...doc.Batch) {
	t.Helper()
	if err := s.Save(t.Context(), batches); err != nil {
		t.Fatal(err)
	}
}

func snapshot(id, epoch string, version int, text string) *doc.Snapshot {
	return &doc.Snapshot{ID: id, Owner: "owner of " + id, Epoch: epoch, Version: version, Text: text}
}

// updates makes n that differ in every field.
func updates(from, n int) (ups []doc.Update) {
	for i := from; i < from+n; i++ {
		ups = append(ups, doc.Update{
			ClientID: fmt.Sprint("client ", i), Changes: json.RawMessage(fmt.Sprintf(`[0,[0,"%d é😀"]]`, i)),
			Author: fmt.Sprint("author ", i), Time: int64(i) * 1000,
		})
	}
	return ups
}

func batch(id, epoch string, from int, ups []doc.Update, s *doc.Snapshot) doc.Batch {
	return doc.Batch{ID: id, Owner: "owner of " + id, Epoch: epoch, From: from, Updates: ups, Snapshot: s}
}

func want(t *testing.T, s doc.Storage, id string, snap *doc.Snapshot, ups []doc.Update) {
	t.Helper()
	gotSnap, gotUps, err := s.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if gotSnap != *snap {
		t.Errorf("snapshot %+v, want %+v", gotSnap, *snap)
	}
	if len(gotUps) != len(ups) || len(ups) > 0 && !reflect.DeepEqual(gotUps, ups) {
		t.Errorf("updates %+v, want %+v", gotUps, ups)
	}
}

func testEmpty(t *testing.T, s doc.Storage) {
	if _, _, err := s.Load(t.Context(), "nothing"); !errors.Is(err, doc.ErrNotStored) {
		t.Errorf("loading what is not there: %v", err)
	}
	if refs, err := s.List(t.Context()); err != nil || len(refs) != 0 {
		t.Errorf("%v, %v", refs, err)
	}
	save(t, s)
}

func testContinues(t *testing.T, s doc.Storage) {
	first := snapshot("d", "e", 3, "a\n\x00\u2028é😀")
	save(t, s, batch("d", "e", 3, nil, first))
	want(t, s, "d", first, nil)
	save(t, s, batch("d", "e", 3, updates(3, 2), nil))
	save(t, s, batch("d", "e", 5, updates(5, 15), nil))
	want(t, s, "d", first, updates(3, 17))
}

func testReplaces(t *testing.T, s doc.Storage) {
	save(t, s, batch("d", "e", 0, nil, snapshot("d", "e", 0, "")))
	save(t, s, batch("d", "e", 0, updates(0, 4), nil))
	second := snapshot("d", "e", 4, "four")
	save(t, s, batch("d", "e", 4, nil, second))
	want(t, s, "d", second, nil)
	save(t, s, batch("d", "e", 4, updates(4, 1), nil))
	want(t, s, "d", second, updates(4, 1))
}

func testTogether(t *testing.T, s doc.Storage) {
	save(t, s, batch("d", "e", 0, nil, snapshot("d", "e", 0, "")))
	after := snapshot("d", "e", 3, "after three")
	save(t, s, batch("d", "e", 0, updates(0, 3), after))
	want(t, s, "d", after, nil)
	save(t, s, batch("d", "e", 3, updates(3, 2), nil))
	want(t, s, "d", after, updates(3, 2))
}

// testEpoch: versions of different epochs may be the same numbers, and must not be mixed up.
func testEpoch(t *testing.T, s doc.Storage) {
	save(t, s, batch("d", "one", 0, nil, snapshot("d", "one", 0, "")))
	save(t, s, batch("d", "one", 0, updates(0, 9), nil))
	fresh := snapshot("d", "two", 5, "another life")
	save(t, s, batch("d", "two", 5, nil, fresh))
	want(t, s, "d", fresh, nil)
	save(t, s, batch("d", "two", 5, updates(100, 2), nil))
	want(t, s, "d", fresh, updates(100, 2))
}

func testMany(t *testing.T, s doc.Storage) {
	var all []doc.Batch
	for _, id := range []string{"b", "a", "c/d é"} {
		all = append(all, batch(id, "e", 0, nil, snapshot(id, "e", 0, "text of "+id)))
	}
	save(t, s, all...)
	save(t, s, batch("a", "e", 0, updates(0, 1), nil), batch("b", "e", 0, updates(7, 2), nil))
	want(t, s, "a", snapshot("a", "e", 0, "text of a"), updates(0, 1))
	want(t, s, "b", snapshot("b", "e", 0, "text of b"), updates(7, 2))
	want(t, s, "c/d é", snapshot("c/d é", "e", 0, "text of c/d é"), nil)
	refs, err := s.List(t.Context())
	if err != nil || !reflect.DeepEqual(refs, []doc.Ref{{ID: "a", Owner: "owner of a"}, {ID: "b", Owner: "owner of b"}, {ID: "c/d é", Owner: "owner of c/d é"}}) {
		t.Errorf("%v, %v", refs, err)
	}
}

func testStore(t *testing.T, s doc.Storage) {
	open := func() *doc.Store {
		st, err := doc.NewStore(doc.StoreConfig{Storage: s, Self: "me"})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	text := "package main\n"
	for i := range 5 {
		st := open()
		a, err := st.Own(t.Context(), "main.go", text)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Snapshot(); got.Text != text || got.Version != i*300 {
			t.Fatalf("life %d begins with version %d, %d bytes; want %d bytes", i, got.Version, len(got.Text), len(text))
		}
		for n := range 300 {
			text += []string{"x", "é", "😀", "\n"}[n%4]
			if err := a.Replace(text, "me"); err != nil {
				t.Fatal(err)
			}
			if n%70 == 0 {
				if err := st.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
