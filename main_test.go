//go:build !bindings

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"thirdspace/app"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

// program is the built program, with its runner beside it.
var program string

func TestMain(m *testing.M) { os.Exit(withProgram(m)) }

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "thirdspace-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "thirdspace")
	for out, pkg := range map[string]string{program: ".", program + "-runner": "./interp/cmd/thirdspace-runner"} {
		build := exec.Command("go", "build", "-o", out, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if b, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "building %s: %v\n%s", pkg, err, b)
			return 1
		}
	}
	return m.Run()
}

func TestBindingsAreMadeOfWhatTheAppBinds(t *testing.T) {
	a := app.New(app.Config{DataDir: t.TempDir(), Mode: app.ModeStart, Runner: program + "-runner", Log: slog.New(slog.DiscardHandler)})
	defer func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if a.Failure() != nil {
		t.Fatal(a.Failure())
	}
	types := func(services []any) map[reflect.Type]bool {
		all := map[reflect.Type]bool{}
		for _, s := range services {
			all[reflect.TypeOf(s)] = true
		}
		return all
	}
	if got, want := types(serviceTypes()), types(a.Services()); !reflect.DeepEqual(got, want) {
		t.Errorf("serviceTypes in main_services.go: %v\nthe app binds %v", got, want)
	}
}

// do runs the program to its end.
func do(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

// started is a program that goes on running.
type started struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines chan string // of standard output
	done  chan error
}

func start(t *testing.T, args ...string) *started {
	t.Helper()
	s := &started{t: t, cmd: exec.Command(program, args...), lines: make(chan string, 100), done: make(chan error, 1)}
	s.cmd.Env = append(os.Environ(), "DISPLAY=", "WAYLAND_DISPLAY=")
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = &testLog{t}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for sc := bufio.NewScanner(out); sc.Scan(); {
			s.lines <- sc.Text()
		}
		s.done <- s.cmd.Wait()
	}()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		s.done <- <-s.done
	})
	return s
}

type testLog struct{ t *testing.T }

func (l *testLog) Write(p []byte) (int, error) {
	l.t.Logf("%s", bytes.TrimSpace(p))
	return len(p), nil
}

func (s *started) line() string {
	s.t.Helper()
	select {
	case line := <-s.lines:
		return line
	case err := <-s.done:
		s.done <- err
		s.t.Fatalf("it ended: %v", err)
	case <-time.After(patience):
		s.t.Fatal("it said nothing")
	}
	return ""
}

// stop asks the program to end, and expects it to end well.
func (s *started) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case err := <-s.done:
		s.done <- err
		if err != nil {
			s.t.Errorf("it ended with %v", err)
		}
	case <-time.After(patience):
		s.t.Fatal("it did not end")
	}
}

func TestCommandsThatNeedNoRoom(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.go")
	text := "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfmt.Println(\"hi\")\n\tos.Exit(7)\n}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"version"}, 0, "thirdspace ", ""},
		{[]string{"version", "--json"}, 0, `"platform":`, ""},
		{[]string{"--help"}, 0, "Usage: thirdspace", ""},
		{[]string{"teach"}, 2, "", "thirdspace: "},
		{[]string{"--headless", "join"}, 2, "", "--headless"},
		{[]string{"run", file}, 7, "hi\n", ""},
		{[]string{"--log=/no/such/folder/log", "version"}, 1, "", "opening the log"},
	} {
		code, out, errs := do(t, c.args...)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(errs, c.err) {
			t.Errorf("%q: code %d, wanted %d\nstdout %s\nstderr %s", c.args, code, c.code, out, errs)
		}
	}
}

var host = []string{"host", "--headless", "--json", "--course=Go", "--room=Loops", "--teacher=Ada"}

func TestHeadlessHostSaysWhereItsRoomIs(t *testing.T) {
	dir := t.TempDir()
	s := start(t, append(host, "--data-dir="+dir)...)
	var room struct {
		Room, Title, Code string
		Addresses         []string
	}
	if line := s.line(); json.Unmarshal([]byte(line), &room) != nil || len(room.Room) != 16 || room.Title != "Loops" || len(room.Code) != 7 {
		t.Errorf("%s", line)
	}
	if code, _, errs := do(t, append(host, "--data-dir="+dir)...); code != 3 || errs == "" {
		t.Errorf("a second program in the folder: %d %s", code, errs)
	}
	s.stop()
	again := start(t, append(host, "--data-dir="+dir)...)
	again.line()
	again.stop()
}

func TestTroubleHasItsExitCode(t *testing.T) {
	busy, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, "thirdspace.db"), bytes.Repeat([]byte("not a database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"a damaged folder":  {append(host, "--data-dir="+damaged), 4},
		"a busy port":       {append(host, "--data-dir="+t.TempDir(), fmt.Sprintf("--port=%d", busy.Addr().(*net.TCPAddr).Port)), 6},
		"a name of nothing": {[]string{"host", "--headless", "--course=Go", "--room=Loops", "--teacher=\u200b", "--data-dir=" + t.TempDir()}, 2},
	} {
		if code, out, errs := do(t, c.args...); code != c.code || !strings.HasPrefix(lastLines(errs), "thirdspace: ") {
			t.Errorf("%s: %d, wanted %d\n%s%s", name, code, c.code, out, errs)
		}
	}
}

// lastLines drops the log, which comes first.
func lastLines(s string) string {
	if i := strings.Index(s, "thirdspace: "); i >= 0 {
		return s[i:]
	}
	return s
}

func TestWithoutAScreenTheAppIsInTheBrowser(t *testing.T) {
	page := t.TempDir() // so that the test does not depend on the page having been built
	if err := os.WriteFile(filepath.Join(page, "index.html"), []byte("<html><head></head>a page</html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--dev="+page, "--data-dir="+t.TempDir())
	link := s.line()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: patience}
	defer client.CloseIdleConnections()
	at, _, _ := strings.Cut(link, "/open")
	for _, c := range []struct {
		url  string
		code int
		text string
	}{
		{at + "/", http.StatusForbidden, "link"},
		{link, http.StatusOK, "Open ThirdSpace"},
		{at + "/", http.StatusOK, "a page"},
		{at + "/wails/runtime.js", http.StatusOK, `"room.Service.Open"`},
	} {
		resp, err := client.Get(c.url)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.code || !strings.Contains(string(body), c.text) {
			t.Errorf("%s: %d %v\n%s", c.url, resp.StatusCode, err, body)
		}
	}
	s.stop()
}

func TestCtrlCStopsAProgram(t *testing.T) {
	// A program that never ends keeps "run" busy; the first signal stops it, in order.
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte("package main\n\nfunc main() {\n\tprintln(\"on\")\n\tfor {\n\t}\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "run", "--json", file)
	for !strings.Contains(s.line(), `"output"`) {
		continue // until the program has begun
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.done:
		s.done <- err
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 130 {
			t.Errorf("%v", err)
		}
	case <-time.After(patience):
		t.Fatal("it did not end")
	}
}
