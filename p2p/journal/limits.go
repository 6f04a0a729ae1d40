package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"
)

// What one other machine may have this one do when logs are compared. The host of the room is exempt: it gives a whole
// class its logs, and has taken no more than its own limits let it. What is over a rate waits, on the other side.
const (
	serveRate, serveBurst = 2, 30             // comparisons a second, at once
	checkRate, checkBurst = 500, 20_000       // facts whose signatures are checked, a second and at once
	giveRate, giveBurst   = 1 << 20, 64 << 20 // bytes given, a second and at once: a whole course, and then no more than trickles
	wasteRate             = 20                // facts, receipts and frames a second that bring nothing, see maxWaste
)

// What one author may add to the room, where Config.Metered says so. Everything that an author says to all is sent on to
// a whole class, and kept by it: so the bytes of that are few. Offline one may write a lesson's worth.
const (
	authorRate, authorBurst   = 2, 2000            // facts a second, facts at once
	publicRate, publicBurst   = 4 << 10, 1 << 20   // bytes of bodies for everyone
	privateRate, privateBurst = 16 << 10, 16 << 20 // bytes of bodies for an audience
)

// Reasons that the other side is told.
var (
	errWaste   = fmt.Errorf("%w: the other side sends too much that is of no use", ErrRefused)
	errMetered = fmt.Errorf("%w: an author may not add so much in so short a time", ErrRefused)
)

// dealings meter what is done for one other machine.
type dealings struct{ serves, checks, gives, waste *rate.Limiter }

func newDealings() *dealings {
	return &dealings{
		serves: rate.NewLimiter(serveRate, serveBurst), checks: rate.NewLimiter(checkRate, checkBurst),
		gives: rate.NewLimiter(giveRate, giveBurst), waste: rate.NewLimiter(wasteRate, maxWaste),
	}
}

// with finds the dealings with a peer.
func (j *Journal) with(p peer.ID) *dealings {
	j.mu.Lock()
	defer j.mu.Unlock()
	d := j.dealt[p]
	if d == nil {
		d = newDealings()
		if p == j.cfg.Net.HostID() {
			d.serves, d.checks, d.gives = unlimited(), unlimited(), unlimited()
		}
		j.dealt[p] = d
	}
	return d
}

func unlimited() *rate.Limiter { return rate.NewLimiter(rate.Inf, 0) }

// wasted counts something that was of no use. An error says that it is too much.
func (x *exchange) wasted() error {
	if x.deal.waste.Allow() {
		return nil
	}
	return errWaste
}

// giver is what an exchange writes to, no faster than it may.
type giver struct {
	ctx context.Context
	w   io.Writer
	may *rate.Limiter
}

func (g giver) Write(b []byte) (int, error) {
	if err := g.may.WaitN(g.ctx, len(b)); err != nil {
		return 0, err
	}
	return g.w.Write(b)
}

// told is what an author has added, as far as it counts now.
type told struct{ facts, public, private *rate.Limiter }

// mayAdd tells whether the author of f may add it now. It is called by the writing goroutine alone.
func (j *Journal) mayAdd(f Fact) bool {
	if j.cfg.Metered == nil || f.Author == j.self || !j.cfg.Metered(f.Author) {
		return true
	}
	m := j.told[f.Author]
	if m == nil {
		m = &told{rate.NewLimiter(authorRate, authorBurst), rate.NewLimiter(publicRate, publicBurst), rate.NewLimiter(privateRate, privateBurst)}
		j.told[f.Author] = m
	}
	bytes := m.public
	if f.Private() {
		bytes = m.private
	}
	now := time.Now()
	return m.facts.TokensAt(now) >= 1 && bytes.AllowN(now, int(f.BodySize)) && m.facts.AllowN(now, 1)
}

// polite tells whether the other side is told why an exchange ends.
func polite(err error) bool { return errors.Is(err, errWaste) || errors.Is(err, errMetered) }

// overdone tells who watches over the room of a machine that sends too much.
func (x *exchange) overdone(err error) {
	x.j.log.Warn("a machine sends more facts than it may", "from", x.with, "why", err)
	if x.j.cfg.OnOverdone != nil {
		x.j.cfg.OnOverdone(x.with)
	}
}
