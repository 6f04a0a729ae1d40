package link

import (
	"context"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"thirdspace/p2p/wire"
)

// Someone waits for a person's word: the stream of admission stays open, and the host says again and again how it stands.

// waiter makes the function by which the gate tells conn's machine that it waits. With the first call the time for
// joining no longer runs, and cancel is called when the machine has gone.
func (h *hosting) waiter(t *talk, conn network.Conn, limit *time.Timer, cancel context.CancelFunc) func(place int) error {
	begun := false
	return func(place int) error {
		if !begun {
			begun = true
			limit.Stop()
			h.lobby.wait(conn)
			t.s.SetReadDeadline(time.Time{})
			h.spawn(func() {
				t.r.ReadByte() // nothing is to be said now, so whatever comes is the end
				cancel()
			})
		}
		t.s.SetWriteDeadline(time.Now().Add(waitSilence))
		return t.sendAnswer(wire.JoinAnswer{Next: wire.JoinNextWait, Place: uint32(max(place, 1))})
	}
}

// awaitWord hears a host out that lets a person decide, and gives what comes in the end. The time for joining, limit, is
// stopped by the first word of it.
func (g *guest) awaitWord(t *talk, answer wire.JoinAnswer, limit *time.Timer) (wire.JoinAnswer, error) {
	for answer.Next == wire.JoinNextWait {
		limit.Stop()
		g.waited = true
		g.setWaiting(int(answer.Place))
		t.s.SetReadDeadline(time.Now().Add(waitSilence))
		var err error
		if answer, err = t.readAnswer(); err != nil {
			return answer, err
		}
	}
	return answer, nil
}
