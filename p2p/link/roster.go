package link

import (
	"slices"
	"sync"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
)

// member is an admitted machine. Admission is of a connection, not of a device: a new connection asks again.
type member struct {
	conn string // id of the connection
	cert identity.Certificate
	// settled is false between the moment when a student has seen who the host is and the one when the host has said
	// yes: the student already takes what the host opens, and opens nothing itself.
	settled bool
}

// roster is who is in, and on which connection. On the host it holds everyone present, on a student the host.
type roster struct {
	mu      sync.Mutex
	members map[peer.ID]member
	changed chan struct{} // closed and replaced at each change
}

func newRoster() *roster {
	return &roster{members: map[peer.ID]member{}, changed: make(chan struct{})}
}

// admit enters a connection and tells whether it is still open. It replaces another connection of the same device.
func (r *roster) admit(c network.Conn, cert identity.Certificate, settled bool) bool {
	r.mu.Lock()
	r.members[c.RemotePeer()] = member{conn: c.ID(), cert: cert, settled: settled}
	r.announce()
	r.mu.Unlock()
	if c.IsClosed() { // it may have closed before it was entered: then nobody would take it out again
		r.drop(c)
		return false
	}
	return true
}

// drop takes a connection out. It tells whether a settled member is gone by that.
func (r *roster) drop(c network.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.announce()
	m, ok := r.members[c.RemotePeer()]
	if !ok || m.conn != c.ID() {
		return false
	}
	delete(r.members, c.RemotePeer())
	return m.settled
}

// recertify gives a member that is here another certificate.
func (r *roster) recertify(cert identity.Certificate) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m, ok := r.members[cert.Peer]; ok {
		m.cert = cert
		r.members[cert.Peer] = m
	}
}

// touch wakes everyone who waits for a change, for changes that are not in the roster itself.
func (r *roster) touch() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.announce()
}

func (r *roster) announce() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// hears tells whether streams that come in on c are to be served.
func (r *roster) hears(c network.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.members[c.RemotePeer()]
	return ok && m.conn == c.ID()
}

// knows tells whether p has a connection in the roster, settled or not.
func (r *roster) knows(p peer.ID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.members[p]
	return ok
}

// settled returns the member p, and a channel that is closed at the next change of the roster.
func (r *roster) settled(p peer.ID) (member, bool, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.members[p]
	return m, ok && m.settled, r.changed
}

// member returns the settled member p.
func (r *roster) member(p peer.ID) (member, bool) {
	m, ok, _ := r.settled(p)
	return m, ok
}

// present lists the settled members, sorted.
func (r *roster) present() []peer.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := make([]peer.ID, 0, len(r.members))
	for p, m := range r.members {
		if m.settled {
			ids = append(ids, p)
		}
	}
	slices.Sort(ids)
	return ids
}
