package face

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a Memory that counts.
type memory struct {
	g     Geometry
	ok    bool
	mu    sync.Mutex
	saved []Geometry
}

func (m *memory) Load() (Geometry, bool) { return m.g, m.ok }

func (m *memory) Save(g Geometry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saved = append(m.saved, g)
}

func (m *memory) all() []Geometry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.saved)
}

func newTestWindow(t *testing.T, m Memory) *Window {
	t.Helper()
	w, err := NewWindow(WindowConfig{Page: Page{Assets: testAssets, Services: []any{newGreeter()}}, Memory: m})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestGeometryIsUsedOnlyIfItCanBe(t *testing.T) {
	good := Geometry{X: -5, Y: 30, Width: 900, Height: 700, Maximised: true}
	if g, ok := remembered(&memory{g: good, ok: true}); !ok || g != good {
		t.Errorf("%+v %v", g, ok)
	}
	standard := Geometry{Width: defaultWidth, Height: defaultHeight}
	for name, m := range map[string]Memory{
		"none":     nil,
		"empty":    &memory{},
		"too thin": &memory{g: Geometry{Width: 10, Height: 700}, ok: true},
		"too low":  &memory{g: Geometry{Width: 900, Height: 0}, ok: true},
		"too wide": &memory{g: Geometry{Width: 1 << 30, Height: 700}, ok: true},
		"far away": &memory{g: Geometry{X: 1 << 30, Width: 900, Height: 700}, ok: true},
		"negative": &memory{g: Geometry{Width: -900, Height: -700}, ok: true},
	} {
		if g, ok := remembered(m); ok || g != standard {
			t.Errorf("%s: %+v %v", name, g, ok)
		}
	}
}

func TestWindowStartsWithWhatItRemembers(t *testing.T) {
	o := newTestWindow(t, &memory{g: Geometry{Width: 900, Height: 700, Maximised: true}, ok: true}).options()
	if o.Width != 900 || o.Height != 700 || o.WindowStartState == 0 || !o.StartHidden {
		t.Errorf("%+v", o)
	}
}

func TestPlaceIsSavedOnceTheWindowRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		w := newTestWindow(t, m)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { w.keepPlace(ctx); close(ended) }()
		for x := range 50 {
			w.onPlaced(Geometry{X: x, Width: 900, Height: 700})
		}
		w.onPlaced(Geometry{X: 49, Width: 900, Height: 700}) // said again, not moved
		synctest.Wait()
		if n := len(m.all()); n != 0 {
			t.Errorf("saved %d times while it moved", n)
		}
		time.Sleep(2 * settle) // in the bubble's own time
		if saved := m.all(); len(saved) == 0 || len(saved) > 2 || saved[len(saved)-1].X != 49 {
			t.Errorf("%+v", saved)
		}
		cancel()
		<-ended
	})
}

func TestNewsWaitsForThePageAndComesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTestWindow(t, nil)
		p := startPage(t, w)
		w.Emit("first", 1)
		w.Emit("second")
		synctest.Wait()
		if len(p.got) != 0 {
			t.Errorf("told before the page was there: %q", p.got)
		}
		w.loaded <- struct{}{}
		synctest.Wait()
		if len(p.got) != 2 || p.got[0] != "first" || p.got[1] != "second" {
			t.Errorf("%q", p.got)
		}
	})
}

func TestPageThatHangsPullsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTestWindow(t, nil)
		p := startPage(t, w)
		w.loaded <- struct{}{}
		for range fenceEvery + maxQueued + 10 {
			w.Emit("news")
			synctest.Wait()
		}
		if n := p.count("news"); n != fenceEvery || p.count(eventFence) != 1 {
			t.Errorf("%d news and %d fences on their way to a page that hangs", n, p.count(eventFence))
		}
		w.onFenced("nonsense")
		w.onFenced(float64(fenceEvery-1), 2)
		w.onFenced(float64(fenceEvery - 1)) // an old answer
		synctest.Wait()
		if p.count(EventReconnected) != 0 {
			t.Error("a wrong answer opened the fence")
		}
		w.onFenced(float64(fenceEvery))
		synctest.Wait()
		if p.count(EventReconnected) != 1 {
			t.Errorf("after the page came back: %q", p.got[fenceEvery:])
		}
	})
}

func TestPageLoadedAgainOpensTheFence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTestWindow(t, nil)
		p := startPage(t, w)
		w.loaded <- struct{}{}
		for range fenceEvery + 3 {
			w.Emit("news")
		}
		synctest.Wait()
		w.loaded <- struct{}{} // its process died and was replaced
		synctest.Wait()
		if n := p.count("news"); n != fenceEvery+3 {
			t.Errorf("%d", n)
		}
	})
}

func TestOnlyTheFirstWishToCloseCounts(t *testing.T) {
	w := newTestWindow(t, nil)
	if w.onBeforeClose(t.Context()) || !w.onBeforeClose(t.Context()) {
		t.Error("closing was wanted once and done twice, or not at all")
	}
}

func TestWindowWithoutAToolkitSaysSo(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if CanOpenWindow() {
		t.Fatal("a window without a screen")
	}
	if err := newTestWindow(t, nil).Run(t.Context()); !errors.Is(err, ErrNoWindow) {
		t.Error(err)
	}
}

// fakePage is what deliver tells.
type fakePage struct{ got []string }

func (p *fakePage) count(name string) (n int) {
	for _, g := range p.got {
		if g == name {
			n++
		}
	}
	return n
}

// startPage runs deliver until the test ends.
func startPage(t *testing.T, w *Window) *fakePage {
	p := &fakePage{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.deliver(ctx, func(name string, _ ...any) { p.got = append(p.got, name) })
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return p
}
