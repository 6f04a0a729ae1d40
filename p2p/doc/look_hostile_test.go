package doc

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// TestAHostilePeerChangesNothing: whoever was never asked, whatever they send.
func TestAHostilePeerChangesNothing(t *testing.T) {
	k := newLooking(t, "package main\n")
	k.together(t)
	eve := k.join()
	if err := eve.net.Connect(t.Context(), peer.AddrInfo{ID: k.ada.id(), Addrs: k.ada.net.Addrs()}); err != nil {
		t.Fatal(err)
	}
	before := k.code.Version()
	push := wire.LookSay{ID: "code", Push: &wire.LookPush{Epoch: before.Epoch, From: uint64(before.Version), Updates: toWire(insert(k.code.Snapshot(), 0, "evil"))}}
	dial := func() (network.Stream, *bufio.Reader) {
		s := must(eve.Open(t.Context(), k.ada.id(), wire.ProtoLook))
		s.SetReadDeadline(time.Now().Add(20 * time.Second))
		return s, bufio.NewReader(s)
	}
	// A student, who may not even look.
	s, r := dial()
	sendFrame(s, push)
	if _, err := r.ReadByte(); !errors.Is(err, network.ErrReset) {
		t.Errorf("a student's look: %v, want a reset", err)
	}
	// One who teaches, but was not let.
	k.ada.may(eve.id(), true)
	k.ada.may(k.host.id(), true)
	s, r = dial()
	for _, say := range []wire.LookSay{push, {Word: wire.LookOffer}, push, {Word: wire.LookEnd}, push} {
		if err := sendFrame(s, say); err != nil {
			t.Fatal(err)
		}
	}
	for refused := 0; refused < 3; {
		var a wire.LookAnswer
		if err := wire.ReadFrame(r, wire.MaxDocFrame, &a); err != nil {
			t.Fatal(err)
		}
		if a.Push != nil && (a.Taken || a.Push.Refused == "" || len(a.Push.Updates) > 0 || a.Push.Snapshot != nil) {
			t.Errorf("a push without leave was answered %+v", a)
		} else if a.Push != nil {
			refused++
		}
	}
	// Garbage, and documents that are nobody's business.
	for name, raw := range map[string][]byte{
		"garbage":          []byte("\x05garbage"),
		"an endless frame": {0xff, 0xff, 0xff, 0xff, 0x7f},
		"another document": frame(wire.LookSay{ID: "diary"}),
		"no document":      frame(wire.LookSay{}),
		"a huge name":      frame(wire.LookSay{ID: strings.Repeat("x", 1<<18)}),
		"a huge push":      frame(wire.LookSay{ID: "code", Push: &wire.LookPush{Epoch: "e", Updates: make([]wire.DocUpdate, 60000)}}),
	} {
		s, r := dial()
		s.Write(raw)
		if _, err := r.ReadByte(); !errors.Is(err, network.ErrReset) {
			t.Errorf("%s: %v, want a reset", name, err)
		}
	}
	if k.code.Version() != before {
		t.Error("the document was changed")
	}
	k.types(t, "honest ")
}

// TestNoOnePassesForAnother: the author is who is at the other end, whatever they say.
func TestNoOnePassesForAnother(t *testing.T) {
	k := newLooking(t, "x")
	k.together(t)
	now := k.copy.Snapshot()
	ups := insert(now, 0, "y")
	ups[0].Author, ups[0].Time, ups[0].ClientID = k.ada.id().String(), 1, "adas-page"
	if err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, ups); err != nil {
		t.Fatal(err)
	}
	got := must(k.code.Since(now.Version))[0]
	if got.Author != k.host.id().String() || got.Time == 1 || got.LocalClient(k.ada.id().String()) == "adas-page" {
		t.Errorf("the history says %+v", got)
	}
}

func TestTheNumberOfLookersIsBounded(t *testing.T) {
	k := newLooking(t, "x")
	for range maxLookers - 1 {
		other := k.join()
		k.ada.may(k.host.id(), true)
		k.ada.may(other.id(), true)
		if err := other.net.Connect(t.Context(), peer.AddrInfo{ID: k.ada.id(), Addrs: k.ada.net.Addrs()}); err != nil {
			t.Fatal(err)
		}
		must(other.looks.Begin(k.ada.id(), "code", must(NewReplica("code", k.ada.id().String()))))
	}
	eventually(t, "all are seen", func() bool { return len(k.ada.lookers.List()) == maxLookers })
	one := k.join()
	k.ada.may(one.id(), true)
	if err := one.net.Connect(t.Context(), peer.AddrInfo{ID: k.ada.id(), Addrs: k.ada.net.Addrs()}); err != nil {
		t.Fatal(err)
	}
	s := must(one.Open(t.Context(), k.ada.id(), wire.ProtoLook))
	sendFrame(s, wire.LookSay{ID: "code"})
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, network.ErrReset) {
		t.Errorf("one too many: %v, want a reset", err)
	}
	for i := range maxLooks {
		if _, err := one.looks.Begin(peer.ID(fmt.Sprint("nobody", i)), "code", k.copy); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := one.looks.Begin("one more", "code", k.copy); err == nil {
		t.Error("one machine looks at any number of documents")
	}
}

func FuzzLook(f *testing.F) {
	f.Add(must(wire.Marshal(wire.LookSay{Word: wire.LookOffer})))
	f.Add(must(wire.Marshal(wire.LookSay{Caret: &wire.LookCaret{Epoch: "e", Version: 1 << 39, Anchor: 1 << 20}})))
	f.Add(must(wire.Marshal(wire.LookSay{Push: &wire.LookPush{Epoch: "e", Updates: []wire.DocUpdate{{Changes: []byte(`[1,[0,"x"]]`)}}}})))
	f.Fuzz(func(t *testing.T, data []byte) {
		var say wire.LookSay
		if wire.Unmarshal(data, &say) != nil || say.Check() != nil {
			return
		}
		code := must(New("code", "owner", "x"))
		code.epoch = "e"
		l := must(NewLookers(LookersConfig{Document: func(string) *Authority { return code }, May: func(peer.ID) bool { return true }}))
		g := &looker{peer: "p", doc: code, state: wire.LookTogether, tell: make(chan struct{}, 1)}
		l.all["p"] = g
		c := &lookConn{looker: g}
		l.take(c, say)
		if say.Push != nil {
			if a := l.push(c, *say.Push); a.Check() != nil {
				t.Fatalf("the answer is not one: %v", a.Check())
			}
		}
		for _, one := range l.List() {
			if c := one.Caret; c != nil && (c.clamp(newText(code.Snapshot().Text).len()) != *c) {
				t.Fatalf("the caret %v stands beyond the text", c)
			}
		}
		if CheckText(code.Snapshot().Text) != nil {
			t.Fatal("not a text")
		}
	})
}
