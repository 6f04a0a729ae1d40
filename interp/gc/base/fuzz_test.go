package base

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"
)

// FuzzFit fits whatever there is. What is left can be taken apart again.
func FuzzFit(f *testing.F) {
	_, x := mustMake(f)
	for _, p := range []made{first(), second(), third()} {
		f.Add(p.wasm())
	}
	f.Fuzz(func(t *testing.T, wasm []byte) {
		left, err := x.Fit(wasm)
		if err != nil {
			if !errors.Is(err, ErrForeign) {
				t.Error(err)
			}
			return
		}
		if needs, err := NeedsOf(left); err != nil || needs == nil || needs.Base != x.ID() {
			t.Errorf("%+v, %v", needs, err)
		}
	})
}

// FuzzRead reads an index with the right check sum. What is read can be used.
func FuzzRead(f *testing.F) {
	m, _ := mustMake(f)
	f.Add(m.Index[:len(m.Index)-crc32.Size])
	program := third().wasm()
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := Read(binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)))
		if err != nil {
			return
		}
		if _, err := x.Fit(program); err != nil && !errors.Is(err, ErrForeign) {
			t.Error(err)
		}
	})
}

// FuzzNeedsOf reads what any module says it needs.
func FuzzNeedsOf(f *testing.F) {
	_, x := mustMake(f)
	left, err := x.Fit(third().wasm())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(left)
	f.Add(third().wasm())
	f.Fuzz(func(t *testing.T, wasm []byte) {
		if needs, err := NeedsOf(wasm); err == nil && needs != nil && (needs.Pages == 0 || needs.Pages > mostPages) {
			t.Errorf("%d pages", needs.Pages)
		}
	})
}

// FuzzMake makes a base of a program and whatever else there is.
func FuzzMake(f *testing.F) {
	f.Add(second().wasm())
	f.Add(third().wasm())
	program := first().wasm()
	f.Fuzz(func(t *testing.T, wasm []byte) {
		m, err := Make(program, wasm)
		if err != nil {
			return
		}
		if _, err := Read(m.Index); err != nil {
			t.Error(err)
		}
	})
}
