package cpace

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/gtank/ristretto255"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func scalar(t *testing.T, s string) *ristretto255.Scalar {
	t.Helper()
	x := ristretto255.NewScalar()
	if err := x.Decode(unhex(t, s)); err != nil {
		t.Fatal(err)
	}
	return x
}

// The vector of draft-irtf-cfrg-cpace for G_Ristretto255 with SHA-512 (appendix B.3 in revisions 06 to 13).
func TestDraftVector(t *testing.T) {
	sid := unhex(t, "7e4b4791d6a8ef019b936c79fb7f2c57")
	ci := unhex(t, "6f630b425f726573706f6e6465720b415f696e69746961746f72")
	a := newParty(scalar(t, "da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08"), []byte("Password"), ci, sid)
	b := newParty(scalar(t, "d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d"), []byte("Password"), ci, sid)
	if want := unhex(t, "d40fb265a7abeaee7939d91a585fe59f7053f982c296ec413c624c669308f87a"); !bytes.Equal(a.Share(), want) {
		t.Fatalf("Ya is %x", a.Share())
	}
	if want := unhex(t, "08bcf6e9777a9c313a3db6daa510f2d398403319c2341bd506a92e672eb7e307"); !bytes.Equal(b.Share(), want) {
		t.Fatalf("Yb is %x", b.Share())
	}
	want := unhex(t, "4c5469a16b2364c4b944ebc1a79e51d1674ad47db26e8718154f59faebfaa52d"+
		"8346f30aa58377117eb20d527f2cbc5c76381f7fd372e89df8239f87f2e02ed1")
	for name, side := range map[string]struct {
		party
		other []byte
	}{"initiator": {a, b.Share()}, "responder": {b, a.Share()}} {
		isk, err := side.keyWith(side.other, a.Share(), []byte("ADa"), b.Share(), []byte("ADb"))
		if err != nil || !bytes.Equal(isk, want) {
			t.Fatalf("the %s's key is %x (%v)", name, isk, err)
		}
	}
}

// run drives a whole exchange and tells whether each side is convinced.
func run(t *testing.T, codeA, contextA, codeB, contextB string) (initiator, responder bool) {
	t.Helper()
	a := NewInitiator([]byte(codeA), []byte(contextA))
	b, err := NewResponder([]byte(codeB), []byte(contextB), a.SessionID(), a.Share())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := a.Finish(b.Share())
	if err != nil {
		t.Fatal(err)
	}
	if len(keys.InitiatorTag()) != TagSize || len(b.Share()) != ShareSize {
		t.Fatalf("sizes %d, %d", len(keys.InitiatorTag()), len(b.Share()))
	}
	return keys.CheckResponder(b.ResponderTag()), b.CheckInitiator(keys.InitiatorTag())
}

func TestBothSidesAreProven(t *testing.T) {
	for name, c := range map[string]struct {
		codeA, contextA, codeB, contextB string
		want                             bool
	}{
		"same":          {"123456", "x", "123456", "x", true},
		"empty code":    {"", "x", "", "x", true},
		"wrong code":    {"123456", "x", "123457", "x", false},
		"other context": {"123456", "x", "123456", "y", false},
		"shifted":       {"12345", "6x", "123456", "x", false},
	} {
		if a, b := run(t, c.codeA, c.contextA, c.codeB, c.contextB); a != c.want || b != c.want {
			t.Errorf("%s: initiator convinced %v, responder %v", name, a, b)
		}
	}
}

func TestRunsAreFresh(t *testing.T) {
	a, b := NewInitiator([]byte("1"), nil), NewInitiator([]byte("1"), nil)
	if bytes.Equal(a.SessionID(), b.SessionID()) || bytes.Equal(a.Share(), b.Share()) {
		t.Fatal("two runs begin alike")
	}
}

func TestTagSentBackIsRefused(t *testing.T) {
	a := NewInitiator([]byte("1"), nil)
	b, err := NewResponder([]byte("1"), nil, a.SessionID(), a.Share())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := a.Finish(b.Share())
	if err != nil {
		t.Fatal(err)
	}
	if keys.CheckResponder(keys.InitiatorTag()) || keys.CheckResponder(nil) || b.CheckInitiator(make([]byte, TagSize)) {
		t.Fatal("a tag that is not the other side's was taken")
	}
	// A machine that plays our own share back at us must fare no better.
	if own, err := a.Finish(a.Share()); err == nil && own.CheckResponder(own.InitiatorTag()) {
		t.Fatal("our own share and tag convinced us")
	}
}

func TestInvalidSharesAreRefused(t *testing.T) {
	valid := NewInitiator([]byte("1"), nil).Share()
	notCanonical := unhex(t, "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
	negative := unhex(t, "0100000000000000000000000000000000000000000000000000000000000000")
	for name, share := range map[string][]byte{
		"nothing": nil, "short": valid[:31], "long": append(bytes.Clone(valid), 0),
		"neutral element": make([]byte, ShareSize), "not canonical": notCanonical, "negative": negative,
		"all ones": bytes.Repeat([]byte{0xff}, ShareSize),
	} {
		if _, err := NewInitiator([]byte("1"), nil).Finish(share); !errors.Is(err, ErrShare) {
			t.Errorf("%s: the initiator said %v", name, err)
		}
		if _, err := NewResponder([]byte("1"), nil, make([]byte, SessionIDSize), share); !errors.Is(err, ErrShare) {
			t.Errorf("%s: the responder said %v", name, err)
		}
	}
	if _, err := NewResponder([]byte("1"), nil, []byte{1}, valid); !errors.Is(err, ErrShare) {
		t.Errorf("a short session id: %v", err)
	}
}

func TestContextIsUnambiguous(t *testing.T) {
	if bytes.Equal(Context([]byte("ab"), []byte("c")), Context([]byte("a"), []byte("bc"))) {
		t.Fatal("two contexts are one")
	}
}

func FuzzResponder(f *testing.F) {
	f.Add(make([]byte, SessionIDSize), NewInitiator([]byte("1"), nil).Share(), make([]byte, TagSize))
	f.Fuzz(func(t *testing.T, sid, share, tag []byte) {
		b, err := NewResponder([]byte("1"), nil, sid, share)
		if err == nil && b.CheckInitiator(tag) {
			t.Fatal("a guess of the tag was right")
		}
	})
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		a := NewInitiator([]byte("123456"), nil)
		r, err := NewResponder([]byte("123456"), nil, a.SessionID(), a.Share())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := a.Finish(r.Share()); err != nil {
			b.Fatal(err)
		}
	}
}
