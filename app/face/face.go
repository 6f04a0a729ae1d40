// Package face shows the app to a person, and lets the app speak to what is shown.
//
// The app is a set of services: pointers to structs whose exported methods a page may call, and news that the app
// emits by name. A face carries both to a page made of HTML and JavaScript, and there are three:
//
//   - [Window]: a desktop window (Wails, the system's own webview).
//   - [Browser]: the same page in any browser on this machine, over loopback HTTP and one WebSocket.
//   - [Headless]: no page at all.
//
// The page cannot tell the first two apart. Each offers window.go.<package>.<Struct>.<Method>(…), which answers with a
// promise, and window.runtime with EventsOn and the rest of Wails' runtime, so that one set of generated bindings
// serves both. Arguments, results and news are JSON. A call that fails rejects with an Error whose message is the Go
// error's text.
//
// News is a hint, never the only copy: a page pulls the state it shows from the services when it loads. [Emitter.Emit]
// therefore never waits for a page. Each page has a bounded queue; a page that falls behind loses what it had waiting
// and gets the event [EventReconnected] instead, upon which it pulls its state again. In the browser the same event
// follows every reconnection of the WebSocket.
//
// Use:
//
//	f, err := face.NewBrowser(face.BrowserConfig{Page: face.Page{Services: services, Assets: dist, Log: log}})
//	…                     // the app is started with f as its Emitter
//	fmt.Println(f.URL())  // what the person opens
//	err = f.Run(ctx)      // until ctx ends or the person quits
package face

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
)

// Emitter takes news from the app. Emit may be called from any goroutine at any time, also before Run and after it;
// it encodes data at once (so the caller may go on changing it) and never waits for a page.
type Emitter interface {
	Emit(name string, data ...any)
}

// Face is one way of showing the app.
type Face interface {
	Emitter
	// Run shows the app until ctx ends, or the person closes the window or asks to quit; then it returns nil after
	// everything it started has ended. It is called once. [Window.Run] must be called from the main goroutine.
	Run(ctx context.Context) error
}

// Page is what the window and the browser face have in common.
type Page struct {
	// Title stands in the window's title bar until the page sets its own.
	Title string
	// Services are pointers to structs; every exported method becomes callable from the page as
	// <package>.<Struct>.<Method>. A method returns nothing, a value, an error, or a value and an error.
	Services []any
	// Assets holds the built page: index.html and what it loads.
	Assets fs.FS
	// Log receives what goes wrong in the face itself. Nil discards it.
	Log *slog.Logger
}

func (p Page) log() *slog.Logger {
	if p.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return p.Log
}

// News that a face emits on its own account. A page listens to them as to any other event.
const (
	// EventReconnected says that news may have been missed: pull everything again.
	EventReconnected = "face:reconnected"
	// EventLost says that the app behind the page does not answer (browser face; the page keeps trying).
	EventLost = "face:lost"
)

// ErrNoFrontend means that the binary was built without its page.
var ErrNoFrontend = errors.New("the page was not built into this program: build it with `make build`")

// indexFile is the page's entry.
const indexFile = "index.html"

// checkAssets says whether there is a page to show.
func checkAssets(assets fs.FS) error {
	if assets == nil {
		return ErrNoFrontend
	}
	if _, err := fs.Stat(assets, indexFile); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return ErrNoFrontend
		}
		return err
	}
	return nil
}

// Headless is the face that shows nothing. It exists so that the app is started and stopped in one way whatever is
// shown.
type Headless struct{}

// Emit drops the news: nobody looks.
func (Headless) Emit(string, ...any) {}

// Run waits for ctx to end.
func (Headless) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
