package doc

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// looking is a student, Ada, with a document that the host looks at.
type looking struct {
	*class
	ada  *machine
	code *Authority
	copy *Replica // the host's
}

func newLooking(t testing.TB, text string) *looking {
	t.Helper()
	c := newClass(t)
	k := &looking{class: c, ada: c.join()}
	k.code = own(t, k.ada.store, "code", text)
	k.ada.open(k.code)
	eventually(t, "the host has the code", c.host.mirrors(k.code, k.ada.id()))
	k.copy = must(c.host.store.Follow(t.Context(), k.ada.id().String()+"/code", k.ada.id().String()))
	k.begin(t)
	return k
}

func (k *looking) begin(t testing.TB) {
	t.Helper()
	if _, err := k.host.looks.Begin(k.ada.id(), "code", k.copy); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the student sees that the teacher looks", func() bool { return k.seen().Here })
}

// seen is what Ada sees of the host; the zero Looker where she sees nobody.
func (k *looking) seen() Looker {
	for _, l := range k.ada.lookers.List() {
		if l.Peer == k.host.id() {
			return l
		}
	}
	return Looker{}
}

func (k *looking) stands(state string) func() bool {
	return func() bool { now := k.host.looks.Now(k.ada.id()); return now.State == state && now.Here }
}

// together has the host offer and Ada accept.
func (k *looking) together(t testing.TB) {
	t.Helper()
	eventually(t, "the host may offer", k.stands(wire.LookLooking))
	if err := k.host.looks.Offer(k.ada.id()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the offer is there", func() bool { return k.seen().State == wire.LookOffered })
	if err := k.ada.lookers.Accept(k.host.id()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the host may edit", k.stands(wire.LookTogether))
}

// insert makes one change of a text.
func insert(s Snapshot, at int, text string) []Update {
	old, ins := newText(s.Text), newText(text)
	c := change{sections: []section{{keep: at}, {ins: ins.units()}, {keep: old.len() - at}}}
	return []Update{{ClientID: "page", Changes: c.json()}}
}

// types has the host push one change, rebased by doing it anew on the newest text until it is taken.
func (k *looking) types(t testing.TB, text string) {
	t.Helper()
	eventually(t, "what the host typed is taken", func() bool {
		now := k.copy.Snapshot()
		err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, text))
		if err != nil && !errors.Is(err, ErrStale) && !errors.Is(err, ErrEpoch) && !errors.Is(err, ErrNotHere) {
			t.Fatal(err)
		}
		return err == nil
	})
}

func TestAStudentSeesThatATeacherLooks(t *testing.T) {
	k := newLooking(t, "package main\n")
	if s := k.seen(); s.ID != "code" || s.State != wire.LookLooking || s.Caret != nil {
		t.Errorf("%+v", s)
	}
	k.host.looks.SetCaret(k.ada.id(), k.copy.Version(), Caret{1, 2})
	k.host.looks.Leave(k.ada.id())
	eventually(t, "the teacher has looked away", func() bool { return len(k.ada.lookers.List()) == 0 })
	k.begin(t)
	k.host.net.Network().ClosePeer(k.ada.id())
	eventually(t, "the link is lost", func() bool { return !k.host.looks.Now(k.ada.id()).Here })
	eventually(t, "and nobody is seen any more", func() bool { return len(k.ada.lookers.List()) == 0 })
	k.ada.connect(k.host)
	eventually(t, "the look goes on by itself", func() bool { return k.seen().Here })
}

