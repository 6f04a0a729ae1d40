// Package code is the editors as the page sees them: a student's own code and the teacher's board, live; the wall of
// every student's code; the code a teacher sends to everyone; and the versions that are kept so that nothing is ever
// overwritten.
package code

import (
	"context"
	"encoding/json"
	"errors"
	"sync"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/app/store"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/wire"
)

// Service is bound to the page.
type Service struct {
	sessions *session.Manager
	store    *store.Store
	emit     func(name string, data ...any)
	wall     *wall

	telling sync.Mutex // held while the page is told who looks, so that what it hears last is the latest

	mu    sync.Mutex
	saved map[string]Saved // by the page's id: what was told last
}

// New makes the service, and the function that ends it. Through emit the page hears of changes.
func New(m *session.Manager, st *store.Store, emit func(name string, data ...any)) (*Service, func()) {
	s := &Service{sessions: m, store: st, emit: emit, saved: map[string]Saved{}}
	s.wall = newWall(s.tiles, func(changed []Tile) { emit(EventWall, changed) })
	m.Listen(session.Events{
		Document: s.documentChanged,
		Flushed:  s.flushed,
		Look:     s.look,
		Lookers:  s.lookers,
		Facts: func(c class.Changes) {
			s.sent(c.Sent)
			s.wall.touch(c.Members...)
		},
		Room: s.wall.touchAll,
		Left: s.forget,
	})
	return s, s.wall.close
}

// documentChanged passes what happened to a document on to the page, under the page's name for it.
func (s *Service) documentChanged(c doc.Change) {
	current, err := s.sessions.Current()
	if err != nil {
		return
	}
	id, ok := current.PageID(c.ID)
	if !ok {
		return
	}
	if peer, ok := current.Student(id); ok {
		s.wall.typed(peer, len(c.Updates) > 0 || c.Reset)
	}
	if c.Reset || len(c.Updates) > 0 {
		s.emit(EventChanged, Changes{ID: id, Epoch: c.Epoch, Version: c.From, Updates: toPage(current, c.Updates), Reset: c.Reset})
	}
	if c.Caret != nil {
		s.emit(EventCaret, CaretMoved{ID: id, PlacedCaret: PlacedCaret{Epoch: c.Epoch, Version: c.From + len(c.Updates), Anchor: c.Caret.Anchor, Head: c.Caret.Head}})
	}
}

// flushed tells the page how far its documents are on the disk.
func (s *Service) flushed(documents []doc.Flushed, err error) {
	current, none := s.sessions.Current()
	if none != nil {
		return
	}
	for _, f := range documents {
		id, ok := current.PageID(f.ID)
		if !ok {
			continue
		}
		saved := Saved{ID: id, Epoch: f.Epoch, Version: f.Version.Version, Failure: failure.From(err)}
		s.mu.Lock()
		s.saved[id] = saved
		s.mu.Unlock()
		s.emit(EventSaved, saved)
	}
}

// Saved is what EventSaved told last of a document, for a page that may have missed it. Its epoch is "" where nothing
// has been written since the room was entered.
func (s *Service) Saved(id string) Saved {
	s.mu.Lock()
	defer s.mu.Unlock()
	if saved, ok := s.saved[id]; ok {
		return saved
	}
	return Saved{ID: id}
}

// forget drops what was noted of a room that was left.
func (s *Service) forget() {
	s.wall.forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.saved)
}

func toPage(current *session.Session, updates []doc.Update) []Update {
	self := current.Self().String()
	out := make([]Update, len(updates))
	for i, u := range updates {
		out[i] = Update{ClientID: u.LocalClient(self), Changes: u.Changes}
	}
	return out
}

// OpenDoc gives a document as it stands. For a student's code, opening it is enough to follow it.
func (s *Service) OpenDoc(id string) (Doc, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Doc{}, failure.Of(err)
	}
	d, err := current.Document(id)
	if err != nil {
		return Doc{}, failure.Of(err)
	}
	return view(current, id, d), nil
}

func view(current *session.Session, id string, d session.Document) Doc {
	snap := d.Snapshot()
	v := Doc{ID: id, Epoch: snap.Epoch, Version: snap.Version, Text: snap.Text, Name: current.NameOf(d.Owner()), Owned: d.Owner() == current.Self().String()}
	v.Pen = v.Owned || current.LookAt(id).State == wire.LookTogether
	if caret, ok := d.Caret(); ok {
		v.Caret = &caret
	}
	return v
}

