package journal_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

// attacker speaks to the host by hand, as a member.
type attacker struct {
	*machine
	s network.Stream
	r *bufio.Reader
}

func (c *class) attack(m *machine) *attacker {
	c.t.Helper()
	s := must(m.net.NewStream(context.Background(), c.host.id(), wire.ProtoJournal))
	s.SetDeadline(time.Now().Add(20 * time.Second))
	return &attacker{machine: m, s: s, r: bufio.NewReader(s)}
}

func (a *attacker) send(m wire.JournalMessage) error { return wire.WriteFrame(a.s, wire.MaxFrame, m) }

func (a *attacker) hello() error {
	return a.send(wire.JournalMessage{Hello: &wire.JournalHello{Version: wire.Version, Room: a.class.room}})
}

// ended reads until the host ends the stream, and gives what it said last.
func (a *attacker) ended() error {
	for {
		var m wire.JournalMessage
		if err := wire.ReadFrame(a.r, wire.MaxFrame, &m); err != nil {
			return err
		}
		if m.Refused != "" {
			return errors.New(m.Refused)
		}
	}
}

// forge makes a fact of a device, changed by f before it is signed.
func (c *class) forge(d *identity.Device, body string, f func(*journal.Header)) wire.Fact {
	h := journal.Header{Version: wire.Version, Room: c.room, Author: d.ID(), Seq: 1, Lamport: 1, Kind: "chat.said"}
	if f != nil {
		f(&h)
	}
	return journal.Sent(must(journal.Seal(d, h, []byte(body))), "")
}

func TestForgedFactsAreRefused(t *testing.T) {
	c := newClass(t)
	a, victim := newDevice(t), newDevice(t)
	good := c.forge(a, "hello", nil)
	if _, err := journal.Unseal(c.room, c.host.id(), good); err != nil {
		t.Fatal(err)
	}
	header := func(f func(*wire.FactHeader)) wire.Fact { // signed by a, whatever it says
		h := must(wire.DecodeFactHeader(good.Header))
		f(&h)
		raw := must(wire.Marshal(h))
		return wire.Fact{Header: raw, Sig: must(a.Sign("fact", raw)), Body: good.Body}
	}
	with := func(f func(*wire.Fact)) wire.Fact { w := good; f(&w); return w }
	padded := append([]byte{}, good.Header...)
	padded[0] = 0xb9 // the same map with its length in three bytes
	padded = append([]byte{0xb9, 0, good.Header[0] & 0x1f}, padded[1:]...)
	for name, w := range map[string]wire.Fact{
		"no header":          with(func(w *wire.Fact) { w.Header = nil }),
		"no signature":       with(func(w *wire.Fact) { w.Sig = nil }),
		"other signature":    with(func(w *wire.Fact) { w.Sig = must(a.Sign("receipt", w.Header)) }),
		"other body":         with(func(w *wire.Fact) { w.Body = []byte("hellO") }),
		"longer body":        with(func(w *wire.Fact) { w.Body = []byte("hello!") }),
		"huge header":        with(func(w *wire.Fact) { w.Header = make([]byte, wire.MaxFactHeader+1) }),
		"another encoding":   with(func(w *wire.Fact) { w.Header, w.Sig = padded, must(a.Sign("fact", padded)) }),
		"another's name":     header(func(h *wire.FactHeader) { h.Author = victim.ID() }),
		"no author":          header(func(h *wire.FactHeader) { h.Author = "" }),
		"another room":       header(func(h *wire.FactHeader) { h.Room = wire.NewRoomID() }),
		"another version":    header(func(h *wire.FactHeader) { h.Version = 9 }),
		"number zero":        header(func(h *wire.FactHeader) { h.Seq = 0 }),
		"a far number":       header(func(h *wire.FactHeader) { h.Seq = 1 << 40 }),
		"one before it":      header(func(h *wire.FactHeader) { h.Prev[3] = 1 }),
		"no clock":           header(func(h *wire.FactHeader) { h.Lamport = 0 }),
		"a stolen clock":     header(func(h *wire.FactHeader) { h.Lamport = 1 << 63 }),
		"an odd kind":        header(func(h *wire.FactHeader) { h.Kind = "A B" }),
		"a huge body":        header(func(h *wire.FactHeader) { h.BodySize = 1 << 31 }),
		"readers unsorted":   header(func(h *wire.FactHeader) { h.Audience = []peer.ID{victim.ID(), victim.ID()} }),
		"an unreal reader":   header(func(h *wire.FactHeader) { h.Audience = []peer.ID{"x"} }),
		"its author reading": header(func(h *wire.FactHeader) { h.Audience = []peer.ID{a.ID()} }),
		"too many readers":   header(func(h *wire.FactHeader) { h.Audience = make([]peer.ID, 40) }),
	} {
		if f, err := journal.Unseal(c.room, c.host.id(), w); !errors.Is(err, wire.ErrFact) {
			t.Errorf("%s: %+v, %v", name, f.Header, err)
		}
	}
	for name, msg := range map[string][]byte{
		"nothing": nil, "garbage": []byte("garbage"), "too large": make([]byte, wire.MaxPubsub+1),
		"passed off": must(wire.Marshal(good)), // published by the victim
	} {
		c.host.j.HandlePubsub(victim.ID(), victim.ID(), msg)
		c.host.append("chat.said", nil, "after "+name)
	}
	if n := len(c.host.j.Heads()); n != 1 {
		t.Errorf("%d logs after forgeries", n)
	}
}

