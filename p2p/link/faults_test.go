package link

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/sync/errgroup"

	"thirdspace/p2p/wire"
)

// directory says where the host is now.
type directory struct {
	mu    sync.Mutex
	addrs []netip.AddrPort
}

func (d *directory) set(a ...netip.AddrPort) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.addrs = a
}

func (d *directory) get() []netip.AddrPort {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.addrs
}

func TestHostComesBackOnAnotherPort(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	where := new(directory)
	where.set(room.at())
	c := room.config(t, "Ada")
	c.Addrs = where.get
	beats := make(chan string, 1000)
	c.OnBeat = func(b []byte) { beats <- string(b) }
	ada := mustAttend(t, c)
	bothWays(t, room.party, ada)
	if b := <-beats; b != "beat" {
		t.Fatalf("the beat says %q", b)
	}
	room.Close()
	eventually(t, "she knows that she is alone", func() bool { return ada.State().Phase == PhaseReconnecting })
	if err := ada.Publish(wire.TopicFacts, []byte("into the void")); err != nil {
		t.Fatalf("publishing alone: %v", err)
	}
	room.gate.set(func(g *register) { g.code = "555555" }) // nobody will be asked for it
	again := openRoomAs(t, room.device, room.gate, 0)
	where.set(again.at())
	eventually(t, "she is back", func() bool { return ada.State().Phase == PhaseHere })
	bothWays(t, again.party, ada)
}

func TestTheSamePortAgain(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	for range 3 {
		room.Close()
		room = openRoomAs(t, room.device, room.gate, int(room.at().Port()))
		bothWays(t, room.party, ada)
	}
}

func TestAnotherKeyAtTheHostsAddressEndsIt(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	where := new(directory)
	where.set(room.at())
	c := room.config(t, "Ada")
	c.Addrs = where.get
	ada := mustAttend(t, c)
	twin := openRoomAs(t, newDevice(t), newRegister(newDevice(t), room.Room(), ""), 0)
	where.set(twin.at())
	room.Close()
	eventually(t, "she does not take the twin for the host", func() bool { return ada.State().Phase == PhaseRefused })
	if s := ada.State(); s.Refusal.Code != RefusedOtherKey {
		t.Fatalf("%+v", s)
	}
}

func TestRefusalsThatPassDoNotEndIt(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	room.gate.set(func(g *register) { g.refuse = &Refusal{Code: RefusedFull} })
	room.Kick(ada.Self())
	eventually(t, "she hears why", func() bool { return ada.hasState(PhaseReconnecting, RefusedFull) })
	room.gate.set(func(g *register) { g.refuse = nil })
	bothWays(t, room.party, ada)
	if s := ada.State(); s.Phase != PhaseHere || s.Refusal != nil {
		t.Fatalf("%+v", s)
	}
}

// A link that is half open for a while must not leave anyone deaf or mute, whether the old connection wakes up again or
// never does.
func TestHalfOpenLink(t *testing.T) {
	for name, heal := range map[string]func(*cable){"old connections wake up": (*cable).heal, "old connections stay dead": (*cable).healNewOnly} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			room := openRoom(t, "")
			wire := newCable(t, room.at())
			c := room.config(t, "Ada")
			c.Addrs = func() []netip.AddrPort { return []netip.AddrPort{wire.at()} }
			ada := mustAttend(t, c)
			ben := mustAttend(t, room.config(t, "Ben"))
			bothWays(t, room.party, ada)
			for range 2 {
				wire.freeze()
				eventually(t, "she notices", func() bool { return ada.State().Phase == PhaseReconnecting })
				heal(wire)
				eventually(t, "she is back", func() bool { return ada.State().Phase == PhaseHere })
				bothWays(t, room.party, ada)
				bothWays(t, ben, ada)
			}
		})
	}
}

func TestVanishedMachineIsAway(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	wire := newCable(t, room.at())
	c := room.config(t, "Ada")
	c.Addrs = func() []netip.AddrPort { return []netip.AddrPort{wire.at()} }
	ada := mustAttend(t, c)
	bothWays(t, room.party, ada)
	wire.freeze()
	eventually(t, "the host misses her", func() bool {
		room.mu.Lock()
		defer room.mu.Unlock()
		return len(room.Present()) == 0 && room.comes[len(room.comes)-1] == "-"+ada.Self().String()
	})
}

// Pubsub may lose its stream to the host while the connection stays: then we hear the host and it does not hear us.
func TestMuteLinkIsNoticed(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	bothWays(t, room.party, ada)
	for range 2 {
		for _, c := range room.node.Network().ConnsToPeer(ada.Self()) {
			for _, s := range c.GetStreams() {
				if s.Stat().Direction == network.DirInbound {
					s.Reset()
				}
			}
		}
		bothWays(t, room.party, ada)
	}
}

