package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

const (
	maxQueued = 256 // jobs waiting for the writing goroutine, and own facts waiting to be broadcast
	maxGroup  = 512 // facts made durable together
	maxForks  = 1024
)

// job is something to write: a fact of our own, or facts from one other machine, whose form and signatures have been
// checked already.
type job struct {
	draft *draft
	facts []Fact
	then  func(outcome) // called from the writing goroutine when the job is durable or has failed; must not block
	out   outcome
}

// outcome of a job: the fact made of a draft, or what became of each fact.
type outcome struct {
	made     Fact
	verdicts []verdict
	err      error // nothing, or not all, is kept
}

type verdict uint8

const (
	fresh    verdict = iota + 1 // new, kept
	bodied                      // known by its header, now with its body
	known                       // nothing new
	gap                         // facts before it are missing
	bodyless                    // for the room, but its body is missing
	stranger                    // its author may not speak in the room, as far as is known here
	forked                      // contradicts what is held
	broken                      // cannot continue its author's log
)

func (v verdict) String() string {
	return [...]string{"undecided", "new", "now with its body", "known", "facts before it are missing", "it came without its body",
		"its author is not a member", "it contradicts what is held", "it does not continue the log"}[v]
}

// do hands a job to the writing goroutine and waits for its outcome.
func (j *Journal) do(ctx context.Context, jb *job) (outcome, error) {
	settled := make(chan outcome, 1)
	jb.then = func(o outcome) { settled <- o }
	select {
	case j.jobs <- jb:
	case <-j.closing:
		return outcome{}, ErrClosed
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
	select {
	case o := <-settled:
		return o, o.err
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	case <-j.written:
		select {
		case o := <-settled:
			return o, o.err
		default:
			return outcome{}, ErrClosed // it came after the last group
		}
	}
}

// write is the one goroutine that changes the logs.
func (j *Journal) write() {
	defer close(j.written)
	for {
		select {
		case jb := <-j.jobs:
			j.writeGroup(jb)
			continue
		case <-j.closing:
		}
		for {
			select {
			case jb := <-j.jobs:
				j.writeGroup(jb)
			default:
				return
			}
		}
	}
}

// writeGroup writes jb and whatever else is waiting, so that a burst costs one write to the disk and not one each.
func (j *Journal) writeGroup(jb *job) {
	g := &group{j: j}
	g.reset()
	for {
		g.stage(jb)
		if len(g.fresh)+len(g.bodies) >= maxGroup {
			break
		}
		select {
		case jb = <-j.jobs:
			continue
		default:
		}
		break
	}
	g.commit()
}

// group is what will be made durable together.
type group struct {
	j      *Journal
	heads  map[peer.ID]Head // of the logs that this group continues
	clock  uint64
	fresh  []Fact
	bodies []Fact // of facts stored without
	own    []Fact // of fresh, those made here
	jobs   []*job // to settle when it is durable
	now    *job   // being staged; part of it may be written before the rest
}

func (g *group) reset() {
	g.j.mu.Lock()
	clock := g.j.clock
	g.j.mu.Unlock()
	*g = group{j: g.j, heads: make(map[peer.ID]Head), clock: clock}
}

func (g *group) head(author peer.ID) Head {
	if h, ok := g.heads[author]; ok {
		return h
	}
	g.j.mu.Lock()
	defer g.j.mu.Unlock()
	return g.j.heads[author]
}

func (g *group) stage(jb *job) {
	g.now = jb
	if jb.draft != nil {
		g.stageOwn(jb)
	}
	for _, f := range jb.facts {
		v, err := g.judge(f)
		if jb.out.err = errors.Join(jb.out.err, err); jb.out.err != nil {
			break
		}
		jb.out.verdicts = append(jb.out.verdicts, v)
	}
	g.now = nil
	g.jobs = append(g.jobs, jb)
}

// stageOwn gives a draft its place at the end of our log. Its clock goes past everything seen, as far as the bound
// allows: an author who comes back after others have pushed the clock far ahead may still speak.
func (g *group) stageOwn(jb *job) {
	head := g.head(g.j.self)
	f, err := seal(g.j.cfg.Device, Header{
		Version: wire.Version, Room: g.j.cfg.Room, Author: g.j.self,
		Seq: head.Seq + 1, Prev: head.Hash, Lamport: min(g.clock+1, head.Lamport+wire.MaxLamportJump),
		Kind: jb.draft.kind, Audience: jb.draft.audience,
	}, jb.draft.body)
	if err != nil {
		jb.out.err = err
		return
	}
	jb.out.made = f
	g.add(f)
	g.own = append(g.own, f)
}

func (g *group) add(f Fact) {
	g.fresh = append(g.fresh, f)
	g.heads[f.Author] = Head{Seq: f.Seq, Hash: f.Hash, Lamport: f.Lamport}
	g.clock = max(g.clock, f.Lamport)
}

// judge decides on a fact from elsewhere and stages it if it is new.
func (g *group) judge(f Fact) (verdict, error) {
	if !g.member(f.Author) {
		return stranger, nil
	}
	head := g.head(f.Author)
	switch {
	case f.Seq > head.Seq+1:
		return gap, nil
	case f.Seq <= head.Seq:
		return g.compare(f, head)
	case f.Prev != head.Hash:
		g.j.fork(Fork{Author: f.Author, Seq: f.Seq, Known: head.Hash, Other: f})
		return forked, nil
	case f.Lamport <= head.Lamport || f.Lamport-head.Lamport > wire.MaxLamportJump:
		return broken, nil
	case !f.Private() && f.Body == nil:
		return bodyless, nil
	}
	g.add(f)
	return fresh, nil
}

// member asks whether author may speak. What makes somebody a member is itself a fact, which may be waiting in this
// group: then that is written first.
func (g *group) member(author peer.ID) bool {
	if author == g.j.self || g.j.cfg.Member(author) {
		return true
	}
	if len(g.fresh) == 0 {
		return false
	}
	g.commit()
	return g.j.cfg.Member(author)
}

// compare holds a fact against the one that we have at its place.
func (g *group) compare(f Fact, head Head) (verdict, error) {
	if f.Seq == head.Seq && f.Hash == head.Hash && (f.Body == nil || !f.Private()) {
		return known, nil // the usual case: pubsub and a sync brought the same
	}
	have, err := g.find(f)
	if err != nil {
		return 0, err
	}
	switch {
	case have.Hash != f.Hash:
		g.j.fork(Fork{Author: f.Author, Seq: f.Seq, Known: have.Hash, Other: f})
		return forked, nil
	case have.Body == nil && f.Body != nil:
		g.bodies = append(g.bodies, f)
		return bodied, nil
	}
	return known, nil
}

// find reads what we hold at f's place, stored or staged.
func (g *group) find(f Fact) (Fact, error) {
	same := func(x Fact) bool { return x.Author == f.Author && x.Seq == f.Seq }
	for _, staged := range [][]Fact{g.bodies, g.fresh} {
		if i := slices.IndexFunc(staged, same); i >= 0 {
			return staged[i], nil
		}
	}
	facts, err := g.j.cfg.Storage.Range(g.j.storing(), f.Room, f.Author, f.Seq, 1, 1)
	if err != nil {
		return Fact{}, fmt.Errorf("reading the journal: %w", err)
	}
	if len(facts) != 1 || facts[0].Seq != f.Seq {
		return Fact{}, fmt.Errorf("reading the journal: entry %d of %s is missing from the disk", f.Seq, f.Author)
	}
	return facts[0].filled(), nil
}

// commit makes the group durable, hands it out, and settles its jobs.
func (g *group) commit() {
	err := g.keep()
	if err != nil {
		g.j.log.Error("writing the journal", "err", err)
	} else {
		g.publish()
	}
	if g.now != nil {
		g.now.out.err = errors.Join(g.now.out.err, err)
	}
	for _, jb := range g.jobs {
		jb.out.err = errors.Join(jb.out.err, err)
		jb.then(jb.out)
	}
	now := g.now
	g.reset()
	g.now = now
}

func (g *group) keep() error {
	ctx := g.j.storing()
	if len(g.fresh) > 0 {
		if err := g.j.cfg.Storage.Append(ctx, g.fresh); err != nil {
			return fmt.Errorf("keeping %d new facts: %w", len(g.fresh), err)
		}
	}
	for _, f := range g.bodies {
		if err := g.j.cfg.Storage.SetBody(ctx, f.Hash, f.Body); err != nil {
			return fmt.Errorf("keeping the body of a fact: %w", err)
		}
	}
	return nil
}

func (g *group) publish() {
	g.j.mu.Lock()
	for author, head := range g.heads {
		g.j.heads[author] = head
	}
	g.j.clock = g.clock
	if len(g.heads) > 0 {
		g.j.digest = nil
	}
	g.j.mu.Unlock()
	if all := slices.Concat(g.fresh, g.bodies); len(all) > 0 && g.j.cfg.OnFacts != nil {
		g.j.cfg.OnFacts(all)
	}
	for _, f := range g.own {
		select {
		case g.j.outbox <- f:
		default: // pubsub is a hint; the digest in the beat brings it
			g.j.log.Warn("too many facts wait to be broadcast; others will fetch them", "seq", f.Seq)
		}
	}
}

// storing is the context of reads and writes that Close must not interrupt.
func (j *Journal) storing() context.Context { return context.WithoutCancel(j.ctx) }

// fork tells of a contradiction, once for each refused fact.
func (j *Journal) fork(f Fork) {
	if j.forks[f.Other.Hash] || len(j.forks) >= maxForks {
		return
	}
	j.forks[f.Other.Hash] = true
	j.log.Warn("an author has signed two versions of a log; the second is refused", "author", f.Author, "seq", f.Seq)
	if j.cfg.OnFork != nil {
		j.cfg.OnFork(f)
	}
}
