package link

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/multiformats/go-multiaddr"
	"google.golang.org/protobuf/proto"

	"thirdspace/p2p/wire"
)

// newMember has joined properly, by the open door, and speaks by hand from then on.
func newMember(t *testing.T, room *classroom, name string) stranger {
	t.Helper()
	s := newStranger(t, newDevice(t))
	answer, err := s.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Name: name})
	if err != nil || len(answer.Certificate) == 0 {
		t.Fatalf("%+v, %v", answer, err)
	}
	return s
}

func (s stranger) isOut(room *classroom) bool {
	return s.Network().Connectedness(room.Self()) != network.Connected
}

// mustBePutOut goes on with an attack until the host has had enough, which it must have before the attack was made so
// often. The host must say so, here and to whoever comes back, and the honest go on.
func (s stranger) mustBePutOut(t *testing.T, room *classroom, honest *party, what string, most int, attack func() error) {
	t.Helper()
	for n := 0; !s.isOut(room); n++ {
		if n > most {
			t.Fatalf("after %d times nobody has stopped it", n)
		}
		if err := attack(); err != nil { // of a stream that is gone because the connection is, or will be in a moment
			eventually(t, "it is put out", func() bool { return s.isOut(room) })
		}
	}
	eventually(t, "the host says who was put out", func() bool {
		room.gate.mu.Lock()
		defer room.gate.mu.Unlock()
		return room.gate.putOut[s.ID()] == what
	})
	eventually(t, "it is told why", func() bool { // as soon as it may open a stream again
		answer, err := s.ask(t, room, wire.JoinAsk{Version: wire.Version})
		if err == nil && answer.Refusal == nil {
			t.Fatal("it is back at once")
		}
		return err == nil && answer.Refusal.Code == RefusedFlood && answer.Refusal.RetryAfter() > 0
	})
	bothWays(t, room.party, honest)
}

// pubsubStream is a stream on which pubsub of the host listens.
func (s stranger) pubsubStream(t *testing.T, room *classroom) network.Stream {
	t.Helper()
	st, err := s.NewStream(t.Context(), room.Self(), pubsub.FloodSubID)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func writeRPC(w io.Writer, rpc *pb.RPC) error {
	b, err := proto.Marshal(rpc)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.AppendUvarint(nil, uint64(len(b))), b...))
	return err
}

func TestWhoSpamsSubscriptionsIsPutOut(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	for name, subs := range map[string][]*pb.RPC_SubOpts{
		"known topics":   {{Topicid: proto.String(room.Room() + "/facts"), Subscribe: proto.Bool(true)}},
		"unknown topics": {{Topicid: proto.String("news"), Subscribe: proto.Bool(true)}},
		"nothing":        nil,
	} {
		eve := newMember(t, room, "Eve with "+name)
		s := eve.pubsubStream(t, room)
		n := 0
		// emptyBurst and floodDrops, what is refilled meanwhile on a slow machine, and what is under way when she is put out.
		eve.mustBePutOut(t, room, ada, TooManyMessages, 1_000_000, func() error {
			n++
			for _, sub := range subs {
				sub.Subscribe = proto.Bool(n%2 == 0)
			}
			return writeRPC(s, &pb.RPC{Subscriptions: subs, Control: &pb.ControlMessage{}})
		})
	}
}

func TestWhoOpensStreamsWithoutEndIsPutOut(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newMember(t, room, "Eve")
	eve.mustBePutOut(t, room, ada, TooManyStreams, 1_000_000, func() error {
		for _, c := range eve.Network().ConnsToPeer(room.Self()) {
			s, err := c.NewStream(t.Context())
			if err != nil {
				return err
			}
			s.Write([]byte("x")) // whether it is taken shows with the connection
			s.Reset()
		}
		return nil
	})
}

func TestWhoIsNotAdmittedIsPutOutAlike(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newStranger(t, newDevice(t))
	eve.connect(t, room)
	eve.mustBePutOut(t, room, ada, TooManyStreams, 1_000_000, func() error {
		for _, c := range eve.Network().ConnsToPeer(room.Self()) {
			s, err := c.NewStream(t.Context())
			if err != nil {
				return err
			}
			s.Reset()
		}
		return nil
	})
}

