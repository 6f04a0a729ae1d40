package base

import (
	"bytes"
	"fmt"
)

// Fit returns the module with what is left of a program without the base. It does
// not change program.
func (x *Index) Fit(program []byte) ([]byte, error) {
	m, err := parse(program)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(m.sections[secGlobal], x.globals) {
		return nil, fmt.Errorf("%w: the globals differ", ErrForeign)
	}
	f := newFitter(x, m)
	f.compare()
	return f.left()
}

// fitter compares a program with a base. Functions of the program are counted
// without the imported.
type fitter struct {
	x      *Index
	m      *module
	place  []int32 // of each function of the base in the program; −1 if it is not there, or differs
	number []int32 // of each function of the program in the base; likewise
	values []uint64
	known  []bool // of each value, whether a function has it already
}

func newFitter(x *Index, m *module) *fitter {
	return &fitter{x: x, m: m, values: make([]uint64, len(x.values)), known: make([]bool, len(x.values))}
}

// compare finds out which functions of the base are those of the program.
func (f *fitter) compare() {
	f.find()
	f.matchAll()
	f.settle()
}

// find finds the functions of the base by their names.
func (f *fitter) find() {
	names := f.m.byName()
	f.place = make([]int32, len(f.x.functions))
	f.number = make([]int32, len(f.m.body))
	for i := range f.number {
		f.number[i] = -1
	}
	for n, function := range f.x.functions {
		i, ok := names[function.name]
		if !ok || f.number[i] >= 0 || f.m.types[f.m.function[i]] != function.signature {
			f.place[n] = -1
			continue
		}
		f.place[n], f.number[i] = int32(i), int32(n)
	}
}

func (f *fitter) drop(n int) {
	f.number[f.place[n]] = -1
	f.place[n] = -1
}

// matchAll compares all functions that were found, and drops those that differ.
func (f *fitter) matchAll() {
	for n, function := range f.x.functions {
		if i := f.place[n]; i >= 0 && !f.match(function, f.m.body[i]) {
			f.drop(n)
		}
	}
}

// match reports whether a body is that of the function, with the values that are
// known, and notes those that were not.
func (f *fitter) match(function function, body []byte) bool {
	r := &reader{b: body}
	code := function.code
	var noted []uint32
	for _, h := range function.holes {
		if !bytes.HasPrefix(r.b[r.at:], code[:h.gap]) {
			f.forget(noted)
			return false
		}
		code = code[h.gap:]
		r.at += h.gap
		v, ok := f.fill(r, h)
		if ok && h.kind != callsBase && h.kind != callsHost {
			if !f.known[h.number] {
				f.known[h.number], f.values[h.number] = true, v
				noted = append(noted, h.number)
			}
			ok = f.values[h.number] == v
		}
		if !ok {
			f.forget(noted)
			return false
		}
	}
	if !bytes.Equal(r.b[r.at:], code) {
		f.forget(noted)
		return false
	}
	return true
}

func (f *fitter) forget(values []uint32) {
	for _, v := range values {
		f.known[v] = false
	}
}

// fill reads what the program has in a hole and returns the value for the
// global, if there is one.
func (f *fitter) fill(r *reader, h hole) (v uint64, ok bool) {
	switch op := r.byte(); {
	case h.kind == holds32 && op == opI32Const:
		return uint64(uint32(r.signed(longest32))), !r.bad
	case h.kind == holds64 && op == opI64Const:
		return uint64(r.signed(longest64)), !r.bad
	case h.kind == holdsCode && op == opI64Const:
		v = uint64(r.signed(longest64))
		return v &^ (1<<codeShift - 1), !r.bad && uint16(v) == h.place
	case op != opCall || h.kind <= holdsCode:
		return 0, false
	}
	to := int64(r.u32())
	imports := int64(len(f.m.imports))
	if r.bad || to >= imports+int64(len(f.m.body)) {
		return 0, false
	}
	switch h.kind {
	case callsHost:
		return 0, to < imports && f.m.imports[to] == f.x.imports[h.number]
	case callsBase:
		return 0, to >= imports && f.number[to-imports] == int32(h.number)
	}
	return uint64(int64(f.m.slot) + to - imports), to >= imports && f.m.signature(to) == plainType
}

// settle drops what calls functions of the base that are not the program's.
func (f *fitter) settle() {
	callers := make([][]int32, len(f.x.functions))
	for n, function := range f.x.functions {
		for _, h := range function.holes {
			if h.kind == callsBase && f.place[n] >= 0 {
				callers[h.number] = append(callers[h.number], int32(n))
			}
		}
	}
	var dropped []int32
	for n, place := range f.place {
		if place < 0 {
			dropped = append(dropped, int32(n))
		}
	}
	for len(dropped) > 0 {
		n := dropped[len(dropped)-1]
		dropped = dropped[:len(dropped)-1]
		for _, c := range callers[n] {
			if f.place[c] >= 0 {
				f.drop(int(c))
				dropped = append(dropped, c)
			}
		}
	}
}
