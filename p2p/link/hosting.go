package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// hosting is the host's side of a session.
type hosting struct {
	*Session
	cfg     HostConfig
	lobby   *lobby
	guesses *guesses  // of the code
	cards   *guesses  // of cards
	signers []peer.ID // whose certificates are the room's: this host's key, and those before it
	vouches [][]byte  // how the room came here, encoded
	floods  *floods
}

// Host makes the session of a room that this machine hosts. Nothing is accepted before Start.
func Host(c HostConfig) (*Session, error) {
	if c.Gate == nil {
		return nil, errors.New("a room needs a gate")
	}
	if !wire.ValidRoomID(c.Room) {
		return nil, errors.New("a room needs an id")
	}
	if c.Port < 0 || c.Port > 65535 {
		return nil, errors.New("a port is a number from 0 to 65535")
	}
	if c.Beat == nil {
		c.Beat = func() []byte { return nil }
	}
	if c.Device == nil {
		return nil, errors.New("a session needs a device key")
	}
	s, err := newSession(c.Device, c.Room, c.Device.ID(), c.Log)
	if err != nil {
		return nil, err
	}
	h := &hosting{Session: s, cfg: c, lobby: newLobby(), guesses: newGuesses(), cards: newGuesses(), floods: newFloods(), signers: []peer.ID{s.self}}
	for _, v := range c.Moves {
		raw, err := wire.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("preparing to show how the room has moved: %w", err)
		}
		h.signers, h.vouches = append(h.signers, v.From), append(h.vouches, raw)
	}
	s.side = h
	return s, nil
}

func (h *hosting) start(context.Context) error {
	if err := h.enter(h.cfg.Room, nil); err != nil {
		return err
	}
	h.node.SetStreamHandler(wire.ProtoJoin, h.serveJoin)
	port, err := h.node.listen(h.cfg.Port)
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.port = port
	h.mu.Unlock()
	h.run("beat", func(ctx context.Context) error { return every(ctx, beatEvery, h.beat) })
	h.run("sweeper", func(ctx context.Context) error { return every(ctx, beatEvery, h.sweep) })
	h.setState(PhaseHere, nil)
	return nil
}

// beat tells the room that the host is there.
func (h *hosting) beat() {
	if err := h.topics.publish(h.ctx, wire.TopicBeat, h.cfg.Beat()); err != nil && h.ctx.Err() == nil {
		h.log.Error("the beat could not be sent", "reason", err)
	}
}

// sweep puts out who has been at the door for too long, and makes pubsub speak to every member again to whom it has
// stopped: it gives a machine up after some failures in ten minutes, although the machine has come back.
func (h *hosting) sweep() {
	for _, c := range h.lobby.overdue(time.Now().Add(-admissionGrace)) {
		h.spawn(func() { c.Close() })
	}
	for _, p := range h.roster.present() {
		if !h.topics.speaksTo(p) {
			h.topics.greet(p)
		}
	}
	h.floods.forget()
}

// found takes in a new connection.
func (h *hosting) found(c network.Conn) {
	if evicted := h.lobby.enter(c, time.Now()); evicted != nil {
		h.spawn(func() { evicted.Close() })
	}
}

// closeOlder closes the connections of a machine from before the one on which it asks to come in: it asks again because
// they are dead, and if they died by themselves later, pubsub would forget what the machine subscribed to on the new
// one. It is not done when a connection opens, for a machine that dials several addresses opens several and keeps one.
func (h *hosting) closeOlder(c network.Conn) {
	for _, old := range h.node.Network().ConnsToPeer(c.RemotePeer()) {
		if old.ID() != c.ID() && old.Stat().Opened.Before(c.Stat().Opened) {
			if h.roster.drop(old) {
				h.presence.tell(c.RemotePeer(), false)
			}
			h.spawn(func() { old.Close() })
		}
	}
}

func (h *hosting) lost(c network.Conn) {
	h.lobby.leave(c)
	h.roster.touch()
}

// mayPass: a machine hands the host only what it wrote itself, and is heard on the board only if it teaches.
func (h *hosting) mayPass(topic string, from, author peer.ID) bool {
	if from == h.self {
		return author == h.self
	}
	m, ok := h.roster.member(from)
	if !ok || from != author {
		return false
	}
	switch topic {
	case wire.TopicFacts:
		return true
	case wire.TopicBoard:
		return m.cert.Role.Teaches()
	}
	return false
}

func (h *hosting) meter(from peer.ID, size int) bool {
	m, _ := h.roster.member(from)
	ok, kick := h.floods.take(from, m.cert.Role.Teaches(), size)
	return h.judge(from, TooManyMessages, ok, kick)
}

func (h *hosting) meterEmpty(from peer.ID) bool {
	ok, kick := h.floods.takeEmpty(from)
	return h.judge(from, TooManyMessages, ok, kick)
}

func (h *hosting) mayOpen(from peer.ID) bool {
	ok, kick := h.floods.takeStream(from)
	return h.judge(from, TooManyStreams, ok, kick)
}

// judge puts out a machine that has overdone it, and says so.
func (h *hosting) judge(p peer.ID, what string, ok, kick bool) bool {
	if kick {
		h.log.Warn("a machine is put out because it floods the room", "peer", p.String(), "what", what)
		h.spawn(func() {
			h.Kick(p)
			if h.cfg.OnPutOut != nil {
				h.cfg.OnPutOut(p, what)
			}
		})
	}
	return ok
}
