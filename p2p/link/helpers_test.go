package link

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"go.uber.org/goleak"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// patience is how long a test waits for something that must happen. It bounds a failure, it measures nothing.
const patience = 60 * time.Second

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !cond() {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to this: %s", what)
		}
		time.Sleep(5 * time.Millisecond) // between two looks
	}
}

// noLeaks makes the test fail if goroutines outlive it. It is called first, so that it looks last.
func noLeaks(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		if !t.Failed() {
			goleak.VerifyNone(t, before)
		}
	})
}

func newDevice(t testing.TB) *identity.Device {
	t.Helper()
	d, err := makeDevice()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func makeDevice() (*identity.Device, error) {
	key, _, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	return identity.NewDevice(key)
}

// logger writes to the test's log, until the test is over.
func logger(t testing.TB, who string) *slog.Logger {
	var mu sync.Mutex
	over := false
	t.Cleanup(func() { mu.Lock(); over = true; mu.Unlock() })
	h := slog.NewTextHandler(writer(func(b []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		if !over && os.Getenv("LINK_LOG") != "" {
			t.Log(string(bytes.TrimSpace(b)))
		}
		return len(b), nil
	}), &slog.HandlerOptions{Level: slog.LevelDebug})
	return slog.New(h).With("who", who)
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

// register is a gate that keeps a list.
type register struct {
	device *identity.Device
	room   string

	mu      sync.Mutex
	code    string
	removed map[peer.ID]bool
	members map[peer.ID]identity.Certificate
	asked   []JoinRequest
	role    identity.Role
	refuse  error
	knock   bool
	cards   map[uint32][]byte
	line    *line    // if there is one, everybody waits in it
	others  []string // machines of other versions
	putOut  map[peer.ID]string
}

// line is a person at the door: each who comes is let in or refused when the test says so.
type line struct {
	come   chan JoinRequest
	gone   chan peer.ID
	decide chan error // nil lets in
	moved  chan int
}

func newLine() *line {
	return &line{come: make(chan JoinRequest, 16), gone: make(chan peer.ID, 16), decide: make(chan error), moved: make(chan int)}
}

func (l *line) wait(ctx context.Context, r JoinRequest) error {
	if err := r.Wait(1); err != nil {
		return err
	}
	l.come <- r
	for {
		select {
		case err := <-l.decide:
			return err
		case place := <-l.moved:
			if err := r.Wait(place); err != nil {
				return err
			}
		case <-ctx.Done():
			l.gone <- r.Peer
			return ctx.Err()
		}
	}
}

func (g *register) Knock() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.knock
}

func (g *register) Card(seat uint32) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cards[seat]
}

func (g *register) Code() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.code
}

func (g *register) Admit(ctx context.Context, r JoinRequest) (identity.Certificate, error) {
	g.mu.Lock()
	g.asked = append(g.asked, r)
	line := g.line
	g.mu.Unlock()
	if line != nil && r.Certificate == nil {
		if err := line.wait(ctx, r); err != nil {
			return identity.Certificate{}, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.Seat != 0 {
		r.Name = fmt.Sprint("Seat ", r.Seat)
	}
	if g.refuse != nil {
		return identity.Certificate{}, g.refuse
	}
	if g.removed[r.Peer] {
		return identity.Certificate{}, &Refusal{Code: RefusedRemoved}
	}
	if c, ok := g.members[r.Peer]; ok {
		return c, nil
	}
	for _, c := range g.members {
		if c.Name == r.Name {
			return identity.Certificate{}, fmt.Errorf("asking the register: %w", &Refusal{Code: RefusedNameTaken, Suggest: r.Name + " 2"})
		}
	}
	c, err := g.device.Certify(identity.Certificate{Room: g.room, Peer: r.Peer, Name: r.Name, Role: g.role, Number: uint32(len(g.members) + 2)})
	if err == nil {
		g.members[r.Peer] = c
	}
	return c, err
}

func (g *register) otherVersion(addr netip.Addr, version int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.others = append(g.others, fmt.Sprint(addr, " ", version))
}

func (g *register) wasPutOut(p peer.ID, what string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.putOut[p] = what
}

func (g *register) strangers() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.others)
}

func (g *register) requests() []JoinRequest {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]JoinRequest(nil), g.asked...)
}

func (g *register) set(f func(*register)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f(g)
}

// party is one side of a room with what it has heard.
type party struct {
	*Session
	device *identity.Device
	mu     sync.Mutex
	heard  map[string]bool // "topic author text"
	states []State
	comes  []string // "+peer" and "-peer"
}

func (p *party) attach(s *Session) {
	p.Session, p.heard = s, map[string]bool{}
	for _, topic := range []string{wire.TopicFacts, wire.TopicBoard} {
		s.Subscribe(topic, func(_, author peer.ID, data []byte) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.heard[fmt.Sprint(topic, " ", author, " ", string(data))] = true
		})
	}
	s.OnState(func(st State) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.states = append(p.states, st)
	})
	s.OnPresence(func(id peer.ID, here bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.comes = append(p.comes, fmt.Sprint(map[bool]string{true: "+", false: "-"}[here], id))
	})
}

func (p *party) hears(topic string, author *party, text string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard[fmt.Sprint(topic, " ", author.Self(), " ", text)]
}