func TestALookThatIsSilentIsOver(t *testing.T) {
	c := newClass(t)
	a := c.join()
	code := own(t, a.store, "code", "x")
	a.open(code)
	a.lookers.cfg.Patience = 100 * time.Millisecond
	s := must(c.host.Open(t.Context(), a.id(), wire.ProtoLook))
	defer s.Reset()
	if err := sendFrame(s, wire.LookSay{ID: "code"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the look is seen", func() bool { return len(a.lookers.List()) == 1 })
	eventually(t, "and is over when nothing more is said", func() bool { return len(a.lookers.List()) == 0 })
}

func TestALookThatIsNotRenewedIsOver(t *testing.T) {
	k := newLooking(t, "x")
	k.host.looks.mu.Lock()
	k.host.looks.cfg.Lease = 0
	k.host.looks.mu.Unlock()
	k.begin(t)
	eventually(t, "it is over", func() bool { return len(k.ada.lookers.List()) == 0 })
	k.host.looks.mu.Lock()
	k.host.looks.cfg.Lease = time.Hour
	k.host.looks.mu.Unlock()
	k.begin(t)
}

func TestEditingTogether(t *testing.T) {
	k := newLooking(t, "package main\n")
	now := k.copy.Snapshot()
	if err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, "// ")); !errors.Is(err, ErrNotLet) {
		t.Errorf("without an offer: %v", err)
	}
	k.together(t)
	k.types(t, "// 😀 hi\n")
	if got := k.code.Snapshot().Text; got != "// 😀 hi\npackage main\n" {
		t.Errorf("%q", got)
	}
	if got := k.copy.Snapshot(); got.Text != k.code.Snapshot().Text {
		t.Errorf("the copy has %q when the push returns", got.Text)
	}
	ups := must(k.code.Since(0))
	host := k.host.id().String()
	if len(ups) != 1 || ups[0].Author != host || ups[0].ClientID != host+"/page" || ups[0].LocalClient(host) != "page" || ups[0].LocalClient("other") != host+"/page" {
		t.Errorf("the history says %+v", ups)
	}
	// What comes back from the mirror is the same, and the copy can tell a page what it missed.
	eventually(t, "the mirror agrees", k.host.mirrors(k.code, k.ada.id()))
	if ups := must(k.copy.Since(0)); len(ups) != 1 || ups[0].ClientID != host+"/page" {
		t.Errorf("the copy's past is %+v", ups)
	}
	// A change on a version that is gone is refused, and brings what is missing.
	old := now
	typed(t, k.code, "Ada\n")
	if err := k.host.looks.Push(t.Context(), k.ada.id(), old.Epoch, old.Version, insert(old, 0, "late")); !errors.Is(err, ErrStale) {
		t.Errorf("a late push: %v", err)
	}
	if k.copy.Version() != k.code.Version() {
		t.Error("the refusal did not bring what is missing")
	}
	if err := k.host.looks.Push(t.Context(), k.ada.id(), old.Epoch, k.copy.Version().Version, insert(old, 0, "nonsense")); !errors.Is(err, ErrNotLet) {
		t.Errorf("a change that fits nothing: %v", err)
	}
	if err := k.ada.lookers.End(k.host.id()); err != nil {
		t.Fatal(err)
	}
	now = k.copy.Snapshot()
	if err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, "more")); !errors.Is(err, ErrNotLet) {
		t.Errorf("after the end: %v", err)
	}
	eventually(t, "the host hears of the end", k.stands(wire.LookEnded))
}

func TestAnOfferIsAnsweredAndTakenBack(t *testing.T) {
	k := newLooking(t, "x")
	eventually(t, "the host may offer", k.stands(wire.LookLooking))
	if err := k.ada.lookers.Accept(k.host.id()); !errors.Is(err, ErrNotAsked) {
		t.Errorf("accepted what was not offered: %v", err)
	}
	offer := func() {
		t.Helper()
		if err := k.host.looks.Offer(k.ada.id()); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the offer is there", func() bool { return k.seen().State == wire.LookOffered })
	}
	offer()
	if err := k.ada.lookers.Decline(k.host.id()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is declined", k.stands(wire.LookDeclined))
	offer()
	if err := k.host.looks.End(k.ada.id()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is taken back", func() bool { return k.seen().State == wire.LookLooking })
	if err := k.ada.lookers.Accept(k.host.id()); !errors.Is(err, ErrNotAsked) {
		t.Errorf("accepted what was taken back: %v", err)
	}
	k.together(t)
	k.host.looks.Leave(k.ada.id())
	eventually(t, "looking away ends it", func() bool { return len(k.ada.lookers.List()) == 0 })
	k.begin(t)
	if s := k.seen().State; s != wire.LookLooking {
		t.Errorf("it stands at %q after looking away", s)
	}
}

func TestCaretsAreCarriedThroughChanges(t *testing.T) {
	k := newLooking(t, "one two\n")
	k.together(t)
	old := k.copy.Version()
	typed(t, k.code, "x") // at the end
	k.host.looks.Push(t.Context(), k.ada.id(), old.Epoch, old.Version, nil)
	k.types(t, "// ")
	k.code.SetCaretAt(old, Caret{4, 7})
	if c, _ := k.code.Caret(); c != (Caret{7, 10}) {
		t.Errorf("the student's caret stands at %v", c)
	}
	k.host.looks.SetCaret(k.ada.id(), old, Caret{4, 4})
	eventually(t, "the host's caret is seen where it stands now", func() bool {
		s := k.seen()
		return s.Caret != nil && *s.Caret == Caret{7, 7} && s.At == k.code.Version()
	})
	eventually(t, "and the student's by the host", func() bool {
		c, ok := k.copy.Caret()
		return ok && c == Caret{7, 10}
	})
	k.types(t, "___")
	eventually(t, "both are carried on", func() bool {
		c, ok := k.copy.Caret()
		s := k.seen()
		return ok && c == Caret{10, 13} && s.Caret != nil && *s.Caret == Caret{10, 10}
	})
}

func TestALostLinkPausesEditingTogether(t *testing.T) {
	k := newLooking(t, "")
	k.together(t)
	k.types(t, "a")
	k.host.net.Network().ClosePeer(k.ada.id())
	eventually(t, "the student sees that the teacher is waited for", func() bool { s := k.seen(); return s.State == wire.LookTogether && !s.Here })
	eventually(t, "the teacher's pen pauses", func() bool { return !k.host.looks.Now(k.ada.id()).Here })
	now := k.copy.Snapshot()
	if err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, "lost")); !errors.Is(err, ErrNotHere) {
		t.Errorf("a push without a link: %v", err)
	}
	typed(t, k.code, "b")
	k.ada.connect(k.host)
	k.ada.send.Up()
	eventually(t, "they go on", k.stands(wire.LookTogether))
	k.types(t, "c")
	if got := k.code.Snapshot().Text; got != "cab" && got != "cba" {
		t.Errorf("%q", got)
	}
	// The student ends it while the link is lost.
	k.host.net.Network().ClosePeer(k.ada.id())
	eventually(t, "the link is lost", func() bool { return !k.seen().Here })
	if err := k.ada.lookers.End(k.host.id()); err != nil {
		t.Fatal(err)
	}
	k.ada.connect(k.host)
	eventually(t, "the teacher looks, and may edit no more", k.stands(wire.LookLooking))
}

