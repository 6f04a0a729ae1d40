package code

import (
	"context"
	"strconv"
	"strings"
	"time"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/app/store"
)

// fileName is what the one file of a student's code is called.
const fileName = "main.go"

// Versions lists the kept versions of the person's own code, newest first.
func (s *Service) Versions() ([]Version, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, failure.Of(err)
	}
	kept, err := s.store.Versions(context.Background(), current.Room())
	if err != nil {
		return nil, failure.Of(err)
	}
	out := make([]Version, 0, len(kept))
	for _, v := range kept {
		view := versionView(v)
		view.Text = ""
		out = append(out, view)
	}
	return out, nil
}

// Version gives one kept version with its text.
func (s *Service) Version(id string) (Version, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Version{}, failure.Of(err)
	}
	v, err := s.kept(current, id)
	return v, failure.Of(err)
}

func (s *Service) kept(current *session.Session, id string) (Version, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return Version{}, failure.New(failure.CodeUnknown, "This version is not kept here.", "")
	}
	v, err := s.store.Version(context.Background(), current.Room(), n)
	return versionView(v), err
}

func versionView(v store.CodeVersion) Version {
	return Version{ID: strconv.FormatInt(v.ID, 10), At: v.At.UnixMilli(), Reason: v.Reason, Title: v.Title, Lines: lines(v.Text), Text: v.Text}
}

func lines(text string) int { return strings.Count(strings.TrimRight(text, "\n"), "\n") + 1 }

// KeepVersion keeps the person's own code as it stands.
func (s *Service) KeepVersion(title string) (Version, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Version{}, failure.Of(err)
	}
	v, err := s.keepMine(current, ReasonKept, title)
	return v, failure.Of(err)
}

// Rescue keeps a text that was typed into an editor and has no place in the document any more.
func (s *Service) Rescue(text string) (Version, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Version{}, failure.Of(err)
	}
	v, err := s.keep(current, ReasonRescued, "", text)
	return v, failure.Of(err)
}

func (s *Service) keepMine(current *session.Session, reason, title string) (Version, error) {
	mine, err := s.own(Mine)
	if err != nil {
		return Version{}, err
	}
	return s.keep(current, reason, title, mine.Snapshot().Text)
}

func (s *Service) keep(current *session.Session, reason, title, text string) (Version, error) {
	v := store.CodeVersion{At: time.UnixMilli(current.Now()), Reason: reason, Title: title, Text: text}
	id, err := s.store.KeepVersion(context.Background(), current.Room(), v)
	v.ID = id
	return versionView(v), err
}

// Take puts a kept version, or code that a teacher sent, or the board, into the person's own code. What stood there is
// kept as a version first.
func (s *Service) Take(id string) (Doc, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Doc{}, failure.Of(err)
	}
	text, err := s.takable(current, id)
	if err != nil {
		return Doc{}, failure.Of(err)
	}
	mine, err := s.own(Mine)
	if err != nil {
		return Doc{}, failure.Of(err)
	}
	if _, err := s.keepMine(current, ReasonTake, ""); err != nil {
		return Doc{}, failure.Of(err)
	}
	if err := mine.Replace(text, current.Self().String()); err != nil {
		return Doc{}, failure.Of(err)
	}
	return view(current, Mine, mine), nil
}

func (s *Service) takable(current *session.Session, id string) (string, error) {
	if id == Board {
		board, err := current.Document(Board)
		if err != nil {
			return "", err
		}
		return board.Snapshot().Text, nil
	}
	for _, m := range current.Sent() {
		if m.ID == id {
			return m.Text, nil
		}
	}
	v, err := s.kept(current, id)
	return v.Text, err
}

// HandOver keeps the person's own code as a version and gives it as the files of a submission. (It returns a Go type
// that the page has no use for: handing in is app/work's.)
func HandOver(s *Service, title string) ([]class.File, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return nil, err
	}
	v, err := s.keepMine(current, ReasonHandedIn, title)
	if err != nil {
		return nil, err
	}
	return []class.File{{Name: fileName, Text: v.Text}}, nil
}
