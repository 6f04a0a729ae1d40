package link

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	manet "github.com/multiformats/go-multiaddr/net"

	"thirdspace/p2p/cpace"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// errForbidden is the answer to something an honest machine would not say.
var errForbidden = errors.New("the machine broke the rules of joining")

// serveJoin is the host's side of admission.
func (h *hosting) serveJoin(s network.Stream) {
	if !h.begin() {
		s.Reset()
		return
	}
	defer h.end()
	conn := s.Conn()
	if !h.lobby.begin(conn) {
		s.Reset()
		return
	}
	defer h.lobby.end(conn)
	h.closeOlder(conn)
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	limit := time.AfterFunc(admissionTime, cancel)
	defer limit.Stop()
	log := h.log.With("peer", conn.RemotePeer().String(), "addr", addrOf(conn))
	t := newTalk(s)
	err := h.receive(ctx, t, conn, h.waiter(t, conn, limit, cancel))
	switch {
	case err == nil:
		s.Close()
	case errors.As(err, new(*Refusal)):
		log.Info("a machine was not let in", "reason", err)
		s.Close()
	default:
		log.Info("a machine broke off joining", "reason", err)
		s.Reset()
	}
}

// receive leads a machine in: version, certificate or code, name, and the gate's word. A refusal has been sent when it
// is returned.
func (h *hosting) receive(ctx context.Context, t *talk, conn network.Conn, wait func(int) error) error {
	err := h.admission(ctx, t, conn, wait)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		if err := t.sendAnswer(wire.JoinAnswer{Version: wire.Version, Room: h.cfg.Room, Refusal: refusal.wire()}); err != nil {
			return err
		}
	}
	return err
}

func (h *hosting) admission(ctx context.Context, t *talk, conn network.Conn, wait func(int) error) error {
	first, err := t.readAsk()
	if err != nil {
		return err
	}
	p := conn.RemotePeer()
	if first.Version != wire.Version {
		if at, err := netip.ParseAddr(addrOf(conn)); err == nil && h.cfg.OnOtherVersion != nil {
			h.cfg.OnOtherVersion(at.Unmap(), int(first.Version))
		}
		return &Refusal{Code: RefusedVersion}
	}
	if first.Room != "" && first.Room != h.cfg.Room {
		return &Refusal{Code: RefusedNotARoom}
	}
	if wait := h.floods.banned(p, time.Now()); wait > 0 {
		return &Refusal{Code: RefusedFlood, RetryAfter: wait}
	}
	if !h.floods.takeAsk(p) {
		return &Refusal{Code: RefusedFlood, RetryAfter: askPause}
	}
	request := JoinRequest{Peer: p, Addr: addrOf(conn), Wait: wait}
	if first.Seat != 0 {
		err = h.claim(ctx, t, &request, first.Seat)
	} else if cert, ok := h.membership(p, first.Certificate); ok {
		request.Certificate, request.Name = &cert, cert.Name
	} else {
		err = h.question(ctx, t, &request)
	}
	if err != nil {
		return err
	}
	cert, err := h.certify(ctx, request)
	if err != nil {
		return err
	}
	return h.welcome(t, conn, cert)
}

// membership reads the certificate of a machine that comes back. One that is not ours is like none: the machine is
// asked what a stranger is asked.
func (h *hosting) membership(p peer.ID, raw []byte) (identity.Certificate, bool) {
	var c identity.Certificate
	if len(raw) == 0 || wire.Unmarshal(raw, &c) != nil {
		return c, false
	}
	return c, c.Peer == p && slices.ContainsFunc(h.signers, func(host peer.ID) bool { return c.Verify(h.cfg.Room, host) == nil })
}

// hello is the first answer to a stranger.
func (h *hosting) hello(next string) wire.JoinAnswer {
	return wire.JoinAnswer{Version: wire.Version, Room: h.cfg.Room, Next: next, Vouches: h.vouches}
}

// question asks a stranger for the code, if there is one, and for a name.
func (h *hosting) question(ctx context.Context, t *talk, request *JoinRequest) error {
	hello := h.hello(wire.JoinNextName)
	code := h.cfg.Gate.Code()
	if code != "" {
		hello.Next, hello.Knock = wire.JoinNextCode, h.cfg.Gate.Knock()
	}
	if err := t.sendAnswer(hello); err != nil {
		return err
	}
	answer, err := t.readAsk()
	if err != nil {
		return err
	}
	switch request.Knocked = answer.Knock; {
	case answer.Knock && !hello.Knock:
		return &Refusal{Code: RefusedCodeNeeded}
	case code != "" && !answer.Knock:
		if err := h.checkCode(ctx, t, request, answer, code); err != nil {
			return err
		}
		request.ProvedCode = true
		if answer, err = t.readAsk(); err != nil {
			return err
		}
	}
	if request.Name, err = wire.CleanName(answer.Name, wire.MaxName); err != nil {
		return &Refusal{Code: RefusedBadName}
	}
	return nil
}

