package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// holds is what the host has of a student's document.
func (m *machine) holds(from peer.ID, id string) ReplicaState {
	for _, s := range m.recv.States()[from] {
		if s.ID == id {
			return s
		}
	}
	return ReplicaState{}
}

func (m *machine) mirrors(from *Authority, owner peer.ID) func() bool {
	return func() bool {
		s, now := m.holds(owner, from.ID()), from.Snapshot()
		return s.Text == now.Text && s.Version == now.Version && s.Epoch == now.Epoch
	}
}

func TestTheHostSeesWhatIsTyped(t *testing.T) {
	c := newClass(t)
	a := c.join()
	code := own(t, a.store, "main.go", "package main\n")
	a.send.Add(code)
	for range 10 {
		typed(t, code, "x")
	}
	a.send.Up()
	eventually(t, "the host has it", c.host.mirrors(code, a.id()))
	for i := range 200 {
		typed(t, code, []string{"😀", "y\n"}[i%2])
	}
	code.SetCaret(Caret{2, 7})
	eventually(t, "the host has the rest", c.host.mirrors(code, a.id()))
	eventually(t, "and the caret", func() bool {
		s := c.host.holds(a.id(), "main.go")
		return s.Caret != nil && *s.Caret == Caret{2, 7}
	})
	second := own(t, a.store, "other.go", "more")
	a.send.Add(second)
	eventually(t, "the host has the second", c.host.mirrors(second, a.id()))
	c.host.mu.Lock()
	defer c.host.mu.Unlock()
	last := 0
	for _, s := range c.host.changes {
		if s.ID == "main.go" && s.Version < last {
			t.Errorf("told of version %d after %d", s.Version, last)
		} else if s.ID == "main.go" {
			last = s.Version
		}
	}
	if last != 210 {
		t.Errorf("told up to version %d", last)
	}
}

func TestTheMirrorGoesOnAfterABreak(t *testing.T) {
	c := newClass(t)
	a := c.join()
	code := own(t, a.store, "main.go", strings.Repeat("line\n", 1000))
	a.send.Add(code)
	a.send.Up()
	eventually(t, "the host has it", c.host.mirrors(code, a.id()))

	// The connection breaks; the student types on, and it goes on from what the host has.
	a.net.Network().ClosePeer(c.host.id())
	for range 50 {
		typed(t, code, "x")
	}
	a.connect(c.host)
	a.send.Up()
	eventually(t, "it goes on", c.host.mirrors(code, a.id()))

	// The host starts again: it has the last code known before the student is back.
	want := code.Snapshot()
	if err := c.host.store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	key, disk := c.host.key, c.host.disk.copy()
	c.host.stop()
	typed(t, code, "typed alone")
	c.mu.Lock()
	delete(c.all, a.id()) // not connected yet
	c.mu.Unlock()
	c.start(key, disk)
	if s := c.host.holds(a.id(), "main.go"); s.Text != want.Text || s.Version != want.Version {
		t.Fatalf("after the restart: version %d, %d bytes", s.Version, len(s.Text))
	}
	a.connect(c.host)
	a.send.Up()
	eventually(t, "it goes on with the new host", c.host.mirrors(code, a.id()))

	// The student's program starts again: another epoch, sent whole.
	akey, adisk := a.key, a.disk
	a.stop()
	a = c.start(akey, adisk)
	code = own(t, a.store, "main.go", "not this")
	typed(t, code, "after")
	a.send.Add(code)
	a.send.Up()
	eventually(t, "the new life is taken", c.host.mirrors(code, a.id()))
}

// dial opens a mirror's stream by hand.
func (m *machine) dial(t *testing.T) (send func(wire.MirrorUpdate) (wire.MirrorAck, error), s network.Stream) {
	t.Helper()
	s = must(m.Open(t.Context(), m.HostID(), wire.ProtoMirror))
	t.Cleanup(func() { s.Reset() })
	r := bufio.NewReader(s)
	return func(u wire.MirrorUpdate) (ack wire.MirrorAck, err error) {
		if err := sendFrame(s, u); err != nil {
			return ack, err
		}
		s.SetReadDeadline(time.Now().Add(20 * time.Second))
		return ack, wire.ReadFrame(r, maxAckFrame, &ack)
	}, s
}