// sayUntil repeats something now and then until a condition holds: what is published while a link is only just coming up
// may be lost.
func (p *party) sayUntil(t *testing.T, topic, text, what string, cond func() bool) {
	t.Helper()
	n := 0
	eventually(t, what, func() bool {
		if n%40 == 0 {
			if err := p.Publish(topic, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		n++
		return cond()
	})
}

func (p *party) hasState(phase, code string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.states {
		if s.Phase == phase && (code == "" && s.Refusal == nil || s.Refusal != nil && s.Refusal.Code == code) {
			return true
		}
	}
	return false
}

// classroom is a hosted room.
type classroom struct {
	*party
	gate *register
}

func newRegister(d *identity.Device, room, code string) *register {
	return &register{device: d, room: room, code: code, removed: map[peer.ID]bool{}, putOut: map[peer.ID]string{}, members: map[peer.ID]identity.Certificate{}, role: identity.RoleStudent}
}

func openRoom(t testing.TB, code string) *classroom {
	t.Helper()
	d := newDevice(t)
	return openRoomAs(t, d, newRegister(d, wire.NewRoomID(), code), 0)
}

// openRoomAs opens a room with a device and a register of before.
func openRoomAs(t testing.TB, d *identity.Device, gate *register, port int) *classroom {
	t.Helper()
	s, err := Host(HostConfig{Device: d, Room: gate.room, Port: port, Gate: gate, Beat: func() []byte { return []byte("beat") },
		OnOtherVersion: gate.otherVersion, OnPutOut: gate.wasPutOut, Log: logger(t, "host")})
	if err != nil {
		t.Fatal(err)
	}
	c := &classroom{party: &party{device: d}, gate: gate}
	c.attach(s)
	t.Cleanup(func() { s.Close() })
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *classroom) at() netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(c.Port()))
}

// config is that of a student called name.
func (c *classroom) config(t testing.TB, name string) JoinConfig {
	addr := c.at()
	return JoinConfig{Device: newDevice(t), Room: c.Room(), Host: c.Self(), Name: name, Code: c.gate.Code(),
		Addrs: func() []netip.AddrPort { return []netip.AddrPort{addr} }, Log: logger(t, name)}
}

// attend makes a party of a config and starts it.
func attend(t testing.TB, c JoinConfig) (*party, error) {
	t.Helper()
	s, err := Join(c)
	if err != nil {
		return nil, err
	}
	p := &party{device: c.Device}
	p.attach(s)
	t.Cleanup(func() { s.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return p, s.Start(ctx)
}

func mustAttend(t testing.TB, c JoinConfig) *party {
	t.Helper()
	p, err := attend(t, c)
	if err != nil {
		t.Fatalf("%s does not come in: %v", c.Name, err)
	}
	return p
}

// said numbers what bothWays says, so that nothing is taken for heard that was said before.
var said atomic.Int64

// bothWays checks that two parties hear each other, repeating what is said: the link may be only just up.
func bothWays(t *testing.T, a, b *party) {
	t.Helper()
	for _, pair := range [][2]*party{{a, b}, {b, a}} {
		speaker, listener := pair[0], pair[1]
		words := fmt.Sprint("hello ", said.Add(1))
		speaker.sayUntil(t, wire.TopicFacts, words, "one hears the other", func() bool {
			return listener.hears(wire.TopicFacts, speaker, words)
		})
	}
}

// cable is a TCP proxy whose traffic can be stopped without closing anything, as when a machine leaves the Wi-Fi.
type cable struct {
	net.Listener
	target netip.AddrPort

	mu     sync.Mutex
	frozen chan struct{} // closed when traffic flows
	conns  []net.Conn
	lines  sync.WaitGroup
	over   chan struct{} // closed when the test ends
}

func newCable(t *testing.T, target netip.AddrPort) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{Listener: l, target: target, frozen: make(chan struct{}), over: make(chan struct{})}
	close(c.frozen)
	c.lines.Go(c.accept)
	t.Cleanup(func() {
		l.Close()
		close(c.over)
		c.mu.Lock()
		for _, conn := range c.conns {
			conn.Close()
		}
		c.mu.Unlock()
		c.lines.Wait()
	})
	return c
}

func (c *cable) at() netip.AddrPort { return c.Addr().(*net.TCPAddr).AddrPort() }

func (c *cable) accept() {
	for {
		in, err := c.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", c.target.String())
		if err != nil {
			in.Close()
			continue
		}
		c.mu.Lock()
		c.conns = append(c.conns, in, out)
		c.mu.Unlock()
		c.lines.Go(func() { c.carry(in, out) })
		c.lines.Go(func() { c.carry(out, in) })
	}
}

func (c *cable) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		c.mu.Lock()
		flows := c.frozen
		c.mu.Unlock()
		select { // an end of the connection does not get through either
		case <-flows:
		case <-c.over:
			return
		}
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (c *cable) freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = make(chan struct{})
}

// heal lets new connections through, and the old ones, too.
func (c *cable) heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.frozen:
	default:
		close(c.frozen)
	}
}

// healNewOnly leaves the connections of before frozen for ever.
func (c *cable) healNewOnly() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = make(chan struct{})
	close(c.frozen)
}
