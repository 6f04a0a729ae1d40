package check_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

func complete(t testing.TB, text string) check.Completions {
	t.Helper()
	files, at := marked(t, text)
	r, err := checker.Complete(t.Context(), files, at)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

func labels(r check.Completions) (list []string) {
	for _, i := range r.Items {
		list = append(list, i.Label)
	}
	return list
}

func item(t testing.TB, r check.Completions, label string) check.Item {
	t.Helper()
	i := slices.IndexFunc(r.Items, func(i check.Item) bool { return i.Label == label })
	if i < 0 {
		t.Fatalf("%s is not among %v", label, labels(r))
	}
	return r.Items[i]
}

const types = `
type Animal interface{ Sound() string }
type Base struct{ ID int; hidden bool }
func (b *Base) Save() error { return nil }
func (b Base) Key() string { return "" }
type Dog struct { Base; Name string; Age int }
func (d Dog) Sound() string { return d.Name }
type Node struct { *Dog; next *Node }
func newDog(name string, age int) Dog { return Dog{} }
func count() int { return 1 }
const limit = 10
`

// TestComplete: what is offered first, what is offered at all, and what is not.
func TestComplete(t *testing.T) {
	for _, c := range []struct{ name, text, first, has, hasNot string }{
		{"a member of a package", program("\tfmt.Pr‸"), "Print", "Println Printf Fprint", "print"},
		{"all members, nothing behind the dot", program("\tfmt.‸"), "", "Println Errorf Stringer", "newPrinter"},
		{"a dot before another statement", program("\tx := 1\n\tfmt.‸\n\tx = 2"), "", "Println", ""},
		{"a dot before a declaration", program("\tfmt.‸\n\ty := 3\n\t_ = y"), "", "Println", ""},
		{"within an open bracket", program("\tfmt.Println(fmt.Spri‸\n\tx := 1\n\t_ = x"), "Sprint", "Sprintln", ""},
		{"fields and methods, promoted as well", program("\tvar d Dog\n\td.‸") + types, "", "Name Age Base ID hidden Save Key Sound", "next"},
		{"through a pointer that is embedded", program("\tvar n *Node\n\tn.‸") + types, "", "Dog next Name ID Save", ""},
		{"of what cannot be addressed", program("\tnewDog(\"\", 1).‸") + types, "", "Key Name", "Save"},
		{"of an interface", program("\tvar a Animal\n\ta.‸") + types, "Sound", "", "Name"},
		{"of a type of the library", "package main\nimport \"strings\"\nfunc main() {\n\tvar b strings.Builder\n\tb.‸\n}", "", "WriteString Len String", "addr buf"},
		{"of a type parameter", "package main\nfunc f[T interface{ Sound() string }](x T) { x.‸ }\nfunc main() {}", "Sound", "", ""},
		{"a method expression", program("\tDog.‸") + types, "", "Sound Key", "Name Save"},
		{"letters in order", program("\tfmt.pln‸"), "Println", "Fprintln", "Errorf"},
		{"without capitals", program("\tfmt.prin‸"), "Print", "Println", "Sscan"},
		{"locals, nearest first", program("\tvalue := 1\n\tfor valley := range value {\n\t\tval‸\n\t}"), "valley", "value", ""},
		{"not what comes later", program("\tval‸\n\tvalue := 1\n\t_ = value"), "", "", "value"},
		{"parameters and results", "package main\nfunc f(first int) (fine error) { fi‸ }\nfunc main() {}", "", "first fine", ""},
		{"the wanted type first: argument", program("\tnumber, name := 1, \"\"\n\t_, _ = number, name\n\tnewDog(n‸)") + types, "name", "number", ""},
		{"the wanted type first: second argument", program("\tnumber, name := 1, \"\"\n\t_, _ = number, name\n\tnewDog(name, n‸)") + types, "number", "name", ""},
		{"the wanted type first: assignment", program("\tage, alive := 1, true\n\tvar ok bool\n\tok = a‸\n\t_, _, _ = age, alive, ok"), "alive", "age append", ""},
		{"the wanted type first: return", "package main\nfunc f(a int, b string) string { return ‸ }\nfunc main() {}", "b", "a", ""},
		{"the wanted type first: condition", program("\tage, alive := 1, true\n\t_, _ = age, alive\n\tif a‸ {\n\t}"), "alive", "age", ""},
		{"the wanted type first: comparison", program("\ta, b, c := 1, \"x\", 2\n\t_, _, _ = a, b, c\n\tif b == ‸ {\n\t}"), "b", "a", ""},
		{"the wanted type first: map key", program("\tage, name := 1, \"\"\n\tm := map[string]int{}\n\t_, _ = age, name\n\tm[‸]"), "name", "age", ""},
		{"the wanted type first: element", program("\tage, name := 1, \"\"\n\t_, _ = age, name\n\t_ = []string{‸}"), "name", "age", ""},
		{"the wanted type first: sending", program("\tage, name := 1, \"\"\n\tc := make(chan string)\n\t_, _ = age, name\n\tc <- ‸"), "name", "age", ""},
		{"the wanted type first: case", program("\tage, name := 1, \"\"\n\tswitch name {\n\tcase ‸:\n\t}\n\t_ = age"), "name", "age", ""},
		{"the wanted type first: members", program("\tvar d Dog\n\tvar s string = d.‸\n\t_ = s") + types, "Name", "Age Sound", ""},
		{"the wanted type first: negation", program("\tage, alive := 1, true\n\t_, _ = age, alive\n\t_ = !a‸"), "alive", "age", ""},
		{"fields of a literal", program("\t_ = Dog{‸}") + types, "Base", "Name Age", "ID"},
		{"fields that are not there yet", program("\t_ = Dog{Name: \"x\", ‸}") + types, "Base", "Age", "Name"},
		{"fields of a literal that is not closed", program("\t_ = Dog{Na‸") + types, "Name", "", ""},
		{"fields of an element", program("\t_ = []Dog{{Na‸}}") + types, "Name", "", ""},
		{"the value of a field", program("\tage, name := 1, \"\"\n\t_, _ = age, name\n\t_ = Dog{Name: ‸}") + types, "name", "age", "Age"},
		{"types where a type stands", program("\tvar x ‸") + types, "", "Dog Animal int string map struct fmt", "count limit len"},
		{"types of a package", "package main\nimport \"time\"\nfunc main() { var d time.D‸ }", "Duration", "", "Date"},
		{"types of parameters", "package main\nfunc f(a ‸) {}\nfunc main() {}", "", "int string", "len"},
		{"keywords that begin a statement", program("\tre‸"), "", "return", "range"},
		{"not in an expression", program("\tx := re‸"), "", "recover real", "return"},
		{"break in a loop", program("\tfor {\n\t\tbr‸\n\t}"), "break", "", ""},
		{"no break outside", program("\tbr‸"), "", "", "break"},
		{"case in a switch", program("\tswitch 1 {\n\tcase 1:\n\t\tca‸\n\t}"), "", "case cap", ""},
		{"range in a loop", program("\tfor i := ra‸"), "range", "", ""},
		{"else", program("\tif true {\n\t} el‸"), "else", "", "if"},
		{"outside of functions", "package main\n\nfu‸\n", "func", "", "fmt"},
		{"a package that is not imported", program("\tstrc‸"), "strconv", "", ""},
		{"a member of a package that is not imported", program("\tstrings.ToUp‸"), "ToUpper", "ToUpperSpecial", ""},
		{"the commoner of two packages", program("\trand.‸"), "", "Intn IntN Reader", ""},
		{"a path", "package main\nimport \"str‸\"\nfunc main() {}", "strconv", "strings", "fmt"},
		{"a path by its end", "package main\nimport (\n\t\"fmt\"\n\t\"rand‸\"\n)\nfunc main() {}", "math/rand", "crypto/rand", ""},
		{"a range header without a block", program("\tvar d Dog\n\tfor _, c := range d.‸\n\tfmt.Println(d)") + types, "", "Name", ""},
		{"a condition without a block", program("\tvar d Dog\n\tif d.‸\n\tfmt.Println(d)") + types, "", "Name", ""},
		{"a program with other errors", program("\tundefined()\n\tvar x int = \"a\"\n\tfmt.Pri‸"), "Print", "Println", ""},
		{"letters that are not ASCII", program("\tgröße, 世界 := 1, \"🙂\"\n\t_, _ = größe, 世界\n\tgr‸"), "größe", "", ""},
		{"behind letters that are not ASCII", program("\t_ = \"世界 🙂\" + fmt.Spri‸"), "Sprint", "", ""},
		{"a generic function", "package main\nfunc Map[T, U any](s []T, f func(T) U) []U { return nil }\nfunc main() { Ma‸ }", "Map", "", ""},
		{"a function to be given", "package main\nfunc each(f func(int)) {}\nfunc show(n int) {}\nfunc sum() int { return 0 }\nfunc main() { each(s‸) }", "show", "sum", ""},
		{"a closure", program("\tg := func(inner int) {\n\t\tinn‸\n\t}\n\tg(1)"), "inner", "", ""},
	} {
		r := complete(t, c.text)
		got := labels(r)
		if c.first != "" && (len(got) == 0 || got[0] != c.first) {
			t.Errorf("%s: first is %.5q", c.name, got)
		}
		for _, want := range strings.Fields(c.has) {
			if !slices.Contains(got, want) {
				t.Errorf("%s: no %s in %.20q", c.name, want, got)
			}
		}
		for _, not := range strings.Fields(c.hasNot) {
			if slices.Contains(got, not) {
				t.Errorf("%s: there is %s", c.name, not)
			}
		}
		seen := map[string]bool{}
		for _, i := range r.Items {
			if key := i.Label + " " + i.Kind + " " + i.Symbol; seen[key] {
				t.Errorf("%s: %s is there twice", c.name, key)
			} else {
				seen[key] = true
			}
		}
	}
}

func TestNothingToComplete(t *testing.T) {
	for name, text := range map[string]string{
		"a comment": program("\t// fmt.‸"), "within a comment": program("\t/* fmt.‸ */"), "a comment at the end": program("\t_ = 1 // fm‸"),
		"a string": program("\t_ = \"fmt.‸\""), "a string that is not closed": program("\t_ = \"fmt.‸"), "a raw string": program("\t_ = `fmt.‸`"),
		"a character": program("\t_ = 'f‸'"), "a number": program("\t_ = 12‸"), "behind a number's point": program("\t_ = 1.‸"), "a number in hex": program("\t_ = 0xf‸"),
		"a new variable": program("\tva‸ := 1"), "a new constant": program("\tconst li‸ = 1"), "a new function": "package main\n\nfunc ma‸() {}\n",
		"a new type": program("\ttype in‸ struct{}"), "a variable of a loop": program("\tfor i‸ := range 3 {\n\t}"),
		"a new field": program("\ttype T struct { na‸ int }"), "a label": program("L:\n\tfor {\n\t\tbreak L‸\n\t}"),
	} {
		if r := complete(t, text); len(r.Items) > 0 {
			t.Errorf("%s: %.10q", name, labels(r))
		}
	}
}

func TestWhatACompletionSays(t *testing.T) {
	c := check.New(std, goVersion).WithDocs(documented)
	of := func(text, label string) check.Item {
		files, at := marked(t, text)
		r, err := c.Complete(t.Context(), files, at)
		if err != nil {
			t.Fatal(err)
		}
		return item(t, r, label)
	}
	if i := of(program("\tfmt.Pr‸"), "Println"); i.Detail != "(a ...any) (n int, err error)" || i.Insert != "Println()" || !i.Inside || i.Kind != check.KindFunc || i.Symbol != "fmt.Println" || len(i.Edits) != 0 {
		t.Errorf("%+v", i)
	}
	if i := of(program("\tfmt.Pr‸(1)"), "Println"); i.Insert != "Println" || i.Inside {
		t.Errorf("with brackets: %+v", i)
	}
	if i := of(program("\tcou‸")+types, "count"); i.Insert != "count()" || i.Inside || i.Detail != "() int" || i.Symbol != "" {
		t.Errorf("without parameters: %+v", i)
	}
	if i := of(program("\tlim‸")+types, "limit"); i.Detail != "untyped int = 10" || i.Kind != check.KindConst {
		t.Errorf("a constant: %+v", i)
	}
	if i := of(program("\t_ = Dog{Na‸}")+types, "Name"); i.Insert != "Name: " || i.Kind != check.KindField || i.Detail != "string" {
		t.Errorf("a field: %+v", i)
	}
	if i := of(program("\tappe‸"), "append"); i.Insert != "append()" || !i.Inside || i.Symbol != "builtin.append" || i.Detail != "(slice []T, elems ...T) []T" {
		t.Errorf("of the language: %+v", i)
	}
	if i := of("package main\n\n// Twice doubles.\n//\n// Second.\n//\n// Third.\nfunc Twice(n int) int { return 2 * n }\n\nfunc main() { Twi‸ }\n", "Twice"); len(i.Docs) != 2 || i.Docs[0].Text != "Twice doubles." {
		t.Errorf("the program's own comment: %+v", i)
	}
	if i := of("package main\nimport \"strings\"\nfunc main() { var b strings.Builder; b.Wri‸ }", "WriteString"); i.Symbol != "strings.Builder.WriteString" || i.Kind != check.KindMethod {
		t.Errorf("a method: %+v", i)
	}
	if i := of("package main\nimport \"net/url\"\nfunc main() { var u url.URL; u.Ho‸ }", "Host"); i.Symbol != "net/url.URL.Host" {
		t.Errorf("a field of the library: %+v", i)
	}
}

// TestCompletionAddsImport applies what goes with a completion.
func TestCompletionAddsImport(t *testing.T) {
	for _, c := range []struct{ before, want string }{
		{"package main\n\nfunc main() { strings.ToUp‸ }\n", "package main\n\nimport \"strings\"\n\nfunc main() { strings.ToUp }\n"},
		{"package main\n\nimport \"fmt\"\n\nfunc main() { strings.ToUp‸ }\n", "package main\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n)\n\nfunc main() { strings.ToUp }\n"},
		{"package main\n\nimport \"time\"\n\nfunc main() { strings.ToUp‸\n", "package main\n\nimport (\n\t\"strings\"\n\t\"time\"\n)\n\nfunc main() { strings.ToUp\n"},
		{"package main\n\nimport (\n\t\"fmt\" // to print\n\t\"time\"\n)\n\nfunc main() { strings.ToUp‸ }\n", "package main\n\nimport (\n\t\"fmt\" // to print\n\t\"strings\"\n\t\"time\"\n)\n\nfunc main() { strings.ToUp }\n"},
		{"package main\n\nimport ()\n\nfunc main() { strings.ToUp‸ }\n", "package main\n\nimport (\n\t\"strings\"\n)\n\nfunc main() { strings.ToUp }\n"},
		{"package main // 世界\n\nimport (\n\t\"time\"\n)\n\nfunc main() { strings.ToUp‸ }\n", "package main // 世界\n\nimport (\n\t\"strings\"\n\t\"time\"\n)\n\nfunc main() { strings.ToUp }\n"},
	} {
		i := item(t, complete(t, c.before), "ToUpper")
		if got := apply(t, strings.Replace(c.before, mark, "", 1), i.Edits); got != c.want {
			t.Errorf("%s became\n%s", c.before, got)
		}
	}
	// An import that is not readable is left alone.
	if r := complete(t, "package main\n\nimport (\n\nfunc main() { strconv‸ }\n"); len(r.Items) > 0 && len(r.Items[0].Edits) > 0 {
		t.Errorf("%+v", r.Items[0])
	}
}

func TestCompletionsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 3 * check.MaxItems {
		b.WriteString("func name" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + "() {}\n")
	}
	r := complete(t, program("\tname‸")+b.String())
	if len(r.Items) != check.MaxItems || !r.More {
		t.Errorf("%d, %v", len(r.Items), r.More)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	files, at := marked(t, program("\tfmt.‸"))
	if _, err := checker.Complete(ctx, files, at); err == nil {
		t.Error("not ended")
	}
	for _, at := range []check.Place{{File: "main.go"}, {File: "main.go", Line: 999, Column: 1}, {File: "main.go", Line: 1, Column: 99}, {File: "other.go", Line: 1, Column: 1}, {File: "main.go", Line: -1, Column: -1}} {
		if _, err := checker.Complete(t.Context(), files, at); err == nil || !strings.HasSuffix(refused(t, err), ".") {
			t.Errorf("%+v: %v", at, err)
		}
	}
}
