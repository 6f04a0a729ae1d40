//go:build window

package windowtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// buildDemo builds the demo program with its window.
func buildDemo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "demo")
	build := exec.Command("go", "build", "-tags", "desktop,production,webkit2_41", "-o", path, "./testdata/demo")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the demo: %v\n%s", err, out)
	}
	return path
}

func TestWindow(t *testing.T) {
	demo, display := buildDemo(t), screen(t)
	t.Run("calls and errors", func(t *testing.T) { testCalls(t, display, demo) })
	t.Run("news", func(t *testing.T) { testNews(t, display, demo) })
	t.Run("dead web process", func(t *testing.T) { testCrash(t, display, demo) })
	t.Run("stays with its page", func(t *testing.T) { testNavigation(t, display, demo) })
	t.Run("place and size", func(t *testing.T) { testPlace(t, display, demo) })
	t.Run("signals", func(t *testing.T) { testSignals(t, display, demo) })
	t.Run("no screen", func(t *testing.T) { testNoScreen(t, demo) })
}

const ready = `document.getElementById("out")?.textContent === "hello page"`

func testCalls(t *testing.T, display, demo string) {
	p := launch(t, display, demo)
	i := p.inspect()
	i.waitUntil(t, ready)
	if got := i.text(t, `window.go.main.Service.Fail().catch((e) => (e instanceof Error) + " " + e.message)`); got != `true no "luck"` {
		t.Errorf("a rejection: %s", got)
	}
	if got := i.text(t, `window.runtime.ClipboardSetText("kept").then(() => window.runtime.ClipboardGetText())`); got != "kept" {
		t.Errorf("clipboard: %q", got)
	}
	if err := i.do("Page.overrideSetting", map[string]any{"setting": "MockCaptureDevicesEnabled", "value": true}, new(any)); err != nil {
		t.Fatal(err)
	}
	if got := i.text(t, `navigator.mediaDevices.getUserMedia({audio: true}).then(() => "opened", (e) => e.name)`); got != "opened" {
		t.Errorf("a microphone that is only played: %s", got)
	}
	if got := i.text(t, `Notification.requestPermission()`); got != "denied" {
		t.Errorf("the page was permitted what it does not need: notifications %s", got)
	}
	p.window("^demo$")
	waitFor(t, "something on the screen", func() bool { return p.photograph("demo.png") > 8 })
	i.picture(t, "demo-page.png")
}

// testNews floods the page with more than waits anywhere, and then with more than may wait.
func testNews(t *testing.T, display, demo string) {
	p := launch(t, display, demo)
	i := p.inspect()
	i.waitUntil(t, ready)
	var null any
	if err := i.eval(`window.go.main.Service.Flood(900, 100)`, &null); err != nil {
		t.Fatal(err)
	}
	i.waitUntil(t, `window.heard === 900 && window.last === 900 && window.pulled === 0`)
	if err := i.eval(`window.go.main.Service.Flood(200000, 10)`, &null); err != nil {
		t.Fatal(err)
	}
	i.waitUntil(t, `window.last === 200000`)
	i.waitUntil(t, `window.pulled > 0 || window.heard === 200900`)
}

func testCrash(t *testing.T, display, demo string) {
	p := launch(t, display, demo)
	p.inspect().waitUntil(t, ready)
	p.window("^demo$")
	for round := range 3 {
		before := p.webProcesses()
		if len(before) != 1 {
			t.Fatalf("web processes: %v", before)
		}
		if err := syscall.Kill(before[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		waitFor(t, "another web process", func() bool {
			now := p.webProcesses()
			return len(now) == 1 && now[0] != before[0]
		})
		p.inspect().waitUntil(t, ready)
		waitFor(t, "a picture again", func() bool { return p.photograph("demo-after-crash.png") > 8 })
		t.Logf("round %d: came back", round)
	}
	if !strings.Contains(p.out.String(), "ended and is started again") {
		t.Error("it was not logged")
	}
}

func testNavigation(t *testing.T, display, demo string) {
	p := launch(t, display, demo)
	i := p.inspect()
	i.waitUntil(t, ready)
	var null any
	if err := i.eval(`void (location.href = "http://127.0.0.1:1/elsewhere")`, &null); err != nil {
		t.Fatal(err)
	}
	if err := i.eval(`void window.open("http://127.0.0.1:1/elsewhere")`, &null); err != nil {
		t.Fatal(err)
	}
	if got := i.text(t, `window.go.main.Service.Hello("still")`); got != "hello still" {
		t.Error(got)
	}
	if got := i.text(t, `location.href`); !strings.HasPrefix(got, "wails://") {
		t.Errorf("the window went to %s", got)
	}
	var blocked bool
	if err := i.eval(`fetch("http://192.0.2.1/").then(() => false, () => true)`, &blocked); err != nil || !blocked {
		t.Errorf("the page may reach other machines: %v %v", blocked, err)
	}
}

func testPlace(t *testing.T, display, demo string) {
	memory := filepath.Join(t.TempDir(), "place.json")
	p := launch(t, display, demo, "-place", memory)
	p.inspect().waitUntil(t, ready)
	id := p.window("^demo$")
	for _, args := range [][]string{{"windowmove", id, "120", "90"}, {"windowsize", id, "1000", "640"}} {
		if out, err := p.x("xdotool", args...); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	waitFor(t, "the place to be saved while the window is open", func() bool {
		b, err := os.ReadFile(memory)
		return err == nil && string(b) == `{"X":120,"Y":90,"Width":1000,"Height":640,"Maximised":false}`
	})
	if err := p.cmd.Process.Kill(); err != nil { // not even a clean end is needed
		t.Fatal(err)
	}
	<-p.done

	again := launch(t, display, demo, "-place", memory)
	again.inspect().waitUntil(t, ready)
	id = again.window("^demo$")
	waitFor(t, "the window to be where it was", func() bool {
		x, y, width, height := again.place(id)
		return x == 120 && y == 90 && width == 1000 && height == 640
	})
}

func testSignals(t *testing.T, display, demo string) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := launch(t, display, demo)
		p.inspect().waitUntil(t, ready)
		if err := p.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := p.ended(); err != nil {
			t.Errorf("%v: %v", signal, err)
		}
		if !strings.Contains(p.out.String(), "ended cleanly") || strings.Contains(p.out.String(), "CRITICAL") {
			t.Errorf("%v: %s", signal, p.out.String())
		}
	}
	p := launch(t, display, demo)
	p.inspect().waitUntil(t, ready)
	// The close button asks in the same way; there is no window manager here to press it.
	if err := p.inspect().eval(`void setTimeout(window.runtime.Quit, 100)`, new(any)); err != nil {
		t.Fatal(err)
	}
	if err := p.ended(); err != nil || !strings.Contains(p.out.String(), "ended cleanly") {
		t.Errorf("quitting: %v", err)
	}
}

func testNoScreen(t *testing.T, demo string) {
	for _, display := range []string{"", ":4242", "no.such.host.invalid:0"} {
		p := launch(t, display, demo)
		if p.ended() == nil || !strings.Contains(p.out.String(), "no window can be opened here") {
			t.Errorf("%q: %v: %s", display, p.err, p.out.String())
		}
	}
}
