package check_test

import (
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

func TestSignature(t *testing.T) {
	c := check.New(std, goVersion).WithDocs(documented)
	for _, k := range []struct{ name, text, want string }{
		{"the first", program("\tfmt.Printf(‸)"), "Printf([format string], a ...any) (n int, err error)"},
		{"within a string", program("\tfmt.Printf(\"a‸\")"), "Printf([format string], a ...any) (n int, err error)"},
		{"the second", program("\tfmt.Printf(\"a\", ‸)"), "Printf(format string, [a ...any]) (n int, err error)"},
		{"of many", program("\tfmt.Printf(\"a\", 1, 2, ‸)"), "Printf(format string, [a ...any]) (n int, err error)"},
		{"not closed", program("\tfmt.Printf(\"a\", ‸"), "Printf(format string, [a ...any]) (n int, err error)"},
		{"within a name", program("\tx, y := 1, 2\n\tfmt.Printf(\"a\", x‸, y)"), "Printf(format string, [a ...any]) (n int, err error)"},
		{"the inner one", program("\tfmt.Println(fmt.Sprint(‸))"), "Sprint([a ...any]) string"},
		{"the outer one", program("\tfmt.Println(fmt.Sprint(1), ‸)"), "Println([a ...any]) (n int, err error)"},
		{"one's own", program("\tnewDog(\"a\", ‸)") + types, "newDog(name string, [age int]) Dog"},
		{"too many", program("\tnewDog(\"a\", 1, ‸)") + types, "newDog(name string, age int) Dog"},
		{"none", program("\tcount(‸)") + types, "count() int"},
		{"a method", program("\tvar d Dog\n\td.Save(‸)") + types, "Save() error"},
		{"a variable", program("\tf := func(a, b int) {}\n\tf(1, ‸)"), "f(a int, [b int])"},
		{"no name", program("\tfunc(a int) bool { return true }(‸)"), "func([a int]) bool"},
		{"of the language", program("\t_ = append([]int{}, ‸)"), "append(slice []T, [elems ...T]) []T"},
		{"a conversion", program("\t_ = string(‸)"), ""},
		{"no call", program("\tx := (‸)"), ""},
		{"behind it", program("\tfmt.Println()‸"), ""},
		{"the body of an argument", program("\tfunc(f func()) {}(func() {\n\t\t‸\n\t})"), ""},
		{"a comment", program("\tfmt.Println( // ‸\n\t)"), ""},
		{"generic", "package main\nfunc Map[T, U any](s []T, f func(T) U) []U { return nil }\nfunc main() { Map([]int{1}, ‸) }", ""},
		{"another language's letters", program("\tfmt.Println(\"世界 🙂\", ‸)"), "Println([a ...any]) (n int, err error)"},
	} {
		files, at := marked(t, k.text)
		s, err := c.Signature(t.Context(), files, at)
		if err != nil {
			t.Fatal(err)
		}
		got := s.Before
		for i, p := range s.Parameters {
			if i == s.Active {
				p = "[" + p + "]"
			}
			if i > 0 {
				got += ", "
			}
			got += p
		}
		got += s.After
		if k.name == "generic" {
			if s.Before != "Map(" || s.Active != 1 || len(s.Parameters) != 2 {
				t.Errorf("%s: %+v", k.name, s)
			}
		} else if got != k.want {
			t.Errorf("%s: %q, want %q", k.name, got, k.want)
		}
		if strings.HasPrefix(got, "Println(") && (len(s.Docs) != 2 || s.Docs[0].Text != "Println formats using the default formats for its operands.") {
			t.Errorf("%+v", s.Docs)
		}
	}
}

func TestHover(t *testing.T) {
	c := check.New(std, goVersion).WithDocs(documented)
	for _, k := range []struct{ name, text, want, docs string }{
		{"a function", program("\tfmt.Pri‸ntln()"), "func fmt.Println(a ...any) (n int, err error)", "plain: Println formats using the default formats for its operands.|plain: It returns the number of bytes.|code: fmt.Println(1)|plain: The end, see Printf:|entry: • one|entry: • two"},
		{"a package", program("\tf‸mt.Println()"), `package fmt // import "fmt"`, "plain: Package fmt implements formatted I/O."},
		{"the path of an import", strings.Replace(program(""), `"fmt"`, `"f‸mt"`, 1), `package fmt // import "fmt"`, "plain: Package fmt implements formatted I/O."},
		{"a variable", program("\tx‸ := 1\n\t_ = x"), "var x int", ""},
		{"its use, from behind", program("\tx := 1\n\t_ = x‸"), "var x int", ""},
		{"a constant", program("\t_ = limit‸") + types, "const limit untyped int = 10", ""},
		{"a constant of the library", "package main\nimport \"math\"\nvar x = math.Pi‸\nfunc main() {}", "const math.Pi untyped float = 3.14159", ""},
		{"a type", program("\tvar b Bas‸e\n\t_ = b") + types, "type Base struct{ID int; hidden bool}", ""},
		{"a field", program("\tvar d Dog\n\t_ = d.ID‸") + types, "field ID int", ""},
		{"a method", program("\tvar d Dog\n\td.Sa‸ve()") + types, "func (*Base).Save() error", ""},
		{"a method of the library", "package main\nimport \"strings\"\nfunc main() { var b strings.Builder; b.Write‸String(\"\") }", "func (*strings.Builder).WriteString(s string) (int, error)", "plain: WriteString appends."},
		{"a field of the library", "package main\nimport \"net/url\"\nfunc main() { var u url.URL; u.Ho‸st = \"\" }", "field Host string", "plain: host or host:port"},
		{"of the language", program("\t_ = app‸end([]int{})"), "func append(slice []T, elems ...T) []T", "plain: The append built-in function appends."},
		{"a comment of one's own", "package main\n\n// main begins.\nfunc ma‸in() {}\n", "func main()", "plain: main begins."},
		{"the variable of a type switch", program("\tvar a any\n\tswitch v‸ := a.(type) {\n\tcase int:\n\t\t_ = v\n\t}"), "var v int", ""},
		{"a program that is not whole", program("\tx := 1\n\tfmt.Pri‸ntln(x\n"), "func fmt.Println(a ...any) (n int, err error)", "*"},
		{"an import that is not there", "package main\nimport \"nowhere\"\nfunc main() { nowh‸ere.X() }", `package nowhere // import "nowhere"`, ""},
		{"a keyword", program("\tre‸turn"), "", ""},
		{"nothing", program("\t‸"), "", ""},
		{"a string", program("\t_ = \"fm‸t\""), "", ""},
		{"an unknown name", program("\tunkn‸own()"), "", ""},
		{"the name of the package", "package ma‸in\nfunc main() {}", "", ""},
	} {
		files, at := marked(t, k.text)
		a, err := c.Hover(t.Context(), files, at)
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
		}
		var docs []string
		for _, p := range a.Docs {
			docs = append(docs, p.Kind+": "+p.Text)
		}
		if got := strings.Join(docs, "|"); a.Signature != k.want || got != k.docs && k.docs != "*" {
			t.Errorf("%s: %q %q", k.name, a.Signature, got)
		}
		if (a.Line > 0) != (a.Signature != "") {
			t.Errorf("%s: %+v", k.name, a.Span)
		}
	}
}

