package gc

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"thirdspace/interp/jail"
)

// maxSaid is how much of what a tool says is kept, in bytes.
const maxSaid = 256 << 10

// errFailed is the end of a tool that did not like what it was given.
var errFailed = errors.New("the tool failed")

// toolEnv is the whole environment of a tool: the target, and that garbage is
// looked for only where there is much of it. Most of these processes end before
// that, and a fifth of their time would go into it.
var toolEnv = []string{"GOOS=wasip1", "GOARCH=wasm", "GOGC=off", "GOMEMLIMIT=384MiB"}

// runTool runs a tool in the folder dir, with nothing in its environment but
// toolEnv, and returns what it said. It ends the tool when ctx ends, with its
// cause as the error, and when it uses too much memory.
func runTool(ctx context.Context, dir, tool string, args ...string) (string, error) {
	var said bounded
	cmd := exec.Command(tool, args...)
	cmd.Dir = dir
	cmd.Env = toolEnv
	cmd.Stdout, cmd.Stderr = &said, &said
	jail.Prepare(cmd, jail.ModePlain)
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", tool, err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	gone := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watchTool(ctx, cancel, cmd, gone)
	}()
	err := jail.Wait(cmd, func() { close(gone); <-watched })
	// A tool that ended well has ended well, whatever else happened meanwhile.
	if err == nil {
		return said.String(), nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return said.String(), cause
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return said.String(), fmt.Errorf("%w (%s)", errFailed, exit.ProcessState)
	}
	return said.String(), err
}

// watchTool ends a tool when ctx ends or when it uses too much memory.
func watchTool(ctx context.Context, cancel context.CancelCauseFunc, cmd *exec.Cmd, gone <-chan struct{}) {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-gone:
			return
		case <-ctx.Done():
			jail.Kill(cmd.Process)
			<-gone
			return
		case <-t.C:
			if memory, _, ok := jail.Usage(cmd.Process.Pid); ok && memory > maxMemory {
				cancel(ErrTooMuch)
			}
		}
	}
}

// bounded keeps the beginning of what is written to it.
type bounded struct{ strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	if left := maxSaid - b.Len(); left > 0 {
		_, _ = b.Builder.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}
