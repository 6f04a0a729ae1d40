package doc

import (
	"context"
	"crypto/rand"
	"errors"
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

	"thirdspace/p2p/wire"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newKey(t testing.TB) crypto.PrivKey {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// newHost is a real libp2p host on loopback: TCP, TLS 1.3, yamux.
func newHost(t testing.TB, key crypto.PrivKey) host.Host {
	t.Helper()
	id := must(peer.IDFromPrivateKey(key))
	ps := must(pstoremem.NewPeerstore())
	if err := errors.Join(ps.AddPrivKey(id, key), ps.AddPubKey(id, key.GetPublic())); err != nil {
		t.Fatal(err)
	}
	bus, rcmgr := eventbus.NewBus(), &network.NullResourceManager{}
	sw := must(swarm.NewSwarm(id, ps, bus, swarm.WithResourceManager(rcmgr)))
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	tls := must(sectls.New(sectls.ID, key, muxers))
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

// class is a room for tests: real hosts in a star, and a pubsub that loses what it is told to.
type class struct {
	t    testing.TB
	mu   sync.Mutex
	host *machine
	all  map[peer.ID]*machine
	lose func() bool
}

// machine is one member's.
type machine struct {
	class *class
	key   crypto.PrivKey
	net   host.Host
	disk  *memory
	store *Store
	board *Board
	send  *MirrorSender
	recv  *MirrorReceiver

	looks   *Looks
	lookers *Lookers

	mu      sync.Mutex
	teaches map[peer.ID]bool // who may look here; the host always may
	public  map[string]*Authority
	opened  int
	changes []ReplicaState
}

func newClass(t testing.TB) *class {
	c := &class{t: t, all: make(map[peer.ID]*machine)}
	c.host = c.start(newKey(t), newMemory())
	return c
}

func (c *class) join() *machine { return c.start(newKey(c.t), newMemory()) }

// start starts a machine, anew or again with what it had on its disk.
func (c *class) start(key crypto.PrivKey, disk *memory) *machine {
	c.t.Helper()
	m := &machine{class: c, key: key, net: newHost(c.t, key), disk: disk}
	c.mu.Lock()
	if c.host == nil || c.host.id() == m.id() {
		c.host = m
	}
	c.mu.Unlock()
	m.store = must(NewStore(StoreConfig{Storage: disk, Self: m.id().String(), Every: time.Millisecond}))
	m.board = must(NewBoard(BoardConfig{Store: m.store, Net: m, Every: time.Millisecond}))
	m.send = must(NewMirrorSender(MirrorSenderConfig{Store: m.store, Net: m, Every: time.Millisecond, Retry: 5 * time.Millisecond}))
	m.recv = must(OpenMirror(context.Background(), MirrorReceiverConfig{Store: m.store, OnChange: func(_ peer.ID, s ReplicaState) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.changes = append(m.changes, s)
	}}))
	m.looks = must(NewLooks(LooksConfig{Net: m, Every: 200 * time.Millisecond, Lease: time.Hour, Retry: 5 * time.Millisecond}))
	m.lookers = must(NewLookers(LookersConfig{
		Document: func(id string) *Authority {
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.public[id]
		},
		May: func(p peer.ID) bool {
			m.mu.Lock()
			defer m.mu.Unlock()
			teaches, told := m.teaches[p]
			return teaches || !told && p == m.HostID()
		},
	}))
	c.t.Cleanup(m.stop)
	m.net.SetStreamHandler(wire.ProtoLook, func(s network.Stream) {
		m.lookers.HandleStream(context.Background(), s.Conn().RemotePeer(), s)
	})
	m.net.SetStreamHandler(wire.ProtoDoc, func(s network.Stream) {
		m.board.HandleStream(context.Background(), s.Conn().RemotePeer(), s)
	})
	m.net.SetStreamHandler(wire.ProtoMirror, func(s network.Stream) {
		m.recv.HandleStream(context.Background(), s.Conn().RemotePeer(), s)
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.all {
		if m == c.host {
			other.connect(m)
		}
	}
	if m != c.host {
		m.connect(c.host)
	}
	c.all[m.id()] = m
	return m
}

// may says who may look at this machine's documents.
func (m *machine) may(p peer.ID, may bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.teaches == nil {
		m.teaches = map[peer.ID]bool{}
	}
	m.teaches[p] = may
}

// open lets a document of this machine be mirrored and looked at.
func (m *machine) open(a *Authority) {
	m.mu.Lock()
	if m.public == nil {
		m.public = map[string]*Authority{}
	}
	m.public[a.ID()] = a
	m.mu.Unlock()
	m.send.Add(a)
	m.send.Up()
}

// connect makes a new connection, as the link does: an old one may not know yet that its other end is dead.
func (m *machine) connect(to *machine) {
	m.class.t.Helper()
	m.net.Network().ClosePeer(to.id())
	if err := m.net.Connect(context.Background(), peer.AddrInfo{ID: to.id(), Addrs: to.net.Addrs()}); err != nil {
		m.class.t.Fatal(err)
	}
}

// stop ends a machine, as a program that ends.
func (m *machine) stop() {
	m.class.mu.Lock()
	if m.class.all[m.id()] == m {
		delete(m.class.all, m.id())
	}
	m.class.mu.Unlock()
	m.looks.Close()
	m.lookers.Close()
	m.board.Close()
	m.send.Close()
	m.recv.Close()
	m.store.Close()
	m.net.Close()
}

func (m *machine) id() peer.ID   { return must(peer.IDFromPrivateKey(m.key)) }
func (m *machine) Self() peer.ID { return m.id() }
func (m *machine) HostID() peer.ID {
	m.class.mu.Lock()
	defer m.class.mu.Unlock()
	return m.class.host.id()
}

func (m *machine) Open(ctx context.Context, to peer.ID, proto string) (network.Stream, error) {
	m.mu.Lock()
	m.opened++
	m.mu.Unlock()
	return m.net.NewStream(network.WithNoDial(ctx, "as a link"), to, protocol.ID(proto))
}

func (m *machine) Publish(topic string, data []byte) error {
	if topic != wire.TopicBoard || len(data) > wire.MaxPubsub {
		m.class.t.Errorf("published %d bytes on %q", len(data), topic)
	}
	m.class.mu.Lock()
	var to []*machine
	for _, other := range m.class.all {
		if other != m && (m.class.lose == nil || !m.class.lose()) {
			to = append(to, other)
		}
	}
	m.class.mu.Unlock()
	for _, other := range to {
		other.board.HandlePubsub(m.id(), m.id(), data)
	}
	return nil
}

// beat is the host's: it tells everyone the versions on its board.
func (c *class) beat() {
	c.mu.Lock()
	host := c.host
	var all []*machine
	for _, m := range c.all {
		all = append(all, m)
	}
	c.mu.Unlock()
	for id, v := range host.board.Versions() {
		for _, m := range all {
			m.board.SawVersion(id, v.Epoch, v.Version)
		}
	}
}

// sees is what a machine holds of a document on the host's board.
func (m *machine) sees(id string) Snapshot {
	m.board.mu.Lock()
	f := m.board.followed[id]
	m.board.mu.Unlock()
	if f == nil {
		return Snapshot{}
	}
	return f.doc.Snapshot()
}
