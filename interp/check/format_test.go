package check_test

import (
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thirdspace/interp/check"
)

// sources are Go files of the Go that runs the tests: examples and programs of
// many hands.
func sources(t testing.TB, most int) map[string]string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, dir := range []string{"test", "src/sort", "src/strings", "src/text", "src/container"} {
		err := filepath.WalkDir(filepath.Join(strings.TrimSpace(string(out)), dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || len(found) >= most {
				return nil
			}
			b, err := os.ReadFile(path)
			if err == nil && len(b) < 64<<10 {
				found[path] = string(b)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) == 0 {
		t.Fatal("Go has no sources")
	}
	return found
}

// disordered spoils the layout of a program without changing what it means.
func disordered(text string) string {
	text = strings.ReplaceAll(text, "\t", "  ")
	text = strings.ReplaceAll(text, " = ", "=")
	return strings.ReplaceAll(text, "\n\n", "\n\n\n")
}

func TestFormatAsGofmt(t *testing.T) {
	for path, text := range sources(t, 300) {
		if strings.Contains(text, "`") { // whose strings would be changed
			continue
		}
		for _, before := range []string{text, disordered(text)} {
			want, err := format.Source([]byte(before))
			edits, err2 := checker.Format(t.Context(), one(before), "main.go")
			if (err == nil) != (err2 == nil) {
				t.Errorf("%s: gofmt says %v, Format %v", path, err, err2)
			}
			if err != nil || err2 != nil {
				continue
			}
			if got := apply(t, before, edits); got != string(want) {
				t.Errorf("%s is not as gofmt has it", path)
			}
			if before == string(want) && len(edits) > 0 {
				t.Errorf("%s is in order and would be changed", path)
			}
		}
	}
}

// TestFormatKeeps: what is in order is not touched, so that carets stay.
func TestFormatKeeps(t *testing.T) {
	before := "package main\n\nimport \"fmt\"\n\nfunc main() {\n  größe:=1 // 世界\n\tfmt.Println(  größe)\n\tfmt.Println(\"🙂\",größe)\n}\n"
	edits, err := checker.Format(t.Context(), one(before), "main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		if e.Line < 6 || e.Line > 8 || e.EndLine > 8 || strings.Trim(e.Text, " \t") != "" {
			t.Errorf("%+v", e)
		}
	}
	if got := apply(t, before, edits); !strings.Contains(got, "\tgröße := 1 // 世界\n\tfmt.Println(größe)\n\tfmt.Println(\"🙂\", größe)\n") {
		t.Error(got)
	}
}

func TestFormatRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"package main\n\nfunc main() {\n\tx := (1\n}\n": "Line 4 is not Go yet: expected ')', found newline. Nothing was changed.",
		"x := 1": "Line 1 is not Go yet: expected 'package', found x. Nothing was changed.",
		"package main\n//line other.go:900\nfunc main( {}\n": "Line 3 is not Go yet: ",
		"": "Line 1 is not Go yet: expected 'package', found 'EOF'. Nothing was changed.",
	} {
		for name, do := range map[string]func() ([]check.Edit, error){
			"format":  func() ([]check.Edit, error) { return checker.Format(t.Context(), one(text), "main.go") },
			"imports": func() ([]check.Edit, error) { return checker.OrganizeImports(t.Context(), one(text), "main.go") },
		} {
			edits, err := do()
			if got := refused(t, err); !strings.HasPrefix(got, says) || len(edits) > 0 {
				t.Errorf("%s, %q: %s", name, text, got)
			}
		}
	}
	if _, err := checker.Format(t.Context(), one("package main"), "none.go"); refused(t, err) == "" {
		t.Error(err)
	}
	if _, err := checker.Format(t.Context(), nil, "main.go"); refused(t, err) == "" {
		t.Error(err)
	}
}

func TestOrganizeImports(t *testing.T) {
	for _, c := range []struct{ name, imports, body, want string }{
		{"adds one", "", "fmt.Println()", "import \"fmt\"\n"},
		{"adds several, in order", "", "fmt.Println(strings.ToUpper(os.Args[0]))", "import (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n)\n"},
		{"adds beside others", "import \"fmt\"\n", "fmt.Println(strings.ToUpper(\"\"))", "import (\n\t\"fmt\"\n\t\"strings\"\n)\n"},
		{"takes away", "import (\n\t\"fmt\"\n\t\"os\"\n)\n", "fmt.Println()", "import (\n\t\"fmt\"\n)\n"},
		{"takes away all", "import \"os\"\n", "_ = 1", ""},
		{"takes away what is there twice", "import (\n\t\"fmt\"\n\t\"fmt\"\n)\n", "fmt.Println()", "import (\n\t\"fmt\"\n)\n"},
		{"sorts", "import (\n\t\"strings\"\n\t\"fmt\"\n)\n", "fmt.Println(strings.ToUpper(\"\"))", "import (\n\t\"fmt\"\n\t\"strings\"\n)\n"},
		{"keeps names", "import (\n\tf \"fmt\"\n\t_ \"embed\"\n)\n", "f.Println()", "import (\n\t_ \"embed\"\n\tf \"fmt\"\n)\n"},
		{"an unused name", "import (\n\tf \"fmt\"\n\t\"os\"\n)\n", "os.Exit(0)", "import (\n\t\"os\"\n)\n"},
		{"the commoner rand", "", "_ = rand.Intn(3)", "import \"math/rand\"\n"},
		{"the other rand, for what only it has", "", "_ = rand.Reader", "import \"crypto/rand\"\n"},
		{"the new rand, for what only it has", "", "_ = rand.IntN(3)", "import \"math/rand/v2\"\n"},
		{"the commoner template", "", "_ = template.New(\"x\")", "import \"text/template\"\n"},
		{"not for what it does not have", "", "_ = user.Name", ""},
		{"not for a variable", "", "strings := struct{ X int }{}\n\t_ = strings.X", ""},
		{"in a program with other errors", "", "undefined()\n\tfmt.Println(missing)", "import \"fmt\"\n"},
		{"what is not of the library stays", "import (\n\t\"example.org/x\"\n\t\"fmt\"\n)\n", "x.Y()\n\tfmt.Println()", "import (\n\t\"example.org/x\"\n\t\"fmt\"\n)\n"},
	} {
		before := "package main\n\n" + c.imports + "\nfunc main() {\n\t" + c.body + "\n}\n"
		want := "package main\n\n" + c.want + "\nfunc main() {\n\t" + c.body + "\n}\n"
		want = strings.Replace(want, "main\n\n\n", "main\n\n", 1)
		edits, err := checker.OrganizeImports(t.Context(), one(before), "main.go")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := apply(t, before, edits); got != want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestImportsOfOthers: what another file of the program declares is not imported.
func TestImportsOfOthers(t *testing.T) {
	files := []check.File{
		{Name: "main.go", Text: "package main\n\nfunc main() { _ = strings.X; fmt.Println() }\n"},
		{Name: "other.go", Text: "package main\n\nvar strings = struct{ X int }{}\n"},
	}
	edits, err := checker.OrganizeImports(t.Context(), files, "main.go")
	if err != nil {
		t.Fatal(err)
	}
	if got := apply(t, files[0].Text, edits); strings.Contains(got, `"strings"`) || !strings.Contains(got, `import "fmt"`) {
		t.Error(got)
	}
	if slices.ContainsFunc(edits, func(e check.Edit) bool { return e.File != "main.go" }) {
		t.Error(edits)
	}
}