func TestAPrivateBodyThatIsNotOursIsDropped(t *testing.T) {
	c := newClass(t)
	a, reader, spy := newDevice(t), newDevice(t), newDevice(t)
	f := must(journal.Seal(a, journal.Header{Version: wire.Version, Room: c.room, Author: a.ID(), Seq: 1, Lamport: 1,
		Kind: "work.handed-in", Audience: []peer.ID{reader.ID()}}, []byte("secret")))
	leak := wire.Fact{Header: f.Raw, Sig: f.Sig, Body: f.Body}
	for who, want := range map[*identity.Device]string{spy: "", reader: "secret", a: "secret"} {
		got, err := journal.Unseal(c.room, who.ID(), leak)
		if err != nil || string(got.Body) != want {
			t.Errorf("%q, %v, want %q", got.Body, err, want)
		}
		if w := journal.Sent(f, who.ID()); string(w.Body) != want {
			t.Errorf("sent %q, want %q", w.Body, want)
		}
	}
}

func TestBadStreamsEndAndTheHonestGoOn(t *testing.T) {
	c := newClass(t)
	m, honest := c.join(), c.join()
	stranger := newDevice(t)
	heads := func(n int) []wire.JournalHead {
		all := make([]wire.JournalHead, n)
		for i := range all {
			all[i] = wire.JournalHead{Author: m.id(), Seq: 1}
		}
		return all
	}
	hello := func(f func(*wire.JournalHello)) func(*attacker) error {
		return func(a *attacker) error {
			h := &wire.JournalHello{Version: wire.Version, Room: c.room}
			f(h)
			return a.send(wire.JournalMessage{Hello: h})
		}
	}
	facts := func(all ...wire.Fact) func(*attacker) error {
		return func(a *attacker) error { return errors.Join(a.hello(), a.send(wire.JournalMessage{Facts: all})) }
	}
	good := c.forge(m.device, "first", nil)
	always := func(a *attacker) error {
		batch := make([]wire.Fact, wire.MaxFacts)
		for i := range batch {
			batch[i] = c.forge(stranger, "not a member's", nil)
		}
		a.hello()
		for range 40 {
			if a.send(wire.JournalMessage{Facts: batch}) != nil {
				return nil // it has been enough
			}
		}
		return nil
	}
	attacks := map[string]func(*attacker) error{
		"garbage":             func(a *attacker) error { _, err := a.s.Write([]byte("\x07garbage")); return err },
		"a frame without end": func(a *attacker) error { _, err := a.s.Write(binary.AppendUvarint(nil, 1<<40)); return err },
		"facts first":         func(a *attacker) error { return a.send(wire.JournalMessage{Facts: []wire.Fact{good}}) },
		"hello twice":         func(a *attacker) error { return errors.Join(a.hello(), a.hello()) },
		"two things at once": func(a *attacker) error {
			return errors.Join(a.hello(), a.send(wire.JournalMessage{End: true, Facts: []wire.Fact{good}}))
		},
		"nothing at all":  func(a *attacker) error { return errors.Join(a.hello(), a.send(wire.JournalMessage{})) },
		"another room":    hello(func(h *wire.JournalHello) { h.Room = wire.NewRoomID() }),
		"another version": hello(func(h *wire.JournalHello) { h.Version = 7 }),
		"too many logs":   hello(func(h *wire.JournalHello) { h.Heads = heads(wire.MaxHeads + 1) }),
		"one log twice":   hello(func(h *wire.JournalHello) { h.Heads = heads(2) }),
		"too many facts":  facts(make([]wire.Fact, wire.MaxFacts+1)...),
		"a forged fact":   facts(wire.Fact{Header: good.Header, Sig: make([]byte, 64), Body: good.Body}),
		"another body":    facts(wire.Fact{Header: good.Header, Sig: good.Sig, Body: []byte("other")}),
		"facts after the end": func(a *attacker) error {
			return errors.Join(a.hello(), a.send(wire.JournalMessage{End: true}), a.send(wire.JournalMessage{Facts: []wire.Fact{good}}))
		},
		"a receipt of another": func(a *attacker) error {
			return errors.Join(a.hello(), a.send(wire.JournalMessage{Receipts: []wire.Receipt{{Room: c.room, Reader: honest.id(), Sig: []byte("x")}}}))
		},
		"only stopping": func(a *attacker) error { return errors.Join(a.hello(), a.s.CloseWrite()) },
	}
	// The one that uses up the host's patience comes last: it would not look at the others any more.
	names := append(slices.Sorted(maps.Keys(attacks)), "always the same")
	attacks["always the same"] = always
	for _, name := range names {
		a := c.attack(m)
		if err := attacks[name](a); err != nil && !errors.Is(err, network.ErrReset) {
			t.Errorf("%s: could not be sent: %v", name, err)
		}
		// After an End the host's own half may be over before it meets what should not follow.
		half := name == "facts after the end"
		if err := a.ended(); err == nil || err == io.EOF && !half || strings.Contains(err.Error(), "deadline") {
			t.Errorf("%s: the stream ended with %v, want a reset", name, err)
		}
		a.s.Reset()
	}
	honest.append("chat.said", nil, "hello")
	honest.sync()
	c.host.wait("the honest", func() bool { return len(c.host.facts) == 1 })
	if heads := c.host.j.Heads(); len(heads) != 1 {
		t.Errorf("the host holds %d logs", len(heads))
	}
	// Even the one who attacked may speak when it speaks properly.
	m.append("chat.said", nil, "sorry")
	m.syncWhenLet()
	c.host.wait("the attacker's honest word", func() bool { return len(c.host.facts) == 2 })
}

