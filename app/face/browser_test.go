package face

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/coder/websocket"
)

func TestPageIsServedWithTheRuntimeAndItsHeaders(t *testing.T) {
	s := serve(t)
	s.letIn()
	status, body, header := s.get("/")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	if i, j := strings.Index(body, runtimePath), strings.Index(body, "/app.js"); i < 0 || i > j {
		t.Errorf("the runtime does not come before the page's script: %s", body)
	}
	csp := header.Get("Content-Security-Policy")
	for _, part := range []string{"script-src 'self';", "frame-ancestors 'none'", "connect-src 'self' ws://" + s.Address() + ";"} {
		if !strings.Contains(csp, part) {
			t.Errorf("CSP lacks %q: %s", part, csp)
		}
	}
	for key, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if header.Get(key) != want {
			t.Errorf("%s: %q", key, header.Get(key))
		}
	}
	if _, body, header := s.get("/assets/app.js"); body != "console.log(1)" || !strings.Contains(header.Get("Content-Type"), "javascript") {
		t.Errorf("%q %v", body, header)
	}
	if _, body, _ := s.get("/wails/runtime.js"); !strings.Contains(body, `"face.Greeter.Hello"`) {
		t.Error("the runtime does not know the methods")
	}
	if status, _, _ := s.get("/missing.js"); status != http.StatusNotFound {
		t.Errorf("missing file: %d", status)
	}
	if status, body, _ := s.get("/assets/../../../etc/passwd"); status == http.StatusOK && strings.Contains(body, "root:") {
		t.Error("a file outside the assets was served")
	}
	if status, _, _ := s.get("/", func(r *http.Request) { r.Method = http.MethodPost }); status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", status)
	}
}

func TestRuntimeTagsAreAddedOnce(t *testing.T) {
	for in, want := range map[string]string{
		"<html><HEAD><title>x": `<html><HEAD><script src="/wails/runtime.js"></script><title>x`,
		"no head":              `<script src="/wails/runtime.js"></script>no head`,
		`<head><script src="/wails/runtime.js"></sc`: `<head><script src="/wails/runtime.js"></sc`,
	} {
		if got := string(withRuntime([]byte(in))); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestCallsAreAnswered(t *testing.T) {
	s := serve(t)
	p := s.open()
	for _, c := range []struct {
		name   string
		args   []any
		result string
		error  string
	}{
		{"face.Greeter.Hello", []any{"Ada"}, `"hello Ada"`, ""},
		{"face.Greeter.Double", []any{Card{"x", []int{1}}, 2}, `{"name":"x","many":[1,2]}`, ""},
		{"face.Greeter.Nothing", nil, "null", ""},
		{"face.Greeter.None", nil, "null", ""},
		{"face.Greeter.Fine", nil, "null", ""},
		{"face.Greeter.Fail", nil, "", `{"code":"wrong-code"}`},
		{"face.Greeter.FailValue", nil, "", "no value"},
		{"face.Greeter.Panic", nil, "", "face.Greeter.Panic failed inside: oh"},
		{"face.Greeter.Unencodable", nil, "", "encoding the answer"},
		{"face.Greeter.Missing", nil, "", "there is no method"},
		{"face.Greeter.Hello", nil, "", "0 arguments given, 1 wanted"},
		{"face.Greeter.Hello", []any{1, 2}, "", "2 arguments given, 1 wanted"},
		{"face.Greeter.Hello", []any{7}, "", "argument 1"},
		{"__proto__.x.y", nil, "", "there is no method"},
	} {
		got := p.call(9, c.name, c.args...)
		switch {
		case c.error == "" && (got.Error != nil || string(got.Result) != c.result):
			t.Errorf("%s%v: %s, error %v", c.name, c.args, got.Result, got.Error)
		case c.error != "" && (got.Error == nil || !strings.Contains(*got.Error, c.error)):
			t.Errorf("%s%v: %s, error %v, wanted %q", c.name, c.args, got.Result, got.Error, c.error)
		}
	}
	if !strings.Contains(s.logged.String(), "a service panicked") {
		t.Error("the panic was not logged")
	}
}

func TestEventsReachEveryPageInOrder(t *testing.T) {
	s := serve(t)
	pages := []*tab{s.open(), s.open()}
	numbers := []int{1, 2}
	s.Emit("a", numbers, "x")
	numbers[0] = 99 // the emitter may go on with what it gave
	s.Emit("bad", make(chan int))
	s.Emit("b")
	for _, p := range pages {
		a, err := p.hear()
		if err != nil || a.Event != "a" || string(a.Data[0]) != "[1,2]" || string(a.Data[1]) != `"x"` {
			t.Errorf("%+v %v", a, err)
		}
		if b, err := p.hear(); err != nil || b.Event != "b" || len(b.Data) != 0 {
			t.Errorf("%+v %v", b, err)
		}
	}
	if !strings.Contains(s.logged.String(), "encoding the event bad") {
		t.Error("an event that cannot be encoded was not logged")
	}
}

func TestSlowCallsDoNotHoldUpOthers(t *testing.T) {
	s := serve(t)
	p := s.open()
	p.say(`{"id":5,"call":"face.Greeter.Wait","args":[]}`)
	<-s.greeter.entered
	if got := p.call(6, "face.Greeter.Hello", "you"); string(got.Result) != `"hello you"` {
		t.Errorf("%+v", got)
	}
}

func TestOnePageCannotStartCallsWithoutEnd(t *testing.T) {
	s := serve(t)
	p := s.open()
	for range maxCalls + 10 {
		p.say(`{"id":5,"call":"face.Greeter.Wait","args":[]}`)
	}
	for range maxCalls {
		<-s.greeter.entered
	}
	other := s.open() // another page is served meanwhile
	if got := other.call(3, "face.Greeter.Hello", "x"); got.Error != nil {
		t.Error(*got.Error)
	}
	if n := len(s.greeter.entered); n != 0 {
		t.Errorf("%d calls over the limit run", n)
	}
}

func TestSlowPageIsLetGoAndTheEmitterNeverWaits(t *testing.T) {
	s := serve(t)
	slow, quick := s.open(), s.open()
	big := strings.Repeat("x", 1<<20)
	heard := make(chan error, 1)
	var got atomic.Int64
	go func() {
		for {
			m, err := quick.hear()
			if err != nil || m.Event == "last" {
				heard <- err
				return
			}
			got.Add(1)
		}
	}()
	// The slow page reads nothing: the kernel's buffers fill, then its queue. The quick one is waited for after each.
	const rounds = 100
	for i := range rounds {
		s.Emit("big", big)
		waitFor(t, "the quick page to keep up", func() bool { return got.Load() == int64(i+1) })
	}
	s.Emit("last")
	if err := <-heard; err != nil {
		t.Errorf("the quick page was cut: %v", err)
	}
	waitFor(t, "the slow page to be let go", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.pages) == 1
	})
	for {
		if _, err := slow.hear(); err != nil {
			break // what had been sent before may still come; then it ends
		}
	}
	if !strings.Contains(s.logged.String(), "did not keep up") {
		t.Error("not logged")
	}
}

