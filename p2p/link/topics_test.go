package link

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// loud is a machine with pubsub as libp2p ships it, which keeps to none of our rules.
type loud struct {
	stranger
	ps     *pubsub.PubSub
	topics map[string]*pubsub.Topic
	got    chan *pubsub.Message
}

func newLoud(t *testing.T, d *identity.Device, room string) *loud {
	t.Helper()
	l := &loud{stranger: newStranger(t, d), topics: map[string]*pubsub.Topic{}, got: make(chan *pubsub.Message, 10000)}
	l.speak(t, room)
	return l
}

// speak starts its pubsub.
func (l *loud) speak(t *testing.T, room string, options ...pubsub.Option) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var err error
	if l.ps, err = pubsub.NewFloodSub(ctx, l.node.Host, append(options, pubsub.WithMaxMessageSize(16<<20), pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign))...); err != nil {
		t.Fatal(err)
	}
	for _, name := range roomTopics {
		topic, err := l.ps.Join(room + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		sub, err := topic.Subscribe(pubsub.WithBufferSize(10000))
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				m, err := sub.Next(ctx)
				if err != nil {
					return
				}
				if m.ReceivedFrom != l.ID() {
					l.got <- m
				}
			}
		}()
		l.topics[name] = topic
	}
}

// newLoudMember has joined properly, by the open door, before its pubsub starts: stock pubsub that is refused once may
// stay deaf to us for good.
func newLoudMember(t *testing.T, room *classroom, name string, options ...pubsub.Option) *loud {
	t.Helper()
	l := &loud{stranger: newStranger(t, newDevice(t)), topics: map[string]*pubsub.Topic{}, got: make(chan *pubsub.Message, 10000)}
	answer, err := l.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{Name: name})
	if err != nil || len(answer.Certificate) == 0 {
		t.Fatalf("%+v, %v", answer, err)
	}
	l.speak(t, room.Room(), options...)
	eventually(t, "pubsub of the host and the loud one know each other", func() bool {
		return room.topics.reaches(l.ID()) && len(l.topics[wire.TopicFacts].ListPeers()) > 0
	})
	return l
}

