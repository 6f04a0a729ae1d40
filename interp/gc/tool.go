package gc

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"thirdspace/interp/jail"
)

// maxSaid is how much of what a tool says is kept, in bytes.
const maxSaid = 256 << 10

// errFailed is the end of a tool that did not like what it was given.
var errFailed = errors.New("the tool failed")

// confined runs a tool as runTool does, with what a step of building needs: the
// effort, the work folder, which dir is or lies in, and to read what the tool came
// with.
func (b *Builder) confined(ctx context.Context, e effort, dir, tool string, args ...string) (string, error) {
	may := bounds{Tool: jail.Tool{Write: []string{dir}, Memory: maxMemory}, cpu: e.cpu, threads: e.threads}
	if filepath.Base(dir) == srcDir {
		may.Write[0] = filepath.Dir(dir)
	}
	if tool != b.cfg.Runner { // which carries all it needs
		may.Read = []string{filepath.Dir(filepath.Dir(tool))}
	}
	lacking := func(r jail.Report) {
		b.lack.Do(func() { b.cfg.Log.Warn("the compiler is less locked in than it should be", "report", r.Sentence()) })
	}
	return runTool(ctx, dir, may, lacking, tool, args...)
}

// toolEnv is the environment of a tool: the target, and that garbage is
// looked for only where there is much of it. Most of these processes end before
// that, and a fifth of their time would go into it.
var toolEnv = []string{"GOOS=wasip1", "GOARCH=wasm", "GOGC=off", "GOMEMLIMIT=512MiB"}

// bounds are what a tool may have, and of processor time, of all its threads
// together: what a tool has done does not depend on what else the machine does.
// Where the system does not tell (jail.Usage), only the context bounds it.
type bounds struct {
	jail.Tool
	cpu     time.Duration
	threads int // that compute at once; 0: as many as the machine can
}

// runTool runs a tool in the folder dir, locked in, with nothing in its
// environment but toolEnv, and returns what it said. It ends the tool when
// ctx ends, with its cause as the error, and when it uses more than it may. If the
// tool could not be locked in fully, lacking is told.
func runTool(ctx context.Context, dir string, may bounds, lacking func(jail.Report), tool string, args ...string) (string, error) {
	var said bounded
	cmd := exec.Command(tool, args...)
	cmd.Dir = dir
	cmd.Env = toolEnv
	if may.threads > 0 {
		cmd.Env = append(slices.Clone(toolEnv), fmt.Sprint("GOMAXPROCS=", may.threads))
	}
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	report, err := jail.StartTool(cmd, may.Tool)
	if err != nil {
		return "", fmt.Errorf("start %s: %w", tool, err)
	}
	if !report.Full {
		lacking(report)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	gone := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watchTool(ctx, cancel, cmd, may, gone)
	}()
	err = jail.Wait(cmd, func() { close(gone); <-watched })
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

// watchTool ends a tool when ctx ends or when it uses more than it may.
func watchTool(ctx context.Context, cancel context.CancelCauseFunc, cmd *exec.Cmd, may bounds, gone <-chan struct{}) {
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
			if memory, cpu, ok := jail.Usage(cmd.Process.Pid); ok && (memory > may.Memory || cpu > may.cpu) {
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
