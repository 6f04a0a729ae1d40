package split

import (
	"bytes"
	"fmt"
	"strconv"
)

// What the modules call each other and what they have for each other.
const (
	ours = "thirdspace:" // before all names of exports that are added

	Start       = "_start"        // the function of the primary that is the program
	PrimaryName = "program"       // the name under which groups import from the primary
	HostName    = "thirdspace"    // the module that the hook imports from
	HostLoad    = "load"          // its function, (i32) → (), which loads the group of that number
	tableName   = ours + "table"  // exports of the primary
	memoryName  = ours + "memory" //
)

// loadSlot is where in the table the stubs find what loads groups. Go has no
// functions at its beginning.
const loadSlot = 1

// Program is a program that has been split.
type Program struct {
	m      *module
	groups [][]uint32 // the functions of each, counted without the imported
	group  []int      // of each function; −1 for the primary
	needed []bool     // of all functions, those that groups import
}

// Split divides a program. It does not keep what it needs of wasm apart from it:
// wasm must not change.
func Split(wasm []byte) (*Program, error) {
	m, err := parse(wasm)
	if err != nil {
		return nil, err
	}
	if m.plain < 0 {
		return nil, fmt.Errorf("%w: no function has the type of Go's functions", ErrForeign)
	}
	callees, err := m.graph()
	if err != nil {
		return nil, err
	}
	groups, err := m.choose(callees)
	if err != nil {
		return nil, err
	}
	p := &Program{m: m, groups: groups, needed: make([]bool, m.imports+uint32(len(m.body)))}
	p.group = make([]int, len(m.body))
	for i := range p.group {
		p.group[i] = -1
	}
	for g, functions := range p.groups {
		for _, f := range functions {
			p.group[f] = g
		}
	}
	for f, g := range p.group {
		for _, c := range callees[f] {
			if g >= 0 && p.group[c-m.imports] != g { // none asks the host
				p.needed[c] = true
			}
		}
	}
	return p, nil
}

// graph finds out which functions each function calls by name.
func (m *module) graph() ([][]uint32, error) {
	all := make([][]uint32, len(m.body))
	var found []call
	var err error
	for i, body := range m.body {
		if found, err = calls(body, found[:0]); err != nil {
			return nil, err
		}
		for _, c := range found {
			if c.function >= m.imports+uint32(len(m.body)) {
				return nil, fmt.Errorf("%w: it calls a function it does not have", ErrForeign)
			}
			all[i] = append(all[i], c.function)
		}
	}
	return all, nil
}

// Groups is how many groups there are.
func (p *Program) Groups() int { return len(p.groups) }

// Flag is the name of the global, an exported i32, that is to be set to 1 when
// the group has been instantiated.
func (p *Program) Flag(group int) string { return ours + "flag" + strconv.Itoa(group) }

// Primary is the module to run, under PrimaryName. Before anything in it is
// called, Hook must be instantiated.
func (p *Program) Primary() []byte {
	m := p.m
	b := []byte(header)
	b = appendSection(b, secType, p.types())
	b = appendSection(b, secImport, m.sections[secImport])
	b = appendSection(b, secFunction, m.sections[secFunction])
	b = appendSection(b, secTable, m.sections[secTable])
	b = appendSection(b, secMemory, m.sections[secMemory])
	b = appendSection(b, secGlobal, p.globals())
	b = appendSection(b, secExport, p.exports())
	b = appendSection(b, secElement, m.sections[secElement])
	code := appendU32(nil, uint32(len(m.body)))
	for i, body := range m.body {
		if g := p.group[i]; g >= 0 {
			body = p.stub(uint32(i), uint32(g))
		}
		code = append(appendU32(code, uint32(len(body))), body...)
	}
	b = appendSection(b, secCode, code)
	if m.sections[secData] != nil {
		b = appendSection(b, secData, m.sections[secData])
	}
	return b
}

// types is the section of types with that of what loads groups at its end, so
// that no other gets another number.
func (p *Program) types() []byte {
	if p.m.load >= 0 {
		return p.m.sections[secType]
	}
	return append(more(p.m.sections[secType], 1), typeFunction, 1, typeI32, 0)
}

func (p *Program) loadType() uint32 {
	if p.m.load >= 0 {
		return uint32(p.m.load)
	}
	return uint32(p.m.types)
}

// more is a copy of a section that will have n entries more.
func more(section []byte, n uint32) []byte {
	r := &reader{b: section}
	count := r.u32()
	return append(appendU32(make([]byte, 0, len(section)+32*int(n)), count+n), section[r.at:]...)
}

func (p *Program) globals() []byte {
	b := more(p.m.sections[secGlobal], uint32(len(p.groups)))
	for range p.groups {
		b = append(b, typeI32, 1, opI32Const, 0, opEnd)
	}
	return b
}

func (p *Program) exports() []byte {
	var b []byte
	n := uint32(0)
	export := func(name string, kind byte, index uint32) {
		b = appendU32(append(appendName(b, name), kind), index)
		n++
	}
	export(tableName, kindTable, 0)
	export(memoryName, kindMemory, 0)
	for i := range p.m.global {
		export(globalName(i), kindGlobal, uint32(i))
	}
	for g := range p.groups {
		export(p.Flag(g), kindGlobal, uint32(len(p.m.global)+g))
	}
	for f, needed := range p.needed {
		if needed {
			export(functionName(uint32(f)), kindFunction, uint32(f))
		}
	}
	return append(more(p.m.sections[secExport], n), b...)
}

