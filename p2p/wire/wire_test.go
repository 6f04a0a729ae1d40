package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
)

type sample struct {
	A uint64   `cbor:"1,keyasint"`
	B string   `cbor:"2,keyasint"`
	C [][]byte `cbor:"3,keyasint"`
}

func TestMarshalIsDeterministicAndRoundTrips(t *testing.T) {
	in := map[string]int{"b": 1, "a": 2, "cc": 3, "d": 4}
	first, err := Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := Marshal(in)
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("encoding differs: %x, %x (%v)", first, again, err)
		}
	}
	want := sample{A: 7, B: "héé", C: [][]byte{{1}, {}}}
	b, _ := Marshal(want)
	var got sample
	if err := Unmarshal(b, &got); err != nil || got.A != 7 || got.B != "héé" || len(got.C) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":               {},
		"trailing bytes":      {0xa1, 0x01, 0x07, 0x00},
		"duplicate key":       {0xa2, 0x01, 0x07, 0x01, 0x08},
		"indefinite map":      {0xbf, 0x01, 0x07, 0xff},
		"tag":                 {0xc1, 0x01},
		"bad UTF-8":           {0xa1, 0x02, 0x61, 0xff},
		"too deep":            append(bytes.Repeat([]byte{0x81}, 40), 0x01),
		"array without end":   {0xa1, 0x03, 0x9a, 0xff, 0xff, 0xff, 0xff},
		"text of a gigabyte":  {0xa1, 0x02, 0x7a, 0x40, 0x00, 0x00, 0x00, 'x'},
		"wrong type for text": {0xa1, 0x02, 0x07},
	} {
		var got sample
		if err := Unmarshal(b, &got); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: error %v, want one that wraps ErrMessage", name, err)
		}
	}
}

func TestUnknownFieldsAreIgnored(t *testing.T) {
	b, _ := Marshal(map[int]any{1: 5, 99: "of a later version"})
	var got sample
	if err := Unmarshal(b, &got); err != nil || got.A != 5 {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func TestFrames(t *testing.T) {
	var buf bytes.Buffer
	for i := range 3 {
		if err := WriteFrame(&buf, MaxFrame, sample{A: uint64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	r := bufio.NewReader(&buf)
	for i := range 3 {
		var s sample
		if err := ReadFrame(r, MaxFrame, &s); err != nil || s.A != uint64(i) {
			t.Fatalf("frame %d: %+v, %v", i, s, err)
		}
	}
	if err := ReadFrame(r, MaxFrame, &sample{}); err != io.EOF {
		t.Fatalf("at the end: %v, want io.EOF", err)
	}
}

func TestFramesAreBounded(t *testing.T) {
	var buf bytes.Buffer
	if err := WriteFrame(&buf, 100, sample{B: strings.Repeat("x", 200)}); err == nil || buf.Len() != 0 {
		t.Fatalf("an oversize frame gave %v and %d bytes", err, buf.Len())
	}
	huge := binary.AppendUvarint(nil, 1<<40)
	if err := ReadFrame(bufio.NewReader(bytes.NewReader(huge)), MaxFrame, &sample{}); !errors.Is(err, ErrMessage) {
		t.Fatalf("an announced terabyte gave %v", err)
	}
	short := append(binary.AppendUvarint(nil, 10), 1, 2)
	if err := ReadFrame(bufio.NewReader(bytes.NewReader(short)), MaxFrame, &sample{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("a frame cut short gave %v", err)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"Ada":                "Ada",
		"  Ada \t Lovelace ": "Ada Lovelace",
		"e\u0301":            "é",
		"محمد":               "محمد",
		"李雷":                 "李雷",
		"O'Neil-Smith 2":     "O'Neil-Smith 2",
		"Ada \u2764\ufe0f":   "Ada \u2764",
		"นํ้าผึ้ง":           "นํ้าผึ้ง",
		"क्षत्रिय":           "क्षत्रिय",
	} {
		if got, err := CleanName(in, MaxName); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "   ", "a\u202eb", "a\u200bb", "a\u200db", "\u2066x", "a\x00b", "a\x1bb", "\xff", "\ue000",
		"\u3164", "a\u115fb", "a\uffa0", "\u2800", "a\u034fb", "a\u180bb", "a\U000e0100", "\u0301a", "a" + strings.Repeat("\u0330", 5),
		strings.Repeat("x", MaxName+1), strings.Repeat("x", 1<<20)} {
		if got, err := CleanName(in, MaxName); !errors.Is(err, ErrName) {
			t.Errorf("%.20q was taken as %.20q (%v)", in, got, err)
		}
	}
}

func TestRoomID(t *testing.T) {
	a, b := NewRoomID(), NewRoomID()
	if a == b || !ValidRoomID(a) || len(a) != 16 {
		t.Fatalf("%q, %q", a, b)
	}
	for _, bad := range []string{"", "abc", strings.ToUpper(a), a + "a", a[:15], "../../etc/passwd"} {
		if ValidRoomID(bad) {
			t.Errorf("%q was taken for a room id", bad)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	b, _ := Marshal(sample{A: 1, B: "x", C: [][]byte{{1, 2}}})
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var s sample
		if Unmarshal(b, &s) != nil {
			return
		}
		again, err := Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var s2 sample
		if err := Unmarshal(again, &s2); err != nil {
			t.Fatalf("what was decoded does not survive: %v", err)
		}
	})
}

func FuzzCleanName(f *testing.F) {
	f.Add("Ada\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		once, err := CleanName(s, MaxName)
		if err != nil {
			return
		}
		if twice, err := CleanName(once, MaxName); err != nil || twice != once {
			t.Fatalf("%q → %q → %q, %v", s, once, twice, err)
		}
	})
}
