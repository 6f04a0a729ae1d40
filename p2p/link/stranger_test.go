package link

import (
	"bufio"
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"thirdspace/p2p/cpace"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// stranger is a libp2p host of our make that keeps to no rules.
type stranger struct{ *node }

func newStranger(t *testing.T, d *identity.Device) stranger {
	t.Helper()
	n, err := newNode(d.Key(), func(peer.ID) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return stranger{n}
}

func (s stranger) connect(t *testing.T, room *classroom) {
	t.Helper()
	a, err := manet.FromNetAddr(net.TCPAddrFromAddrPort(room.at()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Connect(ctx, peer.AddrInfo{ID: room.Self(), Addrs: []multiaddr.Multiaddr{a}}); err != nil {
		t.Error("a stranger cannot even connect:", err)
	}
}

// ask says the first word of joining and hears the first answer.
func (s stranger) ask(t *testing.T, room *classroom, asks ...wire.JoinAsk) (wire.JoinAnswer, error) {
	t.Helper()
	s.connect(t, room)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	st, err := s.NewStream(ctx, room.Self(), wire.ProtoJoin)
	if err != nil {
		return wire.JoinAnswer{}, err
	}
	defer st.Reset()
	r := bufio.NewReader(st)
	var answer wire.JoinAnswer
	for _, a := range asks {
		if err := wire.WriteFrame(st, wire.MaxJoin, a); err != nil {
			return answer, err
		}
		answer = wire.JoinAnswer{}
		if err := wire.ReadFrame(r, wire.MaxJoin, &answer); err != nil {
			return answer, err
		}
	}
	return answer, nil
}

// guess begins to prove a code, and breaks off at the host's share.
func (s stranger) guess(t *testing.T, room *classroom) (wire.JoinAnswer, error) {
	t.Helper()
	proof := cpace.NewInitiator([]byte("111111"), codeContext(s.ID(), room.Self(), room.Room()))
	return s.ask(t, room, wire.JoinAsk{Version: wire.Version}, wire.JoinAsk{SessionID: proof.SessionID(), Share: proof.Share()})
}

func (s stranger) addrs(t *testing.T) func() []netip.AddrPort {
	t.Helper()
	port, err := s.listen(0)
	if err != nil {
		t.Fatal(err)
	}
	return func() []netip.AddrPort {
		return []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))}
	}
}

// answers makes the stranger a host that gives these answers, one to each thing it is asked.
func (s stranger) answers(t *testing.T, answers ...wire.JoinAnswer) {
	s.host(t, func(n int, _ wire.JoinAsk) *wire.JoinAnswer {
		if n < len(answers) {
			return &answers[n]
		}
		return nil
	})
}

// lies makes the stranger a host that asks for the code and makes up its proof. It returns what the stranger was told.
func (s stranger) lies(t *testing.T, room string) func() []wire.JoinAsk {
	var mu sync.Mutex
	var told []wire.JoinAsk
	s.host(t, func(n int, a wire.JoinAsk) *wire.JoinAnswer {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, a)
		switch n {
		case 0:
			return &wire.JoinAnswer{Version: wire.Version, Room: room, Next: wire.JoinNextCode}
		case 1:
			proof, err := cpace.NewResponder([]byte("000000"), nil, a.SessionID, a.Share)
			if err != nil {
				return nil
			}
			return &wire.JoinAnswer{Share: proof.Share()}
		case 2:
			return &wire.JoinAnswer{Tag: make([]byte, cpace.TagSize)}
		}
		return nil
	})
	return func() []wire.JoinAsk {
		mu.Lock()
		defer mu.Unlock()
		return told
	}
}

func (s stranger) host(t *testing.T, answer func(n int, a wire.JoinAsk) *wire.JoinAnswer) {
	t.Helper()
	s.SetStreamHandler(protocol.ID(wire.ProtoJoin), func(st network.Stream) {
		defer st.Reset()
		r := bufio.NewReader(st)
		for n := 0; ; n++ {
			var a wire.JoinAsk
			if wire.ReadFrame(r, wire.MaxJoin, &a) != nil {
				return
			}
			said := answer(n, a)
			if said == nil || wire.WriteFrame(st, wire.MaxJoin, said) != nil {
				return
			}
		}
	})
}
