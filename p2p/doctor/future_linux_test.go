package doctor

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/sec"
	bhost "github.com/libp2p/go-libp2p/p2p/host/basic"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	tptu "github.com/libp2p/go-libp2p/p2p/net/upgrader"
	sectls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

func newDevice() (*identity.Device, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	return identity.NewDevice(key)
}

// playFuture is a host of a later version: it speaks the same transport, and says no to whoever asks in this version. With
// an argument it announces its room.
func playFuture(args []string) error {
	d, err := newDevice()
	if err != nil {
		return err
	}
	s, err := futureSwarm(d)
	if err != nil {
		return err
	}
	h, err := bhost.NewHost(s, &bhost.HostOpts{})
	if err != nil {
		return err
	}
	defer h.Close()
	h.SetStreamHandler(wire.ProtoJoin, func(st network.Stream) {
		var ask wire.JoinAsk
		if wire.ReadFrame(bufio.NewReader(st), wire.MaxJoin, &ask) == nil {
			wire.WriteFrame(st, wire.MaxJoin, wire.JoinAnswer{Version: wire.Version + 1, Next: "dance"})
		}
		st.Close()
	})
	h.Start()
	a, err := ma.NewMultiaddr(fmt.Sprintf("/ip4/0.0.0.0/tcp/%d", wire.UsualPort))
	if err != nil {
		return err
	}
	if err := s.Listen(a); err != nil {
		return err
	}
	if len(args) > 0 {
		a, err := discover.Announce(context.Background(), discover.Announcement{Room: wire.NewRoomID(), Host: d.ID(), Title: "Tomorrow", Port: wire.UsualPort}, slog.Default())
		if err != nil {
			return err
		}
		defer a.Close()
	}
	return untilInputEnds("open")
}

func futureSwarm(d *identity.Device) (*swarm.Swarm, error) {
	store, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(store.AddPrivKey(d.ID(), d.Key()), store.AddPubKey(d.ID(), d.Key().GetPublic())); err != nil {
		return nil, err
	}
	s, err := swarm.NewSwarm(d.ID(), store, eventbus.NewBus())
	if err != nil {
		return nil, err
	}
	muxers := []tptu.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	tls, err := sectls.New(sectls.ID, d.Key(), muxers)
	if err != nil {
		return nil, err
	}
	up, err := tptu.New([]sec.SecureTransport{tls}, muxers, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	transport, err := tcp.NewTCPTransport(up, nil, nil)
	if err != nil {
		return nil, err
	}
	return s, s.AddTransport(transport)
}