func TestTheReceiverBoundsWhatItTakes(t *testing.T) {
	c := newClass(t)
	a := c.join()
	send, _ := a.dial(t)
	snap := func(n int) *wire.DocSnapshot {
		return &wire.DocSnapshot{Epoch: "e", Version: 1, Text: strings.Repeat("x", n)}
	}
	if ack, err := send(wire.MirrorUpdate{ID: "d0", Snapshot: snap(MaxText)}); err != nil || ack.Version != 1 || ack.Refused != "" {
		t.Fatalf("%+v, %v", ack, err)
	}
	if ack, err := send(wire.MirrorUpdate{ID: "d1", Snapshot: snap(MaxText - 10)}); err != nil || ack.Refused != "" {
		t.Fatalf("%+v, %v", ack, err)
	}
	if ack, _ := send(wire.MirrorUpdate{ID: "d2", Snapshot: snap(100)}); ack.Refused == "" {
		t.Error("more text than is allowed was taken")
	}
	if ack, err := send(wire.MirrorUpdate{ID: "d0", Snapshot: snap(3)}); err != nil || ack.Refused != "" {
		t.Errorf("a text made shorter: %+v, %v", ack, err)
	}
	for i := range 2 * maxMirrored {
		ack, err := send(wire.MirrorUpdate{ID: fmt.Sprint("d", i), Snapshot: snap(1)})
		if err != nil || (ack.Refused == "") != (i < maxMirrored) {
			t.Fatalf("document %d: %+v, %v", i, ack, err)
		}
	}
	if ack, err := send(wire.MirrorUpdate{ID: strings.Repeat("x", maxMirroredID+1), Snapshot: snap(1)}); err != nil || ack.Refused == "" {
		t.Errorf("a long name: %+v, %v", ack, err)
	}
	if n := len(c.host.recv.States()[a.id()]); n != maxMirrored {
		t.Errorf("%d documents are held", n)
	}
}

func TestTheReceiverAnswersWhatItHas(t *testing.T) {
	c := newClass(t)
	a := c.join()
	send, _ := a.dial(t)
	up := func(raw string) []wire.DocUpdate { return []wire.DocUpdate{{Changes: []byte(raw)}} }
	for i, step := range []struct {
		u    wire.MirrorUpdate
		want Version
	}{
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 5}, Version{}},
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 5, Updates: up(`[3]`)}, Version{}},
		{wire.MirrorUpdate{ID: "d", Snapshot: &wire.DocSnapshot{Epoch: "e", Version: 5, Text: "abc"}}, Version{"e", 5}},
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 5, Updates: up(`[3,[0,"d"]]`)}, Version{"e", 6}},
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 5, Updates: up(`[3,[0,"d"]]`)}, Version{"e", 6}},
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 9, Updates: up(`[4]`)}, Version{"e", 6}},
		{wire.MirrorUpdate{ID: "d", Epoch: "f", From: 6, Updates: up(`[4]`)}, Version{"e", 6}},
		{wire.MirrorUpdate{ID: "d", Epoch: "e", From: 6, Updates: up(`[99]`)}, Version{}},
		{wire.MirrorUpdate{ID: "d", Snapshot: &wire.DocSnapshot{Epoch: "f", Version: 1, Text: "a\r\n"}}, Version{}},
	} {
		ack, err := send(step.u)
		if err != nil || ack.Refused != "" || (Version{ack.Epoch, int(ack.Version)}) != step.want {
			t.Errorf("step %d: %+v, %v; want %+v", i, ack, err, step.want)
		}
	}
	if s := c.host.holds(a.id(), "d"); s.Text != "abcd" {
		t.Errorf("%+v", s)
	}
}

