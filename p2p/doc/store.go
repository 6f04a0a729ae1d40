package doc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// StoreConfig says what a store works with. Storage is needed.
type StoreConfig struct {
	Storage Storage
	Self    string // this machine's peer id as text: the owner of what Own makes
	// Every is how long a change may wait for others to be written with it. 0 means 200 ms, which leaves a disk 50 ms
	// of the quarter second.
	Every time.Duration
	// OnFlush is told how each writing went: of which documents, up to which version, and with what error. Without one
	// they are on the disk up to there; with one it is tried again after Every, or a second if that is longer.
	OnFlush func([]Flushed, error)
	Log     *slog.Logger // nil: no log
}

// Flushed says how far a document was to be written.
type Flushed struct {
	ID string
	Version
}

const (
	defaultEvery = 200 * time.Millisecond
	retryEvery   = time.Second
)

// ErrClosed is returned by a store that has been closed.
var ErrClosed = errors.New("the documents are closed")

// Store is the documents of one machine, own and followed. Its methods may be called from several goroutines.
type Store struct {
	cfg   StoreConfig
	log   *slog.Logger
	tasks sync.WaitGroup
	stop  chan struct{}
	dirty chan struct{} // there is something to save

	news *news

	opening sync.Mutex // one document is opened at a time
	mu      sync.Mutex
	closed  bool
	own     map[string]*Authority
	others  map[string]*Replica
	changed map[string]*document // perhaps not saved

	saving sync.Mutex // one write at a time
}

// NewStore starts a store.
func NewStore(cfg StoreConfig) (*Store, error) {
	if cfg.Storage == nil {
		return nil, errors.New("opening documents: a storage is needed")
	}
	if cfg.Every <= 0 {
		cfg.Every = defaultEvery
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{
		cfg: cfg, log: cfg.Log, stop: make(chan struct{}), dirty: make(chan struct{}, 1), news: newNews(),
		own: make(map[string]*Authority), others: make(map[string]*Replica), changed: make(map[string]*document),
	}
	s.tasks.Go(s.flushing)
	s.tasks.Go(s.news.dispatch)
	return s, nil
}

// Own opens a document of this machine: as it was stored, or, if it never was, with the given first text.
func (s *Store) Own(ctx context.Context, id, first string) (*Authority, error) {
	return s.openOwn(ctx, id, first, false)
}

// Inherit opens a document of this machine as Own does, and makes one its own that was stored as a copy of another
// machine's: that machine is not its owner any more. It goes on from the text as it was last here.
func (s *Store) Inherit(ctx context.Context, id, first string) (*Authority, error) {
	return s.openOwn(ctx, id, first, true)
}

func (s *Store) openOwn(ctx context.Context, id, first string, inherit bool) (*Authority, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	a, other, closed := s.own[id], s.others[id], s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case a != nil:
		return a, nil
	case other != nil:
		return nil, fmt.Errorf("opening the document %q: it is followed from another machine", id)
	}
	snap, since, err := s.cfg.Storage.Load(ctx, id)
	switch {
	case errors.Is(err, ErrNotStored):
		a, err = New(id, s.cfg.Self, first)
	case err == nil && snap.Owner != s.cfg.Self && !inherit:
		err = errors.New("it belongs to another machine")
	case err == nil:
		snap.Owner = s.cfg.Self
		a, err = Load(snap, since)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the document %q: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own[id] = a
	s.adopt(&a.document)
	return a, nil
}

// Follow opens a copy of another machine's document: as it was stored, or empty. It is empty also where a copy of a third
// machine's is stored, which this owner's takes the place of.
func (s *Store) Follow(ctx context.Context, id, owner string) (*Replica, error) {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	r, own, closed := s.others[id], s.own[id], s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case own != nil || owner == s.cfg.Self:
		return nil, fmt.Errorf("following the document %q: it is this machine's own", id)
	case r != nil && r.owner != owner:
		return nil, fmt.Errorf("following the document %q: it belongs to another machine", id)
	case r != nil:
		return r, nil
	}
	snap, since, err := s.cfg.Storage.Load(ctx, id)
	switch {
	case errors.Is(err, ErrNotStored):
		r, err = NewReplica(id, owner)
	case err == nil && snap.Owner == s.cfg.Self:
		err = errors.New("it is this machine's own")
	case err == nil && snap.Owner != owner:
		r, err = NewReplica(id, owner)
	case err == nil:
		if r, err = LoadReplica(snap, since); err != nil {
			s.log.Warn("a stored copy is damaged; it will be fetched again", "document", id, "err", err)
			r, err = NewReplica(id, owner)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("following the document %q: %w", id, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.others[id] = r
	s.adopt(&r.document)
	return r, nil
}

// adopt makes the store hear of a new document's changes. Called with mu held.
func (s *Store) adopt(d *document) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.onChange = func(c Change) {
		if c.Reset || len(c.Updates) > 0 {
			s.touch(d)
		}
		s.news.add(c)
	}
	if d.unsaved.whole {
		s.changed[d.id] = d
		s.wake()
	}
}

// touch notes that d must be saved. Called with d.mu held, so it takes no other document's.
func (s *Store) touch(d *document) {
	s.mu.Lock()
	s.changed[d.id] = d
	s.mu.Unlock()
	s.wake()
}

func (s *Store) wake() {
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

// Stored names every document that is on the disk.
func (s *Store) Stored(ctx context.Context) ([]Ref, error) { return s.cfg.Storage.List(ctx) }

// Subscribe has f called for every change of every document, in the order of each document's changes, from one
// goroutine. It must not block for long: changes that come meanwhile are told together, or, when they are very many,
// as a Reset. cancel returns when f is not running and will not be called again; f must not call it.
func (s *Store) Subscribe(f func(Change)) (cancel func()) { return s.news.subscribe(f) }

// Flush writes all that has been changed so far, and returns when it is on the disk.
func (s *Store) Flush(ctx context.Context) error {
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	docs := s.changed
	s.changed = make(map[string]*document)
	s.mu.Unlock()

	batches, flushed := make([]Batch, 0, len(docs)), make([]Flushed, 0, len(docs))
	for _, d := range docs {
		if b, ok := d.takeUnsaved(); ok {
			batches = append(batches, b)
			flushed = append(flushed, Flushed{ID: b.ID, Version: Version{Epoch: b.Epoch, Version: b.From + len(b.Updates)}})
		}
	}
	if len(batches) == 0 {
		return nil
	}
	err := s.cfg.Storage.Save(ctx, batches)
	if err != nil {
		err = fmt.Errorf("saving %d documents: %w", len(batches), err)
		for _, b := range batches {
			docs[b.ID].putBack(b)
			s.touch(docs[b.ID])
		}
	}
	if s.cfg.OnFlush != nil {
		s.cfg.OnFlush(flushed, err)
	}
	return err
}

// flushing writes what has been changed, a little after the first change.
func (s *Store) flushing() {
	for {
		select {
		case <-s.stop:
			return
		case <-s.dirty:
		}
		if !s.pause(s.cfg.Every) {
			return
		}
		if err := s.Flush(context.Background()); err != nil {
			s.log.Error("documents could not be saved; trying again", "err", err)
			if !s.pause(retryEvery - s.cfg.Every) {
				return
			}
			s.wake()
		}
	}
}

func (s *Store) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.stop:
		return false
	}
}

// Close writes everything, tells the last news and stops. Documents may not be changed any more. The error says
// whether something could not be saved.
func (s *Store) Close() error {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	close(s.stop)
	s.news.close()
	s.tasks.Wait()
	return s.Flush(context.Background())
}
