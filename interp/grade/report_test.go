package grade

import (
	"errors"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/run"
)

func TestTable(t *testing.T) {
	r := Report{Built: true, Tests: []Test{
		{Name: "TestA", Status: Pass, Time: 1250 * time.Millisecond, Earned: 3, Possible: 3, Output: "not shown"},
		{Name: "TestB", Status: Fail, Possible: 1, Hidden: true, Output: "b_test.go:3: \x1b[2Jno\n", Note: "It panicked.", Subtests: []Test{
			{Name: "TestB/x", Status: Fail, Output: "deep"}, {Name: "TestB/y", Status: Skip},
		}},
		{Name: "TestC", Status: NotRun, Possible: 1},
	}}
	var b strings.Builder
	if err := r.Table(&b); err != nil {
		t.Fatal(err)
	}
	want := `RESULT   TEST            TIME   POINTS
pass     TestA           1.25s  3/3
fail     TestB (hidden)  0.00s  0/1
fail       TestB/x       0.00s  
skip       TestB/y       0.00s  
not run  TestC           -      0/1

TestB:
    b_test.go:3: ` + "\uFFFD" + `[2Jno
    It panicked.

TestB/x:
    deep
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	v := r.Visible()
	if len(v.Tests) != 2 || v.Earned != 3 || v.Possible != 4 || v.Sentence != "1 of 2 tests passed; 1 not run." || v.Passed {
		t.Errorf("%+v", v)
	}
	r.Forged = true
	if v := r.Visible(); v.Tests[0].Output != "" || r.Tests[0].Output == "" {
		t.Errorf("%+v", v)
	}
	if err := r.Table(broken{}); err == nil {
		t.Error("a table that could not be written was not missed")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestSuitesAreChecked(t *testing.T) {
	good := "-- a_test.go --\npackage a\n\nimport \"testing\"\n\nfunc TestA(*testing.T) {}\n"
	for name, c := range map[string]struct {
		suite Suite
		says  string
	}{
		"nothing":           {Suite{}, "There are no tests"},
		"no tests":          {Suite{Visible: files("-- a_test.go --\npackage a\n")}, "There are no tests"},
		"unknown points":    {Suite{Visible: files(good), Points: map[string]int{"TestB": 1}}, `There are points for "TestB"`},
		"negative points":   {Suite{Visible: files(good), Points: map[string]int{"TestA": -1}}, "cannot be worth -1 points"},
		"a folder":          {Suite{Hidden: []run.File{{Name: "../a_test.go"}}}, "cannot be the name of a file"},
		"one name twice":    {Suite{Visible: files(good), Hidden: files(good)}, `two files are called "a_test.go"`},
		"two packages":      {Suite{Visible: files(good + "-- b_test.go --\npackage b\n")}, "found packages a (a_test.go) and b (b_test.go)"},
		"no time":           {Suite{Visible: files(good), Limits: Limits{Time: -1}}, "The limits of the tests cannot be"},
		"too little memory": {Suite{Visible: files(good), Limits: Limits{Memory: 1}}, "The limits of the tests cannot be"},
		"not UTF-8":         {Suite{Visible: []run.File{{Name: "a_test.go", Text: "\xff"}}}, "not text in UTF-8"},
	} {
		_, err := Grade(t.Context(), pool, Submission{Files: files("-- a.go --\npackage a\n")}, c.suite)
		var wrong *SuiteError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Message, c.says) || !strings.HasSuffix(wrong.Message, ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubmissionsAreChecked(t *testing.T) {
	suite := Suite{Hidden: files("-- a_test.go --\npackage a\n\nimport \"testing\"\n\nfunc TestA(*testing.T) {}\n")}
	var many []run.File
	for i := range 70 {
		many = append(many, run.File{Name: strings.Repeat("x", i+1) + ".go", Text: "package a\n"})
	}
	for name, c := range map[string]struct {
		files []run.File
		says  string
	}{
		"nothing":        {nil, "the program has no files"},
		"only tests":     {files("-- own_test.go --\npackage a\n"), "the program has no Go file"},
		"only ours":      {files("-- a_test.go --\npackage a\n"), "the program has no Go file"},
		"climbing":       {[]run.File{{Name: "../a.go", Text: "package a\n"}}, "cannot be the name of a file"},
		"not UTF-8":      {[]run.File{{Name: "a.go", Text: "\xff"}}, "not text in UTF-8"},
		"too many files": {many, "the program has 70 files"},
		"too large":      {[]run.File{{Name: "a.go", Text: strings.Repeat(" ", 2<<20)}}, "larger than"},
	} {
		r, err := Grade(t.Context(), pool, Submission{Files: c.files}, suite)
		if err != nil || r.Built || r.Passed || !strings.Contains(r.Sentence, c.says) || len(r.Tests) != 1 || r.Tests[0].Status != NotRun || r.Possible != 1 {
			t.Errorf("%s: %+v %v", name, r, err)
		}
	}
}
