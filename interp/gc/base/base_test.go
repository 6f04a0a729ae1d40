package base

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// made is a program made by hand, in the shape the linker gives them.
type made struct {
	names  []string
	bodies [][]byte
	types  []byte // of each function, 0 if there are none
	host   []string
	pages  byte
	start  byte // function, not counting the imported
}

// wasm writes the program. Its types are Go's plain one and () → ().
func (p made) wasm() []byte {
	b := []byte(header)
	b = appendSection(b, secType, []byte{2, typeFunction, 1, typeI32, 1, typeI32, typeFunction, 0, 0})
	imports := appendU32(nil, uint32(len(p.host)))
	for _, name := range p.host {
		imports = append(appendName(appendName(imports, "host"), name), kindFunction, 0)
	}
	b = appendSection(b, secImport, imports)
	n := uint32(len(p.bodies))
	types := p.types
	if types == nil {
		types = make([]byte, n)
	}
	b = appendSection(b, secFunction, append(appendU32(nil, n), types...))
	b = appendSection(b, secTable, appendU32([]byte{1, typeFuncref, 0}, 4096+n))
	b = appendSection(b, secMemory, []byte{1, 0, p.pages})
	b = appendSection(b, secGlobal, []byte{2, typeI32, 1, opI32Const, 0, opEnd, typeI64, 1, opI64Const, 0x80, 0x01, opEnd})
	first := uint32(len(p.host))
	b = appendSection(b, secExport, append(appendName([]byte{1}, startName), kindFunction, byte(first)+p.start))
	elements := appendU32(append(appendConst([]byte{1, 0}, 4096), opEnd), n)
	code, known := appendU32(nil, n), appendU32(nil, n)
	for i, body := range p.bodies {
		elements = appendU32(elements, first+uint32(i))
		code = append(appendU32(code, uint32(len(body))), body...)
		known = appendName(appendU32(known, first+uint32(i)), p.names[i])
	}
	b = appendSection(b, secElement, elements)
	b = appendSection(b, secCode, code)
	b = appendSection(b, secData, append(appendConst([]byte{1, 0}, 100), opEnd, 2, 'h', 'i'))
	return appendSection(b, secCustom, append(appendName(nil, "name"), appendSection(nil, 1, known)...))
}

// body is (i32) → i32: it uses the numbers, calls the functions, and returns its
// parameter.
func body(numbers []int64, calls ...byte) []byte {
	b := []byte{0}
	for _, n := range numbers {
		b = append(appendConst64(b, n), opDrop)
	}
	b = append(b, opGlobalGet, 0, opDrop, opLocalGet, 0)
	for _, f := range calls {
		b = append(b, opCall, f)
	}
	return append(b, opEnd)
}

const pc = 4096 << codeShift // the address of the first function's code

// Three programs: what they have in common is lib.a, which calls lib.b and the
// host and something of main's, lib.b, and lib.same.
func first() made {
	return made{
		names: []string{"lib.a", "lib.b", "lib.same", "main.main", "lib.other"}, host: []string{"x", "y"}, pages: 3, start: 3,
		bodies: [][]byte{body([]int64{1000, 7, pc + 5}, 3, 1, 6), body([]int64{2000, pc + 1<<codeShift}), body(nil), body([]int64{1}, 2, 4), body([]int64{1})},
	}
}

func second() made {
	return made{
		names: []string{"lib.new", "lib.b", "lib.a", "lib.same", "lib.other", "main.main"}, host: []string{"y"}, pages: 3, start: 5,
		bodies: [][]byte{body(nil), body([]int64{2100, pc + 1<<codeShift}), body([]int64{1100, 7, pc + 2<<codeShift + 5}, 2, 0, 5), body(nil), body(nil), body(nil, 3)},
	}
}

func third() made {
	return made{
		names: []string{"main.main", "lib.same", "lib.b", "lib.other", "lib.a"}, host: []string{"x", "y"}, pages: 9, start: 0,
		bodies: [][]byte{body([]int64{-1}, 6, 3), body(nil), body([]int64{1 << 40, pc + 2<<codeShift}), body([]int64{3}), body([]int64{-5, 7, pc + 4<<codeShift + 5}, 4, 1, 5)},
	}
}

func mustMake(t testing.TB) (*Made, *Index) {
	t.Helper()
	m, err := Make(first().wasm(), second().wasm())
	if err != nil {
		t.Fatal(err)
	}
	x, err := Read(m.Index)
	if err != nil {
		t.Fatal(err)
	}
	return m, x
}

