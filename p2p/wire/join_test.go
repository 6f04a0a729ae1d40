package wire

import (
	"bufio"
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestJoinMessagesRoundTrip(t *testing.T) {
	room := NewRoomID()
	ask := JoinAsk{Version: 1, Room: room, Certificate: []byte{1}, SessionID: make([]byte, 16), Share: make([]byte, 32), Tag: make([]byte, 64), Name: "Ada"}
	answer := JoinAnswer{Version: 1, Room: room, Next: JoinNextCode, Share: make([]byte, 32), Tag: make([]byte, 64),
		Certificate: make([]byte, MaxCertificate), Refusal: &JoinRefusal{Code: "name-taken", RetryMillis: 1500, Version: 1, Suggest: "Ada 2"}}
	var buf bytes.Buffer
	if err := errors.Join(WriteFrame(&buf, MaxJoin, ask), WriteFrame(&buf, MaxJoin, answer)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(&buf)
	var gotAsk JoinAsk
	var got JoinAnswer
	if err := errors.Join(ReadFrame(r, MaxJoin, &gotAsk), ReadFrame(r, MaxJoin, &got), gotAsk.Check(), got.Check()); err != nil {
		t.Fatal(err)
	}
	if gotAsk.Room != room || gotAsk.Name != "Ada" || got.Refusal.Suggest != "Ada 2" || got.Refusal.RetryAfter() != 1500*time.Millisecond {
		t.Fatalf("%+v, %+v", gotAsk, got)
	}
}

func TestJoinMessagesAreBounded(t *testing.T) {
	refusal := func(r JoinRefusal) JoinAnswer { return JoinAnswer{Refusal: &r} }
	for name, m := range map[string]interface{ Check() error }{
		"ask: room":           JoinAsk{Room: "../../etc"},
		"ask: certificate":    JoinAsk{Certificate: make([]byte, MaxCertificate+1)},
		"ask: name":           JoinAsk{Name: strings.Repeat("x", 16*MaxName+1)},
		"ask: share":          JoinAsk{Share: make([]byte, 65)},
		"ask: tag":            JoinAsk{Tag: make([]byte, 65)},
		"ask: session":        JoinAsk{SessionID: make([]byte, 65)},
		"answer: vouches":     JoinAnswer{Vouches: make([][]byte, MaxVouches+1)},
		"answer: vouch":       JoinAnswer{Vouches: [][]byte{make([]byte, MaxVouch+1)}},
		"answer: room":        JoinAnswer{Room: "A"},
		"answer: next":        JoinAnswer{Next: strings.Repeat("x", 33)},
		"answer: share":       JoinAnswer{Share: make([]byte, 65)},
		"answer: certificate": JoinAnswer{Certificate: make([]byte, MaxCertificate+1)},
		"refusal: none":       refusal(JoinRefusal{}),
		"refusal: markup":     refusal(JoinRefusal{Code: "<b>"}),
		"refusal: long":       refusal(JoinRefusal{Code: strings.Repeat("x", 33)}),
		"refusal: suggest":    refusal(JoinRefusal{Code: "name-taken", Suggest: "A\u202eda"}),
	} {
		if err := m.Check(); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := (JoinRefusal{RetryMillis: math.MaxUint32}).RetryAfter(); got != 10*time.Minute {
		t.Errorf("a host can keep us waiting for %v", got)
	}
}

func FuzzJoin(f *testing.F) {
	for _, m := range []any{JoinAsk{Version: 1, Name: "Ada", Tag: make([]byte, 64)},
		JoinAnswer{Version: 1, Room: NewRoomID(), Refusal: &JoinRefusal{Code: "slow-down", RetryMillis: 3}}} {
		b, _ := Marshal(m)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var ask JoinAsk
		if Unmarshal(b, &ask) == nil && ask.Check() == nil {
			if again, err := Marshal(ask); err != nil || len(again) > MaxJoin {
				t.Fatalf("%+v encodes to %d bytes (%v)", ask, len(again), err)
			}
		}
		var answer JoinAnswer
		if Unmarshal(b, &answer) == nil && answer.Check() == nil {
			if again, err := Marshal(answer); err != nil || len(again) > MaxJoin {
				t.Fatalf("%+v encodes to %d bytes (%v)", answer, len(again), err)
			}
		}
	})
}
