package split

import "fmt"

// Some of the instructions, by their numbers in the specification's binary
// format.
const (
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
	opFirstMemory  = 0x28 // i32.load
	opLastMemory   = 0x3e // i64.store32
	opMemorySize   = 0x3f
	opMemoryGrow   = 0x40
	opI32Const     = 0x41
	opI64Const     = 0x42
	opF32Const     = 0x43
	opF64Const     = 0x44
	opI32Eqz       = 0x45
	opLastNumeric  = 0xc4 // i64.extend32_s
	opPrefix       = 0xfc

	opLastTruncate = 7 // i64.trunc_sat_f64_u, after opPrefix
	opMemoryCopy   = 10
	opMemoryFill   = 11
)

// call is a place in a body that names a function: the operand of an
// instruction.
type call struct {
	from, to int // the bytes of the operand
	function uint32
}

// calls returns the places in a body that name a function. An instruction that
// Go's compiler does not use is an error: it might name something as well.
func calls(body []byte, found []call) ([]call, error) {
	r := &reader{b: body}
	for n := r.u32(); n > 0 && !r.bad; n-- { // locals
		r.u32()
		r.byte()
	}
	depth := 1
	for depth > 0 && !r.bad {
		switch op := r.byte(); {
		case op == opCall:
			c := call{from: r.at}
			c.function = r.u32()
			c.to = r.at
			found = append(found, c)
		case op == opBlock || op == opLoop || op == opIf:
			depth++
			r.skipNumber(5)
		case op == opEnd:
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
	case op >= opFirstMemory && op <= opLastMemory:
		if r.u32() > 3 { // the alignment, in which later versions hide more
			return fmt.Errorf("%w: memory is used in an unknown way", ErrForeign)
		}
		r.u32()
	case op == opBrTable:
		for n := uint64(r.u32()) + 1; n > 0 && !r.bad; n-- {
			r.u32()
		}
	case op == opCallIndirect:
		r.u32()
		r.u32()
	case op == opMemorySize || op == opMemoryGrow:
		r.byte()
	case op == opI32Const:
		r.skipNumber(5)
	case op == opI64Const:
		r.skipNumber(10)
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
