package face

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

type bad1 struct{}

func (*bad1) Many(...string) {}

type bad2 struct{}

func (*bad2) Three() (int, int, error) { return 0, 0, nil }

type bad3 struct{}

func (*bad3) Two() (int, string) { return 0, "" }

type bad4 struct{}

func (*bad4) Any(any) {}

// problem is a value that is an error too.
type problem struct {
	What string `json:"what"`
}

func (p *problem) Error() string { return p.What }

type asker struct{ found *problem }

func (a *asker) Only() *problem          { return a.found }
func (a *asker) Both() (*problem, error) { return a.found, nil }

func TestValuesThatAreErrorsAreTakenAsWailsTakesThem(t *testing.T) {
	found := &problem{"bad"}
	for _, c := range []struct {
		asker        asker
		method, want string
	}{
		{asker{nil}, "face.asker.Only", `{"id":1,"result":null}`},
		{asker{found}, "face.asker.Only", `{"id":1,"error":"bad"}`},
		{asker{nil}, "face.asker.Both", `{"id":1,"result":null}`},
		{asker{found}, "face.asker.Both", `{"id":1,"result":{"what":"bad"}}`},
	} {
		m, err := newMethods([]any{&c.asker})
		if err != nil {
			t.Fatal(err)
		}
		result, err := m.call(slog.New(slog.DiscardHandler), c.method, nil)
		if got := string(encodeAnswer(1, result, err)); got != c.want {
			t.Errorf("%s of %v: %s, want %s", c.method, c.asker.found, got, c.want)
		}
	}
	if formatError((*problem)(nil)) != nil || formatError(found) != "bad" {
		t.Error("the window takes them otherwise")
	}
}

func TestServicesThatTheWindowCouldNotBindAreRefused(t *testing.T) {
	for _, service := range []any{nil, 3, Greeter{}, (*Greeter)(nil), &bad1{}, &bad2{}, &bad3{}, &bad4{}, func() {}} {
		if _, err := newMethods([]any{service}); err == nil {
			t.Errorf("%T was bound", service)
		}
	}
	if _, err := newMethods([]any{newGreeter(), newGreeter()}); err == nil {
		t.Error("a service was bound twice")
	}
	m, err := newMethods([]any{newGreeter()})
	if err != nil {
		t.Fatal(err)
	}
	names := m.names()
	if len(names) != 10 || names[0] != "face.Greeter.Double" {
		t.Errorf("%q", names)
	}
}

func TestAnswersHoldOneOfResultAndError(t *testing.T) {
	for _, c := range []struct {
		result any
		err    error
		want   string
	}{
		{nil, nil, `{"id":1,"result":null}`},
		{"x", nil, `{"id":1,"result":"x"}`},
		{"x", errors.New(""), `{"id":1,"error":""}`},
		{nil, errors.New("a \"b\" \x80"), `{"id":1,"error":"a \"b\" \ufffd"}`},
	} {
		if got := string(encodeAnswer(1, c.result, c.err)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func FuzzDecodeRequest(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"call":"face.Greeter.Hello","args":["x"]}`, `{"id":2,"call":"face.Greeter.Double","args":[{"name":"a","many":[1]},3]}`,
		`{}`, `[]`, `null`, `{"id":1e3,"call":"a","args":null}`, "{\"id\":1,\"call\":\"\xff\"}", `{"id":1,"id":2,"call":"a","call":"b"}`,
		`{"id":1,"call":"face.Greeter.Hello","args":[` + strings.Repeat("[", 100),
	} {
		f.Add([]byte(seed))
	}
	bound, err := newMethods([]any{newGreeter()})
	if err != nil {
		f.Fatal(err)
	}
	delete(bound, "face.Greeter.Wait")
	log := slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRequest(b)
		if err != nil {
			return
		}
		if r.ID < 1 || r.ID > maxID || r.Call == "" || len(r.Call) > maxName || len(r.Args) > maxArguments {
			t.Fatalf("out of bounds: %+v", r)
		}
		result, err := bound.call(log, r.Call, r.Args)
		answer := encodeAnswer(r.ID, result, err)
		if !json.Valid(answer) || !utf8.Valid(answer) {
			t.Fatalf("the answer is not JSON: %q", answer)
		}
	})
}
