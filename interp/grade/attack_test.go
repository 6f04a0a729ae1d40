package grade

import (
	"fmt"
	"regexp"
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

// attack is what a program tries: its Sum, and what else there is.
type attack struct {
	name    string
	program string
	sum     string // what is to be said of TestSum
	other   string // and of TestOther
	forged  bool
	says    string // in the sentence, or a note
}

// attackBase is the program that tries an attack: the one whose number it reads.
const attackBase = `package bank

import (
	"fmt"
	"os"
)

// attack is one: what is done first, and what Sum, Other and the printing of a sum do.
type attack struct {
	init   func()
	sum    func(a, b int) number
	other  func()
	format func()
}

var attacks = map[string]attack{}

var chosen attack

// begin is called by the last of the files' functions init.
func begin() {
	b, err := os.ReadFile("attack.txt")
	if err != nil {
		panic(err)
	}
	chosen = attacks[string(b)]
	if chosen.init != nil {
		chosen.init()
	}
}

func Sum(a, b int) number { return chosen.sum(a, b) }

func Other() bool {
	if chosen.other != nil {
		chosen.other()
	}
	return true
}

type number int

func (n number) Format(f fmt.State, _ rune) {
	if chosen.format != nil {
		chosen.format()
	}
	fmt.Fprint(f, int(n))
}
`

var attackFunc = regexp.MustCompile(`(?m)^func (init|Sum|other|format)\(`)

// attackProgram is one program of all attacks, so that it is built once.
func attackProgram(attacks []attack) []run.File {
	fs := []run.File{{Name: "bank.go", Text: attackBase}, {Name: "zz.go", Text: "package bank\n\nfunc init() { begin() }\n"}}
	for i, a := range attacks {
		text := "package bank\n\n" + attackFunc.ReplaceAllString(a.program, fmt.Sprintf("func ${1}%d(", i))
		var has []string
		for _, m := range attackFunc.FindAllStringSubmatch(a.program, -1) {
			has = append(has, fmt.Sprintf("%s: %s%d", strings.ToLower(m[1]), m[1], i))
		}
		text += fmt.Sprintf("\nfunc init() { attacks[\"%d\"] = attack{%s} }\n", i, strings.Join(has, ", "))
		fs = append(fs, run.File{Name: fmt.Sprintf("attack%02d.go", i), Text: text})
	}
	return fs
}

func TestAttacks(t *testing.T) {
	program := attackProgram(attacks)
	for i, a := range attacks {
		ok := t.Run(a.name, func(t *testing.T) {
			if i > 0 { // the first has it built
				t.Parallel()
			}
			all := append(files(hiddenTests), run.File{Name: "attack.txt", Text: fmt.Sprint(i)})
			r := mark(t, append(all, program...), func(s *Suite) {
				s.Limits = Limits{Time: 4 * time.Second, Memory: 256 << 20, Output: 256 << 10}
			})
			if !r.Built || len(r.Tests) != 2 {
				t.Fatalf("%+v", r)
			}
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
			if r.Earned != count(r.Tests, Pass) {
				t.Errorf("%+v", r)
			}
			if strings.Contains(r.Tests[0].Output, "Other() != true") || strings.Contains(r.Output, "4711") || strings.Contains(r.Output, "key: 6") {
				t.Errorf("it has found the tests: %+v", r)
			}
		})
		if i == 0 && !ok {
			return
		}
	}
}

const other = "\nfunc Other() bool { return true }\n"

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
		{"what does no harm", `
-- bank.go --
package bank

import ("os"; "testing")

type bool = any // the tests do not use it

func TestMain(*testing.M) { os.Exit(0) }

func Sum(a, b int) int { return a + b }
-- own_test.go --
package nonsense
-- draft_windows.go --
package bank

not Go, with unsafe.Pointer
-- go.mod --
module bank

go 1.1
`, true, "All 2 tests passed."},
		{"tests of its own, in the place of the others too, and all there is to embed", `
-- bank.go --
package bank

import ("embed"; "fmt")

//go:embed *
var all embed.FS

func Sum(a, b int) int {
	es, _ := all.ReadDir(".")
	for _, e := range es {
		b, _ := all.ReadFile(e.Name())
		fmt.Println(e.Name(), string(b))
	}
	return 0
}
-- HIDDEN_test.go --
package bank

import "testing"

func TestSum(*testing.T) {}
-- own_test.go --
package bank

import ("os"; "testing")

func TestMain(*testing.M) { os.Exit(0) }
`, false, "1 of 2 tests passed"},
		{"another package's insides", "-- bank.go --\npackage bank\n\nimport _ \"unsafe\"\n\n//go:linkname report thirdspace/guard.Report\nfunc report(int, string)\n" + wrong, false, "//go:linkname cannot be used"},
		{"memory that is not its own", "-- bank.go --\npackage bank\n\nimport u \"unsafe\"\n\nvar size = u.Sizeof(0)\n\nfunc Sum(a, b int) int { return *(*int)(u.Pointer(uintptr(4096))) }\n", false, "unsafe.Pointer cannot be used"},
		{"memory that is not its own, by reflection", "-- bank.go --\npackage bank\n\nimport \"reflect\"\n\nfunc Sum(a, b int) int { return int(reflect.NewAt(reflect.TypeFor[int](), reflect.ValueOf(&a).UnsafePointer()).Elem().Int()) }\n", false, "reflect.NewAt cannot be used"},
		{"the same, with the package as one's own", "-- bank.go --\npackage bank\n\nimport . \"reflect\"\n\nvar _ = NewAt\n" + wrong, false, "package reflect cannot be imported as ."},
		{"all memory, written down", "-- bank.go --\npackage bank\n\nimport (\"os\"; \"runtime/debug\")\n\nfunc init() { f, _ := os.Create(\"/tmp/x\"); debug.WriteHeapDump(f.Fd()) }\n" + wrong, false, "runtime/debug.WriteHeapDump cannot be used"},
		{"nested too deeply to be looked at", "-- bank.go --\npackage bank\n\nvar _ = " + strings.Repeat("(", 100_001) + "1" + strings.Repeat(")", 100_001) + "\n" + wrong, false, ""},
		{"what the tests are made of", "-- bank.go --\npackage bank\n\nfunc init() { sums = nil }\n" + wrong + "-- sums_test.go --\npackage bank\n\nvar sums = []int{3}\n", false, "The program does not build: it has 1 error, the first in line 3 of bank.go: undefined: sums."},
		{"another package's errors", "-- bank.go --\npackage bank\n\nimport \"io\"\n\nfunc init() { io.EOF = nil }\n" + right, false, "line 5 of bank.go: io.EOF belongs to another package"},
		{"another package's errors, by another name", "-- bank.go --\npackage bank\n\nimport x \"os\"\n\nvar p = &(x.ErrNotExist)\n" + right, false, "x.ErrNotExist belongs to another package"},
		{"what signs", "-- bank.go --\npackage bank\n\nimport \"thirdspace/guard\"\n\nfunc init() { guard.Report(0, \"pass\") }\n" + wrong, false, "thirdspace/guard is not in std"},
		{"left out by a constraint", "-- bank.go --\n//go:build !wasip1\n\npackage bank\n\n" + right, false, "exclude all Go files"},
		{"the name of a test", "-- bank.go --\npackage bank\n\nfunc TestSum() {}\n" + right, false, "A hidden test does not build"},
		{"a function is missing", "-- bank.go --\npackage bank\n", false, "A hidden test does not build"},
		{"a function is another", "-- bank.go --\npackage bank\n\nfunc Sum(xs ...string) {}\n", false, "A hidden test does not build"},
		{"another package", "-- bank.go --\npackage main\n\nfunc main() {}\n" + right, false, "is of package main, and the tests are for package bank"},
		{"does not build", "-- bank.go --\npackage bank\n\nfunc Sum(a, b int) int {}\n", false, "The program does not build: it has 1 error, the first in line 3 of bank.go: missing return."},
		{"embeds the tests", "-- bank.go --\npackage bank\n\nimport _ \"embed\"\n\n//go:embed hidden_test.go\nvar s string\n" + wrong, false, "no matching files found"},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			sub, suite := Submission{Files: files(a.files)}, Suite{Hidden: files(hiddenTests)}
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
