package base

import (
	"bytes"
	"fmt"
)

const header = "\x00asm\x01\x00\x00\x00"

// The sections of a module, by their numbers.
const (
	secCustom = iota
	secType
	secImport
	secFunction
	secTable
	secMemory
	secGlobal
	secExport
	secStart
	secElement
	secCode
	secData
)

// The kinds of imports and exports, and some types.
const (
	kindFunction = 0x00
	kindTable    = 0x01
	kindMemory   = 0x02
	kindGlobal   = 0x03

	typeI32      = 0x7f
	typeI64      = 0x7e
	typeFuncref  = 0x70
	typeFunction = 0x60
)

// plain is the number, in every program, of the type (i32) → i32, which nearly
// all of Go's functions have.
const plain = 0

var plainType = string([]byte{typeFunction, 1, typeI32, 1, typeI32})

// startName is what the function is exported as that is the program.
const startName = "_start"

// imported is a function of the host.
type imported struct{ module, name, signature string }

// module is a program taken apart.
type module struct {
	sections [secData + 1][]byte

	types    []string // as they are written
	imports  []imported
	function []uint32 // the types of those that are not imported
	body     [][]byte
	name     []string
	global   []byte // type and mutability of each
	slot     uint32 // in the table, of the first of these functions
	memory   uint32 // size in pages
	start    uint32 // which is the program, counted with the imported
}

// parse takes a program apart and makes sure that it has the shape the linker
// gives it, as far as anything here depends on it.
func parse(wasm []byte) (*module, error) {
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, fmt.Errorf("%w: it begins otherwise", ErrForeign)
	}
	m := &module{}
	var names []byte
	r := &reader{b: wasm, at: len(header)}
	for last := byte(0); !r.done(); {
		id := r.byte()
		body := r.bytes(r.u32())
		if id == secCustom {
			c := &reader{b: body}
			if string(c.bytes(c.u32())) == "name" {
				names = body[c.at:]
			}
			continue
		}
		if id <= last || id > secData || id == secStart {
			return nil, fmt.Errorf("%w: section %d is not expected", ErrForeign, id)
		}
		last = id
		m.sections[id] = body
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return m, m.read(names)
}

// read reads the sections, in this order.
func (m *module) read(names []byte) error {
	for _, s := range []struct {
		id   int
		read func(*reader) error
	}{
		{secType, m.readTypes}, {secImport, m.readImports}, {secFunction, m.readFunctions}, {secTable, m.readTable},
		{secMemory, m.readMemory}, {secGlobal, m.readGlobals}, {secExport, m.readExports}, {secCode, m.readCode},
		{secElement, m.readElements},
	} {
		if err := readAll(m.sections[s.id], s.read); err != nil {
			return err
		}
	}
	m.name = make([]string, len(m.body))
	return m.readNames(names)
}

// readAll reads a section to its end.
func readAll(section []byte, read func(*reader) error) error {
	r := &reader{b: section}
	if err := read(r); err != nil {
		return err
	}
	if err := r.err(); err != nil {
		return err
	}
	if !r.done() {
		return fmt.Errorf("%w: a section has more than it should", ErrForeign)
	}
	return nil
}

func (m *module) readTypes(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		from := r.at
		if r.byte() != typeFunction {
			return fmt.Errorf("%w: a type is not that of a function", ErrForeign)
		}
		r.bytes(r.u32())
		r.bytes(r.u32())
		m.types = append(m.types, string(r.b[from:r.at]))
	}
	if len(m.types) == 0 || m.types[plain] != plainType {
		return fmt.Errorf("%w: its first type is not that of Go's functions", ErrForeign)
	}
	return nil
}

func (m *module) readImports(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		i := imported{module: string(r.bytes(r.u32())), name: string(r.bytes(r.u32()))}
		kind, t := r.byte(), r.u32()
		if kind != kindFunction || i.module == ModuleName || i.module == ValuesName || int64(t) >= int64(len(m.types)) {
			return fmt.Errorf("%w: it imports more than functions of the host", ErrForeign)
		}
		i.signature = m.types[t]
		m.imports = append(m.imports, i)
	}
	return nil
}