func TestUnadmittedMachineReachesNothing(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	reached := make(chan string, 100)
	// The same device of a member, on a connection of its own, is not admitted by that alone; nor is a stranger.
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newLoud(t, newDevice(t), room.Room())
	eve.connect(t, room)
	for i := range 50 {
		if err := room.Publish(wire.TopicFacts, fmt.Appendf(nil, "secret %d", i)); err != nil {
			t.Fatal(err)
		}
		if err := eve.topics[wire.TopicFacts].Publish(t.Context(), fmt.Appendf(nil, "eve %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	for _, proto := range []string{wire.ProtoJournal, wire.ProtoDoc, wire.ProtoMirror, string(pubsub.FloodSubID)} {
		st, err := eve.NewStream(t.Context(), room.Self(), protocol.ID(proto))
		if err != nil {
			continue
		}
		st.Write([]byte("x"))
		st.SetReadDeadline(time.Now().Add(patience))
		if n, err := st.Read(make([]byte, 1)); n > 0 || err == nil {
			reached <- proto
		}
		st.Reset()
	}
	bothWays(t, room.party, ada) // by now everything before has been through
	if len(reached) > 0 {
		t.Fatalf("she reached %s", <-reached)
	}
	if len(eve.got) > 0 {
		t.Fatalf("she heard %q", (<-eve.got).GetData())
	}
	if peers := eve.topics[wire.TopicFacts].ListPeers(); len(peers) > 0 {
		t.Fatalf("she learned who is in the topic: %v", peers)
	}
	room.mu.Lock()
	defer room.mu.Unlock()
	for h := range room.heard {
		if bytes.Contains([]byte(h), []byte("eve")) {
			t.Fatalf("the host heard her: %s", h)
		}
	}
}

func TestUnadmittedConnectionsAreClosedAndCapped(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "493201")
	h := room.side.(*hosting)
	eve := newStranger(t, newDevice(t))
	eve.connect(t, room)
	eventually(t, "she is at the door", func() bool { return len(h.lobby.overdue(time.Now().Add(time.Hour))) == 1 })
	late := h.lobby.overdue(time.Now().Add(-admissionGrace))
	if len(late) != 0 {
		t.Fatal("her time is over at once")
	}
	h.lobby.mu.Lock()
	for _, v := range h.lobby.conns {
		v.since = v.since.Add(-2 * admissionGrace) // as if she had stood there for long
	}
	h.lobby.mu.Unlock()
	eventually(t, "she is put out", func() bool { return eve.Network().Connectedness(room.Self()) != network.Connected })
	l := newLobby()
	first := namedConn("first")
	l.enter(first, time.Unix(0, 0))
	for i := range maxWaiting - 1 {
		if l.enter(namedConn(fmt.Sprint(i)), time.Unix(1, 0)) != nil {
			t.Fatal("somebody has to go too early")
		}
	}
	if out := l.enter(namedConn("last"), time.Unix(2, 0)); out != first || len(l.conns) != maxWaiting {
		t.Fatalf("%v goes, %d stay", out, len(l.conns))
	}
}

// conn is a connection of which only the name matters: nothing else of it is called.
type conn struct {
	network.Conn
	name string
}

func (c conn) ID() string { return c.name }

func namedConn(name string) network.Conn { return conn{name: name} }

func TestOnlyTeachersAreHeardOnTheBoard(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	for _, topic := range []string{wire.TopicBoard, wire.TopicBeat} {
		if err := ada.Publish(topic, []byte("I am the teacher")); !errors.Is(err, ErrNotAllowed) {
			t.Fatalf("%s: %v", topic, err)
		}
	}
	eve := newLoudMember(t, room, "Eve")
	for _, topic := range []string{wire.TopicBoard, wire.TopicBeat} {
		if err := eve.topics[topic].Publish(t.Context(), []byte("fake")); err != nil {
			t.Fatal(err)
		}
	}
	if err := eve.topics[wire.TopicFacts].Publish(t.Context(), []byte("fact of eve")); err != nil {
		t.Fatal(err)
	}
	// One stream keeps its order: when the fact has come, the others have been dropped.
	eventually(t, "her fact is heard by all", func() bool { return ada.has(wire.TopicFacts, eve.ID(), "fact of eve") })
	if ada.has(wire.TopicBoard, eve.ID(), "fake") || room.has(wire.TopicBoard, eve.ID(), "fake") {
		t.Fatal("a student was heard on the board")
	}
	if err := room.Publish(wire.TopicBoard, []byte("lesson")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the teacher is heard on the board", func() bool { return ada.hears(wire.TopicBoard, room.party, "lesson") })
}

func (p *party) has(topic string, author peer.ID, text string) bool {
	return p.hears(topic, &party{Session: &Session{self: author}}, text)
}

func TestCoTeacherIsHeardOnTheBoardByTheHost(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	room.gate.set(func(g *register) { g.role = identity.RoleCoTeacher })
	bea := mustAttend(t, room.config(t, "Bea"))
	bea.sayUntil(t, wire.TopicBoard, "mine", "she is heard", func() bool { return room.hears(wire.TopicBoard, bea, "mine") })
}

func TestNobodySpeaksForAnother(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	// Eve's pubsub relays what a friend of hers, not a member, has written and signed.
	eve := newLoudMember(t, room, "Eve")
	friend := newLoud(t, newDevice(t), room.Room())
	port, err := eve.listen(0)
	if err != nil {
		t.Fatal(err)
	}
	a, err := manet.FromNetAddr(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	if err := friend.Connect(t.Context(), peer.AddrInfo{ID: eve.ID(), Addrs: []multiaddr.Multiaddr{a}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Eve has heard her friend", func() bool {
		if err := friend.topics[wire.TopicFacts].Publish(t.Context(), []byte("not a member")); err != nil {
			t.Fatal(err)
		}
		for len(eve.got) > 0 {
			if m := <-eve.got; m.GetFrom() == friend.ID() {
				return true
			}
		}
		return false
	})
	if err := eve.topics[wire.TopicFacts].Publish(t.Context(), []byte("fact of eve")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Eve herself is heard", func() bool { return ada.has(wire.TopicFacts, eve.ID(), "fact of eve") })
	if room.has(wire.TopicFacts, friend.ID(), "not a member") || ada.has(wire.TopicFacts, friend.ID(), "not a member") {
		t.Fatal("a stranger was heard through a member")
	}
}

// TestForgedAuthorIsNotHeard: pubsub's messages carry no signature, so a member can write any author into its own. What
// counts is whose connection it came over.
func TestForgedAuthorIsNotHeard(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	for topic, author := range map[string]peer.ID{wire.TopicFacts: ada.self, wire.TopicBoard: room.self} {
		eve := newLoudMember(t, room, "Eve on "+topic, pubsub.WithMessageAuthor(author))
		if err := eve.topics[topic].Publish(t.Context(), []byte("forged")); err != nil {
			t.Fatal(err)
		}
	}
	ben := newLoudMember(t, room, "Ben") // whose word shows that what came before it would have been heard
	if err := ben.topics[wire.TopicFacts].Publish(t.Context(), []byte("genuine")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "Ben is heard", func() bool { return ada.has(wire.TopicFacts, ben.ID(), "genuine") })
	for _, p := range []*party{room.party, ada} {
		if p.has(wire.TopicFacts, ada.self, "forged") || p.has(wire.TopicBoard, room.self, "forged") {
			t.Fatal("a forged author was heard")
		}
	}
}

func TestOversizeIsRefusedBeforeItDoesHarm(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	if err := ada.Publish(wire.TopicFacts, make([]byte, wire.MaxPubsub+1)); !errors.Is(err, ErrTooBig) {
		t.Fatalf("got %v", err)
	}
	biggest := bytes.Repeat([]byte("x"), wire.MaxPubsub)
	room.sayUntil(t, wire.TopicFacts, string(biggest), "the biggest gets through", func() bool {
		return ada.hears(wire.TopicFacts, room.party, string(biggest))
	})
	bothWays(t, room.party, ada)
	// A hostile member sends more: the host resets its stream, and everyone else goes on.
	eve := newLoudMember(t, room, "Eve")
	if err := eve.topics[wire.TopicFacts].Publish(t.Context(), make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	bothWays(t, room.party, ada)
}

func TestFlooderIsPutOut(t *testing.T) {
	noLeaks(t)
	room := openRoom(t, "")
	ada := mustAttend(t, room.config(t, "Ada"))
	eve := newLoudMember(t, room, "Eve")
	sent := 0
	eventually(t, "she is put out", func() bool {
		for range 50 {
			sent++
			if err := eve.topics[wire.TopicFacts].Publish(t.Context(), fmt.Appendf(nil, "flood %d", sent)); err != nil {
				t.Fatal(err)
			}
		}
		return eve.Network().Connectedness(room.Self()) != network.Connected
	})
	answer, err := eve.ask(t, room, wire.JoinAsk{Version: wire.Version})
	if err != nil || answer.Refusal == nil || answer.Refusal.Code != RefusedFlood || answer.Refusal.RetryAfter() == 0 {
		t.Fatalf("she is back at once: %+v, %v", answer, err)
	}
	bothWays(t, room.party, ada)
}

func TestFloodMeter(t *testing.T) {
	now := time.Unix(1000, 0)
	f := newFloods()
	f.now = func() time.Time { return now }
	count := func(n, size int, teaches bool) (taken int) {
		for range n {
			if ok, _ := f.take("p", teaches, size); ok {
				taken++
			}
		}
		return taken
	}
	if got := count(100, 10, false); got != studentBurst {
		t.Fatalf("%d at once", got)
	}
	now = now.Add(time.Second)
	if got := count(100, 10, false); got != studentRate {
		t.Fatalf("%d in the second after", got)
	}
	now = now.Add(time.Hour)
	if got := count(40, wire.MaxPubsub, false); got != studentBBurst/wire.MaxPubsub {
		t.Fatalf("%d of the biggest at once", got)
	}
	now = now.Add(time.Hour)
	if got := count(400, 10, true); got != teacherBurst {
		t.Fatalf("%d of a teacher at once", got)
	}
	kicks := 0
	for range 2*floodDrops - 1 {
		if _, kick := f.take("q", false, studentBBurst+1); kick {
			kicks++
		}
	}
	if kicks != 1 || f.banned("q", now) != floodBan || f.banned("p", now) != 0 {
		t.Fatalf("%d kicks, out for %v", kicks, f.banned("q", now))
	}
	now = now.Add(3 * longestBan)
	f.forget()
	if len(f.peers) != 0 {
		t.Fatalf("%d meters kept", len(f.peers))
	}
}

func TestMailboxKeepsTheNewest(t *testing.T) {
	m := newMailbox(3, 100, func(s string) int { return len(s) })
	for _, s := range []string{"a", "b", "c", "d"} {
		m.put(s)
	}
	items, dropped, err := m.take(t.Context())
	if err != nil || dropped != 1 || fmt.Sprint(items) != "[b c d]" {
		t.Fatalf("%v, %d, %v", items, dropped, err)
	}
	m.put(string(make([]byte, 90)))
	m.put(string(make([]byte, 200))) // too big for the box: the newest always stays
	if items, dropped, _ = m.take(t.Context()); len(items) != 1 || len(items[0]) != 200 || dropped != 1 {
		t.Fatalf("%d items, %d dropped", len(items), dropped)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := m.take(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("an empty box gave %v", err)
	}
}
