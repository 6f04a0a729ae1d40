package journal

import (
	"fmt"
	"slices"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// Where a fact from elsewhere belongs: at the end of a branch of its author's log, on a new branch of it, or nowhere.

// tips are the branches of a log as this group leaves them, the longest first.
func (g *group) tips(author peer.ID) []Head {
	if branches, ok := g.heads[author]; ok {
		return branches
	}
	g.j.mu.Lock()
	defer g.j.mu.Unlock()
	return g.j.tips[author]
}

// add puts a fact that follows the entry of the hash f.Prev into the group.
func (g *group) add(f Fact) {
	branches := slices.DeleteFunc(slices.Clone(g.tips(f.Author)), func(h Head) bool { return h.Hash == f.Prev })
	branches = append(branches, Head{Seq: f.Seq, Hash: f.Hash, Lamport: f.Lamport})
	slices.SortFunc(branches, longest)
	g.heads[f.Author] = branches
	g.fresh = append(g.fresh, f)
	g.clock = max(g.clock, f.Lamport)
}

// judge decides on a fact from elsewhere and stages it if it is new.
func (g *group) judge(f Fact) (verdict, error) {
	if !g.member(f.Author) {
		return stranger, nil
	}
	for _, tip := range g.tips(f.Author) {
		switch {
		case tip.Hash == f.Hash && (f.Body == nil || !f.Private()):
			return known, nil // the usual case: pubsub and a sync brought the same
		case tip.Hash == f.Prev && tip.Seq+1 == f.Seq:
			return g.follow(f, tip), nil
		}
	}
	have, ok, err := g.find(f.Hash)
	switch {
	case err != nil:
		return 0, err
	case ok && have.Body == nil && f.Body != nil:
		g.bodies = append(g.bodies, f)
		return bodied, nil
	case ok:
		return known, nil
	}
	return g.fork(f)
}

// follow takes a fact that continues what is held.
func (g *group) follow(f Fact, before Head) verdict {
	switch {
	case f.Lamport <= before.Lamport || f.Lamport-before.Lamport > wire.MaxLamportJump:
		return broken
	case !f.Private() && f.Body == nil:
		return bodyless
	case !g.j.mayAdd(f):
		return metered
	}
	g.add(f)
	return fresh
}

// fork takes a fact that stands in the place of another one, on a branch of its own, if what it follows is held.
func (g *group) fork(f Fact) (verdict, error) {
	before := Head{}
	if f.Seq > 1 {
		parent, ok, err := g.find(f.Prev)
		if err != nil {
			return 0, err
		}
		if !ok {
			return gap, nil
		}
		if parent.Author != f.Author || parent.Seq+1 != f.Seq {
			return broken, nil
		}
		before = Head{Seq: parent.Seq, Hash: parent.Hash, Lamport: parent.Lamport}
	}
	branches := g.tips(f.Author)
	if len(branches) == 0 {
		return g.follow(f, before), nil // the first of its log
	}
	other, err := g.beside(f)
	if err != nil {
		return 0, err
	}
	found := Fork{Author: f.Author, Seq: f.Seq, Known: other, Other: f, Refused: len(branches) >= MaxBranches}
	if found.Refused {
		g.j.tell(found)
		return forked, nil
	}
	v := g.follow(f, before)
	if v == fresh {
		g.j.tell(found)
	}
	return v, nil
}

// find looks for a fact of the room, stored or staged.
func (g *group) find(hash [32]byte) (Fact, bool, error) {
	for _, staged := range [][]Fact{g.bodies, g.fresh} {
		if i := slices.IndexFunc(staged, func(x Fact) bool { return x.Hash == hash }); i >= 0 {
			return staged[i], true, nil
		}
	}
	f, ok, err := g.j.cfg.Storage.Find(g.j.storing(), g.j.cfg.Room, hash)
	if err != nil {
		return Fact{}, false, fmt.Errorf("reading the journal: %w", err)
	}
	return f.filled(), ok, nil
}

// beside is the hash of an entry that is held in the place of f.
func (g *group) beside(f Fact) ([32]byte, error) {
	for _, x := range g.fresh {
		if x.Author == f.Author && x.Seq == f.Seq {
			return x.Hash, nil
		}
	}
	facts, err := g.j.cfg.Storage.Range(g.j.storing(), f.Room, f.Author, f.Seq, 1, 1)
	if err != nil {
		return [32]byte{}, fmt.Errorf("reading the journal: %w", err)
	}
	if len(facts) == 0 || facts[0].Seq != f.Seq {
		return [32]byte{}, fmt.Errorf("reading the journal: entry %d of %s is missing from the disk", f.Seq, f.Author)
	}
	return facts[0].Hash, nil
}

// tell tells of a fork, once for each branch.
func (j *Journal) tell(f Fork) {
	if f.Refused {
		if j.forks[f.Other.Hash] || len(j.forks) >= maxForks {
			return
		}
		j.forks[f.Other.Hash] = true
	}
	j.log.Warn("an author has signed two versions of a log", "author", f.Author, "seq", f.Seq, "refused", f.Refused)
	if j.cfg.OnFork != nil {
		j.cfg.OnFork(f)
	}
}
