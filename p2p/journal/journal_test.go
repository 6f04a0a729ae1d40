package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/journal"
	"thirdspace/p2p/journal/storagetest"
	"thirdspace/p2p/wire"
)

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(*testing.T) journal.Storage { return newMemory() })
}

// orderedNet notes what had happened when a fact was sent.
type orderedNet struct {
	journal.Net
	note func(string)
}

func (n orderedNet) Publish(string, []byte) error { n.note("sent"); return nil }
func (n orderedNet) HostID() peer.ID              { return "" }

type orderedStorage struct {
	*memory
	note func(string)
}

func (s orderedStorage) Append(ctx context.Context, f []journal.Fact) error {
	s.note("kept")
	return s.memory.Append(ctx, f)
}

func TestAppendIsKeptThenShownThenSent(t *testing.T) {
	var mu sync.Mutex
	var order []string
	sent := make(chan struct{})
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		if order = append(order, what); what == "sent" {
			close(sent)
		}
	}
	j := must(journal.Open(t.Context(), journal.Config{
		Room: wire.NewRoomID(), Device: newDevice(t), Member: func(peer.ID) bool { return true },
		Storage: orderedStorage{newMemory(), note}, Net: orderedNet{note: note},
		OnFacts: func([]journal.Fact) { note("shown") },
	}))
	defer j.Close()
	f, err := j.Append(t.Context(), "chat.said", nil, []byte("hello"))
	if err != nil || f.Seq != 1 || string(f.Body) != "hello" {
		t.Fatalf("%+v, %v", f, err)
	}
	<-sent
	if got := strings.Join(order, " "); got != "kept shown sent" {
		t.Fatalf("the order was: %s", got)
	}
}

func TestAppendRefusesWhatIsNotAFact(t *testing.T) {
	c := newClass(t)
	other := newDevice(t).ID()
	for name, f := range map[string]func() (journal.Fact, error){
		"no kind":         func() (journal.Fact, error) { return c.host.j.Append(t.Context(), "", nil, nil) },
		"odd kind":        func() (journal.Fact, error) { return c.host.j.Append(t.Context(), "Chat 1", nil, nil) },
		"for oneself":     func() (journal.Fact, error) { return c.host.j.Append(t.Context(), "a", []peer.ID{c.host.id()}, nil) },
		"for nobody real": func() (journal.Fact, error) { return c.host.j.Append(t.Context(), "a", []peer.ID{other, "x"}, nil) },
		"too large": func() (journal.Fact, error) {
			return c.host.j.Append(t.Context(), "a", nil, make([]byte, wire.MaxBody+1))
		},
		"too many readers": func() (journal.Fact, error) {
			var all []peer.ID
			for range wire.MaxAudience + 1 {
				all = append(all, newDevice(t).ID())
			}
			return c.host.j.Append(t.Context(), "a", all, nil)
		},
	} {
		if got, err := f(); !errors.Is(err, wire.ErrFact) {
			t.Errorf("%s: %+v, %v", name, got.Header, err)
		}
	}
	if f := c.host.append("a", []peer.ID{c.host.id(), other, other}, "x"); !slices.Equal(f.Audience, []peer.ID{other}) {
		t.Errorf("the audience became %v", f.Audience)
	}
	if len(c.host.j.Heads()) != 1 || c.host.j.Heads()[c.host.id()].Seq != 1 {
		t.Errorf("refused facts left traces: %v", c.host.j.Heads())
	}
}

func TestAFailingDiskShowsNothingAndRecovers(t *testing.T) {
	c := newClass(t)
	c.host.append("a", nil, "one")
	full := errors.New("disk full")
	c.host.store.setFail(full)
	if _, err := c.host.j.Append(t.Context(), "a", nil, []byte("two")); !errors.Is(err, full) {
		t.Fatalf("error %v", err)
	}
	c.host.store.setFail(nil)
	if f := c.host.append("a", nil, "three"); f.Seq != 2 {
		t.Fatalf("after a failure the log goes on at %d", f.Seq)
	}
	if got := c.host.bodies(c.host.id()); !slices.Equal(got, []string{"one", "three"}) {
		t.Fatalf("shown: %q", got)
	}
}

