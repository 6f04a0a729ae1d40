package doc

import (
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/wire"
)

// Limits of those who look at this machine's documents.
const (
	maxLookers    = 16 // at one time
	lookPerSecond = 20 // messages of each; more wait on the sender's side
	lookBurst     = 40
	lookPatience  = 6 * time.Second // without a message, until somebody is taken for gone
	lookKeep      = 5 * time.Minute // that someone who may edit is waited for
)

// Errors of looking and of editing together.
var (
	// ErrNotAsked: nobody has offered what is answered, or it has been taken back.
	ErrNotAsked = errors.New("nobody has asked to edit this together")
	// ErrNotLet: the owner has not let us edit, or does not any more.
	ErrNotLet = errors.New("the document's owner does not let it be edited from here")
	// ErrNotHere: the machine at the other end is not reached now.
	ErrNotHere = errors.New("the machine of the document's owner is not reached")
)

// Looker is someone who looks at a document of this machine.
type Looker struct {
	Peer  peer.ID
	ID    string // the document
	State string // one of wire.Look…
	Here  bool   // false: the link is lost, and someone who may edit is waited for
	Caret *Caret // while they edit: where their caret stands, in the version At
	At    Version
}

// LookersConfig says what the owner's side of looking works with. Document and May are needed.
type LookersConfig struct {
	Document func(id string) *Authority // the document of that name that may be looked at; nil: none
	May      func(peer.ID) bool         // who may look: those who teach
	OnChange func()                     // List gives something else now; called from several goroutines, must not block
	Patience time.Duration              // without a message, until somebody is taken for gone; 0 means 6 s
	Keep     time.Duration              // that someone who may edit is waited for when the link is lost; 0 means 5 min
	Log      *slog.Logger               // nil: no log
}

// Lookers knows who looks at this machine's documents, and takes the changes of those whom its person has let
// (wire.ProtoLook). Its methods may be called from several goroutines.
type Lookers struct {
	cfg LookersConfig

	mu     sync.Mutex
	closed bool
	tasks  sync.WaitGroup
	all    map[peer.ID]*looker
}

// looker is one person's look at one document. Everything changes under the mutex of [Lookers].
type looker struct {
	peer   peer.ID
	doc    *Authority
	state  string
	stream network.Stream // nil: lost
	tell   chan struct{}  // the state is another
	caret  *Caret
	at     Version
	expire *time.Timer // runs while the stream is lost
}

// NewLookers makes the owner's side, which knows of nobody.
func NewLookers(cfg LookersConfig) (*Lookers, error) {
	if cfg.Document == nil || cfg.May == nil {
		return nil, errors.New("being looked at: documents and a rule are needed")
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func() {}
	}
	if cfg.Patience <= 0 {
		cfg.Patience = lookPatience
	}
	if cfg.Keep <= 0 {
		cfg.Keep = lookKeep
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Lookers{cfg: cfg, all: make(map[peer.ID]*looker)}, nil
}

// List is everyone who looks now, and who is waited for, in the order of their ids.
func (l *Lookers) List() []Looker {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Looker, 0, len(l.all))
	for _, g := range l.all {
		one := Looker{Peer: g.peer, ID: g.doc.id, State: g.state, Here: g.stream != nil}
		if g.caret != nil {
			if caret, at, ok := g.doc.Locate(g.at, *g.caret); ok {
				g.caret, g.at = &caret, at // the next time is less to do
				one.Caret, one.At = &caret, at
			}
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Looker) int { return strings.Compare(string(a.Peer), string(b.Peer)) })
	return list
}

// Accept lets someone edit who has offered to. It fails with [ErrNotAsked] where they have not, or not any more.
func (l *Lookers) Accept(p peer.ID) error { return l.answer(p, wire.LookOffered, wire.LookTogether) }

// Decline answers an offer with no. It fails with [ErrNotAsked] where there is none.
func (l *Lookers) Decline(p peer.ID) error { return l.answer(p, wire.LookOffered, wire.LookDeclined) }

// End lets someone edit no more: when it returns, nothing more of theirs is taken. Where they do not edit it does nothing.
func (l *Lookers) End(p peer.ID) error {
	err := l.answer(p, wire.LookTogether, wire.LookEnded)
	if errors.Is(err, ErrNotAsked) {
		return nil
	}
	return err
}

func (l *Lookers) answer(p peer.ID, from, to string) error {
	l.mu.Lock()
	g := l.all[p]
	if g == nil || g.state != from {
		l.mu.Unlock()
		return ErrNotAsked
	}
	if g.stream == nil {
		l.drop(g) // there is nobody to tell
	} else {
		g.set(to)
	}
	l.mu.Unlock()
	l.cfg.OnChange()
	return nil
}

// set moves the state. Called with the mutex held.
func (g *looker) set(state string) {
	g.state = state
	if state != wire.LookTogether {
		g.caret = nil
	}
	signal(g.tell)
}

// drop forgets someone. Called with mu held.
func (l *Lookers) drop(g *looker) {
	if g.expire != nil {
		g.expire.Stop()
	}
	if g.stream != nil {
		g.stream.Reset()
	}
	if l.all[g.peer] == g {
		delete(l.all, g.peer)
	}
}

// Review forgets those who may not look any more: someone was removed, or teaches no longer.
func (l *Lookers) Review() {
	l.mu.Lock()
	before := len(l.all)
	for p, g := range l.all {
		if !l.cfg.May(p) {
			l.drop(g)
		}
	}
	changed := len(l.all) != before
	l.mu.Unlock()
	if changed {
		l.cfg.OnChange()
	}
}

// Close ends all streams and waits until they have ended. The documents stay.
func (l *Lookers) Close() error {
	l.mu.Lock()
	l.closed = true
	for _, g := range l.all {
		l.drop(g)
	}
	l.mu.Unlock()
	l.tasks.Wait()
	return nil
}