func TestDefinition(t *testing.T) {
	for _, k := range []struct{ text, want string }{
		{program("\tx := 1\n\t_ = x‸"), "7:2-7:3"},
		{program("\t_ = new‸Dog(\"\", 1)") + types, "17:6-17:12"},
		{program("\tvar d Dog\n\t_ = d.ID‸") + types, "12:19-12:21"},
		{program("\tgröße := \"🙂\"; _ = gr‸öße"), "7:2-7:9"},
		{program("\tf‸mt.Println()"), "3:8-3:13"},
	} {
		files, at := marked(t, k.text)
		s, err := checker.Definition(t.Context(), files, at)
		if got := fmt.Sprintf("%d:%d-%d:%d", s.Line, s.Column, s.EndLine, s.EndColumn); err != nil || got != k.want {
			t.Errorf("%s: %s, %v", k.text, got, err)
		}
	}
	for text, want := range map[string]string{
		program("\tfmt.Print‸ln()"): "Println is declared in Go itself, outside this program.",
		program("\tvar x in‸t"):     "int is declared in Go itself, outside this program.",
		program("\t‸"):              "There is no name here that is known.",
	} {
		files, at := marked(t, text)
		if _, err := checker.Definition(t.Context(), files, at); refused(t, err) != want {
			t.Error(err)
		}
	}
}

