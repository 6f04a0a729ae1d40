package run

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program of BenchmarkCPUBound may take in the quick
// engine alone before it is not waited for any more.
const patience = 30 * time.Second

// spent is the time something took, and the processor time of all its processes.
type spent struct{ wall, cpu time.Duration }

// spend measures what do spends. It waits for all processes that it starts.
func spend(b *testing.B, do func()) spent {
	b.Helper()
	begin, before := time.Now(), processorTime(b)
	do()
	return spent{time.Since(begin), processorTime(b) - before}
}

// processorTime is that of this process and of its children that have ended.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var all time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var r syscall.Rusage
		if err := syscall.Getrusage(who, &r); err != nil {
			b.Fatal(err)
		}
		all += time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	return all
}

func (s spent) report(b *testing.B, name string) {
	b.ReportMetric(milliseconds(s.wall), name+"-ms")
	b.ReportMetric(milliseconds(s.cpu), name+"-cpu-ms")
}

// medians are those of how many times as much is spent here as there.
func medians(here, there []spent) (wall, cpu float64) {
	var walls, cpus []float64
	for i := range here {
		walls = append(walls, float64(here[i].wall)/float64(there[i].wall))
		cpus = append(cpus, float64(here[i].cpu)/float64(there[i].cpu))
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	return walls[len(walls)/2], cpus[len(cpus)/2]
}

// BenchmarkCPUBound runs each program of testdata/cpu as native code, as auto
// runs it, and in either engine, all as after an edit. It reports the medians over
// all programs of time and of processor time against those of native code; the
// quick engine's time only where it ends before patience does.
func BenchmarkCPUBound(b *testing.B) {
	files, err := filepath.Glob("testdata/cpu/*.go")
	if err != nil || len(files) == 0 {
		b.Fatalf("no programs: %v", err)
	}
	p := complete(b, Config{Warm: 1})
	// The compiler is unpacked before anything is measured.
	if res := runIn(b, p, sourceFor(EngineGC, hello), DefaultLimits); res.exit.Reason != ReasonDone {
		b.Fatalf("%+v", res)
	}
	for b.Loop() {
		var natives, autos, compileds []spent
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), ".go")
			native, want := native(b, f)
			auto, compiled := inEngine(b, p, EngineAuto, f, want), inEngine(b, p, EngineGC, f, want)
			native.report(b, name+"-native")
			auto.report(b, name+"-auto")
			compiled.report(b, name+"-gc")
			if t := inEngine(b, p, EngineYaegi, f, want); t.wall > 0 {
				t.report(b, name+"-yaegi")
			}
			natives, autos, compileds = append(natives, native), append(autos, auto), append(compileds, compiled)
		}
		wall, cpu := medians(autos, natives)
		b.ReportMetric(wall, "auto-median-times")
		b.ReportMetric(cpu, "auto-median-cpu-times")
		wall, cpu = medians(compileds, natives)
		b.ReportMetric(wall, "gc-median-times")
		b.ReportMetric(cpu, "gc-median-cpu-times")
	}
}

// native builds a program, runs it, and returns how long it ran and what it printed.
func native(b *testing.B, file string) (spent, string) {
	b.Helper()
	exe := filepath.Join(b.TempDir(), "native")
	if out, err := exec.Command("go", "build", "-o", exe, file).CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", file, err, out)
	}
	var out bytes.Buffer
	cmd := exec.Command(exe)
	cmd.Stdout = &out
	took := spend(b, func() {
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	})
	return took, out.String()
}

// inEngine runs a program as it is run after an edit, and returns how long that
// took; nothing if the quick engine takes too long, or does not know it.
func inEngine(b *testing.B, p *Pool, engine, file, want string) spent {
	b.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	prog := auto(string(text))
	prog.Engine = engine
	l := long
	l.Memory = DefaultLimits.Memory
	if engine == EngineYaegi {
		l.Wall = patience
	}
	waitWarm(b, p)
	var res result
	took := spend(b, func() { res = runIn(b, p, prog, l) })
	switch {
	case engine == EngineYaegi && res.exit.Reason != ReasonDone:
		return spent{}
	case res.exit.Reason != ReasonDone || res.stdout != want:
		b.Fatalf("%s in %s: %+v, want %q", file, engine, res, want)
	}
	b.Logf("%s, %s: %v in %s: %s", file, engine, took.wall, res.exit.Engine, res.exit.Why)
	return took
}
