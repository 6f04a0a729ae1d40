package link

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	manet "github.com/multiformats/go-multiaddr/net"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Ask learns which room is open at the first of these addresses that answers, and who hosts it, without saying who asks:
// the question is put under a key made for it. Unless expected is empty only that host is asked. Its error is a *Refusal,
// above all one of the version or of another key, or wraps ErrNoAnswer; ErrOtherProgram if a program answers that is no
// ThirdSpace.
func Ask(ctx context.Context, addrs []netip.AddrPort, expected peer.ID, log *slog.Logger) (room string, host peer.ID, err error) {
	room, host, _, err = AskMoves(ctx, addrs, expected, log)
	return room, host, err
}

// AskMoves is [Ask], and hears besides by which vouches the room has come to its host. They are the host's word and not
// checked: see identity.Successor.
func AskMoves(ctx context.Context, addrs []netip.AddrPort, expected peer.ID, log *slog.Logger) (room string, host peer.ID, moves []identity.Vouch, err error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return "", "", nil, fmt.Errorf("making a key: %w", err)
	}
	device, err := identity.NewDevice(key)
	if err != nil {
		return "", "", nil, err
	}
	s, err := Join(JoinConfig{Device: device, Host: expected, Addrs: func() []netip.AddrPort { return addrs }, Name: "nobody", Log: log})
	if err != nil {
		return "", "", nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.open(); err != nil {
		return "", "", nil, err
	}
	return s.side.(*guest).askRoom(ctx)
}

// askRoom says no more than the version, and hears the name of the room.
func (g *guest) askRoom(ctx context.Context) (string, peer.ID, []identity.Vouch, error) {
	conn, err := g.dial(ctx)
	if err != nil {
		return "", "", nil, err
	}
	s, err := openOn(ctx, conn, wire.ProtoJoin)
	if err != nil {
		return "", "", nil, fmt.Errorf("asking for the room: %w", err)
	}
	defer s.Reset()
	defer context.AfterFunc(ctx, func() { s.Reset() })()
	t := newTalk(s)
	if err := t.sendAsk(wire.JoinAsk{Version: wire.Version}); err != nil {
		return "", "", nil, err
	}
	answer, err := g.firstAnswer(t)
	if err != nil {
		return "", "", nil, err
	}
	moves, err := movesIn(answer)
	return answer.Room, conn.RemotePeer(), moves, err
}

// movesIn reads the vouches that a host shows.
func movesIn(answer wire.JoinAnswer) ([]identity.Vouch, error) {
	moves := make([]identity.Vouch, len(answer.Vouches))
	for i, raw := range answer.Vouches {
		if err := wire.Unmarshal(raw, &moves[i]); err != nil {
			return nil, fmt.Errorf("%w: %w", errHost, err)
		}
	}
	return moves, nil
}

// HostAddr is the address at which this machine is connected to the host; false while it is not, and on the host.
func (s *Session) HostAddr() (netip.AddrPort, bool) {
	s.mu.Lock()
	host, n := s.hostID, s.node
	s.mu.Unlock()
	if n == nil || host == s.self {
		return netip.AddrPort{}, false
	}
	for _, c := range n.Network().ConnsToPeer(host) {
		a, err := manet.ToNetAddr(c.RemoteMultiaddr())
		if err != nil {
			continue
		}
		if at, err := netip.ParseAddrPort(a.String()); err == nil {
			return n.realAddr(at), true
		}
	}
	return netip.AddrPort{}, false
}

// realAddr undoes nameFor.
func (n *node) realAddr(a netip.AddrPort) netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	if real, ok := n.zones[a]; ok {
		return real
	}
	return a
}
