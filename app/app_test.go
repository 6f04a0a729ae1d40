package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/app/code"
	"thirdspace/app/failure"
	"thirdspace/app/room"
	"thirdspace/app/runs"
	"thirdspace/app/settings"
	"thirdspace/app/talk"
	"thirdspace/app/work"
)

// runner is the path of the real thirdspace-runner, built for these tests.
var runner string

func TestMain(m *testing.M) {
	if code, done := enterRole(); done {
		os.Exit(code)
	}
	dir, err := os.MkdirTemp("", "app-test")
	if err != nil {
		panic(err)
	}
	runner = filepath.Join(dir, "thirdspace-runner")
	build := exec.Command("go", "build", "-o", runner, "thirdspace/interp/cmd/thirdspace-runner")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("building the runner: %v\n%s", err, out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	if code == 0 {
		if err := goleak.Find(
			// go-libp2p's TCP transport starts one watcher for the life of the process.
			goleak.IgnoreTopFunction("github.com/libp2p/go-libp2p/p2p/transport/tcpreuse/internal/sampledconn.init.0.func1"),
		); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// page stands where a page would: it calls the services as one, and hears the events.
type page struct {
	t   *testing.T
	app *App

	mu     sync.Mutex
	events map[string][]string // JSON, by name

	room     *room.Service
	code     *code.Service
	talk     *talk.Service
	work     *work.Service
	runs     *runs.Service
	settings *settings.Service
}

func (p *page) Emit(name string, data ...any) {
	raw, err := json.Marshal(data)
	if err != nil {
		p.t.Errorf("the event %s cannot go to a page: %v", name, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.events[name] = append(p.events[name], string(raw))
}

func launch(t *testing.T, cfg Config) *page {
	t.Helper()
	cfg.Runner, cfg.Log = runner, slog.New(slog.DiscardHandler)
	p := &page{t: t, app: New(cfg), events: map[string][]string{}}
	t.Cleanup(func() {
		if err := p.app.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, s := range p.app.Services() {
		switch s := s.(type) {
		case *room.Service:
			p.room = s
		case *code.Service:
			p.code = s
		case *talk.Service:
			p.talk = s
		case *work.Service:
			p.work = s
		case *runs.Service:
			p.runs = s
		case *settings.Service:
			p.settings = s
		}
	}
	return p
}

func newPage(t *testing.T) *page {
	t.Helper()
	p := launch(t, Config{DataDir: t.TempDir(), Mode: ModeStart})
	if err := p.app.Start(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

// heard waits for an event of that name whose JSON contains all of parts.
func (p *page) heard(name string, parts ...string) {
	p.t.Helper()
	p.until(func() string {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, e := range p.events[name] {
			all := true
			for _, part := range parts {
				all = all && strings.Contains(e, part)
			}
			if all {
				return ""
			}
		}
		return fmt.Sprintf("no event %s with %q among %d", name, parts, len(p.events[name]))
	})
}

// until waits until check gives "".
func (p *page) until(check func() string) {
	p.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		last := check()
		if last == "" {
			return
		}
		select {
		case <-deadline:
			p.t.Fatal(last)
		case <-tick.C:
		}
	}
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func classroom(t *testing.T) (teacher, student *page) {
	t.Helper()
	teacher, student = newPage(t), newPage(t)
	v := must(teacher.room.Open(room.OpenRequest{Course: "Go", Title: "Monday", Teacher: "Ms Lee", UseCode: true}))(t)
	port := v.Addresses[0][strings.LastIndex(v.Addresses[0], ":"):]
	must(student.room.Join(room.JoinRequest{Address: "127.0.0.1" + port, Name: "Ada", Code: v.Code}))(t)
	return teacher, student
}

// typed pushes, as an editor would, one update that puts text in front of what is there.
func (p *page) typed(id, text string) {
	p.t.Helper()
	d := must(p.code.OpenDoc(id))(p.t)
	n := len([]rune(d.Text)) // the texts here have no character beyond the basic plane
	inserted := []any{0}
	for line := range strings.SplitSeq(text, "\n") {
		inserted = append(inserted, line)
	}
	change := []any{inserted, n}
	r := must(p.code.Push(id, d.Epoch, d.Version, []code.Update{{ClientID: "test", Changes: change}}))(p.t)
	if !r.OK || r.Version != d.Version+1 {
		p.t.Fatalf("the push was not taken: %+v", r)
	}
}

func TestWhatAPageDoes(t *testing.T) {
	teacher, student := classroom(t)

	v := student.room.View()
	if v.Phase != "here" || v.Title != "Monday" || v.Me.Name != "Ada" || v.Code != "" || v.Fingerprint != teacher.room.View().Fingerprint {
		t.Fatalf("the student's view: %+v", v)
	}
	teacher.heard(room.EventChanged, `"name":"Ada"`, `"here":true`)

	said := must(student.talk.Say("hello"))(t)
	teacher.heard(talk.EventSaid, `"text":"hello"`, `"name":"Ada"`, `"mine":false`)
	student.until(func() string {
		page := must(student.talk.Messages(0, 10))(t)
		if len(page.Messages) != 1 || page.Messages[0].ID != said.ID || page.Messages[0].Pending {
			return fmt.Sprintf("still pending: %+v", page)
		}
		return ""
	})

	student.typed(code.Mine, "// typed\n")
	teacher.heard(code.EventWall, `"name":"Ada"`, "// typed")
	teacher.heard(code.EventChanged, "// typed")
	student.heard(code.EventSaved, `"id":"mine"`, `"version":1`, `"failure":null`)
	if saved := student.code.Saved(code.Mine); saved.Version != 1 || saved.Epoch == "" {
		t.Errorf("a page that missed it would not know that it is saved: %+v", saved)
	}
	teacher.typed(code.Board, "// board\n")
	board := must(teacher.code.OpenDoc(code.Board))(t)
	if err := teacher.code.Caret(code.Board, board.Epoch, board.Version, 3, 5); err != nil {
		t.Fatal(err)
	}
	student.heard(code.EventChanged, `"id":"board"`, "// board")
	student.heard(code.EventCaret, `"id":"board"`, `"version":1,"anchor":3,"head":5`)
	if _, err := student.code.Push(code.Board, "x", 0, nil); failureCode(err) != failure.CodeNotAllowed {
		t.Errorf("a student pushed to the board: %v", err)
	}

	sent := must(teacher.code.SendToAll("Start here"))(t)
	student.heard(code.EventSent, `"title":"Start here"`)
	if d := must(student.code.OpenDoc(code.Mine))(t); strings.Contains(d.Text, "// board") {
		t.Fatal("what was sent overwrote the student's code")
	}
	before := must(student.code.OpenDoc(code.Mine))(t).Text
	if d := must(student.code.Take(sent.ID))(t); !strings.HasPrefix(d.Text, "// board") {
		t.Fatalf("taken: %q", d.Text)
	}
	versions := must(student.code.Versions())(t)
	if len(versions) != 1 || must(student.code.Version(versions[0].ID))(t).Text != before {
		t.Fatalf("what stood there was not kept: %+v", versions)
	}
	if d := must(student.code.Take(versions[0].ID))(t); d.Text != before {
		t.Fatalf("put back: %q", d.Text)
	}

	handed := must(student.work.HandIn("Loops"))(t)
	teacher.heard(work.EventChanged, `"title":"Loops"`, `"version":1`)
	student.heard(work.EventChanged, handed.ID, `"state":"delivered"`, `"readerName":"Ms Lee"`)
	opened := must(teacher.work.Open(handed.ID))(t)
	if opened.Files[0].Text != before {
		t.Fatalf("handed in: %q", opened.Files[0].Text)
	}
	if kept := must(student.work.Open(handed.ID))(t).ReceiptText; !strings.Contains(kept, "Signature:") || !strings.Contains(kept, "Ms Lee") {
		t.Fatalf("the receipt: %q", kept)
	}
	if again := must(student.work.HandIn("Loops"))(t); again.Version != 2 {
		t.Fatalf("handed in again: %+v", again)
	}
	if n := len(must(teacher.work.All())(t)); n == 0 {
		t.Fatal("nothing is listed")
	}
}

func failureCode(err error) string {
	var f failure.Failure
	if err == nil || json.Unmarshal([]byte(err.Error()), &f) != nil {
		return ""
	}
	return f.Code
}

func TestRunning(t *testing.T) {
	p := newPage(t)
	id := must(p.runs.Run(runs.Request{DocID: code.Mine, Text: "package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tfmt.Println(\"name?\")\n\ts := bufio.NewScanner(os.Stdin)\n\ts.Scan()\n\tfmt.Println(\"hi\", s.Text())\n}\n"}))(t)
	p.heard(runs.EventRun, `"kind":"output"`, "name?")
	if err := p.runs.Input(id, "Ada\n"); err != nil {
		t.Fatal(err)
	}
	p.heard(runs.EventRun, "hi Ada")
	p.heard(runs.EventRun, `"kind":"exit"`, `"reason":"done"`)
	if last := p.runs.Last(); last.Run != id || last.Events[len(last.Events)-1].Exit == nil {
		t.Fatalf("a page loaded again would not see it: %+v", last)
	}

	loop := must(p.runs.Run(runs.Request{Text: "package main\n\nfunc main() {\n\tfor {\n\t}\n}\n"}))(t)
	p.runs.Stop(loop)
	p.heard(runs.EventRun, fmt.Sprintf(`"run":"%s"`, loop), `"reason":"stopped"`)
	wrong := must(p.runs.Run(runs.Request{Text: "package main\n\nfunc main() {\n\tx :=\n}\n"}))(t)
	p.heard(runs.EventRun, fmt.Sprintf(`"run":"%s"`, wrong), `"kind":"diagnostic"`, `"line":5`)
}

func TestSettings(t *testing.T) {
	p := newPage(t)
	if v := must(p.settings.Get())(t); v.Theme != settings.ThemeAuto || v.CodeSize == 0 {
		t.Fatalf("defaults: %+v", v)
	}
	if err := p.settings.Set(settings.Settings{Theme: "neon", CodeSize: 900, Name: " Ada\u202e "}); err != nil {
		t.Fatal(err)
	}
	if v := must(p.settings.Get())(t); v.Theme != settings.ThemeAuto || v.CodeSize > 40 || v.Name != "" {
		t.Fatalf("what makes no sense was kept: %+v", v)
	}
}

// TestCannotStart: the page is told, nothing else is bound, and nothing on the disk is changed.
func TestCannotStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "thirdspace.db")
	content := []byte("this is no database, and long enough to have been one once upon a time ............................")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, Config{DataDir: dir})
	if f := p.app.Failure(); f == nil || f.Code != failure.CodeDamaged || f.Hint == "" || failure.ExitCode(f) != failure.ExitData {
		t.Fatalf("%+v", f)
	}
	if n := len(p.app.Services()); n != 1 || p.room != nil {
		t.Fatalf("%d services are bound", n)
	}
	if err := p.app.Start(t.Context(), p); err == nil {
		t.Error("it started all the same")
	}
	if now, _ := os.ReadFile(path); string(now) != string(content) {
		t.Error("the file was changed")
	}

	busy := newPage(t)
	second := launch(t, Config{DataDir: busy.app.cfg.DataDir})
	if f := second.app.Failure(); f == nil || f.Code != failure.CodeInUse {
		t.Fatalf("%+v", f)
	}

	spoilt := t.TempDir()
	if err := os.WriteFile(filepath.Join(spoilt, "device.key"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := launch(t, Config{DataDir: spoilt}).app.Failure(); f == nil || f.Code != failure.CodeDamaged {
		t.Fatalf("%+v", f)
	}
}

func TestOpenedFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	cfg := Config{DataDir: dir, Mode: ModeHost, Open: true, Host: room.OpenRequest{Title: "Tuesday", Teacher: "Mr Okafor"}}
	p := launch(t, cfg)
	if err := p.app.Start(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	if v := p.app.Room(); v.Phase != room.PhaseHosting || v.Title != "Tuesday" || v.Code != "" {
		t.Fatalf("%+v", v)
	}
	cfg.DataDir, cfg.Host.Title = t.TempDir(), " "
	q := launch(t, cfg)
	if err := q.app.Start(context.Background(), q); failure.ExitCode(err) != failure.ExitUsage {
		t.Fatalf("a room without a name: %v", err)
	}
}
