package discover

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/miekg/dns"

	"thirdspace/p2p/wire"
)

var teacherAddr = netip.MustParseAddr("10.77.0.1")

func TestPacketOfARoom(t *testing.T) {
	a := sampleAnnouncement(t)
	a.Title = `quotes " and C:\temp\065, = and ü`
	seen := parsePacket(announcementPacket(t, a, 120), teacherAddr)
	if len(seen) != 1 {
		t.Fatalf("read %d announcements", len(seen))
	}
	s := seen[0]
	got := Announcement{s.room, s.host, s.title, s.course, s.teacher, int(s.port), s.locked, s.members}
	if got != a {
		t.Errorf("read %+v\nwant %+v", got, a)
	}
	want := []netip.Addr{teacherAddr, netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fd00::1")}
	if s.source != teacherAddr || s.gone || !slices.Equal(s.listed, want) {
		t.Errorf("read %+v", s)
	}
}

func TestGoodbyePacket(t *testing.T) {
	a := sampleAnnouncement(t)
	seen := parsePacket(announcementPacket(t, a, 0), teacherAddr)
	if len(seen) != 1 || !seen[0].gone || seen[0].room != a.Room || seen[0].host != a.Host {
		t.Errorf("read %+v", seen)
	}
	onlyPTR := announcementPacket(t, a, 0, func(m *dns.Msg) { m.Answer = m.Answer[:1] })
	if seen = parsePacket(onlyPTR, teacherAddr); len(seen) != 1 || !seen[0].gone || seen[0].host != "" {
		t.Errorf("read %+v", seen)
	}
}

// Everything here must be passed over, and nothing else may suffer.
func TestPacketsThatAreNoRoom(t *testing.T) {
	change := func(f func(*dns.Msg)) []byte { return announcementPacket(t, sampleAnnouncement(t), 120, f) }
	record := func(m *dns.Msg, kind uint16) dns.RR {
		i := slices.IndexFunc(m.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype == kind })
		return m.Answer[i]
	}
	without := func(kind uint16) []byte {
		return change(func(m *dns.Msg) {
			m.Answer = slices.DeleteFunc(m.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype == kind })
		})
	}
	text := func(from, to string) []byte {
		return change(func(m *dns.Msg) {
			txt := record(m, dns.TypeTXT).(*dns.TXT)
			for i := range txt.Txt {
				if strings.HasPrefix(txt.Txt[i], from) {
					txt.Txt[i] = to
				}
			}
		})
	}
	whole := announcementPacket(t, sampleAnnouncement(t), 120)
	for name, packet := range map[string][]byte{
		"nothing":                 nil,
		"a header cut short":      whole[:11],
		"a packet cut short":      whole[:len(whole)-3],
		"an over-long packet":     append(slices.Clone(whole), make([]byte, maxPacket)...),
		"a question":              change(func(m *dns.Msg) { m.Response = false }),
		"an error":                change(func(m *dns.Msg) { m.Rcode = dns.RcodeNameError }),
		"another opcode":          change(func(m *dns.Msg) { m.Opcode = dns.OpcodeUpdate }),
		"no SRV":                  without(dns.TypeSRV),
		"no TXT":                  without(dns.TypeTXT),
		"port 0":                  change(func(m *dns.Msg) { record(m, dns.TypeSRV).(*dns.SRV).Port = 0 }),
		"another version":         text("v=", "v=2"),
		"no version":              text("v=", "x"),
		"another room in the TXT": text("id=", "id="+wire.NewRoomID()),
		"no key":                  text("pid=", "pid="),
		"a key that is none":      text("pid=", "pid=12D3KooWnonsense"),
		"an RSA key":              text("pid=", "pid=QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"),
		"an over-long key":        text("pid=", "pid="+strings.Repeat("1", 200)),
		"another service": change(func(m *dns.Msg) {
			for _, rr := range m.Answer {
				rr.Header().Name = strings.Replace(rr.Header().Name, "thirdspace", "printer", 1)
			}
			ptr := record(m, dns.TypePTR).(*dns.PTR)
			ptr.Ptr = strings.Replace(ptr.Ptr, "thirdspace", "printer", 1)
		}),
	} {
		if seen := parsePacket(packet, teacherAddr); len(seen) != 0 {
			t.Errorf("%s was read as %+v", name, seen)
		}
	}
}

