//go:build linux

package discover

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/p2p/lab"
)

// logger writes what the packages under test log to the test's standard error.
func logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// playAnnounce announces the room given as JSON. Each further line of JSON on standard input is an update, and the end
// of the input closes the room.
func playAnnounce(args []string) error {
	var said Announcement
	if err := json.Unmarshal([]byte(args[0]), &said); err != nil {
		return err
	}
	a, err := Announce(context.Background(), said, logger())
	if err != nil {
		return err
	}
	fmt.Println("announced")
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		if err := json.Unmarshal(in.Bytes(), &said); err != nil {
			return err
		}
		a.Update(said)
	}
	a.Close()
	a.Close() // the second time does nothing
	return goleak.Find()
}

// report is a list as a browsing machine got it.
type report struct {
	After time.Duration // since it began to browse
	Rooms []Found
}

// playBrowse browses until the end of standard input and writes each list as a line of JSON.
func playBrowse([]string) error {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		bufio.NewScanner(os.Stdin).Scan()
		cancel()
	}()
	began := time.Now()
	out := json.NewEncoder(os.Stdout)
	err := Browse(ctx, logger(), func(rooms []Found) { out.Encode(report{time.Since(began), rooms}) })
	if err != nil {
		return err
	}
	return goleak.Find()
}

// playNetworks writes what is searched.
func playNetworks([]string) error {
	fmt.Println(Networks())
	return nil
}

// playForge sends everyone the packets that standard input has as a JSON list.
func playForge([]string) error {
	near, err := adapters()
	if err != nil {
		return err
	}
	in := json.NewDecoder(os.Stdin)
	var packets [][]byte
	if err := in.Decode(&packets); err != nil {
		return err
	}
	for _, p := range packets {
		if err := sendToGroup(near[0], p); err != nil {
			return err
		}
	}
	fmt.Println("forged")
	return nil
}

// machine is a process of a role, on a machine of the lab.
type machine struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    interface{ Close() error }
	write *json.Encoder
	lines chan string // closed when the process ends
	ended chan error
}

func startRole(t *testing.T, cmd *exec.Cmd) *machine {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, cmd: cmd, in: in, write: json.NewEncoder(in), lines: make(chan string, 10_000), ended: make(chan error, 1)}
	go func() {
		s := bufio.NewScanner(out)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			m.lines <- s.Text()
		}
		close(m.lines)
		m.ended <- cmd.Wait()
	}()
	t.Cleanup(m.end)
	return m
}

// end ends the process in order, which includes that it has left no goroutine behind.
func (m *machine) end() {
	m.in.Close()
	select {
	case err := <-m.ended:
		var by *exec.ExitError
		if err != nil && !(errors.As(err, &by) && !by.Exited()) { // killed by the test is not a fault
			m.t.Errorf("%s: %v", m.cmd, err)
		}
		m.ended <- nil
	case <-time.After(20 * time.Second):
		m.cmd.Process.Kill()
		m.t.Errorf("%s does not end", m.cmd)
	}
}

// hear waits until a list is as wanted, within the time given.
func (m *machine) hear(what string, within time.Duration, wanted func([]Found) bool) report {
	m.t.Helper()
	deadline := time.After(within)
	var last string
	for {
		select {
		case line, ok := <-m.lines:
			if !ok {
				m.t.Fatalf("the browser ended while waiting for: %s", what)
			}
			last = line
			var r report
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				m.t.Fatal(err)
			}
			if wanted(r.Rooms) {
				return r
			}
		case <-deadline:
			m.t.Fatalf("not within %v: %s; the last list was %s", within, what, last)
		}
	}
}

func announced(t *testing.T, n *lab.Network, name string, a Announcement) *machine {
	t.Helper()
	m := startRole(t, n.Self(name, "announce", asJSON(t, a)))
	if line := <-m.lines; line != "announced" {
		t.Fatalf("%s is not announced", a.Title)
	}
	return m
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
