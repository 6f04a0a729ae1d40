// Package app is ThirdSpace put together: the data folder, the device key, the room this machine is in, the runner for
// programs, and the services that a page calls. Whoever starts it gives it a [Config] and an [Emitter] and shows its
// [App.Services] in some face (package face): a window, a browser, or none.
//
// The packages below it, from the ground up:
//
//   - failure: errors as a person is told of them, and the exit codes of scripts;
//   - store: the disk; class: what the facts of a room mean;
//   - session: the room this machine is in now;
//   - room, code, talk, work, runs, doctor, settings, boot: one service each, bound to the page;
//   - face: the window and the browser; cli: the command line.
//
// Arrows point down this list's levels and on to thirdspace/p2p and thirdspace/interp, never up.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"thirdspace/app/boot"
	"thirdspace/app/code"
	"thirdspace/app/doctor"
	"thirdspace/app/failure"
	"thirdspace/app/room"
	"thirdspace/app/runs"
	"thirdspace/app/session"
	"thirdspace/app/settings"
	"thirdspace/app/store"
	"thirdspace/app/talk"
	"thirdspace/app/work"
	"thirdspace/interp/check"
	"thirdspace/interp/run"
	"thirdspace/p2p/identity"
)

// Modes in which the app starts.
const (
	ModeStart = "start" // the start screen, with both doors
	ModeHost  = "host"  // the door to teach
	ModeJoin  = "join"  // the door to join
)

// warmRunners are kept ready: one for the next Run, one for the Run after it.
const warmRunners = 2

// Config says how the app is started.
type Config struct {
	DataDir string
	Mode    string
	Host    room.OpenRequest // what --course and the like have said; opened at once if Open
	Join    room.JoinRequest // what --name and the like have said
	Target  string           // a room's name or address to join
	Open    bool             // open Host at once
	Port    int              // to host on; 0: the usual one, or any
	Runner  string           // the path of thirdspace-runner
	Log     *slog.Logger
}

// Emitter carries events to the page. It never blocks.
type Emitter interface {
	Emit(name string, data ...any)
}

// App is the running program. Make it with New, Start it once, Stop it once.
type App struct {
	cfg      Config
	failed   *failure.Failure
	services []any
	emitter  atomic.Pointer[Emitter]

	store    *store.Store
	sessions *session.Manager
	rooms    *room.Service
	closers  []func() error // in the order in which they are called
}

// New opens the data folder and makes the services. It does not fail: where the program cannot start, Failure says why,
// and the only service is the one that tells the page.
func New(cfg Config) *App {
	a := &App{cfg: cfg}
	if err := a.open(); err != nil {
		a.failed = failure.From(err)
		cfg.Log.Error("the app cannot start", "error", err)
		if err := a.close(); err != nil {
			cfg.Log.Error("closing what was opened", "error", err)
		}
		a.services, a.closers = nil, nil
	}
	a.services = append(a.services, boot.New(a.failed))
	return a
}

func (a *App) open() error {
	st, err := store.Open(context.Background(), a.cfg.DataDir, a.cfg.Log)
	if err != nil {
		return err
	}
	a.store = st
	a.onClose(st.Close)
	device, err := identity.LoadDevice(filepath.Join(a.cfg.DataDir, "device.key"))
	if err != nil {
		return failure.Damaged(err)
	}
	checker := a.openChecker()
	pool, err := run.NewPool(run.Config{Runner: a.cfg.Runner, Warm: warmRunners, Log: a.cfg.Log, Checker: checker})
	if err != nil {
		return fmt.Errorf("preparing to run programs: %w", err)
	}
	a.onClose(pool.Close)
	a.sessions = session.NewManager(session.Config{Store: st, Device: device, Log: a.cfg.Log, Port: a.cfg.Port})
	a.onClose(a.sessions.Close)
	a.wire(device, pool, checker)
	return nil
}

// openChecker opens what checks programs. Without the pack the app works all the same, with the quick engine alone.
func (a *App) openChecker() *check.Checker {
	checker, pack, err := runs.OpenChecker(filepath.Join(filepath.Dir(a.cfg.Runner), runs.PackName))
	if err != nil {
		a.cfg.Log.Warn("programs are not checked while they are typed, and run in the quick engine only", "error", err)
		return nil
	}
	a.onClose(pack.Close)
	return checker
}

// wire makes the services.
func (a *App) wire(device *identity.Device, pool *run.Pool, checker *check.Checker) {
	set := settings.New(a.store)
	launch := room.Launch{Mode: a.cfg.Mode, Open: a.cfg.Host, Join: a.cfg.Join, Target: a.cfg.Target}
	a.rooms = room.New(a.sessions, a.store, device, set, launch, func() (string, []room.Layer) { return lacks(pool) }, a.emit)
	codes, closeCode := code.New(a.sessions, a.store, a.emit)
	a.onClose(func() error { closeCode(); return nil })
	programs, closeRuns := runs.New(pool, checker, a.emit)
	a.onClose(func() error { closeRuns(); return nil })
	examiner, closeExaminer := doctor.New(a.sessions, a.cfg.Log)
	a.onClose(func() error { closeExaminer(); return nil })
	a.services = []any{a.rooms, codes, programs, set, examiner, talk.New(a.sessions, a.emit), work.New(a.sessions, codes, a.emit)}
}

// lacks says what the jail of programs lacks on this machine, and which parts it has; "" and none if it lacks nothing.
func lacks(pool *run.Pool) (string, []room.Layer) {
	layers := []room.Layer{}
	r := pool.Protection()
	if r.Full {
		return "", layers
	}
	for _, f := range r.Features {
		layers = append(layers, room.Layer(f))
	}
	return r.Sentence(), layers
}

// onClose adds something to close, before all that was opened earlier.
func (a *App) onClose(f func() error) { a.closers = append([]func() error{f}, a.closers...) }

// emit carries an event to the page, once there is one. Before that nobody listens.
func (a *App) emit(name string, data ...any) {
	if e := a.emitter.Load(); e != nil {
		(*e).Emit(name, data...)
	}
}

// Failure is why the app could not start; nil if it could.
func (a *App) Failure() *failure.Failure { return a.failed }

// Services are the structs whose methods the page may call.
func (a *App) Services() []any { return a.services }

// Geometry keeps the window's place between starts; nil where the app could not start.
func (a *App) Geometry() *Geometry {
	if a.failed != nil {
		return nil
	}
	return &Geometry{store: a.store, log: a.cfg.Log}
}

// Start connects the page and enters a room where that was asked for: the one on the command line, or else the one that
// was not left. The error is one of opening or joining; the app itself runs on, at its start screen.
func (a *App) Start(ctx context.Context, page Emitter) error {
	a.emitter.Store(&page)
	if a.failed != nil {
		return a.failed
	}
	if a.cfg.Open {
		_, err := a.rooms.Open(a.cfg.Host)
		return err
	}
	_, err := a.sessions.Resume(ctx)
	return failure.Of(err)
}

// Room is the room as it stands, for those who have no page.
func (a *App) Room() room.View {
	if a.failed != nil {
		return room.View{Phase: room.PhaseNone}
	}
	return a.rooms.View()
}

// Stop closes everything in order; what was typed and said is on the disk afterwards. A room is not left by it: the
// next start within the day goes back to it.
func (a *App) Stop() error { return a.close() }

func (a *App) close() error {
	var errs []error
	for _, f := range a.closers {
		errs = append(errs, f())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the app: %w", err)
	}
	return nil
}
