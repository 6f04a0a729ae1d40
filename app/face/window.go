package face

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	wruntime "github.com/wailsapp/wails/v2/pkg/runtime"
)

// WindowConfig says how the window is to be made.
type WindowConfig struct {
	Page
	// Memory keeps the window's place and size. May be nil.
	Memory Memory
}

// Window is the desktop window. There is one in a process, because the webview's toolkit is one for a process.
type Window struct {
	page   Page
	memory Memory
	out    *outbox[news]

	up      chan struct{} // closed when the toolkit's main loop runs
	upOnce  sync.Once
	loaded  chan struct{} // gets a token each time the page has loaded
	fenced  chan int64    // gets the page's answers to eventFence
	closing atomic.Bool
	placed  atomic.Pointer[Geometry] // where the window was last seen
	moved   chan struct{}            // gets a token when placed changes
}

// ErrNoWindow means that there is no screen to open a window on, or that the program was built without one.
var ErrNoWindow = errors.New("no window can be opened here")

const (
	// eventFence is answered by the page with the same number as eventFenced: what was emitted before has arrived.
	// The toolkit's own queue is not bounded, so this bounds what is in it.
	eventFence  = "face:fence"
	eventFenced = "face:fenced"
	// fenceEvery is how many news may be on their way to the page.
	fenceEvery = 64
	// showAfter is when the window is shown although its page has not loaded.
	showAfter = 4 * time.Second
	// settle is how long a window must have stayed in place before its geometry is saved.
	settle = 500 * time.Millisecond
)

// fenceScript makes the page answer fences; a page loaded again needs it again.
const fenceScript = `window.runtime.EventsOff("` + eventFence + `");` +
	`window.runtime.EventsOn("` + eventFence + `", (n) => window.runtime.EventsEmit("` + eventFenced + `", n));`

// NewWindow checks the configuration. The window opens in [Window.Run].
func NewWindow(c WindowConfig) (*Window, error) {
	if err := checkAssets(c.Assets); err != nil {
		return nil, err
	}
	if _, err := newMethods(c.Services); err != nil {
		return nil, err
	}
	return &Window{
		page: c.Page, memory: c.Memory, out: newOutbox(news.size),
		up: make(chan struct{}), loaded: make(chan struct{}, 1), fenced: make(chan int64, 4),
		moved: make(chan struct{}, 1),
	}, nil
}

// Emit implements [Emitter].
func (w *Window) Emit(name string, data ...any) {
	n, err := encodeNews(name, data)
	if err != nil {
		w.page.log().Error("news was not told", "error", err)
		return
	}
	if !w.out.put(n) {
		w.page.log().Warn("the page did not keep up and pulls its state again")
		w.out.replace(news{name: EventReconnected})
	}
}

// Run implements [Face]. It must be called from the main goroutine, and only where [CanOpenWindow] is true.
func (w *Window) Run(ctx context.Context) error {
	if !CanOpenWindow() {
		return ErrNoWindow
	}
	ctx, cancel := context.WithCancel(ctx)
	var side sync.WaitGroup
	opts := w.options()
	opts.OnStartup = func(wails context.Context) {
		wruntime.EventsOn(wails, eventFenced, w.onFenced)
		w.watchNative(w.startPlace())
		side.Go(func() {
			w.deliver(ctx, func(name string, data ...any) { wruntime.EventsEmit(wails, name, data...) })
		})
		side.Go(func() { w.keepPlace(ctx) })
		side.Go(func() { w.showLate(ctx, wails) })
		side.Go(func() { w.quitWith(ctx, wails) })
	}
	err := wails.Run(opts)
	w.closing.Store(true)
	cancel()
	side.Wait()
	w.savePlace()
	if err != nil {
		return fmt.Errorf("opening the window: %w", err)
	}
	return nil
}

