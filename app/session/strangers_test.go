package session

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
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
	ma "github.com/multiformats/go-multiaddr"

	"thirdspace/p2p/wire"
)

// TestMachineOfAnotherVersion: the teacher's machine knows who was turned away because of the version.
func TestMachineOfAnotherVersion(t *testing.T) {
	host := newMachine(t).open(false)
	if who, ok := host.OtherVersion(); ok {
		t.Fatalf("%v was turned away, and nobody came", who)
	}
	knockAs(t, host, wire.Version+7)
	if who, ok := host.OtherVersion(); !ok || who != (Stranger{netip.MustParseAddr("127.0.0.1"), wire.Version + 7}) {
		t.Errorf("%v, %v was turned away", who, ok)
	}
}

// knockAs asks to be let in, in that version of the protocol, and waits for the answer.
func knockAs(t *testing.T, host *Session, version uint) {
	t.Helper()
	h := plainHost(t)
	at := netip.MustParseAddrPort(address(host))
	to, err := ma.NewMultiaddr(fmt.Sprintf("/ip4/%s/tcp/%d", at.Addr(), at.Port()))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Connect(t.Context(), peer.AddrInfo{ID: host.Self(), Addrs: []ma.Multiaddr{to}}); err != nil {
		t.Fatal(err)
	}
	s, err := h.NewStream(network.WithNoDial(t.Context(), "it is connected"), host.Self(), wire.ProtoJoin)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Reset()
	if err := wire.WriteFrame(s, wire.MaxJoin, wire.JoinAsk{Version: version}); err != nil {
		t.Fatal(err)
	}
	var answer wire.JoinAnswer
	if err := wire.ReadFrame(bufio.NewReader(s), wire.MaxJoin, &answer); err != nil || answer.Refusal == nil {
		t.Fatalf("%+v, %v", answer, err)
	}
}

// plainHost speaks the transport of ThirdSpace and nothing else.
func plainHost(t *testing.T) *bhost.BasicHost {
	t.Helper()
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	muxers := []tptu.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	tls, err1 := sectls.New(sectls.ID, key, muxers)
	up, err2 := tptu.New([]sec.SecureTransport{tls}, muxers, nil, nil, nil)
	transport, err3 := tcp.NewTCPTransport(up, nil, nil)
	store, err4 := pstoremem.NewPeerstore()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	s, err1 := swarm.NewSwarm(id, store, eventbus.NewBus())
	err2 = errors.Join(store.AddPrivKey(id, key), store.AddPubKey(id, key.GetPublic()))
	if err := errors.Join(err1, err2, s.AddTransport(transport)); err != nil {
		t.Fatal(err)
	}
	h, err := bhost.NewHost(s, &bhost.HostOpts{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	h.Start()
	return h
}
