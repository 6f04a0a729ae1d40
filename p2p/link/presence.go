package link

import (
	"context"
	"math"

	"github.com/libp2p/go-libp2p/core/peer"
)

// presence tells listeners who has come and gone, in order, from one goroutine.
type presence struct {
	listeners []func(peer.ID, bool)
	news      *mailbox[arrival]
}

type arrival struct {
	peer peer.ID
	here bool
}

func newPresence() *presence {
	return &presence{news: newMailbox[arrival](math.MaxInt, math.MaxInt, nil)}
}

func (p *presence) listen(f func(peer.ID, bool)) { p.listeners = append(p.listeners, f) }

func (p *presence) tell(id peer.ID, here bool) {
	if len(p.listeners) > 0 {
		p.news.put(arrival{id, here})
	}
}

func (p *presence) run(ctx context.Context) error {
	for {
		news, _, err := p.news.take(ctx)
		if err != nil {
			return err
		}
		for _, n := range news {
			for _, f := range p.listeners {
				f(n.peer, n.here)
			}
		}
	}
}