// checkCode runs the proof of the code.
func (h *hosting) checkCode(ctx context.Context, t *talk, request *JoinRequest, ask wire.JoinAsk, code string) error {
	attempt, err := h.guesses.begin(ctx, request.Peer, request.Addr)
	if err != nil {
		return err
	}
	right := false
	defer func() { attempt.end(right) }()
	right, err = check(t, ask, []byte(code), codeContext(request.Peer, h.self, h.cfg.Room))
	if err == nil && !right {
		err = &Refusal{Code: RefusedWrongCode}
	}
	return err
}

// claim lets someone prove the card of a seat. Its guesses are counted apart from those of the code, so that nobody can
// keep a class out by guessing cards; and a seat without a card is guessed at like any other.
func (h *hosting) claim(ctx context.Context, t *talk, request *JoinRequest, seat uint32) error {
	if err := t.sendAnswer(h.hello(wire.JoinNextCard)); err != nil {
		return err
	}
	ask, err := t.readAsk()
	if err != nil {
		return err
	}
	attempt, err := h.cards.begin(ctx, request.Peer, request.Addr)
	if err != nil {
		return err
	}
	secret := h.cfg.Gate.Card(seat)
	if len(secret) == 0 {
		secret = make([]byte, sha256.Size)
		rand.Read(secret)
	}
	right := false
	defer func() { attempt.end(right) }()
	right, err = check(t, ask, secret, cardContext(request.Peer, h.self, h.cfg.Room, seat))
	if err == nil && !right {
		err = &Refusal{Code: RefusedWrongCard}
	}
	request.Seat = seat
	return err
}

// check runs the responder's half of a proof. The attempt has been entered as a wrong one before anything is answered;
// only a right tag takes that back, and only then is the host's own tag sent.
func check(t *talk, ask wire.JoinAsk, secret, about []byte) (right bool, err error) {
	proof, err := cpace.NewResponder(secret, about, ask.SessionID, ask.Share)
	if err != nil {
		return false, fmt.Errorf("%w: %w", errForbidden, err)
	}
	if err := t.sendAnswer(wire.JoinAnswer{Share: proof.Share()}); err != nil {
		return false, err
	}
	if ask, err = t.readAsk(); err != nil {
		return false, err
	}
	if !proof.CheckInitiator(ask.Tag) {
		return false, nil
	}
	return true, t.sendAnswer(wire.JoinAnswer{Tag: proof.ResponderTag()})
}

// certify asks the gate, and checks what it gives before it is sent out under the room's name.
func (h *hosting) certify(ctx context.Context, request JoinRequest) (identity.Certificate, error) {
	cert, err := h.cfg.Gate.Admit(ctx, request)
	if err == nil {
		if err = cert.Verify(h.cfg.Room, h.self); err == nil && cert.Peer != request.Peer {
			err = errors.New("the gate certified another machine than the one that asked")
		}
	}
	if err == nil || errors.As(err, new(*Refusal)) {
		return cert, err
	}
	if ctx.Err() != nil {
		return cert, ctx.Err() // it has gone meanwhile
	}
	h.log.Error("admitting a machine failed", "peer", request.Peer.String(), "reason", err)
	return cert, &Refusal{Code: RefusedTrouble}
}

// welcome makes the machine a member, and then tells it so: from then on whatever it opens is served.
func (h *hosting) welcome(t *talk, conn network.Conn, cert identity.Certificate) error {
	raw, err := wire.Marshal(cert)
	if err != nil {
		return err
	}
	if !h.roster.admit(conn, cert, true) {
		return ErrAway
	}
	h.lobby.leave(conn)
	h.presence.tell(conn.RemotePeer(), true)
	h.topics.greet(conn.RemotePeer())
	return t.sendAnswer(wire.JoinAnswer{Version: wire.Version, Room: h.cfg.Room, Certificate: raw})
}

// addrOf is the IP address at the other end.
func addrOf(c network.Conn) string {
	ip, err := manet.ToIP(c.RemoteMultiaddr())
	if err != nil {
		return c.RemoteMultiaddr().String()
	}
	return ip.String()
}
