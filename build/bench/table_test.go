package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const printed = `goos: linux
pkg: thirdspace/interp/run
BenchmarkFirstByte-2   	     100	  1200000 ns/op	         2.500 first-byte-ms	     112 B/op	       3 allocs/op
BenchmarkGoRunAfterEdit-2 	       3	 400 ns/op	       100 first-byte-ms
BenchmarkBoard/300-2    	       1	 400 ns/op	        31.5 delivered-percent	  NaN broken-ms
BenchmarkPlain 	       1	 400 ns/op
BenchmarkFailed-2
--- FAIL: BenchmarkFailed-2
PASS
`

func goals(t *testing.T, text string) []goal {
	t.Helper()
	g, err := readTable([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestRowsAreMadeOfFigures(t *testing.T) {
	figures := parse("./interp/run", printed)
	if len(figures) != 3 {
		t.Fatalf("%v", figures)
	}
	rows, err := tabulate(goals(t, string(tableJSON))[:1], figures)
	if err != nil {
		t.Fatal(err)
	}
	first := rows[0]
	if first.Value != 2.5 || *first.Baseline != 100 || *first.Ratio != 0.025 || !*first.Met || first.Unit != "ms" || *first.Goal != "ratio ≤ 0.05" {
		t.Errorf("%v", first.cells())
	}
	if last := rows[1]; len(rows) != 2 || last.Name != "interp/run BenchmarkBoard/300 delivered-percent" || last.Goal != nil || last.Unit != "percent" {
		t.Errorf("%v", rows[1:])
	}
}

func TestGoalsAreJudged(t *testing.T) {
	for limit, want := range map[string]bool{
		`"atMost":3`: true, `"atMost":2`: false, `"atLeast":2`: true, `"atLeast":3`: false,
		`"ratioAtMost":0.02`: false, `"ratioAtLeast":0.02`: true, `"ratioAtLeast":0.03`: false,
	} {
		g := goals(t, `[{"name":"x","value":{"package":"p","bench":"B","metric":"a-ms"},"baseline":{"package":"p","bench":"C","metric":"a-ms"},`+limit+`}]`)
		rows, err := tabulate(g, []figure{{"p", "B", "a-ms", 2.5}, {"p", "C", "a-ms", 100}})
		if err != nil || len(rows) != 1 || *rows[0].Met != want {
			t.Errorf("%s: %+v %v", limit, rows, err)
		}
	}
}

func TestWhatWasNotMeasuredIsSaid(t *testing.T) {
	g := goals(t, `[{"name":"x","value":{"package":"p","bench":"B","metric":"a-ms"}}]`)
	rows, err := tabulate(g, nil)
	if err == nil || len(rows) != 0 || !strings.Contains(err.Error(), "p B a-ms") {
		t.Errorf("%v %v", rows, err)
	}
}

func TestTablesThatMakeNoSenseAreRefused(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `[{}]`, `[{"name":"x","ratioAtMost":1}]`, `[{"name":"x","atMost":1,"atLeast":1}]`, `[{"name":"x","goals":1}]`,
	} {
		if _, err := readTable([]byte(text)); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}

func TestBenchmarksAreFound(t *testing.T) {
	dir := t.TempDir()
	for path, text := range map[string]string{
		"a/a_test.go":              "package a\n\nfunc BenchmarkX(b *testing.B) {}\n",
		"b/b_test.go":              "package b\n\nfunc TestX(t *testing.T) {}\n",
		"node_modules/c/c_test.go": "package c\n\nfunc BenchmarkX(b *testing.B) {}\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, path)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	if found, err := withBenchmarks("."); err != nil || len(found) != 1 || found[0] != "./a" {
		t.Errorf("%v %v", found, err)
	}
}

func TestResultIsForPeopleAndForPrograms(t *testing.T) {
	rows, err := tabulate(goals(t, string(tableJSON))[:1], parse("./interp/run", printed))
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	printTable(&table, rows)
	lines := strings.Split(strings.TrimSpace(table.String()), "\n")
	if len(lines) != 4 || !strings.Contains(lines[2], "| 2.5 ms ") || !strings.Contains(lines[2], "| yes ") {
		t.Errorf("\n%s", table.String())
	}
	path := filepath.Join(t.TempDir(), "bin", "bench.json")
	if err := writeJSON(path, rows); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var read []map[string]any
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"name", "value", "unit", "baseline", "ratio", "goal", "met"} {
		if _, ok := read[1][key]; !ok {
			t.Errorf("a row lacks %q: %v", key, read[1])
		}
	}
}
