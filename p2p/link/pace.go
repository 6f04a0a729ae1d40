package link

import (
	"context"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/protocol"
	"golang.org/x/time/rate"
)

// How fast pubsub's stream from one machine is read. Pubsub reads the length of an envelope byte by byte and passes over
// empty ones without asking anybody, so that a machine that sends zeros would have the host turn a loop for each of its
// bytes. A message takes a handful of reads. What comes faster waits on the sender's side.
const (
	readRate, readBurst   = 5000, 20000       // reads a second, reads at once
	paceBytes, paceBBurst = 4 << 20, 16 << 20 // bytes a second, bytes at once
)

// paced is a stream that is read no faster than that.
type paced struct {
	network.Stream
	ctx          context.Context // of the session
	reads, bytes *rate.Limiter
}

func newPaced(ctx context.Context, s network.Stream) *paced {
	return &paced{Stream: s, ctx: ctx, reads: rate.NewLimiter(readRate, readBurst), bytes: rate.NewLimiter(paceBytes, paceBBurst)}
}

// Read waits until it may.
func (p *paced) Read(b []byte) (int, error) {
	if err := p.reads.Wait(p.ctx); err != nil {
		return 0, err
	}
	n, err := p.Stream.Read(b)
	if n > 0 {
		if waited := p.bytes.WaitN(p.ctx, min(n, paceBBurst)); waited != nil {
			return n, waited
		}
	}
	return n, err
}

// pubsubHost is a gated host whose streams are paced.
type pubsubHost struct{ gated }

func (h pubsubHost) pace(handle network.StreamHandler) network.StreamHandler {
	return func(s network.Stream) { handle(newPaced(h.ctx, s)) }
}

func (h pubsubHost) SetStreamHandler(p protocol.ID, handle network.StreamHandler) {
	h.gated.SetStreamHandler(p, h.pace(handle))
}

func (h pubsubHost) SetStreamHandlerMatch(p protocol.ID, match func(protocol.ID) bool, handle network.StreamHandler) {
	h.gated.SetStreamHandlerMatch(p, match, h.pace(handle))
}