func TestLiveFactsReachEveryone(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	want := []string{"one", "two", "three"}
	for _, s := range want {
		a.append("chat.said", nil, s)
	}
	for _, m := range []*machine{c.host, b} {
		m.wait("three facts", func() bool { return len(m.facts) == 3 })
		if got := m.bodies(a.id()); !slices.Equal(got, want) {
			t.Errorf("heard %q", got)
		}
		if !bytes.Equal(m.j.Digest(), a.j.Digest()) {
			t.Error("equal logs, different digests")
		}
	}
	if f := b.append("chat.said", nil, "answer"); f.Lamport != 4 {
		t.Errorf("the clock of an answer is %d, want one past what it answers", f.Lamport)
	}
}

func TestWorkDoneOfflineArrivesLater(t *testing.T) {
	c := newClass(t)
	a := c.join()
	a.setCut(true)
	for i := range 300 {
		a.append("chat.said", nil, fmt.Sprint(i))
	}
	work := a.append("work.handed-in", []peer.ID{c.host.id()}, "package main")
	c.host.append("chat.said", nil, "where are you?")
	a.setCut(false)
	a.sync()
	a.wait("a receipt", func() bool { return len(a.receipts) == 1 })
	r := a.receipts[0]
	if err := r.Verify(); err != nil || r.Fact != work.Hash || r.Reader != c.host.id() {
		t.Fatalf("receipt %+v: %v", r, err)
	}
	got := c.host.bodies(a.id())
	if len(got) != 301 || got[0] != "0" || got[299] != "299" || got[300] != "package main" {
		t.Fatalf("the host has %d facts: %q", len(got), got[max(0, len(got)-2):])
	}
	if got := a.bodies(c.host.id()); !slices.Equal(got, []string{"where are you?"}) {
		t.Fatalf("the student has %q", got)
	}
	// Nothing more to say: the next sync moves nothing, and there is no second receipt.
	a.sync()
	if n := len(c.host.bodies(a.id())); n != 301 || len(a.receipts) != 1 {
		t.Fatalf("the second sync brought something: %d facts, %d receipts", n, len(a.receipts))
	}
}

func TestAPrivateFactShowsOthersItsHeaderOnly(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	a.append("work.handed-in", []peer.ID{c.host.id()}, "my secret")
	a.wait("a receipt, without being asked", func() bool { return len(a.receipts) == 1 })
	c.host.wait("the body", func() bool {
		return slices.ContainsFunc(c.host.facts, func(f journal.Fact) bool { return string(f.Body) == "my secret" })
	})
	b.sync()
	b.wait("the header", func() bool { return len(b.facts) == 1 })
	if f := b.store.log(c.room, a.id())[0]; f.Body != nil || f.BodySize != 9 {
		t.Fatalf("a stranger to it holds the body %q", f.Body)
	}
	// And the host's own to a student.
	c.host.append("work.marked", []peer.ID{b.id()}, "well done")
	b.wait("the mark", func() bool {
		return slices.ContainsFunc(b.facts, func(f journal.Fact) bool { return string(f.Body) == "well done" })
	})
	c.host.wait("the receipt of the mark", func() bool { return len(c.host.receipts) == 1 })
	a.sync()
	if f := a.store.log(c.room, c.host.id())[0]; f.Body != nil {
		t.Fatalf("another student reads the mark: %q", f.Body)
	}
}

func TestAHeaderThatWentAheadGetsItsBody(t *testing.T) {
	c := newClass(t)
	a := c.join()
	// The header goes over pubsub, but no stream can be opened: only the header arrives.
	a.class.host.note(func() {})
	f := must(journal.Seal(a.device, journal.Header{
		Version: wire.Version, Room: c.room, Author: a.id(), Seq: 1, Lamport: 1, Kind: "work.handed-in", Audience: []peer.ID{c.host.id()},
	}, []byte("late")))
	if err := a.store.Append(t.Context(), []journal.Fact{f}); err != nil {
		t.Fatal(err)
	}
	header := wire.Fact{Header: f.Raw, Sig: f.Sig}
	c.host.j.HandlePubsub(a.id(), a.id(), must(wire.Marshal(header)))
	c.host.wait("the header", func() bool { return len(c.host.facts) == 1 })
	if c.host.facts[0].Body != nil {
		t.Fatal("a body out of nothing")
	}
	// The student's program starts again, with what it has on its disk.
	d, s := a.device, a.store
	a.leave()
	a = c.joinAs(d, s, nil)
	a.sync()
	a.wait("the receipt", func() bool { return len(a.receipts) == 1 })
	c.host.wait("the body", func() bool { return len(c.host.facts) == 2 })
	if got := c.host.store.log(c.room, a.id())[0].Body; string(got) != "late" {
		t.Fatalf("the host stored %q", got)
	}
}

