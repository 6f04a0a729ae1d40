package doc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"thirdspace/p2p/wire"
)

// sayOnTwoStreams has an attacker say so much on each of two mirror streams, one after the other. Time stands still for
// its rates.
func sayOnTwoStreams(t *testing.T, c *class, a *machine, each int, say func(n int) wire.MirrorUpdate) *mirrorPeer {
	t.Helper()
	p := c.host.recv.peer(a.id())
	p.messages.SetLimit(0)
	p.bytes.SetLimit(0)
	for stream := range 2 {
		send, s := a.dial(t)
		for n := range each {
			if _, err := send(say(stream*each + n)); err != nil {
				t.Fatalf("message %d of stream %d: %v", n+1, stream+1, err)
			}
		}
		s.Reset()
	}
	return p
}

// TestARateIsThePeersNotTheStreams: a new stream for each burst would else make any rate endless.
func TestARateIsThePeersNotTheStreams(t *testing.T) {
	c := newClass(t)
	a, honest := c.join(), c.join()
	// Each stream has taken one message more than it has read.
	p := sayOnTwoStreams(t, c, a, mirrorBurst/2-1, func(int) wire.MirrorUpdate { return wire.MirrorUpdate{ID: "x", Epoch: "e"} })
	eventually(t, "nothing is left for a third", func() bool { return p.messages.Tokens() < 1 })
	mustMirror(t, c, honest)
}

// TestTextsAreTakenAsFastAsADiskIsWritten: a text of a megabyte that is another twenty times a second would keep the
// host's disk from everybody else.
func TestTextsAreTakenAsFastAsADiskIsWritten(t *testing.T) {
	c := newClass(t)
	a, honest := c.join(), c.join()
	text := strings.Repeat("x", MaxText)
	p := sayOnTwoStreams(t, c, a, mirrorBytesBurst/MaxText/2, func(n int) wire.MirrorUpdate {
		return wire.MirrorUpdate{ID: "x", Snapshot: &wire.DocSnapshot{Epoch: fmt.Sprint("e", n), Version: 1, Text: text}}
	})
	eventually(t, "nothing is left for a third", func() bool { return p.bytes.Tokens() < 1 })
	mustMirror(t, c, honest)
}

// mustMirror checks that every keystroke of somebody honest comes to the host.
func mustMirror(t *testing.T, c *class, m *machine) {
	t.Helper()
	code := own(t, m.store, "main.go", "package main\n")
	m.send.Add(code)
	m.send.Up()
	for range 50 {
		typed(t, code, "x")
	}
	eventually(t, "the host has what the honest one types", c.host.mirrors(code, m.id()))
}

// pullBy asks for a document of the host by hand.
func (m *machine) pullBy(t *testing.T, id string) network.Stream {
	t.Helper()
	s := must(m.Open(t.Context(), m.HostID(), wire.ProtoDoc))
	t.Cleanup(func() { s.Reset() })
	sendFrame(s, wire.DocPull{ID: id})
	return s
}

func answered(s network.Stream) bool {
	s.SetReadDeadline(time.Now().Add(20 * time.Second))
	var a wire.DocAnswer
	return readOne(s, wire.MaxDocFrame, &a) == nil
}

// TestPullsWithoutEndAreNotServed, nor do those who never read the answers take the place of those who do.
func TestPullsWithoutEndAreNotServed(t *testing.T) {
	c := newClass(t)
	a, honest := c.join(), c.join()
	board := own(t, c.host.store, "board", strings.Repeat("line\n", 20_000))
	c.host.board.Show(board)
	if !answered(a.pullBy(t, "board")) {
		t.Fatal("the first is not answered")
	}
	c.host.board.mu.Lock()
	p := c.host.board.pulls[a.id()]
	c.host.board.mu.Unlock()
	p.may.SetLimit(0)
	for p.may.Tokens() >= 1 {
		answered(a.pullBy(t, "board")) // or not, when the ones before have not left yet
	}
	for range 50 { // of which none is read
		a.pullBy(t, "board")
	}
	eventually(t, "nothing more is answered", func() bool {
		c.host.board.mu.Lock()
		defer c.host.board.mu.Unlock()
		if p.now > maxPulls {
			t.Fatalf("%d are served at one time", p.now)
		}
		return p.may.Tokens() < 1
	})
	if !answered(honest.pullBy(t, "board")) {
		t.Error("the honest one is not answered")
	}
}
