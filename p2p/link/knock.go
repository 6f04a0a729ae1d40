package link

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/cpace"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// errHost is wrapped by the errors that mean "the host said something that a host does not say".
var errHost = errors.New("the host's answer makes no sense")

// knock is the student's side of admission, on a connection whose other end has proven its key. It says nothing about
// the person before the other end has shown that it is the host: by its key when the student's certificate was signed
// with it, by the code, or, at an open door, not at all.
//
// Limit is the time for it, which does not run while a person is being waited for.
func (g *guest) knock(ctx context.Context, conn network.Conn, limit *time.Timer) (identity.Certificate, error) {
	none := identity.Certificate{}
	s, err := openOn(ctx, conn, wire.ProtoJoin)
	if err != nil {
		return none, fmt.Errorf("asking to come in: %w", err)
	}
	defer s.Reset() // after a Close, and at the end of ctx, it is a way to let go
	stop := context.AfterFunc(ctx, func() { s.Reset() })
	defer stop()
	t := newTalk(s)
	first := wire.JoinAsk{Version: wire.Version, Room: g.cfg.Room}
	if card := g.cfg.Card; card != nil && g.certificate() == nil {
		first.Seat = card.Seat
	} else if first.Certificate, err = g.showable(conn.RemotePeer()); err != nil {
		return none, err
	}
	if first.Certificate != nil {
		if err := g.trust(conn, g.cfg.Room); err != nil {
			return none, err
		}
	}
	if err := t.sendAsk(first); err != nil {
		return none, err
	}
	answer, err := g.firstAnswer(t)
	if err != nil {
		return none, err
	}
	room := answer.Room
	if g.cfg.OnMoves != nil && len(answer.Vouches) > 0 {
		moves, err := movesIn(answer)
		if err != nil {
			return none, err
		}
		g.cfg.OnMoves(moves)
	}
	if answer.Certificate == nil {
		if answer, err = g.introduce(t, conn, answer); err != nil {
			return none, err
		}
	}
	if answer, err = g.awaitWord(t, answer, limit); err != nil {
		return none, err
	}
	return g.accept(answer.Certificate, room, conn.RemotePeer())
}

// showable is our certificate, or nothing if we have none. A machine with another key than the one it was signed with is
// not this room's host, whatever it says.
func (g *guest) showable(host peer.ID) ([]byte, error) {
	c := g.certificate()
	if c == nil {
		return nil, nil
	}
	signer := host
	if g.cfg.Signer != "" && host == g.cfg.Host && c.Verify(g.cfg.Room, host) != nil {
		signer = g.cfg.Signer // the room has moved to this host, as is known here: it takes it for its own
	}
	if c.Verify(g.cfg.Room, signer) != nil || c.Peer != g.self {
		return nil, &Refusal{Code: RefusedOtherKey}
	}
	return wire.Marshal(c)
}

// firstAnswer hears whether we speak the same version and mean the same room.
func (g *guest) firstAnswer(t *talk) (wire.JoinAnswer, error) {
	answer, err := t.readAnswer()
	if answer.Version != 0 && answer.Version != wire.Version {
		return answer, &Refusal{Code: RefusedVersion, HostVersion: int(answer.Version)}
	}
	if err != nil {
		return answer, err
	}
	if !wire.ValidRoomID(answer.Room) {
		return answer, fmt.Errorf("%w: it names no room", errHost)
	}
	if g.cfg.Room != "" && answer.Room != g.cfg.Room {
		return answer, &Refusal{Code: RefusedNotARoom}
	}
	return answer, nil
}

// introduce proves the code or the card, both ways, and says our name. Where there is no code to prove and the host lets a
// person decide, the name is all there is to say.
func (g *guest) introduce(t *talk, conn network.Conn, answer wire.JoinAnswer) (wire.JoinAnswer, error) {
	host, room, next := conn.RemotePeer(), answer.Room, answer.Next
	say := wire.JoinAsk{Name: g.cfg.Name}
	var err error
	switch {
	case next == wire.JoinNextCard && g.cfg.Card != nil:
		card := g.cfg.Card
		err = prove(t, card.Secret, cardContext(g.self, host, room, card.Seat), RefusedWrongCard)
	case g.cfg.Card != nil:
		return answer, fmt.Errorf("%w: it wants no card", errHost)
	case next == wire.JoinNextCode && g.cfg.Code != "":
		err = prove(t, []byte(g.cfg.Code), codeContext(g.self, host, room), RefusedWrongCode)
	case next == wire.JoinNextCode && answer.Knock:
		say.Knock = true
	case next == wire.JoinNextCode:
		err = &Refusal{Code: RefusedCodeNeeded}
	case next == wire.JoinNextName && g.cfg.Code != "":
		// A false host could offer an open door to spare itself the proof.
		err = &Refusal{Code: RefusedNoCode}
	case next != wire.JoinNextName:
		err = fmt.Errorf("%w: it asks for %q", errHost, next)
	}
	if err != nil {
		return answer, err
	}
	if err := g.trust(conn, room); err != nil {
		return answer, err
	}
	if next != wire.JoinNextCard { // the seat has a name
		if err := t.sendAsk(say); err != nil {
			return answer, err
		}
	}
	return t.readAnswer()
}

// prove runs the initiator's half of a proof. wrong is the code of the refusal if the host does not know the secret.
func prove(t *talk, secret, about []byte, wrong string) error {
	proof := cpace.NewInitiator(secret, about)
	if err := t.sendAsk(wire.JoinAsk{SessionID: proof.SessionID(), Share: proof.Share()}); err != nil {
		return err
	}
	answer, err := t.readAnswer()
	if err != nil {
		return err
	}
	keys, err := proof.Finish(answer.Share)
	if err != nil {
		return fmt.Errorf("%w: %w", errHost, err)
	}
	if err := t.sendAsk(wire.JoinAsk{Tag: keys.InitiatorTag()}); err != nil {
		return err
	}
	if answer, err = t.readAnswer(); err != nil {
		return err
	}
	if !keys.CheckResponder(answer.Tag) {
		return &Refusal{Code: wrong}
	}
	return nil
}

// trust takes what this machine opens from now on, see member, and joins the room's topics for it.
func (g *guest) trust(conn network.Conn, room string) error {
	if err := g.enterRoom(room); err != nil {
		return err
	}
	if !g.roster.admit(conn, identity.Certificate{Peer: conn.RemotePeer(), Role: identity.RoleTeacher}, false) {
		return ErrAway
	}
	return nil
}

// accept checks the certificate that the host gave us.
func (g *guest) accept(raw []byte, room string, host peer.ID) (identity.Certificate, error) {
	var c identity.Certificate
	if err := wire.Unmarshal(raw, &c); err != nil {
		return c, fmt.Errorf("%w: %w", errHost, err)
	}
	if err := c.Verify(room, host); err != nil {
		return c, fmt.Errorf("%w: %w", errHost, err)
	}
	if c.Peer != g.self {
		return c, fmt.Errorf("%w: the certificate is another machine's", errHost)
	}
	return c, nil
}