func TestRename(t *testing.T) {
	for _, k := range []struct{ name, text, want string }{
		{"a local", program("\tx‸ := 1\n\tx++\n\t{\n\t\tx := x\n\t\t_ = x\n\t}"), program("\tfresh := 1\n\tfresh++\n\t{\n\t\tx := fresh\n\t\t_ = x\n\t}")},
		{"from a use", program("\tx := 1\n\t_ = x‸"), program("\tfresh := 1\n\t_ = fresh")},
		{"a parameter", "package main\nfunc f(a int) (b int) { b = a‸; return }\nfunc main() {}", "package main\nfunc f(fresh int) (b int) { b = fresh; return }\nfunc main() {}"},
		{"a function", "package main\nfunc f‸() { f() }\nfunc main() { f() }", "package main\nfunc fresh() { fresh() }\nfunc main() { fresh() }"},
		{"a type that is embedded", "package main\ntype T‸ struct{ n int }\ntype S struct{ *T }\nfunc main() { s := S{T: &T{}}; _ = s.T.n }", "package main\ntype fresh struct{ n int }\ntype S struct{ *fresh }\nfunc main() { s := S{fresh: &fresh{}}; _ = s.fresh.n }"},
		{"a generic type", "package main\ntype T‸[E any] struct{ e E }\nfunc (t T[E]) m() {}\nfunc main() { T[int]{}.m() }", "package main\ntype fresh[E any] struct{ e E }\nfunc (t fresh[E]) m() {}\nfunc main() { fresh[int]{}.m() }"},
		{"a type parameter", "package main\nfunc f[T‸ any](x T) T { return x }\nfunc main() { f(1) }", "package main\nfunc f[fresh any](x fresh) fresh { return x }\nfunc main() { f(1) }"},
		{"the variable of a type switch", program("\tvar a any\n\tswitch v := a.(type) {\n\tcase int:\n\t\t_ = v‸\n\tcase string:\n\t\t_ = v\n\t}"), program("\tvar a any\n\tswitch fresh := a.(type) {\n\tcase int:\n\t\t_ = fresh\n\tcase string:\n\t\t_ = fresh\n\t}")},
		{"a label", program("L‸:\n\tfor {\n\t\tbreak L\n\t}"), program("fresh:\n\tfor {\n\t\tbreak fresh\n\t}")},
		{"with other errors", program("\tx‸ := 1\n\tundefined(x)"), program("\tfresh := 1\n\tundefined(fresh)")},
		{"not ASCII", program("\tgröße‸ := \"世界\"; fmt.Println(\"🙂\", größe)"), program("\tfresh := \"世界\"; fmt.Println(\"🙂\", fresh)")},
	} {
		files, at := marked(t, k.text)
		edits, err := checker.Rename(t.Context(), files, at, "fresh")
		if err != nil {
			t.Errorf("%s: %v", k.name, err)
			continue
		}
		if got := apply(t, files[0].Text, edits); got != k.want {
			t.Errorf("%s: %s", k.name, got)
		}
	}
}

func TestRenameRefuses(t *testing.T) {
	for _, k := range []struct{ text, to, says string }{
		{program("\tx‸ := 1\n\ty := 2\n\t_, _ = x, y"), "y", "There is a y already, in line 8."},
		{program("\ty := 2\n\tx‸ := 1\n\t_, _ = x, y"), "y", "There is a y already, in line 7."},
		{program("\tx‸ := 1\n\t{\n\t\ty := 2\n\t\t_, _ = x, y\n\t}"), "y", "There is a y already, in line 9."},
		{program("\tx‸ := 1\n\t_ = x") + "var y int\n", "y", "There is a y already, in line 10."},
		{program("\tx‸ := 1\n\tfmt.Println(x)"), "fmt", "There is a fmt already, in line 3."},
		{program("\tx‸ := 1\n\t_ = x"), "len", "len is a name of the language itself; it would be hidden."},
		{program("\tx‸ := 1\n\t_ = x"), "func", "func is a word of the language and cannot be a name."},
		{program("\tx‸ := 1\n\t_ = x"), "1x", "A name has letters, digits and _ only, and does not begin with a digit."},
		{program("\tx‸ := 1\n\t_ = x"), "", "A name has letters, digits and _ only, and does not begin with a digit."},
		{program("\tx‸ := 1\n\t_ = x"), "a b", "A name has letters, digits and _ only, and does not begin with a digit."},
		{program("\tx‸ := 1\n\t_ = x"), strings.Repeat("x", 300), "This name is longer than 200 bytes."},
		{program("\tx‸ := 1\n\t_, _ = x, y"), "y", "The program would mean something else then."},
		{program("\tfmt.Print‸ln()"), "y", "Println belongs to Go itself and cannot get another name."},
		{program("\tvar x int‸"), "y", "int belongs to Go itself and cannot get another name."},
		{program("\tf‸mt.Println()"), "y", "fmt is the name of a package; it is given where the package is imported."},
		{"package main\nfunc ma‸in() {}", "y", "Go looks for a function of the name main; it must keep it."},
		{program("\tvar d Dog\n\td.Na‸me = \"\"") + types, "y", "Name is a field of a type. Other code may know it by this name, so it is not changed from here."},
		{program("\tvar d Dog\n\td.So‸und()") + types, "y", "Sound is a method. Other code may know it by this name, so it is not changed from here."},
		{program("\t‸"), "y", "There is no name here that can be changed."},
		{program("\tx‸ := (1"), "y", "First the program must be Go: in line 7, expected ')', found newline."},
		{program("\tf(1)") + "func f‸(n int) {}\n", "main", "There is a main already, in line 5."},
		{program("") + "func f‸() { y := 1; _ = y; f() }\n", "y", ""},
	} {
		files, at := marked(t, k.text)
		edits, err := checker.Rename(t.Context(), files, at, k.to)
		if err == nil {
			t.Errorf("%s to %s: %v", k.text, k.to, edits)
			continue
		}
		if got := refused(t, err); k.says != "" && got != k.says {
			t.Errorf("%s to %s: %s", k.text, k.to, got)
		}
	}
}

