//go:build !bindings

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/adrg/xdg"

	"thirdspace/app"
	"thirdspace/app/cli"
	"thirdspace/app/face"
	"thirdspace/app/failure"
	"thirdspace/app/room"
	"thirdspace/frontend"
)

// show puts the app together and shows it until the person closes it or ctx ends.
func show(ctx context.Context, o cli.Options, log *slog.Logger) int {
	config, err := appConfig(o, log)
	if err != nil {
		return fail(err)
	}
	a := app.New(config)
	code := showApp(ctx, a, o, log)
	if err := a.Stop(); err != nil {
		return fail(err)
	}
	return code
}

func appConfig(o cli.Options, log *slog.Logger) (app.Config, error) {
	runner, err := runnerPath()
	if err != nil {
		return app.Config{}, err
	}
	dir := o.DataDir
	if dir == "" {
		dir = filepath.Join(xdg.DataHome, "thirdspace")
	}
	modes := map[cli.Command]string{cli.Start: app.ModeStart, cli.Host: app.ModeHost, cli.Join: app.ModeJoin}
	return app.Config{
		DataDir: dir, Mode: modes[o.Command], Runner: runner, Log: log,
		Host: room.OpenRequest{
			Course: o.Host.Course, Title: o.Host.Room, Teacher: o.Host.Teacher, UseCode: o.Host.Code,
		},
		Join:   room.JoinRequest{Name: o.Join.Name, Code: o.Join.Code},
		Target: o.Join.Target, Open: o.Host.Open, Port: o.Host.Port,
	}, nil
}

// showApp runs the app in its face. A page shows by itself why the app could not start; without one it is printed.
func showApp(ctx context.Context, a *app.App, o cli.Options, log *slog.Logger) int {
	if o.Face == cli.Headless {
		return serveHeadless(ctx, a, o)
	}
	f, err := newFace(a, o, log)
	if err != nil {
		return failFace(err)
	}
	if failed := a.Failure(); failed != nil {
		fail(failed)
	}
	ctx, cancel := context.WithCancel(ctx)
	var starting sync.WaitGroup
	starting.Go(func() {
		if err := a.Start(ctx, f); err != nil && a.Failure() == nil && ctx.Err() == nil {
			log.Error("the room was not entered", "error", failure.From(err).Sentence())
		}
	})
	err = f.Run(ctx)
	cancel()
	starting.Wait()
	switch failed := a.Failure(); {
	case err != nil:
		return failFace(err)
	case failed != nil:
		return failure.ExitCode(failed)
	}
	return failure.ExitOK
}

// failFace prints why there is no face; those sentences are the face's own.
func failFace(err error) int {
	fmt.Fprintf(os.Stderr, "thirdspace: %v\n", err)
	if errors.Is(err, face.ErrAddressInUse) {
		return failure.ExitPort
	}
	return failure.ExitError
}

// serveHeadless opens the room, says where it is, and keeps it open.
func serveHeadless(ctx context.Context, a *app.App, o cli.Options) int {
	f := face.Headless{}
	if err := a.Start(ctx, f); err != nil {
		return fail(err)
	}
	if err := printRoom(a.Room(), o.JSON); err != nil {
		return fail(err)
	}
	if err := f.Run(ctx); err != nil {
		return fail(err)
	}
	return failure.ExitOK
}

func printRoom(v room.View, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{
			"room": v.ID, "title": v.Title, "course": v.Course, "teacher": v.Teacher,
			"code": v.Code, "addresses": v.Addresses, "fingerprint": v.Fingerprint, "ways": v.Ways, "link": v.Link,
		})
	}
	code := v.Code
	if code == "" {
		code = "none"
	}
	_, err := fmt.Printf("Room     %s\nCode     %s\nAddress  %s\nLink     %s\n", v.Title, code, strings.Join(waysOf(v), "\n         "), v.Link)
	return err
}

// waysOf lists the addresses of the room, each with what may be typed in its place.
func waysOf(v room.View) []string {
	codes := map[string]string{}
	for _, w := range v.Ways {
		codes[w.Address] = "  or  " + w.Code
	}
	var lines []string
	for _, a := range v.Addresses {
		lines = append(lines, a+codes[a])
	}
	return lines
}

// newFace makes the window where there is a screen, and else the browser face.
func newFace(a *app.App, o cli.Options, log *slog.Logger) (face.Face, error) {
	page := face.Page{Title: "ThirdSpace", Services: a.Services(), Assets: frontend.Dist, Log: log}
	if o.Face == cli.Auto && face.CanOpenWindow() {
		config := face.WindowConfig{Page: page}
		if g := a.Geometry(); g != nil {
			config.Memory = g
		}
		return face.NewWindow(config)
	}
	if o.Face == cli.Auto {
		fmt.Fprintln(os.Stderr, "There is no screen here to open a window on. Open this link in a browser on this machine:")
	}
	config := face.BrowserConfig{Page: page, Announce: func(url string) { printURL(url, o.JSON) }}
	if o.Dev != "" {
		develop(&config, o.Dev)
	}
	b, err := face.NewBrowser(config)
	if err != nil {
		return nil, err
	}
	printURL(b.URL(), o.JSON)
	return b, nil
}

func printURL(url string, asJSON bool) {
	if asJSON {
		fmt.Printf("{\"url\":%q}\n", url) // a URL has nothing that Go and JSON would quote differently
		return
	}
	fmt.Println(url)
}

// develop shows the page from a folder, keeps its link good over restarts, and loads open tabs again when it changes.
// The build's dev script sets the variables.
func develop(c *face.BrowserConfig, dir string) {
	c.Assets = os.DirFS(dir)
	c.Address = os.Getenv("THIRDSPACE_DEV_ADDRESS")
	c.Session = os.Getenv("THIRDSPACE_DEV_SESSION")
	c.Watch = func() string {
		info, err := fs.Stat(c.Assets, "index.html")
		if err != nil {
			return ""
		}
		return info.ModTime().String()
	}
}
