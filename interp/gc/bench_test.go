package gc_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"thirdspace/interp/gc"
	"thirdspace/interp/run"
)

// BenchmarkGCFirstByte measures from the order to run a program to the first byte
// of what it prints: of a program that was just edited, which is compiled,
// linked and translated as far as it needs it; of the same with go run, at the
// same time, and how many times as long the former takes; and of one that was
// built before, when it has been translated as a whole.
func BenchmarkGCFirstByte(b *testing.B) {
	begun := time.Now().UnixNano()
	edit := func(i int) string {
		return fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\", %d, %d) }\n", begun, i)
	}
	b.Run("edited", func(b *testing.B) {
		p := startPool(b)
		firstByte(b, p, edit(-1)) // the pack is unpacked
		goRun(b, edit(-1))        // what it imports is compiled
		var here, there time.Duration
		for i := 0; b.Loop(); i++ {
			here += firstByte(b, p, edit(i))
			there += goRun(b, edit(i))
		}
		b.ReportMetric(milliseconds(here)/float64(b.N), "first-byte-ms")
		b.ReportMetric(milliseconds(there)/float64(b.N), "go-run-ms")
		b.ReportMetric(float64(here)/float64(there), "times-go-run")
	})
	b.Run("built before", func(b *testing.B) {
		p := startPool(b)
		firstByte(b, p, edit(-2))
		for !gc.TranslatedForTests(edit(-2)) {
			time.Sleep(10 * time.Millisecond)
		}
		var took time.Duration
		for b.Loop() {
			took += firstByte(b, p, edit(-2))
		}
		b.ReportMetric(milliseconds(took)/float64(b.N), "first-byte-ms")
	})
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// firstByte runs a program to its end and returns how long its first byte took.
func firstByte(b *testing.B, p *run.Pool, text string) time.Duration {
	b.Helper()
	begin := time.Now()
	r, err := p.Start(b.Context(), program(text), run.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	first := <-r.Events()
	took := time.Since(begin)
	if res := collect(b, r); res.exit.Reason != run.ReasonDone || first.Kind != run.KindOutput {
		b.Fatalf("%+v, %+v", first, res)
	}
	return took
}

// goRun does the same with the go command of whoever measures.
func goRun(b *testing.B, text string) time.Duration {
	b.Helper()
	goTool, env := gc.GoForTests()
	file := filepath.Join(b.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(goTool, "run", file)
	cmd.Env = env
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	_, err = out.Read(make([]byte, 1))
	took := time.Since(begin)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return took
}
