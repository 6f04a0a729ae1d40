package discover

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
)

// Found is a room on this network, as its host (or whoever speaks in its name) announces it.
type Found struct {
	Room    string
	Host    peer.ID // the key the host must prove to hold
	Title   string  // this and the next two are clean (see wire.CleanName), and may be empty
	Course  string
	Teacher string
	Locked  bool // a room code is asked
	Members int
	Addrs   []netip.AddrPort // where to dial, best first: where answers came from, then what they named. At most 16.
}

// What can be kept, whatever the network says.
const (
	maxRooms          = 512
	maxRoomsOfMachine = 64 // announced from one address
	maxSources        = 8  // addresses from which one room is announced
)

// silence after which a room is taken off: three questions without an answer.
const silence = 6 * time.Second

// mourning is how long a room that said goodbye stays away, for answers that were still under way.
const mourning = 500 * time.Millisecond

// roomKey is what makes a room: two machines that claim one id with different keys are two.
type roomKey struct {
	room string
	host peer.ID
}

// heard is the last that was said of a room from one address.
type heard struct {
	sighting
	addrs []netip.AddrPort // those of the sighting that are on this machine's networks, its source first
	last  time.Time
}

// rooms is what has been heard, by room; of each, the addresses it was heard from, the oldest first. The oldest one's word
// counts, so that nobody can rename a room that is already there.
type rooms struct {
	known map[roomKey][]*heard
	gone  map[departure]time.Time
}

// departure is a goodbye: it counts for what was heard from the same address, so that nobody can send another away.
type departure struct {
	roomKey
	source netip.Addr
}

func newRooms() *rooms {
	return &rooms{known: map[roomKey][]*heard{}, gone: map[departure]time.Time{}}
}

// add takes in a sighting and tells whether the list has changed. It must come from a network of this machine
// (RFC 6762 §11).
func (r *rooms) add(s sighting, near neighbourhood, now time.Time) bool {
	if !near.onLink(s.source) {
		return false
	}
	if s.gone {
		return r.leave(s, now)
	}
	key := roomKey{s.room, s.host}
	if now.Sub(r.gone[departure{key, s.source}]) < mourning {
		return false
	}
	addrs := s.addresses(near)
	for _, h := range r.known[key] {
		if h.source == s.source {
			if s.sought { // names no addresses; those that multicast named still stand
				s.listed = h.listed
				addrs = s.addresses(near)
			}
			changed := !h.equal(s) || !slices.Equal(h.addrs, addrs)
			h.sighting, h.addrs, h.last = s, addrs, now
			return changed
		}
	}
	if !r.mayAdd(key, s.source) {
		return false
	}
	r.known[key] = append(r.known[key], &heard{sighting: s, addrs: addrs, last: now})
	return true
}

// equal tells whether the same is said, apart from addresses.
func (s sighting) equal(o sighting) bool {
	return s.title == o.title && s.course == o.course && s.teacher == o.teacher &&
		s.locked == o.locked && s.members == o.members && s.port == o.port
}

// mayAdd tells whether one more address for the room, or one more room, is within the limits.
func (r *rooms) mayAdd(key roomKey, source netip.Addr) bool {
	if known := r.known[key]; len(known) >= maxSources || known == nil && len(r.known) >= maxRooms {
		return false
	}
	ofMachine := 0
	for _, known := range r.known {
		if heardFrom(known, source) {
			ofMachine++
		}
	}
	return ofMachine < maxRoomsOfMachine
}

func heardFrom(known []*heard, source netip.Addr) bool {
	return slices.ContainsFunc(known, func(h *heard) bool { return h.source == source })
}

// leave takes in a goodbye. A host says it on every interface, so a room goes when all its addresses have.
func (r *rooms) leave(s sighting, now time.Time) bool {
	changed := false
	for key, known := range r.known {
		if key.room == s.room && (s.host == "" || s.host == key.host) && heardFrom(known, s.source) {
			r.keep(key, slices.DeleteFunc(known, func(h *heard) bool { return h.source == s.source }))
			r.gone[departure{key, s.source}] = now
			changed = true
		}
	}
	return changed
}

// keep is what is left of a room, if anything.
func (r *rooms) keep(key roomKey, known []*heard) {
	if len(known) == 0 {
		delete(r.known, key)
		return
	}
	r.known[key] = known
}

// expire takes off what has not been heard for too long, and tells whether the list has changed.
func (r *rooms) expire(now time.Time) bool {
	changed := false
	for key, known := range r.known {
		before := len(known)
		left := slices.DeleteFunc(known, func(h *heard) bool { return now.Sub(h.last) >= silence })
		changed = changed || len(left) < before
		r.keep(key, left)
	}
	for key, when := range r.gone {
		if now.Sub(when) >= mourning {
			delete(r.gone, key)
		}
	}
	return changed
}

// list is every room, in an order that stays.
func (r *rooms) list() []Found {
	all := make([]Found, 0, len(r.known))
	for key, known := range r.known {
		said := known[0]
		all = append(all, Found{
			Room: key.room, Host: key.host,
			Title: said.title, Course: said.course, Teacher: said.teacher,
			Locked: said.locked, Members: said.members,
			Addrs: mergeAddresses(known),
		})
	}
	slices.SortFunc(all, func(a, b Found) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Room, b.Room), cmp.Compare(a.Host, b.Host))
	})
	return all
}

// addresses are those of a sighting that this machine can reach without leaving its networks, the source first. A
// link-local address gets the zone of the interface it was heard on.
func (s sighting) addresses(near neighbourhood) []netip.AddrPort {
	addrs := []netip.AddrPort{netip.AddrPortFrom(s.source, s.port)}
	zone := near.zoneOf(s.source)
	for _, a := range s.listed {
		if a.Is6() && a.IsLinkLocalUnicast() {
			a = a.WithZone(zone)
		}
		if p := netip.AddrPortFrom(a, s.port); near.onLink(a) && !slices.Contains(addrs, p) {
			addrs = append(addrs, p)
		}
	}
	return addrs
}

// mergeAddresses puts the addresses of one room together: first those that packets came from, because packets can be sent
// back there, then those that were only named.
func mergeAddresses(known []*heard) []netip.AddrPort {
	var sources, named []netip.AddrPort
	for _, h := range known {
		sources = append(sources, h.addrs[0])
		named = append(named, h.addrs[1:]...)
	}
	byRank := func(a, b netip.AddrPort) int { return cmp.Compare(rank(a.Addr()), rank(b.Addr())) }
	slices.SortStableFunc(sources, byRank)
	slices.SortStableFunc(named, byRank)
	var merged []netip.AddrPort
	for _, a := range append(sources, named...) {
		if len(merged) < maxAddresses && !slices.Contains(merged, a) {
			merged = append(merged, a)
		}
	}
	return merged
}

// rank puts the addresses first whose form is the least likely to give trouble.
func rank(a netip.Addr) int {
	switch {
	case a.Is4() && !a.IsLinkLocalUnicast():
		return 0
	case !a.IsLinkLocalUnicast():
		return 1
	case a.Is4():
		return 2
	}
	return 3
}
