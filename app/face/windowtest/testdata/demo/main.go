// Command demo is a program with a window and a page of its own, for the tests of the window.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing/fstest"

	"thirdspace/app/face"
)

const index = `<!doctype html><html><head><title>demo</title>
<meta name="viewport" content="width=device-width"></head>
<body style="font: 40px sans-serif; background: #fff; color: #124"><h1>A demo</h1><p id="out">not yet</p>
<script src="/page.js"></script></body></html>`

const script = `window.heard = 0; window.pulled = 0; window.last = 0;
window.runtime.EventsOn("tick", (n) => { window.heard++; window.last = n; });
window.runtime.EventsOn("face:reconnected", () => { window.pulled++; });
window.go.main.Service.Hello("page").then((s) => { document.getElementById("out").textContent = s; });`

// Service is what the demo's page may call.
type Service struct{ face face.Emitter }

// Hello answers.
func (s *Service) Hello(name string) string { return "hello " + name }

// Fail fails.
func (s *Service) Fail() error { return fmt.Errorf("no %q", "luck") }

// Flood emits n ticks of some size as fast as it can.
func (s *Service) Flood(n, size int) {
	for i := range n {
		s.face.Emit("tick", i+1, strings.Repeat("x", size))
	}
}

// place keeps the window's geometry in a file.
type place struct{ path string }

func (p place) Load() (g face.Geometry, ok bool) {
	b, err := os.ReadFile(p.path)
	return g, err == nil && json.Unmarshal(b, &g) == nil
}

func (p place) Save(g face.Geometry) {
	b, _ := json.Marshal(g)
	if err := os.WriteFile(p.path, b, 0o600); err != nil {
		slog.Error("saving the place", "error", err)
	}
}

func main() {
	file := flag.String("place", "", "file that keeps the window's geometry")
	browser := flag.Bool("browser", false, "show the page in a browser")
	address := flag.String("address", "", "where to listen for the browser")
	session := flag.String("session", "", "the session that lets a browser in")
	flag.Parse()
	service := &Service{}
	page := face.Page{
		Title:    "demo",
		Services: []any{service},
		Assets:   fstest.MapFS{"index.html": {Data: []byte(index)}, "page.js": {Data: []byte(script)}},
		Log:      slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var f face.Face
	var err error
	if *browser {
		var b *face.Browser
		if b, err = face.NewBrowser(face.BrowserConfig{Page: page, Address: *address, Session: *session}); err == nil {
			fmt.Println(b.URL())
		}
		f = b
	} else {
		config := face.WindowConfig{Page: page}
		if *file != "" {
			config.Memory = place{*file}
		}
		f, err = face.NewWindow(config)
	}
	if err == nil {
		service.face = f
		err = f.Run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, "ended cleanly")
}