func TestALostReceiptIsGivenAgain(t *testing.T) {
	c := newClass(t)
	a := c.join()
	a.append("work.handed-in", []peer.ID{c.host.id()}, "x")
	a.wait("the receipt", func() bool { return len(a.receipts) == 1 })
	a.store.forgetReceipts()
	a.sync()
	a.wait("the receipt again", func() bool { return len(a.receipts) == 2 })
	if a.receipts[0].Fact != a.receipts[1].Fact || !bytes.Equal(a.receipts[0].Sig, a.receipts[1].Sig) {
		t.Fatal("another receipt for the same")
	}
}

func TestAGapIsSeenAndFilled(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	c.lose = func(from, to peer.ID) bool { return from == a.id() && to == b.id() }
	a.append("chat.said", nil, "lost")
	c.host.wait("the first", func() bool { return len(c.host.facts) == 1 })
	c.mu.Lock()
	c.lose = nil
	c.mu.Unlock()
	a.append("chat.said", nil, "heard")
	b.wait("both", func() bool { return len(b.facts) == 2 })
	if got := b.bodies(a.id()); !slices.Equal(got, []string{"lost", "heard"}) {
		t.Fatalf("heard %q", got)
	}
}

func TestALargeFactIsFetched(t *testing.T) {
	c := newClass(t)
	a := c.join()
	large := strings.Repeat("x", wire.MaxBody)
	c.host.append("post.made", nil, large)
	a.wait("the large one", func() bool { return len(a.facts) == 1 })
	if a.bodies(c.host.id())[0] != large {
		t.Fatal("it came changed")
	}
}

func TestMembershipIsLearnedFromTheHostFirst(t *testing.T) {
	c := newClass(t)
	a := c.join()
	var mu sync.Mutex
	known := map[peer.ID]bool{c.host.id(): true}
	b := c.joinAs(newDevice(t), newMemory(), func(p peer.ID) bool {
		mu.Lock()
		defer mu.Unlock()
		return known[p]
	})
	b.note(func() {}) // b's members are what the host's facts say
	d, s := b.device, b.store
	b.leave()
	b = c.joinAs(d, s, func(p peer.ID) bool {
		mu.Lock()
		defer mu.Unlock()
		if slices.Contains(b.bodies(c.host.id()), p.String()) {
			known[p] = true
		}
		return known[p]
	})
	c.lose = func(from, to peer.ID) bool { return from == c.host.id() }
	c.host.append("member.added", nil, a.id().String())
	a.sync()
	a.append("chat.said", nil, "hello")
	b.wait("the stranger's word, once it is a member", func() bool { return len(b.facts) == 2 })
	if b.facts[0].Author != c.host.id() || b.facts[1].Author != a.id() {
		t.Fatal("out of order")
	}
}

// fork makes another entry for the log of a machine, after the given one.
func fork(t *testing.T, m *machine, after journal.Header, hash [32]byte, body string) journal.Fact {
	t.Helper()
	after.Seq, after.Prev, after.Lamport = after.Seq+1, hash, after.Lamport+1
	return must(journal.Seal(m.device, after, []byte(body)))
}

