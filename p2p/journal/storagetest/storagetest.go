// Package storagetest holds the test that every [journal.Storage] must pass. An implementation calls [Run] from a test
// of its own.
package storagetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"reflect"
	"slices"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

// Run checks a storage. newStorage gives an empty one each time it is called, and cleans it up with t.Cleanup.
func Run(t *testing.T, newStorage func(t *testing.T) journal.Storage) {
	for name, test := range map[string]func(*testing.T, journal.Storage){
		"Empty":               testEmpty,
		"FactsComeBackWhole":  testWhole,
		"RangeIsBounded":      testRange,
		"DuplicatesIgnored":   testDuplicates,
		"AllOrNothing":        testAtomic,
		"Branches":            testBranches,
		"RoomsAreApart":       testRooms,
		"BodiesArriveLater":   testSetBody,
		"Receipts":            testReceipts,
		"Unreceipted":         testUnreceipted,
		"JournalContinuesLog": testReopen,
	} {
		t.Run(name, func(t *testing.T) { test(t, newStorage(t)) })
	}
}

type author struct {
	t      *testing.T
	device *identity.Device
	room   string
}

func newAuthor(t *testing.T, room string) author {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d, err := identity.NewDevice(key)
	if err != nil {
		t.Fatal(err)
	}
	return author{t: t, device: d, room: room}
}

func (a author) id() peer.ID { return a.device.ID() }

