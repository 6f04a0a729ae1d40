package journal_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	basichost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	sectls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/multiformats/go-multiaddr"
	"go.uber.org/goleak"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
	"thirdspace/p2p/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newDevice(t testing.TB) *identity.Device {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return must(identity.NewDevice(key))
}

// newHost is a real libp2p host on loopback: TCP, TLS 1.3, yamux.
func newHost(t testing.TB, d *identity.Device) host.Host {
	t.Helper()
	ps := must(pstoremem.NewPeerstore())
	if err := errors.Join(ps.AddPrivKey(d.ID(), d.Key()), ps.AddPubKey(d.ID(), d.Key().GetPublic())); err != nil {
		t.Fatal(err)
	}
	bus, rcmgr := eventbus.NewBus(), &network.NullResourceManager{}
	sw := must(swarm.NewSwarm(d.ID(), ps, bus, swarm.WithResourceManager(rcmgr)))
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	tls := must(sectls.New(sectls.ID, d.Key(), muxers))
	up := must(upgrader.New([]sec.SecureTransport{tls}, muxers, nil, rcmgr, nil))
	if err := sw.AddTransport(must(tcp.NewTCPTransport(up, rcmgr, nil))); err != nil {
		t.Fatal(err)
	}
	h := must(basichost.NewHost(sw, &basichost.HostOpts{EventBus: bus}))
	if err := sw.Listen(must(multiaddr.NewMultiaddr("/ip4/127.0.0.1/tcp/0"))); err != nil {
		t.Fatal(err)
	}
	h.Start()
	t.Cleanup(func() { h.Close() })
	return h
}

// class is a room for tests: a host and students on real libp2p hosts, and a pubsub that loses what it is told to.
type class struct {
	t    testing.TB
	room string
	host *machine
	// Set once, by the first machine: a host that is started again is the same peer.
	hostID peer.ID

	mu       sync.Mutex
	machines []*machine
	members  map[peer.ID]bool
	metered  map[peer.ID]bool // by the host
	lose     func(from, to peer.ID) bool

	seating sync.Mutex
	seats   map[peer.ID][]peer.ID // whose other keys' facts are theirs
}

// machine is one member's.
type machine struct {
	class  *class
	device *identity.Device
	net    host.Host
	store  *memory
	j      *journal.Journal

	mu        sync.Mutex
	facts     []journal.Fact
	receipts  []journal.Receipt
	forks     []journal.Fork
	overdone  []peer.ID
	published int
	opened    int
	cut       bool
	seen      chan struct{} // a signal that something has come
}

func newClass(t testing.TB) *class {
	c := &class{t: t, room: wire.NewRoomID(), members: make(map[peer.ID]bool), metered: make(map[peer.ID]bool)}
	c.host = c.join()
	return c
}

// member tells who may speak; who has a machine in the class is one.
func (c *class) member(p peer.ID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.members[p]
}

func (c *class) seat(p peer.ID) []peer.ID {
	c.seating.Lock()
	defer c.seating.Unlock()
	return c.seats[p]
}

func (c *class) join() *machine { return c.joinAs(newDevice(c.t), newMemory(), nil) }