func TestOneBadAuthorDoesNotStopTheOthers(t *testing.T) {
	c := newClass(t)
	m, a, b := c.join(), newDevice(t), newDevice(t)
	c.mu.Lock()
	c.members[b.ID()] = true
	c.mu.Unlock()
	gap := c.forge(a, "not a member", nil)
	ok := c.forge(b, "a member's", nil)
	jump := c.forge(m.device, "x", func(h *journal.Header) { h.Seq, h.Lamport, h.Prev = 5, 5, [32]byte{1} })
	att := c.attack(m)
	if err := errors.Join(att.hello(), att.send(wire.JournalMessage{Facts: []wire.Fact{gap, jump, ok}}), att.send(wire.JournalMessage{End: true}), att.s.CloseWrite()); err != nil {
		t.Fatal(err)
	}
	if err := att.ended(); err != io.EOF {
		t.Fatalf("the sync ended with %v", err)
	}
	c.host.wait("the good one", func() bool { return len(c.host.facts) == 1 && c.host.facts[0].Author == b.ID() })
}

func TestClocksCannotBePushedAway(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	first := a.append("chat.said", nil, "one")
	c.host.wait("the first", func() bool { return len(c.host.facts) == 1 })
	next := func(lamport uint64) journal.Fact {
		return must(journal.Seal(a.device, journal.Header{Version: wire.Version, Room: c.room, Author: a.id(), Seq: 2,
			Prev: first.Hash, Lamport: lamport, Kind: "chat.said"}, []byte("two")))
	}
	for _, lamport := range []uint64{first.Lamport, first.Lamport + wire.MaxLamportJump + 1} {
		if f, err := func() (f journal.Fact, err error) {
			h := next(first.Lamport + 1).Header
			h.Lamport = lamport
			return journal.Seal(a.device, h, []byte("two"))
		}(); err == nil {
			c.host.j.HandlePubsub(a.id(), a.id(), must(wire.Marshal(journal.Sent(f, ""))))
		}
	}
	far := next(first.Lamport + wire.MaxLamportJump)
	c.host.j.HandlePubsub(a.id(), a.id(), must(wire.Marshal(journal.Sent(far, ""))))
	c.host.wait("the one within bounds", func() bool { return len(c.host.facts) == 2 })
	if c.host.facts[1].Hash != far.Hash {
		t.Fatal("another one was taken")
	}
	// An honest author whose own last fact is far behind may still speak, and is believed.
	b.sync()
	f := b.append("chat.said", nil, "I was away")
	if f.Lamport > wire.MaxLamportJump {
		t.Errorf("its clock is %d", f.Lamport)
	}
	c.host.wait("the honest author", func() bool { return len(c.host.facts) == 3 })
}

