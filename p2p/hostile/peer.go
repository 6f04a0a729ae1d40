package hostile

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/core/sec"
	bhost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	sectls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Peer is one hostile machine.
type Peer struct {
	host.Host
	Device *identity.Device
	Room   string
	Target peer.ID // the room's host

	at          ma.Multiaddr
	certificate []byte
}

// New makes a machine that knows where a room is, and is not in it.
func New(at netip.AddrPort, target peer.ID) (*Peer, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	p := &Peer{Target: target}
	if p.Device, err = identity.NewDevice(key); err != nil {
		return nil, err
	}
	if p.at, err = manet.FromNetAddr(net.TCPAddrFromAddrPort(at)); err != nil {
		return nil, err
	}
	p.Host, err = newHost(p.Device)
	return p, err
}

// newHost is libp2p without limits.
func newHost(d *identity.Device) (host.Host, error) {
	store, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(store.AddPrivKey(d.ID(), d.Key()), store.AddPubKey(d.ID(), d.Key().GetPublic())); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	bus, unlimited := eventbus.NewBus(), &network.NullResourceManager{}
	s, err := swarm.NewSwarm(d.ID(), store, bus, swarm.WithResourceManager(unlimited))
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	tls, err := sectls.New(sectls.ID, d.Key(), muxers)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	up, err := upgrader.New([]sec.SecureTransport{tls}, muxers, nil, unlimited, nil)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	transport, err := tcp.NewTCPTransport(up, unlimited, nil, tcp.DisableReuseport())
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.AddTransport(transport); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	h, err := bhost.NewHost(s, &bhost.HostOpts{EventBus: bus})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	h.Start()
	return h, nil
}

// Close ends everything.
func (p *Peer) Close() error { return errors.Join(p.Host.Close(), p.Peerstore().Close()) }

// Connect makes a connection if there is none.
func (p *Peer) Connect(ctx context.Context) error {
	return p.Host.Connect(ctx, peer.AddrInfo{ID: p.Target, Addrs: []ma.Multiaddr{p.at}})
}

// Enter comes in by an open door under a name, or, when it has been in, with its certificate. A refusal is an error.
func (p *Peer) Enter(ctx context.Context, name string) error {
	asks := []wire.JoinAsk{{Version: wire.Version}, {Name: name}}
	if p.certificate != nil {
		asks = []wire.JoinAsk{{Version: wire.Version, Certificate: p.certificate}}
	}
	s, err := p.Stream(ctx, wire.ProtoJoin)
	if err != nil {
		return err
	}
	defer s.Reset()
	r := bufio.NewReader(s)
	for _, ask := range asks {
		// Even a name of a megabyte is sent: the other side is to refuse it.
		if err := wire.WriteFrame(s, 1<<30, ask); err != nil {
			return err
		}
		var answer wire.JoinAnswer
		if err := wire.ReadFrame(r, wire.MaxJoin, &answer); err != nil {
			return err
		}
		if answer.Refusal != nil {
			return fmt.Errorf("refused: %s", answer.Refusal.Code)
		}
		if answer.Room != "" {
			p.Room = answer.Room
		}
		if answer.Certificate != nil {
			p.certificate = answer.Certificate
		}
	}
	if p.certificate == nil {
		return errors.New("there was no certificate")
	}
	return nil
}

// Stream opens a stream of a protocol, connecting first if need be.
func (p *Peer) Stream(ctx context.Context, proto string) (network.Stream, error) {
	if err := p.Connect(ctx); err != nil {
		return nil, err
	}
	return p.NewStream(ctx, p.Target, protocol.ID(proto))
}

// HalfOpen opens a stream on which not even the protocol is named.
func (p *Peer) HalfOpen(ctx context.Context) (network.Stream, error) {
	if err := p.Connect(ctx); err != nil {
		return nil, err
	}
	for _, c := range p.Network().ConnsToPeer(p.Target) {
		return c.NewStream(ctx)
	}
	return nil, errors.New("there is no connection")
}

// IsOut tells whether the host has closed every connection.
func (p *Peer) IsOut() bool { return p.Network().Connectedness(p.Target) != network.Connected }

// frameTime bounds the writing of one frame to somebody who may have stopped reading.
const frameTime = 5 * time.Second
