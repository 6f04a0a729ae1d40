package session

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/time/rate"

	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

// Who has to be let in by hand. Members come back without it in every case.
const (
	ApproveNobody   = ""         // the code, or nothing where there is none, is enough
	ApproveCodeless = "codeless" // those who do not prove the code
	ApproveAll      = "all"      // everyone new
)

// Limits of the line at the door.
const (
	maxLine       = 128              // who wait at once
	maxLineAddr   = 64               // of one address, for a class may share one
	awayKept      = time.Minute      // a place is kept for someone whose link is lost
	firstRefusal  = 30 * time.Second // until one who was refused may knock again; doubles
	longestRefuse = 10 * time.Minute
	maxRefused    = 1024 // machines remembered as refused
	knocksEvery   = 2 * time.Second
	knocksAtOnce  = 64
	maxKnockers   = 1024 // addresses whose knocks are counted
)

var errNoLongerWaits = failure.New(failure.CodeUnknown, "This person does not wait any more.", "")

// Knock is someone who waits to be let in.
type Knock struct {
	Peer   peer.ID
	Name   string
	Since  time.Time
	Away   bool // the link is lost; the place is kept for a while
	Proved bool // the room code
}

// line is who waits at the door, in the order in which they came. All that strangers can make it hold is bounded.
type line struct {
	changed func()

	mu      sync.Mutex
	waiting []*knock
	refused map[peer.ID]refusal
	rates   map[string]*rate.Limiter // of knocks, by address
	closed  bool
}

type refusal struct {
	times int
	until time.Time
}

// knock is one of them. Its channels outlive a link.
type knock struct {
	Knock
	addr    string
	left    time.Time
	turn    *turn // of the link that waits, nil while away
	forgets *time.Timer
}

// turn is one link's wait.
type turn struct {
	decided chan error    // nil: let in
	moved   chan struct{} // the place may have changed
}

func newLine(changed func()) *line {
	return &line{changed: changed, refused: map[peer.ID]refusal{}, rates: map[string]*rate.Limiter{}}
}

// wait stands in the line until a person has decided: nil lets in. A machine that asks a second time takes the place that
// it has, and its first link is turned away.
func (l *line) wait(ctx context.Context, r link.JoinRequest, name string) error {
	k, mine, err := l.enter(r, name)
	if err != nil {
		return err
	}
	l.changed()
	again := time.NewTicker(wire.JoinWaitEvery)
	defer again.Stop()
	for {
		if err := r.Wait(l.place(k)); err != nil {
			l.leave(k, mine)
			return err
		}
		select {
		case err := <-mine.decided:
			return err
		case <-ctx.Done():
			l.leave(k, mine)
			return ctx.Err()
		case <-mine.moved:
		case <-again.C:
		}
	}
}

func (l *line) enter(r link.JoinRequest, name string) (*knock, *turn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.closed {
		return nil, nil, &link.Refusal{Code: link.RefusedTrouble}
	}
	if wait := l.refused[r.Peer].until.Sub(now); wait > 0 {
		return nil, nil, &link.Refusal{Code: link.RefusedByPerson, RetryAfter: wait}
	}
	mine := &turn{decided: make(chan error, 1), moved: make(chan struct{}, 1)}
	if k := l.find(r.Peer); k != nil {
		k.replace(mine)
		k.Name, k.Proved, k.addr = name, r.ProvedCode, r.Addr
		return k, mine, nil
	}
	if err := l.room(r.Addr, now); err != nil {
		return nil, nil, err
	}
	k := &knock{Knock: Knock{Peer: r.Peer, Name: name, Since: now, Proved: r.ProvedCode}, addr: r.Addr, turn: mine}
	l.waiting = append(l.waiting, k)
	return k, mine, nil
}

// replace gives a knock another link's turn.
func (k *knock) replace(mine *turn) {
	if k.turn != nil {
		k.turn.decided <- &link.Refusal{Code: link.RefusedTrouble}
	}
	if k.forgets != nil {
		k.forgets.Stop()
	}
	k.turn, k.Away = mine, false
}

// room tells whether one more may stand in the line.
func (l *line) room(addr string, now time.Time) error {
	same := 0
	for _, k := range l.waiting {
		if k.addr == addr {
			same++
		}
	}
	if len(l.waiting) >= maxLine || same >= maxLineAddr {
		return &link.Refusal{Code: link.RefusedLine, RetryAfter: firstRefusal}
	}
	limit := l.rates[addr]
	if limit == nil {
		if len(l.rates) >= maxKnockers {
			clear(l.rates)
		}
		limit = rate.NewLimiter(rate.Every(knocksEvery), knocksAtOnce)
		l.rates[addr] = limit
	}
	if booked := limit.ReserveN(now, 1); booked.DelayFrom(now) > 0 {
		wait := booked.DelayFrom(now)
		booked.CancelAt(now)
		return &link.Refusal{Code: link.RefusedLine, RetryAfter: wait}
	}
	return nil
}

// leave notes that a link is gone. The place is kept for a while.
func (l *line) leave(k *knock, mine *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k.turn != mine {
		return // another link has it, or it was decided
	}
	k.turn, k.Away, k.left = nil, true, time.Now()
	k.forgets = time.AfterFunc(awayKept, func() { l.forget(k) })
	l.changed()
}

