package gc_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// BenchmarkGCFirstByte measures from the order to run a program to the first byte
// of what it prints: of a program that was just edited, with Go's library
// translated before; of the same with go run, right after it; and of one that was
// built before. On a machine that others use, time says little: the processor
// time of all processes until the program has ended is measured as well.
func BenchmarkGCFirstByte(b *testing.B) {
	begun := time.Now().UnixNano()
	edit := func(i int) string {
		return fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\", %d, %d) }\n", begun, i)
	}
	b.Run("edited", func(b *testing.B) {
		p := startPool(b)
		firstByte(b, p, edit(-1))
		goRun(b, edit(-1)) // what it imports is compiled
		var here, there measured
		for i := 0; b.Loop(); i++ {
			here.add(firstByte(b, p, edit(i)))
			there.add(goRun(b, edit(i)))
		}
		here.report(b, "first-byte-ms", "cpu-ms")
		there.report(b, "go-run-ms", "go-run-cpu-ms")
	})
	b.Run("built before", func(b *testing.B) {
		p := startPool(b)
		firstByte(b, p, edit(-2))
		var here measured
		for b.Loop() {
			here.add(firstByte(b, p, edit(-2)))
		}
		here.report(b, "first-byte-ms", "cpu-ms")
	})
}

// measured is what was measured of several runs, in milliseconds.
type measured struct{ wall, cpu []float64 }

func (m *measured) add(wall, cpu time.Duration) {
	m.wall, m.cpu = append(m.wall, milliseconds(wall)), append(m.cpu, milliseconds(cpu))
}

func (m *measured) report(b *testing.B, wall, cpu string) {
	b.ReportMetric(median(m.wall), wall)
	b.ReportMetric(median(m.cpu), cpu)
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// used is the processor time that this process has used and those of its children
// that have ended.
func used(b *testing.B) time.Duration {
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

// firstByte runs a program to its end and returns how long its first byte took,
// and the processor time of it all.
func firstByte(b *testing.B, p *run.Pool, text string) (took, cpu time.Duration) {
	b.Helper()
	begin, before := time.Now(), used(b)
	r, err := p.Start(b.Context(), program(text), run.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	for e := range r.Events() {
		if e.Kind == run.KindOutput {
			took = time.Since(begin)
			break
		}
	}
	if res := collect(b, r); res.exit.Reason != run.ReasonDone {
		b.Fatalf("%+v", res)
	}
	return took, used(b) - before
}

// goRun does the same with the go command of whoever measures.
func goRun(b *testing.B, text string) (took, cpu time.Duration) {
	b.Helper()
	goTool, env := gc.GoForTests()
	file := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	begin, before := time.Now(), used(b)
	cmd := exec.Command(goTool, "run", file)
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	_, err = out.Read(make([]byte, 1))
	took = time.Since(begin)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return took, used(b) - before
}
