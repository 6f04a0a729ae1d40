//go:build !linux

package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Modes returns the modes worth trying: there is one.
func Modes() []Mode { return []Mode{ModePlain} }

// Prepare makes cmd start its process so that Kill can end it.
func Prepare(cmd *exec.Cmd, _ Mode) { separate(cmd) }

// Give makes dir usable by the child: it already is.
func Give(string) error { return nil }

// Kill ends the child.
func Kill(p *os.Process) { kill(p) }

// Wait does what cmd.Wait does and then calls gone.
func Wait(cmd *exec.Cmd, gone func()) error {
	defer gone()
	return cmd.Wait()
}

// Usage is not known of another process here.
func Usage(int) (int64, time.Duration, bool) { return 0, 0, false }

// Enter gives up the little that can be given up simply and reports the rest as
// missing. The program runs in dir.
func Enter(_ Mode, dir string) (Report, string, error) {
	var r Report
	missing := fmt.Errorf("not built yet for %s", runtime.GOOS)
	for _, name := range []string{FeatureUser, FeatureNetwork, FeatureProcesses, FeatureRoot, FeaturePowers, FeatureLandlock, FeatureSeccomp} {
		r.add(name, missing)
	}
	r.add(FeatureLimits, fixedLimits())
	r.add(FeatureDump, noDump())
	r.add(FeatureParent, errors.New("only as long as the program does not hinder it"))
	r.close()
	if err := os.Chdir(dir); err != nil {
		return r, "", fmt.Errorf("enter the program's folder: %w", err)
	}
	return r, dir, nil
}

// Limit bounds the memory in bytes and the processor time of this process. As no
// one else can measure it here, the process watches its own memory and calls
// over when it is more, which stops mistakes but not somebody who means it.
func Limit(memory int64, cpu time.Duration, over func()) error {
	debug.SetMaxStack(int(memory / 4))
	go watch(uint64(memory), over)
	return limitCPU(cpu)
}

func watch(limit uint64, over func()) {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(20 * time.Millisecond) {
		metrics.Read(s)
		if s[0].Value.Uint64()-s[1].Value.Uint64() > limit {
			over()
			return
		}
	}
}
