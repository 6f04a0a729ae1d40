package split

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
	typeFuncref  = 0x70
	typeFunction = 0x60
)

// module is a program taken apart.
type module struct {
	sections [secData + 1][]byte

	types    int
	plain    int // the type (i32) → i32, which nearly all of Go's functions have
	load     int // the type (i32) → ()
	imports  uint32
	function []uint32 // the type of each function that is not imported
	body     [][]byte
	name     []string
	slot     uint32 // in the table, of the first of these functions
	table    uint32 // size
	memory   uint32 // size in pages
	global   [][2]byte
	exports  uint32
}

// parse takes a program apart and makes sure that it has the shape the linker
// gives it, as far as splitting depends on it.
func parse(wasm []byte) (*module, error) {
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, fmt.Errorf("%w: it begins otherwise", ErrForeign)
	}
	m := &module{plain: -1, load: -1}
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
	for id, read := range map[int]func(*reader) error{
		secType: m.readTypes, secImport: m.readImports, secFunction: m.readFunctions, secTable: m.readTable, secMemory: m.readMemory,
		secGlobal: m.readGlobals, secExport: m.readExports, secCode: m.readCode,
	} {
		if err := readAll(m.sections[id], read); err != nil {
			return nil, err
		}
	}
	if len(m.body) != len(m.function) {
		return nil, fmt.Errorf("%w: %d functions have %d bodies", ErrForeign, len(m.function), len(m.body))
	}
	if err := readAll(m.sections[secElement], m.readElements); err != nil {
		return nil, err
	}
	m.name = make([]string, len(m.body))
	return m, m.readNames(names)
}

// readAll reads a section to its end.
func readAll(section []byte, read func(*reader) error) error {
	r := &reader{b: section}
	if err := read(r); err != nil {
		return err
	}
	if !r.done() {
		return fmt.Errorf("%w: a section has more than it should", ErrForeign)
	}
	return r.err()
}

func (m *module) readTypes(r *reader) error {
	n := r.u32()
	for i := 0; i < int(n) && !r.bad; i++ {
		if r.byte() != typeFunction {
			return fmt.Errorf("%w: a type is not that of a function", ErrForeign)
		}
		params := r.bytes(r.u32())
		results := r.bytes(r.u32())
		if string(params) == "\x7f" {
			switch string(results) {
			case "\x7f":
				m.plain = i
			case "":
				m.load = i
			}
		}
	}
	m.types = int(n)
	return nil
}

func (m *module) readImports(r *reader) error {
	m.imports = r.u32()
	for i := uint32(0); i < m.imports && !r.bad; i++ {
		from := r.bytes(r.u32())
		r.bytes(r.u32())
		if string(from) == HostName {
			return fmt.Errorf("%w: it imports from %s", ErrForeign, from)
		}
		if r.byte() != kindFunction {
			return fmt.Errorf("%w: it imports more than functions", ErrForeign)
		}
		r.u32()
	}
	return nil
}

func (m *module) readFunctions(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		m.function = append(m.function, r.u32())
	}
	return nil
}

func (m *module) readTable(r *reader) error {
	if r.byte() != 1 || r.byte() != typeFuncref || r.byte() != 0 {
		return fmt.Errorf("%w: its table is another", ErrForeign)
	}
	m.table = r.u32()
	return nil
}

func (m *module) readMemory(r *reader) error {
	if r.byte() != 1 || r.byte() != 0 {
		return fmt.Errorf("%w: its memory is another", ErrForeign)
	}
	m.memory = r.u32()
	return nil
}

func (m *module) readGlobals(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		m.global = append(m.global, [2]byte{r.byte(), r.byte()})
		if op := r.byte(); op != opI32Const && op != opI64Const {
			return fmt.Errorf("%w: a global begins as something else than a number", ErrForeign)
		}
		r.skipNumber(10)
		if r.byte() != opEnd {
			return fmt.Errorf("%w: a global begins as something else than a number", ErrForeign)
		}
	}
	return nil
}

// readExports makes sure that no name is one that will be added, and that there is
// something to run.
func (m *module) readExports(r *reader) error {
	m.exports = r.u32()
	starts := false
	for i := uint32(0); i < m.exports && !r.bad; i++ {
		name := r.bytes(r.u32())
		if bytes.HasPrefix(name, []byte(ours)) {
			return fmt.Errorf("%w: it exports %q", ErrForeign, name)
		}
		starts = starts || string(name) == Start && r.at < len(r.b) && r.b[r.at] == kindFunction
		r.byte()
		r.u32()
	}
	if !starts {
		return fmt.Errorf("%w: it does not begin anywhere", ErrForeign)
	}
	return nil
}

// readElements makes sure that each function is in the table once, in order.
func (m *module) readElements(r *reader) error {
	if r.byte() != 1 || r.byte() != 0 || r.byte() != opI32Const {
		return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
	}
	m.slot = r.i32()
	if r.byte() != opEnd || r.u32() != uint32(len(m.function)) || m.slot <= loadSlot || uint64(m.slot)+uint64(len(m.function)) > uint64(m.table) {
		return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
	}
	for i := range m.function {
		if r.u32() != m.imports+uint32(i) {
			return fmt.Errorf("%w: its table is filled otherwise", ErrForeign)
		}
	}
	return nil
}

func (m *module) readCode(r *reader) error {
	for n := r.u32(); n > 0 && !r.bad; n-- {
		m.body = append(m.body, r.bytes(r.u32()))
	}
	return nil
}

// readNames reads the names of functions, if there are any. They do not matter
// for what the program does.
func (m *module) readNames(section []byte) error {
	r := &reader{b: section}
	for !r.done() {
		id := r.byte()
		sub := &reader{b: r.bytes(r.u32())}
		if id != 1 {
			continue
		}
		for n := sub.u32(); n > 0 && !sub.bad; n-- {
			i, name := sub.u32(), sub.bytes(sub.u32())
			if i >= m.imports && i-m.imports < uint32(len(m.name)) {
				m.name[i-m.imports] = string(name)
			}
		}
		if sub.bad {
			return sub.err()
		}
	}
	return r.err()
}
