package run

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// firstByte is how long it takes from the order to run a program until the first
// byte of what it prints is here.
const firstByte = "first-byte-ms"

// edited is a program that has not been run before.
func edited(i int) string {
	return fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\", %d) }\n", i)
}

// BenchmarkFirstByte runs a program that was just edited, with a worker warm,
// as it is when a person types and then presses Run: it is checked, and found to
// suit the quick engine.
func BenchmarkFirstByte(b *testing.B) {
	p := complete(b, Config{Warm: 2})
	var took time.Duration
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		waitWarm(b, p)
		b.StartTimer()
		begin := time.Now()
		r, err := p.Start(b.Context(), sourceFor(EngineAuto, edited(i)), DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		for e := range r.Events() {
			if e.Kind == KindOutput {
				took += time.Since(begin)
				break
			}
		}
		b.StopTimer()
		if res := collect(b, r); res.exit.Reason != ReasonDone || res.exit.Engine != EngineYaegi {
			b.Fatalf("%+v", res)
		}
		b.StartTimer()
	}
	b.ReportMetric(milliseconds(took)/float64(b.N), firstByte)
}

// waitWarm waits until a worker is ready and no other is being made: a person
// does not press Run twice in ten milliseconds.
func waitWarm(b *testing.B, p *Pool) {
	b.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !p.settled() {
		if time.Now().After(deadline) {
			b.Fatal("no worker gets warm")
		}
		time.Sleep(time.Millisecond)
	}
}

// BenchmarkGoRunAfterEdit is what it is measured against: the same with go run.
func BenchmarkGoRunAfterEdit(b *testing.B) {
	file := filepath.Join(b.TempDir(), "main.go")
	var took time.Duration
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		if err := os.WriteFile(file, []byte(edited(i)), 0o600); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		begin := time.Now()
		cmd := exec.Command("go", "run", file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		took += time.Since(begin)
		b.StopTimer()
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(milliseconds(took)/float64(b.N), firstByte)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// BenchmarkStop measures from Stop to the exit event, of runs in every phase.
func BenchmarkStop(b *testing.B) {
	p := complete(b, Config{Warm: 1})
	for _, c := range []struct {
		phase, engine string
		reached       func(r *Run) bool
	}{
		{"quick", EngineYaegi, func(r *Run) bool { return engineInFront(r) == EngineYaegi }},
		{"building", EngineGC, func(*Run) bool { return len(workFolders(b)) > 0 && children(b) > 1 }},
		{"taking-over", EngineAuto, func(*Run) bool { return len(workFolders(b)) > 0 }},
		{"taken-over", EngineAuto, func(r *Run) bool { return engineInFront(r) == EngineGC }},
	} {
		b.Run(c.phase, func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				prog := auto(spin)
				prog.Engine = c.engine
				r, err := p.Start(b.Context(), prog, DefaultLimits)
				if err != nil {
					b.Fatal(err)
				}
				for !c.reached(r) {
					time.Sleep(time.Millisecond)
				}
				begin := time.Now()
				r.Stop()
				if res := collect(b, r); res.exit.Reason != ReasonStopped {
					b.Fatalf("%+v", res)
				}
				took += time.Since(begin)
			}
			b.ReportMetric(milliseconds(took)/float64(b.N), "stop-ms")
		})
	}
}

// BenchmarkWarmWorker measures what a worker that waits for a program takes of
// the machine's memory: what is its alone, and its share of what it shares (PSS).
func BenchmarkWarmWorker(b *testing.B) {
	p := startPool(b, Config{Warm: 2})
	waitWarm(b, p)
	var all float64
	for b.Loop() {
		p.mu.Lock()
		w := p.ready[0]
		p.mu.Unlock()
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", w.cmd.Process.Pid))
		if err != nil {
			b.Skipf("this user may not look at the memory of a worker: %v", err)
		}
		_, rest, _ := strings.Cut(string(text), "\nPss:")
		var kilobytes float64
		if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
			b.Fatal(err)
		}
		all += kilobytes
	}
	b.ReportMetric(all/1024/float64(b.N), "pss-MB")
}
