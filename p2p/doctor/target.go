package doctor

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/link"
	"thirdspace/p2p/wire"
)

// maxTargets bounds how many addresses of one room are tried.
const maxTargets = 8

// examineTarget tries the addresses of a room at the same time and gives what was seen at the first that is open, or else
// at the first of all. Where something listens it is asked what it is, unless fits is nil.
func examineTarget(ctx context.Context, all []Interface, addrs []netip.AddrPort, fits func(peer.ID) bool, log *slog.Logger) *Target {
	addrs = addrs[:min(len(addrs), maxTargets)]
	seen := make([]*Target, len(addrs))
	var looks sync.WaitGroup
	for i, at := range addrs {
		looks.Go(func() { seen[i] = examineAddress(ctx, all, at) })
	}
	looks.Wait()
	best := seen[0]
	if i := slices.IndexFunc(seen, func(t *Target) bool { return t.Dial == DialOpen }); i >= 0 {
		if best = seen[i]; fits != nil {
			best.ask(ctx, fits, log)
		}
	}
	return best
}

func examineAddress(ctx context.Context, all []Interface, at netip.AddrPort) *Target {
	if on, err := discover.OnCable(at); err == nil {
		at = on
	}
	t := &Target{At: at, Own: own(all, at.Addr())}
	via, ok := wayTo(all, at.Addr())
	if ok {
		t.Via, t.Tunnel, t.Virtual = via.Name, via.Tunnel && !t.Own, via.Virtual && !t.Own
		t.OnLink = t.Own || onLink([]Interface{via}, at.Addr())
		t.Beside = beside(all, via, at.Addr())
	}
	t.Dial, t.Said = dial(ctx, at)
	if t.OnLink && (t.Dial == DialSilent || t.Dial == DialUnreachable) {
		t.Neighbour = neighbour(ctx, via, at.Addr(), t.Dial)
	}
	return t
}

// dial tries to connect and says what became of it, in our words and in the system's.
func dial(ctx context.Context, at netip.AddrPort) (result, said string) {
	ctx, cancel := context.WithTimeout(ctx, dialling)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", at.String())
	if err == nil {
		conn.Close()
		return DialOpen, ""
	}
	return dialResult(err), err.Error()
}

// dialResult classifies the error of a dial. The numbers are those of Windows (WSAECONNREFUSED and the like), which
// package syscall does not match with the names.
func dialResult(err error) string {
	is := func(codes ...syscall.Errno) bool {
		return slices.ContainsFunc(codes, func(c syscall.Errno) bool { return errors.Is(err, c) })
	}
	switch {
	case is(syscall.ECONNREFUSED, 10061):
		return DialRefused
	case is(syscall.ENETUNREACH, 10051):
		return DialNoRoute
	case is(syscall.EHOSTUNREACH, 10065, 10064):
		return DialUnreachable
	case is(syscall.EACCES, syscall.EPERM, 10013):
		return DialForbidden
	}
	return DialSilent
}

// ask learns what listens at the target.
func (t *Target) ask(ctx context.Context, fits func(peer.ID) bool, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	_, host, err := link.Ask(ctx, []netip.AddrPort{t.At}, "", log)
	var refusal *link.Refusal
	switch {
	case err == nil && fits(host):
		t.Answer = AnswerRoom
	case err == nil:
		t.Answer = AnswerOtherKey
	case errors.As(err, &refusal) && refusal.Code == link.RefusedVersion:
		t.Answer, t.Version, t.Newer = AnswerVersion, refusal.HostVersion, refusal.HostVersion > wire.Version
	case errors.As(err, &refusal):
		t.Answer = AnswerRoom // it would not let us in now, but it is one
	case errors.Is(err, link.ErrOtherProgram):
		t.Answer, t.Said = AnswerOther, err.Error()
	default:
		t.Answer, t.Said = AnswerSilent, err.Error()
	}
}

// staleness is how long a system may go on believing in a neighbour that has gone: so long its word is waited for when
// nothing else is heard.
const (
	staleness    = 4 * time.Second
	lookAgain    = 200 * time.Millisecond
	discardPort  = 9
	outsideProbe = "203.0.113.1" // of a network that is nobody's (RFC 5737); nothing is sent there
)

// neighbour tells whether the machine shows itself below TCP, after a connection to it got no answer.
func neighbour(ctx context.Context, via Interface, a netip.Addr, dialled string) string {
	if !a.Is4() {
		if dialled == DialUnreachable {
			return NeighbourSilent
		}
		return ""
	}
	for gaveUp := time.Now().Add(staleness); ; {
		table, err := neighbours(ctx, &via)
		switch {
		case err != nil:
			return ""
		case !table[a]:
			return NeighbourSilent
		case dialled == DialUnreachable || time.Now().After(gaveUp):
			return NeighbourAnswers
		}
		select {
		case <-ctx.Done():
			return NeighbourAnswers
		case <-time.After(lookAgain):
		}
	}
}
