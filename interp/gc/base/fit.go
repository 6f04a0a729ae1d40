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
	f := &fitter{x: x, m: m, values: make([]uint64, len(x.values)), known: make([]bool, len(x.values))}
	f.find()
	f.matchAll()
	f.settle()
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

// left writes the module with what is left.
func (f *fitter) left() ([]byte, error) {
	own, imports := f.number2()
	if f.m.start < uint32(len(f.m.imports)) {
		return nil, fmt.Errorf("%w: it begins in the host", ErrForeign)
	}
	code, err := f.code(own)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(code)+len(f.m.sections[secData])+(64<<10))
	b = append(b, header...)
	b = appendSection(b, secType, f.m.sections[secType])
	b = appendSection(b, secImport, f.imports(imports))
	functions := []byte{}
	n := uint32(0)
	for i, t := range f.m.function {
		if f.number[i] < 0 {
			functions = appendU32(functions, t)
			n++
		}
	}
	b = appendSection(b, secFunction, append(appendU32(nil, n), functions...))
	b = appendSection(b, secExport, appendU32(append(appendName([]byte{1}, startName), kindFunction), own[f.m.start-uint32(len(f.m.imports))]))
	elements := appendU32(append(appendConst([]byte{1, 0}, f.m.slot), opEnd), uint32(len(own)))
	for _, i := range own {
		elements = appendU32(elements, i)
	}
	b = appendSection(b, secElement, elements)
	b = appendSection(b, secCode, code)
	if f.m.sections[secData] != nil {
		b = appendSection(b, secData, f.m.sections[secData])
	}
	return appendSection(b, secCustom, f.needs()), nil
}

// number2 numbers the functions as they are in what is left: first those that are
// imported from the base.
func (f *fitter) number2() (own []uint32, imports []int32) {
	own = make([]uint32, len(f.m.body))
	for i, n := range f.number {
		if n >= 0 {
			own[i] = uint32(len(imports))
			imports = append(imports, int32(i))
		}
	}
	next := uint32(len(imports))
	for i, n := range f.number {
		if n < 0 {
			own[i] = next
			next++
		}
	}
	return own, imports
}

func (f *fitter) imports(functions []int32) []byte {
	b := appendU32(nil, uint32(2+len(f.m.global)/2+len(functions)))
	b = append(appendName(appendName(b, ModuleName), tableName), kindTable, typeFuncref, 0, 0)
	b = append(appendName(appendName(b, ModuleName), MemoryName), kindMemory, 0, 0)
	for g := range uint32(len(f.m.global) / 2) {
		b = append(appendName(appendName(b, ModuleName), nameOfGlobal(g)), kindGlobal, f.m.global[2*g], f.m.global[2*g+1])
	}
	for _, i := range functions {
		b = appendName(appendName(b, ModuleName), nameOfNumber(uint32(f.number[i])))
		b = appendU32(append(b, kindFunction), f.m.function[i])
	}
	return b
}

// code is the bodies of what is left, with the new numbers of what they call.
func (f *fitter) code(own []uint32) ([]byte, error) {
	var b, body []byte
	var found []spot
	var err error
	n := uint32(0)
	for i, old := range f.m.body {
		if f.number[i] >= 0 {
			continue
		}
		n++
		if found, err = spots(old, found[:0]); err != nil {
			return nil, err
		}
		at := 0
		body = body[:0]
		for _, s := range found {
			if s.op != opCall {
				continue
			}
			to := s.value - int64(len(f.m.imports))
			if to < 0 || to >= int64(len(own)) {
				// The host looks from which module it is called.
				return nil, fmt.Errorf("%w: what is its own calls the host", ErrForeign)
			}
			body = appendU32(append(append(body, old[at:s.from]...), opCall), own[to])
			at = s.to
		}
		body = append(body, old[at:]...)
		b = append(appendU32(b, uint32(len(body))), body...)
	}
	return append(appendU32(nil, n), b...), nil
}

// needs is the section that NeedsOf reads.
func (f *fitter) needs() []byte {
	b := appendName(nil, needsName)
	b = append(b, f.x.id[:]...)
	b = appendU32(b, f.m.memory)
	return append(b, valuesModule(f.x.values, f.values)...)
}
