// Package talk is the class chat as the page sees it: what was said, and saying something.
package talk

import (
	"context"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// maxPage bounds how many messages one call gives.
const maxPage = 500

// Events the page hears.
const (
	EventSaid  = "talk:said"      // a Message
	EventAgain = "talk:delivered" // none: pull the messages again, some have arrived or do not count any more
)

// Message is something said to the class.
type Message struct {
	ID      string `json:"id"`
	Author  string `json:"author"` // peer id
	Name    string `json:"name"`
	Mine    bool   `json:"mine"`
	Text    string `json:"text"`
	At      int64  `json:"at"`      // Unix ms of the room's clock
	Pending bool   `json:"pending"` // said here, and the host does not have it yet
}

// Page is part of what was said, oldest first.
type Page struct {
	First    int       `json:"first"` // the index of the first message among all
	Messages []Message `json:"messages"`
}

// Service is bound to the page.
type Service struct {
	sessions *session.Manager
}

// New makes the service. Through emit the page hears what is said.
func New(m *session.Manager, emit func(name string, data ...any)) *Service {
	s := &Service{sessions: m}
	m.Listen(session.Events{
		Facts: func(c class.Changes) {
			current, err := m.Current()
			if err != nil {
				return
			}
			for _, said := range c.Messages {
				emit(EventSaid, view(current, said))
			}
			if c.Struck {
				emit(EventAgain)
			}
		},
		Delivered: func() { emit(EventAgain) },
	})
	return s
}

// Messages gives up to limit messages that end before the index before; before ≤ 0 means the newest.
func (s *Service) Messages(before, limit int) (Page, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Page{}, failure.Of(err)
	}
	said, first := current.Messages(before, min(max(limit, 1), maxPage))
	page := Page{First: first, Messages: make([]Message, 0, len(said))}
	for _, m := range said {
		page.Messages = append(page.Messages, view(current, m))
	}
	return page, nil
}

// Say says text to the class: at once, or when the host is back. It is on this machine's disk when Say returns.
func (s *Service) Say(text string) (Message, error) {
	current, err := s.sessions.Current()
	if err != nil {
		return Message{}, failure.Of(err)
	}
	if me, ok := current.Me(); ok && me.Muted {
		return Message{}, muted(me.Role)
	}
	id, err := current.State(context.Background(), class.KindSaid, nil, class.Said{Text: wire.CleanText(text), At: current.Now()})
	if err != nil {
		return Message{}, failure.Of(err)
	}
	said, ok := current.Message(id)
	if !ok {
		return Message{}, failure.New(failure.CodeNotAllowed, "You may not write here.", "Ask your teacher.")
	}
	return view(current, said), nil
}

// muted is what someone is told who has no voice. Nothing is stated: what they wrote stays in their hands.
func muted(role identity.Role) error {
	if role == identity.RoleObserver {
		return failure.New(failure.CodeNotAllowed, "You are here to watch, so nobody hears what you write.", "A teacher can give you a voice.")
	}
	return failure.New(failure.CodeNotAllowed, "A teacher has muted you: nobody hears what you write.", "Talk to the teacher, who can undo it.")
}

func view(s *session.Session, m class.Message) Message {
	return Message{ID: m.ID, Author: m.Author.String(), Name: s.Name(m.Author), Mine: s.Same(m.Author, s.Self()), Text: m.Text, At: m.At,
		Pending: m.Author == s.Self() && !s.Delivered(m.Seq())}
}