func TestMake(t *testing.T) {
	m, x := mustMake(t)
	if !bytes.Equal(x.append(nil), m.Index) {
		t.Error("the index changes when it is read")
	}
	var names []string
	for _, f := range x.functions {
		names = append(names, f.name)
	}
	if !slices.Equal(names, []string{"lib.a", "lib.b", "lib.same"}) {
		t.Fatalf("%v", names)
	}
	if x.ID() != ID(m.Module) || bytes.Equal(m.Module, m.Shell) || len(m.Shell) > len(m.Module) {
		t.Error("the module or its shell is another")
	}
	want := []hole{{kind: holds64}, {kind: holdsCode, number: 1, place: 5}, {kind: callsBase, number: 1}, {kind: callsHost, number: 1}, {kind: callsOther, number: 2}}
	got := slices.Clone(x.functions[0].holes)
	for i := range got {
		got[i].gap = 0
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	for name, programs := range map[string][][]byte{
		"one": {first().wasm()}, "none": {}, "nothing in common": {first().wasm(), made{names: []string{"main.main"}, bodies: [][]byte{body(nil)}, pages: 1}.wasm()},
		"not a program": {first().wasm(), []byte("hello")},
	} {
		if _, err := Make(programs...); err == nil {
			t.Errorf("made of %s", name)
		}
	}
}

// fitted fits a program and takes what is left apart.
func fitted(t *testing.T, x *Index, p made) (*fitter, *Needs) {
	t.Helper()
	wasm := p.wasm()
	before := slices.Clone(wasm)
	left, err := x.Fit(wasm)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(wasm, before) {
		t.Error("the program was changed")
	}
	needs, err := NeedsOf(left)
	if err != nil || needs == nil {
		t.Fatalf("%v, %v", needs, err)
	}
	m, err := parse(wasm)
	if err != nil {
		t.Fatal(err)
	}
	f := newFitter(x, m)
	f.compare()
	return f, needs
}

func TestFit(t *testing.T) {
	_, x := mustMake(t)
	f, needs := fitted(t, x, third())
	if !slices.Equal(f.number, []int32{-1, 2, 1, -1, 0}) {
		t.Errorf("in the library: %v", f.number)
	}
	// lib.a's address of data and of code, the slot of lib.other, lib.b's two.
	if v, want := f.values, []uint64{1<<64 - 5, pc + 4<<codeShift, 4096 + 3, 1 << 40, pc + 2<<codeShift}; !slices.Equal(v, want) {
		t.Errorf("values %d, want %d", v, want)
	}
	if needs.Pages != 9 || needs.Base != x.ID() || !bytes.Equal(needs.Values, valuesModule(x.values, f.values)) {
		t.Errorf("%+v", needs)
	}
	if needs, err := NeedsOf(third().wasm()); needs != nil || err != nil {
		t.Errorf("a whole program needs %v, %v", needs, err)
	}
}

// TestDiffers has a function differ in something that is no operand: it is the
// program's own then, and so is what calls it.
func TestDiffers(t *testing.T) {
	_, x := mustMake(t)
	p := third()
	p.host = nil // and so numbers are less by two
	p.names[4] = "main.a"
	p.bodies[0], p.bodies[4] = body(nil, 4, 1), body(nil, 2)
	for name, b := range map[string][]byte{
		"another constant": append(body([]int64{8}), opEnd), "longer": body([]int64{1, pc}, 1), "shorter": {0, opEnd},
		"code elsewhere": body([]int64{1, pc + 2<<codeShift + 1}), "nothing": {},
	} {
		p.bodies[2] = b
		f, err := parse(p.wasm())
		if err != nil {
			t.Fatal(name, err)
		}
		g := newFitter(x, f)
		g.compare()
		if g.number[2] >= 0 || g.number[1] != 2 {
			t.Errorf("%s: in the library: %v", name, g.number)
		}
	}
	// lib.b differs, and lib.a calls it.
	q := second()
	q.bodies[1] = body([]int64{1}, 4)
	m, err := parse(q.wasm())
	if err != nil {
		t.Fatal(err)
	}
	g := newFitter(x, m)
	g.compare()
	if !slices.Equal(g.number, []int32{-1, -1, -1, 2, -1, -1}) {
		t.Errorf("in the library: %v", g.number)
	}
	if _, err := x.Fit(q.wasm()); !errors.Is(err, ErrForeign) { // what is left would call the host
		t.Error(err)
	}
}

func TestForeign(t *testing.T) {
	_, x := mustMake(t)
	good := third().wasm()
	ours := third()
	ours.bodies[0] = body(nil, 1) // calls the host
	odd := third()
	odd.bodies[3] = []byte{0, 0x06, opEnd}
	cases := map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "half": good[:len(good)/2], "its own calls the host": ours.wasm(), "an unknown instruction": odd.wasm(),
		"other globals":       bytes.Replace(good, []byte{opI64Const, 0x80, 0x01}, []byte{opI64Const, 0x81, 0x01}, 1),
		"imports of ours":     bytes.Replace(good, []byte("\x04host"), []byte("\x04base"), 1),
		"no beginning":        bytes.Replace(good, []byte(startName), []byte("_other"), 1),
		"a table that varies": bytes.Replace(good, []byte("\x41\x80\x20\x0b\x05\x02"), []byte("\x41\x80\x20\x0b\x05\x03"), 1),
	}
	for name, wasm := range cases {
		if bytes.Equal(wasm, good) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := x.Fit(wasm); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDamagedIndex(t *testing.T) {
	m, _ := mustMake(t)
	for i := range m.Index {
		b := slices.Clone(m.Index)
		b[i] ^= 0x10
		if _, err := Read(b); err == nil {
			t.Fatalf("read with byte %d changed", i)
		}
		if _, err := Read(m.Index[:i]); err == nil {
			t.Fatalf("read %d bytes of %d", i, len(b))
		}
	}
}
