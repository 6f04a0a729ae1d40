package run

import (
	"bytes"
	"sync"
)

// The streams of a program.
const (
	stdout = iota
	stderr
	streams
)

var streamNames = [streams]string{"stdout", "stderr"}

// screen is what a run has shown of what its program printed. One attempt is in
// front, and what it prints is shown at once. Another may run behind it: what
// that prints is held back while it is what was shown already, stream by stream.
// When it has printed all of that, it comes to the front and goes on; when it
// prints anything else, it comes to the front and begins anew.
type screen struct {
	emit  func(Event)
	input *tape

	mu      sync.Mutex
	front   *attempt
	behind  *attempt
	over    bool // nothing more is shown
	kept    bool // all of shown is there
	claimed bool // the one in front was told to be wrong
	texts   [streams]text
	shown   [streams][]byte
	matched [streams]int    // how much of shown the one behind has printed too
	ahead   [streams][]byte // what it has printed after all of shown
}

// begin puts the first attempt in front.
func (c *screen) begin(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.front = a
	a.leads.Store(true)
}

// follow lets an attempt run behind the one in front; if nothing was shown yet,
// it comes to the front at once. It reports whether that is possible: everything
// shown and typed must be known, and if it varies from run to run, there must be
// nothing of it.
func (c *screen) follow(a *attempt, varies bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.canFollow(varies) {
		return false
	}
	c.behind = a
	c.advance()
	return true
}

// followable reports whether follow would be possible now.
func (c *screen) followable(varies bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.canFollow(varies)
}

func (c *screen) canFollow(varies bool) bool {
	if !c.kept || !c.input.whole() || c.over {
		return false
	}
	return !varies || len(c.shown[stdout])+len(c.shown[stderr]) == 0 && !c.input.begun()
}

// print takes what an attempt has printed.
func (c *screen) print(a *attempt, s int, b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.over || len(b) == 0:
	case a == c.front && c.behind == nil:
		c.show(s, b)
	case a == c.front:
		c.printFront(s, b)
	case a == c.behind:
		c.printBehind(s, b)
	}
}

func (c *screen) printFront(s int, b []byte) {
	n := min(len(b), len(c.ahead[s]))
	if !bytes.Equal(b[:n], c.ahead[s][:n]) {
		c.replace()
		return
	}
	c.matched[s] += n
	c.ahead[s] = c.ahead[s][n:]
	c.show(s, b)
}

func (c *screen) printBehind(s int, b []byte) {
	rest := c.shown[s][c.matched[s]:]
	n := min(len(b), len(rest))
	if !bytes.Equal(b[:n], rest[:n]) {
		c.ahead[s] = b
		c.replace()
		return
	}
	c.matched[s] += n
	c.ahead[s] = append(c.ahead[s], b[n:]...)
	c.advance()
}

// advance brings the one behind to the front if it has printed all that was shown.
func (c *screen) advance() {
	for s := range streams {
		if c.matched[s] < len(c.shown[s]) {
			return
		}
	}
	ahead := c.ahead
	c.succeed()
	for s, b := range ahead {
		c.show(s, b)
	}
}

// replace brings the one behind to the front although it does not print what was
// shown: what it has printed is shown from the beginning.
func (c *screen) replace() {
	var all [streams][]byte
	for s := range streams {
		all[s] = append(append(all[s], c.shown[s][:c.matched[s]]...), c.ahead[s]...)
	}
	c.succeed()
	c.claimed = true
	c.texts = [streams]text{}
	c.emit(Event{Kind: KindReplaced, Message: replacedMessage})
	for s, b := range all {
		c.show(s, b)
	}
}

// succeed puts the one behind in front and ends the other.
func (c *screen) succeed() {
	old := c.front
	c.front, c.behind = c.behind, nil
	c.forget()
	c.input.lead(c.front.input)
	c.front.leads.Store(true)
	old.leads.Store(false)
	old.cancel(errSucceeded)
}

// forget keeps nothing that was shown.
func (c *screen) forget() {
	c.kept = false
	c.shown, c.ahead, c.matched = [streams][]byte{}, [streams][]byte{}, [streams]int{}
}

// show shows what was printed.
func (c *screen) show(s int, b []byte) {
	if c.kept {
		c.shown[s] = append(c.shown[s], b...)
		if len(c.shown[s]) > maxKept {
			c.abandon()
		}
	}
	if t := c.texts[s].take(b); t != "" {
		c.emit(Event{Kind: KindOutput, Stream: streamNames[s], Data: t})
	}
}

// only lets no attempt come behind another.
func (c *screen) only() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandon()
}

// abandon ends the one behind; no other comes after it.
func (c *screen) abandon() {
	if c.behind != nil {
		c.behind.cancel(errDropped)
		c.behind = nil
	}
	c.forget()
	c.input.forget()
}

// conclude is called with the attempt that was to run behind when it has ended,
// and reports whether it counts: it is in front, or has ended as programs end and
// yet printed less than was shown, which it replaces. If it was ended behind, no
// other comes there.
func (c *screen) conclude(a *attempt, properly bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a == c.behind && properly {
		c.replace()
	}
	if a == c.behind {
		c.abandon()
	}
	return a == c.front
}

// settle is called with the attempt that began in front when it has ended: if it
// still is there, no other comes to the front any more. It reports whether it is.
func (c *screen) settle(a *attempt) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a == c.front {
		c.abandon()
	}
	return a == c.front
}

// replaced reports whether what was shown first has turned out to be void.
func (c *screen) replaced() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.claimed
}

// end shows what is left of the streams.
func (c *screen) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for s := range streams {
		if t := c.texts[s].end(); t != "" {
			c.emit(Event{Kind: KindOutput, Stream: streamNames[s], Data: t})
		}
	}
}
