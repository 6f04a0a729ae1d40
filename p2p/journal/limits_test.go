package journal_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

// author writes a log of facts that are all in order.
type author struct {
	class  *class
	device *identity.Device
	seq    uint64
	prev   [32]byte
}

func (a *author) next(body string, audience ...peer.ID) wire.Fact {
	a.class.t.Helper()
	a.seq++
	f, err := journal.Seal(a.device, journal.Header{Version: wire.Version, Room: a.class.room, Author: a.device.ID(), Seq: a.seq,
		Prev: a.prev, Lamport: a.seq, Kind: "chat.said", Audience: audience}, []byte(body))
	if err != nil {
		a.class.t.Fatal(err)
	}
	a.prev = f.Hash
	return wire.Fact{Header: f.Raw, Sig: f.Sig, Body: f.Body}
}

// offers sends a log in frames of so many until the host has had enough, and gives how many were sent and what it said.
func (a *attacker) offers(most, inFrame int, next func() wire.Fact) (sent int, said error) {
	ended := make(chan error, 1)
	go func() {
		err := a.ended()
		a.s.Reset()
		ended <- err
	}()
	if err := a.hello(); err != nil {
		return 0, err
	}
	for sent < most {
		batch := make([]wire.Fact, inFrame)
		for i := range batch {
			batch[i] = next()
		}
		if a.send(wire.JournalMessage{Facts: batch}) != nil {
			break
		}
		sent += len(batch)
		select {
		case err := <-ended:
			return sent, err
		default:
		}
	}
	if a.send(wire.JournalMessage{End: true}) == nil {
		a.s.CloseWrite()
	}
	return sent, <-ended
}

// mustBeMetered checks that of what a offered so much was taken, that a was told so, and that the honest go on.
func (c *class) mustBeMetered(a *machine, honest []*machine, taken, atMost int, said error) {
	c.t.Helper()
	if taken > atMost {
		c.t.Errorf("%d facts were taken, of at most %d", taken, atMost)
	}
	if said == nil || !strings.Contains(said.Error(), "may not add so much") {
		c.t.Errorf("it was told %v", said)
	}
	c.host.wait("the host hears who it was", func() bool { return slices.Contains(c.host.overdone, a.id()) })
	for _, m := range honest {
		m.append("chat.said", nil, "still here")
		m.sync()
		c.host.wait("an honest word", func() bool {
			return slices.ContainsFunc(c.host.facts, func(f journal.Fact) bool { return f.Author == m.id() && string(f.Body) == "still here" })
		})
	}
}

// TestALogWithAMillionEntries: each is in order and signed, and nobody would ever stop taking them.
func TestALogWithAMillionEntries(t *testing.T) {
	c := newClass(t)
	m, honest := c.join(), []*machine{c.join(), c.join()}
	c.mu.Lock()
	c.metered[m.id()] = true
	c.mu.Unlock()
	log := &author{class: c, device: m.device}
	sent, said := c.attack(m).offers(1_000_000, wire.MaxFacts, func() wire.Fact { return log.next("x") })
	taken := int(c.host.j.Heads()[m.id()].Seq)
	// What is refilled while the machine is slow is a small part of what was offered.
	if sent == 1_000_000 || taken < journal.AuthorBurst {
		t.Errorf("%d were sent, %d taken", sent, taken)
	}
	c.mustBeMetered(m, honest, taken, 2*journal.AuthorBurst, said)
}

// TestAMountainForEveryone: what one says to all is given to a whole class. What one hands in is not.
func TestAMountainForEveryone(t *testing.T) {
	for name, test := range map[string]struct{ atOnce, atMost int }{
		"for all": {journal.PublicBurst, 3 * journal.PublicBurst / 2}, "for the teacher": {journal.PrivateBurst, 3 * journal.PrivateBurst / 2},
	} {
		c := newClass(t)
		m, honest := c.join(), []*machine{c.join()}
		c.mu.Lock()
		c.metered[m.id()] = true
		c.mu.Unlock()
		var audience []peer.ID
		if name == "for the teacher" {
			audience = []peer.ID{c.host.id()}
		}
		log, body := &author{class: c, device: m.device}, strings.Repeat("x", wire.MaxBody)
		sent, said := c.attack(m).offers(2*test.atOnce/wire.MaxBody, 3, func() wire.Fact { return log.next(body, audience...) })
		taken := int(c.host.j.Heads()[m.id()].Seq)
		if taken < test.atOnce/wire.MaxBody {
			t.Errorf("%s: of %d sent %d were taken", name, sent, taken)
		}
		c.mustBeMetered(m, honest, taken, test.atMost/wire.MaxBody, said)
	}
}

// TestWasteIsCountedAcrossSyncs: each sync alone stays below what is allowed.
func TestWasteIsCountedAcrossSyncs(t *testing.T) {
	c := newClass(t)
	m, honest := c.join(), c.join()
	useless := c.forge(newDevice(t), "not a member's", nil)
	wasted, refused := 0, false
	for !refused && wasted < 20*journal.MaxWaste {
		sent, said := c.attack(m).offers(journal.MaxWaste/2, wire.MaxFacts, func() wire.Fact { return useless })
		wasted += sent
		refused = said != nil && strings.Contains(said.Error(), "of no use")
	}
	if !refused || wasted < journal.MaxWaste {
		t.Errorf("after %d useless facts: refused is %v", wasted, refused)
	}
	honest.append("chat.said", nil, "hello")
	honest.sync()
	c.host.wait("the honest", func() bool { return len(c.host.facts) == 1 })
}

// TestSyncsWithoutEndAreNotServed: each makes the host read and give the whole room.
func TestSyncsWithoutEndAreNotServed(t *testing.T) {
	c := newClass(t)
	m, honest := c.join(), c.join()
	c.host.j.Exhaust(m.id())
	a := c.attack(m)
	if err := a.hello(); err != nil {
		t.Fatal(err)
	}
	var msg wire.JournalMessage
	if err := wire.ReadFrame(a.r, wire.MaxFrame, &msg); err == nil {
		t.Errorf("it was served: %+v", msg)
	}
	honest.append("chat.said", nil, "hello")
	honest.sync()
	c.host.wait("the honest", func() bool { return len(c.host.facts) == 1 })
}