func TestSomeoneRemovedIsGoneAndRefused(t *testing.T) {
	k := newLooking(t, "x")
	k.together(t)
	k.ada.may(k.host.id(), false)
	now := k.copy.Snapshot()
	if err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, "no")); !errors.Is(err, ErrNotLet) {
		t.Errorf("a removed peer's push: %v", err)
	}
	k.ada.lookers.Review()
	if l := k.ada.lookers.List(); len(l) != 0 {
		t.Errorf("%+v is still shown", l)
	}
	k.ada.may(k.host.id(), true)
	eventually(t, "let back in, they look and may not edit", k.stands(wire.LookLooking))
}

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

// TestEditingTogetherConverges has both type at once while connections are cut at random moments: what came by the mirror,
// by answers and after a break in any order is one text in the end, in which everything typed stands once.
func TestEditingTogetherConverges(t *testing.T) {
	const pieces = 80
	k := newLooking(t, "")
	k.together(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	cuts, end := make(chan struct{}), make(chan struct{})
	var typing, cutting sync.WaitGroup
	typing.Go(func() {
		for i := range pieces {
			for {
				now := k.code.Snapshot()
				ups := insert(now, len(now.Text)/2, fmt.Sprintf("<a%d>", i))
				ups[0].Author = k.ada.id().String()
				if k.code.Push(now.Epoch, now.Version, ups) == nil {
					break
				}
			}
			if i%20 == 19 {
				cuts <- struct{}{}
			}
		}
	})
	typing.Go(func() {
		for i := range pieces {
			k.typesOnce(t, fmt.Sprintf("<h%d>", i))
		}
	})
	cutting.Go(func() {
		for {
			select {
			case <-cuts:
				from, to := k.host, k.ada
				if rnd.IntN(2) == 0 {
					from, to = to, from
				}
				from.net.Network().ClosePeer(to.id())
				k.ada.connect(k.host)
				k.ada.send.Up()
			case <-end:
				return
			}
		}
	})
	typing.Wait()
	close(end)
	cutting.Wait()
	eventually(t, "both have one text", k.host.mirrors(k.code, k.ada.id()))
	text := k.code.Snapshot().Text
	for i := range pieces {
		for _, piece := range []string{fmt.Sprintf("<a%d>", i), fmt.Sprintf("<h%d>", i)} {
			if n := countPiece(text, piece); n != 1 {
				t.Errorf("%s stands %d times", piece, n)
			}
		}
	}
	for _, u := range must(k.code.Since(0)) {
		if by := u.Author == k.host.id().String(); by != strings.Contains(string(u.Changes), "<h") {
			t.Errorf("%s is said to be by %s", u.Changes, u.Author)
		}
	}
}

// countPiece counts the pieces of that name: others may have been typed into the middle of one, so it looks at the marks of
// its end as well.
func countPiece(text, piece string) int {
	n, depth := 0, []string{}
	for _, r := range text {
		switch {
		case r == '<':
			depth = append(depth, "<")
		case r == '>' && len(depth) > 0:
			if depth[len(depth)-1]+">" == piece {
				n++
			}
			depth = depth[:len(depth)-1]
		case len(depth) > 0:
			depth[len(depth)-1] += string(r)
		}
	}
	return n
}

// typesOnce types as a page does: where no answer came, it looks whether what it typed has been taken before it types it
// again.
func (k *looking) typesOnce(t testing.TB, text string) {
	eventually(t, text+" is taken", func() bool {
		now := k.copy.Snapshot()
		if countPiece(now.Text, text) > 0 {
			return true
		}
		err := k.host.looks.Push(t.Context(), k.ada.id(), now.Epoch, now.Version, insert(now, 0, text))
		if err != nil && !errors.Is(err, ErrStale) && !errors.Is(err, ErrEpoch) && !errors.Is(err, ErrNotHere) {
			t.Error(text, err)
		}
		if errors.Is(err, ErrNotHere) {
			// The owner may have taken it: the mirror brings the copy to where the owner is.
			eventually(t, "the copy is where the owner was", k.caughtUp(k.code.Version()))
		}
		return err == nil
	})
}

func (k *looking) caughtUp(to Version) func() bool {
	return func() bool { v := k.copy.Version(); return v.Epoch == to.Epoch && v.Version >= to.Version }
}
