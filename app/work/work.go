// Package work is handing in, as the page sees it: a student hands in their code as it stands and holds the host's
// signed receipt for it; a teacher has what was handed in listed and opens it.
package work

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"thirdspace/app/class"
	"thirdspace/app/code"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// EventChanged tells the page of a Submission that is new, or whose receipt has come.
const EventChanged = "work:changed"

// defaultTitle is what a submission is called where its author gave it no title.
const defaultTitle = "My code"

// States of a submission of one's own.
const (
	StateQueued    = "queued"    // on this machine's disk, not yet with the teacher
	StateDelivered = "delivered" // the teacher's receipt is here
)

// Receipt is the teacher's word that a submission is on their machine.
type Receipt struct {
	Reader     string `json:"reader"` // peer id
	ReaderName string `json:"readerName"`
	Words      string `json:"words"` // the submission's fingerprint, four words
}

// Submission is work handed in, without its text.
type Submission struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Version int      `json:"version"`
	Author  string   `json:"author"`
	Name    string   `json:"name"`
	Mine    bool     `json:"mine"`
	At      int64    `json:"at"` // Unix ms of the room's clock
	State   string   `json:"state"`
	Lines   int      `json:"lines"`
	Words   string   `json:"words"`
	Receipt *Receipt `json:"receipt"`
}

// File is one file of a submission.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Opened is a submission with its text.
type Opened struct {
	Submission  Submission `json:"submission"`
	Files       []File     `json:"files"`
	ReceiptText string     `json:"receiptText"` // a text to keep, "" without a receipt
}

// Service is bound to the page.
type Service struct {
	sessions *session.Manager
	code     *code.Service
}

// New makes the service. Through emit the page hears of submissions and receipts.
func New(m *session.Manager, c *code.Service, emit func(name string, data ...any)) *Service {
	s := &Service{sessions: m, code: c}
	changed := func(id string) {
		current, err := m.Current()
		if err != nil {
			return
		}
		if w, ok := current.Submission(id); ok {
			emit(EventChanged, s.view(current, w))
		}
	}
	m.Listen(session.Events{
		Facts: func(c class.Changes) {
			for _, w := range c.Submissions {
				changed(w.ID)
			}
		},
		Receipt: func(r journal.Receipt) { changed(fmt.Sprintf("%x", r.Fact)) },
	})
	return s
}

// HandIn hands in the student's own code as it stands. It is on this machine's disk when HandIn returns, and goes to
// the teacher at once or when they are back.
func (s *Service) HandIn(title string) (Submission, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Submission{}, failure.Of(err)
	}
	if title = strings.TrimSpace(title); title == "" {
		title = defaultTitle
	}
	files, err := code.HandOver(s.code, title)
	if err != nil {
		return Submission{}, failure.Of(err)
	}
	id, err := current.State(context.Background(), class.KindHandedIn, current.Teachers(), class.HandedIn{Title: title, Files: files, At: current.Now()})
	if err != nil {
		return Submission{}, failure.Of(err)
	}
	w, ok := current.Submission(id)
	if !ok {
		return Submission{}, failure.New(failure.CodeNotAllowed, "Only students hand in.", "")
	}
	return s.view(current, w), nil
}

// Mine lists what this person handed in, newest first.
func (s *Service) Mine() ([]Submission, error) {
	return s.list(func(current *session.Session, w class.Submission) bool { return current.Same(w.Author, current.Self()) })
}

// All lists what was handed in on this machine, newest first: for a teacher everything, for a student their own.
func (s *Service) All() ([]Submission, error) {
	return s.list(func(*session.Session, class.Submission) bool { return true })
}

func (s *Service) list(keep func(*session.Session, class.Submission) bool) ([]Submission, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, failure.Of(err)
	}
	out := []Submission{}
	for _, w := range slices.Backward(current.Submissions()) {
		if keep(current, w) {
			out = append(out, s.view(current, w))
		}
	}
	return out, nil
}

// Open gives one submission with its text.
func (s *Service) Open(id string) (Opened, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Opened{}, failure.Of(err)
	}
	w, ok := current.Submission(id)
	if !ok {
		return Opened{}, failure.New(failure.CodeUnknown, "This submission is not on this machine.", "")
	}
	v := s.view(current, w)
	o := Opened{Submission: v}
	for _, f := range w.Files {
		o.Files = append(o.Files, File(f))
	}
	if r, ok := current.Receipt(w.Hash); ok {
		o.ReceiptText = receiptText(current, v, w, r)
	}
	return o, nil
}

func (s *Service) view(current *session.Session, w class.Submission) Submission {
	v := Submission{
		ID: w.ID, Title: w.Title, Version: w.Version, Author: w.Author.String(), Name: current.Name(w.Author),
		Mine: current.Same(w.Author, current.Self()), At: w.At, State: StateDelivered, Words: identity.Words(w.Hash[:]),
	}
	for _, f := range w.Files {
		v.Lines += strings.Count(strings.TrimRight(f.Text, "\n"), "\n") + 1
	}
	if !v.Mine {
		return v
	}
	r, ok := current.Receipt(w.Hash)
	if !ok {
		v.State = StateQueued
		return v
	}
	v.Receipt = &Receipt{Reader: r.Reader.String(), ReaderName: current.Name(r.Reader), Words: v.Words}
	return v
}

// receiptText is a receipt as a text that a student can keep outside the app: all that is needed to check it.
func receiptText(current *session.Session, v Submission, w class.Submission, r journal.Receipt) string {
	return fmt.Sprintf(`ThirdSpace receipt

Handed in:   %s, version %d
By:          %s (%s)
To:          %s (%s)
Room:        %s (%s)
When:        %s, by the room's clock
Fingerprint: %s
Fact:        %x
Signature:   %s
`, v.Title, v.Version, v.Name, v.Author, current.Name(r.Reader), r.Reader, current.Title(), current.Room(),
		time.UnixMilli(v.At).UTC().Format("2 January 2006, 15:04:05 UTC"), v.Words, w.Hash, base64.StdEncoding.EncodeToString(r.Sig))
}
