package base

import "fmt"

// Some of the instructions, by their numbers in the specification's binary
// format.
const (
	opUnreachable  = 0x00
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opBrTable      = 0x0e
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opDrop         = 0x1a
	opSelect       = 0x1b
	opLocalGet     = 0x20
	opGlobalGet    = 0x23
	opGlobalSet    = 0x24
	opI32Load      = 0x28
	opI64Load      = 0x29
	opLastMemory   = 0x3e // i64.store32
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF32Const     = 0x43
	opF64Const     = 0x44
	opI32Eqz       = 0x45
	opI64Add       = 0x7c
	opLastNumeric  = 0xc4 // i64.extend32_s
	opPrefix       = 0xfc

	opLastTruncate = 7 // i64.trunc_sat_f64_u, after opPrefix
	opMemoryCopy   = 10
	opMemoryFill   = 11
)

// The longest numbers, in bytes of LEB128.
const (
	longest32 = 5
	longest64 = 10
)

// spot is an instruction whose operand may differ from program to program: a
// call, a whole number, or a call by address of what has not the plain type.
type spot struct {
	from, to int // its bytes in the body
	op       byte
	value    int64 // the number, or that of the function or the type
}

// spots returns those of a body. An instruction that Go's compiler does not use
// is an error: it might name something that is not seen.
func spots(body []byte, found []spot) ([]spot, error) {
	r := &reader{b: body}
	for n := r.u32(); n > 0 && !r.bad; n-- { // locals
		r.u32()
		r.byte()
	}
	for depth := 1; depth > 0 && !r.bad; {
		from := r.at
		switch op := r.byte(); op {
		case opCall:
			f := r.u32()
			found = append(found, spot{from, r.at, op, int64(f)})
		case opI32Const:
			v := r.signed(longest32)
			found = append(found, spot{from, r.at, op, v})
		case opI64Const:
			v := r.signed(longest64)
			found = append(found, spot{from, r.at, op, v})
		case opCallIndirect:
			t := r.u32()
			if r.byte() != 0 {
				return nil, fmt.Errorf("%w: there is another table", ErrForeign)
			}
			if t != plain {
				found = append(found, spot{from, r.at, op, int64(t)})
			}
		case opBlock, opLoop, opIf:
			depth++
			if t := r.byte(); t&0xc0 != 0x40 { // not the number of a type
				return nil, fmt.Errorf("%w: a block has parameters", ErrForeign)
			}
		case opEnd:
			depth--
		default:
			if err := skipOperands(r, op); err != nil {
				return nil, err
			}
		}
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	if !r.done() {
		return nil, fmt.Errorf("%w: a function goes on after its end", ErrForeign)
	}
	return found, nil
}

// skipOperands passes over what belongs to the instruction op.
func skipOperands(r *reader, op byte) error {
	switch {
	case op <= 1 || op == opElse || op == opReturn || op == opDrop || op == opSelect || op >= opI32Eqz && op <= opLastNumeric:
	case op == opBr || op == opBrIf || op >= opLocalGet && op <= opGlobalSet:
		r.u32()
	case op >= opI32Load && op <= opLastMemory:
		if r.u32() > 3 { // the alignment, in which later versions hide more
			return fmt.Errorf("%w: memory is used in an unknown way", ErrForeign)
		}
		r.u32()
	case op == opBrTable:
		for n := uint64(r.u32()) + 1; n > 0 && !r.bad; n-- {
			r.u32()
		}
	case op == opMemorySize || op == opMemoryGrow:
		r.byte()
	case op == opF32Const:
		r.bytes(4)
	case op == opF64Const:
		r.bytes(8)
	case op == opPrefix:
		return skipPrefixed(r)
	default:
		return fmt.Errorf("%w: the instruction %#x is not known", ErrForeign, op)
	}
	return nil
}

func skipPrefixed(r *reader) error {
	switch op := r.u32(); {
	case op <= opLastTruncate:
	case op == opMemoryCopy:
		r.bytes(2)
	case op == opMemoryFill:
		r.byte()
	default:
		return fmt.Errorf("%w: the instruction %#x %d is not known", ErrForeign, opPrefix, op)
	}
	return nil
}