func TestAbsurdPacketsAreBounded(t *testing.T) {
	addrs := announcementPacket(t, sampleAnnouncement(t), 120, func(m *dns.Msg) {
		host := m.Answer[1].(*dns.SRV).Target
		for i := range 300 {
			m.Extra = append(m.Extra, &dns.A{
				Hdr: dns.RR_Header{Name: host, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(10, 77, 0, byte(i)),
			})
		}
		for _, a := range []string{"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"} {
			m.Answer = append([]dns.RR{&dns.A{Hdr: dns.RR_Header{Name: host, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.ParseIP(a)}}, m.Answer...)
		}
	})
	seen := parsePacket(addrs, teacherAddr)
	if len(seen) != 1 || len(seen[0].listed) != maxAddresses || !seen[0].listed[0].IsPrivate() {
		t.Errorf("read %+v", seen)
	}

	many := announcementPacket(t, sampleAnnouncement(t), 0, func(m *dns.Msg) {
		for range 100 {
			m.Answer = append(m.Answer, &dns.PTR{
				Hdr: dns.RR_Header{Name: serviceName, Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: wire.NewRoomID() + "." + serviceName,
			})
		}
	})
	if seen := parsePacket(many, teacherAddr); len(seen) != maxInstances {
		t.Errorf("read %d announcements from one packet", len(seen))
	}
}

// A person's list must not be disturbed by what a machine calls its room.
func TestTextIsCleaned(t *testing.T) {
	for in, want := range map[string]string{
		"Loops":                          "Loops",
		"  two \t\n words ":              "two words",
		"\x00\x1b[31mred\x07":            "[31mred",
		"\u202eabc\u2066\u200b\ufeff":    "abc",
		"\u202e\u200b":                   "",
		"bad \xff\xfe bytes":             "bad bytes",
		"e\u0301":                        "é",
		strings.Repeat("ü", 100):         strings.Repeat("ü", wire.MaxTitle),
		"line\u2028and\u2029paragraph":   "line and paragraph",
		strings.Repeat("\u0958", 79):     strings.Repeat("\u0915\u093c", wire.MaxTitle/2), // NFC makes two of each
		strings.Repeat("a", 79) + " \tb": strings.Repeat("a", 79),
	} {
		if got := tidy(in, wire.MaxTitle); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestLongTitlesFit(t *testing.T) {
	a := sampleAnnouncement(t)
	for _, s := range []string{"🌱", `\`, `"`, "ü", `\0`} {
		a.Title, a.Course, a.Teacher = strings.Repeat(s, 500), strings.Repeat(s, 500), strings.Repeat(s, 500)
		seen := parsePacket(announcementPacket(t, a, 120), teacherAddr)
		if len(seen) != 1 || !strings.HasPrefix(a.Title, seen[0].title) || len(seen[0].title) < 60 || !utf8.ValidString(seen[0].title) {
			t.Errorf("500 times %q was read as %+v", s, seen)
		}
	}
}

func TestAnnouncementsThatCannotBeMade(t *testing.T) {
	for name, change := range map[string]func(*Announcement){
		"no room":          func(a *Announcement) { a.Room = "" },
		"a room's title":   func(a *Announcement) { a.Room = "Loops" },
		"no host":          func(a *Announcement) { a.Host = "" },
		"no port":          func(a *Announcement) { a.Port = 0 },
		"a port too large": func(a *Announcement) { a.Port = 65536 },
	} {
		a := sampleAnnouncement(t)
		change(&a)
		if r, err := Announce(t.Context(), a, nil); err == nil {
			r.Close()
			t.Errorf("announced with %s", name)
		}
	}
}

func FuzzParsePacket(f *testing.F) {
	a := sampleAnnouncement(f)
	f.Add(announcementPacket(f, a, 120))
	f.Add(announcementPacket(f, a, 0))
	f.Add(announcementPacket(f, a, 120, func(m *dns.Msg) { m.Compress = false }))
	f.Add(announcementPacket(f, a, 120, func(m *dns.Msg) { m.Extra = m.Answer; m.Answer = m.Answer[:1] }))
	f.Fuzz(func(t *testing.T, packet []byte) {
		seen := parsePacket(packet, teacherAddr)
		if len(seen) > maxInstances {
			t.Fatalf("%d announcements", len(seen))
		}
		r := newRooms()
		for _, s := range seen {
			if !wire.ValidRoomID(s.room) || len(s.listed) > maxAddresses {
				t.Fatalf("read %+v", s)
			}
			for text, limit := range map[string]int{s.title: wire.MaxTitle, s.course: wire.MaxTitle, s.teacher: wire.MaxName} {
				if clean, err := wire.CleanName(text, limit); text != "" && (err != nil || clean != text) {
					t.Fatalf("%q is not clean: %v", text, err)
				}
			}
			if !s.gone && (!validHost(s.host) || s.port == 0 || s.members < 0 || s.members > maxMembers) {
				t.Fatalf("read %+v", s)
			}
			r.add(s, near, when)
		}
		for _, found := range r.list() {
			for _, a := range found.Addrs {
				if !near.onLink(a.Addr()) || a.Port() == 0 {
					t.Fatalf("address %v", a)
				}
			}
		}
	})
}

func FuzzTXTSurvivesTheWire(f *testing.F) {
	f.Add("Loops", "Go")
	f.Add(`\065\\"`, "\x00\xff=;")
	f.Fuzz(func(t *testing.T, title, course string) {
		a := Announcement{Room: "abcdefghijklmnop", Host: fuzzHost, Title: title, Course: course, Port: 1}
		seen := parsePacket(announcementPacket(t, a, 120), teacherAddr)
		if len(seen) != 1 {
			t.Fatal("not read")
		}
		if want := tidy(cut(tidy(title, wire.MaxTitle), maxTXTString-2), wire.MaxTitle); seen[0].title != want {
			t.Fatalf("%q was read as %q, want %q", title, seen[0].title, want)
		}
	})
}
