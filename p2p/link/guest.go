package link

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/thejerf/suture/v4"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// guest is a student's side of a session.
type guest struct {
	*Session
	cfg     JoinConfig
	entered bool         // the room's topics are joined
	conn    network.Conn // the link, while there is one
	chosen  atomic.Value // string: id of the connection that dial has settled on, or ""
	closed  chan struct{}
	heardAt atomic.Int64 // when the host was last heard, in ns since began
	began   time.Time
	strange int  // rounds in a row in which other keys answered at every address
	waited  bool // in the last round, for a person's word
}

// Join makes the session of a room that this machine takes part in. Nothing is dialled before Start.
func Join(c JoinConfig) (*Session, error) {
	if c.Addrs == nil {
		return nil, errors.New("joining needs addresses")
	}
	if c.Room != "" && !wire.ValidRoomID(c.Room) {
		return nil, errors.New("this is not the id of a room")
	}
	name, err := wire.CleanName(c.Name, wire.MaxName)
	if err != nil && c.Certificate == nil && c.Card == nil {
		return nil, &Refusal{Code: RefusedBadName}
	}
	c.Name = name
	if c.Certificate != nil && c.Room == "" {
		c.Room = c.Certificate.Room
	}
	if c.Certificate != nil && c.Room != c.Certificate.Room {
		return nil, errors.New("the certificate is of another room")
	}
	s, err := newSession(c.Device, c.Room, c.Host, c.Log)
	if err != nil {
		return nil, err
	}
	s.cert = c.Certificate
	g := &guest{Session: s, cfg: c, closed: make(chan struct{}, 1), began: time.Now()}
	g.chosen.Store("")
	if c.OnBeat != nil {
		s.Subscribe(wire.TopicBeat, func(_, _ peer.ID, data []byte) { c.OnBeat(data) })
	}
	s.side = g
	return s, nil
}

// start tries until it is in, is refused, or has no more patience.
func (g *guest) start(ctx context.Context) error {
	if !g.begin() {
		return ErrClosed
	}
	defer g.end()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(g.ctx, cancel)()
	if g.cfg.Room != "" {
		if err := g.enterRoom(g.cfg.Room); err != nil {
			return err
		}
	}
	if err := g.knockUntilIn(ctx, PhaseConnecting); err != nil {
		return err
	}
	g.run("keeper of the link", g.keep)
	return nil
}

// keep holds the link: whenever it is lost, it looks for the host until it is in again.
func (g *guest) keep(ctx context.Context) error {
	for {
		g.linger(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		g.setState(PhaseReconnecting, nil)
		if err := g.knockUntilIn(ctx, PhaseReconnecting); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return suture.ErrDoNotRestart
		}
	}
}

// knockUntilIn makes round after round until it is in, is refused for good, or has no more patience; a state other than
// "here" and "refused" is reported as phase.
func (g *guest) knockUntilIn(ctx context.Context, phase string) error {
	backoff := newBackoff()
	for tries := 1; ; tries++ {
		err := g.attempt(ctx)
		if err == nil {
			g.setState(PhaseHere, nil)
			return nil
		}
		g.log.Debug("a round of joining failed", "round", tries, "reason", err)
		first := g.certificate() == nil // nobody knows us yet, and a person waits for the answer
		var refusal *Refusal
		var pause time.Duration
		if errors.As(err, &refusal) {
			if first || g.givesUp(refusal) {
				g.setState(PhaseRefused, refusal)
				return refusal
			}
			pause = refusal.RetryAfter
			g.setState(phase, refusal)
		}
		if g.waited { // the place in the line is kept for a while: it is worth looking for the host
			tries = 0
		}
		if first && tries >= firstJoinTries {
			return err
		}
		if !backoff.wait(ctx, pause) {
			return fmt.Errorf("%w: %w", err, ctx.Err())
		}
	}
}

// givesUp tells whether a member takes a refusal for final. Another key must have answered everywhere and again and
// again: for a moment somebody else may sit at an address where the host was.
func (g *guest) givesUp(r *Refusal) bool {
	return r.Final() && (r.Code != RefusedOtherKey || g.strange >= otherKeyTries)
}

