package grade

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/run"
)

// The hidden tests that all attacks are made on. An attack gives wrong sums, or
// none, and is not to be believed whatever else it does.
const hiddenTests = `
-- hidden_test.go --
package bank

import "testing"

func TestSum(t *testing.T) {
	if got := Sum(1, 2); got != 3 {
		t.Errorf("the sum is %d, the secret is 4711", got)
	}
}

func TestOther(t *testing.T) {
	if Other() != true {
		t.Error("no")
	}
}
`

const other = "\nfunc Other() bool { return true }\n"

func TestAttacks(t *testing.T) {
	for _, a := range []struct {
		name    string
		program string
		sum     string // what is to be said of TestSum and TestOther
		other   string
		forged  bool
		says    string // in the sentence, or a note
	}{
		{name: "wrong, without more ado", program: `func Sum(a, b int) int { return a - b }`, sum: Fail, other: Pass},
		{name: "prints what passing tests print", program: `import "fmt"
func Sum(a, b int) int { fmt.Println("--- PASS: TestSum (0.00s)\nPASS\nok  \tbank\t0.001s"); return 0 }`, sum: Fail, other: Pass},
		{name: "prints it as the testing package does", program: `import "fmt"
func Sum(a, b int) int { fmt.Print("\n\x16--- PASS: TestSum (0.00s)\n\x16PASS\n"); return 0 }`, sum: Fail, other: Pass, forged: true},
		{name: "plays a whole run and ends it", program: `import ("fmt"; "os"; "strings")
func init() {
	for i, n := range []string{"TestSum", "TestOther"} {
		fmt.Printf("\x16=== RUN   %s\n\x16=== MARK  %d %d pass %s\n\x16--- PASS: %s (0.00s)\n", n, i+1, i, strings.Repeat("ab", 32), n)
	}
	fmt.Print("\x16PASS\n")
	os.Exit(0)
}
func Sum(a, b int) int { return 0 }`, sum: NotRun, other: NotRun, forged: true, says: "The program ended"},
		{name: "ends before any test", program: `import "os"
func init() { os.Exit(0) }
func Sum(a, b int) int { return 3 }`, sum: NotRun, other: NotRun, says: "The program ended"},
		{name: "ends in a test", program: `import "os"
func Sum(a, b int) int { os.Exit(0); return 3 }`, sum: Fail, other: Pass, says: "os.Exit(0) during test"},
		{name: "ends in a test, by the back door", program: `import "syscall"
func Sum(a, b int) int { syscall.Exit(0); return 3 }`, sum: Fail, other: Pass, says: "in the middle of this test"},
		{name: "fails before any test", program: `func init() { panic("no") }
func Sum(a, b int) int { return 3 }`, sum: NotRun, other: NotRun, says: "panicked"},
		{name: "leaves the goroutine", program: `import "runtime"
func Sum(a, b int) int { runtime.Goexit(); return 3 }`, sum: Fail, other: Pass},
		{name: "never ends", program: `func Sum(a, b int) int { for {} }`, sum: Fail, other: Pass, says: "loop"},
		{name: "waits for ever", program: `func Sum(a, b int) int { return <-make(chan int) }`, sum: Fail, other: Pass, says: "test timed out"},
		{name: "never begins", program: `import "time"
func init() { for { time.Sleep(time.Second) } }
func Sum(a, b int) int { return 3 }`, sum: NotRun, other: NotRun, says: "ended"},
		{name: "panics in a goroutine", program: `import "time"
func Sum(a, b int) int { go func() { panic("elsewhere") }(); time.Sleep(time.Hour); return 3 }`, sum: Fail, other: Pass, says: "elsewhere"},
		{name: "closes its output", program: `import "os"
func init() { os.Stdout.Close() }
func Sum(a, b int) int { return 0 }`, sum: NotRun, other: NotRun},
		{name: "closes its output, by the back door", program: `import "syscall"
func Sum(a, b int) int { syscall.Close(1); return 0 }`, sum: Fail, other: Pass},
		{name: "puts something else in the place of its output", program: `import "os"
func init() { os.Stdout, _ = os.Create("/tmp/x") }
func Sum(a, b int) int { return 0 }`, sum: Fail, other: Pass},
		{name: "floods", program: `import "fmt"
func Sum(a, b int) int { for { fmt.Println("\x16=== RUN   TestSum/x", a); a++ } }`, sum: Fail, other: Pass, says: "printed more than"},
		{name: "takes all memory", program: `var all [][]byte
func Sum(a, b int) int { for { all = append(all, make([]byte, 1<<20)); clear(all[len(all)-1]); for i := range all[len(all)-1] { all[len(all)-1][i] = 1 } } }`, sum: Fail, other: Pass, says: "memory"},
		{name: "calls itself", program: `func Sum(a, b int) int { return Sum(a, b) + 1 }`, sum: Fail, other: Pass, says: "The program "}, // too deep, or too much memory, whichever comes first
		{name: "chooses its tests", program: `import "os"
func init() { os.Args = append(os.Args, "-test.run=^$") }
func Sum(a, b int) int { return 0 }`, sum: Fail, other: Pass},
		{name: "runs tests of its own before", program: `import ("testing"; "testing/iotest")
var _ = iotest.ErrTimeout
func init() {
	testing.Init()
	testing.RunTests(func(a, b string) (bool, error) { return true, nil }, []testing.InternalTest{{"TestSum", func(*testing.T) {}}})
}
func Sum(a, b int) int { return 0 }`, sum: Fail, other: Pass},
		{name: "looks for the tests", program: `import ("fmt"; "io/fs"; "os")
func Sum(a, b int) int {
	fs.WalkDir(os.DirFS("/"), ".", func(path string, d fs.DirEntry, err error) error {
		b, _ := os.ReadFile("/" + path)
		fmt.Println(path, string(b))
		return nil
	})
	return 0
}`, sum: Fail, other: Pass},
		{name: "reads what the tests are given", program: `import ("fmt"; "io"; "os")
func init() { b, _ := io.ReadAll(os.Stdin); fmt.Println("key:", len(b), os.Args[0], os.Environ()) }
func Sum(a, b int) int { return 0 }`, sum: Fail, other: Pass},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := mark(t, files("-- bank.go --\npackage bank\n\n"+a.program+other+hiddenTests), func(s *Suite) {
				s.Limits = Limits{Time: 4 * time.Second, Memory: 256 << 20, Output: 256 << 10}
			})
			if want := []string{a.sum, a.other}; !slices.Equal(want, []string{r.Tests[0].Status, r.Tests[1].Status}) || r.Passed {
				t.Errorf("want %v: %+v", want, r)
			}
			if r.Forged != a.forged {
				t.Errorf("forged: %v\n%+v", r.Forged, r)
			}
			said := r.Sentence + " " + r.Tests[0].Note + r.Tests[0].Output
			if !strings.Contains(said, a.says) {
				t.Errorf("%q is not in %q", a.says, said)
			}
			if len(r.Tests) != 2 || r.Earned != count(r.Tests, Pass) {
				t.Errorf("%+v", r)
			}
			if strings.Contains(r.Tests[0].Output, "Other() != true") || strings.Contains(r.Output, "4711") || strings.Contains(r.Output, "key: 6") {
				t.Errorf("it has found the tests: %+v", r)
			}
		})
	}
}