// TestComingAndGoingIsSlowed: each coming back costs the host a look at its list and tells the whole room twice.
func TestComingAndGoingIsSlowed(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newStranger(t, newDevice(t))
	answer, err := eve.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Name: "Eve"})
	if err != nil {
		t.Fatal(err)
	}
	cert, times := answer.Certificate, 0
	eventually(t, "she is told to wait", func() bool {
		if err := eve.Network().ClosePeer(room.Self()); err != nil {
			t.Fatal(err)
		}
		answer, err := eve.ask(t, room, wire.JoinAsk{Version: wire.Version, Certificate: cert})
		times++
		return err == nil && answer.Refusal != nil && answer.Refusal.Code == RefusedFlood && answer.Refusal.RetryAfter() > 0
	})
	if times < askBurst-1 {
		t.Errorf("she was refused after %d times already", times)
	}
	bothWays(t, room.party, ada)
}

// TestZerosAreReadAtLeisure: a stream of zero bytes is one of empty envelopes, each of which costs a turn of a loop.
func TestZerosAreReadAtLeisure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newPaced(t.Context(), zeros{})
		began := time.Now()
		for range readBurst + 3*readRate {
			if n, err := s.Read(make([]byte, 1)); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		if took := time.Since(began).Round(10 * time.Millisecond); took != 3*time.Second {
			t.Errorf("it took %v", took)
		}
	})
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newMember(t, room, "Eve")
	s := eve.pubsubStream(t, room)
	ctx, cancel := context.WithCancel(t.Context())
	var wrote atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			n, err := s.Write(make([]byte, 64<<10))
			if wrote.Add(int64(n)); err != nil {
				return
			}
		}
	}()
	eventually(t, "more is sent than is read at once", func() bool { return wrote.Load() > 2*readBurst })
	for range 5 {
		bothWays(t, room.party, ada)
	}
	cancel()
	s.Reset()
	<-done
}

// zeros is a stream without an end.
type zeros struct{ network.Stream }

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestConnectionsOfOneAddressAreSlowed: a class may come at once, and nobody can go on like that.
func TestConnectionsOfOneAddressAreSlowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, address := range []string{"/ip4/10.0.0.7/tcp/4001", "/ip6/fe80::7/tcp/4001"} {
			m, err := newLimits(func(peer.ID) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			come := func(n int, from string) (in int) {
				for range n {
					c, err := m.OpenConnection(network.DirInbound, false, multiaddr.StringCast(from))
					if err == nil {
						in++
						c.Done()
					}
				}
				return in
			}
			if in := come(2*fromOneAddress.Burst, address); in != fromOneAddress.Burst {
				t.Errorf("%s: %d came in at once", address, in)
			}
			if in := come(1, "/ip4/10.0.0.8/tcp/4001"); in != 1 {
				t.Error("somebody else pays for it")
			}
			time.Sleep(time.Second)
			if in := come(2*fromOneAddress.Burst, address); in != int(fromOneAddress.RPS) {
				t.Errorf("%s: %d came in the second after", address, in)
			}
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestBansGrow(t *testing.T) {
	now := time.Unix(1000, 0)
	f := newFloods()
	f.now = func() time.Time { return now }
	var bans []string
	for range 7 {
		for kicked := false; !kicked; {
			_, kicked = f.takeStream("p")
		}
		bans = append(bans, f.banned("p", now).String())
		now = now.Add(f.banned("p", now) + time.Second)
		f.forget()
	}
	if got := fmt.Sprint(bans); got != "[30s 1m0s 2m0s 4m0s 8m0s 10m0s 10m0s]" {
		t.Errorf("bans of %s", got)
	}
	now = now.Add(3 * longestBan)
	if f.forget(); len(f.peers) != 0 {
		t.Error("it is remembered for ever")
	}
}
