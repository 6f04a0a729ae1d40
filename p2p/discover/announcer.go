package discover

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"
)

// addressPoll is how often the machine's addresses are looked at, so that a new one is announced.
const addressPoll = 2 * time.Second

// announcements is how often a room is announced on a network without being asked: at once and at the next look at the
// addresses (RFC 6762 §8.3: at least two, a second or more apart). Everyone else hears of it when they ask.
const announcements = 2

// Announcer keeps a room in the lists of those who browse, until it is closed.
type Announcer struct {
	log    *slog.Logger
	cancel context.CancelFunc
	done   chan struct{}
	said   chan struct{} // has a token when there is something new to say

	mu      sync.Mutex
	current Announcement

	// Of the running goroutine alone:
	responders map[int]*responder // by index of the interface
	ear        *ear               // hears questions that are broadcast; nil while it cannot
	failed     map[int]string     // by index, too: the last error, so that it is logged once
}

// Announce makes a room known on every network of this machine, those it joins later included; to be on none now is not
// an error. It ends with ctx or with [Announcer.Close]. The error wraps [ErrAnnouncement].
func Announce(ctx context.Context, a Announcement, log *slog.Logger) (*Announcer, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &Announcer{
		log:        log,
		cancel:     cancel,
		done:       make(chan struct{}),
		said:       make(chan struct{}, 1),
		current:    a,
		responders: map[int]*responder{},
		failed:     map[int]string{},
	}
	r.follow()
	go r.run(ctx)
	return r, nil
}

// Update changes what is said of the room: whoever browses sees it at their next question, two seconds later at
// most. The room, its host and its port stay what they were.
func (r *Announcer) Update(a Announcement) {
	r.mu.Lock()
	a.Room, a.Host, a.Port = r.current.Room, r.current.Host, r.current.Port
	r.current = a
	r.mu.Unlock()
	select {
	case r.said <- struct{}{}:
	default: // it will be said anyway
	}
}

// Close takes the room out of the lists, and returns when everyone has been told. It may be called more than once.
func (r *Announcer) Close() {
	r.cancel()
	<-r.done
}

func (r *Announcer) run(ctx context.Context) {
	defer close(r.done)
	poll := time.NewTicker(addressPoll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			r.leave()
			return
		case <-poll.C:
			r.follow()
		case <-r.said:
			r.repeat()
		}
	}
}

// follow makes the responders fit the interfaces and addresses that the machine has now.
func (r *Announcer) follow() {
	now, err := adapters()
	if err != nil {
		r.log.Warn("the room is not announced on new networks", "err", err)
		return
	}
	wanted := map[int]adapter{}
	for _, a := range now {
		wanted[a.iface.Index] = a
	}
	r.listen(now)
	for index, old := range r.responders {
		if a, ok := wanted[index]; !ok || !a.same(old.adapter) {
			r.note(old.adapter, old.stop())
			delete(r.responders, index)
			r.log.Info("announcing ends on a network that has changed", "interface", old.adapter.iface.Name)
		}
	}
	for index, a := range wanted {
		if r.responders[index] == nil {
			r.begin(a)
		}
		if p := r.responders[index]; p != nil && p.announced < announcements {
			r.note(a, p.announce())
		}
	}
}

// listen hears questions that come by broadcast, too. If that fails it is tried again at the next look.
func (r *Announcer) listen(near neighbourhood) {
	if r.ear != nil {
		r.ear.follow(near)
		return
	}
	e, err := newEar(near, r.announcement(), r.log)
	r.note(adapter{iface: net.Interface{Name: "every interface, by broadcast"}}, err)
	if err == nil {
		r.ear = e
	}
}

// begin answers on one more interface; if that fails, it is tried again at the next look.
func (r *Announcer) begin(a adapter) {
	p, err := newResponder(a, r.announcement())
	r.note(a, err)
	if err != nil {
		return
	}
	r.responders[a.iface.Index] = p
	r.log.Info("the room is announced", "interface", a.iface.Name, "addresses", a.prefixes)
}

// note logs an error of an interface, unless it is the one that was logged last.
func (r *Announcer) note(a adapter, err error) {
	if err == nil {
		delete(r.failed, a.iface.Index)
		return
	}
	if r.failed[a.iface.Index] != err.Error() {
		r.failed[a.iface.Index] = err.Error()
		r.log.Warn("the room is not properly announced on a network", "interface", a.iface.Name, "err", err)
	}
}

// repeat gives the responders what is to be said now.
func (r *Announcer) repeat() {
	said := r.announcement()
	if r.ear != nil {
		r.ear.say(said)
	}
	for _, p := range r.responders {
		r.note(p.adapter, p.say(said))
	}
}

// leave says goodbye everywhere. First nobody answers any more, so that no answer comes after the goodbye; and it is said
// twice, because a wireless network repeats no multicast that was lost.
func (r *Announcer) leave() {
	if r.ear != nil {
		r.ear.leave()
	}
	for _, p := range r.responders {
		r.note(p.adapter, p.stop())
	}
	for range 2 {
		for _, p := range r.responders {
			if err := p.goodbye(); err != nil {
				r.log.Debug("goodbye not said", "interface", p.adapter.iface.Name, "err", err)
			}
		}
	}
	clear(r.responders)
}

func (r *Announcer) announcement() Announcement {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}
