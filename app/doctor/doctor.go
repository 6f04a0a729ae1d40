// Package doctor lets the page ask why a room is not reached, or why nobody reaches the room on this machine. The looking
// and the judging are in [thirdspace/p2p/doctor].
package doctor

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"thirdspace/app/failure"
	"thirdspace/app/session"
	"thirdspace/p2p/doctor"
	"thirdspace/p2p/ticket"
)

// Request says from which side is looked.
type Request struct {
	Side   string `json:"side"`   // student or teacher
	Target string `json:"target"` // of a student: the address, code or link on the teacher's screen; of a teacher: a student's address; "" if they have none
}

// Service is bound to the page.
type Service struct {
	sessions *session.Manager
	log      *slog.Logger
	ctx      context.Context // ends with the app
	one      sync.Mutex      // held while someone looks: two at once would see each other
}

// New makes the service, and what ends it: a look that is under way is broken off and waited for.
func New(m *session.Manager, log *slog.Logger) (*Service, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{sessions: m, log: log, ctx: ctx}
	return s, func() {
		cancel()
		s.one.Lock()
		defer s.one.Unlock()
	}
}

// Examine looks at everything there is to see and says what it means. It takes some seconds, at most fifteen.
func (s *Service) Examine(r Request) (doctor.Report, error) {
	c, err := s.config(r)
	if err != nil {
		return doctor.Report{}, failure.Of(err)
	}
	s.one.Lock()
	defer s.one.Unlock()
	if s.ctx.Err() != nil {
		return doctor.Report{}, failure.Of(errors.New("the app is closing"))
	}
	return doctor.Examine(s.ctx, c), nil
}

func (s *Service) config(r Request) (doctor.Config, error) {
	c := doctor.Config{Side: doctor.Student, Log: s.log}
	if r.Side == doctor.Teacher {
		c.Side = doctor.Teacher
		if current, err := s.sessions.Current(); err == nil && current.Hosted() {
			c.Port = current.Port()
			if who, ok := current.OtherVersion(); ok {
				c.Refused = &doctor.Refused{Addr: who.Addr, Version: who.Version}
			}
		}
	}
	if strings.TrimSpace(r.Target) == "" {
		return c, nil
	}
	way, err := ticket.Read(r.Target)
	if err != nil {
		return c, err
	}
	c.Target, err = way.Near()
	return c, err
}
