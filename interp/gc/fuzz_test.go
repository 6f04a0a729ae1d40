package gc

import (
	"testing"
	"unicode/utf8"

	"thirdspace/interp/frame"
)

// FuzzDiagnose: what a tool says, with a program's own words in it, gives
// diagnostics that are fit to be shown.
func FuzzDiagnose(f *testing.F) {
	f.Add("main.go:9:6: declared and not used: x\nmain.go:12:7: too many arguments\n\thave (number)\n")
	f.Add("/etc/passwd:1: x\n\t\xff\n:0: \n")
	f.Fuzz(func(t *testing.T, said string) {
		for _, d := range diagnose(said, "main.go") {
			if d.File != "" && frame.CheckName(d.File) != nil || d.Line < 0 || d.Column < 0 || !utf8.ValidString(d.Message) || len(d.Message) > frame.MaxMessage+3 {
				t.Errorf("%+v", d)
			}
		}
	})
}

// FuzzPlan: no sources make the planning fail; they make a plan or diagnostics.
func FuzzPlan(f *testing.F) {
	f.Add("package main\n\nimport _ \"embed\"\n\n//go:embed all:*\nvar s string\n", "a.go")
	f.Add("//go:build ignore\n\npackage x\nimport \"C\"\n", "x_windows.go")
	f.Add("package main\n\n//go:embed \"x\nvar s string\nimport (\"\\x00\")", "b.go")
	f.Fuzz(func(t *testing.T, text, name string) {
		files := []frame.File{{Name: "main.go", Text: "package main\n"}, {Name: name, Text: text}}
		if frame.CheckFiles(files) != nil {
			return
		}
		s, ds := plan(files, func(p string) bool { return p == "embed" })
		if (s == nil || len(s.compiled) == 0) && len(ds) == 0 {
			t.Error("neither a plan nor a reason")
		}
		for _, d := range ds {
			if d.Message == "" || d.File != "" && frame.CheckName(d.File) != nil {
				t.Errorf("%+v", d)
			}
		}
	})
}
