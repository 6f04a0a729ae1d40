package link

import (
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// What a member may publish on the room's topics, and what becomes of one that does not stop. A student's program
// publishes a fact now and then and a board is batched to ten updates a second, so only a broken or hostile program
// meets these limits.
const (
	studentRate, studentBurst   = 20.0, 40.0 // messages a second, messages at once
	teacherRate, teacherBurst   = 100.0, 400.0
	studentBytes, studentBBurst = 128 << 10, 1 << 20 // bytes a second, bytes at once
	teacherBytes, teacherBBurst = 1 << 20, 8 << 20

	floodDrops  = 400              // dropped messages after which the machine is put out
	floodForget = time.Minute      // without a drop, the count of drops begins anew
	floodBan    = 30 * time.Second // it is let in again after that
)

// floods meters what each member publishes, before any of it is looked at.
type floods struct {
	mu    sync.Mutex
	now   func() time.Time
	peers map[peer.ID]*meter
}

type meter struct {
	messages, bytes float64 // left
	at              time.Time
	drops           int
	dropped         time.Time
	until           time.Time // banned
}

func newFloods() *floods { return &floods{now: time.Now, peers: map[peer.ID]*meter{}} }

// take tells whether p may publish a message of so many bytes now. kick is true once, when p has overdone it.
func (f *floods) take(p peer.ID, teaches bool, size int) (ok, kick bool) {
	rate, burst, bytes, bytesBurst := studentRate, studentBurst, float64(studentBytes), float64(studentBBurst)
	if teaches {
		rate, burst, bytes, bytesBurst = teacherRate, teacherBurst, float64(teacherBytes), float64(teacherBBurst)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.now()
	m := f.peers[p]
	if m == nil {
		m = &meter{messages: burst, bytes: bytesBurst, at: now}
		f.peers[p] = m
	}
	passed := max(0, now.Sub(m.at).Seconds())
	m.at = now
	m.messages = min(burst, m.messages+rate*passed)
	m.bytes = min(bytesBurst, m.bytes+bytes*passed)
	if m.messages >= 1 && m.bytes >= float64(size) {
		m.messages--
		m.bytes -= float64(size)
		return true, false
	}
	if now.Sub(m.dropped) > floodForget {
		m.drops = 0
	}
	m.drops++
	m.dropped = now
	if m.drops == floodDrops {
		m.until = now.Add(floodBan)
		m.drops = 0
		return false, true
	}
	return false, false
}

// banned tells for how long p is kept out.
func (f *floods) banned(p peer.ID, now time.Time) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m := f.peers[p]; m != nil {
		return max(0, m.until.Sub(now))
	}
	return 0
}

// forget drops the meters of machines that have been quiet; their buckets are full again by then.
func (f *floods) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for p, m := range f.peers {
		if f.now().Sub(m.at) > 2*floodForget {
			delete(f.peers, p)
		}
	}
}
