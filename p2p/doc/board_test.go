package doc

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/network"

	"thirdspace/p2p/wire"
)

func TestTheBoardIsFollowedLive(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	board := own(t, c.host.store, "board", "package main\n")
	c.host.board.Show(board)
	for range 20 {
		typed(t, board, "😀 x\n")
	}
	board.SetCaret(Caret{3, 5})
	for _, m := range []*machine{a, b} {
		eventually(t, "the board is there", func() bool { return m.sees("board") == board.Snapshot() })
		eventually(t, "the caret is there", func() bool {
			caret, ok := m.board.followed["board"].doc.Caret()
			return ok && caret == Caret{3, 5}
		})
	}
	if n := a.opened; n > 2 {
		t.Errorf("live updates needed %d pulls", n)
	}
	typed(t, board, strings.Repeat("y\n", boardBytes/3)) // one update too large for a message
	eventually(t, "the large update is fetched", func() bool { return a.sees("board") == board.Snapshot() })
	if got, err := c.host.store.Follow(t.Context(), "board", a.id().String()); err == nil {
		t.Errorf("the host follows its own board: %v", got)
	}
}

func TestALateJoinerAndALostLastUpdate(t *testing.T) {
	c := newClass(t)
	board := own(t, c.host.store, "board", "one")
	c.host.board.Show(board)
	late := c.join()
	c.beat()
	eventually(t, "the late one has it", func() bool { return late.sees("board") == board.Snapshot() })
	c.mu.Lock()
	c.lose = func() bool { return true }
	c.mu.Unlock()
	typed(t, board, "two")
	c.beat()
	c.beat()
	eventually(t, "the lost update shows", func() bool { return late.sees("board") == board.Snapshot() })
	opened := late.opened
	for range 10 {
		c.beat()
	}
	if late.opened != opened {
		t.Error("a beat that says nothing new made a pull")
	}
}

func TestBoardRefuses(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	board := own(t, c.host.store, "board", "text")
	own(t, a.store, "mine", "my own")
	c.host.board.Show(board)
	c.beat()
	eventually(t, "the board is there", func() bool { return a.sees("board") == board.Snapshot() })
	want := a.sees("board")
	v := board.Version()
	msg := func(m wire.BoardMessage) []byte { return must(wire.Marshal(m)) }
	change := []wire.DocUpdate{{Changes: []byte(`[4,[0,"!"]]`)}}
	for name, data := range map[string][]byte{
		"nothing":        nil,
		"garbage":        []byte("garbage"),
		"too large":      make([]byte, wire.MaxPubsub+1),
		"no name":        msg(wire.BoardMessage{Epoch: "e"}),
		"no epoch":       msg(wire.BoardMessage{ID: "board"}),
		"far versions":   msg(wire.BoardMessage{ID: "board", Epoch: v.Epoch, From: 1 << 60}),
		"another author": msg(wire.BoardMessage{ID: "board", Epoch: v.Epoch, Updates: change}),
		"my own":         msg(wire.BoardMessage{ID: "mine", Epoch: "e", Updates: change}),
	} {
		if err := a.board.hear(b.id(), data); err == nil {
			t.Errorf("%s was heard", name)
		}
	}
	bad := msg(wire.BoardMessage{ID: "board", Epoch: v.Epoch, Updates: []wire.DocUpdate{{Changes: []byte(`[99]`)}}})
	if err := a.board.hear(c.host.id(), bad); !errors.Is(err, ErrChange) {
		t.Errorf("a change of another text: %v", err)
	}
	for i := range 2 * maxBoards {
		a.board.HandlePubsub(b.id(), b.id(), msg(wire.BoardMessage{ID: strings.Repeat("x", i+1), Epoch: "e"}))
	}
	if n := len(a.board.followed); n > maxBoards {
		t.Errorf("%d documents are followed", n)
	}
	typed(t, board, " goes on")
	eventually(t, "the honest go on", func() bool { return a.sees("board") == board.Snapshot() })
	if want == board.Snapshot() || own(t, a.store, "mine", "").Snapshot().Text != "my own" {
		t.Error("something was changed")
	}
}

