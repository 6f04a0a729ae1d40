// Package session is the room this machine is in now. A [Session] wires together what p2p gives (the link to the other
// machines, the journal, the documents, the announcement) with what the facts mean (app/class) and the disk (app/store);
// the [Manager] enters rooms, leaves them, and goes back after a crash to the one that was never left.
//
// The services that the page calls (app/room, app/code, app/talk, app/work) hold the Manager, ask it for the current
// Session, and hear of changes through [Events]. Nothing here knows of windows.
package session

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/journal"
)

// Events are the functions called when something changes; nil ones are left out. They are called from the goroutines
// of the session, must not block, and may call back into it.
type Events struct {
	Room      func()                     // the room, its members or the link: coalesced, at most ten a second
	Facts     func(class.Changes)        // what the facts say has changed
	Document  func(doc.Change)           // updates of a document of this machine or one it follows
	Flushed   func([]doc.Flushed, error) // documents are on the disk, or could not be written
	Look      func(doc.Look)             // a look at a student's code stands otherwise
	Lookers   func()                     // who looks at this machine's code, or where their caret stands, is another
	Receipt   func(journal.Receipt)      // a receipt came for something handed in here
	Delivered func()                     // more of what was said here has reached the host
	Left      func()                     // the session has ended, on purpose or not
}

// Config is what sessions need.
type Config struct {
	Store  *store.Store
	Device *identity.Device
	Log    *slog.Logger
	Port   int // the port rooms are hosted on: 0 for the usual one or, if that is taken, any
	// MaxMembers is how many may ever be admitted to one room, its host included; 0 for 1000.
	MaxMembers int
}

// Manager enters and leaves rooms: one at a time.
type Manager struct {
	cfg    Config
	Finder *Finder

	entering sync.Mutex // held while a room is entered or left
	mu       sync.Mutex
	current  *Session
	joining  *joining // a room that is being joined
	events   []Events
	refresh  chan struct{}
	stop     context.CancelFunc
	wg       sync.WaitGroup
}

// roomInterval is the least time between two Events.Room.
const roomInterval = 100 * time.Millisecond

// NewManager makes a Manager that is in no room. Close ends it.
func NewManager(cfg Config) *Manager {
	cfg.MaxMembers = cmp.Or(cfg.MaxMembers, defaultMaxMembers)
	ctx, stop := context.WithCancel(context.Background())
	m := &Manager{cfg: cfg, Finder: newFinder(cfg.Log), refresh: make(chan struct{}, 1), stop: stop}
	m.wg.Go(func() { m.announceChanges(ctx) })
	return m
}

// Listen adds a listener. It is called before any room is entered.
func (m *Manager) Listen(e Events) { m.events = append(m.events, e) }

// Current is the session of the room this machine is in, or an error fit to be shown.
func (m *Manager) Current() (*Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current == nil {
		return nil, failure.New(failure.CodeNotInRoom, "You are not in a room.", "Open a room or join one first.")
	}
	return m.current, nil
}

// resumeWithin is how long after entering a room a start of the program goes straight back to it. A lesson is long
// over then, and the start screen, with that room one click away, is the better place to be.
const resumeWithin = 12 * time.Hour

// Resume goes back into the room that was not left, if there is one: after a crash, a power cut, a kill, or a window
// closed in the middle of a class. It gives nil where there is none.
func (m *Manager) Resume(ctx context.Context) (*Session, error) {
	rooms, err := m.cfg.Store.Rooms(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rooms {
		if !r.Inside || time.Since(r.Used) > resumeWithin {
			continue
		}
		if r.Hosted {
			return m.host(ctx, r)
		}
		return m.enter(ctx, r, "", false)
	}
	return nil, nil
}

// Leave ends the current session on purpose: it will not be gone back to. A room that is being joined is given up.
func (m *Manager) Leave(ctx context.Context) error {
	m.giveUpJoining()
	return m.leave(ctx)
}

func (m *Manager) leave(ctx context.Context) error {
	m.entering.Lock()
	defer m.entering.Unlock()
	s := m.take()
	if s == nil {
		return nil
	}
	return errors.Join(s.close(), s.remember(ctx, func(r *store.Room) { r.Inside = false }))
}

// Close ends the current session without leaving the room: the next start goes back to it.
func (m *Manager) Close() error {
	m.giveUpJoining()
	m.entering.Lock()
	defer m.entering.Unlock()
	var err error
	if s := m.take(); s != nil {
		err = s.close()
	}
	m.stop()
	m.wg.Wait()
	m.Finder.close()
	return err
}

// take makes the current session none, and tells which it was.
func (m *Manager) take() *Session {
	m.mu.Lock()
	s := m.current
	m.current = nil
	m.mu.Unlock()
	if s != nil {
		m.each(func(e Events) {
			if e.Left != nil {
				e.Left()
			}
		})
		m.changed()
	}
	return s
}

func (m *Manager) put(s *Session) {
	m.mu.Lock()
	m.current = s
	m.mu.Unlock()
	m.changed()
}

// each calls f with every listener. The list does not change once rooms are entered.
func (m *Manager) each(f func(Events)) {
	for _, e := range m.events {
		f(e)
	}
}

// changed asks for one Events.Room soon.
func (m *Manager) changed() {
	select {
	case m.refresh <- struct{}{}:
	default:
	}
}

// announceChanges turns any number of changes into few events: when three hundred join, the page hears of it ten times
// a second.
func (m *Manager) announceChanges(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.refresh:
		}
		m.each(func(e Events) {
			if e.Room != nil {
				e.Room()
			}
		})
		select {
		case <-ctx.Done():
			return
		case <-time.After(roomInterval):
		}
	}
}
