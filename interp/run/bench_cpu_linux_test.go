package run

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience is how long a program of BenchmarkCPUBound may take in the quick
// engine alone before it is not waited for any more.
const patience = 30 * time.Second

// BenchmarkCPUBound runs each program of testdata/cpu as native code, as auto
// runs it, and in either engine. Of auto it reports the median over all programs
// of its time against that of native code; the quick engine's time only where it
// ends before patience does.
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
		var ratios []float64
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f), ".go")
			native, want := native(b, f)
			auto := inEngine(b, p, EngineAuto, f, want)
			b.ReportMetric(milliseconds(native), name+"-native-ms")
			b.ReportMetric(milliseconds(auto), name+"-auto-ms")
			b.ReportMetric(milliseconds(inEngine(b, p, EngineGC, f, want)), name+"-gc-ms")
			if t := inEngine(b, p, EngineYaegi, f, want); t > 0 {
				b.ReportMetric(milliseconds(t), name+"-yaegi-ms")
			}
			ratios = append(ratios, float64(auto)/float64(native))
		}
		slices.Sort(ratios)
		b.ReportMetric(ratios[len(ratios)/2], "auto-median-times")
	}
}

// native builds a program, runs it, and returns how long it ran and what it printed.
func native(b *testing.B, file string) (time.Duration, string) {
	b.Helper()
	exe := filepath.Join(b.TempDir(), "native")
	if out, err := exec.Command("go", "build", "-o", exe, file).CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v\n%s", file, err, out)
	}
	var out bytes.Buffer
	cmd := exec.Command(exe)
	cmd.Stdout = &out
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin), out.String()
}

// inEngine runs a program as it is run after an edit, and returns how long that
// took; 0 if the quick engine takes too long, or does not know it.
func inEngine(b *testing.B, p *Pool, engine, file, want string) time.Duration {
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
	begin := time.Now()
	res := runIn(b, p, prog, l)
	took := time.Since(begin)
	switch {
	case engine == EngineYaegi && res.exit.Reason != ReasonDone:
		return 0
	case res.exit.Reason != ReasonDone || res.stdout != want:
		b.Fatalf("%s in %s: %+v, want %q", file, engine, res, want)
	}
	b.Logf("%s, %s: %v in %s: %s", file, engine, took, res.exit.Engine, res.exit.Why)
	return took
}
