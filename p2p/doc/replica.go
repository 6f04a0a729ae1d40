package doc

import (
	"fmt"

	"thirdspace/p2p/wire"
)

// Replica is a copy of a document that another machine owns. Its methods may be called from several goroutines.
type Replica struct{ document }

// NewReplica makes an empty copy, which has no epoch until it is reset.
func NewReplica(id, owner string) (*Replica, error) {
	if err := wire.CheckDocID(id); err != nil {
		return nil, err
	}
	return &Replica{document{id: id, owner: owner, text: newText(""), past: past{updates: keepCopiedUpdates, bytes: keepCopiedBytes}}}, nil
}

// LoadReplica makes a copy of what was stored.
func LoadReplica(s Snapshot, since []Update) (*Replica, error) {
	r, err := NewReplica(s.ID, s.Owner)
	if err != nil {
		return nil, err
	}
	if err := restore(&r.document, s, since); err != nil {
		return nil, err
	}
	return r, nil
}

// Apply takes numbered updates, the first of which makes version from+1. Those that are known already are passed over.
// It fails with [ErrEpoch] or [ErrGap], where a pull helps, or with an error that wraps [ErrChange], where only a
// snapshot does. On an error nothing is changed.
func (r *Replica) Apply(epoch string, from int, ups []Update) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case epoch == "" || epoch != r.epoch:
		return ErrEpoch
	case from > r.version:
		return ErrGap
	case from < 0 || len(ups) > MaxUpdates:
		return fmt.Errorf("%w: it is out of range", ErrChange)
	case from+len(ups) <= r.version:
		return nil
	}
	ups = ups[r.version-from:]
	from = r.version
	if err := r.applyAll(ups); err != nil {
		return err
	}
	r.tell(Change{From: from, Updates: ups})
	return nil
}

// Reset makes the copy what the snapshot says.
func (r *Replica) Reset(s Snapshot) error {
	if err := s.check(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reset(s)
	return nil
}

// catchUp takes a snapshot that was asked for a while ago: unless the copy has got as far by itself meanwhile, or, with
// whole, in any case, for then the copy is not to be trusted. behind says that the copy had been further.
func (r *Replica) catchUp(s Snapshot, whole bool) (behind bool, err error) {
	if err := s.check(); err != nil {
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.epoch == s.Epoch && r.version >= s.Version && !whole {
		return false, nil
	}
	behind = r.epoch == s.Epoch && r.version > s.Version
	r.reset(s)
	return behind, nil
}

func (r *Replica) reset(s Snapshot) {
	r.epoch, r.version, r.text = s.Epoch, s.Version, newText(s.Text)
	r.past.restart(r.version)
	r.unsaved = savings{whole: true}
	r.tell(Change{From: r.version, Reset: true})
}

func (s Snapshot) check() error {
	if s.Epoch == "" || s.Version < 0 {
		return fmt.Errorf("%w: it has no version", ErrText)
	}
	return CheckText(s.Text)
}

// takeAnswer applies what an owner answered. An answer that has been overtaken changes nothing.
func (r *Replica) takeAnswer(a wire.DocAnswer) error {
	if a.Snapshot != nil {
		_, err := r.catchUp(snapshotFrom(a.Snapshot), false)
		return err
	}
	return r.Apply(a.Epoch, int(a.From), fromWire(a.Updates))
}
