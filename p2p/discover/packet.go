package discover

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/miekg/dns"

	"thirdspace/p2p/wire"
)

const (
	serviceType = "_thirdspace._tcp"
	serviceName = serviceType + ".local." // what is asked for

	maxPacket    = 9000 // bytes, RFC 6762 §17
	maxInstances = 16   // announcements read from one packet; a host sends one
	maxAddresses = 16   // of one room
)

// sighting is one announcement in one packet: what a machine said of a room, and from where.
type sighting struct {
	room    string
	host    peer.ID // empty in a goodbye that does not name it
	title   string
	course  string
	teacher string
	locked  bool
	members int
	port    uint16
	source  netip.Addr   // where the packet came from
	listed  []netip.Addr // what the packet says its addresses are; no zones
	gone    bool         // a goodbye: the room has closed
	sought  bool         // an answer to the broadcast question, not multicast
}

// isAnswer tells from the header alone whether a packet is a multicast DNS answer without error (RFC 6762 §18). On a busy
// network most packets are not, and cost no more than this.
func isAnswer(packet []byte) bool {
	const response, opcodeAndRcode = 1 << 15, 0x780f
	if len(packet) < 12 || len(packet) > maxPacket {
		return false
	}
	flags := binary.BigEndian.Uint16(packet[2:])
	return flags&response != 0 && flags&opcodeAndRcode == 0
}

// packetID is the id in a packet's header.
func packetID(packet []byte) uint16 { return binary.BigEndian.Uint16(packet) }

// parsePacket reads the announcements out of a packet from the network. What is not an announcement of a room is passed
// over; a room without a port, a text record and a valid key is not announced.
func parsePacket(packet []byte, source netip.Addr) []sighting {
	var m dns.Msg
	if !isAnswer(packet) || m.Unpack(packet) != nil {
		return nil
	}
	records := slices.Concat(m.Answer, m.Extra)
	var seen []sighting
	for _, i := range instances(records) {
		if s, ok := i.sighting(records); ok {
			s.source = source
			seen = append(seen, s)
		}
	}
	return seen
}

// instance is the records of one announced room.
type instance struct {
	room string
	srv  *dns.SRV
	txt  *dns.TXT
	gone bool // one of its records has no time to live
}

// instances gathers the records by room, in the order in which the packet names them.
func instances(records []dns.RR) []*instance {
	var all []*instance
	of := func(name string) *instance {
		room, ok := roomOf(name)
		if !ok {
			return nil
		}
		for _, i := range all {
			if i.room == room {
				return i
			}
		}
		if len(all) == maxInstances {
			return nil
		}
		all = append(all, &instance{room: room})
		return all[len(all)-1]
	}
	for _, rr := range records {
		var i *instance
		switch r := rr.(type) {
		case *dns.PTR:
			if strings.EqualFold(r.Hdr.Name, serviceName) {
				i = of(r.Ptr)
			}
		case *dns.SRV:
			if i = of(r.Hdr.Name); i != nil && i.srv == nil {
				i.srv = r
			}
		case *dns.TXT:
			if i = of(r.Hdr.Name); i != nil && i.txt == nil {
				i.txt = r
			}
		}
		if i != nil && rr.Header().Ttl == 0 {
			i.gone = true
		}
	}
	return all
}

// roomOf is the room id in the name of a service instance.
func roomOf(name string) (string, bool) {
	room, rest, _ := strings.Cut(strings.ToLower(name), ".")
	return room, rest == serviceName && wire.ValidRoomID(room)
}

func (i *instance) sighting(records []dns.RR) (sighting, bool) {
	s := sighting{room: i.room}
	if i.txt != nil {
		var ok bool
		if s, ok = decodeTXT(i.room, i.txt.Txt); !ok {
			return sighting{}, false
		}
	}
	if s.gone = i.gone; s.gone {
		return s, true
	}
	if i.txt == nil || i.srv == nil || i.srv.Port == 0 {
		return sighting{}, false
	}
	s.port = i.srv.Port
	s.listed = addressesOf(i.srv.Target, records)
	return s, true
}

// addressesOf gathers the addresses of a host name, those that could be a machine's.
func addressesOf(host string, records []dns.RR) []netip.Addr {
	var addrs []netip.Addr
	for _, rr := range records {
		if len(addrs) == maxAddresses {
			break
		}
		if !strings.EqualFold(rr.Header().Name, host) {
			continue
		}
		var ip []byte
		switch r := rr.(type) {
		case *dns.A:
			ip = r.A
		case *dns.AAAA:
			ip = r.AAAA
		}
		addr, ok := netip.AddrFromSlice(ip)
		addr = addr.Unmap()
		if ok && dialable(addr) && !slices.Contains(addrs, addr) {
			addrs = append(addrs, addr)
		}
	}
	return addrs
}

// dialable tells whether an address can be another machine's at all.
func dialable(addr netip.Addr) bool {
	return addr.IsGlobalUnicast() || addr.IsLinkLocalUnicast()
}
