//go:build window

package windowtest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// chromium is a tab of a headless Chromium, driven through the DevTools protocol. One call at a time.
type chromium struct {
	t       *testing.T
	conn    *websocket.Conn
	session string
	lastID  int
}

// browse starts a Chromium with a profile of its own.
func browse(t *testing.T) *chromium {
	t.Helper()
	cmd := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-dev-shm-usage", "--remote-debugging-port=0", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("Chromium is needed: %v (make setup)", err)
	}
	drained := make(chan struct{})
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // with its children: they write to the profile
		<-drained
		_ = cmd.Wait()
	})
	found := make(chan string, 1)
	go func() {
		defer close(drained)
		for s := bufio.NewScanner(errs); s.Scan(); {
			if _, address, ok := strings.Cut(s.Text(), "DevTools listening on "); ok {
				found <- address
			}
		}
		_, _ = io.Copy(io.Discard, errs)
	}()
	select {
	case address := <-found:
		return attach(t, address)
	case <-time.After(patience):
		t.Fatal("Chromium did not start")
		return nil
	}
}

func attach(t *testing.T, address string) *chromium {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { conn.CloseNow() })
	c := &chromium{t: t, conn: conn}
	var target struct{ TargetID string }
	c.must("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	c.must("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	c.session = session.SessionID
	return c
}

func (c *chromium) do(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.lastID++
	call := map[string]any{"id": c.lastID, "method": method, "params": params}
	if c.session != "" {
		call["sessionId"] = c.session
	}
	b, err := json.Marshal(call)
	if err != nil {
		return err
	}
	if err := c.conn.Write(ctx, websocket.MessageText, b); err != nil {
		return err
	}
	for {
		_, b, err := c.conn.Read(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			return err
		}
		if m.ID != c.lastID {
			continue
		}
		if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error)
		}
		return json.Unmarshal(m.Result, result)
	}
}

func (c *chromium) must(method string, params, result any) {
	c.t.Helper()
	if err := c.do(method, params, result); err != nil {
		c.t.Fatal(err)
	}
}

// eval evaluates an expression in the page, waiting for its promise.
func (c *chromium) eval(expression string, value any) error {
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	if err := c.do("Runtime.evaluate", map[string]any{
		"expression": expression, "awaitPromise": true, "returnByValue": true,
	}, &r); err != nil {
		return err
	}
	if r.ExceptionDetails != nil {
		return fmt.Errorf("evaluating %s: %s", expression, r.ExceptionDetails)
	}
	if r.Result.Value == nil {
		return nil
	}
	return json.Unmarshal(r.Result.Value, value)
}

func (c *chromium) text(expression string) string {
	c.t.Helper()
	var s string
	if err := c.eval(expression, &s); err != nil {
		c.t.Fatal(err)
	}
	return s
}

func (c *chromium) waitUntil(expression string) {
	c.t.Helper()
	waitFor(c.t, expression, func() bool {
		var ok bool
		return c.eval(expression, &ok) == nil && ok
	})
}

// served starts the demo in its browser face and returns the link that it printed.
func served(t *testing.T, demo string, args ...string) (*program, string) {
	t.Helper()
	p := launch(t, "", demo, append([]string{"-browser"}, args...)...)
	waitFor(t, "the link", func() bool { return strings.Contains(p.out.String(), "/open?token=") })
	link, _, _ := strings.Cut(p.out.String()[strings.Index(p.out.String(), "http://"):], "\n")
	return p, link
}

// TestBrowser drives the browser face's page, and so the shim, in a real browser.
func TestBrowser(t *testing.T) {
	demo := buildDemo(t)
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	p, link := served(t, demo, "-address", address, "-session", "kept-over-a-restart")
	c := browse(t)
	c.must("Page.navigate", map[string]any{"url": link}, new(any))
	c.waitUntil(ready)
	if got := c.text(`location.pathname + location.search`); got != "/" {
		t.Errorf("the token stays in the address: %s", got)
	}
	for expression, want := range map[string]string{
		`window.go.main.Service.Fail().catch((e) => (e instanceof Error) + " " + e.message)`: `true no "luck"`,
		`window.go.main.Service.Hello().catch((e) => "refused: " + e.message)`:               "refused: calling main.Service.Hello: 0 arguments given, 1 wanted",
		`window.go.main.Service.Hello("x".repeat(9000000)).catch((e) => e.message)`:          "main.Service.Hello: what is to be sent is too large.",
		`window.runtime.Environment().then((e) => e.platform)`:                               "linux",
		`document.cookie`: "",
		`(() => { let n = 0; const off = window.runtime.EventsOn("a", (x) => (n += x)); window.runtime.EventsOnMultiple("a", () => n++, 2);
			for (let i = 0; i < 3; i++) window.runtime.EventsEmit("a", 10); off(); window.runtime.EventsEmit("a", 10);
			window.runtime.EventsOn("b", () => n++); window.runtime.EventsOff("b"); window.runtime.EventsEmit("b"); return String(n); })()`: "32",
		`fetch("http://192.0.2.1/").then(() => "reached", () => "blocked")`: "blocked",
		`fetch("/wails/runtime.js").then((r) => String(r.status))`:          "200",
		`[...Object.keys(window.go.main.Service)].sort().join()`:            "Fail,Flood,Hello",
		`window.go.main.Service.Flood(500, 10).then(() => new Promise((done) => { const look = () => window.last === 500 ? done("all " + window.heard) : setTimeout(look, 10); look(); }))`: "all 500",
	} {
		if got := c.text(expression); got != want {
			t.Errorf("%s\n got %q\nwant %q", expression, got, want)
		}
	}

	// The program is killed while a call is on its way, and started again: the page comes back by itself.
	if err := c.eval(`void (window.lost = 0, window.runtime.EventsOn("face:lost", () => window.lost++), window.pulled = 0)`, new(any)); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.done
	c.waitUntil(`window.lost === 1`)
	if err := c.eval(`void (window.later = window.go.main.Service.Hello("later"))`, new(any)); err != nil {
		t.Fatal(err)
	}
	served(t, demo, "-address", address, "-session", "kept-over-a-restart")
	c.waitUntil(`window.pulled === 1`)
	if got := c.text(`window.later`); got != "hello later" {
		t.Errorf("a call made meanwhile: %q", got)
	}

	// A page that cannot keep up with a flood pulls its state and goes on.
	if err := c.eval(`void window.go.main.Service.Flood(100000, 2000).catch(() => {})`, new(any)); err != nil {
		t.Fatal(err)
	}
	c.waitUntil(`window.last === 100000 || window.pulled > 1`)
	c.waitUntil(`window.go.main.Service.Hello("still").then((s) => s === "hello still", () => false)`)
}
