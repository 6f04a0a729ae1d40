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
	forked                      // one branch of its log too many
	metered                     // its author adds too much in too short a time
	broken                      // cannot continue its author's log
)

func (v verdict) String() string {
	return [...]string{"undecided", "new", "now with its body", "known", "facts before it are missing", "it came without its body",
		"its author is not a member", "its log has too many branches", "it is more than its author may add now", "it does not continue the log"}[v]
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
	heads  map[peer.ID][]Head // tips of the logs that this group continues
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
	*g = group{j: g.j, heads: make(map[peer.ID][]Head), clock: clock}
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

// stageOwn gives a draft its place at the end of our log, or of its longest branch. Its clock goes past everything seen, as far as the bound
// allows: an author who comes back after others have pushed the clock far ahead may still speak.
func (g *group) stageOwn(jb *job) {
	head := Head{}
	if branches := g.tips(g.j.self); len(branches) > 0 {
		head = branches[0]
	}
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
	for author, branches := range g.heads {
		g.j.tips[author] = branches
	}
	g.j.clock = g.clock
	for _, f := range g.bodies {
		delete(g.j.lost, f.Hash)
	}
	if len(g.heads) > 0 {
		g.j.digest = nil
	}
	g.j.mu.Unlock()
	for _, f := range g.fresh {
		if f.Body == nil && g.j.mine(f) && (f.Author == g.j.self || g.j.source(f.Author) != f.Author) {
			g.j.miss(f.Hash)
		}
	}
	if all := slices.Concat(g.fresh, g.bodies); len(all) > 0 && g.j.cfg.OnFacts != nil {
		g.j.cfg.OnFacts(all)
	}
	g.j.passOn(slices.Concat(g.fresh, g.bodies))
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
