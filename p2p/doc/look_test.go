package doc

import (
	"errors"
	"testing"
	"time"

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
