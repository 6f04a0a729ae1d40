package journal

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// HandleStream serves one sync that a peer began: the host or any member, for whoever has facts can give them. One at a
// time is served to each peer: the next waits for it, and ends it if it takes too long.
func (j *Journal) HandleStream(ctx context.Context, from peer.ID, s network.Stream) {
	if !j.mayAsk(from) {
		j.refuse(s, "logs are compared between the members of a room only")
		return
	}
	leave, ok := j.enter(ctx, from, s)
	if !ok {
		j.refuse(s, "logs are being compared with you already")
		return
	}
	defer leave()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(j.ctx, cancel)()
	deal := j.with(from)
	if deal.waste.Tokens() < 1 {
		j.refuse(s, errWaste.Error())
		return
	}
	if deal.serves.Wait(ctx) != nil {
		s.Reset()
		return
	}
	if err := newExchange(j, from, s).run(ctx); err != nil && j.ctx.Err() == nil {
		j.log.Info("logs could not be compared", "with", from, "err", err)
	}
}

func (j *Journal) mayAsk(from peer.ID) bool {
	return j.cfg.Net != nil && (from == j.cfg.Net.HostID() || j.cfg.Member(from))
}

func (j *Journal) refuse(s network.Stream, why string) {
	s.SetDeadline(time.Now().Add(frameTimeout))
	err := wire.WriteFrame(s, wire.MaxFrame, wire.JournalMessage{Refused: why})
	if err != nil || s.Close() != nil {
		s.Reset()
	}
}

// serving is the sync being served to one peer.
type serving struct {
	done    chan struct{}
	s       network.Stream
	waiting bool
}

// serveWait is how long a peer's new sync waits for its old one, which may hang on a dead connection.
const serveWait = 2 * time.Second

func (j *Journal) enter(ctx context.Context, from peer.ID, s network.Stream) (leave func(), ok bool) {
	j.mu.Lock()
	old := j.serves[from]
	if old != nil {
		if old.waiting {
			j.mu.Unlock()
			return nil, false
		}
		old.waiting = true
		j.mu.Unlock()
		old.await(ctx)
		j.mu.Lock()
	}
	defer j.mu.Unlock()
	if j.closed || j.serves[from] != nil {
		return nil, false
	}
	mine := &serving{done: make(chan struct{}), s: s}
	j.serves[from] = mine
	j.tasks.Add(1)
	return func() {
		j.mu.Lock()
		delete(j.serves, from)
		j.mu.Unlock()
		close(mine.done)
		j.tasks.Done()
	}, true
}

func (v *serving) await(ctx context.Context) {
	t := time.NewTimer(serveWait)
	defer t.Stop()
	select {
	case <-v.done:
		return
	case <-ctx.Done():
	case <-t.C:
	}
	v.s.Reset()
	<-v.done
}