func TestAWholeClassAtOnce(t *testing.T) {
	noLeaks(t)
	// From addresses that are not loopback, so that libp2p's limits for one address apply, where there are such.
	addrs := localAddrs(1)
	for _, addr := range addrs[:min(2, len(addrs))] {
		t.Run(addr.Addr().String(), func(t *testing.T) { classAtOnce(t, addr) })
	}
}

func classAtOnce(t *testing.T, addr netip.AddrPort) {
	const class = 60
	room := openRoom(t, "493201")
	addr = netip.AddrPortFrom(addr.Addr(), uint16(room.Port()))
	var all errgroup.Group
	students := make([]*party, class)
	for i := range class {
		c := room.config(t, fmt.Sprint("Student ", i))
		c.Addrs = func() []netip.AddrPort { return []netip.AddrPort{addr} }
		all.Go(func() (err error) {
			students[i], err = attend(t, c)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := len(room.Present()); n != class {
		t.Fatalf("%d present", n)
	}
	room.sayUntil(t, wire.TopicFacts, "good morning", "everyone hears the teacher", func() bool {
		for _, s := range students {
			if !s.hears(wire.TopicFacts, room.party, "good morning") {
				return false
			}
		}
		return true
	})
	for _, s := range students {
		s.sayUntil(t, wire.TopicFacts, "good morning", "the teacher hears each", func() bool {
			return room.hears(wire.TopicFacts, s, "good morning")
		})
	}
}

func TestEveryAddressOfTheHost(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	addrs := append(room.Addrs(), netip.AddrPortFrom(netip.MustParseAddr("::1"), uint16(room.Port())))
	for i, a := range addrs {
		if l, err := net.Dial("tcp", a.String()); err != nil {
			t.Logf("this machine does not reach itself at %s: %v", a, err)
			continue
		} else {
			l.Close()
		}
		c := room.config(t, fmt.Sprint("At ", i))
		c.Addrs = func() []netip.AddrPort { return []netip.AddrPort{a} }
		p, err := attend(t, c)
		if err != nil {
			t.Errorf("%s: %v", a, err)
			continue
		}
		t.Logf("joined at %s", a)
		if at, ok := p.HostAddr(); !ok || at != a {
			t.Errorf("the host was met at %s, %v", at, ok)
		}
		p.Close()
		c.Host, c.Device, c.Name = "", newDevice(t), fmt.Sprint("By address ", i)
		if p, err = attend(t, c); err != nil {
			t.Errorf("by address, %s: %v", a, err)
			continue
		}
		p.Close()
	}
}

func TestOlderConnectionsOfTheSameMachineAreClosed(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	d := newDevice(t)
	for range 3 {
		s := newStranger(t, d)
		if answer, err := s.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Name: "Ada"}); err != nil || answer.Certificate == nil {
			t.Fatalf("%+v, %v", answer, err)
		}
	}
	eventually(t, "one is left", func() bool { return len(room.node.Network().ConnsToPeer(d.ID())) == 1 })
	if got := room.Present(); len(got) != 1 {
		t.Fatalf("present: %v", got)
	}
}

// A machine may open several connections and keep one: the host must not close the one it keeps.
func TestManyAddressesOfOneHost(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	var addrs []netip.AddrPort
	for range 4 { // proxies that answer late, so that the next address is tried beside each
		c := newCable(t, room.at())
		c.freeze()
		time.AfterFunc(nextAddress*3, c.heal)
		addrs = append(addrs, c.at())
	}
	c := room.config(t, "Ada")
	c.Addrs = func() []netip.AddrPort { return addrs }
	ada := mustAttend(t, c)
	bothWays(t, room.party, ada)
	if ada.hasState(PhaseReconnecting, "") {
		t.Fatal("the link was lost at once")
	}
	c = room.config(t, "Ben")
	nobody := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), 9)
	c.Addrs = func() []netip.AddrPort { return []netip.AddrPort{nobody, room.at()} }
	mustAttend(t, c)
}

func TestCloseAtAnyMoment(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	for i := range 20 {
		s, err := Join(room.config(t, fmt.Sprint("Student ", i)))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- s.Start(t.Context()) }()
		time.Sleep(time.Duration(i) * time.Millisecond) // the moments that are tried
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil && !errors.Is(err, ErrClosed) {
			t.Fatalf("the start ended with %v", err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err == nil {
			t.Fatal("a closed session was started")
		}
	}
	var nobody peer.ID
	room.Kick(nobody)
	if err := room.Publish("gossip", nil); err == nil {
		t.Fatal("a topic out of nothing")
	}
}
