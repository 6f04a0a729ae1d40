package link

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/sec"
	bhost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	tptu "github.com/libp2p/go-libp2p/p2p/net/upgrader"
	sectls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ygo "github.com/libp2p/go-yamux/v5"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"
)

// node is a libp2p host made of the parts a classroom needs: TCP, TLS 1.3 and yamux. The constructor of the root package
// would link every transport libp2p has, and relays and hole punching, whatever its options say.
type node struct {
	host.Host
	swarm *swarm.Swarm
	poke  event.Emitter // of EvtPeerProtocolsUpdated, see topics

	mu    sync.Mutex
	zones map[netip.AddrPort]netip.AddrPort // see dialAddr
	order []ma.Multiaddr                    // see rank
}

// newNode makes a host. mayOpen is asked about each stream that another machine opens.
func newNode(key crypto.PrivKey, mayOpen func(peer.ID) bool) (*node, error) {
	limits, err := newLimits(mayOpen)
	if err != nil {
		return nil, fmt.Errorf("setting the limits of connections: %w", err)
	}
	n := &node{zones: map[netip.AddrPort]netip.AddrPort{}}
	bus := eventbus.NewBus()
	if n.swarm, err = newSwarm(key, bus, limits, n); err != nil {
		return nil, errors.Join(err, limits.Close())
	}
	h, err := bhost.NewHost(n.swarm, &bhost.HostOpts{EventBus: bus, UserAgent: "thirdspace"})
	if err != nil {
		return nil, errors.Join(err, n.swarm.Close())
	}
	n.Host = h
	if n.poke, err = bus.Emitter(new(event.EvtPeerProtocolsUpdated)); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	h.Start()
	return n, nil
}

func newSwarm(key crypto.PrivKey, bus event.Bus, limits network.ResourceManager, n *node) (*swarm.Swarm, error) {
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	store, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, fmt.Errorf("making the list of known machines: %w", err)
	}
	if err := errors.Join(store.AddPrivKey(id, key), store.AddPubKey(id, key.GetPublic())); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	s, err := swarm.NewSwarm(id, store, bus, swarm.WithResourceManager(limits),
		// A LAN has no "black holes" to learn from failures, only machines that are off.
		swarm.WithUDPBlackHoleSuccessCounter(nil), swarm.WithIPv6BlackHoleSuccessCounter(nil),
		swarm.WithDialRanker(n.rank), swarm.WithDialTimeout(dialTime), swarm.WithDialTimeoutLocal(dialTime))
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	muxers := []tptu.StreamMuxer{{ID: yamux.ID, Muxer: newMuxer()}}
	tls, err := sectls.New(sectls.ID, key, muxers)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	up, err := tptu.New([]sec.SecureTransport{tls}, muxers, nil, limits, nil)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	// Shared ports are off: with them a second program could listen on ours and nobody would be told.
	transport, err := tcp.NewTCPTransport(up, limits, nil, tcp.DisableReuseport(), tcp.WithConnectionTimeout(dialTime),
		tcp.WithDialerForAddr(func(ma.Multiaddr) (tcp.ContextDialer, error) { return n, nil }))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.AddTransport(transport); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// newMuxer makes yamux notice within 8 s that the other side is gone without a word (2 s of silence, 6 s for a ping):
// that is how a host knows who is still present. Its default takes 40.
func newMuxer() *yamux.Transport {
	c := ygo.DefaultConfig()
	c.KeepAliveInterval = 2 * time.Second
	c.ConnectionWriteTimeout = 6 * time.Second
	c.MaxStreamWindowSize = 4 << 20 // a LAN's round trip needs no more, even at 10 Gbit/s
	c.MaxIncomingStreams = math.MaxUint32
	c.ReadBufSize = 0
	c.LogOutput = io.Discard
	return (*yamux.Transport)(c)
}

// Close closes the host and everything in it, connections at once.
func (n *node) Close() error {
	return errors.Join(n.poke.Close(), n.Host.Close(), n.Peerstore().Close())
}

