package check

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// doubling writes n lines, the first of x0, each of what the line before made.
func doubling(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.NewReplacer("NEW", fmt.Sprint("x", i+1), "OLD", fmt.Sprint("x", i)).Replace(line) + "\n")
	}
	return b.String()
}

const pair = "type P[T, U any] struct { a *T; b *U }\nfunc two[T any](x T) P[T, T] { return P[T, T]{} }\n"

// bombs are short programs over which a type checker is busy for days, if n is 40.
func bombs(n int) map[string]string {
	return map[string]string{
		"structs":           "type x0 struct{ a, b int }\n" + doubling(n, "type NEW struct { a, b OLD }") + "var _ = x1{}",
		"arrays of structs": "type x0 [2]int\n" + doubling(n, "type NEW struct { a [1]OLD; b [1]OLD }"),
		"local structs":     "func f() {\ntype x0 struct{ a, b int }\n" + doubling(n, "type NEW struct { a, b OLD }") + "}",
		"aliases":           "type x0 = struct{ a int }\n" + doubling(n, "type NEW = struct { a, b *OLD }"),
		"functions":         "type x0 = func()\n" + doubling(n, "type NEW = func(OLD) OLD"),
		"constants":         "const x0 = \"0123456789\"\n" + doubling(n, "const NEW = OLD + OLD"),
		"typed constants":   "const x0 string = \"0123456789\"\n" + doubling(n, "const NEW string = OLD + OLD"),
		"hidden constants":  "const x0 = \"0123456789\"\n" + doubling(n, "const (\nhiddenNEW = OLD + OLD\nNEW)"),
		"shadowed":          "func f() {\nconst x = \"0123456789\"\n" + strings.Repeat("{ const x = x + x\n", n) + strings.Repeat("}", n) + "}",
		"variables":         pair + "func f() {\nx0 := 1\n" + doubling(n, "NEW := two(OLD)") + "}",
		"assigned":          pair + "func f() {\nx0 := 1\n" + doubling(n, "var NEW, _ = two(OLD), 1") + "}",
		"package variables": pair + "var x0 = 1\n" + doubling(n, "var NEW = two(OLD)"),
		"pointers":          pair + "func f() {\nx0 := 1\n" + doubling(n, "yNEW := two(OLD); NEW := &yNEW") + "}",
		"fields":            pair + "func f() {\nx0 := 1\n" + doubling(n, "NEW := *two(&OLD).a") + "}" + "\nfunc g() {\nx0 := 1\n" + doubling(n, "NEW := two(two(OLD)).a") + "}",
		"nested calls":      pair + "var _ = " + strings.Repeat("two(", n) + "1" + strings.Repeat(")", n),
		"nested arguments":  "type P[T any] struct { a, b T }\nvar _ " + strings.Repeat("P[", n) + "int" + strings.Repeat("]", n),
		"same argument":     "type P[T, U any] struct { a *T; b *U }\nfunc mk[T, U any](T, U) (p P[T, U]) { return }\nfunc f() {\nx0 := 1\n" + doubling(n, "NEW := mk(OLD, OLD)") + "}",
		"methods":           pair + "type B[T any] struct { v T }\nfunc (b B[T]) Two() B[P[T, T]] { return B[P[T, T]]{} }\nvar _ = B[int]{}" + strings.Repeat(".Two()", n),
		"ranges":            pair + "func f() {\nx0 := 1\n" + doubling(n, "for _, NEW := range []any{nil} { _ = NEW }; NEW := two(OLD)") + "}",
		"ranged over":       pair + "func sl[T any](x T) []P[T, T] { return nil }\nfunc f() {\nx0 := 1\n" + doubling(n, "for _, NEW := range sl(OLD) {") + strings.Repeat("}", n) + "}",
		"functions given":   pair + "func two2[T any](f func() T) func() P[T, T] { return nil }\nfunc f() {\nx0 := func() int { return 1 }\n" + doubling(n, "NEW := two2(OLD)") + "}",
		"of lists":          pair + "func f() {\nx0 := 1\n" + doubling(n, "NEW := append([]P[int, int]{}, two(1))[0]; _ = NEW; vNEW := []any{two(OLD)}; _ = vNEW") + "}" + "\nfunc g() {\nx0 := 1\n" + doubling(n, "NEW := two(two(OLD))") + "}",
		"through tuples":    pair + "func tup[T any](x T) (int, P[T, T], error) { return 0, P[T, T]{}, nil }\nfunc f() {\nx0 := 1\n" + doubling(n, "_, NEW, _ := tup(OLD)") + "}",
		"through closures":  pair + "func f() {\nx0 := 1\n" + doubling(n, "NEW := two(OLD); func() { _ = NEW }()") + "}",
		"said explicitly":   pair + "func f() {\nvar x0 P[int, int]\n" + doubling(n, "NEW := two[any](OLD); _ = NEW") + "}\nvar y0 int\nfunc g() {\nx0 := y0\n" + doubling(n, "NEW := two(OLD)") + "}",
	}
}

func read(texts ...string) *unit {
	var fs []File
	for i, t := range texts {
		fs = append(fs, File{Name: fmt.Sprintf("f%d.go", i), Text: t})
	}
	return parse(fs)
}

func TestBombsAreHeavy(t *testing.T) {
	for _, n := range []int{3, 40} {
		for name, text := range bombs(n) {
			t.Run(fmt.Sprint(name, n), func(t *testing.T) {
				u := read("package main\n" + text + "\nfunc main() {}\n")
				if ds := u.syntax(); len(ds) > 0 {
					t.Fatal(ds)
				}
				if got := u.heavy(); got != (n == 40) {
					t.Errorf("heavy: %v", got)
				}
			})
		}
	}
}

// TestPeopleWriteNothingHeavy weighs all of Go's library: no package of it is.
func TestPeopleWriteNothingHeavy(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "std", "cmd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := 0
	for dir := range strings.Lines(string(out)) {
		dir = strings.TrimSpace(dir)
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, n := range names {
			b, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(b))
		}
		packages++
		if read(texts...).heavy() {
			t.Error(dir)
		}
	}
	t.Logf("%d packages", packages)
}
