package link

import (
	"context"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// guesses counts wrong codes and slows them. Every attempt is entered as a wrong one before it is answered and taken
// back when it turns out right, so that guesses made side by side, or broken off in the middle, count like any others.
//
// A device, an address and the room have each their own count: a device can be made up and an address shared by a
// class, so neither is enough alone. What is left for someone with endless devices and addresses is the room's rate:
// after its free ones, one guess in 5 s, so 1440 in two hours of a million codes of six digits.
type guesses struct {
	mu      sync.Mutex
	now     func() time.Time
	tallies map[string]*tally
}

// tally is one count.
type tally struct {
	wrong  int
	open   int // attempts under way
	until  time.Time
	last   time.Time
	change chan struct{} // closed when an attempt ends
}

// allowance says how many attempts may be wrong before each further one costs time, and how many may be under way.
type allowance struct {
	free    int
	atOnce  int
	slowest time.Duration
}

var (
	peerAllowance = allowance{free: 3, atOnce: 1, slowest: time.Minute}
	addrAllowance = allowance{free: 12, atOnce: 8, slowest: 30 * time.Second}
	roomAllowance = allowance{free: 60, atOnce: 32, slowest: 5 * time.Second}
)

const (
	forgetGuesses = 10 * time.Minute // after so long without a wrong code a count begins anew
	maxTallies    = 8192
)

func newGuesses() *guesses { return &guesses{now: time.Now, tallies: map[string]*tally{}} }

// attempt is one guess that has been entered: in the room's count, its address's and its device's, in this order.
type attempt struct {
	g     *guesses
	marks [3]mark
}

// mark is what an attempt did to one count.
type mark struct {
	*tally
	limit         allowance
	before, after time.Time // the count's until
}

// begin enters an attempt, waiting while too many are under way. It returns a *Refusal if it is too early for another.
func (g *guesses) begin(ctx context.Context, p peer.ID, addr string) (*attempt, error) {
	for {
		a, wait, err := g.try("peer "+string(p), "addr "+addr)
		if a != nil || err != nil {
			return a, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-wait:
		}
	}
}

// try enters the attempt, or returns what to wait for, or refuses.
func (g *guesses) try(device, addr string) (*attempt, <-chan struct{}, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	a := &attempt{g: g, marks: [3]mark{
		{limit: roomAllowance}, {limit: addrAllowance}, {limit: peerAllowance},
	}}
	for i, key := range []string{"room", addr, device} {
		t := g.tally(key)
		if wait := t.until.Sub(g.now()); wait > 0 {
			return nil, nil, &Refusal{Code: RefusedSlowDown, RetryAfter: wait}
		}
		// Attempts under way may all turn out wrong: together with the wrong ones they must fit into what is free,
		// and beyond that they go one by one.
		if limit := a.marks[i].limit; t.open >= limit.atOnce || t.open > 0 && t.wrong >= limit.free {
			return nil, t.change, nil
		}
		a.marks[i].tally = t
	}
	for i := range a.marks {
		a.marks[i].enter(g.now())
	}
	return a, nil, nil
}

// enter counts a wrong guess.
func (m *mark) enter(now time.Time) {
	m.open++
	m.wrong++
	m.last = now
	m.before = m.until
	if over := m.wrong - m.limit.free; over > 0 {
		m.until = now.Add(min(m.limit.slowest, time.Second<<min(over-1, 16)))
	}
	m.after = m.until
}

// end closes the attempt. A right one is taken back from every count, and clears its device's.
func (a *attempt) end(right bool) {
	a.g.mu.Lock()
	defer a.g.mu.Unlock()
	for i := range a.marks {
		m := &a.marks[i]
		m.open--
		if right {
			m.wrong--
			if m.until.Equal(m.after) {
				m.until = m.before
			}
		}
		close(m.change)
		m.change = make(chan struct{})
	}
	if device := a.marks[2]; right {
		device.wrong = 0
	}
}

// tally finds the count of a key, which begins anew when it is old.
func (g *guesses) tally(key string) *tally {
	t := g.tallies[key]
	if t != nil && (t.open > 0 || g.now().Sub(t.last) <= forgetGuesses) {
		return t
	}
	if len(g.tallies) >= maxTallies {
		g.clear()
	}
	t = &tally{change: make(chan struct{})}
	g.tallies[key] = t
	return t
}

// clear drops the counts that hold nobody back now. The room's rate sees to it that there are never many others.
func (g *guesses) clear() {
	for k, t := range g.tallies {
		if t.open == 0 && k != "room" && (t.wrong == 0 || g.now().Sub(t.last) > forgetGuesses) {
			delete(g.tallies, k)
		}
	}
}