// Push takes updates made on top of version: of one of this machine's own documents, or of a student's who has let us. In
// one's own document they are on the disk a quarter of a second later.
func (s *Service) Push(id, epoch string, version int, updates []Update) (PushResult, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return PushResult{}, failure.Of(err)
	}
	d, err := current.Document(id)
	if err != nil {
		return PushResult{}, failure.Of(err)
	}
	ups := make([]doc.Update, len(updates))
	for i, u := range updates {
		changes, err := json.Marshal(u.Changes)
		if err != nil {
			return PushResult{}, failure.Of(err)
		}
		ups[i] = doc.Update{ClientID: u.ClientID, Changes: changes, Author: current.Self().String(), Time: current.Now()}
	}
	if own, ok := d.(*doc.Authority); ok {
		err = own.Push(epoch, version, ups)
	} else if _, ok := current.Student(id); ok {
		err = current.PushTo(id, epoch, version, ups)
	} else {
		err = errOthers()
	}
	now := d.Version()
	result := PushResult{OK: err == nil, Epoch: now.Epoch, Version: now.Version}
	if errors.Is(err, doc.ErrStale) || errors.Is(err, doc.ErrEpoch) {
		return result, nil
	}
	return result, failure.Of(err)
}

// Since gives what happened to a document after version.
func (s *Service) Since(id, epoch string, version int) (Changes, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Changes{}, failure.Of(err)
	}
	d, err := current.Document(id)
	if err != nil {
		return Changes{}, failure.Of(err)
	}
	now := d.Version()
	out := Changes{ID: id, Epoch: now.Epoch, Version: version}
	if now.Epoch != epoch {
		out.Reset = true
		return out, nil
	}
	updates, err := d.Since(version)
	if err != nil {
		out.Reset = true
		return out, nil
	}
	out.Updates = toPage(current, updates)
	return out, nil
}

// Caret moves the person's own caret, which stands in that version of a document: in their own for those who follow it,
// in a student's for the student, while they edit it together.
func (s *Service) Caret(id, epoch string, version, anchor, head int) error {
	current, err := s.sessions.Current()
	if err != nil {
		return failure.Of(err)
	}
	d, err := current.Document(id)
	if err != nil {
		return failure.Of(err)
	}
	at, caret := doc.Version{Epoch: epoch, Version: version}, Caret{Anchor: anchor, Head: head}
	if own, ok := d.(*doc.Authority); ok {
		own.SetCaretAt(at, caret)
		return nil
	}
	current.CaretIn(id, at, caret)
	return nil
}

// own finds a document that this machine may edit.
func (s *Service) own(id string) (*doc.Authority, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, err
	}
	d, err := current.Document(id)
	if err != nil {
		return nil, err
	}
	own, ok := d.(*doc.Authority)
	if !ok {
		return nil, errOthers()
	}
	return own, nil
}

func errOthers() error {
	return failure.New(failure.CodeNotAllowed, "This code belongs to someone else.", "Take a copy of it to change it.")
}

// SendToAll puts a text in front of every student: the board's, or, from a co-teacher, that of their own code. It overwrites
// nothing: each decides when to take it.
func (s *Service) SendToAll(title string) (SentCode, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return SentCode{}, failure.Of(err)
	}
	from := Board
	if !current.Hosted() {
		from = session.PageMine
	}
	board, err := s.own(from)
	if err != nil {
		return SentCode{}, failure.Of(err)
	}
	if title == "" {
		title = "From the board"
		if !current.Hosted() {
			title = "From " + current.Name(current.Self())
		}
	}
	if !current.Teaches() {
		return SentCode{}, failure.New(failure.CodeNotAllowed, "Only teachers send code to everyone.", "")
	}
	id, err := current.State(context.Background(), class.KindSent, nil, class.Sent{Title: title, Text: board.Snapshot().Text, At: current.Now()})
	if err != nil {
		return SentCode{}, failure.Of(err)
	}
	for _, m := range current.Sent() {
		if m.ID == id {
			return sentView(current, m), nil
		}
	}
	return SentCode{}, failure.New(failure.CodeNotAllowed, "Only teachers send code to everyone.", "")
}

// Sent lists the code sent to everyone, newest first.
func (s *Service) Sent() ([]SentCode, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, failure.Of(err)
	}
	list := current.Sent()
	out := make([]SentCode, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, sentView(current, list[i]))
	}
	return out, nil
}

func (s *Service) sent(list []class.SentCode) {
	current, err := s.sessions.Current()
	if err != nil {
		return
	}
	for _, m := range list {
		s.emit(EventSent, sentView(current, m))
	}
}

func sentView(current *session.Session, m class.SentCode) SentCode {
	return SentCode{ID: m.ID, Title: m.Title, Text: m.Text, At: m.At, From: current.Name(m.Author), Mine: m.Author == current.Self()}
}
