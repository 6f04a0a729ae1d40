package base

import "fmt"

// left writes the module with what is left.
func (f *fitter) left() ([]byte, error) {
	own, imports := f.renumber()
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
	b = appendSection(b, secFunction, f.functions())
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

// functions are the types of those that are left.
func (f *fitter) functions() []byte {
	var b []byte
	n := uint32(0)
	for i, t := range f.m.function {
		if f.number[i] < 0 {
			b = appendU32(b, t)
			n++
		}
	}
	return append(appendU32(nil, n), b...)
}

// renumber numbers the functions as they are in what is left: first those that are
// imported from the base.
func (f *fitter) renumber() (own []uint32, imports []int32) {
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
