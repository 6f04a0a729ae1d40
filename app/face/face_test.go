package face

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// Greeter is the service that these tests bind.
type Greeter struct {
	hold    chan struct{} // Wait answers when it is closed
	entered chan struct{} // gets a token for each Wait
	left    sync.WaitGroup
}

// Card is a value with a structure.
type Card struct {
	Name string `json:"name"`
	Many []int  `json:"many"`
}

func newGreeter() *Greeter {
	return &Greeter{hold: make(chan struct{}), entered: make(chan struct{}, 1000)}
}

func (g *Greeter) Hello(name string) string { return "hello " + name }
func (g *Greeter) Double(c Card, times int) (Card, error) {
	c.Many = append(c.Many, times)
	return c, nil
}
func (g *Greeter) Fail() error                { return errors.New(`{"code":"wrong-code"}`) }
func (g *Greeter) FailValue() (string, error) { return "not seen", errors.New("no value") }
func (g *Greeter) Nothing()                   {}
func (g *Greeter) Fine() error                { return nil }
func (g *Greeter) Panic()                     { panic("oh") }
func (g *Greeter) Unencodable() func()        { return func() {} }
func (g *Greeter) None() []string             { return nil }
func (g *Greeter) Wait() string {
	g.left.Add(1)
	defer g.left.Done()
	g.entered <- struct{}{}
	<-g.hold
	return "waited"
}

var testAssets = fstest.MapFS{
	"index.html":    {Data: []byte("<!doctype html><html><head lang=en><script src=/app.js></script></head></html>")},
	"assets/app.js": {Data: []byte("console.log(1)")},
}

// served is a running browser face and a visitor's browser.
type served struct {
	*Browser
	t       *testing.T
	client  *http.Client
	logged  *syncBuffer
	stop    context.CancelFunc
	ended   chan error
	greeter *Greeter
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func serve(t *testing.T, change ...func(*BrowserConfig)) *served {
	t.Helper()
	s := &served{t: t, logged: &syncBuffer{}, ended: make(chan error, 1), greeter: newGreeter()}
	config := BrowserConfig{Page: Page{
		Services: []any{s.greeter}, Assets: testAssets,
		Log: slog.New(slog.NewTextHandler(s.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}}
	for _, c := range change {
		c(&config)
	}
	b, err := NewBrowser(config)
	if err != nil {
		t.Fatal(err)
	}
	s.Browser = b
	jar, _ := cookiejar.New(nil)
	s.client = &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() { s.ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-s.ended; err != nil {
			t.Errorf("Run: %v", err)
		}
		close(s.greeter.hold)
		s.greeter.left.Wait()
	})
	return s
}

// get fetches a path with the visitor's cookies and gives status and body.
func (s *served) get(path string, change ...func(*http.Request)) (int, string, http.Header) {
	s.t.Helper()
	url := path
	if strings.HasPrefix(path, "/") {
		url = "http://" + s.Address() + path
	}
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range change {
		c(r)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

// letIn follows the printed link.
func (s *served) letIn() {
	s.t.Helper()
	if status, body, _ := s.get(s.URL()); status != http.StatusOK {
		s.t.Fatalf("the link was refused: %d %s", status, body)
	}
}

// tab is the page's end of a WebSocket.
type tab struct {
	t *testing.T
	*websocket.Conn
}

// dial opens a socket; the error is returned for tests of refusal.
func (s *served) dial(change ...func(http.Header)) (*tab, int, error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	h := http.Header{"Origin": {"http://" + s.Address()}}
	for _, c := range change {
		c(h)
	}
	conn, resp, err := websocket.Dial(ctx, "ws://"+s.Address()+"/wails/socket",
		&websocket.DialOptions{HTTPClient: s.client, HTTPHeader: h})
	status := 0
	if resp != nil {
		status = resp.StatusCode
	}
	if err != nil {
		return nil, status, err
	}
	conn.SetReadLimit(-1)
	s.t.Cleanup(func() { conn.CloseNow() })
	return &tab{s.t, conn}, status, nil
}

// open lets a visitor in and opens the socket.
func (s *served) open() *tab {
	s.t.Helper()
	s.letIn()
	p, _, err := s.dial()
	if err != nil {
		s.t.Fatal(err)
	}
	// An answered call shows that the face counts the page as open.
	if got := p.call(1, "face.Greeter.Fine"); string(got.Result) != "null" {
		s.t.Fatalf("first call: %+v", got)
	}
	return p
}

// received is any message from the face.
type received struct {
	ID     int64             `json:"id"`
	Result json.RawMessage   `json:"result"`
	Error  *string           `json:"error"`
	Event  string            `json:"event"`
	Data   []json.RawMessage `json:"data"`
}

func (p *tab) say(text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *tab) hear() (received, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, b, err := p.Read(ctx)
	if err != nil {
		return received{}, err
	}
	var m received
	return m, json.Unmarshal(b, &m)
}

func (p *tab) call(id int64, name string, args ...any) received {
	p.t.Helper()
	if args == nil {
		args = []any{}
	}
	b, err := json.Marshal(map[string]any{"id": id, "call": name, "args": args})
	if err != nil {
		p.t.Fatal(err)
	}
	p.say(string(b))
	m, err := p.hear()
	if err != nil {
		p.t.Fatal(err)
	}
	if m.ID != id {
		p.t.Fatalf("an answer to call %d came for call %d", m.ID, id)
	}
	return m
}

// waitFor polls until ok is true.
func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(5 * time.Millisecond) // between two looks at the condition
	}
}
