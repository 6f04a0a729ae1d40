//go:build !bindings

// Command thirdspace is a classroom for programming that needs nothing but the network between the machines in the
// room. This package reads the command line, puts the app together and shows it; what it does is in the packages below
// app, p2p and interp. The command line and its exit codes are described in package app/cli.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"thirdspace/app/cli"
	"thirdspace/app/failure"
	"thirdspace/app/runs"
	"thirdspace/interp/run"
)

func main() { os.Exit(thirdspace(os.Args[1:])) }

// thirdspace does what the command line says and returns the exit code. It must be called from the main goroutine.
func thirdspace(args []string) int {
	o, err := cli.Parse(args, os.Stdout)
	if err != nil {
		fmt.Fprintf(os.Stderr, "thirdspace: %v\n", err)
		return failure.ExitUsage
	}
	log, closeLog, err := openLog(o.Log)
	if err != nil {
		return fail(err)
	}
	defer closeLog()
	ctx, stop := interruptible()
	defer stop()
	switch o.Command {
	case cli.Done:
		return failure.ExitOK
	case cli.Version:
		return printVersion(o.JSON)
	case cli.Run, cli.Check, cli.Grade:
		return withoutRoom(ctx, o, log)
	case cli.Doctor:
		code, err := cli.Examine(ctx, o.Doctor, os.Stdout, o.JSON, log)
		if err != nil {
			return fail(err)
		}
		return code
	}
	return show(ctx, o, log)
}

// fail prints an error as a person is told of it, and gives its exit code.
func fail(err error) int {
	f := failure.From(err)
	fmt.Fprintf(os.Stderr, "thirdspace: %s\n", f.Sentence())
	if f.Details != "" {
		fmt.Fprintf(os.Stderr, "(%s)\n", f.Details)
	}
	return failure.ExitCode(err)
}

func openLog(l cli.Log) (*slog.Logger, func(), error) {
	var to io.WriteCloser = os.Stderr
	if l.File != "" {
		f, err := os.OpenFile(l.File, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return nil, nil, fmt.Errorf("opening the log: %w", err)
		}
		to = f
	}
	log := slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: l.Level}))
	return log, func() {
		if to != os.Stderr {
			to.Close()
		}
	}, nil
}

// impatience is how long after the first Ctrl-C the next one counts: some shells and tools send one wish to stop twice.
const impatience = 400 * time.Millisecond

// interruptible gives a context that ends at the first Ctrl-C or SIGTERM, so that everything is closed in order. At the
// second the person does not want to wait for that any more.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		first := time.Now()
		cancel()
		for range signals {
			if time.Since(first) > impatience {
				os.Exit(130)
			}
		}
	}()
	return ctx, cancel
}

// runnerPath is where the runner stands: beside this program.
func runnerPath() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the runner: %w", err)
	}
	name := "thirdspace-runner"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(filepath.Dir(self), name), nil
}

// withoutRoom does what needs neither a room nor a data folder.
func withoutRoom(ctx context.Context, o cli.Options, log *slog.Logger) int {
	runner, err := runnerPath()
	if err != nil {
		return fail(err)
	}
	streams := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	code := 0
	if o.Command == cli.Check {
		code, err = checkFiles(ctx, runner, o, streams)
	} else {
		code, err = runFiles(ctx, runner, o, streams, log)
	}
	if err == nil {
		return code
	}
	fmt.Fprintf(os.Stderr, "thirdspace: %v\n", err)
	return cli.ExitCode(ctx, err)
}

func checkFiles(ctx context.Context, runner string, o cli.Options, s cli.Streams) (int, error) {
	checker, pack, err := runs.OpenChecker(filepath.Join(filepath.Dir(runner), runs.PackName))
	if err != nil {
		return 0, err
	}
	defer pack.Close()
	return cli.CheckFiles(ctx, checker, o.Program.Files, s, o.JSON)
}

// runFiles runs a program, or tests one.
func runFiles(ctx context.Context, runner string, o cli.Options, s cli.Streams, log *slog.Logger) (int, error) {
	checker, pack, err := runs.OpenChecker(filepath.Join(filepath.Dir(runner), runs.PackName))
	if err != nil {
		log.Warn("the program cannot be checked before it is run", "error", err)
	} else {
		defer pack.Close()
	}
	pool, err := run.NewPool(run.Config{Runner: runner, Log: log, Checker: checker})
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	if o.Command == cli.Grade {
		return cli.GradeFiles(ctx, pool, o, s)
	}
	return cli.RunFiles(ctx, pool, o.Program, s, o.JSON)
}

// version is what this program was built from, as far as Go knows it.
type version struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readVersion() version {
	v := version{Version: "development", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	return v
}

func printVersion(asJSON bool) int {
	v := readVersion()
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
			return fail(err)
		}
		return failure.ExitOK
	}
	fmt.Printf("thirdspace %s %s (%s)\n", v.Version, v.Platform, v.Go)
	return failure.ExitOK
}
