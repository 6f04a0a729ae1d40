package link

import (
	"context"
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	msmux "github.com/multiformats/go-multistream"
)

// gated is a host as pubsub and every protocol but admission see it: there are no machines besides the admitted ones.
// A connection gater could not do this, for it decides about connections, and admission needs one.
type gated struct {
	host.Host
	roster *roster
	ctx    context.Context // of the session
}

func (g gated) guard(h network.StreamHandler) network.StreamHandler {
	return func(s network.Stream) {
		if !g.roster.hears(s.Conn()) {
			s.Reset()
			return
		}
		h(s)
	}
}

func (g gated) SetStreamHandler(p protocol.ID, h network.StreamHandler) {
	g.Host.SetStreamHandler(p, g.guard(h))
}

func (g gated) SetStreamHandlerMatch(p protocol.ID, match func(protocol.ID) bool, h network.StreamHandler) {
	g.Host.SetStreamHandlerMatch(p, match, g.guard(h))
}

// NewStream waits until p has been admitted: pubsub opens a stream, in a goroutine of its own, to every machine that
// speaks its protocol as soon as it is connected, and so begins to speak by itself at the right moment.
func (g gated) NewStream(ctx context.Context, p peer.ID, protocols ...protocol.ID) (network.Stream, error) {
	for {
		m, ok, changed := g.roster.settled(p)
		if ok {
			return g.open(ctx, p, m.conn, protocols...)
		}
		if g.Network().Connectedness(p) != network.Connected {
			return nil, ErrAway
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// open opens a stream on the connection that was admitted: never on another of the same machine, and without dialling.
func (g gated) open(ctx context.Context, p peer.ID, conn string, protocols ...protocol.ID) (network.Stream, error) {
	for _, c := range g.Network().ConnsToPeer(p) {
		if c.ID() == conn {
			return openOn(ctx, c, protocols...)
		}
	}
	return nil, ErrAway
}

// openOn opens a stream on a connection, and agrees with the other side on one of the protocols.
func openOn(ctx context.Context, c network.Conn, protocols ...protocol.ID) (network.Stream, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, admissionTime)
		defer cancel()
	}
	s, err := c.NewStream(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening a stream: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { s.Reset() })
	chosen, err := msmux.SelectOneOf(protocols, s)
	if err == nil {
		err = s.SetProtocol(chosen)
	}
	if !stop() {
		err = errors.Join(err, ctx.Err())
	}
	if err != nil {
		s.Reset()
		return nil, fmt.Errorf("agreeing on a protocol: %w", err)
	}
	return s, nil
}
