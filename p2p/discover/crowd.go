package discover

import (
	"cmp"
	"net/netip"
	"sync"
	"time"
)

// Packets that are read in a second from one machine, and machines that are read from. A host answers each question once on
// each interface, so an honest one stays far below.
const (
	maxPacketsPerSecond = 500
	maxTalkers          = 4096
)

// crowd counts who sends how much, so that one machine that floods the network cannot take all the time there is for
// the others. The zero value is ready.
type crowd struct {
	most   int // packets a second from one machine; 0 is maxPacketsPerSecond
	mu     sync.Mutex
	since  time.Time
	counts map[netip.Addr]int
}

// admit tells whether a packet from the machine shall be read.
func (c *crowd) admit(source netip.Addr, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.since) >= time.Second || c.counts == nil {
		c.since, c.counts = now, make(map[netip.Addr]int)
	}
	if _, known := c.counts[source]; !known && len(c.counts) >= maxTalkers {
		return false
	}
	c.counts[source]++
	return c.counts[source] <= cmp.Or(c.most, maxPacketsPerSecond)
}
