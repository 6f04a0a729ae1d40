package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/link"
)

// joinPatience is how long joining may take before the person is told that nothing answers. While a teacher is asked,
// nothing is in a hurry.
const joinPatience = 30 * time.Second

// joining is a room that is being joined.
type joining struct {
	cancel context.CancelCauseFunc
	limit  *time.Timer
	s      *Session // once there is one
}

var (
	errGivenUp = failure.New(failure.CodeCancelled, "You have stopped joining.", "")
	errNobody  = fmt.Errorf("%w in time", link.ErrNoAnswer)
)

// beginJoin notes that a room is being joined, and gives up another that is. end is called when that has ended.
func (m *Manager) beginJoin(ctx context.Context) (_ context.Context, end func()) {
	m.giveUpJoining()
	ctx, cancel := context.WithCancelCause(ctx)
	j := &joining{cancel: cancel, limit: time.AfterFunc(joinPatience, func() { cancel(errNobody) })}
	m.mu.Lock()
	m.joining = j
	m.mu.Unlock()
	return ctx, func() {
		j.limit.Stop()
		cancel(nil)
		m.mu.Lock()
		if m.joining == j {
			m.joining = nil
		}
		m.mu.Unlock()
		m.changed()
	}
}

// giveUpJoining ends the joining of a room, if one is being joined.
func (m *Manager) giveUpJoining() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.joining != nil {
		m.joining.cancel(errGivenUp)
	}
}

// whyEnded is the reason for which joining was ended, in place of the error that came of it.
func whyEnded(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err == nil || cause == nil || errors.Is(cause, context.Canceled) {
		return err
	}
	return cause
}

// joins notes which session is to become the current one.
func (m *Manager) joins(s *Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.joining != nil {
		m.joining.s = s
	}
}

// asksSomeone stops the time for joining: a person decides.
func (m *Manager) asksSomeone(s *Session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.joining != nil && m.joining.s == s {
		m.joining.limit.Stop()
	}
}

// Waits is the room at whose door this machine waits for a teacher's word, and how it stands; false if there is none.
func (m *Manager) Waits() (store.Room, link.State, bool) {
	m.mu.Lock()
	var s *Session
	if m.joining != nil {
		s = m.joining.s
	}
	m.mu.Unlock()
	if s == nil {
		return store.Room{}, link.State{}, false
	}
	state := s.Link()
	return s.Settings(), state, state.Phase == link.PhaseWaiting
}
