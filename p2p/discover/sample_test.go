package discover

import (
	"crypto/rand"
	"net"
	"net/netip"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/miekg/dns"

	"thirdspace/p2p/wire"
)

func newHost(t testing.TB) peer.ID {
	t.Helper()
	_, public, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func sampleAnnouncement(t testing.TB) Announcement {
	return Announcement{
		Room: wire.NewRoomID(), Host: newHost(t), Title: "Loops", Course: "Go für Anfänger 🌱", Teacher: "Frau Šťastná",
		Port: 4001, Locked: true, Members: 3,
	}
}

// sampleAdapter is an interface with the addresses.
func sampleAdapter(name string, prefixes ...string) adapter {
	a := adapter{iface: net.Interface{Index: len(name), Name: name}}
	for _, p := range prefixes {
		a.prefixes = append(a.prefixes, netip.MustParsePrefix(p))
	}
	return a
}

// announcementPacket is what a host multicasts of its room; with a ttl of 0, its goodbye. Changes to the records may be
// made on the way.
func announcementPacket(t testing.TB, a Announcement, ttl uint32, change ...func(*dns.Msg)) []byte {
	t.Helper()
	r := responder{zone: &zone{}, adapter: sampleAdapter("lan0", "10.77.0.1/24", "fe80::1/64", "fd00::1/64")}
	if err := r.say(a); err != nil {
		t.Fatal(err)
	}
	m := new(dns.Msg)
	m.Response, m.Compress = true, true
	m.Answer = r.zone.service.Load().Records(dns.Question{Name: serviceName, Qtype: dns.TypePTR})
	for _, rr := range m.Answer {
		rr.Header().Ttl = ttl
	}
	for _, c := range change {
		c(m)
	}
	packet, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packet
}

// fuzzHost is a key that is the same in every run.
var fuzzHost = func() peer.ID {
	id, err := peer.Decode("12D3KooWAWiurAQyKDPyiunMg7Jv5hMkYeWcoMckTVD7zWLjN7kQ")
	if err != nil {
		panic(err)
	}
	return id
}()
