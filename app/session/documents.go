package session

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/app/failure"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/wire"
)

// Ids of documents in a room. Under which id a document is known depends on the machine: a student's own code is
// docCode there, and "<peer id>/code" on the host, which follows it.
const (
	docCode  = "code"
	docBoard = "board"
)

// Ids by which the page and the services name documents; any other is a student's peer id.
const (
	PageMine  = "mine"
	PageBoard = "board"
)

// First texts of documents.
const (
	firstCode = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(\"Hello\")\n}\n"
	// firstBoard is the same: a board that runs is the better start of a lesson than an empty one.
	firstBoard = firstCode
)

// Document is a live document: this machine's own (*doc.Authority) or one it follows (*doc.Replica).
type Document interface {
	Snapshot() doc.Snapshot
	Version() doc.Version
	Caret() (doc.Caret, bool)
	Since(version int) ([]doc.Update, error)
	Owner() string
}

// documents are the room's documents on this machine.
type documents struct {
	s        *Session
	store    *doc.Store
	board    *doc.Board
	sender   *doc.MirrorSender   // a student's
	receiver *doc.MirrorReceiver // the host's
	looks    *doc.Looks          // the host's, at students' code
	lookers  *doc.Lookers        // a student's, who are looked at
	cancel   func()

	mu       sync.Mutex
	closed   bool
	follower *doc.RelayFollower // a co-teacher's, of the students' code
}

// openDocuments opens the documents and lets them hear the room.
func (s *Session) openDocuments(ctx context.Context) error {
	d := &documents{s: s}
	s.docs = d
	var err error
	d.store, err = doc.NewStore(doc.StoreConfig{Storage: s.store.Documents(s.Room()), Self: s.Self().String(), OnFlush: s.flushed, Log: s.log})
	if err != nil {
		return err
	}
	if d.board, err = doc.NewBoard(doc.BoardConfig{Store: d.store, Net: s.link, Log: s.log}); err != nil {
		return err
	}
	s.link.Handle(wire.ProtoDoc, d.board.HandleStream)
	s.link.Subscribe(wire.TopicBoard, d.board.HandlePubsub)
	if s.hosted {
		err = d.openHost(ctx)
	} else {
		err = d.openStudent(ctx)
	}
	if err != nil {
		return err
	}
	d.cancel = d.store.Subscribe(func(c doc.Change) {
		s.m.each(func(e Events) {
			if e.Document != nil {
				e.Document(c)
			}
		})
	})
	return nil
}

// flushed tells which documents are on the disk now, or could not be written.
func (s *Session) flushed(documents []doc.Flushed, err error) {
	s.m.each(func(e Events) {
		if e.Flushed != nil {
			e.Flushed(documents, err)
		}
	})
}

// openHost shows the board, and takes the students' code.
func (d *documents) openHost(ctx context.Context) error {
	open := d.store.Own
	if len(d.s.moves) > 0 {
		open = d.store.Inherit // the board of the host before
	}
	board, err := open(ctx, docBoard, firstBoard)
	if err != nil {
		return err
	}
	d.board.Show(board)
	d.receiver, err = doc.OpenMirror(ctx, doc.MirrorReceiverConfig{Store: d.store, Log: d.s.log})
	if err != nil {
		return err
	}
	d.s.link.Handle(wire.ProtoMirror, d.receiver.HandleStream)
	d.s.link.Handle(wire.ProtoRelay, d.relay)
	return d.openLooks()
}

// openStudent follows the board, and lets the host follow the student's own code.
func (d *documents) openStudent(ctx context.Context) error {
	mine, err := d.store.Own(ctx, docCode, firstCode)
	if err != nil {
		return err
	}
	if _, err := d.store.Follow(ctx, docBoard, d.s.host.String()); err != nil {
		return err
	}
	if d.sender, err = doc.NewMirrorSender(doc.MirrorSenderConfig{Store: d.store, Net: d.s.link, Log: d.s.log}); err != nil {
		return err
	}
	d.sender.Add(mine)
	d.roleChanged(d.s.Role())
	return d.openLookers(mine)
}

// beat is what the host's beat says of the board.
func (d *documents) beat() []wire.BeatDocument {
	var out []wire.BeatDocument
	for id, v := range d.board.Versions() {
		out = append(out, wire.BeatDocument{ID: id, Epoch: v.Epoch, Version: v.Version})
	}
	return out
}

// heard takes what the host's beat says of the board.
func (d *documents) heard(documents []wire.BeatDocument) {
	for _, b := range documents {
		d.board.SawVersion(b.ID, b.Epoch, b.Version)
	}
}

// arrived says that the host can be reached.
func (d *documents) arrived() {
	if d.sender != nil {
		d.sender.Up()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.follower != nil {
		d.follower.Up()
	}
}

// close writes what is left to the disk.
func (d *documents) close() error {
	if d.cancel != nil {
		d.cancel()
	}
	d.mu.Lock()
	d.closed = true
	follower := d.follower
	d.mu.Unlock()
	if follower != nil {
		follower.Close()
	}
	var errs []error
	if d.looks != nil {
		errs = append(errs, d.looks.Close())
	}
	if d.lookers != nil {
		errs = append(errs, d.lookers.Close())
	}
	if d.sender != nil {
		errs = append(errs, d.sender.Close())
	}
	if d.receiver != nil {
		errs = append(errs, d.receiver.Close())
	}
	if d.board != nil {
		errs = append(errs, d.board.Close())
	}
	if d.store != nil {
		errs = append(errs, d.store.Close())
	}
	return errors.Join(errs...)
}

// Document finds a document by the page's name for it.
func (s *Session) Document(page string) (Document, error) {
	ctx := context.Background()
	switch {
	case page == PageMine && !s.hosted:
		return s.docs.store.Own(ctx, docCode, firstCode)
	case page == PageBoard && s.hosted:
		return s.docs.store.Own(ctx, docBoard, firstBoard)
	case page == PageBoard:
		return s.docs.store.Follow(ctx, docBoard, s.host.String())
	}
	p, ok := s.Student(page)
	if !ok {
		return nil, failure.New(failure.CodeUnknown, "There is no such code on this machine.", "")
	}
	return s.docs.store.Follow(ctx, p.String()+"/"+docCode, p.String())
}

// PageID is the page's name for a document of this machine's store; false for one that no page shows.
func (s *Session) PageID(id string) (string, bool) {
	switch id {
	case docCode:
		return PageMine, true
	case docBoard:
		return PageBoard, true
	}
	p, ok := strings.CutSuffix(id, "/"+docCode)
	return p, ok
}

// Student finds the member whose code this machine follows under that page id; only those who teach follow any.
func (s *Session) Student(page string) (peer.ID, bool) {
	if !s.Teaches() {
		return "", false
	}
	p, err := peer.Decode(page)
	if err != nil || p == s.Self() {
		return "", false
	}
	_, ok := s.member(p)
	return p, ok
}

// NameOf is what the member with that peer id, as text, is called.
func (s *Session) NameOf(id string) string {
	p, err := peer.Decode(id)
	if err != nil {
		return s.Name("")
	}
	return s.Name(p)
}