// attempt makes one round: dial, be admitted, settle.
func (g *guest) attempt(ctx context.Context) error {
	g.letGo(ctx)
	conn, err := g.dial(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := time.AfterFunc(admissionTime, cancel)
	defer limit.Stop()
	g.waited = false
	cert, err := g.knock(ctx, conn, limit)
	if err == nil {
		err = g.settle(conn, cert)
	}
	if err != nil {
		g.spawn(func() { conn.Close() })
	}
	return err
}

// settle makes the link ours.
func (g *guest) settle(conn network.Conn, cert identity.Certificate) error {
	host := conn.RemotePeer()
	if err := g.enterRoom(cert.Room); err != nil {
		return err
	}
	g.mu.Lock()
	g.cert, g.hostID = &cert, host
	g.mu.Unlock()
	g.conn = conn
	g.heard()
	select {
	case <-g.closed: // of an earlier connection
	default:
	}
	if !g.roster.admit(conn, identity.Certificate{Room: cert.Room, Peer: host, Role: identity.RoleTeacher}, true) {
		return ErrAway
	}
	g.presence.tell(host, true)
	g.topics.greet(host)
	return nil
}

// enterRoom joins the topics of the room, once; from then on the session means this room and no other.
func (g *guest) enterRoom(room string) error {
	if g.entered {
		return nil
	}
	if err := g.enter(room, g.heard); err != nil {
		return err
	}
	g.entered, g.cfg.Room = true, room
	return nil
}

// heard notes that the host is heard: a beat, or anything else of the room.
func (g *guest) heard() { g.heardAt.Store(int64(time.Since(g.began))) }

// linger returns when the link is lost: closed, without a beat for too long, or mute, which is when pubsub does not reach
// the host although the host is heard.
func (g *guest) linger(ctx context.Context) {
	t := time.NewTicker(beatSilence / 8)
	defer t.Stop()
	spoke := time.Now()
	for g.conn != nil && !g.conn.IsClosed() {
		select {
		case <-ctx.Done():
			return
		case <-g.closed:
			continue
		case <-t.C:
		}
		silent := time.Since(g.began) - time.Duration(g.heardAt.Load())
		switch host := g.conn.RemotePeer(); {
		case g.topics.reaches(host):
			spoke = time.Now()
		case !g.topics.speaksTo(host):
			g.topics.greet(host)
		}
		if mute := time.Since(spoke); silent > beatSilence || mute > beatSilence {
			g.log.Info("the host is not heard any more", "silent", silent, "mute", mute)
			return
		}
	}
}

// letGo closes the connections of the round before. A dead one may take its time to close; it is out of the way at once.
func (g *guest) letGo(ctx context.Context) {
	g.conn = nil
	g.chosen.Store("")
	for _, c := range g.node.Network().Conns() {
		if g.roster.drop(c) {
			g.presence.tell(c.RemotePeer(), false)
		}
		g.spawn(func() { c.Close() })
	}
	t := time.NewTicker(time.Millisecond)
	defer t.Stop()
	for len(g.node.Network().Conns()) > 0 {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (g *guest) lost(network.Conn) {
	g.roster.touch()
	select {
	case g.closed <- struct{}{}:
	default:
	}
}

// mayPass: only the host hands us anything, and on the board and the beat only what it wrote itself. Our own word goes
// to the board only if we teach.
func (g *guest) mayPass(topic string, from, author peer.ID) bool {
	if from == g.self {
		c := g.certificate()
		return topic == wire.TopicFacts || topic == wire.TopicBoard && c != nil && c.Role.Teaches()
	}
	if !g.roster.knows(from) {
		return false
	}
	return topic == wire.TopicFacts || author == from
}

// meter: the host speaks for the whole room and has metered it already.
func (g *guest) meter(peer.ID, int) bool { return true }

func (g *guest) meterEmpty(peer.ID) bool { return true }

// mayOpen: nobody but the host is connected.
func (g *guest) mayOpen(peer.ID) bool { return true }

// backoff is the pause between two rounds, with some chance in it so that a class does not come back in step.
type backoff struct{ next time.Duration }

func newBackoff() *backoff { return &backoff{firstRetry} }

// wait pauses, at least for so long; false if ctx ended.
func (b *backoff) wait(ctx context.Context, least time.Duration) bool {
	pause := max(least, b.next/2+rand.N(b.next/2+1))
	b.next = min(slowestRetry, b.next*3/2)
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// noAnswer wraps what went wrong with dialling.
func noAnswer(err error) error { return fmt.Errorf("%w: %w", ErrNoAnswer, err) }
