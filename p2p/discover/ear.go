package discover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"thirdspace/p2p/wire"
)

// What is answered. Three hundred who begin to browse at once ask three questions each within two seconds; one machine,
// or those who hide behind one address, ask far less than the limit. An answer is some 200 bytes and at most
// [wire.MaxSeek], and goes only to a machine on the same network: whoever forges the address of another directs
// 24 kB/s at a neighbour and no more.
const (
	heardPerSecond   = 1000 // questions that are answered in a second
	heardPerMachine  = 20   // of them, from one address
	maxAskers        = 1024 // remembered, to be told when the room closes
	askersAreWaiting = silence
)

// ear hears the questions that come by broadcast, or straight to this machine, and answers them for one room. It is the
// way to a room on a network that lets no multicast through.
type ear struct {
	log   *slog.Logger
	conn  *net.UDPConn
	near  atomic.Pointer[neighbourhood]
	said  atomic.Pointer[wire.SeekAnswer] // without a nonce
	limit *rate.Limiter
	crowd crowd
	ended sync.WaitGroup

	askers map[netip.AddrPort]asker // of the reading goroutine alone, until it has ended
}

// asker is someone who has asked: when, and with which nonce.
type asker struct {
	nonce []byte
	last  time.Time
}

func newEar(near neighbourhood, said Announcement, log *slog.Logger) (*ear, error) {
	c := net.ListenConfig{Control: sharePort}
	// Bound to no address: only such a socket hears broadcasts on every system.
	conn, err := c.ListenPacket(context.Background(), string(ipv4Family), fmt.Sprintf(":%d", wire.UsualPort))
	if err != nil {
		return nil, fmt.Errorf("hear questions on UDP port %d: %w", wire.UsualPort, err)
	}
	return earOn(conn.(*net.UDPConn), near, said, log), nil
}

func earOn(conn *net.UDPConn, near neighbourhood, said Announcement, log *slog.Logger) *ear {
	e := &ear{
		log: log, conn: conn, limit: rate.NewLimiter(heardPerSecond, heardPerSecond),
		crowd: crowd{most: heardPerMachine}, askers: map[netip.AddrPort]asker{},
	}
	e.follow(near)
	e.say(said)
	e.ended.Go(e.run)
	return e
}

// follow says which networks this machine is on now.
func (e *ear) follow(near neighbourhood) { e.near.Store(&near) }

// say replaces what is answered.
func (e *ear) say(a Announcement) {
	e.said.Store(&wire.SeekAnswer{
		Room: a.Room, Host: []byte(a.Host), Port: uint16(a.Port), Locked: a.Locked, Members: min(max(a.Members, 0), maxMembers),
		Title: tidy(a.Title, wire.MaxTitle), Course: tidy(a.Course, wire.MaxTitle), Teacher: tidy(a.Teacher, wire.MaxName),
	})
}

func (e *ear) run() {
	buf := make([]byte, wire.MaxSeek+1)
	for failures := 0; failures < maxReadErrors; {
		n, from, err := e.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return // see leave
		}
		if err != nil {
			failures++ // Windows reports another machine's refusal here
			continue
		}
		failures = 0
		e.hear(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
	}
	e.log.Warn("questions that are broadcast are no longer heard")
}

// hear answers one datagram, if it is a question of a machine on the same network.
func (e *ear) hear(packet []byte, from netip.AddrPort, now time.Time) {
	ask, err := wire.DecodeSeekAsk(packet)
	if err != nil || !e.near.Load().onLink(from.Addr()) || !e.crowd.admit(from.Addr(), now) || !e.limit.AllowN(now, 1) {
		return
	}
	e.remember(from, asker{ask.Nonce, now})
	if err := e.answer(from, ask.Nonce, false); err != nil {
		e.log.Debug("a question was not answered", "from", from, "err", err)
	}
}

// remember keeps who asked, in place of someone who has long stopped asking if there are too many.
func (e *ear) remember(from netip.AddrPort, a asker) {
	if _, known := e.askers[from]; !known && len(e.askers) >= maxAskers {
		for who, old := range e.askers {
			if a.last.Sub(old.last) > askersAreWaiting {
				delete(e.askers, who)
			}
		}
		if len(e.askers) >= maxAskers {
			return
		}
	}
	e.askers[from] = a
}

func (e *ear) answer(to netip.AddrPort, nonce []byte, gone bool) error {
	a := *e.said.Load()
	a.Nonce, a.Gone = nonce, gone
	packet, err := a.Encode()
	if err != nil {
		return err
	}
	_, err = e.conn.WriteToUDPAddrPort(packet, to)
	return err
}

// leave ends the answers and tells those who are still asking that the room is gone. The socket stays open for that, so
// the reading is ended by a deadline in the past.
func (e *ear) leave() {
	e.conn.SetReadDeadline(time.Unix(1, 0))
	e.ended.Wait()
	now := time.Now()
	for to, a := range e.askers {
		if now.Sub(a.last) > askersAreWaiting {
			continue
		}
		if err := e.answer(to, a.nonce, true); err != nil {
			e.log.Debug("goodbye not said", "to", to, "err", err)
		}
	}
	e.conn.Close()
}