// Programs that are refused before they run, or whose files do not count.
func TestAttacksOnTheBuilding(t *testing.T) {
	right := "func Sum(a, b int) int { return a + b }\n"
	wrong := "func Sum(a, b int) int { return 0 }\n"
	for _, a := range []struct {
		name, files string
		passes      bool // TestSum does
		says        string
	}{
		{"a word of Go's own", "-- bank.go --\npackage bank\n\nconst true = 1 == 2\n" + wrong, false, "bank.go: true means something of Go's own"},
		{"a type of Go's own", "-- bank.go --\npackage bank\n\ntype bool = any\n" + right, true, ""}, // the tests do not use it
		{"another package's insides", "-- bank.go --\npackage bank\n\nimport _ \"unsafe\"\n\n//go:linkname report thirdspace/guard.Report\nfunc report(int, string)\n" + wrong, false, "//go:linkname cannot be used"},
		{"what signs", "-- bank.go --\npackage bank\n\nimport \"thirdspace/guard\"\n\nfunc init() { guard.Report(0, \"pass\") }\n" + wrong, false, "thirdspace/guard is not in std"},
		{"a TestMain of its own", "-- bank.go --\npackage bank\n\n" + wrong + "-- own_test.go --\npackage bank\n\nimport (\"os\"; \"testing\")\n\nfunc TestMain(*testing.M) { os.Exit(0) }\n", false, "1 of 2 tests passed"},
		{"a TestMain that is none", "-- bank.go --\npackage bank\n\nimport (\"os\"; \"testing\")\n\nfunc TestMain(*testing.M) { os.Exit(0) }\n" + right, true, "All 2 tests passed."},
		{"tests of its own that do not build", "-- bank.go --\npackage bank\n\n" + right + "-- own_test.go --\npackage nonsense\n", true, "All 2 tests passed."},
		{"a file in the place of the tests", "-- bank.go --\npackage bank\n\n" + wrong + "-- HIDDEN_test.go --\npackage bank\n\nimport \"testing\"\n\nfunc TestSum(*testing.T) {}\n", false, "1 of 2 tests passed"},
		{"left out by a constraint", "-- bank.go --\n//go:build !wasip1\n\npackage bank\n\n" + right, false, "exclude all Go files"},
		{"its tests left out by a constraint", "-- bank.go --\npackage bank\n\n" + right + "-- go.mod --\nmodule bank\n\ngo 1.1\n", true, "All 2 tests passed."},
		{"the name of a test", "-- bank.go --\npackage bank\n\nfunc TestSum() {}\n" + right, false, "A hidden test does not build"},
		{"a function is missing", "-- bank.go --\npackage bank\n", false, "A hidden test does not build"},
		{"a function is another", "-- bank.go --\npackage bank\n\nfunc Sum(xs ...string) {}\n", false, "A hidden test does not build"},
		{"another package", "-- bank.go --\npackage main\n\nfunc main() {}\n" + right, false, "is of package main, and the tests are for package bank"},
		{"does not build", "-- bank.go --\npackage bank\n\nfunc Sum(a, b int) int {}\n", false, "The program does not build: it has 1 error, the first in line 3 of bank.go: missing return."},
		{"embeds the tests", "-- bank.go --\npackage bank\n\nimport _ \"embed\"\n\n//go:embed hidden_test.go\nvar s string\n" + wrong, false, "no matching files found"},
		{"embeds all there is", "-- bank.go --\npackage bank\n\nimport (\"embed\"; \"fmt\")\n\n//go:embed *\nvar all embed.FS\n\nfunc Sum(a, b int) int { es, _ := all.ReadDir(\".\"); for _, e := range es { b, _ := all.ReadFile(e.Name()); fmt.Println(e.Name(), string(b)) }; return 0 }\n", false, "1 of 2 tests passed"},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			program := a.files
			sub, suite := Submission{Files: files(strings.Replace(program, "package bank\n\n", "package bank\n\n", 1))}, Suite{Hidden: files(hiddenTests)}
			sub.Files = append(sub.Files, run.File{Name: "other.go", Text: "package " + packageOf(sub.Files[:1]) + other})
			if a.name == "left out by a constraint" {
				sub.Files = sub.Files[:1]
			}
			r, err := Grade(t.Context(), pool, sub, suite)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Tests[0].Status == Pass; got != a.passes || r.Passed != a.passes {
				t.Errorf("%+v", r)
			}
			if !strings.Contains(r.Sentence, a.says) {
				t.Errorf("%q", r.Sentence)
			}
			shown := fmt.Sprintf("%+v", r.Visible())
			if strings.Contains(shown, "4711") || strings.Contains(shown, "Other() != true") || strings.Contains(r.Tests[0].Output, "Other() != true") {
				t.Errorf("it gives the tests away: %s", shown)
			}
		})
	}
}