func TestRenameInAllFiles(t *testing.T) {
	files := []check.File{
		{Name: "a.go", Text: "package main\n\nfunc main() { shared() }\n"},
		{Name: "b.go", Text: "package main\n\nfunc shared() {}\n"},
		{Name: "b_test.go", Text: "package main\n\nimport \"testing\"\n\nfunc TestShared(t *testing.T) { shared() }\n"},
	}
	at := check.Place{File: "a.go", Line: 3, Column: 16}
	edits, err := checker.Rename(t.Context(), files, at, "fresh")
	var where []string
	for _, e := range edits {
		where = append(where, e.File)
	}
	if err != nil || !slices.Equal(where, []string{"a.go", "b.go", "b_test.go"}) {
		t.Errorf("%v, %v", where, err)
	}
	if _, err := checker.Rename(t.Context(), files, check.Place{File: "b_test.go", Line: 5, Column: 6}, "fresh"); !strings.Contains(refused(t, err), "is a test") {
		t.Error(err)
	}
	outside := append(slices.Clone(files), check.File{Name: "c_test.go", Text: "package main_test\n"})
	if _, err := checker.Rename(t.Context(), outside, at, "fresh"); !strings.Contains(refused(t, err), "Tests from outside") {
		t.Error(err)
	}
}

// TestRenameThereAndBack renames every name of real programs: the program has the
// errors it had, and renaming back makes it what it was.
func TestRenameThereAndBack(t *testing.T) {
	renamed, programs := 0, 0
	for path, text := range sources(t, 4000) {
		if !strings.Contains(text, "package main\n") || len(text) > 3000 || programs == 40 {
			continue
		}
		errs := wrongIn(t, text)
		if errs > 0 {
			continue
		}
		programs++
		for _, at := range places(text) {
			edits, err := checker.Rename(t.Context(), one(text), at, "fresh")
			if err != nil {
				refused(t, err)
				continue
			}
			renamed++
			after := apply(t, text, edits)
			if n := wrongIn(t, after); n != errs {
				t.Fatalf("%s, %d:%d: %d errors more\n%s", path, at.Line, at.Column, n, after)
			}
			// The first of the edits is at the place it was at, as long as it is the
			// first of its line.
			back, err := checker.Rename(t.Context(), one(after), check.Place{File: "main.go", Line: edits[0].Line, Column: edits[0].Column}, word(text, at))
			if err != nil && (strings.Contains(err.Error(), "it would be hidden") || strings.Contains(err.Error(), "already")) {
				continue // as it hid something in the program before
			}
			if err != nil || apply(t, after, back) != text {
				t.Fatalf("%s, %d:%d: not back: %v", path, at.Line, at.Column, err)
			}
		}
	}
	if programs < 20 || renamed < 100 {
		t.Errorf("only %d names of %d programs", renamed, programs)
	}
}

// wrongIn counts the errors of a program.
func wrongIn(t testing.TB, text string) (n int) {
	for _, d := range checker.Check(t.Context(), one(text)).Diagnostics {
		if d.Severity == check.Error {
			n++
		}
	}
	return n
}

// places are those of the first use of every name in a program.
func places(text string) (list []check.Place) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), nil, 0)
	seen := map[string]bool{}
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return list
		}
		if tok == token.IDENT && !seen[lit] {
			seen[lit] = true
			p := file.PositionFor(pos, false)
			list = append(list, check.Place{File: "main.go", Line: p.Line, Column: p.Column})
		}
	}
}

// word is the name at a place.
func word(text string, at check.Place) string {
	line := strings.Split(text, "\n")[at.Line-1][at.Column-1:]
	if i := strings.IndexFunc(line, func(r rune) bool { return !token.IsIdentifier("x" + string(r)) }); i >= 0 {
		return line[:i]
	}
	return line
}
