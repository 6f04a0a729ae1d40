package link

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// Times and numbers of a session. They are the same on every machine.
const (
	beatEvery   = time.Second
	beatSilence = 4 * time.Second // without a beat, a connection counts as dead

	admissionGrace = 20 * time.Second       // an un-admitted connection may live so long
	admissionTime  = 10 * time.Second       // one join may take so long, on either side, while it waits for no person
	waitSilence    = 3 * wire.JoinWaitEvery // who waits for a person and hears nothing for so long asks again
	maxWaiting     = 512                    // un-admitted connections at once; beyond it the oldest is closed
	maxMembers     = 1000                   // admitted machines at once; the libp2p limits are set for it
	dialTime       = 5 * time.Second        // one round of dialling
	nextAddress    = 200 * time.Millisecond // after one address the next is tried beside it
	maxAddresses   = 16                     // tried in one round
	firstRetry     = 200 * time.Millisecond
	slowestRetry   = 2 * time.Second
	firstJoinTries = 2 // rounds before a person who joins for the first time is told that nobody answers
	otherKeyTries  = 3 // rounds in a row before another key at the host's addresses ends a session that was in
)

// Errors that callers tell apart.
var (
	// ErrPortInUse says that another program listens on the port that was asked for.
	ErrPortInUse = errors.New("the port is already used by another program")
	// ErrNoAnswer says that no machine answered at the addresses tried.
	ErrNoAnswer = errors.New("no machine answered")
	// ErrOtherProgram says that what listens at an address is not ThirdSpace.
	ErrOtherProgram = errors.New("another program answers there")
	// ErrTooBig says that a message is over wire.MaxPubsub.
	ErrTooBig = errors.New("the message is too big for the whole room")
	// ErrNotAllowed says that this machine may not speak on that topic.
	ErrNotAllowed = errors.New("only a teacher speaks there")
	// ErrAway says that the other machine is not connected, or not admitted.
	ErrAway = errors.New("the other machine is not here")
	// ErrClosed says that the session has been closed.
	ErrClosed = errors.New("the session is closed")
)

// HostConfig is what hosting a room needs.
type HostConfig struct {
	Device *identity.Device
	Room   string        // its id
	Port   int           // TCP, on every interface; 0 takes a free one
	Gate   Gate          // who comes in
	Beat   func() []byte // called once a second for what the beat carries; nil sends an empty one
	// Moves are the vouches by which the room has come to this key, and so which keys' certificates it takes for its own.
	Moves []identity.Vouch
	// OnOtherVersion is told of each machine that was turned away because it speaks that version of the protocol; nil if
	// nobody wants to know. It is called from many goroutines at once.
	OnOtherVersion func(addr netip.Addr, version int)
	// OnPutOut is told of each machine that was put out because it flooded the room, and with what; it may be a stranger's.
	// nil if nobody wants to know. It is called from many goroutines at once.
	OnPutOut func(p peer.ID, what string)
	Log      *slog.Logger // nil discards
}

// What a machine may be put out for.
const (
	TooManyMessages = "messages"
	TooManyStreams  = "streams"
)

// Gate decides who comes in. Its methods are called from many goroutines at once.
type Gate interface {
	// Code is the room code; empty means that the door is open.
	Code() string
	// Knock tells whether someone who has no code to prove may ask a person to be let in.
	Knock() bool
	// Card is the secret of a seat's card; nil if there is none.
	Card(seat uint32) []byte
	// Admit certifies a machine, or returns a *Refusal. Any other error is logged here and told to the other side as a
	// refusal of code "trouble". ctx ends when the other side has been kept waiting too long.
	Admit(ctx context.Context, r JoinRequest) (identity.Certificate, error)
}

// JoinRequest is a machine that asks to come in. Its key is proven.
type JoinRequest struct {
	Peer        peer.ID
	Name        string                // clean in the sense of wire.CleanName; on coming back, the certificate's
	Addr        string                // its IP address, for the log
	Certificate *identity.Certificate // verified; not nil when coming back
	ProvedCode  bool                  // false with a certificate, at an open door, and for someone who knocks
	Knocked     bool                  // there was a code and it was not proven: a person has to decide
	Seat        uint32                // not 0: its card is proven, and Name is empty
	// Wait tells the other side that a person decides, and its place in the line, from 1. The gate calls it when the
	// place changes, and at least every wire.JoinWaitEvery; after the first time it may take as long as it likes, and ctx
	// ends when the other side has gone. From one goroutine.
	Wait func(place int) error
}

// JoinConfig is what joining a room needs.
type JoinConfig struct {
	Device *identity.Device
	Room   string  // empty when joining by address: learned from the host
	Host   peer.ID // empty when joining by address: learned from the first machine that answers, then pinned
	// Addrs says where the host may be, best first. It is asked again before each round of dialling.
	Addrs       func() []netip.AddrPort
	Name        string // of the person
	Code        string // as the room's; empty if there is none to give
	Certificate *identity.Certificate
	Signer      peer.ID      // who signed Certificate: a host from before the room moved; empty for Host
	Card        *Card        // claims a seat; Name, Code and Certificate are not used then
	OnBeat      func([]byte) // each beat's payload, from one goroutine
	// OnMoves is told, before anything else of the room is heard, by which vouches a host to which this machine is not
	// known says that the room has come to it. They are its word, not checked. nil: nobody wants to know.
	OnMoves func([]identity.Vouch)
	Log     *slog.Logger // nil discards
}

// Card is what claims a student's seat on another machine.
type Card struct {
	Seat   uint32
	Secret []byte
}

// Phases of a session.
const (
	PhaseWaiting      = "waiting"      // at the door, until a person decides
	PhaseConnecting   = "connecting"   // not yet in
	PhaseHere         = "here"         // in the room
	PhaseReconnecting = "reconnecting" // was in the room and looks for it; with a Refusal if the host said "not now"
	PhaseRefused      = "refused"      // the host said no, and trying again would not help
)

// State is how a session stands.
type State struct {
	Phase   string
	Refusal *Refusal
	Place   int // in the line, while waiting
	Since   time.Time
}

// StreamHandler serves a stream that an admitted machine opened. ctx ends when the session closes. The handler owns the
// stream and may block; it runs in a goroutine of its own.
type StreamHandler func(ctx context.Context, from peer.ID, s network.Stream)

// TopicHandler hears a message: from is who passed it on, author who signed it. It is called from one goroutine for each
// topic. While it works some thousands of messages are kept for it; beyond that the oldest are dropped.
type TopicHandler func(from, author peer.ID, data []byte)
