package discover

import (
	"fmt"
	"io"
	"log"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/mdns"
	"github.com/miekg/dns"
	"golang.org/x/time/rate"
)

// answersPerSecond and interface is more than a class of 300 asks for, and keeps a flood of questions from taking the
// machine's time.
const answersPerSecond = 4000

// responder answers for one room on one interface.
type responder struct {
	adapter   adapter
	zone      *zone
	server    *mdns.Server
	announced int // how often it has told everyone without being asked
}

// zone is what a responder's server answers from. The announcement in it can be replaced while it answers.
type zone struct {
	service atomic.Pointer[mdns.MDNSService]
	limit   *rate.Limiter
}

// Records implements mdns.Zone.
func (z *zone) Records(q dns.Question) []dns.RR {
	if !z.limit.Allow() {
		return nil
	}
	q.Name = strings.ToLower(q.Name) // names are compared without case, and the library does not
	return z.service.Load().Records(q)
}

func newResponder(a adapter, said Announcement) (*responder, error) {
	r := &responder{adapter: a, zone: &zone{limit: rate.NewLimiter(answersPerSecond, answersPerSecond)}}
	if err := r.say(said); err != nil {
		return nil, err
	}
	// The library logs every malformed packet anyone on the network sends, and nothing that its errors do not say.
	server, err := mdns.NewServer(&mdns.Config{Zone: r.zone, Iface: &r.adapter.iface, Logger: log.New(io.Discard, "", 0)})
	if err != nil {
		return nil, fmt.Errorf("answer on %s: %w", a.iface.Name, err)
	}
	r.server = server
	return r, nil
}

// say replaces what the responder answers.
func (r *responder) say(a Announcement) error {
	service, err := mdns.NewMDNSService(a.Room, serviceType, "local.", a.Room+".local.", a.Port, r.adapter.ips(), encodeTXT(a))
	if err != nil {
		return fmt.Errorf("describe the room on %s: %w", r.adapter.iface.Name, err)
	}
	r.zone.service.Store(service)
	return nil
}

// announce tells everyone on the network about the room, without being asked (RFC 6762 §8.3).
func (r *responder) announce() error {
	r.announced++
	return r.tell(nil)
}

// goodbye tells everyone that the room is gone: the same records, with no time to live (RFC 6762 §10.1).
func (r *responder) goodbye() error {
	gone := uint32(0)
	return r.tell(&gone)
}

func (r *responder) tell(ttl *uint32) error {
	m := new(dns.Msg)
	m.Response, m.Authoritative, m.Compress = true, true, true
	m.Answer = r.zone.service.Load().Records(dns.Question{Name: serviceName, Qtype: dns.TypePTR, Qclass: dns.ClassINET})
	if ttl != nil {
		for _, rr := range m.Answer {
			rr.Header().Ttl = *ttl
		}
	}
	packet, err := m.Pack()
	if err != nil {
		return fmt.Errorf("write the announcement: %w", err)
	}
	return sendToGroup(r.adapter, packet)
}

// stop ends the answers.
func (r *responder) stop() error {
	if err := r.server.Shutdown(); err != nil {
		return fmt.Errorf("stop answering on %s: %w", r.adapter.iface.Name, err)
	}
	return nil
}
