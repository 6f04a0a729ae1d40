package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/app/class"
	"thirdspace/app/failure"
	"thirdspace/app/store"
	"thirdspace/p2p/doc"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/link"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// modernc.org/sqlite keeps no goroutine; database/sql's opener ends with Close, which every test calls.
		goleak.IgnoreTopFunction("github.com/libp2p/go-libp2p/p2p/transport/tcpreuse/internal/sampledconn.init.0.func1"),
	)
}

// machine is one computer of the lab: a data folder and what runs over it.
type machine struct {
	t        *testing.T
	dir      string
	store    *store.Store
	sessions *Manager
	device   *identity.Device
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, dir: t.TempDir()}
	m.start()
	t.Cleanup(m.stop)
	return m
}

func (m *machine) start() {
	m.t.Helper()
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("SESSION_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	st, err := store.Open(context.Background(), m.dir, log)
	if err != nil {
		m.t.Fatal(err)
	}
	m.device, err = identity.LoadDevice(m.dir + "/device.key")
	if err != nil {
		m.t.Fatal(err)
	}
	m.store = st
	m.sessions = NewManager(Config{Store: st, Device: m.device, Log: log})
}

func (m *machine) stop() {
	if m.sessions == nil {
		return
	}
	if err := errors.Join(m.sessions.Close(), m.store.Close()); err != nil {
		m.t.Error(err)
	}
	m.sessions = nil
}

func (m *machine) now() *Session {
	m.t.Helper()
	s, err := m.sessions.Current()
	if err != nil {
		m.t.Fatal(err)
	}
	return s
}

func (m *machine) open(code bool) *Session {
	m.t.Helper()
	s, err := m.sessions.Open(m.t.Context(), OpenOptions{Course: "Go for beginners", Title: "Monday, period 2", Teacher: "Ms Lee", UseCode: code})
	if err != nil {
		m.t.Fatal(err)
	}
	return s
}

func address(s *Session) string { return fmt.Sprintf("127.0.0.1:%d", s.link.Port()) }

func (m *machine) join(host *Session, name string) *Session {
	m.t.Helper()
	s, err := m.tryJoin(host, name, host.Settings().Code)
	if err != nil {
		m.t.Fatal(err)
	}
	return s
}

func (m *machine) tryJoin(host *Session, name, code string) (*Session, error) {
	return m.sessions.Join(m.t.Context(), JoinOptions{Ticket: address(host), Name: name, Code: code})
}

func (m *machine) say(text string) {
	m.t.Helper()
	s := m.now()
	if _, err := s.State(m.t.Context(), class.KindSaid, nil, class.Said{Text: text, At: s.Now()}); err != nil {
		m.t.Fatal(err)
	}
}

func heard(s *Session) string {
	said, _ := s.Messages(0, 1000)
	var out []string
	for _, m := range said {
		out = append(out, s.Name(m.Author)+": "+m.Text)
	}
	return strings.Join(out, "; ")
}

// eventually waits until check gives "" and fails with what it gave last.
func eventually(t *testing.T, check func() string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		last := check()
		if last == "" {
			return
		}
		select {
		case <-deadline:
			t.Fatal(last)
		case <-look.C:
		}
	}
}

func hears(t *testing.T, s *Session, want string) {
	t.Helper()
	eventually(t, func() string {
		if got := heard(s); got != want {
			return fmt.Sprintf("heard %q, want %q", got, want)
		}
		return ""
	})
}

func shows(t *testing.T, s *Session, page, want string) {
	t.Helper()
	eventually(t, func() string {
		d, err := s.Document(page)
		if err != nil {
			return err.Error()
		}
		if got := d.Snapshot().Text; got != want {
			return fmt.Sprintf("%s shows %q, want %q", page, got, want)
		}
		return ""
	})
}

