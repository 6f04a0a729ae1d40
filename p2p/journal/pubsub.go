package journal

import (
	"fmt"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// HandlePubsub takes one message of wire.TopicFacts. from is who passed it on, author who published it. It does not
// wait for the disk; when the journal cannot keep up the message is dropped and fetched later. What is wrong is
// refused and logged.
func (j *Journal) HandlePubsub(from, author peer.ID, data []byte) {
	if author == j.self {
		return
	}
	f, err := j.decodeLive(author, data)
	if err != nil {
		j.log.Warn("a live fact was refused", "author", author, "from", from, "err", err)
		return
	}
	jb := &job{facts: []Fact{f}, then: func(o outcome) { j.heard(f, o) }}
	select {
	case j.jobs <- jb:
	default:
		j.nudge(j.source(author), false)
	}
}

func (j *Journal) decodeLive(author peer.ID, data []byte) (Fact, error) {
	if len(data) > wire.MaxPubsub {
		return Fact{}, fmt.Errorf("%w: it has %d bytes where %d are allowed", wire.ErrMessage, len(data), wire.MaxPubsub)
	}
	var w wire.Fact
	if err := wire.Unmarshal(data, &w); err != nil {
		return Fact{}, err
	}
	f, err := unseal(j.cfg.Room, j.mine, w)
	if err != nil {
		return Fact{}, err
	}
	if f.Author != author {
		return Fact{}, fmt.Errorf("%w: it was published by somebody else than its author", wire.ErrFact)
	}
	return f, nil
}

// heard looks at what became of a live fact and asks for what it showed to be missing.
func (j *Journal) heard(f Fact, o outcome) {
	if o.err != nil || len(o.verdicts) != 1 {
		return
	}
	switch o.verdicts[0] {
	case gap, bodyless, stranger:
		j.nudge(j.source(f.Author), false)
	case fresh:
		// The body of a private fact is brought by its author, or by the host where that is another. Where we have a link
		// to ask, we also ask, in case it could not reach us.
		if f.Body == nil && j.mine(f) && j.source(f.Author) == j.cfg.Net.HostID() {
			j.nudge(j.source(f.Author), false)
		}
	case broken:
		j.log.Warn("a live fact does not continue its author's log", "author", f.Author, "seq", f.Seq)
	}
}

// source is who to ask for what is missing of author's log: the host, and on the host's machine the author.
func (j *Journal) source(author peer.ID) peer.ID {
	if j.cfg.Net == nil {
		return ""
	}
	if host := j.cfg.Net.HostID(); host != j.self {
		return host
	}
	return author
}

// broadcast sends own facts to the room, in the order of the log.
func (j *Journal) broadcast() {
	for {
		select {
		case f := <-j.outbox:
			if j.cfg.Net != nil {
				j.send(f)
			}
		case <-j.closing:
			return
		}
	}
}

func (j *Journal) send(f Fact) {
	w := wire.Fact{Header: f.Raw, Sig: f.Sig}
	if !f.Private() {
		w.Body = f.Body
	}
	data, err := wire.Marshal(w)
	if err == nil && len(data) > wire.MaxPubsub {
		w.Body = nil // too large to be sent to all at once: they see the header and fetch it
		data, err = wire.Marshal(w)
	}
	if err == nil {
		err = j.cfg.Net.Publish(wire.TopicFacts, data)
	}
	if err != nil {
		j.log.Debug("a fact was not broadcast; others will fetch it", "seq", f.Seq, "err", err)
	}
	if f.Private() {
		j.deliver(f)
	}
}

// passOn brings, on the host, private facts of others to those of their readers who have no link to the author.
func (j *Journal) passOn(facts []Fact) {
	if j.cfg.Net == nil || j.cfg.Net.HostID() != j.self {
		return
	}
	for _, f := range facts {
		if !f.Private() || f.Body == nil || f.Author == j.self {
			continue
		}
		for _, reader := range f.Audience {
			if reader != j.self {
				j.nudge(reader, true)
			}
		}
	}
}

// deliver starts bringing a private fact to those readers we have a link to: the host, or, on the host, everyone.
func (j *Journal) deliver(f Fact) {
	host := j.cfg.Net.HostID()
	if host != j.self {
		j.nudge(host, true)
		return
	}
	for _, reader := range f.Audience {
		j.nudge(reader, true)
	}
}
