package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

//go:embed table.json
var tableJSON []byte

// figure is one number that a benchmark reported.
type figure struct {
	Package string  `json:"package"` // "./interp/run"
	Bench   string  `json:"bench"`   // "BenchmarkFirstByte", without the number of processors
	Metric  string  `json:"metric"`  // "first-byte-ms"
	value   float64 // measured
}

func (f figure) same(g figure) bool {
	return f.Package == g.Package && f.Bench == g.Bench && f.Metric == g.Metric
}

func (f figure) String() string { return f.Package + " " + f.Bench + " " + f.Metric }

// goal is a row of table.json.
type goal struct {
	Name     string  `json:"name"`
	Value    figure  `json:"value"`
	Baseline *figure `json:"baseline"` // measured in the same run; may be missing
	// One of these may be set: the most or the least that value/baseline may be, or the value itself.
	RatioAtMost  *float64 `json:"ratioAtMost"`
	RatioAtLeast *float64 `json:"ratioAtLeast"`
	AtMost       *float64 `json:"atMost"`
	AtLeast      *float64 `json:"atLeast"`
}

// row is a line of the result. Fields that do not apply are null.
type row struct {
	Name     string   `json:"name"`
	Value    float64  `json:"value"`
	Unit     string   `json:"unit"`
	Baseline *float64 `json:"baseline"`
	Ratio    *float64 `json:"ratio"`
	Goal     *string  `json:"goal"`
	Met      *bool    `json:"met"`
}

func readTable(b []byte) ([]goal, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var goals []goal
	if err := d.Decode(&goals); err != nil {
		return nil, fmt.Errorf("reading table.json: %w", err)
	}
	for _, g := range goals {
		set := 0
		for _, limit := range []*float64{g.RatioAtMost, g.RatioAtLeast, g.AtMost, g.AtLeast} {
			if limit != nil {
				set++
			}
		}
		if g.Name == "" || set > 1 || g.Baseline == nil && (g.RatioAtMost != nil || g.RatioAtLeast != nil) {
			return nil, fmt.Errorf("reading table.json: the row %q has no name, two goals, or a ratio to nothing", g.Name)
		}
	}
	return goals, nil
}

var processors = regexp.MustCompile(`-\d+$`)

// parse reads the figures out of what `go test -bench` printed.
func parse(pkg, text string) []figure {
	var figures []figure
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(fields[1]); err != nil {
			continue
		}
		name := processors.ReplaceAllString(fields[0], "")
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil || math.IsNaN(value) || math.IsInf(value, 0) || strings.Contains(fields[i+1], "/") {
				continue // not a figure, or one of the standard ones
			}
			figures = append(figures, figure{pkg, name, fields[i+1], value})
		}
	}
	return figures
}

// tabulate makes the rows: those of the table in its order, then the figures that it does not name.
func tabulate(goals []goal, figures []figure) ([]row, error) {
	var rows []row
	var missing error
	used := make([]bool, len(figures))
	find := func(want figure) (float64, bool) {
		i := slices.IndexFunc(figures, want.same)
		if i < 0 {
			missing = errors.Join(missing, fmt.Errorf("not measured: %s", want))
			return 0, false
		}
		used[i] = true
		return figures[i].value, true
	}
	for _, g := range goals {
		value, ok := find(g.Value)
		r := row{Name: g.Name, Value: value, Unit: unit(g.Value.Metric)}
		if g.Baseline != nil {
			base, there := find(*g.Baseline)
			ok = ok && there
			if there && base != 0 {
				ratio := value / base
				r.Baseline, r.Ratio = &base, &ratio
			}
		}
		if ok {
			r.Goal, r.Met = g.judge(r)
			rows = append(rows, r)
		}
	}
	for i, f := range figures {
		if !used[i] {
			rows = append(rows, row{Name: strings.TrimPrefix(f.Package, "./") + " " + f.Bench + " " + f.Metric, Value: f.value, Unit: unit(f.Metric)})
		}
	}
	return rows, missing
}

// judge says what is to be reached and whether it was.
func (g goal) judge(r row) (*string, *bool) {
	var text string
	var met bool
	switch {
	case g.RatioAtMost != nil:
		text, met = "ratio ≤ "+number(*g.RatioAtMost), r.Ratio != nil && *r.Ratio <= *g.RatioAtMost
	case g.RatioAtLeast != nil:
		text, met = "ratio ≥ "+number(*g.RatioAtLeast), r.Ratio != nil && *r.Ratio >= *g.RatioAtLeast
	case g.AtMost != nil:
		text, met = "≤ "+number(*g.AtMost)+" "+r.Unit, r.Value <= *g.AtMost
	case g.AtLeast != nil:
		text, met = "≥ "+number(*g.AtLeast)+" "+r.Unit, r.Value >= *g.AtLeast
	default:
		return nil, nil
	}
	return &text, &met
}

func unit(metric string) string {
	if i := strings.LastIndexByte(metric, '-'); i >= 0 {
		return metric[i+1:]
	}
	return ""
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', 4, 64) }

// cells are the row for people.
func (r row) cells() []string {
	cells := []string{r.Name, strings.TrimSpace(number(r.Value) + " " + r.Unit), "", "", "", ""}
	if r.Baseline != nil {
		cells[2], cells[3] = strings.TrimSpace(number(*r.Baseline)+" "+r.Unit), number(*r.Ratio)
	}
	if r.Goal != nil {
		cells[4], cells[5] = *r.Goal, map[bool]string{true: "yes", false: "no"}[*r.Met]
	}
	return cells
}