// listen listens on every interface, IPv4 and IPv6 on the same port, and returns the port. A machine with only one of
// the two listens on that one.
func (n *node) listen(port int) (int, error) {
	if port != 0 {
		return port, n.listenBoth(port)
	}
	const tries = 10 // a port that is free in one family may be taken in the other
	var err error
	for range tries {
		if port, err = freePort(); err != nil {
			return 0, err
		}
		if err = n.listenBoth(port); !errors.Is(err, ErrPortInUse) {
			return port, err
		}
	}
	return 0, err
}

func (n *node) listenBoth(port int) error {
	var failed []error
	for _, unspecified := range []string{"/ip4/0.0.0.0", "/ip6/::"} {
		a, err := ma.NewMultiaddr(fmt.Sprintf("%s/tcp/%d", unspecified, port))
		if err != nil {
			return fmt.Errorf("port %d: %w", port, err)
		}
		if err := n.swarm.AddListenAddr(a); err != nil {
			failed = append(failed, err)
		}
	}
	err := errors.Join(failed...)
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddrInUse) {
		n.swarm.ListenClose(n.Network().ListenAddresses()...)
		return fmt.Errorf("listening on port %d: %w", port, ErrPortInUse)
	}
	if len(n.Network().ListenAddresses()) == 0 {
		return fmt.Errorf("listening on port %d: %w", port, err)
	}
	return nil
}

// windowsAddrInUse is WSAEADDRINUSE; package syscall's EADDRINUSE is a number of its own there.
const windowsAddrInUse = syscall.Errno(10048)

func freePort() (int, error) {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// dialAddr writes an address as the swarm wants it. The swarm drops IPv6 link-local addresses, on which two machines on
// one cable may well depend; they go through it under a name of the discard-only prefix (RFC 6666), and DialContext
// turns the name back into the address.
func (n *node) dialAddr(a netip.AddrPort) (ma.Multiaddr, error) {
	a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	if a.Addr().Is6() && a.Addr().IsLinkLocalUnicast() {
		a = n.nameFor(a)
	}
	return manet.FromNetAddr(net.TCPAddrFromAddrPort(a))
}

func (n *node) nameFor(a netip.AddrPort) netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, known := range n.zones {
		if known == a {
			return name
		}
	}
	b := netip.MustParseAddr("100::").As16()
	number := len(n.zones) + 1
	b[14], b[15] = byte(number>>8), byte(number)
	name := netip.AddrPortFrom(netip.AddrFrom16(b), a.Port())
	n.zones[name] = a
	return name
}

// DialContext makes node the transport's dialer.
func (n *node) DialContext(ctx context.Context, family, address string) (net.Conn, error) {
	if a, err := netip.ParseAddrPort(address); err == nil {
		n.mu.Lock()
		if real, ok := n.zones[a]; ok {
			address = real.String()
		}
		n.mu.Unlock()
	}
	return new(net.Dialer).DialContext(ctx, family, address)
}

// setOrder says which addresses are dialled next, best first.
func (n *node) setOrder(addrs []ma.Multiaddr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.order = addrs
}

// rank makes the swarm dial the addresses in our order, each a little after the one before it (as RFC 8305 has it), not
// all at once: a class would else open several connections each to keep one.
func (n *node) rank(addrs []ma.Multiaddr) []network.AddrDelay {
	n.mu.Lock()
	defer n.mu.Unlock()
	place := func(a ma.Multiaddr) int { return slices.IndexFunc(n.order, a.Equal) }
	slices.SortStableFunc(addrs, func(a, b ma.Multiaddr) int { return cmp.Compare(place(a), place(b)) })
	ranked := make([]network.AddrDelay, len(addrs))
	for i, a := range addrs {
		ranked[i] = network.AddrDelay{Addr: a, Delay: time.Duration(i) * nextAddress}
	}
	return ranked
}
