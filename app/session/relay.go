package session

import (
	"context"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/identity"
)

// A co-teacher sees the wall: the host passes on what it follows of the students' code.

// relay serves a co-teacher, for as long as they are one.
func (d *documents) relay(ctx context.Context, to peer.ID, s network.Stream) {
	may := func() bool {
		m, ok := d.s.member(to)
		return ok && m.Role == identity.RoleCoTeacher && !m.Removed && !m.Claimed
	}
	wants := func(owner peer.ID) bool {
		m, ok := d.s.member(owner)
		return ok && m.Role == identity.RoleStudent && owner != to
	}
	if err := d.receiver.Relay(ctx, s, may, wants); err != nil && ctx.Err() == nil {
		d.s.log.Debug("students' code is no longer passed on", "to", to.String(), "reason", err)
	}
}

// roleChanged follows the students' code, or ceases to.
func (d *documents) roleChanged(role identity.Role) {
	d.mu.Lock()
	follower := d.follower
	switch {
	case d.closed, role.Teaches() == (follower != nil):
		d.mu.Unlock()
		return
	case follower != nil:
		d.follower = nil
		d.mu.Unlock()
		d.s.background.Go(follower.Close)
		return
	}
	defer d.mu.Unlock()
	var err error
	if d.follower, err = doc.FollowRelay(doc.RelayConfig{Store: d.store, Net: d.s.link, Log: d.s.log}); err != nil {
		d.s.log.Error("following students' code", "error", err)
		return
	}
	d.follower.Up()
}
