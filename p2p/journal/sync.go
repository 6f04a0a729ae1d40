package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// syncRun is one comparison of logs with one peer, which several callers may be waiting for.
type syncRun struct {
	done  chan struct{}
	err   error
	moved int // facts, bodies and receipts that were new to either side
}

// syncRuns are the run under way with a peer and the one to start after it. A caller who comes while one is under way
// waits for the next, because the first may have passed what the caller wants compared.
type syncRuns struct{ now, next *syncRun }

// Sync compares logs with a peer over wire.ProtoJournal and brings both to the same state. At most one is under way
// with each peer; requests made meanwhile are answered by one more. It returns when ctx ends, though the sync goes on.
func (j *Journal) Sync(ctx context.Context, with peer.ID) error {
	_, err := j.sync(ctx, with)
	return err
}

func (j *Journal) sync(ctx context.Context, with peer.ID) (moved int, err error) {
	run, err := j.joinSync(with)
	if err != nil {
		return 0, err
	}
	select {
	case <-run.done:
		return run.moved, run.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (j *Journal) joinSync(with peer.ID) (*syncRun, error) {
	if j.cfg.Net == nil {
		return nil, errors.New("comparing logs: there is no network")
	}
	if with == j.self || with == "" {
		return nil, errors.New("comparing logs: there is nobody to compare with")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, ErrClosed
	}
	runs := j.runs[with]
	if runs == nil {
		runs = &syncRuns{now: &syncRun{done: make(chan struct{})}}
		j.runs[with] = runs
		j.tasks.Go(func() { j.runSyncs(with, runs) })
		return runs.now, nil
	}
	if runs.next == nil {
		runs.next = &syncRun{done: make(chan struct{})}
	}
	return runs.next, nil
}

func (j *Journal) runSyncs(with peer.ID, runs *syncRuns) {
	for {
		run := runs.now
		run.moved, run.err = j.open(with)
		j.mu.Lock()
		runs.now, runs.next = runs.next, nil
		if runs.now == nil {
			delete(j.runs, with)
		}
		last := runs.now == nil
		j.mu.Unlock()
		close(run.done)
		if last {
			return
		}
	}
}

// open is our side of a sync that we begin.
func (j *Journal) open(with peer.ID) (int, error) {
	ctx, cancel := context.WithTimeout(j.ctx, frameTimeout)
	s, err := j.cfg.Net.Open(ctx, with, wire.ProtoJournal)
	cancel()
	if err != nil {
		return 0, fmt.Errorf("comparing logs with %s: %w", with, err)
	}
	x := newExchange(j, with, s)
	if err := x.run(j.ctx); err != nil {
		return x.moved(), fmt.Errorf("comparing logs with %s: %w", with, err)
	}
	return x.moved(), nil
}

// nudged is the state of the syncs with one peer that nobody waits for: those asked for by pubsub, by the beat, and
// by a private fact to bring.
type nudged struct {
	running, again, urgent bool
	idle                   int // how many in a row changed nothing
	last                   time.Time
	kick                   chan struct{} // an urgent one has come
}

const (
	maxIdle    = 5 // the cooldown doubles so often
	maxRetries = 5 // of a sync that failed, before the next nudge
)

// nudge asks for a sync in the background. Those that change nothing come ever less often, so that nobody can make a
// whole class call the host all the time by naming facts that do not exist. An urgent one does not wait.
func (j *Journal) nudge(with peer.ID, urgent bool) {
	if with == "" || with == j.self || j.cfg.Net == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return
	}
	n := j.nudges[with]
	if n == nil {
		n = &nudged{kick: make(chan struct{}, 1)}
		j.nudges[with] = n
	}
	n.again = true
	if urgent {
		n.urgent = true
		select {
		case n.kick <- struct{}{}:
		default:
		}
	}
	if !n.running {
		n.running = true
		j.tasks.Go(func() { j.runNudges(with, n) })
	}
}

func (j *Journal) runNudges(with peer.ID, n *nudged) {
	for retries := 0; ; {
		j.mu.Lock()
		if !n.again || j.closed {
			n.running = false
			j.mu.Unlock()
			return
		}
		wait := n.wait(j.cfg.Cooldown)
		n.again, n.urgent = false, false
		j.mu.Unlock()
		if !j.sleep(wait, n.kick) {
			continue // closed
		}
		moved, err := j.sync(j.ctx, with)
		j.mu.Lock()
		n.settle(moved)
		if err != nil {
			retries++
			j.log.Debug("logs could not be compared", "with", with, "err", err)
			n.again = n.again || retries <= maxRetries
		} else {
			retries = 0
		}
		j.mu.Unlock()
	}
}

func (n *nudged) wait(cooldown time.Duration) time.Duration {
	if n.urgent || n.idle == 0 {
		return 0
	}
	return time.Until(n.last.Add(cooldown << (n.idle - 1)))
}

func (n *nudged) settle(moved int) {
	n.last = time.Now()
	if moved > 0 {
		n.idle = 0
	} else {
		n.idle = min(n.idle+1, maxIdle+1)
	}
}

// sleep waits for d or the kick. It tells whether the journal is still open.
func (j *Journal) sleep(d time.Duration, kick <-chan struct{}) bool {
	if d <= 0 {
		return j.ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-kick:
		return true
	case <-j.ctx.Done():
		return false
	}
}

// beatState remembers what the last beats said.
type beatState struct {
	theirs, ours []byte
	same         int // beats in a row with this very pair
	differing    int // beats in a row that differed from ours at all
}

const (
	maxDiffering = 8  // beats in a row that may differ, each in another way, before we ask
	rareBeats    = 64 // an unchanging difference is asked about ever less often, down to once in so many beats
)

// SawDigest takes what the host's beat says of its logs, and asks for a sync when it must: when digests differ in the
// same way on two beats in a row, for then nothing on its way can explain it, or when they have differed on eight in
// a row. Where a sync does not help, it asks ever less often.
func (j *Journal) SawDigest(host peer.ID, digest []byte) {
	if host == j.self {
		return
	}
	if j.weighDigest(j.Digest(), digest) {
		j.nudge(host, false)
	}
}

func (j *Journal) weighDigest(ours, theirs []byte) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	b := &j.beat
	if bytes.Equal(ours, theirs) {
		*b = beatState{}
		return false
	}
	if b.same > 0 && bytes.Equal(b.theirs, theirs) && bytes.Equal(b.ours, ours) {
		b.same++
	} else {
		b.theirs, b.ours, b.same = bytes.Clone(theirs), ours, 1
	}
	b.differing++
	if b.differing >= maxDiffering && b.same == 1 {
		b.differing = 0
		return true
	}
	return b.same%rareBeats == 0 || b.same > 1 && b.same < rareBeats && bits.OnesCount(uint(b.same)) == 1
}