func TestHostileMessagesEndTheirPageAlone(t *testing.T) {
	s := serve(t)
	good := s.open()
	for name, text := range map[string]string{
		"not JSON":       `{"id":1,`,
		"an array":       `[]`,
		"nothing":        `{}`,
		"id zero":        `{"id":0,"call":"face.Greeter.Fine","args":[]}`,
		"id negative":    `{"id":-1,"call":"x","args":[]}`,
		"id fraction":    `{"id":1.5,"call":"x","args":[]}`,
		"id huge":        `{"id":9007199254740993,"call":"x","args":[]}`,
		"long name":      `{"id":1,"call":"` + strings.Repeat("n", maxName+1) + `","args":[]}`,
		"many arguments": `{"id":1,"call":"x","args":[` + strings.Repeat("1,", maxArguments) + `1]}`,
		"deep":           `{"id":1,"call":"x","args":[` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `]}`,
		"oversize":       `{"id":1,"call":"face.Greeter.Hello","args":["` + strings.Repeat("x", maxMessage) + `"]}`,
	} {
		p, _, err := s.dial()
		if err != nil {
			t.Fatal(err)
		}
		p.say(text)
		m, err := p.hear()
		if err == nil {
			t.Errorf("%s was answered: %+v", name, m)
			continue
		}
		want := websocket.StatusPolicyViolation
		if name == "oversize" {
			want = websocket.StatusMessageTooBig
		}
		if got := websocket.CloseStatus(err); got != want {
			t.Errorf("%s: closed with %v, %v", name, got, err)
		}
	}
	if got := good.call(2, "face.Greeter.Hello", "still"); string(got.Result) != `"hello still"` {
		t.Errorf("%+v", got)
	}
}

func TestPagesAreBounded(t *testing.T) {
	s := serve(t)
	for range maxPages {
		s.open()
	}
	if _, status, err := s.dial(); err == nil || status != http.StatusServiceUnavailable {
		t.Errorf("%d %v", status, err)
	}
}

func TestStoppingTellsThePages(t *testing.T) {
	s := serve(t)
	p := s.open()
	s.stop()
	if _, err := p.hear(); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("%v", err)
	}
	err := <-s.ended
	s.ended <- err
	if _, err := net.Dial("tcp", s.Address()); err == nil {
		t.Error("it still listens")
	}
}

func TestPageMayQuit(t *testing.T) {
	s := serve(t)
	p := s.open()
	p.say(`{"id":2,"call":"runtime.Quit","args":[]}`)
	err := <-s.ended
	s.ended <- err
	if err != nil {
		t.Error(err)
	}
}

func TestListensOnLoopbackAlone(t *testing.T) {
	page := Page{Assets: testAssets}
	for _, address := range []string{"0.0.0.0:0", ":0", "example.org:80", "192.0.2.1:0", "nonsense"} {
		if b, err := NewBrowser(BrowserConfig{Page: page, Address: address}); err == nil {
			b.Close()
			t.Errorf("%s was accepted", address)
		}
	}
	first, err := NewBrowser(BrowserConfig{Page: page})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := NewBrowser(BrowserConfig{Page: page, Address: first.Address()}); !errors.Is(err, ErrAddressInUse) {
		t.Errorf("the same address twice: %v", err)
	}
}

func TestChangedAssetsReloadPagesInDevelopment(t *testing.T) {
	var version atomic.Value
	version.Store("1")
	s := serve(t, func(c *BrowserConfig) { c.Watch = func() string { return version.Load().(string) } })
	p := s.open()
	version.Store("2")
	if m, err := p.hear(); err != nil || m.Event != "face:reload" {
		t.Errorf("%+v %v", m, err)
	}
}

func TestVanishedIndexIsSaid(t *testing.T) {
	assets := fstest.MapFS{"index.html": {Data: []byte("x")}}
	s := serve(t, func(c *BrowserConfig) { c.Assets = assets })
	s.letIn()
	delete(assets, "index.html")
	if status, body, _ := s.get("/"); status != http.StatusServiceUnavailable || !strings.Contains(body, "make build") {
		t.Errorf("%d %s", status, body)
	}
}
