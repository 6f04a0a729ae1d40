package split

import (
	_ "embed"
	"errors"
	"math/bits"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run thirdspace/interp/gc/split/record -o trained.txt

// What was seen to run, as the program record has written it. The first line
// lists the programs that ran, those in which something unusual happens marked
// with an exclamation mark; the second the packages of the library, as they begin
// the names of functions; each further one, in hexadecimal, the programs in which
// a function was seen, and its key.
//
//go:embed trained.txt
var trainedText string

// trained is what was seen to run.
type trained struct {
	programs map[string]uint64 // by the function's key, a bit for each program
	count    int               // of programs; the first is the one whose functions always stay
	usual    uint64
	std      map[string]bool
}

// training is that, read once.
var training = sync.OnceValues(func() (*trained, error) { return readTrained(trainedText) })

var errTrained = errors.New("the record of what programs run is damaged")

func readTrained(text string) (*trained, error) {
	names, text, _ := strings.Cut(text, "\n")
	packages, text, ok := strings.Cut(text, "\n")
	if !ok {
		return nil, errTrained
	}
	t := &trained{programs: make(map[string]uint64, 4096), std: map[string]bool{}}
	for i, n := range strings.Fields(names) {
		if !strings.HasPrefix(n, "!") {
			t.usual |= 1 << i
		}
		t.count++
	}
	for _, p := range strings.Fields(packages) {
		t.std[p] = true
	}
	for line := range strings.Lines(text) {
		set, key, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		n, err := strconv.ParseUint(set, 16, 64)
		if err != nil || n == 0 || bits.Len64(n) > t.count {
			return nil, errTrained
		}
		t.programs[key] = n
	}
	return t, nil
}

// own reports whether a function is of the person's own packages: of none of the
// library's.
func (t *trained) own(name string) bool {
	pkg, _, dot := strings.Cut(name, ".")
	return dot && !t.std[pkg]
}

func first(set uint64) int { return bits.TrailingZeros64(set) }
