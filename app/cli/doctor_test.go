package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"thirdspace/app/failure"
	"thirdspace/p2p/doctor"
)

// shown is a report with something in each field.
var shown = doctor.Report{
	Side: doctor.Student,
	Checks: []doctor.Check{
		{ID: "networks", Looked: "Networks of this machine", Result: doctor.Good, Found: "lan0 (10.77.0.2/24)."},
		{ID: "firewall", Looked: "Firewall of this machine", Result: doctor.Unknown, Found: "It cannot be seen."},
	},
	Cause: &doctor.Cause{
		Code: doctor.CauseFirewall, What: "A firewall is in the way.", Means: "It throws things away.", Do: "Allow ThirdSpace:",
		Commands: []doctor.Command{{System: "ufw", Text: "sudo ufw allow 47113 && true"}},
	},
	Millis: 5200,
}

// TestWhatScriptsRead: these are the names that scripts rely on. Fields may be added, none may change or go.
func TestWhatScriptsRead(t *testing.T) {
	var out bytes.Buffer
	code, err := tell(shown, &out, true)
	const want = `{"side":"student","checks":[` +
		`{"id":"networks","looked":"Networks of this machine","result":"good","found":"lan0 (10.77.0.2/24)."},` +
		`{"id":"firewall","looked":"Firewall of this machine","result":"unknown","found":"It cannot be seen."}],` +
		`"cause":{"code":"firewall","what":"A firewall is in the way.","means":"It throws things away.","do":"Allow ThirdSpace:",` +
		`"commands":[{"system":"ufw","text":"sudo ufw allow 47113 && true"}]},"doubt":null,"way":"","millis":5200}` + "\n"
	if err != nil || code != failure.ExitNetwork || out.String() != want {
		t.Errorf("%d, %v\n got %s\nwant %s", code, err, out.String(), want)
	}
}

func TestWhatPeopleRead(t *testing.T) {
	var out bytes.Buffer
	const want = "ok    Networks of this machine: lan0 (10.77.0.2/24).\n?     Firewall of this machine: It cannot be seen.\n\n" +
		"A firewall is in the way.\nIt throws things away.\nAllow ThirdSpace:\n  ufw:\n    sudo ufw allow 47113 && true\n"
	if _, err := tell(shown, &out, false); err != nil || out.String() != want {
		t.Errorf("%v\n got %s\nwant %s", err, out.String(), want)
	}
	doubtful := shown
	doubtful.Cause, doubtful.Doubt = nil, shown.Cause
	out.Reset()
	if code, err := tell(doubtful, &out, false); err != nil || code != failure.ExitOK || !bytes.Contains(out.Bytes(), []byte("Nothing that can be seen from here is in the way.\n\nA firewall")) {
		t.Errorf("%d, %v\n%s", code, err, out.String())
	}
}

func TestHowTheDoctorEnds(t *testing.T) {
	for cause, want := range map[string]int{
		"": failure.ExitOK, doctor.CausePort: failure.ExitPort, doctor.CauseVersion: failure.ExitRefused,
		doctor.CauseOtherKey: failure.ExitRefused, doctor.CauseNoNetwork: failure.ExitNetwork, doctor.CauseUnheard: failure.ExitNetwork,
	} {
		r := doctor.Report{Cause: &doctor.Cause{Code: cause}}
		if cause == "" {
			r.Cause = nil
		}
		if got := examined(r); got != want {
			t.Errorf("%q ends with %d, want %d", cause, got, want)
		}
	}
}

func TestWhatTheDoctorRefuses(t *testing.T) {
	for _, target := range []string{"nonsense!", "0000-0000-0001", "thirdspace://8.8.8.8", "teacher.local"} {
		var out bytes.Buffer
		_, err := Examine(t.Context(), DoctorOptions{Target: target}, &out, false, slog.New(slog.DiscardHandler))
		var f *failure.Failure
		if !errors.As(err, &f) || f.Code != failure.CodeBadAddress || out.Len() > 0 {
			t.Errorf("%q: %v, %q", target, err, out.String())
		}
	}
}
