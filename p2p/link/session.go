package link

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/thejerf/suture/v4"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Session is one room on this machine, hosted or joined. Its methods may be called from any goroutine; those that say
// "before Start" have no effect afterwards.
type Session struct {
	self   peer.ID
	device *identity.Device
	log    *slog.Logger
	side   side
	roster *roster

	ctx    context.Context // ends with the session
	cancel context.CancelFunc

	streams  map[string]StreamHandler
	handlers map[string]TopicHandler
	onState  []func(State)
	presence *presence

	mu      sync.Mutex
	started bool
	closed  bool
	work    sync.WaitGroup // goroutines that serve streams and the like
	state   State
	room    string
	hostID  peer.ID
	port    int
	cert    *identity.Certificate

	node   *node
	topics *topics
	sup    *suture.Supervisor
	supEnd <-chan error
}

// side is what a host and a student do differently.
type side interface {
	rules
	// start opens the room or joins it, and adds what must run from then on.
	start(ctx context.Context) error
	// mayOpen tells whether p may open another stream now.
	mayOpen(p peer.ID) bool
	// lost is called when a connection has closed, found when one has opened.
	lost(c network.Conn)
	found(c network.Conn)
}

func newSession(device *identity.Device, room string, host peer.ID, log *slog.Logger) (*Session, error) {
	if device == nil {
		return nil, errors.New("a session needs a device key")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Session{self: device.ID(), device: device, log: log, roster: newRoster(), room: room, hostID: host,
		streams: map[string]StreamHandler{}, handlers: map[string]TopicHandler{}, presence: newPresence()}
	s.state = State{Phase: PhaseConnecting, Since: time.Now()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// Handle serves the streams of a protocol. Only admitted machines reach it. Before Start.
func (s *Session) Handle(proto string, h func(ctx context.Context, from peer.ID, s network.Stream)) {
	s.streams[proto] = h
}

// Subscribe hears a topic: what others publish, not what this machine does. One handler for each topic. Before Start.
func (s *Session) Subscribe(topic string, h func(from, author peer.ID, data []byte)) {
	s.handlers[topic] = h
}

// OnState is told each new state, one after the other. It must not call Close. Before Start.
func (s *Session) OnState(f func(State)) { s.onState = append(s.onState, f) }

// OnPresence is told, on the host, when an admitted machine is there (true) or away (false): at once when its connection
// closes, within about 8 s when it vanishes without a word. From one goroutine. Before Start.
func (s *Session) OnPresence(f func(p peer.ID, here bool)) { s.presence.listen(f) }

// Start opens the room or joins it. ctx bounds the start only; [Session.Close] ends the session. A session is started
// once, and closed also if Start has failed.
//
// On the host it returns when the room is open; ErrPortInUse is wrapped when the port is taken. On a machine that joins
// it returns when it is in, with a *Refusal when the room says no, or with another error when the host could not be
// reached: for a first joining after a few rounds of addresses (ErrNoAnswer), for one with a certificate, which is coming
// back, only when ctx ends. It is ErrClosed when the session is closed meanwhile.
func (s *Session) Start(ctx context.Context) error {
	if err := s.open(); err != nil {
		return err
	}
	if err := s.side.start(ctx); err != nil {
		if s.ctx.Err() != nil {
			return ErrClosed
		}
		return err
	}
	return nil
}

func (s *Session) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if s.started {
		return errors.New("the session was started before")
	}
	s.started = true
	n, err := newNode(s.device.Key(), s.side.mayOpen)
	if err != nil {
		return fmt.Errorf("starting libp2p: %w", err)
	}
	s.node = n
	s.sup = s.newSupervisor()
	s.supEnd = s.sup.ServeBackground(s.ctx)
	// Everything that we speak is in place before anyone is dialled or listened to, see newTopics.
	if s.topics, err = newTopics(s.ctx, n, s.roster, s.side, s.log); err != nil {
		return err
	}
	g := gated{n.Host, s.roster, s.ctx}
	for proto, h := range s.streams {
		g.SetStreamHandler(protocol.ID(proto), s.serve(proto, h))
	}
	n.Network().Notify(&network.NotifyBundle{
		ConnectedF: func(_ network.Network, c network.Conn) { s.side.found(c) },
		DisconnectedF: func(_ network.Network, c network.Conn) {
			gone := s.roster.drop(c)
			if gone {
				s.presence.tell(c.RemotePeer(), false)
			}
			s.side.lost(c)
		},
	})
	s.run("presence", s.presence.run)
	return nil
}

// enter joins the topics of a room; heard, if there is one, is called for each message.
func (s *Session) enter(room string, heard func()) error {
	channels, err := s.topics.enter(room)
	if err != nil {
		return err
	}
	for _, c := range channels {
		c.handler, c.heard = s.handlers[c.name], heard
		s.run("reader of "+c.name, func(ctx context.Context) error { return c.read(ctx, s.self) })
		if c.handler != nil {
			s.run("deliverer of "+c.name, func(ctx context.Context) error { return c.deliver(ctx, s.log) })
		}
	}
	s.mu.Lock()
	s.room = room
	s.mu.Unlock()
	return nil
}

// serve runs a stream handler so that Close waits for it and its panic is not the program's end.
func (s *Session) serve(proto string, h StreamHandler) network.StreamHandler {
	return func(st network.Stream) {
		if !s.begin() {
			st.Reset()
			return
		}
		defer s.end()
		defer func() {
			if r := recover(); r != nil {
				st.Reset()
				s.log.Error("serving a stream failed", "protocol", proto, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			}
		}()
		h(s.ctx, st.Conn().RemotePeer(), st)
	}
}

// begin and end bracket work that Close waits for.
func (s *Session) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Add(1)
	return true
}

func (s *Session) end() { s.work.Done() }

// spawn does a short piece of work in a goroutine of its own.
func (s *Session) spawn(f func()) {
	if s.begin() {
		go func() {
			defer s.end()
			f()
		}()
	}
}

// Publish says something to the room: at most wire.MaxPubsub bytes (ErrTooBig), and on the board only as a teacher
// (ErrNotAllowed). While this machine is away it reaches nobody, which is no error.
func (s *Session) Publish(topic string, data []byte) error {
	s.mu.Lock()
	t, closed := s.topics, s.closed
	s.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if t == nil {
		return ErrAway
	}
	if topic == wire.TopicBeat {
		return ErrNotAllowed // the session itself beats
	}
	return t.publish(s.ctx, topic, data)
}

// Open opens a stream to an admitted machine: from a student, only to the host. ErrAway if it is not there now.
func (s *Session) Open(ctx context.Context, to peer.ID, proto string) (network.Stream, error) {
	if !s.begin() {
		return nil, ErrClosed
	}
	defer s.end()
	m, ok := s.roster.member(to)
	if !ok {
		return nil, ErrAway
	}
	return gated{s.node.Host, s.roster, s.ctx}.open(ctx, to, m.conn, protocol.ID(proto))
}

// Self is this machine.
func (s *Session) Self() peer.ID { return s.self }

// HostID is the room's host; empty on a machine that joins by address, until it has joined.
func (s *Session) HostID() peer.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hostID
}

// Room is the room's id; empty on a machine that joins by address, until it has joined.
func (s *Session) Room() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.room
}

