package face

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// shim is the script that makes window.go and window.runtime in a browser.
//
//go:embed shim.js
var shim string

// BrowserConfig says how the browser face is to be made.
type BrowserConfig struct {
	Page
	// Address to listen on; its host must be a loopback address. Empty means 127.0.0.1 and any free port.
	Address string
	// Session is the value of the cookie that a browser holds once it is let in. Empty means a random one, good
	// until the program ends. Only development sets it, so that an open page outlives a rebuild.
	Session string
	// Announce is called with a fresh link when somebody without one asks to come in, at most every ten seconds.
	// It should print it where only the person who started the program can read it. May be nil.
	Announce func(url string)
	// Watch, while developing, is asked now and then for a mark of the assets' version; when it changes, open pages
	// load themselves again. May be nil.
	Watch func() string
}

// Browser is the browser face. It listens from [NewBrowser] on, and answers once [Browser.Run] was called.
type Browser struct {
	log      *slog.Logger
	methods  methods
	listener net.Listener
	server   *http.Server
	door     *door
	watch    func() string
	quit     chan struct{}
	quitOnce sync.Once

	mu     sync.Mutex
	pages  map[*page]struct{}
	closed bool
	wg     sync.WaitGroup // open pages
}

// maxPages bounds how many tabs are served at once.
const maxPages = 16

// ErrAddressInUse means that another program listens on the wanted address.
var ErrAddressInUse = errors.New("another program uses this address")

// NewBrowser checks the configuration and starts to listen. Close it with [Browser.Close] if it is never run.
func NewBrowser(c BrowserConfig) (*Browser, error) {
	if err := checkAssets(c.Assets); err != nil {
		return nil, err
	}
	methods, err := newMethods(c.Services)
	if err != nil {
		return nil, err
	}
	listener, err := listenLoopback(c.Address)
	if err != nil {
		return nil, err
	}
	host := listener.Addr().String()
	b := &Browser{
		log: c.log(), methods: methods, listener: listener, watch: c.Watch,
		door: newDoor(host, c.Session, c.Announce),
		quit: make(chan struct{}), pages: map[*page]struct{}{},
	}
	b.server = &http.Server{
		Handler:           secureHeaders(host, b.routes(c)),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(b.log.Handler(), slog.LevelDebug),
	}
	return b, nil
}

func listenLoopback(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("the browser face's address: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("the browser face listens on loopback only, not on %q", host)
	}
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("listening on %s: %w", address, ErrAddressInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("listening for the browser: %w", err)
	}
	return listener, nil
}

func (b *Browser) routes(c BrowserConfig) http.Handler {
	script := b.runtimeScript()
	inside := http.NewServeMux()
	inside.HandleFunc("GET "+runtimePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Write(script)
	})
	inside.HandleFunc("GET "+ipcPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8") // the runtime above needs none
	})
	inside.HandleFunc("GET /wails/socket", b.serveSocket)
	inside.Handle("/", serveAssets(c.Assets))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /open", b.door.open)
	mux.Handle("/", b.door.guard(inside))
	return mux
}

// runtimeScript is the shim with the names of the methods in front.
func (b *Browser) runtimeScript() []byte {
	settings, _ := json.Marshal(map[string]any{ // strings and numbers
		"methods":     b.methods.names(),
		"maxMessage":  maxMessage,
		"lost":        EventLost,
		"reconnected": EventReconnected,
		"environment": map[string]string{"buildType": "production", "platform": runtime.GOOS, "arch": runtime.GOARCH},
	})
	return fmt.Appendf(nil, "(%s)(%s);\n", shim, settings)
}

// URL returns a link that lets one browser in. It changes when it has been used.
func (b *Browser) URL() string { return b.door.url() }

// Address returns the "host:port" it listens on.
func (b *Browser) Address() string { return b.door.host }

// Emit implements [Emitter].
func (b *Browser) Emit(name string, data ...any) {
	n, err := encodeNews(name, data)
	if err != nil {
		b.log.Error("news was not told", "error", err)
		return
	}
	message := n.message()
	b.mu.Lock()
	defer b.mu.Unlock()
	for p := range b.pages {
		p.send(message)
	}
}

// Run implements [Face].
func (b *Browser) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var side sync.WaitGroup
	if b.watch != nil {
		side.Go(func() { b.watchAssets(ctx) })
	}
	served := make(chan error, 1)
	go func() { served <- b.server.Serve(b.listener) }()

	var err error
	select {
	case <-ctx.Done():
	case <-b.quit:
	case err = <-served:
		served <- err
		err = fmt.Errorf("serving the browser: %w", err)
	}
	cancel()
	b.Close()
	<-served
	side.Wait()
	return err
}

// Close ends the face: pages are told that the app is leaving, and what they still ask is no longer answered. It
// returns when every page is gone. Only a face that is never run needs it.
func (b *Browser) Close() {
	b.mu.Lock()
	b.closed = true
	for p := range b.pages {
		p.stop(errLeaving)
	}
	b.mu.Unlock()
	b.wg.Wait()
	b.server.Close()
	b.listener.Close()
}

func (b *Browser) askQuit() { b.quitOnce.Do(func() { close(b.quit) }) }

// watchAssets makes open pages load themselves again when the assets change.
func (b *Browser) watchAssets(ctx context.Context) {
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	last := b.watch()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := b.watch(); now != last && now != "" {
			last = now
			b.Emit("face:reload")
		}
	}
}
