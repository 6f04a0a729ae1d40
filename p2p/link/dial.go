package link

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	sectls "github.com/libp2p/go-libp2p/p2p/security/tls"
	ma "github.com/multiformats/go-multiaddr"
	msmux "github.com/multiformats/go-multistream"
)

// dial connects to the host at the addresses that are known now; the first that proves the host's key wins.
// Its error is a *Refusal (other-key), or wraps ErrNoAnswer.
func (g *guest) dial(ctx context.Context) (network.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	addrs := g.cfg.Addrs()
	if len(addrs) == 0 {
		return nil, noAnswer(errors.New("no address of the host is known"))
	}
	addrs = addrs[:min(len(addrs), maxAddresses)]
	host := g.HostID()
	if host == "" {
		var err error
		if host, err = whoIs(ctx, addrs); err != nil {
			return nil, noAnswer(err)
		}
	}
	if host == g.self {
		return nil, noAnswer(errors.New("the address is this machine's own"))
	}
	book := g.node.Peerstore()
	book.ClearAddrs(host) // only what Addrs says is dialled, not what the host once said about itself
	var order []ma.Multiaddr
	for _, a := range addrs {
		m, err := g.node.dialAddr(a)
		if err != nil {
			return nil, noAnswer(fmt.Errorf("the address %s cannot be used: %w", a, err))
		}
		order = append(order, m)
	}
	g.node.setOrder(order)
	book.AddAddrs(host, order, peerstore.TempAddrTTL)
	g.node.swarm.Backoff().Clear(host) // a host that was off a moment ago may be back
	conn, err := g.node.Network().DialPeer(network.WithDialPeerTimeout(ctx, dialTime), host)
	if err != nil {
		return nil, g.explain(err)
	}
	g.strange = 0
	g.choose(conn)
	return conn, nil
}

// choose keeps one connection and closes the others, those too that are only now being made: several addresses may have
// answered. The host would otherwise see a machine with two voices.
func (g *guest) choose(conn network.Conn) {
	g.chosen.Store(conn.ID())
	for _, c := range g.node.Network().Conns() {
		g.found(c)
	}
}

// found closes a connection that is not the chosen one.
func (g *guest) found(c network.Conn) {
	if chosen := g.chosen.Load(); chosen != "" && chosen != c.ID() {
		g.spawn(func() { c.Close() })
	}
}

// explain tells "somebody else answered" from "nobody answered".
func (g *guest) explain(err error) error {
	var failed *swarm.DialError
	if !errors.As(err, &failed) {
		g.strange = 0
		return noAnswer(err)
	}
	strangers := 0
	reasons := make([]error, 0, len(failed.DialErrors))
	for _, e := range failed.DialErrors {
		if errors.As(e.Cause, new(sec.ErrPeerIDMismatch)) {
			strangers++
		}
		reasons = append(reasons, fmt.Errorf("%s: %w", e.Address, plainly(e.Cause)))
	}
	if strangers > 0 && strangers == len(failed.DialErrors) {
		g.strange++
	} else {
		g.strange = 0 // nobody else is there, or the host may be at the address that did not answer
	}
	switch {
	case strangers > 0:
		return &Refusal{Code: RefusedOtherKey}
	case len(reasons) == 0:
		return noAnswer(plainly(err))
	}
	return noAnswer(errors.Join(reasons...))
}

// plainly puts the usual failures of a dial into words.
func plainly(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nothing listens there")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return errors.New("no answer in time")
	}
	return err
}

// whoIs asks one address after the other for the key of the machine there. libp2p connects only to a key that is known
// beforehand; when all a person has is an address, this is how the key is learned. The question is asked under a key
// made for it, so that it is no connection of ours in the other machine's eyes.
func whoIs(ctx context.Context, addrs []netip.AddrPort) (peer.ID, error) {
	var failed []error
	for _, a := range addrs {
		id, err := whoIsAt(ctx, a)
		if err == nil {
			return id, nil
		}
		failed = append(failed, fmt.Errorf("%s: %w", a, plainly(err)))
	}
	return "", errors.Join(failed...)
}

func whoIsAt(ctx context.Context, a netip.AddrPort) (peer.ID, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	tls, err := sectls.New(sectls.ID, key, nil)
	if err != nil {
		return "", fmt.Errorf("preparing TLS: %w", err)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", a.String())
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(dialTime))
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if err := msmux.SelectProtoOrFail(sectls.ID, conn); err != nil {
		return "", foreign(ctx, err)
	}
	secure, err := tls.SecureOutbound(ctx, conn, "")
	if err != nil {
		return "", foreign(ctx, err)
	}
	return secure.RemotePeer(), nil
}

// foreign is the error of a machine that took the connection and did not speak as ThirdSpace does. One that said nothing
// in time may still be a busy host.
func foreign(ctx context.Context, err error) error {
	var timeout interface{ Timeout() bool }
	if ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	return fmt.Errorf("%w: %w", ErrOtherProgram, err)
}