func TestForksAreKeptAndTold(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	first := a.append("chat.said", nil, "one")
	c.host.wait("the first", func() bool { return len(c.host.facts) == 1 })
	other := must(journal.Seal(a.device, first.Header, []byte("another one")))
	second := fork(t, a, other.Header, other.Hash, "two")
	for _, f := range []journal.Fact{other, second, other} {
		c.host.j.HandlePubsub(a.id(), a.id(), must(wire.Marshal(journal.Sent(f, ""))))
	}
	c.host.wait("both branches", func() bool { return len(c.host.facts) == 3 })
	if len(c.host.forks) != 1 {
		t.Fatalf("told of %d forks", len(c.host.forks))
	}
	if f := c.host.forks[0]; f.Author != a.id() || f.Seq != 1 || f.Known != first.Hash || f.Other.Hash != other.Hash || f.Refused {
		t.Errorf("told of %+v", f)
	}
	if got := c.host.j.Forked(); !slices.Equal(got, []peer.ID{a.id()}) {
		t.Errorf("forked: %v", got)
	}
	// Everyone ends with both, the author's own machine too, which goes on from the longer branch.
	b.sync()
	a.sync()
	for _, m := range []*machine{a, b} {
		if !bytes.Equal(m.j.Digest(), c.host.j.Digest()) {
			t.Error("a machine ends different")
		}
	}
	if third := a.append("chat.said", nil, "three"); third.Seq != 3 || third.Prev != second.Hash {
		t.Errorf("it goes on at %d", third.Seq)
	}
	c.host.wait("the log to go on", func() bool { return len(c.host.facts) == 4 })
	if n := len(c.host.forks); n != 1 {
		t.Errorf("told of %d forks", n)
	}
}

func TestTooManyBranchesAreRefused(t *testing.T) {
	c := newClass(t)
	a := c.join()
	first := a.append("chat.said", nil, "one")
	c.host.wait("the first", func() bool { return len(c.host.facts) == 1 })
	for i := range 2 * journal.MaxBranches {
		f := fork(t, a, first.Header, first.Hash, fmt.Sprint("two ", i))
		c.host.j.HandlePubsub(a.id(), a.id(), must(wire.Marshal(journal.Sent(f, ""))))
	}
	c.host.wait("all to be told", func() bool { return len(c.host.forks) == 2*journal.MaxBranches-1 })
	if n := len(c.host.store.log(c.room, a.id())); n != 1+journal.MaxBranches {
		t.Errorf("%d facts are kept", n)
	}
	refused := 0
	for _, f := range c.host.forks {
		if f.Refused {
			refused++
		}
	}
	if refused != journal.MaxBranches {
		t.Errorf("%d branches are refused", refused)
	}
}

// TestRestoredFromACopy takes a machine's log back to what it was, as a backup does, and lets it write before it has heard
// of what it lost.
func TestRestoredFromACopy(t *testing.T) {
	for name, restored := range map[string]func(*class) *machine{
		"host":    func(c *class) *machine { return c.host },
		"student": func(c *class) *machine { return c.join() },
	} {
		t.Run(name, func(t *testing.T) {
			c := newClass(t)
			m := restored(c)
			a, b := c.join(), c.join()
			for i := range 3 {
				m.append("chat.said", nil, fmt.Sprint("kept ", i))
			}
			copied := m.store.copy()
			m.append("work.marked", []peer.ID{a.id()}, "well done")
			for i := range 200 {
				m.append("chat.said", nil, fmt.Sprint("lost ", i))
			}
			if m != c.host {
				m.sync()
			}
			a.sync()
			b.sync()
			m = m.restart(copied)
			m.append("chat.said", nil, "written too early")
			for range 2 { // a branch that was found is brought back the next time
				for _, x := range slices.Backward(c.all()) { // who may not read its private words comes first
					if x != c.host {
						x.sync()
					}
				}
			}
			for _, x := range c.all() {
				if !bytes.Equal(x.j.Digest(), c.host.j.Digest()) {
					t.Error("a machine ends different")
				}
				if n := len(x.store.log(c.room, m.id())); n != 3+1+200+1 {
					t.Errorf("a machine holds %d facts", n)
				}
			}
			if got := m.bodies(m.id()); !slices.Contains(got, "well done") && m == c.host {
				t.Error("its own private word did not come back")
			}
			if lost, _ := m.store.Bodiless(t.Context(), c.room, m.id()); len(lost) > 0 && m == c.host {
				t.Errorf("%d of its bodies are still missing", len(lost))
			}
			if f := m.append("chat.said", nil, "on it goes"); f.Seq != 3+1+200+1 {
				t.Errorf("it goes on at %d", f.Seq)
			}
		})
	}
}
