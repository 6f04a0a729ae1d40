package link

import (
	"sync"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
)

// lobby holds the connections that have not been admitted, so that there are never too many and none stays for long.
type lobby struct {
	mu    sync.Mutex
	conns map[string]*visitor
}

type visitor struct {
	conn  network.Conn
	since time.Time
	busy  bool // it speaks the join protocol just now
	waits bool // for a person's word: the gate bounds how many do, so it is not put out for taking long
}

func newLobby() *lobby { return &lobby{conns: map[string]*visitor{}} }

// enter takes a connection in. It returns the one that has to go because there are too many: the oldest, for an honest
// machine is through in a moment, and one that waits for a person only if all do.
func (l *lobby) enter(c network.Conn, now time.Time) (evicted network.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.conns) >= maxWaiting {
		var oldest *visitor
		for _, v := range l.conns {
			if oldest == nil || oldest.waits && !v.waits || oldest.waits == v.waits && v.since.Before(oldest.since) {
				oldest = v
			}
		}
		evicted = oldest.conn
		delete(l.conns, evicted.ID())
	}
	l.conns[c.ID()] = &visitor{conn: c, since: now}
	return evicted
}

// leave takes a connection out, because it has closed or has been admitted.
func (l *lobby) leave(c network.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c.ID())
}

// begin tells whether c may start to join: it is here and does not do so already.
func (l *lobby) begin(c network.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.conns[c.ID()]
	if v == nil || v.busy {
		return false
	}
	v.busy = true
	return true
}

// end says that c has finished joining, in whatever way.
func (l *lobby) end(c network.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v := l.conns[c.ID()]; v != nil {
		v.busy, v.waits = false, false
	}
}

// wait says that c has asked a person, and may stay until it is answered.
func (l *lobby) wait(c network.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v := l.conns[c.ID()]; v != nil {
		v.waits = true
	}
}

// overdue lists the connections that have been here since before t.
func (l *lobby) overdue(t time.Time) []network.Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	var late []network.Conn
	for _, v := range l.conns {
		if v.since.Before(t) && !v.waits {
			late = append(late, v.conn)
		}
	}
	return late
}
