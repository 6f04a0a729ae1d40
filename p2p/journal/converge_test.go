package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

func TestManyJoinAtOnce(t *testing.T) {
	c := newClass(t)
	const students, facts = 15, 400
	writer := c.join()
	for i := range facts {
		if m := []*machine{c.host, writer}[i%2]; i%50 == 0 {
			m.append("post.made", nil, strings.Repeat("long ", 20000))
		} else {
			m.append("chat.said", nil, fmt.Sprint(i))
		}
	}
	writer.sync()
	var all sync.WaitGroup
	var joined []*machine
	for range students {
		joined = append(joined, c.join())
	}
	for _, m := range joined {
		all.Go(m.sync)
	}
	all.Wait()
	for i, m := range joined {
		if len(m.facts) != facts || !bytes.Equal(m.j.Digest(), c.host.j.Digest()) {
			t.Errorf("student %d has %d facts of %d", i, len(m.facts), facts)
		}
		if m.store.appends > facts/2 {
			t.Errorf("student %d wrote to its disk %d times", i, m.store.appends)
		}
	}
}

func TestRandomLossAndCutsEndEqual(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex
	chance := func(p float64) bool { mu.Lock(); defer mu.Unlock(); return rnd.Float64() < p }
	c := newClass(t)
	all := []*machine{c.host}
	for range 5 {
		all = append(all, c.join())
	}
	c.lose = func(_, _ peer.ID) bool { return chance(0.3) }
	var writers sync.WaitGroup
	for _, m := range all {
		writers.Go(func() {
			for i := range 60 {
				if m != c.host && chance(0.1) {
					m.setCut(!m.isCut())
				}
				if m != c.host && chance(0.2) {
					m.append("work.handed-in", []peer.ID{c.host.id()}, fmt.Sprint("work ", i))
				} else {
					m.append("chat.said", nil, fmt.Sprint("word ", i))
				}
			}
		})
	}
	writers.Wait()
	for _, m := range all[1:] {
		m.setCut(false)
		m.sync()
	}
	for _, m := range all[1:] {
		m.sync()
	}
	for i, m := range all {
		if !bytes.Equal(m.j.Digest(), c.host.j.Digest()) {
			t.Errorf("machine %d ends different", i)
		}
		for _, author := range all {
			checkOrder(t, m, author.id())
		}
		private := 0
		for _, f := range m.store.log(c.room, m.id()) {
			if f.Private() {
				private++
			}
		}
		m.wait("all receipts", func() bool { return len(m.receipts) == private })
	}
}

// checkOrder looks at what one machine was told of one author: in the order of Seq, but for bodies that came later.
func checkOrder(t *testing.T, m *machine, author peer.ID) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	next, late := uint64(1), map[uint64]bool{}
	for _, f := range m.facts {
		switch {
		case f.Author != author:
		case f.Seq == next:
			next++
			late[f.Seq] = f.Body == nil
		case f.Seq < next && late[f.Seq] && f.Body != nil:
			late[f.Seq] = false
		default:
			t.Errorf("%s was told %d of %s where %d should come", m.id(), f.Seq, author, next)
		}
	}
}

func TestDigestIsWeighed(t *testing.T) {
	c := newClass(t)
	j := c.host.j
	is := func(want bool, ours, theirs string) {
		t.Helper()
		if got := j.WeighDigest([]byte(ours), []byte(theirs)); got != want {
			t.Errorf("ours %q, theirs %q: sync %t, want %t", ours, theirs, got, want)
		}
	}
	is(false, "a", "a")
	is(false, "a", "b") // perhaps on its way
	is(true, "a", "b")  // it is not
	is(false, "a", "b") // a sync is under way, or did not help
	is(true, "a", "b")
	is(false, "b", "b")
	for i := range 7 {
		is(false, "a", fmt.Sprint(i)) // the room is busy
	}
	is(true, "a", "x") // too long for that
	syncs := 0
	for range 640 {
		if j.WeighDigest([]byte("mine"), []byte("never equal")) {
			syncs++
		}
	}
	if syncs < 10 || syncs > 20 {
		t.Errorf("a difference that stays was asked about %d times in 640 beats", syncs)
	}
}

func TestALostLastFactShowsInTheBeat(t *testing.T) {
	c := newClass(t)
	a := c.join()
	c.lose = func(_, _ peer.ID) bool { return true }
	c.host.append("chat.said", nil, "the last word")
	for range 2 {
		a.j.SawDigest(c.host.id(), c.host.j.Digest())
	}
	a.wait("the last word", func() bool { return len(a.facts) == 1 })
	for range 10 {
		a.j.SawDigest(c.host.id(), c.host.j.Digest())
		c.host.j.SawDigest(c.host.id(), []byte("one's own beat"))
	}
	if a.opened != 1 || c.host.opened != 0 {
		t.Errorf("%d and %d syncs, want 1 and 0", a.opened, c.host.opened)
	}
}

func TestEachReadsEverything(t *testing.T) {
	c := newClass(t)
	a := c.join()
	for i := range 300 {
		a.append("chat.said", nil, fmt.Sprint(i))
	}
	a.append("chat.said", nil, "")
	n := 0
	err := journal.Each(t.Context(), a.store, c.room, func(facts []journal.Fact) error {
		for _, f := range facts {
			if n++; f.Seq != uint64(n) || f.Body == nil {
				t.Fatalf("%d at %d", f.Seq, n)
			}
		}
		return nil
	})
	if err != nil || n != 301 {
		t.Fatalf("%d facts, %v", n, err)
	}
}

func TestAfterClose(t *testing.T) {
	c := newClass(t)
	a := c.join()
	f := a.append("chat.said", nil, "x")
	a.j.Close()
	a.j.Close()
	if _, err := a.j.Append(t.Context(), "chat.said", nil, nil); !errors.Is(err, journal.ErrClosed) {
		t.Errorf("append: %v", err)
	}
	if err := a.j.Sync(t.Context(), c.host.id()); !errors.Is(err, journal.ErrClosed) {
		t.Errorf("sync: %v", err)
	}
	a.j.HandlePubsub(c.host.id(), c.host.id(), must(wire.Marshal(journal.Sent(f, ""))))
	a.j.SawDigest(c.host.id(), []byte("x"))
}
