package journal

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

const (
	frameTimeout = 30 * time.Second // for one frame to be sent or to come
	takeTimeout  = 10 * time.Minute // for the other side to take all our facts
	maxWaste     = 4096             // facts, receipts and frames at once that bring nothing
	lastWords    = 4 << 20          // bytes that may be on their way when we end a sync
	maxReceipts  = 4096             // waiting to be sent; more are asked for again by the next sync
)

// ErrRefused is wrapped by the error of a sync that the other side refused, or that we refused to go on with.
var ErrRefused = errors.New("refused")

// exchange is one sync: both sides do the same. Each says how far it holds every log, sends what the other lacks,
// the host's log first, offers again the private facts that the other has given no receipt for, says End, and answers
// private facts with receipts.
type exchange struct {
	j    *Journal
	with peer.ID
	s    network.Stream
	to   io.Writer // s, of the writing side

	theirs  map[peer.ID][]wire.JournalHead // of the reading side, until heard is closed
	missing [][32]byte                     // bodies they have lost, likewise
	heard   chan struct{}                  // their heads are known
	quit    chan struct{}                  // closed when we end it for a reason that the other side is told
	more    chan struct{}                  // there are receipts to send, or no more will come

	mu       sync.Mutex
	receipts []wire.Receipt
	complete bool              // their facts have all been taken
	sent     map[[32]byte]bool // own private facts they were given, and have not answered yet

	useful  atomic.Int64
	deal    *dealings
	again   map[peer.ID]uint64 // of each author, facts that came although we hold them
	refused map[peer.ID]bool   // authors whose facts we stopped taking
}

func newExchange(j *Journal, with peer.ID, s network.Stream) *exchange {
	return &exchange{j: j, with: with, s: s, deal: j.with(with), heard: make(chan struct{}), quit: make(chan struct{}), more: make(chan struct{}, 1),
		sent: make(map[[32]byte]bool), again: make(map[peer.ID]uint64), refused: make(map[peer.ID]bool)}
}

func (x *exchange) moved() int { return int(x.useful.Load()) }

// errQuit ends our half of an exchange between two frames.
var errQuit = errors.New("ended here")

// run does one sync over the stream, which is closed or reset when it returns.
func (x *exchange) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { x.s.Reset() })
	written := make(chan error, 1)
	go func() {
		err := x.write(ctx)
		if err != nil && err != errQuit {
			x.s.Reset()
		}
		written <- err
	}()
	rerr := x.read(ctx)
	if polite(rerr) {
		return x.part(rerr, written)
	}
	if rerr != nil {
		cancel()
		x.s.Reset()
	}
	werr := <-written
	stop()
	if rerr != nil && !(errors.Is(rerr, network.ErrReset) && werr != nil) {
		return rerr
	}
	if werr != nil {
		return werr
	}
	return x.s.Close()
}

// part ends an exchange with a word to the other side, which has a moment to hear it.
func (x *exchange) part(why error, written <-chan error) error {
	defer x.s.Reset()
	x.overdone(why)
	close(x.quit)
	if err := <-written; err != nil && err != errQuit {
		return why
	}
	x.s.SetDeadline(time.Now().Add(serveWait))
	if wire.WriteFrame(x.s, wire.MaxFrame, wire.JournalMessage{Refused: why.Error()}) == nil && x.s.CloseWrite() == nil {
		io.Copy(io.Discard, io.LimitReader(x.s, lastWords)) // until it hangs up; what it says meanwhile does not matter
	}
	return why
}
