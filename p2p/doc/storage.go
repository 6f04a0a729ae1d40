package doc

import (
	"context"
	"errors"
)

// ErrNotStored is returned by [Storage.Load] for a document that has never been saved.
var ErrNotStored = errors.New("no such document is stored")

// Batch is what is saved of one document at one time: updates, the first of which makes version From+1 of Epoch, or a
// snapshot, or both, the snapshot then being the text after the updates.
type Batch struct {
	ID       string
	Owner    string
	Epoch    string
	From     int
	Updates  []Update
	Snapshot *Snapshot
}

// Ref names a stored document.
type Ref struct{ ID, Owner string }

// Storage keeps documents. All methods may be called from several goroutines. The conformance test every
// implementation must pass is in the package storagetest.
type Storage interface {
	// Save keeps batches, all or none of them; they are durable when it returns. A snapshot takes the place of the
	// document's last one. Updates are kept for good: they are the document's history.
	Save(ctx context.Context, batches []Batch) error
	// Load gives a document's last snapshot and the updates of the same epoch that were saved after it, in order.
	Load(ctx context.Context, id string) (Snapshot, []Update, error)
	// List names every stored document, in the order of their ids.
	List(ctx context.Context) ([]Ref, error)
}

// When a snapshot is saved with the updates, so that loading stays quick.
const (
	snapshotUpdates = 500
	snapshotBytes   = 512 << 10
)

// maxUnsavedBytes bounds what waits for a disk that cannot be written: beyond it the single updates are let go, and
// the text itself is saved when that can be done again.
const maxUnsavedBytes = 8 << 20

// savings is what of a document is not on the disk yet.
type savings struct {
	updates []Update
	bytes   int
	whole   bool // the text itself must be saved

	sinceCount, sinceBytes int // updates and their bytes since the last saved snapshot
}

func (s *savings) add(ups []Update) {
	s.sinceCount += len(ups)
	s.sinceBytes += sizeOf(ups)
	s.updates = append(s.updates, ups...)
	s.bytes += sizeOf(ups)
	if s.bytes > maxUnsavedBytes {
		s.updates, s.bytes, s.whole = nil, 0, true
	}
}

// takeUnsaved gives what is to be saved now, and forgets it.
func (d *document) takeUnsaved() (Batch, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := &d.unsaved
	if len(u.updates) == 0 && !u.whole {
		return Batch{}, false
	}
	b := Batch{ID: d.id, Owner: d.owner, Epoch: d.epoch, From: d.version - len(u.updates), Updates: u.updates}
	if u.whole || u.sinceCount >= snapshotUpdates || u.sinceBytes >= snapshotBytes {
		s := d.snapshot()
		b.Snapshot = &s
		u.sinceCount, u.sinceBytes = 0, 0
	}
	u.updates, u.bytes, u.whole = nil, 0, false
	return b, true
}

// putBack takes back what could not be saved.
func (d *document) putBack(b Batch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := &d.unsaved
	if b.Snapshot != nil {
		u.whole = true
	}
	if b.Epoch != d.epoch || u.whole && b.From+len(b.Updates) != d.version-len(u.updates) {
		return // it was reset meanwhile, and the text itself will be saved
	}
	u.updates = append(b.Updates, u.updates...)
	u.bytes += sizeOf(b.Updates)
}
