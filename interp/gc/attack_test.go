package gc_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/run"
)

// TestNetwork has a program try to reach a port of this machine.
func TestNetwork(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	reached := make(chan struct{}, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.Close()
			reached <- struct{}{}
		}
	}()
	p := startPool(t)
	res := runIn(t, p, program(`package main
import ("fmt"; "net"; "time")
func main() {
	for _, a := range []string{"`+l.Addr().String()+`", "192.0.2.1:80", "example.org:80"} {
		c, err := net.DialTimeout("tcp", a, time.Second); fmt.Println(c == nil, err != nil)
	}
	_, err := net.Dial("unix", "/run/dbus/system_bus_socket"); fmt.Println(err != nil)
}`), run.DefaultLimits)
	if res.stdout != "true true\ntrue true\ntrue true\ntrue\n" {
		t.Errorf("%+v", res)
	}
	_ = l.Close()
	<-done
	if len(reached) > 0 {
		t.Error("it got through")
	}
}

// TestStop stops programs at every moment of their lives.
func TestStop(t *testing.T) {
	p := startPool(t)
	for _, src := range []string{
		"package main\nfunc main() { print(1); for {} }",
		"package main\nimport \"fmt\"\nfunc main() { print(1); fmt.Scanln() }",
	} {
		r, err := p.Start(t.Context(), program(src), small)
		if err != nil {
			t.Fatal(err)
		}
		next(t, r, "1")
		r.Stop()
		if res := collect(t, r); res.exit.Reason != run.ReasonStopped {
			t.Errorf("%+v", res.exit)
		}
	}
	for d := time.Duration(0); d < 600*time.Millisecond; d += 60 * time.Millisecond {
		r, err := p.Start(t.Context(), program("package main\nfunc main() { println(\""+d.String()+time.Now().String()+"\"); for {} }"), small)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(d, r.Stop)
		if res := collect(t, r); res.exit.Reason != run.ReasonStopped || len(res.diagnostics) > 0 {
			t.Errorf("after %v: %+v", d, res)
		}
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "thirdspace-run-*"))
	for _, dir := range left {
		if built, _ := filepath.Glob(filepath.Join(dir, "*.wasm")); len(built) > 0 {
			t.Errorf("left behind %s", dir)
		}
	}
}

// TestUnavailable runs where there is no pack, or a bad one.
func TestUnavailable(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.pack")
	if err := os.WriteFile(bad, []byte("PK"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/nonexistent": "missing", bad: "damaged"} {
		p := startPoolWith(t, path)
		res := runIn(t, p, program(programs[0].src), small)
		if res.exit.Reason != run.ReasonUnavailable || !strings.Contains(res.exit.Message, want) {
			t.Errorf("%+v", res.exit)
		}
	}
	p := startPool(t)
	tight := small
	tight.Memory = 100 << 20
	if _, err := p.Start(t.Context(), program(programs[0].src), tight); err == nil {
		t.Error("accepted 100 MiB")
	}
	if _, err := exec.LookPath("go"); err == nil {
		t.Error("a Go is installed here after all: this proves nothing")
	}
}
