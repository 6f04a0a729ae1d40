package session

import (
	"maps"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// unruly remembers, on the host, whose machine has lately sent far more than it may. The zero value is ready.
type unruly struct {
	mu   sync.Mutex
	when map[peer.ID]time.Time
}

const (
	unrulyFor = 10 * time.Minute // how long the teacher is shown it
	maxUnruly = 1000             // machines remembered; strangers may be among them
)

// met notes p, and tells whether that is news.
func (u *unruly) met(p peer.ID) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.when == nil {
		u.when = map[peer.ID]time.Time{}
	}
	maps.DeleteFunc(u.when, func(_ peer.ID, t time.Time) bool { return time.Since(t) > unrulyFor })
	_, known := u.when[p]
	if !known && len(u.when) >= maxUnruly {
		return false
	}
	u.when[p] = time.Now()
	return !known
}

// Unruly tells, on the host, whose machine has lately sent far more than it may: it was slowed, or put out for a while.
func (s *Session) Unruly() map[peer.ID]bool {
	s.unruly.mu.Lock()
	defer s.unruly.mu.Unlock()
	out := map[peer.ID]bool{}
	for p, t := range s.unruly.when {
		if time.Since(t) <= unrulyFor {
			out[p] = true
		}
	}
	return out
}

// isUnruly is told of a machine by the link and the journal.
func (s *Session) isUnruly(p peer.ID) {
	if s.unruly.met(p) {
		s.log.Warn("a machine sends far more than it may", "name", s.Name(p), "peer", p)
		s.m.changed()
	}
}

// metered tells the journal whose facts are taken only so fast: on the host, of those who do not teach.
func (s *Session) metered(p peer.ID) bool {
	m, ok := s.member(p)
	return s.hosted && !(ok && m.Role.Teaches())
}
