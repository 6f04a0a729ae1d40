package session

import (
	"net/netip"
	"sync"
	"time"
)

// Stranger is a machine that was turned away because it runs another version of ThirdSpace.
type Stranger struct {
	Addr    netip.Addr
	Version int // of the protocol
}

// strangers remembers the last of them, for a while. The zero value is ready.
type strangers struct {
	mu   sync.Mutex
	last Stranger
	when time.Time
}

// strangerFor is how long one is remembered: about as long as a person tries.
const strangerFor = 10 * time.Minute

func (s *strangers) met(addr netip.Addr, version int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last, s.when = Stranger{addr, version}, time.Now()
}

// OtherVersion is the machine that was turned away last because of its version, if that was just now; on the host.
func (s *Session) OtherVersion() (Stranger, bool) {
	s.otherVersions.mu.Lock()
	defer s.otherVersions.mu.Unlock()
	return s.otherVersions.last, !s.otherVersions.when.IsZero() && time.Since(s.otherVersions.when) < strangerFor
}
