//go:build window

package windowtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// inspector talks to the inspector of a WebKitGTK page: an outer protocol that tells of targets, and the page's own
// protocol inside its messages. One call at a time.
type inspector struct {
	conn   *websocket.Conn
	target string
	lastID int
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	Params struct {
		TargetInfo struct {
			TargetID string `json:"targetId"`
			Type     string `json:"type"`
		} `json:"targetInfo"`
		Message string `json:"message"`
	} `json:"params"`
}

// inspect connects to the program's page.
func (p *program) inspect() *inspector {
	p.t.Helper()
	var i *inspector
	var err error
	waitFor(p.t, "the inspector", func() bool {
		select {
		case <-p.done:
			p.t.Fatalf("the program ended: %v", p.err)
		default:
		}
		i, err = connect(p.port)
		return err == nil
	})
	p.t.Cleanup(func() { i.conn.CloseNow() })
	return i
}

func connect(port int) (*inspector, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	address, err := pageSocket(ctx, port)
	if err != nil {
		return nil, err
	}
	conn, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1)
	i := &inspector{conn: conn}
	for {
		m, err := i.read(ctx)
		if err != nil {
			conn.CloseNow()
			return nil, err
		}
		if m.Method == "Target.targetCreated" && m.Params.TargetInfo.Type == "page" {
			i.target = m.Params.TargetInfo.TargetID
			return i, nil
		}
	}
}

// pageSocket finds the page's socket in the list that the inspector serves: its number grows with every web process.
func pageSocket(ctx context.Context, port int) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n", port)
	var page bytes.Buffer
	_, _ = page.ReadFrom(conn) // the server does not always close; what came by the deadline counts
	_, rest, found := strings.Cut(page.String(), "/socket/")
	if !found {
		return "", errors.New("the inspector lists no page")
	}
	end := strings.IndexAny(rest, "'\"&)")
	if end < 0 {
		return "", errors.New("the inspector's list is not understood")
	}
	return fmt.Sprintf("ws://127.0.0.1:%d/socket/%s", port, rest[:end]), nil
}

func (i *inspector) read(ctx context.Context) (message, error) {
	_, b, err := i.conn.Read(ctx)
	if err != nil {
		return message{}, err
	}
	var m message
	return m, json.Unmarshal(b, &m)
}

// do calls a method of the page's own protocol.
func (i *inspector) do(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	i.lastID++
	inner, err := json.Marshal(map[string]any{"id": i.lastID, "method": method, "params": params})
	if err != nil {
		return err
	}
	outer, err := json.Marshal(map[string]any{"id": i.lastID, "method": "Target.sendMessageToTarget",
		"params": map[string]any{"targetId": i.target, "message": string(inner)}})
	if err != nil {
		return err
	}
	if err := i.conn.Write(ctx, websocket.MessageText, outer); err != nil {
		return err
	}
	for {
		m, err := i.read(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		if m.Method != "Target.dispatchMessageFromTarget" {
			continue
		}
		var answer message
		if err := json.Unmarshal([]byte(m.Params.Message), &answer); err != nil {
			return err
		}
		if answer.ID != i.lastID {
			continue
		}
		if answer.Error != nil {
			return fmt.Errorf("%s: %s", method, answer.Error)
		}
		return json.Unmarshal(answer.Result, result)
	}
}

type remote struct {
	Result struct {
		ObjectID string          `json:"objectId"`
		Value    json.RawMessage `json:"value"`
		Text     string          `json:"description"`
	} `json:"result"`
	Thrown bool `json:"wasThrown"`
}

// eval evaluates an expression in the page, waits for its promise, and stores its value, which must be JSON.
func (i *inspector) eval(expression string, value any) error {
	wrapped := "(async () => JSON.stringify((await (" + expression + ")) ?? null))()"
	var r remote
	if err := i.do("Runtime.evaluate", map[string]any{"expression": wrapped}, &r); err != nil {
		return err
	}
	if r.Result.ObjectID == "" {
		return fmt.Errorf("evaluating %s: %s", expression, r.Result.Text)
	}
	id := r.Result.ObjectID
	r = remote{}
	if err := i.do("Runtime.awaitPromise", map[string]any{"promiseObjectId": id, "returnByValue": true}, &r); err != nil {
		return err
	}
	if r.Thrown {
		return fmt.Errorf("evaluating %s: thrown %s %s", expression, r.Result.Text, r.Result.Value)
	}
	var text string
	if err := json.Unmarshal(r.Result.Value, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), value)
}

// text is eval for a string; it fails the test on an error.
func (i *inspector) text(t *testing.T, expression string) string {
	t.Helper()
	var s string
	if err := i.eval(expression, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// waitUntil waits for an expression to become true. What fails meanwhile (a page that is loading) is tried again.
func (i *inspector) waitUntil(t *testing.T, expression string) {
	t.Helper()
	var last error
	defer func() {
		if t.Failed() {
			var shown string
			err := i.eval(`document.body.innerText + [...document.querySelectorAll("details")].map((d) => d.textContent).join()`, &shown)
			t.Logf("last: %v; the page shows (%v):\n%s", last, err, shown)
		}
	}()
	waitFor(t, expression, func() bool {
		var ok bool
		last = i.eval(expression, &ok)
		return last == nil && ok
	})
}

// picture saves what the page shows, as the page draws it.
func (i *inspector) picture(t *testing.T, name string) {
	t.Helper()
	var size struct{ W, H int }
	if err := i.eval("({W: innerWidth, H: innerHeight})", &size); err != nil {
		t.Fatal(err)
	}
	var r struct {
		DataURL string `json:"dataURL"`
	}
	if err := i.do("Page.snapshotRect", map[string]any{
		"x": 0, "y": 0, "width": size.W, "height": size.H, "coordinateSystem": "Viewport",
	}, &r); err != nil {
		t.Fatal(err)
	}
	_, data, _ := strings.Cut(r.DataURL, ",")
	png, err := base64.StdEncoding.DecodeString(data)
	if err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Fatalf("the picture is none: %v", err)
	}
	if err := os.WriteFile(filepath.Join(artifacts(t), name), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
