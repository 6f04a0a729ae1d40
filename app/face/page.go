package face

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// page is one open tab of the browser face.
type page struct {
	face   *Browser
	socket *websocket.Conn
	out    *outbox[[]byte]
	ctx    context.Context // ends when the connection is to be cut
	cut    context.CancelFunc
	stops  sync.Once
	why    chan error // holds the first reason to stop
}

const (
	// maxCalls bounds how many calls of one page run at once; reading stops until one is answered.
	maxCalls = 64
	// writeWithin is how long one message may take to be taken by the page.
	writeWithin = 10 * time.Second
	// partWithin is how long a page has to answer a goodbye before the connection is cut.
	partWithin = 2 * time.Second
	// codeBehind closes the socket of a page that did not keep up; it comes back and pulls its state.
	codeBehind = websocket.StatusCode(4000)
	// quitCall is what the shim's runtime.Quit calls.
	quitCall = "runtime.Quit"
)

// Why a page's socket is closed from here.
var (
	errBehind  = errors.New("the page did not keep up")
	errLeaving = errors.New("ThirdSpace is closing")
	errMessage = errors.New("a message is not understood")
)

// serveSocket serves a page's WebSocket until either side closes it.
func (b *Browser) serveSocket(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "http://"+b.door.host { // a WebSocket of a browser always has one
		refuse(w, "This page is not reached from another site.")
		return
	}
	ctx, cut := context.WithCancel(context.Background())
	defer cut()
	p := &page{
		face: b, ctx: ctx, cut: cut, why: make(chan error, 1),
		out: newOutbox(func(m []byte) int { return len(m) }),
	}
	if !b.enter(p) {
		http.Error(w, "ThirdSpace is closing, or too many of its pages are open.", http.StatusServiceUnavailable)
		return
	}
	defer b.exit(p)
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true}) // Origin was checked above
	if err != nil {
		b.log.Debug("a page's socket was not opened", "error", err)
		return
	}
	socket.SetReadLimit(maxMessage)
	p.socket = socket
	p.serve()
}

func (b *Browser) enter(p *page) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.pages) >= maxPages {
		return false
	}
	b.pages[p] = struct{}{}
	b.wg.Add(1)
	return true
}

func (b *Browser) exit(p *page) {
	b.mu.Lock()
	delete(b.pages, p)
	b.mu.Unlock()
	b.wg.Done()
}

// send queues a message; a page whose queue is full is let go.
func (p *page) send(message []byte) {
	if !p.out.put(message) {
		p.stop(errBehind)
	}
}

// stop ends the page for a reason; only the first one counts. It does not wait.
func (p *page) stop(why error) {
	p.stops.Do(func() { p.why <- why })
}

// serve reads calls and writes answers and news until the socket closes. Calls that are still running then go on
// without anybody to answer to: a service must not be cut off in the middle of writing something down.
func (p *page) serve() {
	var both sync.WaitGroup
	both.Go(func() { p.stop(p.read()) })
	both.Go(p.write)
	p.part(<-p.why)
	both.Wait()
}

// part says goodbye to the page and closes its connection.
func (p *page) part(why error) {
	late := time.AfterFunc(partWithin, p.cut)
	defer late.Stop()
	switch {
	case errors.Is(why, errBehind):
		p.face.log.Warn("a page did not keep up and starts afresh")
		p.socket.Close(codeBehind, why.Error())
	case errors.Is(why, errLeaving):
		p.socket.Close(websocket.StatusGoingAway, why.Error())
	case errors.Is(why, errMessage):
		p.face.log.Warn("a page said something that is not understood", "error", why)
		p.socket.Close(websocket.StatusPolicyViolation, errMessage.Error())
	default:
		p.face.log.Debug("a page closed", "reason", why)
		p.socket.CloseNow()
	}
	p.cut()
}

func (p *page) read() error {
	slots := make(chan struct{}, maxCalls)
	for {
		kind, message, err := p.socket.Read(p.ctx)
		if err != nil {
			return err
		}
		if kind != websocket.MessageText {
			return fmt.Errorf("%w: it is not text", errMessage)
		}
		r, err := decodeRequest(message)
		if err != nil {
			return fmt.Errorf("%w: %w", errMessage, err)
		}
		select {
		case slots <- struct{}{}:
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
		go func() {
			defer func() { <-slots }()
			p.answer(r)
		}()
	}
}

func (p *page) answer(r request) {
	if r.Call == quitCall {
		p.send(encodeAnswer(r.ID, nil, nil))
		p.face.askQuit()
		return
	}
	result, err := p.face.methods.call(p.face.log, r.Call, r.Args)
	p.send(encodeAnswer(r.ID, result, err))
}

func (p *page) write() {
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-p.out.wake:
		}
		for message, ok := p.out.take(); ok; message, ok = p.out.take() {
			if err := p.writeOne(message); err != nil {
				p.stop(err)
				return
			}
		}
	}
}

func (p *page) writeOne(message []byte) error {
	within, cancel := context.WithTimeout(p.ctx, writeWithin)
	defer cancel()
	err := p.socket.Write(within, websocket.MessageText, message)
	if err != nil && p.ctx.Err() == nil && within.Err() != nil {
		return errBehind
	}
	return err
}