func write(t *testing.T, s *Session, page, text string) {
	t.Helper()
	d, err := s.Document(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.(*doc.Authority).Replace(text, s.Self().String()); err != nil {
		t.Fatal(err)
	}
}

func TestAClass(t *testing.T) {
	teacher, ada, ben := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	a, b := ada.join(host, "Ada"), ben.join(host, "Ben")

	ada.say("good morning")
	hears(t, b, "Ada: good morning")
	hears(t, host, "Ada: good morning")
	teacher.say("welcome")
	hears(t, a, "Ada: good morning; Ms Lee: welcome")

	write(t, host, PageBoard, "package board")
	shows(t, a, PageBoard, "package board")
	write(t, a, PageMine, "package ada")
	shows(t, host, a.Self().String(), "package ada")
	if _, err := b.Document(a.Self().String()); err == nil {
		t.Error("a student can open another's code")
	}

	id, err := a.State(t.Context(), class.KindHandedIn, a.Teachers(), class.HandedIn{Title: "Loops", Files: []class.File{{Name: "main.go", Text: "package ada"}}})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		w, ok := host.Submission(id)
		if !ok || w.Files[0].Text != "package ada" || host.Name(w.Author) != "Ada" {
			return "the teacher does not have what was handed in"
		}
		mine, _ := a.Submission(id)
		if r, ok := a.Receipt(mine.Hash); !ok || r.Verify() != nil || r.Reader != host.Self() {
			return "the student has no receipt of the teacher"
		}
		return ""
	})
	if len(b.Submissions()) != 0 {
		t.Error("another student can read what was handed in")
	}

	late := newMachine(t)
	l := late.join(host, "Late")
	hears(t, l, "Ada: good morning; Ms Lee: welcome")
	shows(t, l, PageBoard, "package board")
	eventually(t, func() string {
		if n := len(l.Members()); n != 4 || len(l.PresentMembers()) != 4 {
			return fmt.Sprintf("%d members, %d present, want 4", n, len(l.PresentMembers()))
		}
		return ""
	})
}

// TestHostRestarted: promise 1. The host goes without a word and comes back on the same data; everyone is back by
// themselves, and what was said and handed in meanwhile arrives.
func TestHostRestarted(t *testing.T) {
	teacher, ada, ben := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	room := host.Room()
	a, b := ada.join(host, "Ada"), ben.join(host, "Ben")
	ada.say("one")
	hears(t, b, "Ada: one")
	write(t, host, PageBoard, "package kept")
	shows(t, b, PageBoard, "package kept")

	teacher.stop()
	eventually(t, func() string {
		if p := a.Link().Phase; p != link.PhaseReconnecting {
			return "the student thinks the link is " + p
		}
		return ""
	})
	ada.say("two, apart")
	write(t, a, PageMine, "package apart")
	id, err := a.State(t.Context(), class.KindHandedIn, a.Teachers(), class.HandedIn{Title: "Apart", Files: []class.File{{Name: "main.go", Text: "x"}}})
	if err != nil {
		t.Fatal(err)
	}

	teacher.start()
	host, err = teacher.sessions.Resume(t.Context())
	if err != nil || host == nil || host.Room() != room {
		t.Fatalf("the host is not back in its room: %v", err)
	}
	hears(t, host, "Ada: one; Ada: two, apart")
	hears(t, b, "Ada: one; Ada: two, apart")
	shows(t, host, a.Self().String(), "package apart")
	shows(t, b, PageBoard, "package kept")
	eventually(t, func() string {
		if _, ok := host.Submission(id); !ok {
			return "what was handed in apart has not come"
		}
		return ""
	})
	ben.say("three")
	hears(t, a, "Ada: one; Ada: two, apart; Ben: three")
}

