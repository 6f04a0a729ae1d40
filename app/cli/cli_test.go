package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestCommandLinesAreUnderstood(t *testing.T) {
	dir := t.TempDir()
	quiet := Log{Level: slog.LevelWarn}
	for line, want := range map[string]Options{
		"":             {Command: Start, Face: Auto, Log: quiet},
		"--browser":    {Command: Start, Face: Browser, Log: quiet},
		"--dev=" + dir: {Command: Start, Face: Browser, Log: quiet, Dev: dir},
		"host":         {Command: Host, Face: Auto, Log: quiet},
		"host --course=Go --room=Loops --teacher=Ada --no-code --port=4001 --open": {
			Command: Host, Face: Auto, Log: quiet,
			Host: HostOptions{Course: "Go", Room: "Loops", Teacher: "Ada", Port: 4001, Open: true},
		},
		"host --headless --json --data-dir=" + dir: {
			Command: Host, Face: Headless, Log: quiet, JSON: true, DataDir: dir, Host: HostOptions{Open: true},
		},
		"join":                        {Command: Join, Face: Auto, Log: quiet},
		"join --name=Bo --code=1 Lab": {Command: Join, Face: Auto, Log: quiet, Join: JoinOptions{Name: "Bo", Code: "1", Target: "Lab"}},
		"join 10.0.0.5:4001":          {Command: Join, Face: Auto, Log: quiet, Join: JoinOptions{Target: "10.0.0.5:4001"}},
		"run a.go b.txt":              {Command: Run, Face: Auto, Log: quiet, Program: ProgramOptions{Files: []string{"a.go", "b.txt"}, Engine: "auto"}},
		"run --engine=gc --stdin=x -": {Command: Run, Face: Auto, Log: quiet, Program: ProgramOptions{Files: []string{"-"}, Engine: "gc", Stdin: "x"}},
		"check --json a.go":           {Command: Check, Face: Auto, Log: quiet, JSON: true, Program: ProgramOptions{Files: []string{"a.go"}, Engine: "auto"}},
		"check --engine=yaegi a.go":   {Command: Check, Face: Auto, Log: quiet, Program: ProgramOptions{Files: []string{"a.go"}, Engine: "yaegi"}},
		"grade --engine=gc a.go":      {Command: Grade, Face: Auto, Log: quiet, Program: ProgramOptions{Files: []string{"a.go"}, Engine: "gc"}},
		"grade --tests=t --tests=u --hidden=h --points=TestA=3 --timeout=1m a.go": {
			Command: Grade, Face: Auto, Log: quiet, Program: ProgramOptions{Files: []string{"a.go"}, Engine: "auto"},
			Grade: GradeOptions{Tests: []string{"t", "u"}, Hidden: []string{"h"}, Points: map[string]int{"TestA": 3}, Timeout: time.Minute},
		},
		"doctor":                     {Command: Doctor, Face: Auto, Log: quiet},
		"doctor --json 10.0.0.5":     {Command: Doctor, Face: Auto, Log: quiet, JSON: true, Doctor: DoctorOptions{Target: "10.0.0.5"}},
		"doctor --teach --port=4001": {Command: Doctor, Face: Auto, Log: quiet, Doctor: DoctorOptions{Teach: true, Port: 4001}},
		"version --json":             {Command: Version, Face: Auto, Log: quiet, JSON: true},
		"--log=DEBUG version":        {Command: Version, Face: Auto, Log: Log{Level: slog.LevelDebug}},
		"--log=/tmp/x.log version":   {Command: Version, Face: Auto, Log: Log{Level: slog.LevelDebug, File: "/tmp/x.log"}},
	} {
		if !strings.Contains(line, "--no-code") {
			want.Host.Code = true
		}
		if want.Grade.Timeout == 0 {
			want.Grade.Timeout = 30 * time.Second
		}
		got, err := Parse(strings.Fields(line), &bytes.Buffer{})
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q\n got %+v, %v\nwant %+v", line, got, err, want)
		}
	}
}

func TestCommandLinesAreRefused(t *testing.T) {
	for _, line := range []string{
		"teach", "--no-such-flag", "host --port=70000", "host --port=-1", "host --port=x", "run", "check", "grade", "run a.go -", "run --stdin=- -", "run --engine=tinygo a.go", "grade --engine=yaegi a.go", "grade --points=TestA a.go", "grade --timeout=x a.go",
		"join a b", "doctor --port=70000", "--browser --headless host", "--headless", "--headless join", "host extra",
	} {
		if _, err := Parse(strings.Fields(line), &bytes.Buffer{}); !errors.Is(err, ErrUsage) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestHelpNamesEveryCommandAndHidesWhatIsNotForPeople(t *testing.T) {
	var out bytes.Buffer
	o, err := Parse([]string{"--help"}, &out)
	if err != nil || o.Command != Done {
		t.Fatalf("%+v %v", o, err)
	}
	for _, word := range []string{"host", "join", "run", "check", "grade", "doctor", "version", "--browser", "--headless", "--data-dir", "--log"} {
		if !strings.Contains(out.String(), word) {
			t.Errorf("help lacks %q:\n%s", word, out.String())
		}
	}
	if strings.Contains(out.String(), "--dev") {
		t.Errorf("help shows --dev:\n%s", out.String())
	}
	out.Reset()
	if o, err := Parse([]string{"host", "--help"}, &out); err != nil || o.Command != Done || !strings.Contains(out.String(), "--[no-]code") {
		t.Errorf("%+v %v\n%s", o, err, out.String())
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "host\x00--course\x00Go", "join\x00x", "run\x00a.go", "doctor\x00--teach", "--log\x00x", "-h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		o, err := Parse(strings.Split(line, "\x00"), &bytes.Buffer{})
		if err == nil && o.Command != Done && o.check() != nil {
			t.Errorf("%q gave %+v", line, o)
		}
	})
}