func (c *class) joinAs(d *identity.Device, s *memory, member func(peer.ID) bool) *machine {
	c.t.Helper()
	m := &machine{class: c, device: d, net: newHost(c.t, d), store: s, seen: make(chan struct{}, 1)}
	if member == nil {
		member = c.member
	}
	c.mu.Lock()
	c.members[m.id()] = true
	if c.host == nil {
		c.host = m
	}
	if c.hostID == "" {
		c.hostID = m.id()
	}
	c.mu.Unlock()
	var err error
	m.j, err = journal.Open(context.Background(), journal.Config{
		Room: c.room, Device: d, Storage: s, Net: m, Member: member, Seat: c.seat, Cooldown: time.Millisecond,
		OnFacts:   func(f []journal.Fact) { m.note(func() { m.facts = append(m.facts, f...) }) },
		OnReceipt: func(r journal.Receipt) { m.note(func() { m.receipts = append(m.receipts, r) }) },
		Metered: func(p peer.ID) bool {
			c.mu.Lock()
			defer c.mu.Unlock()
			return m == c.host && c.metered[p]
		},
		OnOverdone: func(p peer.ID) { m.note(func() { m.overdone = append(m.overdone, p) }) },
		OnFork:     func(f journal.Fork) { m.note(func() { m.forks = append(m.forks, f) }) },
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(m.leave)
	m.net.SetStreamHandler(wire.ProtoJournal, func(s network.Stream) {
		m.j.HandleStream(context.Background(), s.Conn().RemotePeer(), s)
	})
	if m != c.host {
		if err := m.net.Connect(context.Background(), peer.AddrInfo{ID: c.host.id(), Addrs: c.host.net.Addrs()}); err != nil {
			c.t.Fatal(err)
		}
	}
	c.mu.Lock()
	c.machines = append(c.machines, m)
	c.mu.Unlock()
	return m
}

// leave stops a machine, as a program that ends.
func (m *machine) leave() {
	m.class.mu.Lock()
	for i, other := range m.class.machines {
		if other == m {
			m.class.machines = append(m.class.machines[:i:i], m.class.machines[i+1:]...)
			break
		}
	}
	m.class.mu.Unlock()
	m.j.Close()
	m.net.Close()
}

// restart ends the machine's program and starts it again over what store holds. The others find it again.
func (m *machine) restart(store *memory) *machine {
	m.leave()
	c := m.class
	wasHost := m == c.host
	if wasHost {
		c.mu.Lock()
		c.host = nil
		c.mu.Unlock()
	}
	again := c.joinAs(m.device, store, nil)
	if wasHost {
		for _, x := range c.all() {
			if x == again {
				continue
			}
			// They may not have noticed yet that the other program is gone.
			_ = x.net.Network().ClosePeer(again.id())
			x.net.Peerstore().ClearAddrs(again.id())
			if err := x.net.Connect(context.Background(), peer.AddrInfo{ID: again.id(), Addrs: again.net.Addrs()}); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	return again
}

// all are the machines that run.
func (c *class) all() []*machine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.machines)
}

func (m *machine) id() peer.ID     { return m.device.ID() }
func (m *machine) Self() peer.ID   { return m.id() }
func (m *machine) HostID() peer.ID { return m.class.hostID }

func (m *machine) setCut(cut bool) { m.note(func() { m.cut = cut }) }

func (m *machine) isCut() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cut
}

func (m *machine) Open(ctx context.Context, to peer.ID, proto string) (network.Stream, error) {
	m.note(func() { m.opened++ })
	if m.isCut() {
		return nil, errors.New("no way to the host")
	}
	return m.net.NewStream(ctx, to, protocol.ID(proto))
}

// Publish brings a message to everybody else but to whom it is lost.
func (m *machine) Publish(topic string, data []byte) error {
	if topic != wire.TopicFacts || len(data) > wire.MaxPubsub {
		m.class.t.Errorf("published %d bytes on %q", len(data), topic)
	}
	m.note(func() { m.published++ })
	if m.isCut() {
		return errors.New("no way to the host")
	}
	m.class.mu.Lock()
	defer m.class.mu.Unlock()
	for _, to := range m.class.machines {
		if to != m && !to.isCut() && (m.class.lose == nil || !m.class.lose(m.id(), to.id())) {
			to.j.HandlePubsub(m.class.host.id(), m.id(), data)
		}
	}
	return nil
}

func (m *machine) note(f func()) {
	m.mu.Lock()
	f()
	m.mu.Unlock()
	select {
	case m.seen <- struct{}{}:
	default:
	}
}

// wait waits until ok holds for what this machine has been told.
func (m *machine) wait(what string, ok func() bool) {
	m.class.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		m.mu.Lock()
		is := ok()
		m.mu.Unlock()
		if is {
			return
		}
		select {
		case <-m.seen:
		case <-time.After(20 * time.Millisecond): // what ok looks at may not be told of
		case <-deadline:
			m.class.t.Fatalf("it never came to this: %s", what)
		}
	}
}

func (m *machine) append(kind string, audience []peer.ID, body string) journal.Fact {
	m.class.t.Helper()
	f, err := m.j.Append(context.Background(), kind, audience, []byte(body))
	if err != nil {
		m.class.t.Fatal(err)
	}
	return f
}

func (m *machine) sync() {
	m.class.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := m.j.Sync(ctx, m.class.host.id()); err != nil {
		m.class.t.Fatal(err)
	}
}

// syncWhenLet compares logs with the host as soon as it may: the host is done with this machine for a moment.
func (m *machine) syncWhenLet() {
	m.class.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := m.j.Sync(ctx, m.class.host.id())
		if err == nil {
			return
		}
		if !errors.Is(err, journal.ErrRefused) {
			m.class.t.Fatal(err)
		}
		select {
		case <-ctx.Done():
			m.class.t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// bodies are those told of, of one author.
func (m *machine) bodies(author peer.ID) (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range m.facts {
		if f.Author == author {
			out = append(out, string(f.Body))
		}
	}
	return out
}