func TestTheReceiverEndsBadStreams(t *testing.T) {
	c := newClass(t)
	a, honest := c.join(), c.join()
	for name, raw := range map[string][]byte{
		"garbage":          []byte("\x05garbage"),
		"an endless frame": {0xff, 0xff, 0xff, 0xff, 0x7f},
		"no name":          frame(wire.MirrorUpdate{Epoch: "e"}),
		"both":             frame(wire.MirrorUpdate{ID: "d", Epoch: "e", Updates: []wire.DocUpdate{{Changes: []byte("[]")}}, Snapshot: &wire.DocSnapshot{Epoch: "e"}}),
		"too long a text":  frame(wire.MirrorUpdate{ID: "d", Snapshot: &wire.DocSnapshot{Epoch: "e", Text: strings.Repeat("x", MaxText+1)}}),
		"a million":        frame(wire.MirrorUpdate{ID: "d", Epoch: "e", Updates: make([]wire.DocUpdate, 60000)}),
	} {
		_, s := a.dial(t)
		s.Write(raw)
		s.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := s.Read(make([]byte, 1)); !errors.Is(err, network.ErrReset) {
			t.Errorf("%s: %v, want a reset", name, err)
		}
	}
	code := own(t, honest.store, "main.go", "package main")
	honest.send.Add(code)
	honest.send.Up()
	eventually(t, "the honest go on", c.host.mirrors(code, honest.id()))
}

func frame(v any) []byte {
	var b strings.Builder
	if err := wire.WriteFrame(&b, wire.MaxDocFrame, v); err != nil {
		panic(err)
	}
	return []byte(b.String())
}

func TestANewerStreamEndsAnOlder(t *testing.T) {
	c := newClass(t)
	a := c.join()
	old, s := a.dial(t)
	if _, err := old(wire.MirrorUpdate{ID: "d", Epoch: "e"}); err != nil {
		t.Fatal(err)
	}
	fresh, _ := a.dial(t)
	if _, err := fresh(wire.MirrorUpdate{ID: "d", Epoch: "e"}); err != nil {
		t.Fatal(err)
	}
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, network.ErrReset) {
		t.Errorf("the older stream: %v", err)
	}
}

// TestAHostThatNeverTakesIsLeftAlone: the sender does not send the same for ever.
func TestAHostThatNeverTakesIsLeftAlone(t *testing.T) {
	c := newClass(t)
	a := c.join()
	got := make(chan wire.MirrorUpdate, 100)
	c.host.net.SetStreamHandler(wire.ProtoMirror, func(s network.Stream) {
		defer s.Reset()
		r := bufio.NewReader(s)
		for {
			var u wire.MirrorUpdate
			if wire.ReadFrame(r, wire.MaxDocFrame, &u) != nil || sendFrame(s, wire.MirrorAck{ID: u.ID}) != nil {
				return
			}
			got <- u
		}
	})
	code := own(t, a.store, "main.go", "x")
	quiet := own(t, a.store, "quiet.go", "x")
	a.send.Add(code)
	a.send.Add(quiet)
	a.send.Up()
	snapshots := 0
	for i := 0; i < 2*(maxStuck+1); i++ {
		if u := <-got; u.Snapshot != nil {
			snapshots++
		}
	}
	for range 20 {
		typed(t, code, "y")
	}
	if snapshots != 2*maxStuck || len(got) != 0 {
		t.Errorf("%d snapshots, %d more messages", snapshots, len(got))
	}
}

func FuzzMirror(f *testing.F) {
	f.Add(must(wire.Marshal(wire.MirrorUpdate{ID: "d", Snapshot: &wire.DocSnapshot{Epoch: "e", Text: "x"}})))
	f.Add(must(wire.Marshal(wire.MirrorUpdate{ID: "d", Epoch: "e", Updates: []wire.DocUpdate{{Changes: []byte(`[1]`)}}, Caret: &wire.DocCaret{Head: 1 << 50}})))
	c := newClass(f)
	id := must(peer.IDFromPrivateKey(newKey(f)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var u wire.MirrorUpdate
		if wire.Unmarshal(data, &u) != nil || u.Check() != nil {
			return
		}
		p := &mirrorPeer{id: id, docs: make(map[string]*Replica)}
		ack, changed := c.host.recv.take(context.Background(), p, u)
		if err := ack.Check(); err != nil {
			t.Fatalf("the answer is not one: %v", err)
		}
		if changed != nil && CheckText(changed.Snapshot().Text) != nil {
			t.Fatal("not a text")
		}
	})
}
