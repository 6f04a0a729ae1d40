package check

import (
	_ "embed"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"path"
	"slices"
	"strings"
	"sync"
)

// stdList names the packages of the standard library that a program may import,
// one a line.
//
//go:embed std.txt
var stdList string

// stdPaths are those of stdList, in order.
var stdPaths = sync.OnceValue(func() []string { return strings.Fields(stdList) })

// isStd reports whether a path is that of a package of the standard library.
func isStd(p string) bool {
	_, ok := slices.BinarySearch(stdPaths(), p)
	return ok
}

// library is the standard library as far as it has been asked for. It is an
// importer for go/types.
type library struct {
	mu       sync.Mutex
	importer types.Importer
	packages map[string]*types.Package
}

// importedSize is how much of the numbering of positions is left to imported
// packages, so that none of theirs is taken for a place in a program.
const importedSize = 1 << 30

func newLibrary(exports Exports) *library {
	open := func(p string) (rc io.ReadCloser, err error) {
		if rc, err = exports.Open(p); err == nil && rc == nil {
			err = errors.New("no export data")
		}
		return rc, err
	}
	return &library{importer: importer.ForCompiler(token.NewFileSet(), "gc", open), packages: map[string]*types.Package{}}
}

// Import returns a package of the standard library.
func (l *library) Import(p string) (pkg *types.Package, err error) {
	if p == "unsafe" {
		return types.Unsafe, nil
	}
	if !isStd(p) {
		return nil, fmt.Errorf("package %s is not in std", p)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if pkg := l.packages[p]; pkg != nil {
		return pkg, nil
	}
	defer func() {
		if v := recover(); v != nil {
			pkg, err = nil, fmt.Errorf("read what package %s exports: %v", p, v)
		}
	}()
	if pkg, err = l.importer.Import(p); err != nil {
		return nil, fmt.Errorf("read what package %s exports: %w", p, err)
	}
	l.packages[p] = pkg
	return pkg, nil
}

// importProblem says why a path cannot be imported, and explains it, or returns
// two empty strings.
func (l *library) importProblem(p string) (msg, explanation string) {
	const offline = "Only Go's own standard library is there: nothing is fetched from the internet when a program is built here."
	first, _, _ := strings.Cut(p, "/")
	switch {
	case p == "C":
		return `import "C" cannot be used here`, "There is no C compiler; a program here is written in Go alone."
	case p == "":
		return "invalid import path (empty string)", `The path of a package goes between the quotes, as in "fmt".`
	case strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || p == "." || p == "..":
		return fmt.Sprintf("package %s cannot be imported: a program here has no folders", p),
			"All files of a program are of one package, and see each other without an import."
	case strings.Contains(first, "."):
		return fmt.Sprintf("package %s is not in std, and modules from outside are not available", p), offline
	case p == "internal" || strings.HasPrefix(p, "internal/") || strings.Contains(p, "/internal/") || strings.HasSuffix(p, "/internal") || first == "vendor":
		return fmt.Sprintf("use of internal package %s not allowed", p), "It belongs to the standard library's own workings."
	case !isStd(p):
		if near := nearest(p); near != "" {
			return fmt.Sprintf("package %s is not in std", p), fmt.Sprintf("Did you mean %q? ", near) + offline
		}
		return fmt.Sprintf("package %s is not in std", p), offline
	}
	if _, err := l.Import(p); err != nil {
		return fmt.Sprintf("package %s cannot be used here: %v", p, err), "Nothing is wrong with the program; the part of Go that the app brings along does not hold this package."
	}
	return "", ""
}

// nearest finds the path of the standard library that was probably meant.
func nearest(p string) string {
	low := strings.ToLower(p)
	best, least := "", 2
	if len(low) > 4 {
		least = 3
	}
	for _, std := range stdPaths() {
		if path.Base(std) == low || std == low {
			return std
		}
		if d := distance(low, std, least); d < least {
			best, least = std, d
		}
	}
	return best
}

// distance counts the letters to change, add or drop to make b of a, as far as
// that is fewer than limit.
func distance(a, b string, limit int) int {
	if len(a) > 64 || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
