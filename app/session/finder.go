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

// Finder keeps the list of rooms that are announced on this network. It looks whenever it is asked, and rests while
// this machine is in a room: three hundred machines that go on asking would be heard on a Wi-Fi.
type Finder struct {
	log *slog.Logger

	mu       sync.Mutex
	found    []discover.Found
	onChange []func([]discover.Found)
	search   *search // nil while resting
	ended    sync.WaitGroup
}

// search is one stretch of looking.
type search struct{ cancel context.CancelFunc }

func newFinder(log *slog.Logger) *Finder { return &Finder{log: log} }

// OnChange adds a function called with the whole list at each change.
func (f *Finder) OnChange(fn func([]discover.Found)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onChange = append(f.onChange, fn)
}

// Found is the list as it stands. The first call, and the first after a rest, starts the search.
func (f *Finder) Found() []discover.Found {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.search == nil {
		f.start()
	}
	return slices.Clone(f.found)
}

// start begins to look; f.mu is held.
func (f *Finder) start() {
	ctx, cancel := context.WithCancel(context.Background())
	this := &search{cancel: cancel}
	f.search, f.found = this, nil
	f.ended.Go(func() {
		err := discover.Browse(ctx, f.log, func(found []discover.Found) { f.set(this, found) })
		if err != nil && ctx.Err() == nil {
			f.log.Error("looking for rooms ended", "error", err)
		}
	})
}

// rest ends the search until someone asks again.
func (f *Finder) rest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.search != nil {
		f.search.cancel()
		f.search, f.found = nil, nil
	}
}

// set takes a new list, unless its search has ended meanwhile.
func (f *Finder) set(by *search, found []discover.Found) {
	f.mu.Lock()
	if f.search != by {
		f.mu.Unlock()
		return
	}
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

// host is the key under which a room is announced; "" where it is not, or by several.
func (f *Finder) host(room string) peer.ID {
	var host peer.ID
	for _, r := range f.Found() {
		switch {
		case r.Room != room:
		case host == "":
			host = r.Host
		default:
			return ""
		}
	}
	return host
}

func (f *Finder) close() {
	f.rest()
	f.ended.Wait()
}
