package discover

import (
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"thirdspace/p2p/wire"
)

// testEar is an ear on a port of its own, of a machine on the network of loopback.
func testEar(t *testing.T, a Announcement) *ear {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	e := earOn(conn, neighbourhood{sampleAdapter("lan0", "127.0.0.1/8")}, a, slog.New(slog.DiscardHandler))
	t.Cleanup(e.leave)
	return e
}

// asks sends the packets to the ear and tells what came back to each within a moment, or "" if the next was answered
// first. The last must be answered.
func asks(t *testing.T, e *ear, packets ...[]byte) (answers []wire.SeekAnswer) {
	t.Helper()
	c, err := net.DialUDP("udp4", nil, e.conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, p := range packets {
		if _, err := c.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	last, err := wire.SeekAsk{Nonce: []byte("the last")}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(last); err != nil {
		t.Fatal(err)
	}
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	buf := make([]byte, 2*wire.MaxSeek)
	for {
		n, err := c.Read(buf)
		if err != nil {
			t.Fatalf("the last question is not answered: %v", err)
		}
		a, err := wire.DecodeSeekAnswer(buf[:n])
		if err != nil {
			t.Fatal(err)
		}
		if string(a.Nonce) == "the last" {
			return answers
		}
		answers = append(answers, a)
	}
}

func TestEarAnswersQuestionsAndNothingElse(t *testing.T) {
	a := sampleAnnouncement(t)
	e := testEar(t, a)
	ask, err := wire.SeekAsk{Nonce: []byte("12345678")}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := wire.SeekAnswer{Nonce: []byte("12345678"), Room: a.Room, Host: []byte(a.Host), Port: 1}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got := asks(t, e, nil, []byte("hello"), ask[:8], answer, append(ask, 0), ask)
	if len(got) != 1 || string(got[0].Nonce) != "12345678" || got[0].Room != a.Room || got[0].Title != a.Title || got[0].Gone {
		t.Errorf("answered %+v", got)
	}
}

// A flood of questions gets no more answers than one machine has any use for: the ear amplifies nothing worth having.
func TestEarIsNoAmplifier(t *testing.T) {
	e := testEar(t, sampleAnnouncement(t))
	ask, err := wire.SeekAsk{Nonce: []byte("12345678")}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	when, from := time.Now(), netip.MustParseAddrPort("127.0.0.2:9")
	for range 1000 {
		e.hear(ask, from, when)
	}
	if n := e.crowd.counts[from.Addr()]; n != 1000 {
		t.Fatalf("%d questions counted", n)
	}
	if left := e.limit.TokensAt(when); left < heardPerSecond-heardPerMachine {
		t.Errorf("%v answers were given, want at most %d", heardPerSecond-left, heardPerMachine)
	}
	outside := netip.MustParseAddrPort("192.0.2.1:9")
	before := e.limit.TokensAt(when)
	e.hear(ask, outside, when)
	if e.limit.TokensAt(when) != before {
		t.Error("a machine of another network was answered")
	}
}

func TestAskersAreBounded(t *testing.T) {
	e := &ear{askers: map[netip.AddrPort]asker{}}
	when := time.Now()
	at := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 5)
	}
	for i := range 2 * maxAskers {
		e.remember(at(i), asker{last: when})
	}
	if _, first := e.askers[at(0)]; len(e.askers) != maxAskers || !first {
		t.Errorf("%d askers, the first among them: %v", len(e.askers), first)
	}
	e.remember(at(5*maxAskers), asker{last: when.Add(time.Hour)})
	if len(e.askers) != 1 {
		t.Errorf("%d askers are still remembered after an hour", len(e.askers))
	}
}

