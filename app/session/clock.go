package session

import (
	"sync/atomic"
	"time"
)

// clock is the room's clock. Clocks in a lab are wrong, each in its own way; what is said in a room is dated by the
// host's, which every beat carries. A student who is apart goes on with the difference last heard.
type clock struct {
	offset atomic.Int64 // ms to add to this machine's clock
}

// heard takes the host's time from a beat. What the wire adds is a few milliseconds, less than matters here.
func (c *clock) heard(now int64) { c.offset.Store(now - time.Now().UnixMilli()) }

// now is the room's time in Unix ms.
func (c *clock) now() int64 { return time.Now().UnixMilli() + c.offset.Load() }