func globalName(i int) string      { return ours + "global" + strconv.Itoa(i) }
func functionName(f uint32) string { return ours + strconv.FormatUint(uint64(f), 10) }

// stub is the body that stands for function f of the group g.
func (p *Program) stub(f, g uint32) []byte {
	b := []byte{0} // no locals
	b = appendU32(append(b, opGlobalGet), uint32(len(p.m.global))+g)
	b = append(b, opI32Eqz, opIf, 0x40)
	b = appendConst(b, g)
	b = appendConst(b, loadSlot)
	b = append(appendU32(append(b, opCallIndirect), p.loadType()), 0, opEnd)
	b = append(b, opLocalGet, 0)
	b = appendConst(b, p.m.slot+f)
	return append(appendU32(append(b, opCallIndirect), uint32(p.m.plain)), 0, opEnd)
}

// Hook is a module that puts the host's function which loads groups where stubs
// find it.
func (p *Program) Hook() []byte {
	imports := appendU32(nil, 2)
	imports = p.importTable(imports)
	imports = append(appendName(appendName(imports, HostName), HostLoad), kindFunction, 0)
	b := []byte(header)
	b = appendSection(b, secType, []byte{1, typeFunction, 1, typeI32, 0})
	b = appendSection(b, secImport, imports)
	elements := append(appendConst([]byte{1, 0}, loadSlot), opEnd, 1, 0)
	return appendSection(b, secElement, elements)
}

func (p *Program) importTable(b []byte) []byte {
	b = appendName(appendName(b, PrimaryName), tableName)
	return appendU32(append(b, kindTable, typeFuncref, 0), p.m.table)
}

// Group is the module with the functions of a group.
func (p *Program) Group(g int) []byte {
	w := &groupWriter{p: p, g: g, index: map[uint32]uint32{}}
	return w.write()
}

// groupWriter writes a group: first the bodies, as only then it is known what
// they import.
type groupWriter struct {
	p        *Program
	g        int
	imported []uint32          // functions of the primary
	index    map[uint32]uint32 // of these, here
}

func (w *groupWriter) write() []byte {
	m, functions := w.p.m, w.p.groups[w.g]
	all := make([][]call, len(functions))
	for i, f := range functions {
		all[i], _ = calls(m.body[f], nil) // graph has seen that this is possible
		for _, c := range all[i] {
			w.see(c.function)
		}
	}
	for i, f := range functions {
		w.index[m.imports+f] = uint32(len(w.imported) + i)
	}
	code := appendU32(nil, uint32(len(functions)))
	var body []byte
	for i, f := range functions {
		body = w.body(body[:0], m.body[f], all[i])
		code = append(appendU32(code, uint32(len(body))), body...)
	}
	b := []byte(header)
	b = appendSection(b, secType, m.sections[secType])
	b = appendSection(b, secImport, w.imports())
	b = appendSection(b, secFunction, append(appendU32(nil, uint32(len(functions))), bytes.Repeat(appendU32(nil, uint32(m.plain)), len(functions))...))
	b = appendSection(b, secElement, w.elements())
	return appendSection(b, secCode, code)
}

// see notes that a function is called.
func (w *groupWriter) see(f uint32) {
	if w.p.group[f-w.p.m.imports] == w.g {
		return
	}
	if _, seen := w.index[f]; !seen {
		w.index[f] = uint32(len(w.imported))
		w.imported = append(w.imported, f)
	}
}

// body is a body whose calls say what the functions are called here.
func (w *groupWriter) body(to, body []byte, calls []call) []byte {
	at := 0
	for _, c := range calls {
		to = appendU32(append(to, body[at:c.from]...), w.index[c.function])
		at = c.to
	}
	return append(to, body[at:]...)
}

func (w *groupWriter) imports() []byte {
	m := w.p.m
	b := appendU32(nil, uint32(2+len(m.global)+len(w.imported)))
	b = w.p.importTable(b)
	b = appendName(appendName(b, PrimaryName), memoryName)
	b = appendU32(append(b, kindMemory, 0), m.memory)
	for i, g := range m.global {
		b = appendName(appendName(b, PrimaryName), globalName(i))
		b = append(b, kindGlobal, g[0], g[1])
	}
	for _, f := range w.imported {
		b = appendName(appendName(b, PrimaryName), functionName(f))
		b = appendU32(append(b, kindFunction), m.function[f-m.imports])
	}
	return b
}

// elements puts each function into its slot.
func (w *groupWriter) elements() []byte {
	functions := w.p.groups[w.g]
	var b []byte
	n := uint32(0)
	for i := 0; i < len(functions); n++ {
		run := 1
		for i+run < len(functions) && functions[i+run] == functions[i]+uint32(run) {
			run++
		}
		b = append(appendConst(append(b, 0), w.p.m.slot+functions[i]), opEnd)
		b = appendU32(b, uint32(run))
		for ; run > 0; run-- {
			b = appendU32(b, uint32(len(w.imported)+i))
			i++
		}
	}
	return append(appendU32(nil, n), b...)
}
