package doc

import (
	"fmt"
	"slices"
	"time"

	"thirdspace/p2p/wire"
)

// Authority is a document on its owner's machine. Its methods may be called from several goroutines.
type Authority struct{ document }

// New makes a document of a first text, which is cleaned as by [CleanText].
func New(id, owner, text string) (*Authority, error) {
	if err := wire.CheckDocID(id); err != nil {
		return nil, err
	}
	text = CleanText(text)
	if err := CheckText(text); err != nil {
		return nil, err
	}
	a := &Authority{document{id: id, owner: owner, epoch: newEpoch(), text: newText(text), past: past{updates: keepUpdates, bytes: keepBytes}}}
	a.unsaved.whole = true
	return a, nil
}

// Load makes a document of what was stored: a snapshot and the updates since. It begins a new epoch.
func Load(s Snapshot, since []Update) (*Authority, error) {
	a, err := New(s.ID, s.Owner, "")
	if err != nil {
		return nil, err
	}
	if err := restore(&a.document, s, since); err != nil {
		return nil, err
	}
	a.epoch = newEpoch()
	a.unsaved = savings{whole: true}
	return a, nil
}

// restore puts a stored text into a new document.
func restore(d *document, s Snapshot, since []Update) error {
	if s.Version < 0 {
		return fmt.Errorf("the stored document %q is damaged: its version is negative", s.ID)
	}
	if err := CheckText(s.Text); err != nil {
		return fmt.Errorf("the stored document %q is damaged: %w", s.ID, err)
	}
	d.owner, d.epoch, d.version, d.text = s.Owner, s.Epoch, s.Version, newText(s.Text)
	if err := d.applyAll(since); err != nil {
		return fmt.Errorf("the stored document %q is damaged: %w", s.ID, err)
	}
	d.unsaved = savings{}
	d.past.restart(d.version)
	return nil
}

// Push takes updates made on top of a version, whole or not at all. An update without a time gets the present one. It
// fails with [ErrEpoch], with [ErrStale], or with an error that wraps [ErrChange].
func (a *Authority) Push(epoch string, version int, ups []Update) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if epoch != a.epoch {
		return ErrEpoch
	}
	if version != a.version {
		return ErrStale
	}
	return a.push(ups)
}

func (a *Authority) push(ups []Update) error {
	if len(ups) > MaxUpdates {
		return fmt.Errorf("%w: %d at once where %d are allowed", ErrChange, len(ups), MaxUpdates)
	}
	if len(ups) == 0 {
		return nil
	}
	ups = slices.Clone(ups)
	for i := range ups {
		if ups[i].Time == 0 {
			ups[i].Time = time.Now().UnixMilli()
		}
	}
	from := a.version
	if err := a.applyAll(ups); err != nil {
		return err
	}
	a.tell(Change{From: from, Updates: ups})
	return nil
}

// step is what brings a follower to the present: updates from the version it has, or a snapshot.
type step struct {
	updates  []Update
	snapshot *Snapshot
	now      Version
	caret    *Caret
}

// step gives updates if they are few enough for one message of at most limit bytes, or else a snapshot, if whole asks
// for one.
func (a *Authority) step(have Version, limit int, whole bool) step {
	a.mu.Lock()
	defer a.mu.Unlock()
	st := step{now: Version{Epoch: a.epoch, Version: a.version}}
	if a.caret != nil {
		caret := a.caret.clamp(a.text.len())
		st.caret = &caret
	}
	if have.Epoch == a.epoch {
		ups, err := a.past.since(have.Version, a.version)
		if err == nil && len(ups) <= MaxUpdates && sizeOf(ups) <= limit {
			st.updates = ups
			return st
		}
	}
	if whole {
		s := a.snapshot()
		st.snapshot = &s
	}
	return st
}

// replaceClient is the editor that whole-text changes are ascribed to; no page has that id.
const replaceClient = "thirdspace"

// Replace makes the text another one, as one update of author that changes no more than the stretch that differs. The
// text is cleaned as by [CleanText].
func (a *Authority) Replace(text, author string) error {
	text = CleanText(text)
	if err := CheckText(text); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	c := difference(a.text.units(), newText(text).units())
	if c.before == c.after && len(c.sections) <= 1 && (len(c.sections) == 0 || c.sections[0].keep > 0) {
		return nil // the same
	}
	raw := c.json()
	if len(raw) <= MaxChange {
		return a.push([]Update{{ClientID: replaceClient, Changes: raw, Author: author}})
	}
	return a.replaceWhole(text)
}

// replaceWhole takes a text whose difference is too large for one update: the document begins a new epoch with it.
func (a *Authority) replaceWhole(text string) error {
	a.epoch, a.text = newEpoch(), newText(text)
	a.version++
	a.past.restart(a.version)
	a.unsaved = savings{whole: true}
	a.tell(Change{From: a.version, Reset: true})
	return nil
}