func TestOneSyncAtATimeIsServed(t *testing.T) {
	c := newClass(t)
	m := c.join()
	hung := c.attack(m)
	if err := hung.hello(); err != nil {
		t.Fatal(err)
	}
	var first wire.JournalMessage
	if err := wire.ReadFrame(hung.r, wire.MaxFrame, &first); err != nil || first.Hello == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	second, third := c.attack(m), c.attack(m)
	for _, a := range []*attacker{second, third} {
		if err := a.hello(); err != nil {
			t.Fatal(err)
		}
	}
	// One of them waits for its turn, the other is sent away; the one that hangs is ended.
	said := make(chan error, 2)
	for _, a := range []*attacker{second, third} {
		go func() {
			var m wire.JournalMessage
			err := wire.ReadFrame(a.r, wire.MaxFrame, &m)
			if m.Refused != "" {
				err = errors.New(m.Refused)
			}
			said <- err
		}()
	}
	one, two := <-said, <-said
	if (one == nil) == (two == nil) {
		t.Errorf("served: %v and %v", one, two)
	}
	if err := hung.ended(); !errors.Is(err, network.ErrReset) {
		t.Errorf("the hanging one: %v", err)
	}
	for _, a := range []*attacker{hung, second, third} {
		a.s.Reset()
	}
	m.sync()
}

func TestMembersAreServedAndNobodyElse(t *testing.T) {
	c := newClass(t)
	a, b := c.join(), c.join()
	if err := b.net.Connect(t.Context(), peer.AddrInfo{ID: a.id(), Addrs: a.net.Addrs()}); err != nil {
		t.Fatal(err)
	}
	a.append("chat.said", nil, "here")
	if err := b.j.Sync(t.Context(), a.id()); err != nil || len(b.bodies(a.id())) != 1 {
		t.Errorf("a student did not serve a student: %v", err)
	}
	c.mu.Lock()
	c.members[b.id()] = false
	c.mu.Unlock()
	for _, m := range []*machine{c.host, a} {
		if err := b.j.Sync(t.Context(), m.id()); !errors.Is(err, journal.ErrRefused) {
			t.Errorf("a stranger was served: %v", err)
		}
	}
	for _, who := range []peer.ID{"", a.id()} {
		if err := a.j.Sync(t.Context(), who); err == nil {
			t.Errorf("a sync with %q", who)
		}
	}
}

func TestReceiptsAreChecked(t *testing.T) {
	c := newClass(t)
	a := c.join()
	mark := c.host.append("work.marked", []peer.ID{a.id()}, "good")
	c.host.wait("the receipt", func() bool { return len(c.host.receipts) == 1 })
	r := c.host.receipts[0]
	if err := r.Verify(); err != nil || r.Fact != mark.Hash {
		t.Fatalf("%+v: %v", r, err)
	}
	change := func(f func(*journal.Receipt)) journal.Receipt { r := r; f(&r); return r }
	for name, bad := range map[string]journal.Receipt{
		"another fact":   change(func(r *journal.Receipt) { r.Fact[0] ^= 1 }),
		"another reader": change(func(r *journal.Receipt) { r.Reader = c.host.id() }),
		"another room":   change(func(r *journal.Receipt) { r.Room = wire.NewRoomID() }),
		"no room":        change(func(r *journal.Receipt) { r.Room = "" }),
		"no signature":   change(func(r *journal.Receipt) { r.Sig = nil }),
	} {
		if err := bad.Verify(); !errors.Is(err, journal.ErrReceipt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNoReceiptForWhatIsNotOnTheDisk(t *testing.T) {
	c := newClass(t)
	m, stranger := c.join(), newDevice(t)
	work := must(journal.Seal(m.device, journal.Header{Version: wire.Version, Room: c.room, Author: m.id(), Seq: 1, Lamport: 1,
		Kind: "work.handed-in", Audience: []peer.ID{c.host.id()}}, []byte("secret")))
	for name, batch := range map[string][]wire.Fact{
		"alone":               {journal.Sent(work, c.host.id())},
		"before a stranger's": {journal.Sent(work, c.host.id()), c.forge(stranger, "x", nil)},
	} {
		c.host.store.setFail(errors.New("disk full"))
		a := c.attack(m)
		if err := errors.Join(a.hello(), a.send(wire.JournalMessage{Facts: batch}), a.send(wire.JournalMessage{End: true})); err != nil && !errors.Is(err, network.ErrReset) { // it may have had enough
			t.Fatal(err)
		}
		for {
			var got wire.JournalMessage
			err := wire.ReadFrame(a.r, wire.MaxFrame, &got)
			if len(got.Receipts) > 0 {
				t.Fatalf("%s: a receipt for what is not kept", name)
			}
			if err != nil {
				if !errors.Is(err, network.ErrReset) {
					t.Errorf("%s: the sync ended with %v", name, err)
				}
				break
			}
		}
	}
	c.host.store.setFail(nil)
	if len(c.host.j.Heads()) != 0 || len(c.host.facts) != 0 {
		t.Error("shown, and not kept")
	}
}
