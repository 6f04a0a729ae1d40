package base

import (
	"encoding/binary"
	"fmt"
)

// reader takes WebAssembly's binary format apart. After the first thing that is
// not there it has failed, and gives zeros.
type reader struct {
	b   []byte
	at  int
	bad bool
}

func (r *reader) fail() {
	r.bad = true
	r.at = len(r.b)
}

func (r *reader) err() error {
	if r.bad {
		return fmt.Errorf("%w: it ends too early", ErrForeign)
	}
	return nil
}

func (r *reader) done() bool { return r.at >= len(r.b) }

func (r *reader) byte() byte {
	if r.done() {
		r.fail()
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

// bytes returns the next n bytes, not copied.
func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.b)-r.at) {
		r.fail()
		return nil
	}
	r.at += int(n)
	return r.b[r.at-int(n) : r.at]
}

// u32 reads an unsigned number of at most 32 bits, in LEB128.
func (r *reader) u32() uint32 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // nearly all of them
		r.at++
		return uint32(r.b[r.at-1])
	}
	v, n := binary.Uvarint(r.b[r.at:min(len(r.b), r.at+5)])
	if n <= 0 || v > 1<<32-1 {
		r.fail()
		return 0
	}
	r.at += n
	return uint32(v)
}

// i32 reads a signed number of 32 bits, in LEB128; a negative one is a failure.
func (r *reader) i32() uint32 {
	from := r.at
	n := r.u32()
	// The highest bit of the last byte is the sign.
	if bits := 7 * (r.at - from); bits < 32 && n>>(bits-1)&1 != 0 || n > 1<<31-1 {
		r.fail()
		return 0
	}
	return n
}

// signed reads a signed number of at most max bytes, in LEB128.
func (r *reader) signed(max int) int64 {
	var v int64
	for shift := range max {
		b := r.byte()
		v |= int64(b&0x7f) << (7 * shift)
		if b < 0x80 {
			if bits := 7 * (shift + 1); bits < 64 && b&0x40 != 0 {
				v |= -1 << bits
			}
			return v
		}
	}
	r.fail()
	return 0
}

func appendU32(b []byte, n uint32) []byte { return binary.AppendUvarint(b, uint64(n)) }

func appendName(b []byte, s string) []byte { return append(appendU32(b, uint32(len(s))), s...) }

// appendSigned appends a signed number in LEB128.
func appendSigned(b []byte, v int64) []byte {
	for ; ; v >>= 7 {
		if last := v >> 6; last == 0 || last == -1 {
			return append(b, byte(v&0x7f))
		}
		b = append(b, byte(v&0x7f|0x80))
	}
}

// appendConst and appendConst64 append a number as an instruction: i32.const and
// i64.const.
func appendConst(b []byte, n uint32) []byte {
	return appendSigned(append(b, opI32Const), int64(int32(n)))
}
func appendConst64(b []byte, n int64) []byte { return appendSigned(append(b, opI64Const), n) }

func appendSection(b []byte, id byte, body []byte) []byte {
	return append(appendU32(append(b, id), uint32(len(body))), body...)
}
