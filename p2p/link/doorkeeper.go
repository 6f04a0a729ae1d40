package link

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
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
	ctx, cancel := context.WithTimeout(h.ctx, admissionTime)
	defer cancel()
	log := h.log.With("peer", conn.RemotePeer().String(), "addr", addrOf(conn))
	err := h.receive(ctx, newTalk(s), conn)
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
func (h *hosting) receive(ctx context.Context, t *talk, conn network.Conn) error {
	err := h.admission(ctx, t, conn)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		if err := t.sendAnswer(wire.JoinAnswer{Version: wire.Version, Room: h.cfg.Room, Refusal: refusal.wire()}); err != nil {
			return err
		}
	}
	return err
}

func (h *hosting) admission(ctx context.Context, t *talk, conn network.Conn) error {
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
	request := JoinRequest{Peer: p, Addr: addrOf(conn)}
	if cert, ok := h.membership(p, first.Certificate); ok {
		request.Certificate, request.Name = &cert, cert.Name
	} else if err := h.question(ctx, t, &request); err != nil {
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
	if c.Peer != p || c.Verify(h.cfg.Room, h.self) != nil {
		return c, false
	}
	return c, true
}

// question asks a stranger for the code, if there is one, and for a name.
func (h *hosting) question(ctx context.Context, t *talk, request *JoinRequest) error {
	hello := wire.JoinAnswer{Version: wire.Version, Room: h.cfg.Room, Next: wire.JoinNextName}
	code := h.cfg.Gate.Code()
	if code != "" {
		hello.Next = wire.JoinNextCode
	}
	if err := t.sendAnswer(hello); err != nil {
		return err
	}
	if code != "" {
		if err := h.checkCode(ctx, t, request, code); err != nil {
			return err
		}
		request.ProvedCode = true
	}
	answer, err := t.readAsk()
	if err != nil {
		return err
	}
	if request.Name, err = wire.CleanName(answer.Name, wire.MaxName); err != nil {
		return &Refusal{Code: RefusedBadName}
	}
	return nil
}

// checkCode runs the proof of the code. The attempt is entered as a wrong one before anything is answered; only a right
// tag takes that back, and only then is the host's own tag sent.
func (h *hosting) checkCode(ctx context.Context, t *talk, request *JoinRequest, code string) error {
	ask, err := t.readAsk()
	if err != nil {
		return err
	}
	attempt, err := h.guesses.begin(ctx, request.Peer, request.Addr)
	if err != nil {
		return err
	}
	right := false
	defer func() { attempt.end(right) }()
	proof, err := cpace.NewResponder([]byte(code), codeContext(request.Peer, h.self, h.cfg.Room), ask.SessionID, ask.Share)
	if err != nil {
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	if err := t.sendAnswer(wire.JoinAnswer{Share: proof.Share()}); err != nil {
		return err
	}
	if ask, err = t.readAsk(); err != nil {
		return err
	}
	if !proof.CheckInitiator(ask.Tag) {
		return &Refusal{Code: RefusedWrongCode}
	}
	right = true
	return t.sendAnswer(wire.JoinAnswer{Tag: proof.ResponderTag()})
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
