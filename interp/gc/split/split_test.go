package split

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
)

// plainModule is a module in the shape the linker gives: two imported functions,
// and those whose names and bodies are given, all of type (i32) → i32.
func plainModule(names []string, bodies [][]byte) []byte {
	b := []byte(header)
	b = appendSection(b, secType, []byte{2, typeFunction, 1, typeI32, 1, typeI32, typeFunction, 0, 0})
	b = appendSection(b, secImport, append(appendName(appendName(append(appendName(appendName([]byte{2}, "w"), "a"), kindFunction, 0), "w"), "b"), kindFunction, 1))
	n := uint32(len(bodies))
	b = appendSection(b, secFunction, append(appendU32(nil, n), make([]byte, n)...))
	b = appendSection(b, secTable, appendU32([]byte{1, typeFuncref, 0}, 4096+n))
	b = appendSection(b, secMemory, []byte{1, 0, 1})
	b = appendSection(b, secGlobal, []byte{2, typeI32, 1, opI32Const, 0, opEnd, 0x7e, 1, opI64Const, 0x80, 0x01, opEnd})
	b = appendSection(b, secExport, append(appendName([]byte{1}, "_start"), kindFunction, 2))
	elements := appendU32(append(appendConst([]byte{1, 0}, 4096), opEnd), n)
	code, known := appendU32(nil, n), appendU32(nil, n)
	for i, body := range bodies {
		elements = appendU32(elements, uint32(2+i))
		code = append(appendU32(code, uint32(len(body))), body...)
		known = appendName(appendU32(known, uint32(2+i)), names[i])
	}
	b = appendSection(b, secElement, elements)
	b = appendSection(b, secCode, code)
	return appendSection(b, secCustom, append(appendName(nil, "name"), appendSection(nil, 1, known)...))
}

// small is main.main, which calls two functions: one that always runs, and one
// that never was seen to, which calls another such and main.main. One that never was
// seen as well calls what is imported.
func small() []byte {
	call := func(f ...byte) []byte {
		b := []byte{0, opLocalGet, 0}
		for _, f := range f {
			b = append(b, opCall, f)
		}
		return append(b, opEnd)
	}
	return plainModule([]string{"main.main", "runtime.main", "runtime.nobodyKnows", "runtime.nobodyKnowsThis", "runtime.asksTheHost"},
		[][]byte{call(3, 4), call(), call(5, 2, 3), call(), call(0)})
}