// options are Wails' options. wails.Run changes what it is given, so they are made anew.
func (w *Window) options() *options.App {
	place, _ := remembered(w.memory)
	o := &options.App{
		Title:              w.page.Title,
		Width:              place.Width,
		Height:             place.Height,
		MinWidth:           minWidth,
		MinHeight:          minHeight,
		StartHidden:        true, // until the page is there
		BackgroundColour:   options.NewRGB(0xf8, 0xf9, 0xfa),
		AssetServer:        &assetserver.Options{Assets: w.page.Assets, Middleware: windowHeaders},
		Bind:               w.page.Services,
		Logger:             wailsLog{w.page.log()},
		LogLevelProduction: logger.WARNING,
		ErrorFormatter:     formatError,
		OnDomReady:         w.onLoaded,
		OnBeforeClose:      w.onBeforeClose,
		Linux:              &linux.Options{ProgramName: "thirdspace", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
	}
	if place.Maximised {
		o.WindowStartState = options.Maximised
	}
	return o
}

// formatError is what a page gets for an error. Wails takes a nil pointer to something that could be an error for one,
// and would let the call fail with nothing to tell.
func formatError(err error) any {
	if isNil(err) {
		return nil
	}
	return err.Error()
}

// windowHeaders gives the window's page the same Content-Security-Policy as the browser's.
func windowHeaders(next http.Handler) http.Handler {
	csp := policy("127.0.0.1:*")
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Security-Policy", csp)
		next.ServeHTTP(rw, r)
	})
}

func (w *Window) startPlace() *Geometry {
	if place, ok := remembered(w.memory); ok {
		return &place
	}
	return nil
}

// onLoaded is called each time the page has loaded: at the start, and after its process died and was replaced.
func (w *Window) onLoaded(wails context.Context) {
	wruntime.WindowExecJS(wails, fenceScript)
	wruntime.WindowShow(wails)
	select {
	case w.loaded <- struct{}{}:
	default:
	}
}

// onBeforeClose is called for every wish to close, from the person or from Quit; Wails acts on the first alone.
func (w *Window) onBeforeClose(context.Context) (prevent bool) {
	return w.closing.Swap(true)
}

func (w *Window) onFenced(data ...any) {
	if len(data) != 1 {
		return
	}
	if n, ok := data[0].(float64); ok {
		select {
		case w.fenced <- int64(n):
		default: // an answer to a fence that nobody waits for any more
		}
	}
}

// onUp is called when the toolkit's main loop runs; before, Quit would be lost.
func (w *Window) onUp() { w.upOnce.Do(func() { close(w.up) }) }

// onPlaced is called when the window was moved, resized or maximised.
func (w *Window) onPlaced(g Geometry) {
	if last := w.placed.Load(); last != nil && *last == g {
		return
	}
	w.placed.Store(&g)
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// deliver takes news to the page, a bounded number at a time.
func (w *Window) deliver(ctx context.Context, emit func(string, ...any)) {
	select {
	case <-ctx.Done():
		return
	case <-w.loaded:
	}
	var sent int64
	for {
		n, ok := w.out.take()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-w.out.wake:
			}
			continue
		}
		emit(n.name, anys(n.data)...)
		if sent++; sent%fenceEvery == 0 && !w.fence(ctx, emit, sent) {
			return
		}
	}
}

// fence waits until the page has taken what was sent, or has been loaded afresh; false when ctx ended.
func (w *Window) fence(ctx context.Context, emit func(string, ...any), n int64) bool {
	emit(eventFence, n)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.loaded:
			return true
		case answer := <-w.fenced:
			if answer == n {
				return true
			}
		}
	}
}

// keepPlace saves the window's place once it has stayed there for a moment.
func (w *Window) keepPlace(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.moved:
		}
		wait := time.NewTimer(settle)
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
			w.savePlace()
		}
	}
}

func (w *Window) savePlace() {
	if g := w.placed.Load(); g != nil && w.memory != nil && g.sane() {
		w.memory.Save(*g)
	}
}

// showLate shows the window even if its page does not load, so that the person sees that something is there.
func (w *Window) showLate(ctx, wails context.Context) {
	wait := time.NewTimer(showAfter)
	defer wait.Stop()
	select {
	case <-ctx.Done():
	case <-wait.C:
		wruntime.WindowShow(wails)
	}
}

// quitWith closes the window when ctx ends.
func (w *Window) quitWith(ctx, wails context.Context) {
	<-ctx.Done()
	<-w.up
	if !w.closing.Load() {
		wruntime.Quit(wails)
	}
}

func anys(raw []json.RawMessage) []any {
	out := make([]any, len(raw))
	for i, r := range raw {
		out[i] = r
	}
	return out
}