// write makes real facts by way of a journal over s: one for each body, private where audience is not empty.
func (a author) write(s journal.Storage, audience []peer.ID, bodies ...string) []journal.Fact {
	a.t.Helper()
	var out []journal.Fact
	j, err := journal.Open(a.t.Context(), journal.Config{
		Room: a.room, Device: a.device, Storage: s, Member: func(peer.ID) bool { return true },
	})
	if err != nil {
		a.t.Fatal(err)
	}
	defer j.Close()
	for _, body := range bodies {
		f, err := j.Append(a.t.Context(), "test.kind", audience, []byte(body))
		if err != nil {
			a.t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

const plenty = 1 << 20

func read(t *testing.T, s journal.Storage, room string, author peer.ID, from uint64) []journal.Fact {
	t.Helper()
	facts, err := s.Range(t.Context(), room, author, from, 1000, plenty)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// sameFacts compares; the empty body may come back as nil.
func sameFacts(t *testing.T, got, want []journal.Fact) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d facts, want %d", len(got), len(want))
	}
	for i := range want {
		g, w := got[i], want[i]
		if (g.Body == nil) != (w.Body == nil) && w.BodySize > 0 || !bytes.Equal(g.Body, w.Body) {
			t.Errorf("fact %d: body %q, want %q", i, g.Body, w.Body)
		}
		g.Body, w.Body = nil, nil
		if !reflect.DeepEqual(g, w) {
			t.Errorf("fact %d:\n%+v, want\n%+v", i, g, w)
		}
	}
}

func testEmpty(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	tips, err := s.Tips(t.Context(), a.room)
	if err != nil || len(tips) != 0 {
		t.Errorf("tips %v, %v", tips, err)
	}
	if f, ok, err := s.Find(t.Context(), a.room, [32]byte{1}); err != nil || ok {
		t.Errorf("found %+v, %v", f, err)
	}
	if got := read(t, s, a.room, a.id(), 1); len(got) != 0 {
		t.Errorf("facts out of nothing: %v", got)
	}
	if got, err := s.Receipts(t.Context(), a.room, nil); err != nil || len(got) != 0 {
		t.Errorf("receipts %v, %v", got, err)
	}
	if err := s.Append(t.Context(), nil); err != nil {
		t.Errorf("nothing appended: %v", err)
	}
}

func testWhole(t *testing.T, s journal.Storage) {
	room := wire.NewRoomID()
	a, b := newAuthor(t, room), newAuthor(t, room)
	wantA := a.write(s, nil, "one", "", "\x00\xff three")
	wantB := b.write(s, []peer.ID{a.id()}, "secret")
	sameFacts(t, read(t, s, room, a.id(), 1), wantA)
	sameFacts(t, read(t, s, room, b.id(), 1), wantB)
	tips, err := s.Tips(t.Context(), room)
	if err != nil || len(tips) != 2 {
		t.Fatalf("tips %v, %v", tips, err)
	}
	last := wantA[2]
	if h := tips[a.id()]; len(h) != 1 || h[0].Seq != 3 || h[0].Hash != last.Hash || h[0].Lamport != last.Lamport {
		t.Errorf("tips %+v, want that of %+v", h, last)
	}
	found, ok, err := s.Find(t.Context(), room, last.Hash)
	if err != nil || !ok {
		t.Fatalf("a fact is not found: %v", err)
	}
	sameFacts(t, []journal.Fact{found}, wantA[2:])
	if _, ok, _ := s.Find(t.Context(), wire.NewRoomID(), last.Hash); ok {
		t.Error("a fact is found in another room")
	}
}

func testRange(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	all := a.write(s, nil, "0123456789", "0123456789", "0123456789", "0123456789", "0123456789")
	for _, c := range []struct {
		from            uint64
		limit, maxBytes int
		want            []journal.Fact
	}{
		{1, 2, plenty, all[:2]},
		{3, 10, plenty, all[2:]},
		{5, 10, plenty, all[4:]},
		{6, 10, plenty, nil},
		{1, 10, 1, all[:1]},
		{1, 10, 10, all[:1]},
		{1, 10, 11, all[:2]},
		{2, 10, 25, all[1:4]},
	} {
		got, err := s.Range(t.Context(), a.room, a.id(), c.from, c.limit, c.maxBytes)
		if err != nil {
			t.Fatal(err)
		}
		sameFacts(t, got, c.want)
	}
}

func testDuplicates(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	facts := a.write(s, nil, "one", "two")
	again := []journal.Fact{facts[0], facts[1]}
	again[0].Body = nil // what is there must not be lost
	if err := s.Append(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	sameFacts(t, read(t, s, a.room, a.id(), 1), facts)
}

func testAtomic(t *testing.T, s journal.Storage) {
	room := wire.NewRoomID()
	a := newAuthor(t, room)
	facts := a.write(s, nil, "one")
	good := a.write(newElsewhere(), nil, "two")[0]
	impossible := good
	impossible.Seq, impossible.Hash[0] = 0, impossible.Hash[0]^1
	if err := s.Append(t.Context(), []journal.Fact{good, impossible}); err == nil {
		t.Fatal("a fact without a number was taken")
	}
	sameFacts(t, read(t, s, room, a.id(), 1), facts)
}

// testBranches keeps a log that was continued in two ways.
func testBranches(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	other := newElsewhere()
	first := a.write(s, nil, "one", "two")
	if err := other.Append(t.Context(), first[:1]); err != nil {
		t.Fatal(err)
	}
	second := a.write(other, nil, "another two", "three")
	if err := s.Append(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	twos := []journal.Fact{first[1], second[0]}
	slices.SortFunc(twos, func(x, y journal.Fact) int { return bytes.Compare(x.Hash[:], y.Hash[:]) })
	want := []journal.Fact{first[0], twos[0], twos[1], second[1]}
	sameFacts(t, read(t, s, a.room, a.id(), 1), want)
	// A number that is begun is read to its end.
	got, err := s.Range(t.Context(), a.room, a.id(), 2, 1, plenty)
	if err != nil {
		t.Fatal(err)
	}
	sameFacts(t, got, twos)
	tips, err := s.Tips(t.Context(), a.room)
	if err != nil || len(tips[a.id()]) != 2 {
		t.Fatalf("tips %+v, %v", tips, err)
	}
	for _, h := range tips[a.id()] {
		if h.Hash != first[1].Hash && h.Hash != second[1].Hash {
			t.Errorf("tip %+v", h)
		}
	}
}

func testRooms(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	other := a
	other.room = wire.NewRoomID()
	here, there := a.write(s, nil, "here"), other.write(s, nil, "there", "there too")
	sameFacts(t, read(t, s, a.room, a.id(), 1), here)
	sameFacts(t, read(t, s, other.room, a.id(), 1), there)
}

func testSetBody(t *testing.T, s journal.Storage) {
	room := wire.NewRoomID()
	a, b := newAuthor(t, room), newAuthor(t, room)
	fact := a.write(newElsewhere(), []peer.ID{b.id()}, "secret")[0]
	header := fact
	header.Body = nil
	if err := s.Append(t.Context(), []journal.Fact{header}); err != nil {
		t.Fatal(err)
	}
	sameFacts(t, read(t, s, room, a.id(), 1), []journal.Fact{header})
	if lost, err := s.Bodiless(t.Context(), room, a.id()); err != nil || len(lost) != 1 || lost[0] != fact.Hash {
		t.Errorf("without their bodies: %x, %v", lost, err)
	}
	if err := s.SetBody(t.Context(), fact.Hash, fact.Body); err != nil {
		t.Fatal(err)
	}
	sameFacts(t, read(t, s, room, a.id(), 1), []journal.Fact{fact})
	if lost, err := s.Bodiless(t.Context(), room, a.id()); err != nil || len(lost) != 0 {
		t.Errorf("still without their bodies: %x, %v", lost, err)
	}
	if err := s.SetBody(t.Context(), fact.Hash, []byte("another")); err != nil {
		t.Fatal(err)
	}
	sameFacts(t, read(t, s, room, a.id(), 1), []journal.Fact{fact})
}

func testReceipts(t *testing.T, s journal.Storage) {
	room := wire.NewRoomID()
	a, b, c := newAuthor(t, room), newAuthor(t, room), newAuthor(t, room)
	facts := a.write(s, []peer.ID{b.id(), c.id()}, "one", "two")
	want := []journal.Receipt{
		{Room: room, Fact: facts[0].Hash, Reader: b.id(), Sig: []byte("b")},
		{Room: room, Fact: facts[0].Hash, Reader: c.id(), Sig: []byte("c")},
	}
	for _, r := range append(want, want...) {
		if err := s.PutReceipt(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Receipts(t.Context(), room, [][32]byte{facts[0].Hash, facts[1].Hash, {1}})
	if err != nil || len(got) != 2 {
		t.Fatalf("%d receipts, %v", len(got), err)
	}
	for _, w := range want {
		if !reflect.DeepEqual(got[0], w) && !reflect.DeepEqual(got[1], w) {
			t.Errorf("missing %+v in %+v", w, got)
		}
	}
	if got, _ := s.Receipts(t.Context(), room, [][32]byte{facts[1].Hash}); len(got) != 0 {
		t.Errorf("receipts of another fact: %v", got)
	}
	if got, _ := s.Receipts(t.Context(), wire.NewRoomID(), [][32]byte{facts[0].Hash}); len(got) != 0 {
		t.Errorf("receipts of another room: %v", got)
	}
}

func testUnreceipted(t *testing.T, s journal.Storage) {
	room := wire.NewRoomID()
	a, b, c := newAuthor(t, room), newAuthor(t, room), newAuthor(t, room)
	a.write(s, nil, "for all")
	forB := a.write(s, []peer.ID{b.id()}, "b1", "b2", "b3")
	forBoth := a.write(s, []peer.ID{b.id(), c.id()}, "bc")
	if err := s.PutReceipt(t.Context(), journal.Receipt{Room: room, Fact: forB[1].Hash, Reader: b.id(), Sig: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	get := func(reader peer.ID, from uint64, limit, maxBytes int) []journal.Fact {
		t.Helper()
		facts, err := s.Unreceipted(t.Context(), room, a.id(), reader, from, limit, maxBytes)
		if err != nil {
			t.Fatal(err)
		}
		return facts
	}
	sameFacts(t, get(b.id(), 1, 10, plenty), []journal.Fact{forB[0], forB[2], forBoth[0]})
	sameFacts(t, get(b.id(), 3, 10, plenty), []journal.Fact{forB[2], forBoth[0]})
	sameFacts(t, get(b.id(), 1, 1, plenty), forB[:1])
	sameFacts(t, get(b.id(), 1, 10, 2), forB[:1])
	sameFacts(t, get(c.id(), 1, 10, plenty), forBoth)
	sameFacts(t, get(a.id(), 1, 10, plenty), nil)
}

func testReopen(t *testing.T, s journal.Storage) {
	a := newAuthor(t, wire.NewRoomID())
	first := a.write(s, nil, "one")
	second := a.write(s, nil, "two")
	if second[0].Seq != 2 || second[0].Prev != first[0].Hash || second[0].Lamport <= first[0].Lamport {
		t.Errorf("%+v does not continue %+v", second[0].Header, first[0].Header)
	}
}

// elsewhere is the storage of another machine, as far as a journal that only appends needs one.
type elsewhere struct {
	journal.Storage
	last []journal.Fact
}

func newElsewhere() *elsewhere { return &elsewhere{} }

func (e *elsewhere) Tips(context.Context, string) (map[peer.ID][]journal.Head, error) {
	if len(e.last) == 0 {
		return nil, nil
	}
	f := e.last[len(e.last)-1]
	return map[peer.ID][]journal.Head{f.Author: {{Seq: f.Seq, Hash: f.Hash, Lamport: f.Lamport}}}, nil
}

func (e *elsewhere) Bodiless(context.Context, string, peer.ID) ([][32]byte, error) { return nil, nil }

func (e *elsewhere) Append(_ context.Context, facts []journal.Fact) error {
	e.last = facts
	return nil
}
