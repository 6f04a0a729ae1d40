//go:build window

package windowtest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = 40 * time.Second

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(30 * time.Millisecond) // between two looks at the condition
	}
}

// screen starts an X server for the test and returns its DISPLAY.
func screen(t *testing.T) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset")
	x.ExtraFiles = []*os.File{w}
	x.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := x.Start(); err != nil {
		t.Fatalf("an X server is needed: %v (make setup)", err)
	}
	w.Close()
	t.Cleanup(func() {
		_ = x.Process.Signal(syscall.SIGTERM)
		_ = x.Wait()
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(line)
}

// output gathers what a program prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// program is a running program with a window.
type program struct {
	t       *testing.T
	cmd     *exec.Cmd
	display string
	port    int
	out     output // both streams
	done    chan struct{}
	err     error // how it ended, once done is closed
}

// launch starts a program on a display and makes sure that it is gone after the test.
func launch(t *testing.T, display, path string, args ...string) *program {
	t.Helper()
	p := &program{t: t, display: display, port: freePort(t), done: make(chan struct{})}
	p.cmd = exec.Command(path, args...)
	p.cmd.Env = append(os.Environ(),
		"DISPLAY="+display, "WAYLAND_DISPLAY=", "XDG_SESSION_TYPE=", "GDK_BACKEND=",
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", "NO_AT_BRIDGE=1", "HOME="+t.TempDir(),
		fmt.Sprintf("WEBKIT_INSPECTOR_HTTP_SERVER=127.0.0.1:%d", p.port))
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("the program said:\n%s", p.out.String())
		}
	})
	return p
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// ended waits for the program to end by itself.
func (p *program) ended() error {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatal("the program did not end")
	}
	return p.err
}

// x runs an X tool on the program's display.
func (p *program) x(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+p.display)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// window waits until a window with this title is shown and returns its X id.
func (p *program) window(title string) string {
	p.t.Helper()
	var id string
	waitFor(p.t, "the window "+title, func() bool {
		out, err := p.x("xdotool", "search", "--onlyvisible", "--name", title)
		id, _, _ = strings.Cut(out, "\n")
		return err == nil && id != ""
	})
	return id
}

// place reads a window's geometry from the X server.
func (p *program) place(id string) (x, y, width, height int) {
	p.t.Helper()
	out, err := p.x("xdotool", "getwindowgeometry", "--shell", id)
	if err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	values := map[string]int{}
	for line := range strings.Lines(out) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[key], _ = strconv.Atoi(value)
	}
	return values["X"], values["Y"], values["WIDTH"], values["HEIGHT"]
}

// photograph takes a picture of the whole screen and counts its colours: a picture of nothing has one or two.
func (p *program) photograph(name string) (colours int) {
	p.t.Helper()
	path := filepath.Join(artifacts(p.t), name)
	if out, err := p.x("import", "-window", "root", path); err != nil {
		p.t.Fatalf("taking a picture: %v: %s", err, out)
	}
	out, err := p.x("identify", "-format", "%k", path)
	if err != nil {
		p.t.Fatalf("looking at the picture: %v: %s", err, out)
	}
	colours, err = strconv.Atoi(out)
	if err != nil {
		p.t.Fatal(err)
	}
	return colours
}

func artifacts(t *testing.T) string {
	dir := os.Getenv("ARTIFACTS")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// webProcesses finds the processes that draw the program's page.
func (p *program) webProcesses() []int {
	var found []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		fields := strings.Fields(rest)
		if strings.Contains(string(stat), "(WebKitWebProces") && len(fields) > 1 && fields[0] != "Z" &&
			fields[1] == strconv.Itoa(p.cmd.Process.Pid) {
			found = append(found, pid)
		}
	}
	return found
}
