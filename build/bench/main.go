// Command bench measures what ThirdSpace must do well and prints it beside what it is held against.
//
//	go run ./build/bench [-o bench.json] [-benchtime 1s] [package …]
//
// It runs the Go benchmarks of every package that has any (or of those named) and gathers rows: name, value, unit,
// baseline, ratio, goal, met. A benchmark takes part in this way:
//
//   - it reports a figure of its own with b.ReportMetric(value, "first-byte-ms"): the last part of the metric's name,
//     after the last "-", is the unit, the rest says what it is. Standard figures (ns/op, B/op, allocs/op, MB/s) are
//     not rows: they say little to a reader;
//   - table.json, beside this file, makes rows of such figures: which is the value, which is the baseline measured in
//     the same run, and what is to be reached.
//
// A figure that table.json does not name becomes a row without baseline and goal. A row whose figures were not
// measured, and a benchmark that fails, make the command fail; a goal that is not met does not: machines differ, and
// the table says so.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "", "file to write the rows to, as JSON")
	time := flag.String("benchtime", "1s", "how long each benchmark runs")
	flag.Parse()
	if err := bench(flag.Args(), *time, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(packages []string, benchtime, out string) error {
	goals, err := readTable(tableJSON)
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		if packages, err = withBenchmarks("."); err != nil {
			return err
		}
	}
	var figures []figure
	var failed error
	for _, p := range packages {
		fmt.Fprintf(os.Stderr, "measuring %s\n", p)
		text, err := run(p, benchtime)
		if err != nil {
			failed = errors.Join(failed, err)
		}
		figures = append(figures, parse(p, text)...)
	}
	rows, err := tabulate(goals, figures)
	failed = errors.Join(failed, err)
	printTable(os.Stdout, rows)
	if out != "" {
		failed = errors.Join(failed, writeJSON(out, rows))
	}
	return failed
}

// run runs a package's benchmarks one after the other.
func run(pkg, benchtime string) (string, error) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchtime", benchtime, "-count", "1", "-timeout", "15m", pkg)
	b, err := cmd.CombinedOutput()
	if err != nil {
		return string(b), fmt.Errorf("measuring %s: %w\n%s", pkg, err, b)
	}
	return string(b), nil
}

// withBenchmarks finds the packages below root that have benchmarks, as paths that `go test` takes.
func withBenchmarks(root string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || path != root && strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir := "./" + filepath.ToSlash(filepath.Dir(path))
		if strings.Contains(string(b), "\nfunc Benchmark") && !slices.Contains(found, dir) {
			found = append(found, dir)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for benchmarks: %w", err)
	}
	return found, nil
}

func printTable(w io.Writer, rows []row) {
	lines := [][]string{{"what", "value", "baseline", "ratio", "to reach", "reached"}}
	for _, r := range rows {
		lines = append(lines, r.cells())
	}
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for n, line := range lines {
		for i, cell := range line {
			fmt.Fprintf(w, "| %s%s ", cell, strings.Repeat(" ", widths[i]-len([]rune(cell))))
		}
		fmt.Fprintln(w, "|")
		if n > 0 {
			continue
		}
		for _, width := range widths {
			fmt.Fprintf(w, "|%s", strings.Repeat("-", width+2))
		}
		fmt.Fprintln(w, "|")
	}
}

func writeJSON(path string, rows []row) error {
	b, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the rows: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing the rows: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the rows: %w", err)
	}
	return nil
}