func (l *line) forget(k *knock) {
	l.mu.Lock()
	gone := k.turn == nil && l.remove(k)
	l.mu.Unlock()
	if gone {
		l.changed()
	}
}

func (l *line) find(p peer.ID) *knock {
	if i := slices.IndexFunc(l.waiting, func(k *knock) bool { return k.Peer == p }); i >= 0 {
		return l.waiting[i]
	}
	return nil
}

// remove takes a knock out and tells those behind it.
func (l *line) remove(k *knock) bool {
	i := slices.Index(l.waiting, k)
	if i < 0 {
		return false
	}
	l.waiting = slices.Delete(l.waiting, i, i+1)
	for _, behind := range l.waiting[i:] {
		if behind.turn != nil {
			select {
			case behind.turn.moved <- struct{}{}:
			default:
			}
		}
	}
	return true
}

func (l *line) place(k *knock) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Index(l.waiting, k) + 1
}

// named tells whether somebody else who waits has that name.
func (l *line) named(p peer.ID, name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.waiting, func(k *knock) bool { return k.Peer != p && sameName(k.Name, name) })
}

// look gives one who waits.
func (l *line) look(p peer.ID) (Knock, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if k := l.find(p); k != nil {
		return k.Knock, true
	}
	return Knock{}, false
}

// list is who waits, in order.
func (l *line) list() []Knock {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]Knock, len(l.waiting))
	for i, k := range l.waiting {
		out[i] = k.Knock
	}
	return out
}

// decide takes someone out of the line and tells them. With nil they are let in; they have been admitted already, so one
// who is away comes in on coming back.
func (l *line) decide(p peer.ID, verdict error) {
	l.mu.Lock()
	k := l.find(p)
	if k != nil {
		l.remove(k)
		if k.turn != nil {
			k.turn.decided <- verdict
		}
		k.turn = nil
		if k.forgets != nil {
			k.forgets.Stop()
		}
	}
	l.mu.Unlock()
	if k != nil {
		l.changed()
	}
}

// refuse says no to someone, who may not ask again for a while.
func (l *line) refuse(p peer.ID) {
	l.mu.Lock()
	now := time.Now()
	if len(l.refused) >= maxRefused {
		l.forgive(now)
	}
	r := l.refused[p]
	r.times++
	wait := min(longestRefuse, firstRefusal<<min(r.times-1, 8))
	r.until = now.Add(wait)
	l.refused[p] = r
	l.mu.Unlock()
	l.decide(p, &link.Refusal{Code: link.RefusedByPerson, RetryAfter: wait})
}

// forgive makes room: whoever may knock again is forgotten, and if that is nobody, the one who may soonest.
func (l *line) forgive(now time.Time) {
	var soonest peer.ID
	for p, r := range l.refused {
		if r.until.Before(now) {
			delete(l.refused, p)
		} else if soonest == "" || cmp.Compare(r.until.UnixNano(), l.refused[soonest].until.UnixNano()) < 0 {
			soonest = p
		}
	}
	if len(l.refused) >= maxRefused {
		delete(l.refused, soonest)
	}
}

// close ends the line: nobody is told anything any more.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, k := range l.waiting {
		if k.forgets != nil {
			k.forgets.Stop()
		}
	}
}

// Waiting lists who waits to be let in, in the order in which they came, on the host.
func (s *Session) Waiting() []Knock {
	if s.gate == nil {
		return nil
	}
	return s.gate.line.list()
}

// SetApprove says who has to be let in by hand: one of the Approve constants.
func (s *Session) SetApprove(ctx context.Context, approve string) error {
	if approve != ApproveNobody && approve != ApproveCodeless && approve != ApproveAll {
		return failure.New(failure.CodeUnknown, "There is no such choice.", "")
	}
	return s.hostChange(ctx, func(r *store.Room) { r.Approve = approve })
}

// LetIn admits someone who waits, also while their link is lost.
func (s *Session) LetIn(ctx context.Context, p peer.ID) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	k, ok := s.gate.line.look(p)
	if !ok {
		return errNoLongerWaits
	}
	_, err := s.gate.letIn(ctx, k)
	return err
}

// LetAllIn admits all who wait. It goes on after one that cannot be, and gives the first error.
func (s *Session) LetAllIn(ctx context.Context) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	var first error
	for _, k := range s.gate.line.list() {
		if _, err := s.gate.letIn(ctx, k); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// TurnAway says no to someone who waits. They may knock again after a while.
func (s *Session) TurnAway(p peer.ID) error {
	if err := s.mustHost(); err != nil {
		return err
	}
	if _, ok := s.gate.line.look(p); !ok {
		return errNoLongerWaits
	}
	s.gate.line.refuse(p)
	return nil
}

// letIn admits one who waits and tells them. If they cannot be admitted, as when their name has been taken meanwhile,
// they are told so.
func (g *gate) letIn(ctx context.Context, k Knock) (identity.Certificate, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known, _ := g.s.member(k.Peer)
	cert, err := g.admitNew(ctx, k.Peer, k.Name, known)
	g.line.decide(k.Peer, err)
	return cert, err
}