func TestPullsAreAnsweredOrRefused(t *testing.T) {
	c := newClass(t)
	a := c.join()
	board := own(t, c.host.store, "board", "one")
	own(t, c.host.store, "private", "secret")
	c.host.board.Show(board)
	v := board.Version()
	typed(t, board, "two")
	ask := func(p wire.DocPull) (ans wire.DocAnswer, err error) {
		s, err := a.Open(t.Context(), c.host.id(), wire.ProtoDoc)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Reset()
		if err := sendFrame(s, p); err != nil {
			return ans, err
		}
		return ans, readOne(s, wire.MaxDocFrame, &ans)
	}
	if got, err := ask(wire.DocPull{ID: "board", Epoch: v.Epoch}); err != nil || len(got.Updates) != 1 || got.Snapshot != nil {
		t.Errorf("updates: %+v, %v", got, err)
	}
	for _, p := range []wire.DocPull{{ID: "board"}, {ID: "board", Epoch: "old", Version: 7}, {ID: "board", Epoch: v.Epoch, Version: 99}} {
		if got, err := ask(p); err != nil || got.Snapshot == nil || got.Snapshot.Text != "onetwo" || got.Snapshot.Version != 1 {
			t.Errorf("%+v: %+v, %v", p, got, err)
		}
	}
	for _, id := range []string{"private", "nothing"} {
		if got, err := ask(wire.DocPull{ID: id}); err != nil || got.Refused == "" || got.Snapshot != nil {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
	}
	for _, p := range []wire.DocPull{{}, {ID: strings.Repeat("x", 900)}, {ID: "board", Version: 1 << 62}} {
		if got, err := ask(p); err == nil {
			t.Errorf("%.40v was answered: %+v", p, got)
		}
	}
	c.host.board.Hide("board")
	if got, _ := ask(wire.DocPull{ID: "board"}); got.Refused == "" {
		t.Error("a hidden document was given")
	}
	// A peer that asks and does not read holds two streams and no more.
	var held []network.Stream
	for range 2 * maxPulls {
		held = append(held, must(a.Open(t.Context(), c.host.id(), wire.ProtoDoc)))
		held[len(held)-1].Write(nil)
	}
	for _, s := range held {
		s.Reset()
	}
}

// editor is a client of the authority, as a page is. Where an editor would rebase, it thinks again.
type editor struct {
	id      string
	replica *Replica
}

var bits = []string{"x", "foo()", "\n", "héé", "😀", "漢字", "a\nb\nc", "\t", ""}

// edit makes a random change on what it has, and pushes it; another may have been quicker.
func (e *editor) edit(a *Authority, rnd *rand.Rand) error {
	old := []rune(e.replica.Snapshot().Text)
	from := rnd.IntN(len(old) + 1)
	to := from
	if rnd.IntN(3) == 0 {
		to = min(len(old), from+rnd.IntN(8))
	}
	text := string(old[:from]) + bits[rnd.IntN(len(bits))] + string(old[to:])
	raw := difference(newText(string(old)).units(), newText(text).units()).json()
	v := e.replica.Version()
	err := a.Push(v.Epoch, v.Version, []Update{{ClientID: e.id, Changes: raw, Author: e.id}})
	if err != nil && !errors.Is(err, ErrStale) {
		return err
	}
	if rnd.IntN(4) > 0 || err != nil { // sometimes it stays behind
		ups, serr := a.Since(v.Version)
		if serr != nil {
			return e.replica.Reset(a.Snapshot())
		}
		if aerr := e.replica.Apply(v.Epoch, v.Version, ups); aerr != nil {
			return aerr
		}
	}
	return err
}

func TestEveryoneEndsWithTheSameText(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var mu sync.Mutex
	chance := rand.New(rand.NewPCG(seed, 0))
	c := newClass(t)
	c.lose = func() bool { mu.Lock(); defer mu.Unlock(); return chance.Float64() < 0.3 }
	followers := []*machine{c.join(), c.join(), c.join()}
	board := own(t, c.host.store, "board", "package main\n")
	c.host.board.Show(board)

	stale := edit(t, board, seed, 6, 150)
	followers = append(followers, c.join()) // late
	stale += edit(t, board, seed+1, 6, 150)
	if stale == 0 {
		t.Error("nobody was ever too late: this tests nothing")
	}

	// The host dies, and comes back with what was on its disk.
	key, disk := c.host.key, c.host.disk.copy()
	c.host.stop()
	c.start(key, disk)
	epoch := board.Version().Epoch
	board = own(t, c.host.store, "board", "not this")
	c.host.board.Show(board)
	if board.Version().Epoch == epoch || board.Version().Version == 0 {
		t.Errorf("after the restart: %+v", board.Version())
	}
	edit(t, board, seed+2, 6, 50)
	followers = append(followers, c.join())

	want := board.Snapshot()
	eventually(t, "all have the host's text", func() bool {
		c.beat()
		for _, m := range followers {
			if m.sees("board") != want {
				return false
			}
		}
		return true
	})
}

// edit lets editors push at once, and gives how often one was too late.
func edit(t *testing.T, a *Authority, seed uint64, editors, edits int) (stale int) {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	for i := range editors {
		e := &editor{id: string(rune('a' + i)), replica: must(NewReplica(a.ID(), a.Owner()))}
		if err := e.replica.Reset(a.Snapshot()); err != nil {
			t.Fatal(err)
		}
		rnd := rand.New(rand.NewPCG(seed, uint64(i)))
		all.Go(func() {
			for range edits {
				err := e.edit(a, rnd)
				if errors.Is(err, ErrStale) {
					mu.Lock()
					stale++
					mu.Unlock()
				} else if err != nil {
					t.Errorf("editor %s: %v", e.id, err)
					return
				}
			}
			ups, err := a.Since(e.replica.Version().Version)
			if err == nil {
				err = e.replica.Apply(a.Version().Epoch, e.replica.Version().Version, ups)
			}
			if err != nil && !errors.Is(err, ErrPruned) {
				t.Errorf("editor %s at the end: %v", e.id, err)
			}
		})
	}
	all.Wait()
	return stale
}

func FuzzBoard(f *testing.F) {
	f.Add(must(wire.Marshal(wire.BoardMessage{ID: "b", Epoch: "e", Updates: []wire.DocUpdate{{Changes: []byte(`[0]`)}}})))
	f.Add(must(wire.Marshal(wire.BoardMessage{ID: "b", Epoch: "e", From: 3, Caret: &wire.DocCaret{Anchor: 1 << 63, Head: 2}})))
	c := newClass(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c.host.board.hear(c.host.id(), data)
		c.host.board.mu.Lock()
		defer c.host.board.mu.Unlock()
		clear(c.host.board.followed)
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add(must(wire.Marshal(wire.DocAnswer{Snapshot: &wire.DocSnapshot{Epoch: "e", Text: "x"}, Caret: &wire.DocCaret{Anchor: 9}})))
	f.Add(must(wire.Marshal(wire.DocAnswer{Epoch: "e", Updates: []wire.DocUpdate{{Changes: []byte(`[[0,"x"]]`)}}})))
	f.Fuzz(func(t *testing.T, data []byte) {
		var a wire.DocAnswer
		if wire.Unmarshal(data, &a) != nil {
			return
		}
		r, _ := NewReplica("d", "owner")
		fl := &followed{doc: r}
		fl.take(a, true)
		if err := CheckText(r.Snapshot().Text); err != nil {
			t.Fatal(err)
		}
	})
}

func TestASnapshotThatWasOvertakenIsAskedForAgain(t *testing.T) {
	a, _ := New("d", "owner", "one")
	old := a.Snapshot()
	r, _ := NewReplica("d", "owner")
	f := &followed{doc: r}
	answer := wire.DocAnswer{Snapshot: old.wire()}
	if err := f.take(answer, false); err != nil || r.Snapshot() != old {
		t.Fatalf("%+v, %v", r.Snapshot(), err)
	}
	typed(t, a, "two")
	ups, _ := a.Since(0)
	if err := r.Apply(old.Epoch, 0, ups); err != nil {
		t.Fatal(err)
	}
	if err := f.take(answer, false); err != nil || r.Snapshot() != a.Snapshot() {
		t.Errorf("an old snapshot: %+v, %v", r.Snapshot(), err)
	}
	if err := f.take(answer, true); !errors.Is(err, ErrGap) || r.Snapshot() != old {
		t.Errorf("an old snapshot for a copy that is not trusted: %+v, %v", r.Snapshot(), err)
	}
}
