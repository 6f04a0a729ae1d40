package discover

import (
	"bytes"
	"crypto/rand"
	mathrand "math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// When is asked by broadcast. Every machine on the network has to read a broadcast, and on Wi-Fi it goes out at the
// lowest rate, so multicast is given a moment to find the room first, everyone asks at a moment of their own, and who has
// found rooms asks seldom: three hundred who wait for their teacher send 75 small packets a second, and 25 after that.
var firstSeeks = []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, 700 * time.Millisecond}

const (
	seekWaiting = 4 * time.Second       // nothing is found, or something that only a broadcast finds
	seekIdle    = 12 * time.Second      // multicast works
	missedAfter = 3 * questionEvery / 2 // multicast was not answered once
	maxKept     = 64                    // addresses asked straight in one round
)

// seeker is the way to find rooms where multicast is switched off: a question by directed broadcast, answered straight.
// What it has found is then asked after straight, too, without troubling anyone else.
type seeker struct {
	nonce    []byte
	question []byte
	asked    int
}

func newSeeker() (*seeker, error) {
	s := &seeker{nonce: make([]byte, wire.SeekNonceSize)}
	rand.Read(s.nonce)
	var err error
	s.question, err = wire.SeekAsk{Nonce: s.nonce}.Encode()
	return s, err
}

// pause is how long to wait before the next broadcast.
func (s *seeker) pause(r *rooms) time.Duration {
	defer func() { s.asked++ }()
	if s.asked < len(firstSeeks) {
		return spread(firstSeeks[s.asked])
	}
	if r.needSeeking() {
		return spread(seekWaiting)
	}
	return spread(seekIdle)
}

// spread is a time between three quarters and five quarters of d, so that a class that began together does not stay so.
func spread(d time.Duration) time.Duration {
	return 3*d/4 + mathrand.N(d/2)
}

// seek asks every machine on each IPv4 network.
func (b *browser) seek() {
	for key, s := range b.sockets {
		if !s.asking || key.family != ipv4Family {
			continue
		}
		for _, p := range s.adapter.prefixes {
			to, ok := broadcastOf(p)
			if !ok {
				continue
			}
			if _, err := s.conn.WriteToUDPAddrPort(b.seeker.question, netip.AddrPortFrom(to, wire.UsualPort)); err != nil {
				b.log.Debug("not asked for rooms by broadcast", "interface", s.adapter.iface.Name, "err", err)
			}
		}
	}
}

// broadcastOf is the address that means every machine of an IPv4 network (RFC 919).
func broadcastOf(p netip.Prefix) (netip.Addr, bool) {
	if !p.Addr().Is4() || p.Bits() < 8 || p.Bits() > 30 {
		return netip.Addr{}, false
	}
	b := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(b), true
}

// keep asks the machines straight whose rooms have not been heard of for a moment, so that they stay in the list where
// multicast does not reach them, or loses packets.
func (b *browser) keep(now time.Time) {
	for i, at := range b.rooms.fading(now) {
		if i == maxKept {
			return
		}
		for key, s := range b.sockets {
			if s.asking && key.family == ipv4Family && (neighbourhood{s.adapter}).onLink(at) {
				if _, err := s.conn.WriteToUDPAddrPort(b.seeker.question, netip.AddrPortFrom(at, wire.UsualPort)); err != nil {
					b.log.Debug("not asked after a room", "at", at, "err", err)
				}
				break
			}
		}
	}
}

// ReadAnswer reads an answer to a question that someone put straight to a machine, with that nonce (see [wire.SeekAsk]).
// False says that it is none, or that the room has closed.
func ReadAnswer(packet, nonce []byte, source netip.Addr) (Found, bool) {
	a, err := wire.DecodeSeekAnswer(packet)
	if err != nil || !bytes.Equal(a.Nonce, nonce) || a.Gone {
		return Found{}, false
	}
	s, ok := sightingOf(a, source)
	return Found{
		Room: s.room, Host: s.host, Title: s.title, Course: s.course, Teacher: s.teacher, Locked: s.locked, Members: s.members,
		Addrs: []netip.AddrPort{netip.AddrPortFrom(source, s.port)},
	}, ok
}

// understandSeek reads an answer to the broadcast question: one that knows our nonce.
func (b *browser) understandSeek(packet []byte, source netip.Addr) []sighting {
	if !b.crowd.admit(source, time.Now()) {
		return nil
	}
	a, err := wire.DecodeSeekAnswer(packet)
	if err != nil || !bytes.Equal(a.Nonce, b.seeker.nonce) {
		return nil
	}
	if s, ok := sightingOf(a, source); ok {
		return []sighting{s}
	}
	return nil
}

func sightingOf(a wire.SeekAnswer, source netip.Addr) (sighting, bool) {
	host := peer.ID(a.Host)
	if !validHost(host) {
		return sighting{}, false
	}
	return sighting{
		room: a.Room, host: host, port: a.Port, locked: a.Locked, members: a.Members, gone: a.Gone, source: source, sought: true,
		title: tidy(a.Title, wire.MaxTitle), course: tidy(a.Course, wire.MaxTitle), teacher: tidy(a.Teacher, wire.MaxName),
	}, true
}

// fading lists the IPv4 addresses, each once, whose rooms multicast does not keep in the list.
func (r *rooms) fading(now time.Time) []netip.Addr {
	var all []netip.Addr
	for _, known := range r.known {
		for _, h := range known {
			if h.source.Is4() && (h.sought || now.Sub(h.last) > missedAfter) && !slices.Contains(all, h.source) {
				all = append(all, h.source)
			}
		}
	}
	return all
}

// needSeeking tells whether multicast alone does not find what there is.
func (r *rooms) needSeeking() bool {
	for _, known := range r.known {
		if !slices.ContainsFunc(known, func(h *heard) bool { return !h.sought }) {
			return true
		}
	}
	return len(r.known) == 0
}
