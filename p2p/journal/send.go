package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// The writing half of an exchange: hello, facts, End, receipts.

func (x *exchange) write(ctx context.Context) error {
	x.to = giver{ctx, x.s, x.deal.gives}
	if err := x.send(wire.JournalMessage{Hello: x.j.hello()}); err != nil {
		return err
	}
	select {
	case <-x.heard:
	case <-x.quit:
		return errQuit
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := x.sendLogs(ctx); err != nil {
		return err
	}
	if err := x.giveBack(ctx); err != nil {
		return err
	}
	if err := x.offer(ctx); err != nil {
		return err
	}
	if err := x.send(wire.JournalMessage{End: true}); err != nil {
		return err
	}
	for {
		done, err := x.sendReceipts()
		if err != nil {
			return err
		}
		if done {
			return x.s.CloseWrite()
		}
		select {
		case <-x.more:
		case <-x.quit:
			return errQuit
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (x *exchange) send(m wire.JournalMessage) error {
	select {
	case <-x.quit:
		return errQuit
	default:
	}
	x.s.SetWriteDeadline(time.Now().Add(frameTimeout))
	return wire.WriteFrame(x.to, wire.MaxFrame, m)
}

func (j *Journal) hello() *wire.JournalHello {
	h := &wire.JournalHello{Version: wire.Version, Room: j.cfg.Room}
	for author, branches := range j.allTips() {
		for _, tip := range branches {
			h.Heads = append(h.Heads, wire.JournalHead{Author: author, Seq: tip.Seq, Hash: tip.Hash})
		}
	}
	wire.SortHeads(h.Heads)
	j.mu.Lock()
	defer j.mu.Unlock()
	for hash := range j.lost {
		if len(h.Missing) < wire.MaxMissing {
			h.Missing = append(h.Missing, hash)
		}
	}
	if len(h.Heads) > wire.MaxHeads {
		h.Heads = h.Heads[:wire.MaxHeads]
	}
	return h
}

// sendLogs sends what the other lacks, the host's log first: it says who is a member.
func (x *exchange) sendLogs(ctx context.Context) error {
	tips := x.j.allTips()
	authors := slices.Sorted(maps.Keys(tips))
	host := x.j.cfg.Net.HostID()
	slices.SortStableFunc(authors, func(a, b peer.ID) int {
		switch {
		case a == host && b != host:
			return -1
		case b == host && a != host:
			return 1
		}
		return 0
	})
	for _, author := range authors {
		read := func(from uint64) ([]Fact, error) {
			return x.j.cfg.Storage.Range(ctx, x.j.cfg.Room, author, from, readFacts, readBytes)
		}
		from, err := x.lacking(ctx, author, tips[author])
		if err != nil {
			return err
		}
		if err := x.sendFacts(from, tips[author][0].Seq, read); err != nil {
			return err
		}
	}
	return nil
}

// lacking is the number in an author's log from which on the other side lacks something of it. Where the log is forked,
// or must be because they hold an entry in a place where we hold another, it is the beginning.
func (x *exchange) lacking(ctx context.Context, author peer.ID, mine []Head) (from uint64, err error) {
	theirs := x.theirs[author]
	missing := func(tip Head) bool {
		return !slices.ContainsFunc(theirs, func(h wire.JournalHead) bool { return h.Hash == tip.Hash })
	}
	switch {
	case !slices.ContainsFunc(mine, missing):
		return mine[0].Seq + 1, nil // nothing
	case len(theirs) == 0:
		return 1, nil
	case len(mine) > 1 || len(theirs) > 1:
		return 1, nil
	case theirs[0].Seq > mine[0].Seq:
		return mine[0].Seq + 1, nil // they are ahead, or will find that they are not
	}
	_, ours, err := x.j.cfg.Storage.Find(ctx, x.j.cfg.Room, theirs[0].Hash)
	switch {
	case err != nil:
		return 0, fmt.Errorf("reading the journal: %w", err)
	case !ours:
		return 1, nil
	}
	return theirs[0].Seq + 1, nil
}

// giveBack sends the other side the bodies it misses of private facts that it may read, its own or others', as far as we
// have them.
func (x *exchange) giveBack(ctx context.Context) error {
	for _, hash := range x.missing {
		f, ok, err := x.j.cfg.Storage.Find(ctx, x.j.cfg.Room, hash)
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		if !ok || f.Body == nil || !x.j.readable(f, x.with) {
			continue
		}
		if err := x.send(wire.JournalMessage{Facts: []wire.Fact{f.sent(x.j.readable(f, x.with))}}); err != nil {
			return err
		}
	}
	return nil
}

// offer sends private facts, own or of the keys that this machine speaks for besides its own, whose header the other has, but of which it has given no receipt: the body may have
// been lost, or the receipt.
func (x *exchange) offer(ctx context.Context) error {
	for _, author := range append([]peer.ID{x.j.self}, x.j.cfg.Seat(x.j.self)...) {
		to := uint64(0)
		for _, head := range x.theirs[author] {
			to = max(to, head.Seq)
		}
		err := x.sendFacts(1, to, func(from uint64) ([]Fact, error) {
			return x.j.cfg.Storage.Unreceipted(ctx, x.j.cfg.Room, author, x.with, from, readFacts, readBytes)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sendFacts sends what read gives, from one number of a log to another.
func (x *exchange) sendFacts(from, to uint64, read func(from uint64) ([]Fact, error)) error {
	for from <= to {
		facts, err := read(from)
		if err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		var batch []wire.Fact
		for _, f := range facts {
			from = f.Seq + 1
			if f.Seq <= to {
				batch = append(batch, f.filled().sent(x.j.readable(f, x.with)))
				x.expect(f)
			}
		}
		if len(batch) == 0 {
			return nil
		}
		if err := x.send(wire.JournalMessage{Facts: batch}); err != nil {
			return err
		}
		if _, err := x.sendReceipts(); err != nil {
			return err
		}
	}
	return nil
}

// expect notes that f is about to be answered with a receipt, if it is.
func (x *exchange) expect(f Fact) {
	if !x.j.speaks(x.j.self, f.Author) || !f.Private() || !x.j.readable(f, x.with) {
		return
	}
	x.mu.Lock()
	x.sent[f.Hash] = true
	x.mu.Unlock()
}

// sendReceipts sends those that wait, and tells whether no more will come.
func (x *exchange) sendReceipts() (done bool, err error) {
	x.mu.Lock()
	waiting := x.receipts
	x.receipts, done = nil, x.complete
	x.mu.Unlock()
	for some := range slices.Chunk(waiting, wire.MaxReceipts) {
		if err := x.send(wire.JournalMessage{Receipts: some}); err != nil {
			return false, err
		}
	}
	return done, nil
}