func (m *module) readFunctions(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		t := r.u32()
		if int64(t) >= int64(len(m.types)) {
			return fmt.Errorf("%w: a function has no type", ErrForeign)
		}
		m.function = append(m.function, t)
	}
	return nil
}

func (m *module) readTable(r *reader) error {
	if r.byte() != 1 || r.byte() != typeFuncref || r.byte() != 0 || r.u32() > tableSize {
		return fmt.Errorf("%w: its table is another", ErrForeign)
	}
	return nil
}

func (m *module) readMemory(r *reader) error {
	if r.byte() != 1 || r.byte() != 0 {
		return fmt.Errorf("%w: its memory is another", ErrForeign)
	}
	if m.memory = r.u32(); m.memory == 0 || m.memory > mostPages {
		return fmt.Errorf("%w: its memory has %d pages", ErrForeign, m.memory)
	}
	return nil
}

func (m *module) readGlobals(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		m.global = append(m.global, r.byte(), r.byte())
		if op := r.byte(); op != opI32Const && op != opI64Const {
			return fmt.Errorf("%w: a global begins as something else than a number", ErrForeign)
		}
		r.signed(longest64)
		if r.byte() != opEnd {
			return fmt.Errorf("%w: a global begins as something else than a number", ErrForeign)
		}
	}
	return nil
}

// readExports looks for what there is to run.
func (m *module) readExports(r *reader) error {
	starts := false
	for n := r.u32(); n > 0 && !r.bad; n-- {
		name, kind, i := r.bytes(r.u32()), r.byte(), r.u32()
		if string(name) == startName && kind == kindFunction && int64(i) < int64(len(m.imports)+len(m.function)) {
			m.start, starts = i, true
		}
	}
	if !starts {
		return fmt.Errorf("%w: it does not begin anywhere", ErrForeign)
	}
	return nil
}

func (m *module) readCode(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		m.body = append(m.body, r.bytes(r.u32()))
	}
	if len(m.body) != len(m.function) && !r.bad {
		return fmt.Errorf("%w: %d functions have %d bodies", ErrForeign, len(m.function), len(m.body))
	}
	return nil
}

// readElements makes sure that each function is in the table once, in order.
func (m *module) readElements(r *reader) error {
	if r.byte() != 1 || r.byte() != 0 || r.byte() != opI32Const {
		return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
	}
	m.slot = r.i32()
	if r.byte() != opEnd || r.u32() != uint32(len(m.function)) || m.slot == 0 || uint64(m.slot)+uint64(len(m.function)) > tableSize {
		return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
	}
	for i := range m.function {
		if r.u32() != uint32(len(m.imports)+i) {
			return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
		}
	}
	return nil
}

// readNames reads the names of functions. What has no name is not found in a base.
func (m *module) readNames(section []byte) error {
	r := &reader{b: section}
	for !r.done() {
		id := r.byte()
		sub := &reader{b: r.bytes(r.u32())}
		if id != 1 {
			continue
		}
		for n := sub.u32(); n > 0 && !sub.bad; n-- {
			i, name := int64(sub.u32())-int64(len(m.imports)), sub.bytes(sub.u32())
			if i >= 0 && i < int64(len(m.name)) {
				m.name[i] = string(name)
			}
		}
		if sub.bad {
			return sub.err()
		}
	}
	return r.err()
}

// byName returns the functions that have a name of their own, counted without
// the imported.
func (m *module) byName() map[string]int {
	all := make(map[string]int, len(m.name))
	for i, name := range m.name {
		if _, twice := all[name]; twice || name == "" {
			all[name] = -1
			continue
		}
		all[name] = i
	}
	for name, i := range all {
		if i < 0 {
			delete(all, name)
		}
	}
	return all
}

// signature is the type of a function, counted with the imported.
func (m *module) signature(f int64) string {
	if f < int64(len(m.imports)) {
		return m.imports[f].signature
	}
	return m.types[m.function[f-int64(len(m.imports))]]
}
