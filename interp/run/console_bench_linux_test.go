package run

import "testing"

// BenchmarkConsole is a line from Enter to its value, in the quick engine, with
// some lines before it.
func BenchmarkConsole(b *testing.B) {
	p := consolePool(b)
	c := openConsole(b, p, quickProgram, DefaultConsoleLimits)
	for _, l := range []string{"x := []int{3, 1, 2}", "sort.Ints(x)", "p := Point{1, 2}", "p.X = Double(p.Y)", "Next()"} {
		eval(b, c, l)
	}
	for b.Loop() {
		if r := eval(b, c, "Double(x[2]) + p.Len2()"); r.String() != "= 26 : int" || r.end.Engine != EngineYaegi {
			b.Fatal(r)
		}
	}
}
