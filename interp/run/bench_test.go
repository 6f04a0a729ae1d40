package run

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
// as it is when a person types and then presses Run.
func BenchmarkFirstByte(b *testing.B) {
	p := startPool(b, Config{Warm: 2})
	var took time.Duration
	for i := 0; b.Loop(); i++ {
		b.StopTimer()
		waitWarm(b, p)
		b.StartTimer()
		begin := time.Now()
		r, err := p.Start(b.Context(), source(edited(i)), DefaultLimits)
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
		if res := collect(b, r); res.exit.Reason != ReasonDone {
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

// BenchmarkStop measures from Stop to the exit event of a program that loops.
func BenchmarkStop(b *testing.B) {
	p := startPool(b, Config{Warm: 1})
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		r, err := p.Start(b.Context(), source("package main\nimport \"fmt\"\nfunc main() { fmt.Println(); for {} }"), DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		<-r.Events()
		b.StartTimer()
		begin := time.Now()
		r.Stop()
		if res := collect(b, r); res.exit.Reason != ReasonStopped {
			b.Fatalf("%+v", res)
		}
		took += time.Since(begin)
	}
	b.ReportMetric(milliseconds(took)/float64(b.N), "stop-ms")
}
