package doc

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// maxPullFrame bounds a [wire.DocPull] in bytes.
const maxPullFrame = 1 << 10

// followed is a document that another machine shows.
type followed struct {
	doc   *Replica
	owner peer.ID
	told  Version // by the last beat

	pulling, again bool
	whole          bool // what we hold cannot be continued: ask for a snapshot
}

// Times that a pull is tried again before the next message or beat has to ask for it, and the first wait between.
const (
	pullTries = 4
	pullWait  = 200 * time.Millisecond
)

// HandlePubsub takes one message of wire.TopicBoard. author, who published it, is the document's owner; the link
// answers for authors being teachers. What is wrong is refused and logged.
func (b *Board) HandlePubsub(from, author peer.ID, data []byte) {
	if author == b.cfg.Net.Self() {
		return
	}
	if err := b.hear(author, data); err != nil {
		b.log.Warn("a message of the board was refused", "author", author, "from", from, "err", err)
	}
}

func (b *Board) hear(author peer.ID, data []byte) error {
	if len(data) > wire.MaxPubsub {
		return fmt.Errorf("%w: it has %d bytes where %d are allowed", wire.ErrMessage, len(data), wire.MaxPubsub)
	}
	var m wire.BoardMessage
	if err := wire.Unmarshal(data, &m); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return err
	}
	f, err := b.follow(m.ID, author)
	if err != nil {
		return err
	}
	err = f.doc.Apply(m.Epoch, int(m.From), fromWire(m.Updates))
	switch {
	case err == nil:
		f.moveCaret(m.Epoch, int(m.From)+len(m.Updates), m.Caret)
		return nil
	case errors.Is(err, ErrGap), errors.Is(err, ErrEpoch):
		b.pull(f, false)
		return nil
	}
	b.pull(f, true)
	return err
}

// moveCaret shows a caret that belongs to the version held. An older one has been overtaken.
func (f *followed) moveCaret(epoch string, version int, c *wire.DocCaret) {
	if c != nil && f.doc.Version() == (Version{Epoch: epoch, Version: version}) {
		f.doc.SetCaret(*caretFrom(c))
	}
}

// follow finds the copy of a document, or begins one.
func (b *Board) follow(id string, owner peer.ID) (*followed, error) {
	b.mu.Lock()
	f, n := b.followed[id], len(b.followed)
	b.mu.Unlock()
	switch {
	case f != nil && f.owner != owner:
		return nil, fmt.Errorf("the document %q belongs to %s", id, f.owner)
	case f != nil:
		return f, nil
	case n >= maxBoards:
		return nil, fmt.Errorf("the document %q is one too many: %d are followed", id, n)
	}
	doc, err := b.cfg.Store.Follow(b.ctx, id, owner.String())
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	if f := b.followed[id]; f != nil {
		return f, nil
	}
	f = &followed{doc: doc, owner: owner}
	b.followed[id] = f
	return f, nil
}

// SawVersion takes what a beat says of a document on the host's board. It asks the owner for what is missing: at once
// for another epoch, and for a version when it is still missing at the next beat, for then it is not on its way.
func (b *Board) SawVersion(id, epoch string, version int) {
	host := b.cfg.Net.HostID()
	if host == b.cfg.Net.Self() || host == "" || wire.CheckDocID(id) != nil || epoch == "" || version < 0 {
		return
	}
	b.mu.Lock()
	f := b.followed[id]
	b.mu.Unlock()
	if f == nil {
		var err error
		if f, err = b.follow(id, host); err != nil {
			b.log.Warn("a document of the board cannot be followed", "document", id, "err", err)
			return
		}
	}
	have := f.doc.Version()
	b.mu.Lock()
	told := f.told
	f.told = Version{Epoch: epoch, Version: version}
	b.mu.Unlock()
	if have.Epoch != epoch || told.Epoch == epoch && have.Version < told.Version {
		b.pull(f, false)
	}
}

// pull asks the owner for what is missing. Requests that come while one is under way are answered by one more.
func (b *Board) pull(f *followed, whole bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f.again = true
	f.whole = f.whole || whole
	if f.pulling || b.closed {
		return
	}
	f.pulling = true
	b.tasks.Go(func() { b.pullAll(f) })
}

func (b *Board) pullAll(f *followed) {
	wait, tries := pullWait, 0
	for {
		b.mu.Lock()
		if !f.again || b.closed || tries >= pullTries {
			f.pulling = false
			b.mu.Unlock()
			return
		}
		f.again = false
		whole := f.whole
		b.mu.Unlock()

		err := b.pullOnce(f, whole)
		b.mu.Lock()
		if err == nil {
			f.whole = f.whole && !whole
			tries, wait = 0, pullWait
		} else {
			f.again = true
			f.whole = f.whole || errors.Is(err, ErrChange)
		}
		b.mu.Unlock()
		if err == nil {
			continue
		}
		b.log.Debug("a document could not be fetched", "document", f.doc.id, "from", f.owner, "err", err)
		tries++
		if !pause(b.ctx, wait) {
			return
		}
		wait *= 2
	}
}

func (b *Board) pullOnce(f *followed, whole bool) error {
	ctx, cancel := context.WithTimeout(b.ctx, frameTimeout)
	defer cancel()
	s, err := b.cfg.Net.Open(ctx, f.owner, wire.ProtoDoc)
	if err != nil {
		return err
	}
	defer s.Reset() // when nothing is left to read or write, this changes nothing
	defer context.AfterFunc(ctx, func() { s.Reset() })()

	have := f.doc.Version()
	ask := wire.DocPull{ID: f.doc.id, Epoch: have.Epoch, Version: uint64(have.Version)}
	if whole {
		ask.Epoch, ask.Version = "", 0
	}
	if err := sendFrame(s, ask); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return fmt.Errorf("asking for a document: %w", err)
	}
	var a wire.DocAnswer
	if err := readOne(s, wire.MaxDocFrame, &a); err != nil {
		return err
	}
	return f.take(a, whole)
}

// take applies an answer. [ErrGap] says that live messages had been further, so that it must be asked for once more.
func (f *followed) take(a wire.DocAnswer, whole bool) error {
	if err := a.Check(); err != nil {
		return err
	}
	if a.Refused != "" {
		return fmt.Errorf("the owner refused: %q", a.Refused)
	}
	if a.Snapshot != nil {
		behind, err := f.doc.catchUp(snapshotFrom(a.Snapshot), whole)
		if err != nil {
			return err
		}
		f.moveCaret(a.Snapshot.Epoch, int(a.Snapshot.Version), a.Caret)
		if behind {
			return ErrGap
		}
		return nil
	}
	if err := f.doc.Apply(a.Epoch, int(a.From), fromWire(a.Updates)); err != nil {
		return err
	}
	f.moveCaret(a.Epoch, int(a.From)+len(a.Updates), a.Caret)
	return nil
}

func readOne(s network.Stream, max int, v any) error {
	s.SetReadDeadline(time.Now().Add(frameTimeout))
	return wire.ReadFrame(bufio.NewReader(s), max, v)
}
