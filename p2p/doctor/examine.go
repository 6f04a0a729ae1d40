package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/ticket"
	"thirdspace/p2p/wire"
)

// Patience is the longest that Examine takes.
const Patience = 15 * time.Second

// How long each look may take. They happen at the same time, but for that at a room that was only now found.
const (
	browsing = 2500 * time.Millisecond
	dialling = 5 * time.Second
	asking   = 3 * time.Second
	reading  = 6 * time.Second // what the system's own tools tell
)

// Config says what is to be found out.
type Config struct {
	Side    string        // Student or Teacher
	Target  ticket.Ticket // of a student: where they want to go; of a teacher: a student's machine; without addresses it is not known
	Port    int           // of a teacher: the room's; 0 is the usual one
	Refused *Refused      // of a teacher: who was turned away for their version, if anyone was
	Log     *slog.Logger
}

// Examine looks at everything there is to see and says what it means.
func Examine(ctx context.Context, c Config) Report {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	r := Diagnose(look(ctx, c))
	r.Took = time.Since(began)
	r.Millis = r.Took.Milliseconds()
	return r
}

func look(ctx context.Context, c Config) Facts {
	if c.Port == 0 {
		c.Port = wire.UsualPort
	}
	all := interfaces()
	f := Facts{Side: c.Side, Interfaces: all, Tunnel: tunnelOut(all), Refused: c.Refused}
	lans := f.lans() // f itself is written to by all who look
	var looks sync.WaitGroup
	var found, answered []discover.Found
	looks.Go(func() { found = browse(ctx, c.Log) })
	looks.Go(func() { f.Firewall = firewallNow(ctx, c.Side, roomPort(c), lans) })
	looks.Go(func() { f.LAN, answered = lookAround(ctx, lans, c.Target.Addrs) })
	if c.Side == Teacher {
		looks.Go(func() { f.Port = examinePort(ctx, c.Port, lans, c.Log) })
	}
	if len(c.Target.Addrs) > 0 {
		looks.Go(func() { f.Target = examineTarget(ctx, all, c.Target.Addrs, c.fits(), c.Log) })
	}
	looks.Wait()
	hidden := slices.DeleteFunc(answered, func(r discover.Found) bool { return knows(found, r) })
	f.Found, f.Hidden = rooms(found), rooms(hidden)
	if near := append(found, hidden...); c.Side == Student && f.Target == nil && len(near) > 0 {
		f.Untold, f.Target = true, examineRooms(ctx, all, near, c.Log)
	}
	return f
}

// fits tells whether who answers at the target is who was meant. A student's machine may be anyone's.
func (c Config) fits() func(peer.ID) bool {
	if c.Side == Teacher {
		return nil
	}
	return c.Target.Fits
}

func knows(found []discover.Found, r discover.Found) bool {
	return slices.ContainsFunc(found, func(f discover.Found) bool { return f.Room == r.Room && f.Host == r.Host })
}

func rooms(found []discover.Found) []Room {
	var all []Room
	for _, r := range found {
		all = append(all, Room{Title: r.Title, Teacher: r.Teacher, At: r.Addrs[0]})
	}
	return all
}

// maxRooms bounds how many of the rooms that are heard of are tried.
const maxRooms = 4

// examineRooms tries the rooms that are heard of at the same time, and gives what was seen at the first that cannot be
// joined, or else at the first of all.
func examineRooms(ctx context.Context, all []Interface, near []discover.Found, log *slog.Logger) *Target {
	near = near[:min(len(near), maxRooms)]
	seen := make([]*Target, len(near))
	var looks sync.WaitGroup
	for i, r := range near {
		looks.Go(func() {
			seen[i] = examineTarget(ctx, all, r.Addrs, func(id peer.ID) bool { return id == r.Host }, log)
		})
	}
	looks.Wait()
	if i := slices.IndexFunc(seen, func(t *Target) bool { return t.Answer != AnswerRoom }); i >= 0 {
		return seen[i]
	}
	return seen[0]
}

// browse lists the rooms that are heard of within a moment.
func browse(ctx context.Context, log *slog.Logger) []discover.Found {
	ctx, cancel := context.WithTimeout(ctx, browsing)
	defer cancel()
	var last []discover.Found
	if err := discover.Browse(ctx, log, func(found []discover.Found) { last = found }); err != nil {
		log.Warn("rooms could not be looked for", "error", err)
	}
	return last
}

func firewallNow(ctx context.Context, side string, port int, lans []Interface) Firewall {
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	in := knock(side, wire.UsualPort, lans)
	if side == Teacher {
		in.to = port
	}
	return readFirewall(ctx, in, dialled(port, lans))
}

// roomPort is the port of the room that is looked at, or for.
func roomPort(c Config) int {
	if len(c.Target.Addrs) > 0 {
		return int(c.Target.Addrs[0].Port())
	}
	return c.Port
}

// examinePort looks who has a room's port on this machine, and whether it is open on the network, too.
func examinePort(ctx context.Context, port int, lans []Interface, log *slog.Logger) Port {
	p := Port{Number: port, State: PortFree}
	here := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port))
	if result, _ := dial(ctx, here); result != DialOpen {
		if isTaken(port) {
			p.State = PortShut
		}
		return p
	}
	t := Target{At: here}
	t.ask(ctx, func(peer.ID) bool { return true }, log)
	if p.State = PortRoom; t.Answer == AnswerOther || t.Answer == AnswerSilent {
		p.State = PortOther
	}
	for _, i := range lans {
		for _, prefix := range i.Prefixes {
			if a := prefix.Addr(); a.Is4() && p.Inward != DialOpen {
				p.Inward, _ = dial(ctx, netip.AddrPortFrom(a, uint16(port)))
			}
		}
	}
	return p
}

// isTaken tells whether a program has the port, although nothing gets through to it.
func isTaken(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf(":%d", port))
	if err != nil {
		return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048)) // WSAEADDRINUSE
	}
	l.Close()
	return false
}
