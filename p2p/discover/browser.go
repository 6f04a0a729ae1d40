package discover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"thirdspace/p2p/wire"
)

// The times at which is asked: often at first, as a packet may be lost, then steadily.
var firstQuestions = []time.Duration{0, 250 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond}

const (
	questionEvery = 2 * time.Second
	expireEvery   = 250 * time.Millisecond
	settle        = 20 * time.Millisecond // changes this close together are reported as one
)

// Browse looks for rooms until ctx ends, and then returns nil. At each change found is called with the whole list, sorted
// by title; the calls come one after the other, from the goroutine of Browse, which hears nothing while they last. Found
// may keep the list. The error is that of a machine whose network interfaces cannot be listed; to be on no network is
// not an error (see [Networks]), and neither is coming to one later.
func Browse(ctx context.Context, log *slog.Logger, found func([]Found)) error {
	b, err := newBrowser(log)
	if err != nil {
		return err
	}
	defer b.close()
	return b.run(ctx, found)
}

// browser asks and listens. Its sockets are read by a goroutine each; everything else happens in run.
type browser struct {
	log      *slog.Logger
	id       uint16 // of its questions; answers to them must carry it
	question []byte
	seeker   *seeker // asks without multicast
	near     neighbourhood
	rooms    *rooms
	sockets  map[socketKey]*socket
	crowd    crowd
	heard    chan []sighting
	closing  chan struct{}
	readers  sync.WaitGroup
}

// socketKey tells sockets apart; one whose interface has other addresses now is another.
type socketKey struct {
	asking bool // asks from a port of its own, or listens to the group
	family family
	index  int
	addrs  string
}

type socket struct {
	conn    *net.UDPConn
	adapter adapter
	asking  bool
	broken  atomic.Bool
}

func newBrowser(log *slog.Logger) (*browser, error) {
	near, err := adapters()
	if err != nil {
		return nil, err
	}
	b := &browser{
		log:     log,
		id:      uint16(1 + rand.IntN(65535)),
		near:    near,
		rooms:   newRooms(),
		sockets: map[socketKey]*socket{},
		heard:   make(chan []sighting, 64),
		closing: make(chan struct{}),
	}
	q := new(dns.Msg)
	q.SetQuestion(serviceName, dns.TypePTR)
	q.Id = b.id
	q.RecursionDesired = false
	q.Question[0].Qclass |= 1 << 15 // the answer shall come by unicast, RFC 6762 §5.4
	if b.question, err = q.Pack(); err != nil {
		return nil, fmt.Errorf("write the question for rooms: %w", err)
	}
	if b.seeker, err = newSeeker(); err != nil {
		return nil, fmt.Errorf("write the question for rooms: %w", err)
	}
	return b, nil
}

func (b *browser) run(ctx context.Context, found func([]Found)) error {
	ask := time.NewTimer(0)
	defer ask.Stop()
	seek := time.NewTimer(b.seeker.pause(b.rooms))
	defer seek.Stop()
	expire := time.NewTicker(expireEvery)
	defer expire.Stop()
	report := time.NewTimer(settle)
	report.Stop()
	defer report.Stop()
	changed, asked := false, 0
	for {
		was := changed
		select {
		case <-ctx.Done():
			return nil
		case <-ask.C:
			b.refresh()
			b.ask()
			if asked++; asked < len(firstQuestions) {
				ask.Reset(firstQuestions[asked])
			} else {
				ask.Reset(questionEvery)
			}
			b.keep(time.Now())
		case <-seek.C:
			b.seek()
			seek.Reset(b.seeker.pause(b.rooms))
		case seen := <-b.heard:
			for _, s := range seen {
				changed = b.rooms.add(s, b.near, time.Now()) || changed
			}
		case <-expire.C:
			changed = b.rooms.expire(time.Now()) || changed
		case <-report.C:
			changed, was = false, false
			found(b.rooms.list())
		}
		if changed && !was {
			report.Reset(settle)
		}
	}
}

// refresh makes the sockets fit the interfaces and addresses that the machine has now.
func (b *browser) refresh() {
	near, err := adapters()
	if err != nil {
		b.log.Warn("new networks are not searched for rooms", "err", err)
		return
	}
	b.near = near
	wanted := map[socketKey]adapter{}
	for _, a := range near {
		for _, f := range families {
			if a.speaks(f) {
				for _, asking := range []bool{true, false} {
					wanted[socketKey{asking, f, a.iface.Index, fmt.Sprint(a.prefixes)}] = a
				}
			}
		}
	}
	for key, s := range b.sockets {
		if _, ok := wanted[key]; !ok || s.broken.Load() {
			s.conn.Close()
			delete(b.sockets, key)
		}
	}
	for key, a := range wanted {
		if b.sockets[key] == nil {
			b.open(key, a)
		}
	}
}

// open opens a socket and reads it. If it fails, it is tried again before the next question; the other sockets go on.
func (b *browser) open(key socketKey, a adapter) {
	open := groupSocket
	if key.asking {
		open = askingSocket
	}
	conn, err := open(key.family, a.iface)
	if err != nil {
		b.log.Debug("a network is not searched for rooms", "family", key.family, "err", err)
		return
	}
	s := &socket{conn: conn, adapter: a, asking: key.asking}
	b.sockets[key] = s
	b.readers.Add(1)
	go b.read(s)
}

func (b *browser) ask() {
	for key, s := range b.sockets {
		if !s.asking {
			continue
		}
		if _, err := s.conn.WriteToUDP(b.question, key.family.group(s.adapter.iface)); err != nil {
			b.log.Debug("not asked for rooms", "interface", s.adapter.iface.Name, "err", err)
			s.broken.Store(true)
		}
	}
}

// maxReadErrors in a row, and a socket is given up. Single ones are normal: Windows reports an over-long packet, or
// another machine's refusal, as an error of the socket that reads.
const maxReadErrors = 100

func (b *browser) read(s *socket) {
	defer b.readers.Done()
	buf := make([]byte, maxPacket+1)
	for failures := 0; failures < maxReadErrors; {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			failures++
			continue
		}
		failures = 0
		seen := b.understand(s, buf[:n], from)
		if len(seen) == 0 {
			continue
		}
		select {
		case b.heard <- seen:
		case <-b.closing:
			return
		}
	}
	s.broken.Store(true)
}

// understand reads one packet. An answer comes from the multicast DNS port (RFC 6762 §6), and one that came to the port
// we asked from carries the id of the question (§6.7); or it comes from where hosts hear the broadcast question.
func (b *browser) understand(s *socket, packet []byte, from netip.AddrPort) []sighting {
	if s.asking && from.Port() == wire.UsualPort {
		return b.understandSeek(packet, from.Addr().Unmap())
	}
	if from.Port() != mdnsPort || !isAnswer(packet) || s.asking && packetID(packet) != b.id {
		return nil
	}
	source := from.Addr().Unmap()
	if !b.crowd.admit(source, time.Now()) {
		return nil
	}
	return parsePacket(packet, source)
}

// close ends the readers and waits for them.
func (b *browser) close() {
	close(b.closing)
	for _, s := range b.sockets {
		s.conn.Close()
	}
	b.readers.Wait()
}
