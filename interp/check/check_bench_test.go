package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/check"
)

// long is a program of some 300 lines, as a learner at the end of a course writes
// them; n makes it another text.
func long(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package main\n\nimport (\n\t\"bufio\"\n\t\"errors\"\n\t\"fmt\"\n\t\"os\"\n\t\"sort\"\n\t\"strconv\"\n\t\"strings\"\n\t\"time\"\n)\n\n// edition %d\n", n)
	for i := range 11 {
		fmt.Fprintf(&b, `
type Account%[1]d struct {
	Owner   string
	Balance float64
	history []string
}

var errPoor%[1]d = errors.New("not enough")

func (a *Account%[1]d) Withdraw(amount float64) error {
	if amount > a.Balance {
		return fmt.Errorf("withdraw %%.2f: %%w", amount, errPoor%[1]d)
	}
	a.Balance -= amount
	a.history = append(a.history, "withdrew "+strconv.FormatFloat(amount, 'f', 2, 64))
	return nil
}

func report%[1]d(list []*Account%[1]d) string {
	sort.Slice(list, func(i, j int) bool { return list[i].Owner < list[j].Owner })
	var out strings.Builder
	for _, a := range list {
		fmt.Fprintf(&out, "%%-10s %%8.2f\n", a.Owner, a.Balance)
	}
	return out.String()
}
`, i)
	}
	b.WriteString("\nfunc main() {\n\tin := bufio.NewScanner(os.Stdin)\n\tstart := time.Now()\n\tfor in.Scan() {\n\t\taccount := &Account3{Owner: in.Text(), Balance: 10}\n\t\tif err := account.Withdraw(3); err != nil {\n\t\t\tfmt.Println(err)\n\t\t}\n\t\tfmt.Println(report3([]*Account3{account}), time.Since(start))\n\t}\n}\n")
	return b.String()
}

// tell reports the percentiles of how long something took.
func tell(b *testing.B, what string, took []time.Duration) {
	slices.Sort(took)
	at := func(percent int) float64 {
		return float64(took[min(len(took)-1, len(took)*percent/100)].Microseconds()) / 1000
	}
	b.ReportMetric(at(50), what+"-p50-ms")
	b.ReportMetric(at(99), what+"-p99-ms")
}

// measure times something on a text that is another one each time, as typing
// makes it.
func measure(b *testing.B, what string, do func(n int)) {
	do(0) // reads what the program imports
	var took []time.Duration
	once := func() {
		start := time.Now()
		do(len(took) + 1)
		took = append(took, time.Since(start))
	}
	for b.Loop() {
		once()
	}
	for len(took) < 200 { // for a percentile to mean something
		once()
	}
	tell(b, what, took)
}

func BenchmarkCheck300Lines(b *testing.B) {
	if n := strings.Count(long(0), "\n"); n < 290 || n > 320 {
		b.Fatalf("%d lines", n)
	}
	measure(b, "check", func(n int) {
		if r := checker.Check(b.Context(), one(long(n))); !r.OK() {
			b.Fatalf("%+v", r)
		}
	})
}

func BenchmarkComplete300Lines(b *testing.B) {
	for name, typed := range map[string]string{"package": "fmt.", "value": "account.", "name": "a"} {
		b.Run(name, func(b *testing.B) {
			measure(b, name, func(n int) {
				files, at := marked(b, strings.Replace(long(n), "\t\tif err := account", "\t\t"+typed+mark+"\n\t\tif err := account", 1))
				r, err := checker.Complete(b.Context(), files, at)
				if err != nil || len(r.Items) == 0 {
					b.Fatal(err, r)
				}
			})
		})
	}
}

func BenchmarkFormat300Lines(b *testing.B) {
	measure(b, "format", func(n int) {
		text := disordered(long(n))
		if _, err := checker.Format(b.Context(), one(text), "main.go"); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkCheckUnchanged(b *testing.B) {
	files := []check.File{{Name: "main.go", Text: long(0)}}
	for b.Loop() {
		checker.Check(b.Context(), files)
	}
}
