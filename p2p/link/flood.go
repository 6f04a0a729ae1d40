package link

import (
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"
)

// What one machine may do, and what becomes of one that does not stop. A student's program publishes a fact now and then
// and a board is batched to ten updates a second, so only a broken or hostile program meets these limits. What a student
// publishes the host sends on to everyone: its bytes are few because they are multiplied by the class.
const (
	studentRate, studentBurst   = 20.0, 40.0 // messages a second, messages at once
	teacherRate, teacherBurst   = 100.0, 400.0
	studentBytes, studentBBurst = 32 << 10, 1 << 20 // bytes a second, bytes at once
	teacherBytes, teacherBBurst = 1 << 20, 8 << 20

	emptyRate, emptyBurst   = 5.0, 50.0   // envelopes of pubsub with no message in them: subscriptions, and nothing
	streamRate, streamBurst = 50.0, 256.0 // streams opened, whatever comes of them
	askRate, askBurst       = 0.5, 20.0   // times to ask to come in

	askPause = 2 * time.Second // who asks too often is told to wait so long

	floodDrops  = 400              // things dropped after which the machine is put out
	floodForget = time.Minute      // without a drop, the count of drops begins anew
	floodBan    = 30 * time.Second // it is let in again after that; twice as long each time
	longestBan  = 10 * time.Minute
)

// floods meters what each machine does, before anything is spent on it.
type floods struct {
	mu    sync.Mutex
	now   func() time.Time
	peers map[peer.ID]*meter
}

type meter struct {
	teaches                               bool
	messages, bytes, empty, streams, asks *rate.Limiter

	at      time.Time
	drops   int
	dropped time.Time
	bans    int
	until   time.Time // banned
}

func newFloods() *floods { return &floods{now: time.Now, peers: map[peer.ID]*meter{}} }

// of finds the meter of p. Called with mu held.
func (f *floods) of(p peer.ID) *meter {
	m := f.peers[p]
	if m == nil {
		m = &meter{
			empty:   rate.NewLimiter(emptyRate, emptyBurst),
			streams: rate.NewLimiter(streamRate, streamBurst),
			asks:    rate.NewLimiter(askRate, askBurst),
		}
		m.let(false)
		f.peers[p] = m
	}
	m.at = f.now()
	return m
}

// let fills the buckets of messages for a student or a teacher.
func (m *meter) let(teaches bool) {
	m.teaches = teaches
	m.messages, m.bytes = rate.NewLimiter(studentRate, studentBurst), rate.NewLimiter(studentBytes, studentBBurst)
	if teaches {
		m.messages, m.bytes = rate.NewLimiter(teacherRate, teacherBurst), rate.NewLimiter(teacherBytes, teacherBBurst)
	}
}

// take tells whether p may publish a message of so many bytes now. kick is true once, when p has overdone it.
func (f *floods) take(p peer.ID, teaches bool, size int) (ok, kick bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.of(p)
	if m.teaches != teaches {
		m.let(teaches)
	}
	if m.messages.TokensAt(m.at) >= 1 && m.bytes.AllowN(m.at, size) {
		return m.messages.AllowN(m.at, 1), false
	}
	return false, m.drop()
}

// takeEmpty tells the same of an envelope without a message.
func (f *floods) takeEmpty(p peer.ID) (ok, kick bool) {
	return f.one(p, func(m *meter) *rate.Limiter { return m.empty })
}

// takeStream tells the same of a stream that p opens.
func (f *floods) takeStream(p peer.ID) (ok, kick bool) {
	return f.one(p, func(m *meter) *rate.Limiter { return m.streams })
}

// takeAsk tells whether p may ask to come in now. Asking too often is answered, and does not put anyone out.
func (f *floods) takeAsk(p peer.ID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.of(p)
	return m.asks.AllowN(m.at, 1)
}

func (f *floods) one(p peer.ID, which func(*meter) *rate.Limiter) (ok, kick bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.of(p)
	if which(m).AllowN(m.at, 1) {
		return true, false
	}
	return false, m.drop()
}

// drop counts something dropped, and bans whoever does not stop.
func (m *meter) drop() (kick bool) {
	if m.at.Sub(m.dropped) > floodForget {
		m.drops = 0
	}
	m.drops++
	m.dropped = m.at
	if m.drops < floodDrops {
		return false
	}
	m.drops = 0
	m.until = m.at.Add(min(longestBan, floodBan<<min(m.bans, 10)))
	m.bans++
	return true
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

// forget drops the meters of machines that have been quiet; their buckets are full again by then. Who was put out is
// remembered until it has kept quiet for as long as the longest ban.
func (f *floods) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for p, m := range f.peers {
		quiet := f.now().Sub(m.at)
		if quiet > 2*floodForget && (m.bans == 0 || quiet > 2*longestBan) {
			delete(f.peers, p)
		}
	}
}
