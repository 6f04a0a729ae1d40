package base

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Index is what must be known of a base to take it out of programs.
type Index struct {
	id        [idLen]byte
	globals   []byte // the section, as all programs have it
	imports   []imported
	values    []bool // of each global for an operand, whether it has 64 bits
	functions []function
}

// idLen is how many bytes identify the module of a base.
const idLen = 16

func identify(module []byte) (id [idLen]byte) {
	sum := sha256.Sum256(module)
	copy(id[:], sum[:])
	return id
}

// ID identifies the base: what fits one does not fit another.
func (x *Index) ID() string { return fmt.Sprintf("%x", x.id) }

// Functions is how many functions the base has.
func (x *Index) Functions() int { return len(x.functions) }

// function is one that a base has: its body with holes.
type function struct {
	name, signature string
	code            []byte // all but the holes
	holes           []hole
}

// hole is a place where a program has an instruction with an operand of its own.
type hole struct {
	gap    int // bytes of code between the hole before and this one
	kind   byte
	number uint32
	place  uint16 // in a function, where the hole holds an address of code
}

// What a program has in a hole, and what the number of it means.
const (
	holds32    byte = iota // i32.const; the global that holds it in the base
	holds64                // i64.const; likewise
	holdsCode              // i64.const, an address of code; the global that holds the function's
	callsBase              // a call of a function of the base; which
	callsHost              // a call of a function that is imported; which
	callsOther             // a call of another; the global that holds its slot in the table
)

const (
	magic   = "thirdspace base 1\n"
	maxSize = 64 << 20 // bytes of an index
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// append writes the index.
func (x *Index) append(b []byte) []byte {
	b = append(b, magic...)
	b = append(b, x.id[:]...)
	b = appendName(b, string(x.globals))
	b = appendU32(b, uint32(len(x.imports)))
	for _, i := range x.imports {
		b = appendName(appendName(appendName(b, i.module), i.name), i.signature)
	}
	b = appendU32(b, uint32(len(x.values)))
	for _, wide := range x.values {
		if wide {
			b = append(b, typeI64)
		} else {
			b = append(b, typeI32)
		}
	}
	b = appendU32(b, uint32(len(x.functions)))
	for _, f := range x.functions {
		b = appendName(appendName(appendName(b, f.name), f.signature), string(f.code))
		b = appendU32(b, uint32(len(f.holes)))
		for _, h := range f.holes {
			b = appendU32(append(appendU32(b, uint32(h.gap)), h.kind), h.number)
			if h.kind == holdsCode {
				b = binary.LittleEndian.AppendUint16(b, h.place)
			}
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

var errIndex = errors.New("the index of the base is damaged")

// Read reads an index that Make has made. It does not keep b.
func Read(b []byte) (*Index, error) {
	end := len(b) - crc32.Size
	if end < len(magic) || len(b) > maxSize || string(b[:len(magic)]) != magic ||
		crc32.Checksum(b[:end], castagnoli) != binary.LittleEndian.Uint32(b[end:]) {
		return nil, errIndex
	}
	r := &reader{b: append([]byte(nil), b[:end]...), at: len(magic)}
	x := &Index{}
	copy(x.id[:], r.bytes(idLen))
	x.globals = r.bytes(r.u32())
	for n := r.u32(); n > 0 && !r.bad; n-- {
		x.imports = append(x.imports, imported{string(r.bytes(r.u32())), string(r.bytes(r.u32())), string(r.bytes(r.u32()))})
	}
	for _, t := range r.bytes(r.u32()) {
		x.values = append(x.values, t == typeI64)
	}
	for n := r.u32(); n > 0 && !r.bad; n-- {
		x.functions = append(x.functions, readFunction(r))
	}
	if r.bad || !r.done() || !x.sound() {
		return nil, errIndex
	}
	return x, nil
}

func readFunction(r *reader) function {
	f := function{name: string(r.bytes(r.u32())), signature: string(r.bytes(r.u32())), code: r.bytes(r.u32())}
	for n := r.u32(); n > 0 && !r.bad; n-- {
		h := hole{gap: int(r.u32()), kind: r.byte(), number: r.u32()}
		if h.kind == holdsCode {
			h.place = uint16(r.byte()) | uint16(r.byte())<<8
		}
		f.holes = append(f.holes, h)
	}
	return f
}

// sound reports whether no number is of something that is not there.
func (x *Index) sound() bool {
	for _, f := range x.functions {
		left := len(f.code)
		for _, h := range f.holes {
			left -= h.gap
			if left < 0 || !x.has(h) {
				return false
			}
		}
	}
	return true
}

func (x *Index) has(h hole) bool {
	switch h.kind {
	case holds32, callsOther:
		return int64(h.number) < int64(len(x.values)) && !x.values[h.number]
	case holds64, holdsCode:
		return int64(h.number) < int64(len(x.values)) && x.values[h.number]
	case callsBase:
		return int64(h.number) < int64(len(x.functions))
	case callsHost:
		return int64(h.number) < int64(len(x.imports))
	}
	return false
}
