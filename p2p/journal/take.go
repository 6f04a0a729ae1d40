package journal

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// The reading half of an exchange.

func (x *exchange) read(ctx context.Context) error {
	r := bufio.NewReader(x.s)
	for first, ended := true, false; ; first = false {
		m, err := x.next(r, ended)
		switch {
		case err == io.EOF && ended:
			return nil
		case err == io.EOF:
			return fmt.Errorf("the other side stopped halfway: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return err
		case m.Refused != "":
			return fmt.Errorf("%w by the other side: %q", ErrRefused, m.Refused)
		case first != (m.Hello != nil):
			return fmt.Errorf("%w: a message is out of its order", wire.ErrMessage)
		case ended && (m.End || len(m.Facts) > 0):
			return fmt.Errorf("%w: facts after the end", wire.ErrMessage)
		case m.Hello != nil:
			err = x.takeHello(m.Hello)
		case m.End:
			ended = true
			x.finish()
		case len(m.Facts) > 0:
			err = x.takeFacts(ctx, m.Facts)
		default:
			err = x.takeReceipts(ctx, m.Receipts)
		}
		if err != nil {
			return err
		}
	}
}

// next reads a message. After its End the other side may be silent for as long as it writes our facts to its disk.
func (x *exchange) next(r *bufio.Reader, ended bool) (wire.JournalMessage, error) {
	timeout := frameTimeout
	if ended {
		timeout = takeTimeout
	}
	x.s.SetReadDeadline(time.Now().Add(timeout))
	var m wire.JournalMessage
	if err := wire.ReadFrame(r, wire.MaxFrame, &m); err != nil {
		return m, err
	}
	return m, m.Check()
}

func (x *exchange) takeHello(h *wire.JournalHello) error {
	if h.Room != x.j.cfg.Room {
		return fmt.Errorf("%w: the other side compares the logs of another room", ErrRefused)
	}
	x.theirs = make(map[peer.ID][]wire.JournalHead, len(h.Heads))
	for _, head := range h.Heads {
		x.theirs[head.Author] = append(x.theirs[head.Author], head)
	}
	x.missing = h.Missing
	close(x.heard)
	return nil
}

func (x *exchange) finish() {
	x.mu.Lock()
	x.complete = true
	x.mu.Unlock()
	x.wake()
}

func (x *exchange) wake() {
	select {
	case x.more <- struct{}{}:
	default:
	}
}

// takeFacts checks a batch, writes it, and makes receipts. A fact that is wrong ends the taking of that author's
// facts, not of the others'.
func (x *exchange) takeFacts(ctx context.Context, batch []wire.Fact) error {
	if err := x.deal.checks.WaitN(ctx, len(batch)); err != nil {
		return err
	}
	facts := make([]Fact, 0, len(batch))
	for _, w := range batch {
		f, err := unseal(x.j.cfg.Room, x.j.mine, w)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		if !x.refused[f.Author] {
			facts = append(facts, f)
		} else if err := x.wasted(); err != nil {
			return err
		}
	}
	out, err := x.j.do(ctx, &job{facts: facts})
	if err != nil {
		return err
	}
	for i, v := range out.verdicts {
		if err := x.settle(facts[i], v); err != nil {
			return err
		}
	}
	return nil
}

func (x *exchange) settle(f Fact, v verdict) error {
	switch v {
	case fresh, bodied:
		x.useful.Add(1)
	case known:
		if !x.repeated(f.Author) {
			if err := x.wasted(); err != nil {
				return err
			}
		}
	default:
		return x.decline(f, v)
	}
	if !f.Private() || f.Author == x.j.self || !x.j.speaks(x.with, f.Author) || f.Body == nil {
		return nil
	}
	r, err := newReceipt(x.j.cfg.Device, f)
	if err != nil {
		return err
	}
	x.mu.Lock()
	if len(x.receipts) < maxReceipts {
		x.receipts = append(x.receipts, wire.Receipt(r))
	}
	x.mu.Unlock()
	x.wake()
	return nil
}

// decline takes no more facts of an author. Of the other side's own too many, there is nothing to wait for in this sync.
func (x *exchange) decline(f Fact, v verdict) error {
	if !x.refused[f.Author] {
		x.refused[f.Author] = true
		x.j.log.Warn("facts of an author were refused", "author", f.Author, "seq", f.Seq, "from", x.with, "why", v)
	}
	if v == metered && f.Author == x.with {
		return errMetered
	}
	return x.wasted()
}

// repeated reports whether a fact that we hold was sent because its author's log is forked, or looks so to the other
// side, which then cannot know where to begin. As much of each such log is let pass as we hold.
func (x *exchange) repeated(author peer.ID) bool {
	held, differs := uint64(0), false
	mine := x.j.allTips()[author]
	for _, tip := range mine {
		held += tip.Seq
	}
	for _, h := range x.theirs[author] {
		differs = differs || !slices.ContainsFunc(mine, func(tip Head) bool { return tip.Hash == h.Hash })
	}
	x.again[author]++
	return differs && x.again[author] <= held
}

// takeReceipts keeps receipts for facts that we wrote for this reader, and gave to it just now.
func (x *exchange) takeReceipts(ctx context.Context, batch []wire.Receipt) error {
	for _, w := range batch {
		r := Receipt(w)
		if err := r.Verify(); err != nil || r.Room != x.j.cfg.Room || r.Reader != x.with {
			return fmt.Errorf("%w: a receipt is not right: %w", ErrRefused, cmp.Or(err, ErrReceipt))
		}
		x.mu.Lock()
		expected := x.sent[r.Fact]
		delete(x.sent, r.Fact)
		x.mu.Unlock()
		if !expected {
			if err := x.wasted(); err != nil {
				return err
			}
			continue
		}
		if err := x.keepReceipt(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (x *exchange) keepReceipt(ctx context.Context, r Receipt) error {
	have, err := x.j.cfg.Storage.Receipts(ctx, r.Room, [][32]byte{r.Fact})
	if err != nil {
		return fmt.Errorf("reading receipts: %w", err)
	}
	if slices.ContainsFunc(have, func(h Receipt) bool { return h.Reader == r.Reader }) {
		return nil
	}
	if err := x.j.cfg.Storage.PutReceipt(ctx, r); err != nil {
		return fmt.Errorf("keeping a receipt: %w", err)
	}
	x.useful.Add(1)
	if x.j.cfg.OnReceipt != nil {
		x.j.cfg.OnReceipt(r)
	}
	return nil
}
