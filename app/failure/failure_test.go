package failure

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"thirdspace/app/store"
	"thirdspace/p2p/link"
)

func TestEveryKnownErrorIsASentence(t *testing.T) {
	for _, k := range known {
		f := From(fmt.Errorf("doing something: %w", k.is))
		if f.Code != k.code || !strings.HasSuffix(f.Message, ".") || f.Details == "" {
			t.Errorf("%v: %+v", k.is, f)
		}
	}
	for code := range refusals {
		f := From(&link.Refusal{Code: code, Suggest: "Ada 2"})
		if f.Code != code || !strings.HasSuffix(f.Message, ".") || !strings.Contains(f.Hint, "Ada 2") {
			t.Errorf("%s: %+v", code, f)
		}
		if ExitCode(f) != ExitRefused && code != link.RefusedBadName {
			t.Errorf("%s: exit code %d", code, ExitCode(f))
		}
	}
}

func TestNothingIsNoFailure(t *testing.T) {
	if Of(nil) != nil || From(nil) != nil || ExitCode(nil) != ExitOK {
		t.Fatal("nil became a failure")
	}
}

func TestUnknownErrorsKeepTheirDetails(t *testing.T) {
	f := From(errors.New("the flux capacitor leaks"))
	if f.Code != CodeUnknown || f.Details != "the flux capacitor leaks" || f.Hint == "" || ExitCode(f) != ExitError {
		t.Fatalf("%+v", f)
	}
}

func TestAFailureGoesToThePageInParts(t *testing.T) {
	err := Of(fmt.Errorf("opening: %w", store.ErrInUse))
	var f Failure
	if json.Unmarshal([]byte(err.Error()), &f) != nil || f.Code != CodeInUse {
		t.Fatalf("%v", err)
	}
	if again := From(fmt.Errorf("starting: %w", err)); again.Code != CodeInUse || again.Message != f.Message {
		t.Fatalf("wrapped again it is another: %+v", again)
	}
	if s := f.Sentence(); strings.ContainsAny(s, "{}") || !strings.Contains(s, "already running") {
		t.Fatalf("for a terminal: %q", s)
	}
}