func mustSplit(t testing.TB, wasm []byte) *Program {
	t.Helper()
	p, err := Split(wasm)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSplit(t *testing.T) {
	wasm := small()
	before := slices.Clone(wasm)
	p := mustSplit(t, wasm)
	if len(p.groups) != 1 || !slices.Equal(p.groups[0], []uint32{2, 3}) {
		t.Fatalf("%v", p.groups)
	}
	primary, err := parseExported(p.Primary())
	if err != nil {
		t.Fatal(err)
	}
	old, _ := parse(wasm)
	for i := range old.body {
		if stays := i < 2 || i == 4; slices.Equal(old.body[i], primary.body[i]) != stays {
			t.Errorf("function %d stays: %v", i, !stays)
		}
	}
	if !slices.Equal(old.sections[secElement], primary.sections[secElement]) || len(primary.global) != 3 || primary.exports != 1+2+2+1+2 {
		t.Errorf("%d globals, %d exports", len(primary.global), primary.exports)
	}
	if !slices.Equal(wasm, before) {
		t.Error("the program was changed")
	}
	// The group imports what is needed of the primary under other numbers, and its
	// own functions come after that.
	m := &module{plain: -1, load: -1}
	r := &reader{b: p.Group(0), at: len(header)}
	for !r.done() {
		id := r.byte()
		m.sections[id] = r.bytes(r.u32())
	}
	if err := readAll(m.sections[secCode], m.readCode); err != nil || len(m.body) != 2 {
		t.Fatal(err, len(m.body))
	}
	found, err := calls(m.body[0], nil)
	if err != nil || len(found) != 3 || found[0].function != 3 || found[1].function != 0 || found[2].function != 1 {
		t.Errorf("%v, %v", found, err)
	}
}

// parseExported parses a module that has exports of ours.
func parseExported(wasm []byte) (*module, error) {
	return parse([]byte(strings.ReplaceAll(string(wasm), ours, strings.ToUpper(ours))))
}

func TestForeign(t *testing.T) {
	good := small()
	bodies := map[string][]byte{
		"an unknown instruction":      {0, 0xfd, 0, opEnd},
		"a reference to a function":   {0, 0xd2, 3, opDrop, opLocalGet, 0, opEnd},
		"a tail call":                 {0, opLocalGet, 0, 0x12, 3, opEnd},
		"no end":                      {0, opLocalGet, 0},
		"something after the end":     {0, opLocalGet, 0, opEnd, 0},
		"a call of nothing":           {0, opLocalGet, 0, opCall, 99, opEnd},
		"nothing":                     {},
		"a table of branches, cut":    {0, opBrTable, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"a number that is too long":   {0, opI32Const, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, opEnd},
		"a memory that is not there":  {0, opLocalGet, 0, 0x28, 0x42, 1, 0, opEnd},
		"a table that is copied":      {0, opPrefix, 14, 0, 0, opEnd},
		"an index with too many bits": {0, opLocalGet, 0, opCall, 0xff, 0xff, 0xff, 0xff, 0x7f, opEnd},
	}
	cases := map[string][]byte{"nothing": nil, "text": []byte("hello"), "only a header": []byte(header)}
	for name, body := range bodies {
		cases["a body with "+name] = plainModule([]string{"main.main", "runtime.main"}, [][]byte{body, {0, opLocalGet, 0, opEnd}})
	}
	cases["a table that differs"] = []byte(strings.Replace(string(good), "\x41\x80\x20\x0b\x05\x02", "\x41\x80\x20\x0b\x05\x03", 1))
	cases["no beginning"] = []byte(strings.Replace(string(good), Start, "_other", 1))
	cases["an export of ours"] = []byte(strings.Replace(string(good), "\x06"+Start+"\x00\x02", "\x0bthirdspace:\x00\x02", 1))
	cases["no names"] = []byte(strings.Replace(string(good), "runtime.main", "runtime.mine", 1))
	for name, wasm := range cases {
		if p, err := Split(wasm); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	for i := range len(good) {
		if _, err := Split(good[:i]); err == nil {
			t.Errorf("split what was cut after %d of %d bytes", i, len(good))
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, n := range []uint32{0, 1, 63, 64, 127, 128, 4096, 8191, 8192, 1 << 20, 1<<31 - 1} {
		r := &reader{b: appendConst(nil, n), at: 1}
		if got := r.i32(); got != n || !r.done() || r.bad {
			t.Errorf("%d became %d", n, got)
		}
		r = &reader{b: binary.AppendUvarint(nil, uint64(n))}
		if got := r.u32(); got != n || !r.done() || r.bad {
			t.Errorf("%d became %d", n, got)
		}
	}
	for _, b := range []string{"", "\x80", "\xff\xff\xff\xff\x1f", "\x80\x80\x80\x80\x80\x00"} {
		if r := (&reader{b: []byte(b)}); r.u32() != 0 || !r.bad {
			t.Errorf("%q is a number", b)
		}
	}
	if r := (&reader{b: []byte{0x7f}}); r.i32() != 0 || !r.bad {
		t.Error("−1 is a place in a table")
	}
}

func TestKey(t *testing.T) {
	for name, want := range map[string]string{
		"fmt.Println": "fmt.Println",
		"slices.pdqsortCmpFunc_go.shape.struct____main.name_string__main.age_int__":      "slices.pdqsortCmpFunc[]",
		"internal_sync.__HashTrieMap_go.shape.interface____go.shape.interface_____.Load": "internal_sync.__HashTrieMap[].Load",
	} {
		if got := Key(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestTraining(t *testing.T) {
	tr, err := training()
	if err != nil {
		t.Fatal(err)
	}
	if tr.programs["fmt.Fprintln"]&1 == 0 || tr.programs["runtime.main"]&1 == 0 || tr.own("fmt.Println") || tr.own("memcmp") || !tr.own("main.main") || tr.usual == 0 {
		t.Error("what is known is not what it should be")
	}
	for _, bad := range []string{"", "a b", "a\nfmt\nx fmt.Println", "a\nfmt\n2 fmt.Println", "a\nfmt\n0 fmt.Println"} {
		if _, err := readTrained(bad); err == nil {
			t.Errorf("read %q", bad)
		}
	}
}

// FuzzSplit looks for modules that are accepted and then cannot be written, and
// for ones that take Split apart.
func FuzzSplit(f *testing.F) {
	f.Add(small())
	f.Add(plainModule([]string{"main.main"}, [][]byte{{0, opLocalGet, 0, opEnd}}))
	f.Fuzz(func(t *testing.T, wasm []byte) {
		p, err := Split(wasm)
		if err != nil {
			return
		}
		if _, err := parseExported(p.Primary()); err != nil && !strings.Contains(string(wasm), strings.ToUpper(ours)) {
			t.Errorf("the primary: %v", err)
		}
		p.Hook()
		for g := range p.Groups() {
			p.Group(g)
		}
	})
}