func TestForgedAnswersToTheBroadcast(t *testing.T) {
	b := &browser{seeker: &seeker{nonce: []byte("12345678")}}
	good := wire.SeekAnswer{Nonce: []byte("12345678"), Room: wire.NewRoomID(), Host: []byte(newHost(t)), Port: 1, Title: "a\u202eb", Teacher: "\x1b[31mx"}
	read := func(change func(*wire.SeekAnswer)) []sighting {
		a := good
		change(&a)
		raw, err := a.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return b.understandSeek(raw, teacherAddr)
	}
	if seen := read(func(*wire.SeekAnswer) {}); len(seen) != 1 || seen[0].title != "ab" || seen[0].teacher != "[31mx" || !seen[0].sought {
		t.Errorf("read %+v", seen)
	}
	for name, change := range map[string]func(*wire.SeekAnswer){
		"another nonce": func(a *wire.SeekAnswer) { a.Nonce = []byte("87654321") },
		"an RSA key":    func(a *wire.SeekAnswer) { a.Host = append([]byte{0x12, 0x20}, make([]byte, 32)...) },
		"no room":       func(a *wire.SeekAnswer) { a.Room = "x" },
	} {
		if seen := read(change); len(seen) != 0 {
			t.Errorf("%s: read %+v", name, seen)
		}
	}
}

func TestBroadcastOf(t *testing.T) {
	for in, want := range map[string]string{
		"10.77.0.5/24": "10.77.0.255", "172.16.5.5/20": "172.16.15.255", "169.254.1.1/16": "169.254.255.255",
		"10.0.0.1/8": "10.255.255.255", "10.0.0.1/30": "10.0.0.3", "10.0.0.1/31": "", "10.0.0.1/32": "", "0.0.0.0/0": "", "fd00::1/64": "",
	} {
		got, ok := broadcastOf(netip.MustParsePrefix(in))
		if (want != "") != ok || ok && got.String() != want {
			t.Errorf("%s: %v, %v", in, got, ok)
		}
	}
}

// Where multicast works a class hardly broadcasts; where it does not, what was found that way is asked for again in time.
func TestWhenIsAskedByBroadcast(t *testing.T) {
	s, r := &seeker{asked: len(firstSeeks)}, newRooms()
	var first time.Duration
	for _, d := range firstSeeks {
		first += 5 * d / 4
	}
	if first >= 2*time.Second {
		t.Errorf("the last of the first questions comes after %v: too late for the promise", first)
	}
	within := func(what string, d time.Duration) {
		t.Helper()
		if got := s.pause(r); got < 3*d/4 || got > 5*d/4 {
			t.Errorf("%s: asked again after %v, want about %v", what, got, d)
		}
	}
	within("nothing is found", seekWaiting)
	seen := sighting{room: wire.NewRoomID(), host: fuzzHost, port: 1, source: teacherAddr}
	r.add(seen, near, when)
	within("multicast finds it", seekIdle)
	if at := r.fading(when.Add(questionEvery)); len(at) != 0 {
		t.Errorf("asked after %v though multicast is answered", at)
	}
	if at := r.fading(when.Add(2 * questionEvery)); len(at) != 1 {
		t.Errorf("not asked after when multicast is not answered: %v", at)
	}
	seen.sought = true
	r.add(seen, near, when)
	within("only a broadcast finds it", seekWaiting)
	if at := r.fading(when); len(at) != 1 || at[0] != teacherAddr {
		t.Errorf("asked after %v", at)
	}
}

// What multicast has named stays when the broadcast question, whose answer names nothing, is answered too.
func TestTheTwoWaysDoNotDisagree(t *testing.T) {
	r := newRooms()
	seen := sighting{room: wire.NewRoomID(), host: fuzzHost, port: 1, source: teacherAddr, listed: []netip.Addr{teacherAddr.Next()}}
	r.add(seen, near, when)
	before := r.list()
	seen.sought, seen.listed = true, nil
	if r.add(seen, near, when) || len(before[0].Addrs) != 2 || len(r.list()[0].Addrs) != 2 {
		t.Errorf("the list changed from %v to %v", before, r.list())
	}
}
