package gc

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
)

// guardPath is the import path of the package that signs results. No program can
// import it, and it comes into being before any package of a program does.
const guardPath = "thirdspace/guard"

// guardText is the source of that package.
//
//go:embed guard.go.txt
var guardText string

// firstText is a file that is compiled with the package under test, so that the
// guard comes into being before it.
func firstText(pkg string) string {
	return fmt.Sprintf("package %s\n\nimport _ %q\n", pkg, guardPath)
}

// testDepsText is a file of the main package: what the testing package leaves to it.
//
//go:embed testdeps.go.txt
var testDepsText string

//go:embed testmain.go.txt
var testMainText string

var testMain = template.Must(template.New("testmain").Parse(testMainText))

// mainText is the source of the main package of a test program.
func (s *testSource) mainText() (string, error) {
	uses := func(pkg string) bool {
		for _, t := range s.tests.inOrder() {
			if t.Package == pkg {
				return true
			}
		}
		return strings.HasPrefix(s.tests.Main, pkg+".")
	}
	name := func(pkg string) string {
		if uses(pkg) {
			return pkg
		}
		return "_"
	}
	beside := ""
	if len(s.beside.compile) > 0 {
		beside = s.path + besideSuffix
	}
	var b strings.Builder
	err := testMain.Execute(&b, map[string]any{
		"Guard": guardPath, "Path": s.path, "Beside": beside,
		"InsideName": name("_test"), "BesideName": name("_xtest"), "Found": s.tests,
	})
	if err != nil {
		return "", fmt.Errorf("write the program of the tests: %w", err)
	}
	return b.String(), nil
}

// besideSuffix is what the import path of tests beside a package ends with.
const besideSuffix = "_test"
