package base

import (
	"slices"
	"strconv"
)

// The names of what a base is called by, and what it exports besides its
// functions, which are called by their numbers.
const (
	ModuleName = "base"
	ValuesName = "values" // the module from which a base imports the values of its globals
	MemoryName = "memory"
	FilledName = "filled" // () → (): traps in a shell that has not the module's translation
	tableName  = "table"
	globalName = "global" // and its number
)

// tableSize is how many functions a program can have, in all; those of a large
// server are some ten thousand. Go leaves the first 4096 places empty.
const tableSize = 1 << 16

// mostPages is how large a memory can be, in pages of 64 KiB.
const mostPages = 1 << 16

var filledType = string([]byte{typeFunction, 0, 0})

// shellBody is a function that cannot be called.
var shellBody = []byte{0, opUnreachable, opEnd}

// writer writes the module of a base.
type writer struct {
	shell bool // without what the functions do
	x     *Index
	types []string
	own   uint32 // how many globals a program has
}

// write writes the module of a base, or its shell.
func write(x *Index, shell bool) []byte {
	w := &writer{x: x, shell: shell, types: []string{plainType}}
	return w.module()
}

// typeOf is the number of a type.
func (w *writer) typeOf(t string) uint32 {
	i := slices.Index(w.types, t)
	if i < 0 {
		i = len(w.types)
		w.types = append(w.types, t)
	}
	return uint32(i)
}

func (w *writer) module() []byte {
	globals := w.globals()
	imports := w.imports()
	n := uint32(len(w.x.functions)) + 1
	functions, code := appendU32(nil, n), appendU32(nil, n)
	for _, f := range w.x.functions {
		functions = appendU32(functions, w.typeOf(f.signature))
		body := shellBody
		if !w.shell {
			body = w.body(f)
		}
		code = append(appendU32(code, uint32(len(body))), body...)
	}
	functions = appendU32(functions, w.typeOf(filledType))
	if w.shell {
		code = append(appendU32(code, uint32(len(shellBody))), shellBody...)
	} else {
		code = append(code, 2, 0, opEnd)
	}
	types := appendU32(nil, uint32(len(w.types)))
	for _, t := range w.types {
		types = append(types, t...)
	}
	b := []byte(header)
	b = appendSection(b, secType, types)
	b = appendSection(b, secImport, imports)
	b = appendSection(b, secFunction, functions)
	b = appendSection(b, secTable, appendU32([]byte{1, typeFuncref, 0}, tableSize))
	b = appendSection(b, secMemory, []byte{1, 0, 1})
	b = appendSection(b, secGlobal, globals)
	b = appendSection(b, secExport, w.exports())
	return appendSection(b, secCode, code)
}

// globals are those of all programs.
func (w *writer) globals() []byte {
	r := &reader{b: w.x.globals}
	w.own = r.u32()
	return w.x.globals
}

// shared is the number of a global that all programs have. Those for operands,
// which are imported, are before it.
func (w *writer) shared(g uint32) uint32 { return uint32(len(w.x.values)) + g }

// imports are the functions of the host, and the values of operands. Those cannot
// be changed: what can is loaded again after each call.
func (w *writer) imports() []byte {
	b := appendU32(nil, uint32(len(w.x.imports)+len(w.x.values)))
	for _, i := range w.x.imports {
		b = appendU32(append(appendName(appendName(b, i.module), i.name), kindFunction), w.typeOf(i.signature))
	}
	for i, wide := range w.x.values {
		b = append(appendName(appendName(b, ValuesName), nameOfNumber(uint32(i))), kindGlobal, typeOfValue(wide), 0)
	}
	return b
}

func typeOfValue(wide bool) byte {
	if wide {
		return typeI64
	}
	return typeI32
}

func (w *writer) exports() []byte {
	n := uint32(len(w.x.functions))
	b := appendU32(nil, 2+w.own+n+1)
	b = append(appendName(b, MemoryName), kindMemory, 0)
	b = append(appendName(b, tableName), kindTable, 0)
	for g := range w.own {
		b = appendU32(append(appendName(b, nameOfGlobal(g)), kindGlobal), w.shared(g))
	}
	for f := range n {
		b = appendU32(append(appendName(b, nameOfNumber(f)), kindFunction), uint32(len(w.x.imports))+f)
	}
	return appendU32(append(appendName(b, FilledName), kindFunction), uint32(len(w.x.imports))+n)
}

func nameOfGlobal(g uint32) string { return globalName + nameOfNumber(g) }
func nameOfNumber(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// body is the body of a function, its holes filled.
func (w *writer) body(f function) []byte {
	r := &reader{b: f.code}
	for n := r.u32(); n > 0 && !r.bad; n-- { // locals
		r.u32()
		r.byte()
	}
	b := append([]byte(nil), f.code[:r.at]...)
	end := 0
	for _, h := range f.holes {
		end += h.gap
		b = w.fill(w.between(b, r, end), h)
	}
	return w.between(b, r, len(f.code))
}

// between appends the code up to end, with the new numbers of the globals.
func (w *writer) between(b []byte, r *reader, end int) []byte {
	for r.at < end && !r.bad {
		from := r.at
		op := r.byte()
		switch op {
		case opGlobalGet, opGlobalSet:
			b = appendU32(append(b, op), w.shared(r.u32()))
			continue
		case opI32Const, opI64Const:
			r.signed(longest64)
		case opBlock, opLoop, opIf:
			r.byte()
		case opCallIndirect:
			r.bytes(2)
		default:
			_ = skipOperands(r, op) // it was seen that it can be
		}
		b = append(b, r.b[from:r.at]...)
	}
	return b
}

// fill appends what the base has in a hole.
func (w *writer) fill(b []byte, h hole) []byte {
	switch h.kind {
	case callsBase:
		return appendU32(append(b, opCall), uint32(len(w.x.imports))+h.number)
	case callsHost:
		return appendU32(append(b, opCall), h.number)
	}
	b = appendU32(append(b, opGlobalGet), h.number)
	switch {
	case h.kind == callsOther:
		b = append(b, opCallIndirect, plain, 0)
	case h.kind == holdsCode && h.place != 0:
		b = append(appendConst64(b, int64(h.place)), opI64Add)
	}
	return b
}

// valuesModule is a module that has the values of the globals for operands.
func valuesModule(wide []bool, values []uint64) []byte {
	n := uint32(len(wide))
	globals, exports := appendU32(nil, n), appendU32(nil, n)
	for i, v := range values {
		if wide[i] {
			globals = append(appendConst64(append(globals, typeI64, 0), int64(v)), opEnd)
		} else {
			globals = append(appendConst(append(globals, typeI32, 0), uint32(v)), opEnd)
		}
		exports = appendU32(append(appendName(exports, nameOfNumber(uint32(i))), kindGlobal), uint32(i))
	}
	return appendSection(appendSection([]byte(header), secGlobal, globals), secExport, exports)
}
