package gc_test

import (
	"fmt"
	"testing"
	"time"

	"thirdspace/interp/run"
)

// BenchmarkGCFirstByte measures from the order to run a program to the first byte
// of what it prints: of a program that was just edited, which is compiled,
// linked, translated and loaded, and of one that was built before.
func BenchmarkGCFirstByte(b *testing.B) {
	for _, c := range []struct {
		name  string
		again bool
	}{{"edited", false}, {"built before", true}} {
		b.Run(c.name, func(b *testing.B) {
			p := startPool(b)
			begun := time.Now().UnixNano()
			src := func(i int) run.Program {
				return program(fmt.Sprintf("package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, world\", %d, %d) }\n", begun, i))
			}
			// The pack is unpacked, and what is to have been built before, is built.
			if res := runIn(b, p, src(-1), run.DefaultLimits); res.exit.Reason != run.ReasonDone {
				b.Fatalf("%+v", res)
			}
			var took time.Duration
			for i := 0; b.Loop(); i++ {
				if c.again {
					i = -1
				}
				begin := time.Now()
				r, err := p.Start(b.Context(), src(i), run.DefaultLimits)
				if err != nil {
					b.Fatal(err)
				}
				for e := range r.Events() {
					if e.Kind == run.KindOutput {
						break
					}
				}
				took += time.Since(begin)
				b.StopTimer()
				if res := collect(b, r); res.exit.Reason != run.ReasonDone {
					b.Fatalf("%+v", res)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(took)/float64(time.Millisecond)/float64(b.N), "first-byte-ms")
		})
	}
}
