package frame

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"thirdspace/interp/jail"
)

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	n := Nonce{1, 2, 3}
	if err := Write(&b, KindVerdict, n, []byte("body")); err != nil {
		t.Fatal(err)
	}
	if err := Write(&b, KindHello, Nonce{}, nil); err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(b.Bytes())
	r := iotest.OneByteReader(&b)
	k, got, body, err := Read(r, 4)
	if err != nil || k != KindVerdict || got != n || string(body) != "body" {
		t.Errorf("%q %v %q %v", k, got, body, err)
	}
	if k, _, body, err = Read(r, 0); err != nil || k != KindHello || len(body) != 0 {
		t.Errorf("%q %q %v", k, body, err)
	}
	if _, _, _, err = Read(r, 0); err != io.EOF {
		t.Error(err)
	}
	if _, _, _, err = Read(bytes.NewReader(whole), 3); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
	for i := 1; i < headerSize+4; i++ {
		if _, _, _, err = Read(bytes.NewReader(whole[:i]), 4); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	whole[0] = 'x'
	if _, _, _, err = Read(bytes.NewReader(whole), 4); !errors.Is(err, ErrUnknownKind) {
		t.Error(err)
	}
	if err := Write(io.Discard, KindJob, n, make([]byte, MaxBody+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
	pr, pw := io.Pipe()
	_ = pr.Close()
	if err := Write(pw, KindJob, n, nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := Encode(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func job(files ...File) Job {
	return Job{Nonce: strings.Repeat("ab", NonceSize), Files: files, CPU: 1, Memory: 1}
}

func withArgs(j Job, args ...string) Job { j.Args = args; return j }

func TestMessages(t *testing.T) {
	want := job(File{"main.go", "package main // <&>\u2028\n"}, File{"Größe.txt", "\x00"})
	want.Args, want.OneOut = []string{"-test.v", "größer als <x>", ""}, true
	got, n, err := DecodeJob(encode(t, want))
	if err != nil || !reflect.DeepEqual(got, want) || hex.EncodeToString(n[:]) != want.Nonce {
		t.Errorf("%+v %v", got, err)
	}
	for name, j := range map[string]Job{
		"no nonce": {Files: want.Files, CPU: 1, Memory: 1}, "short nonce": {Nonce: "abab", Files: want.Files, CPU: 1, Memory: 1},
		"no files": job(), "no CPU": {Nonce: want.Nonce, Files: want.Files, Memory: 1}, "no memory": {Nonce: want.Nonce, Files: want.Files, CPU: 1},
		"many arguments": withArgs(want, make([]string, MaxArgs+1)...), "long arguments": withArgs(want, strings.Repeat("x", MaxArgsSize), "y"),
		"an argument with an end in it": withArgs(want, "a\x00b"),
	} {
		if _, _, err := DecodeJob(encode(t, j)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	h, err := DecodeHello(encode(t, Hello{Version: 7, Report: jail.Report{Features: []jail.Feature{{Name: "x", On: true}}}}))
	if err != nil || h.Version != 7 || !h.Report.On("x") {
		t.Errorf("%+v %v", h, err)
	}
	if _, err := DecodeHello(encode(t, Hello{Report: jail.Report{Features: make([]jail.Feature, 65)}})); err == nil {
		t.Error("accepted a report without end")
	}
	if _, err := DecodeVerdict([]byte(`{"reason":"done"}`)); err == nil {
		t.Error("accepted a runner's word for a run that went well")
	}
	v, err := DecodeVerdict(encode(t, Verdict{Reason: "compile", Message: strings.Repeat("ä", MaxMessage)}))
	if err != nil || len(v.Message) > MaxMessage+3 || !utf8.ValidString(v.Message) {
		t.Errorf("%d bytes, %v", len(v.Message), err)
	}
	for _, s := range []string{"", "null x", "[]]", "{", `"a"`, "\xff"} {
		if _, err := DecodeVerdict([]byte(s)); err == nil {
			t.Errorf("accepted %q", s)
		}
	}
}

func TestDiagnostics(t *testing.T) {
	ds, err := DecodeDiagnostics([]byte(`[{"file":"../x","line":-1,"column":99999999,"severity":"error","message":"m"},{"file":"a.go","line":3,"column":4,"severity":"warning"}]`))
	if err != nil || len(ds) != 2 {
		t.Fatal(ds, err)
	}
	if ds[0] != (Diagnostic{Severity: "error", Message: "m"}) || ds[1] != (Diagnostic{File: "a.go", Line: 3, Column: 4, Severity: "warning"}) {
		t.Errorf("%+v", ds)
	}
	many := make([]Diagnostic, MaxDiagnostics+1)
	for i := range many {
		many[i].Severity = "error"
	}
	if _, err := DecodeDiagnostics(encode(t, many)); err == nil {
		t.Error("too many accepted")
	}
	if _, err := DecodeDiagnostics([]byte(`[{"severity":"fatal"}]`)); err == nil {
		t.Error("unknown severity accepted")
	}
}

func TestCheckFiles(t *testing.T) {
	ok := File{"main.go", "x"}
	for _, fs := range [][]File{{ok}, {ok, {"data.csv", "1"}}, {{"a b.go", ""}}, {{"日本.go", ""}}} {
		if err := CheckFiles(fs); err != nil {
			t.Errorf("%v: %v", fs, err)
		}
	}
	many := make([]File, MaxFiles+1)
	for _, fs := range [][]File{
		nil, {{"a.txt", ""}}, {{"a_test.go", ""}}, {ok, ok}, {ok, {"MAIN.go", ""}}, {{"main.go", "\xff"}}, many,
		{{"main.go", strings.Repeat("x", MaxProgram)}},
	} {
		if err := CheckFiles(fs); err == nil {
			t.Errorf("accepted %.80v", fs)
		}
	}
	for _, n := range []string{"", ".", "..", "../a.go", "a/b.go", `a\b.go`, "/etc/passwd", ".hidden", "a\x00.go", "a\n.go", "a.", "a ", "C:a.go", "a\u202eog.txt", "\xff", strings.Repeat("a", 129)} {
		if CheckName(n) == nil {
			t.Errorf("accepted the name %q", n)
		}
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	_ = Write(&b, KindDiagnostics, Nonce{9}, []byte("[]"))
	f.Add(b.Bytes())
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		k, n, body, err := Read(bytes.NewReader(in), 1<<10)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := Write(&again, k, n, body); err != nil || !bytes.HasPrefix(in, again.Bytes()) {
			t.Errorf("not what was read: %v", err)
		}
	})
}

func FuzzJob(f *testing.F) {
	f.Add(encode(f, job(File{"main.go", "package main"})))
	f.Add([]byte(`{"nonce":"","files":[{"name":"../x"}]}`))
	f.Add(encode(f, withArgs(job(File{"main.go", "package main"}), "-test.v", "\x00")))
	f.Fuzz(func(t *testing.T, in []byte) {
		j, _, err := DecodeJob(in)
		if err != nil {
			return
		}
		if err := errors.Join(CheckFiles(j.Files), CheckArgs(j.Args)); err != nil || j.CPU <= 0 || j.Memory <= 0 {
			t.Errorf("accepted %+v: %v", j, err)
		}
		if again, _, err := DecodeJob(encode(t, j)); err != nil || !reflect.DeepEqual(j, again) {
			t.Errorf("not the same again: %v", err)
		}
	})
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`[{"file":"a.go","line":1,"column":2,"severity":"error","message":"x"}]`))
	f.Add([]byte(`{"reason":"compile","message":"x"}`))
	f.Add([]byte(`{"version":1,"report":{"full":true,"features":[]}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if ds, err := DecodeDiagnostics(in); err == nil {
			for _, d := range ds {
				if d.Line < 0 || d.Column < 0 || len(d.Message) > MaxMessage+3 || !utf8.ValidString(d.Message) || d.File != "" && CheckName(d.File) != nil {
					t.Errorf("%+v", d)
				}
			}
		}
		if v, err := DecodeVerdict(in); err == nil && !json.Valid(encode(t, v)) {
			t.Errorf("%+v", v)
		}
		_, _ = DecodeHello(in)
	})
}