func TestStudentRestartedWithoutHost(t *testing.T) {
	teacher, ada := newMachine(t), newMachine(t)
	host := teacher.open(false)
	a := ada.join(host, "Ada")
	write(t, a, PageMine, "package mine")
	ada.say("hello")
	hears(t, host, "Ada: hello")
	ada.stop()
	teacher.stop()

	ada.start()
	a, err := ada.sessions.Resume(t.Context())
	if err != nil || a == nil {
		t.Fatalf("not back in the room: %v", err)
	}
	shows(t, a, PageMine, "package mine")
	hears(t, a, "Ada: hello")
	ada.say("alone")

	teacher.start()
	host, err = teacher.sessions.Resume(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hears(t, host, "Ada: hello; Ada: alone")
	if m, ok := host.member(a.Self()); !ok || m.Name != "Ada" || m.Number != 2 {
		t.Fatalf("she is another one now: %+v", m)
	}
}

func TestLeavingIsNotGoneBackTo(t *testing.T) {
	teacher := newMachine(t)
	teacher.open(true)
	if err := teacher.sessions.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	teacher.stop()
	teacher.start()
	if s, err := teacher.sessions.Resume(t.Context()); s != nil || err != nil {
		t.Fatalf("went back: %v, %v", s, err)
	}
	first := teacher.open(true).Room()
	if err := teacher.sessions.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := teacher.open(true).Room(); again != first {
		t.Fatal("the same course and title made another room")
	}
}

func refusedWith(t *testing.T, err error, code string) {
	t.Helper()
	if f := failure.From(err); f == nil || f.Code != code {
		t.Fatalf("got %v, want a failure of code %q", err, code)
	}
}

func TestWhoIsNotLetIn(t *testing.T) {
	teacher, ada, other := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	ada.join(host, "Ada")

	_, err := other.tryJoin(host, "Ben", "000-000")
	refusedWith(t, err, link.RefusedWrongCode)
	_, err = other.tryJoin(host, "Ben", "")
	refusedWith(t, err, link.RefusedCodeNeeded)
	_, err = other.tryJoin(host, "ada", host.Settings().Code)
	refusedWith(t, err, link.RefusedNameTaken)
	if f := failure.From(err); !strings.Contains(f.Hint, "ada 2") {
		t.Errorf("no free name is suggested: %q", f.Hint)
	}
	_, err = other.tryJoin(host, "B\u202een", host.Settings().Code)
	refusedWith(t, err, failure.CodeBadName)

	if err := host.SetLocked(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	_, err = other.tryJoin(host, "Ben", host.Settings().Code)
	refusedWith(t, err, link.RefusedLocked)
	_, err = other.sessions.Join(t.Context(), JoinOptions{Ticket: "not an address", Name: "Ben"})
	refusedWith(t, err, failure.CodeBadAddress)
	_, err = other.sessions.Join(t.Context(), JoinOptions{Ticket: "127.0.0.1:1", Name: "Ben"})
	refusedWith(t, err, failure.CodeUnreachable)
	if _, err := other.sessions.Current(); err == nil {
		t.Error("someone who was refused is in a room")
	}
}

func TestFullRoom(t *testing.T) {
	teacher, ada, ben := newMachine(t), newMachine(t), newMachine(t)
	teacher.sessions.cfg.MaxMembers = 2
	host := teacher.open(false)
	ada.join(host, "Ada")
	_, err := ben.tryJoin(host, "Ben", "")
	refusedWith(t, err, link.RefusedFull)
	if err := ada.sessions.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	ada.join(host, "Ada") // who is a member has a seat
}

func TestRemovedAndReadmitted(t *testing.T) {
	teacher, ada := newMachine(t), newMachine(t)
	host := teacher.open(true)
	a := ada.join(host, "Ada")
	ada.say("before")
	hears(t, host, "Ada: before")
	m, _ := host.member(a.Self())
	if err := host.Remove(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		if s := a.Link(); s.Phase != link.PhaseRefused || s.Refusal.Code != link.RefusedRemoved {
			return fmt.Sprintf("the link of someone removed is %+v", s)
		}
		return ""
	})
	if err := host.Readmit(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	a = ada.join(host, "Ada")
	ada.say("after")
	hears(t, host, "Ada: before; Ada: after")
}

// TestFalseRoom: a machine that opens a room of the known name is refused, before anything is said to it.
func TestFalseRoom(t *testing.T) {
	teacher, ada, mallory := newMachine(t), newMachine(t), newMachine(t)
	host := teacher.open(true)
	ada.join(host, "Ada")
	if err := ada.sessions.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	teacher.stop()
	false_ := mallory.open(true)
	_, err := ada.sessions.Join(t.Context(), JoinOptions{Room: host.Room(), Host: false_.Self(), Name: "Ada"})
	refusedWith(t, err, failure.CodeConflict)
	_, err = ada.tryJoin(false_, "Ada", false_.Settings().Code)
	refusedWith(t, err, failure.CodeConflict)
}

func TestPortInUse(t *testing.T) {
	teacher, other := newMachine(t), newMachine(t)
	host := teacher.open(false)
	other.sessions.cfg.Port = host.link.Port()
	_, err := other.sessions.Open(t.Context(), OpenOptions{Title: "x", Teacher: "y"})
	refusedWith(t, err, failure.CodePort)
}