// Port is the TCP port that a host listens on, once started; 0 on a machine that joins.
func (s *Session) Port() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.port
}

// Addrs are the addresses under which others reach this host, best first; none on a machine that joins.
func (s *Session) Addrs() []netip.AddrPort {
	port := s.Port()
	if port == 0 {
		return nil
	}
	return localAddrs(uint16(port))
}

// Certificate is this machine's own membership on a machine that has joined, and empty on a host.
func (s *Session) Certificate() identity.Certificate {
	if c := s.certificate(); c != nil {
		return *c
	}
	return identity.Certificate{}
}

func (s *Session) certificate() *identity.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cert
}

// Recertify makes a new certificate hold at once, because a member has another role: on the host for a member that is
// here, elsewhere for this machine. The caller has verified it.
func (s *Session) Recertify(c identity.Certificate) {
	if c.Peer != s.self {
		s.roster.recertify(c)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cert = &c
}

// State is how the session stands now.
func (s *Session) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// setState is called by one goroutine at a time.
func (s *Session) setState(phase string, refusal *Refusal) {
	s.enterState(State{Phase: phase, Refusal: refusal, Since: time.Now()})
}

// setWaiting says that a person decides, and our place in the line.
func (s *Session) setWaiting(place int) {
	s.enterState(State{Phase: PhaseWaiting, Place: place, Since: time.Now()})
}

func (s *Session) enterState(state State) {
	s.mu.Lock()
	was := s.state
	if was.Phase == state.Phase && was.Place == state.Place && same(was.Refusal, state.Refusal) {
		s.mu.Unlock()
		return
	}
	if was.Phase == state.Phase {
		state.Since = was.Since
	}
	s.state = state
	s.mu.Unlock()
	log := s.log
	if state.Refusal != nil {
		log = log.With("refusal", state.Refusal.Code)
	}
	log.Info("the link to the room has changed", "phase", state.Phase)
	for _, f := range s.onState {
		f(state)
	}
}

// Present lists the admitted machines that are connected now: on the host everyone, on a student the host or nobody.
func (s *Session) Present() []peer.ID { return s.roster.present() }

// Kick closes every connection of p. Whether it may come back is the gate's to say.
func (s *Session) Kick(p peer.ID) {
	if !s.begin() {
		return
	}
	defer s.end()
	s.mu.Lock()
	n := s.node
	s.mu.Unlock()
	if n == nil {
		return
	}
	for _, c := range n.Network().ConnsToPeer(p) {
		if s.roster.drop(c) { // before it has closed: from this moment nothing of it is served
			s.presence.tell(p, false)
		}
		c.Close()
	}
}

// Close ends the session and waits for all that it started, stream handlers included: their streams are reset and their
// contexts end.
func (s *Session) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.work.Wait()
		return nil
	}
	s.closed = true
	n := s.node
	s.mu.Unlock()
	s.cancel()
	var err error
	if n != nil {
		err = n.Close()
		<-s.supEnd
	}
	s.work.Wait()
	return err
}
