package check_test

import (
	"strings"
	"testing"
)

// TestCommonestErrors: what beginners do wrong most often is told in Go's words,
// with a second sentence for them.
func TestCommonestErrors(t *testing.T) {
	for _, c := range []struct{ name, text, says, explains string }{
		{"a variable that is not used", "func main() {\n\tx := 1\n}", "main.go:3:2: declared and not used: x", "use x, or take its declaration away"},
		{"an import that is not used", "import \"os\"\nfunc main() {}", `main.go:2:8: "os" imported and not used`, "take the import away, or use the package"},
		{"a name that is not there", "func main() {\n\tcuont()\n}", "main.go:3:2: undefined: cuont", "is it spelled as where it is declared"},
		{"a return that is missing", "func f() int {\n}\nfunc main() { f() }", "main.go:3:1: missing return", "every way through it must end with return"},
		{"types that differ", "func main() {\n\tvar n int = \"a\"\n\t_ = n\n}", "main.go:3:14: cannot use \"a\" (untyped string constant) as int value in variable declaration", "A value of type int belongs here"},
		{"text and numbers added", "func main() {\n\tn := 1\n\t_ = \"a\" + n\n}", "main.go:4:6: invalid operation: \"a\" + n (mismatched types untyped string and int)", "Text and numbers do not mix"},
		{"a count that differs", "func two() (int, int) { return 1, 2 }\nfunc main() {\n\ta := two()\n\t_ = a\n}", "main.go:4:7: assignment mismatch: 1 variable but two returns 2 values", "as many values on the right as names on the left"},
		{"a package that is not imported", "func main() {\n\tfmt.Println()\n}", "main.go:3:2: undefined: fmt", "must be imported at the top"},
		{"any other package that is not imported", "func main() {\n\thex.Dump(nil)\n}", "main.go:3:2: undefined: hex", "must be imported at the top"},
		{"a package that does not exist", "import \"strng\"\nfunc main() { strng.X() }", "main.go:2:8: package strng is not in std", "Did you mean \"string"},
		{":= outside of functions", "x := 1\nfunc main() {}", "main.go:2:1: expected declaration, found x", "belong into a function"},
		{"= for ==", "func main() {\n\tx := 1\n\tif x = 2 {\n\t}\n}", "main.go:4:5: expected boolean expression, found assignment (missing parentheses around composite literal?)", "to compare, write =="},
		{"a condition that is none", "func main() {\n\tx := 1\n\tif x {\n\t}\n}", "main.go:4:5: non-boolean condition in if statement", "must be true or false"},
		{"too few arguments", "func f(a, b int) {}\nfunc main() {\n\tf(1)\n}", "main.go:4:4: not enough arguments in call to f", "wants more values"},
		{"too many arguments", "func f(a int) {}\nfunc main() {\n\tf(1, 2)\n}", "main.go:4:7: too many arguments in call to f", "is given more values"},
		{"a brace that is missing", "func main() {\n\tif true {\n\t\tprintln()\n}\n", "", "is a closing brace missing?"},
		{"a brace on a line of its own", "func main()\n{\n}", "", "An opening brace stands at the end of the line"},
		{"a bracket that is missing", "func main() {\n\tprintln(\"a\"\n}", "", "The line ends before the statement does"},
		{"a comma that is missing", "func main() {\n\t_ = []int{\n\t\t1,\n\t\t2\n\t}\n}", "", "The line ends before the statement does"},
		{"single quotes for text", "func main() {\n\tprintln('abc')\n}", "", "two double quotes"},
		{"a variable declared again", "func main() {\n\tx := 1\n\tx := 2\n\t_ = x\n}", "main.go:4:4: no new variables on left side of :=", "write = alone"},
	} {
		r := checker.Check(t.Context(), one("package main\n"+c.text))
		if len(r.Diagnostics) == 0 {
			t.Errorf("%s: nothing is said", c.name)
			continue
		}
		d := r.Diagnostics[0]
		if got := told(d); c.says != "" && got != c.says {
			t.Errorf("%s: %s, want %s", c.name, got, c.says)
		}
		if !strings.Contains(d.Explanation, c.explains) {
			t.Errorf("%s: %s: explained by %q", c.name, told(d), d.Explanation)
		}
	}
}
