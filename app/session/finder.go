package session

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/discover"
)

// Finder keeps the list of rooms that are announced on this network. It starts looking when it is first asked, and
// goes on until the program ends: a student whose host comes back on another address finds it here.
type Finder struct {
	log *slog.Logger

	mu       sync.Mutex
	found    []discover.Found
	onChange []func([]discover.Found)
	stop     context.CancelFunc // nil until looking
	done     chan struct{}
}

func newFinder(log *slog.Logger) *Finder { return &Finder{log: log} }

// OnChange adds a function called with the whole list at each change.
func (f *Finder) OnChange(fn func([]discover.Found)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange = append(f.onChange, fn)
}

// Found is the list as it stands. The first call starts the search.
func (f *Finder) Found() []discover.Found {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stop == nil {
		f.start()
	}
	return slices.Clone(f.found)
}

// start begins to look; f.mu is held.
func (f *Finder) start() {
	ctx, cancel := context.WithCancel(context.Background())
	f.stop, f.done = cancel, make(chan struct{})
	go func() {
		defer close(f.done)
		if err := discover.Browse(ctx, f.log, f.set); err != nil && ctx.Err() == nil {
			f.log.Error("looking for rooms ended", "error", err)
		}
	}()
}

func (f *Finder) set(found []discover.Found) {
	f.mu.Lock()
	f.found = slices.Clone(found)
	listeners := slices.Clone(f.onChange)
	f.mu.Unlock()
	for _, fn := range listeners {
		fn(found)
	}
}

// addresses are where a room's host was heard from, best first.
func (f *Finder) addresses(room string, host peer.ID) []netip.AddrPort {
	for _, r := range f.Found() {
		if r.Room == room && r.Host == host {
			return r.Addrs
		}
	}
	return nil
}

func (f *Finder) close() {
	f.mu.Lock()
	stop, done := f.stop, f.done
	f.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}
