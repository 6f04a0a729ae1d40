package doc

import (
	"crypto/rand"
	"fmt"
	"sync"
)

// document is what authorities and replicas have in common.
type document struct {
	mu      sync.Mutex
	id      string
	owner   string
	epoch   string
	version int
	text    *text
	caret   *Caret
	past    past

	unsaved  savings
	onChange func(Change) // called under mu, in the order of the changes; must not block or call back
}

func newEpoch() string { return rand.Text() }

// ID is the document's name.
func (d *document) ID() string { return d.id }

// Owner is the peer whose machine has the document's authority, as text.
func (d *document) Owner() string { return d.owner }

// Snapshot is the text as it is now.
func (d *document) Snapshot() Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.snapshot()
}

func (d *document) snapshot() Snapshot {
	return Snapshot{ID: d.id, Owner: d.owner, Epoch: d.epoch, Version: d.version, Text: d.text.String()}
}

// Version is the state that the document is in.
func (d *document) Version() Version {
	d.mu.Lock()
	defer d.mu.Unlock()
	return Version{Epoch: d.epoch, Version: d.version}
}

// Size is the length of the text in bytes of UTF-8.
func (d *document) Size() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.bytes
}

// Caret is where the owner's caret stands, within the text, if it is known.
func (d *document) Caret() (Caret, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.caret == nil {
		return Caret{}, false
	}
	return d.caret.clamp(d.text.len()), true
}

// SetCaret moves the caret that others are shown. It is brought into the text, and never stored.
func (d *document) SetCaret(c Caret) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setCaret(c)
}

// SetCaretAt is SetCaret with a caret that stands in an earlier version. It is carried through the changes since; one of
// another epoch, or of a version no longer kept, is passed over, for it will move again.
func (d *document) SetCaretAt(at Version, c Caret) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.locate(at, c); ok {
		d.setCaret(c)
	}
}

// Locate tells where a caret of an earlier version stands now, and in which version that is; false where that is not known.
func (d *document) Locate(at Version, c Caret) (Caret, Version, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.locate(at, c)
	return c, Version{Epoch: d.epoch, Version: d.version}, ok
}

func (d *document) locate(at Version, c Caret) (Caret, bool) {
	if at.Epoch != d.epoch {
		return Caret{}, false
	}
	since, err := d.past.since(at.Version, d.version)
	if err != nil {
		return Caret{}, false
	}
	for _, u := range since {
		change, err := parseChange(u.Changes)
		if err != nil {
			return Caret{}, false
		}
		c = c.through(change)
	}
	return c.clamp(d.text.len()), true
}

func (d *document) setCaret(c Caret) {
	c = c.clamp(d.text.len())
	if d.caret != nil && *d.caret == c {
		return
	}
	d.caret = &c
	d.tell(Change{From: d.version})
}

// Since gives the updates after a version, or [ErrPruned] if they are no longer kept, or [ErrGap] for a version that
// does not exist yet.
func (d *document) Since(version int) ([]Update, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.past.since(version, d.version)
}

// applyAll makes all changes or none, and moves the version on, and the caret with the text.
func (d *document) applyAll(ups []Update) error {
	undo := make([]change, 0, len(ups))
	caret := d.caret
	for i, u := range ups {
		back, err := d.applyOne(u, &caret)
		if err != nil {
			for j := len(undo) - 1; j >= 0; j-- {
				d.text.splice(undo[j])
			}
			return fmt.Errorf("change %d of %d: %w", i+1, len(ups), err)
		}
		undo = append(undo, back)
	}
	d.version += len(ups)
	d.caret = caret
	d.unsaved.add(ups)
	d.past.add(ups)
	return nil
}

func (d *document) applyOne(u Update, caret **Caret) (undo change, err error) {
	if err := u.check(); err != nil {
		return change{}, err
	}
	c, err := parseChange(u.Changes)
	if err != nil {
		return change{}, err
	}
	undo, err = d.text.apply(c)
	if err == nil && *caret != nil {
		moved := (*caret).through(c)
		*caret = &moved
	}
	return undo, err
}

// tell fills in what every change has, and hands it on.
func (d *document) tell(c Change) {
	if d.onChange == nil {
		return
	}
	c.ID, c.Owner, c.Epoch = d.id, d.owner, d.epoch
	if d.caret != nil {
		caret := d.caret.clamp(d.text.len())
		c.Caret = &caret
	}
	d.onChange(c)
}
