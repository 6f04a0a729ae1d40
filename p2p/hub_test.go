package p2p_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/coder/websocket"

	"thirdspace/p2p/doc"
	"thirdspace/p2p/wire"
)

// hub is the baseline: what a classroom in the browser would have, a server that brings every message to every client
// over a WebSocket, in the clear, with nothing signed, checked, kept or applied.
type hub struct {
	server *httptest.Server
	stop   context.CancelFunc
	tasks  sync.WaitGroup
	typed  uint64

	mu      sync.Mutex
	clients map[chan []byte]bool
}

func openHub() *hub {
	h := &hub{clients: make(map[chan []byte]bool)}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.tasks.Add(1)
		defer h.tasks.Done()
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			log.Error("accepting a WebSocket", "error", err)
			return
		}
		defer conn.CloseNow()
		h.serve(conn.CloseRead(ctx), conn)
	}))
	return h
}

func (h *hub) serve(ctx context.Context, conn *websocket.Conn) {
	queue := make(chan []byte, 1024)
	h.mu.Lock()
	h.clients[queue] = true
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.clients, queue)
		h.mu.Unlock()
	}()
	for {
		select {
		case message := <-queue:
			if err := conn.Write(ctx, websocket.MessageBinary, message); err != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (h *hub) close() {
	h.stop()
	h.tasks.Wait()
	h.server.Close()
}

func (h *hub) present() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

// say sends the same message that the board sends.
func (h *hub) say(m wire.BoardMessage) error {
	m.ID, m.Epoch, m.From = boardID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", h.typed
	raw, err := wire.Marshal(m)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for queue := range h.clients {
		select {
		case queue <- raw:
		default: // a client that does not read loses messages
		}
	}
	return nil
}

func (h *hub) key(change json.RawMessage) error {
	update := wire.DocUpdate{Client: "page", Changes: change, Author: "a teacher, named by 52 characters as a peer id is...", Time: time.Now().UnixMilli()}
	err := h.say(wire.BoardMessage{Updates: []wire.DocUpdate{update}})
	h.typed++
	return err
}

func (h *hub) caret(at int) error {
	return h.say(wire.BoardMessage{Caret: &wire.DocCaret{Anchor: uint64(at), Head: uint64(at)}})
}

// hubClient is one client of the hub, who tells of each keystroke.
func hubClient(ctx context.Context, url string, seen func(from, n int)) (run func() error, err error) {
	conn, response, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	if response.Body != nil {
		response.Body.Close()
	}
	conn.SetReadLimit(wire.MaxPubsub)
	return func() error {
		defer conn.CloseNow()
		for {
			_, raw, err := conn.Read(ctx)
			if err != nil {
				return err
			}
			var m wire.BoardMessage
			if err := wire.Unmarshal(raw, &m); err != nil {
				return err
			}
			seen(int(m.From), len(m.Updates))
		}
	}, nil
}

// key and caret of the teacher are the other paper: the board itself.
func (t *teacher) key(change json.RawMessage) error {
	v := t.text.Version()
	return t.text.Push(v.Epoch, v.Version, []doc.Update{{ClientID: "page", Changes: change, Author: t.link.Self().String()}})
}

func (t *teacher) caret(at int) error {
	t.text.SetCaret(doc.Caret{Anchor: at, Head: at})
	return nil
}
