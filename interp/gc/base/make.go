package base

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Made is a new base.
type Made struct {
	Module []byte // to be translated
	Shell  []byte // the same without what the functions do
	Index  []byte // for Read
}

// fewest is how many programs it takes to tell what differs between programs.
const fewest = 2

// Make makes a base of what the given programs have in common, which were linked
// with the names of their functions. They should differ as much as programs do,
// so that no address is the same in all of them.
func Make(programs ...[]byte) (*Made, error) {
	if len(programs) < fewest {
		return nil, fmt.Errorf("make a base: %d programs are not enough", len(programs))
	}
	m := &maker{values: map[string]uint32{}}
	for _, p := range programs {
		parsed, err := parse(p)
		if err != nil {
			return nil, fmt.Errorf("make a base: %w", err)
		}
		m.programs = append(m.programs, parsed)
		m.names = append(m.names, parsed.byName())
	}
	first := m.programs[0]
	for _, p := range m.programs[1:] {
		if !bytes.Equal(p.sections[secGlobal], first.sections[secGlobal]) {
			return nil, fmt.Errorf("make a base: %w: the globals differ", ErrForeign)
		}
	}
	m.choose()
	if len(m.chosen) == 0 {
		return nil, errors.New("make a base: the programs have nothing in common")
	}
	x := &Index{globals: first.sections[secGlobal], imports: first.imports}
	for _, f := range m.chosen {
		x.functions = append(x.functions, m.function(f))
	}
	x.values = m.wide
	made := &Made{Module: write(x, false), Shell: write(x, true)}
	x.id = identify(made.Module)
	made.Index = x.append(nil)
	return made, nil
}

// maker compares programs. Functions are counted as in the first of them,
// without the imported.
type maker struct {
	programs []*module
	names    []map[string]int
	chosen   []int
	number   map[int]uint32    // of each function that is chosen, in the base
	spots    map[int][][]spot  // of each function that is chosen, in each of the programs
	values   map[string]uint32 // the numbers of the globals, by what the operand is in each program
	wide     []bool            // of each global, whether it has 64 bits
}

// choose chooses the functions that are the same in all programs but for operands.
func (m *maker) choose() {
	m.number, m.spots = map[int]uint32{}, map[int][][]spot{}
	for f, name := range m.programs[0].name {
		if i, ok := m.names[0][name]; !ok || i != f || strings.HasPrefix(name, "main.") {
			continue
		}
		if all := m.compare(f, name); all != nil {
			m.number[f] = uint32(len(m.chosen))
			m.spots[f] = all
			m.chosen = append(m.chosen, f)
		}
	}
}

// compare returns the spots of a function in each program, or nil if it is not
// the same in all.
func (m *maker) compare(f int, name string) [][]spot {
	first := m.programs[0]
	var all [][]spot
	for n, p := range m.programs {
		g, ok := m.names[n][name]
		if !ok || p.types[p.function[g]] != first.types[first.function[f]] {
			return nil
		}
		s, err := spots(p.body[g], nil)
		if err != nil || slices.ContainsFunc(s, func(s spot) bool { return s.op == opCallIndirect }) {
			return nil
		}
		all = append(all, s)
		if !alike(first.body[f], p.body[g], all[0], s) || !m.callAlike(n, all[0], s) {
			return nil
		}
	}
	return all
}

// alike reports whether two bodies are the same but for their spots' values.
func alike(a, b []byte, as, bs []spot) bool {
	if len(as) != len(bs) {
		return false
	}
	ato, bto := 0, 0
	for i := range as {
		if as[i].op != bs[i].op || !bytes.Equal(a[ato:as[i].from], b[bto:bs[i].from]) {
			return false
		}
		ato, bto = as[i].to, bs[i].to
	}
	return bytes.Equal(a[ato:], b[bto:])
}

// callAlike reports whether what is called is called the same in the first
// program and in program n, and can be called from a base at all.
func (m *maker) callAlike(n int, as, bs []spot) bool {
	first, p := m.programs[0], m.programs[n]
	for i, a := range as {
		if a.op != opCall {
			continue
		}
		b := bs[i]
		if a.value >= int64(len(first.imports)+len(first.body)) || b.value >= int64(len(p.imports)+len(p.body)) {
			return false
		}
		ai, bi := a.value-int64(len(first.imports)), b.value-int64(len(p.imports))
		if (ai < 0) != (bi < 0) || first.signature(a.value) != p.signature(b.value) {
			return false
		}
		if ai < 0 && first.imports[a.value] != p.imports[b.value] || ai >= 0 && (first.name[ai] != p.name[bi] || first.name[ai] == "") {
			return false
		}
	}
	return true
}

// function is a function that is chosen, as the base has it.
func (m *maker) function(f int) function {
	first := m.programs[0]
	made := function{name: first.name[f], signature: first.types[first.function[f]]}
	body, at := first.body[f], 0
	for i, s := range m.spots[f][0] {
		h, ok := m.hole(f, i)
		if !ok {
			continue
		}
		h.gap = s.from - at
		made.code = append(made.code, body[at:s.from]...)
		made.holes = append(made.holes, h)
		at = s.to
	}
	made.code = append(made.code, body[at:]...)
	return made
}

// hole is what takes the place of the spot i of a function; it is not ok where
// the spot stays as it is.
func (m *maker) hole(f, i int) (h hole, ok bool) {
	first, all := m.programs[0], m.spots[f]
	s := all[0][i]
	if s.op == opCall {
		g := s.value - int64(len(first.imports))
		if g < 0 {
			return hole{kind: callsHost, number: uint32(s.value)}, true
		}
		if n, ok := m.number[int(g)]; ok {
			return hole{kind: callsBase, number: n}, true
		}
		return hole{kind: callsOther, number: m.value("call "+first.name[g], false)}, true
	}
	same := true
	key := []byte{s.op}
	for _, spots := range all {
		same = same && spots[i].value == s.value
		key = fmt.Appendf(key, " %d", spots[i].value)
	}
	if name := m.code(all, i); name != "" && s.op == opI64Const {
		return hole{kind: holdsCode, number: m.value("code "+name, true), place: uint16(s.value)}, true
	}
	if same {
		return hole{}, false
	}
	kind := holds32
	if s.op == opI64Const {
		kind = holds64
	}
	return hole{kind: kind, number: m.value(string(key), kind == holds64)}, true
}

// codeShift is how far the number of a function's slot is shifted in an address
// of code. The bits below are a place in the function.
const codeShift = 16

// code returns the name of the function that all programs have an address of in
// spot i, at the same place, or "" if they have not. It may be the same address
// in all: functions at the beginning of a program are rarely moved.
func (m *maker) code(all [][]spot, i int) (name string) {
	for n, p := range m.programs {
		v := all[n][i].value
		f := v>>codeShift - int64(p.slot)
		if f < 0 || f >= int64(len(p.body)) || uint16(v) != uint16(all[0][i].value) || n > 0 && p.name[f] != name {
			return ""
		}
		name = p.name[f]
	}
	return name
}

// value is the global for an operand.
func (m *maker) value(key string, wide bool) uint32 {
	n, ok := m.values[key]
	if !ok {
		n = uint32(len(m.wide))
		m.values[key] = n
		m.wide = append(m.wide, wide)
	}
	return n
}
