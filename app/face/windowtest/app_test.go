//go:build window

package windowtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// built is the program that `make build` makes, or the one that THIRDSPACE names.
func built(t *testing.T) string {
	t.Helper()
	path := os.Getenv("THIRDSPACE")
	if path == "" {
		path = "../../../build/bin/thirdspace"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the program is needed: %v (make build)", err)
	}
	return path
}

// says is an expression that is true when the page shows all these texts.
func says(texts ...string) string {
	var all []string
	for _, text := range texts {
		all = append(all, `document.body.innerText.includes("`+text+`")`)
	}
	return strings.Join(all, " && ")
}

// TestApp goes through what a teacher sees: the start screen, a room, a page that dies, a machine that dies.
func TestApp(t *testing.T) {
	app, display, data := built(t), screen(t), t.TempDir()

	start := launch(t, display, app, "--data-dir", data)
	i := start.inspect()
	i.waitUntil(t, says("Teach", "Join a class"))
	start.window("ThirdSpace")
	waitFor(t, "the start screen on the X server's", func() bool { return start.photograph("start-screen.png") > 20 })
	i.picture(t, "start-page.png")
	second := exec.Command(app, "--headless", "--data-dir", data, "host", "--teacher=B", "--course=C", "--room=R")
	var exit *exec.ExitError
	if out, err := second.CombinedOutput(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("a second program in the same data folder: %v\n%s", err, out)
	}
	stop(t, start)

	host := launch(t, display, app, "--data-dir", data, "host", "--course=Go", "--room=Loops", "--teacher=Ada")
	i = host.inspect()
	i.waitUntil(t, says("Open the room"))
	waitFor(t, "the door to teach", func() bool { return host.photograph("teach-screen.png") > 20 })
	if err := i.eval(`void [...document.querySelectorAll("button")].find((b) => b.innerText.includes("Open the room")).click()`, new(any)); err != nil {
		t.Fatal(err)
	}
	const inRoom = ` && /\d{3}-\d{3}/.test(document.body.innerText)`
	i.waitUntil(t, says("Loops", "No students yet")+inRoom)
	waitFor(t, "the room on the screen", func() bool { return host.photograph("room-screen.png") > 20 })
	i.picture(t, "room-page.png")
	code := i.text(t, `document.body.innerText.match(/\d{3}-\d{3}/)[0]`)
	if trouble := i.text(t, `[...document.querySelectorAll("details")].map((d) => d.textContent).join("; ")`); trouble != "" {
		t.Errorf("the room shows an error:\n%s", trouble)
	}

	before := host.webProcesses()
	if len(before) != 1 {
		t.Fatalf("web processes: %v", before)
	}
	if err := syscall.Kill(before[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "another web process", func() bool {
		now := host.webProcesses()
		return len(now) == 1 && now[0] != before[0]
	})
	host.inspect().waitUntil(t, says("Loops", code, "No students yet"))
	waitFor(t, "the room on the screen again", func() bool { return host.photograph("room-after-web-crash.png") > 20 })

	id := host.window("ThirdSpace")
	for _, args := range [][]string{{"windowmove", id, "60", "40"}, {"windowsize", id, "1100", "700"}} {
		if out, err := host.x("xdotool", args...); err != nil {
			t.Fatalf("%v %s", err, out)
		}
	}
	host.inspect().waitUntil(t, `innerWidth === 1100`)
	stop(t, host)

	again := launch(t, display, app, "--data-dir", data)
	again.inspect().waitUntil(t, says("Loops", code, "No students yet"))
	id = again.window("ThirdSpace")
	waitFor(t, "the window to be where it was", func() bool {
		x, y, width, height := again.place(id)
		return x == 60 && y == 40 && width == 1100 && height == 700
	})
	waitFor(t, "the room after a restart", func() bool { return again.photograph("room-after-restart.png") > 20 })
	stop(t, again)
}

// stop ends the program as a system that shuts down would.
func stop(t *testing.T, p *program) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.ended(); err != nil {
		t.Errorf("ending: %v", err)
	}
	if strings.Contains(p.out.String(), "panic") {
		t.Errorf("it panicked:\n%s", p.out.String())
	}
}
