package wire

import (
	"bytes"
	"errors"
	"testing"
)

func TestBeat(t *testing.T) {
	beat := Beat{Now: 12, Digest: make([]byte, digestSize), Documents: []BeatDocument{{ID: "board", Epoch: "e", Version: 3}}}
	for _, n := range []uint32{1, 8, 300, 1 << 31} {
		beat.SetPresent(n)
	}
	raw, err := Marshal(beat)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBeat(raw)
	if err != nil || got.Now != 12 || len(got.Documents) != 1 || got.Documents[0].Version != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for n, want := range map[uint32]bool{0: false, 1: true, 7: false, 8: true, 300: true, 301: false, 1 << 31: false} {
		if got.IsPresent(n) != want {
			t.Errorf("member %d: present %v, want %v", n, !want, want)
		}
	}
}

func TestBeatIsBounded(t *testing.T) {
	good := Beat{Digest: make([]byte, digestSize)}
	for name, change := range map[string]func(*Beat){
		"short digest":   func(b *Beat) { b.Digest = b.Digest[1:] },
		"many documents": func(b *Beat) { b.Documents = make([]BeatDocument, maxBeatDocuments+1) },
		"no time":        func(b *Beat) { b.Now = -1 },
		"no such year":   func(b *Beat) { b.Now = MaxTime + 1 },
		"many members":   func(b *Beat) { b.Present = make([]byte, maxBeatPresent+1) },
	} {
		beat := good
		change(&beat)
		raw, _ := Marshal(beat)
		if _, err := DecodeBeat(raw); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecodeBeat(f *testing.F) {
	raw, _ := Marshal(Beat{Digest: bytes.Repeat([]byte{7}, digestSize), Present: []byte{2}})
	f.Add(raw)
	f.Fuzz(func(t *testing.T, b []byte) {
		if beat, err := DecodeBeat(b); err == nil {
			beat.IsPresent(uint32(beat.Now))
		}
	})
}
