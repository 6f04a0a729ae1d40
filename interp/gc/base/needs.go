package base

import (
	"bytes"
	"errors"
	"fmt"
)

// needsName is the name of the section, at the end of what is left of a program,
// that says what it needs.
const needsName = "thirdspace base"

// Needs is what must be there before what is left of a program is instantiated:
// the module Values under ValuesName, then the module of the base under
// ModuleName, its memory, MemoryName, grown to Pages.
type Needs struct {
	Base   string // which base, see ID
	Pages  uint32 // of 64 KiB
	Values []byte
}

var errNeeds = errors.New("what the program needs of the library is not said as it should be")

// NeedsOf returns what a module that Fit has made needs, or nil if the module is
// a whole program.
func NeedsOf(wasm []byte) (*Needs, error) {
	if !bytes.HasPrefix(wasm, []byte(header)) {
		return nil, fmt.Errorf("%w: it begins otherwise", ErrForeign)
	}
	r := &reader{b: wasm, at: len(header)}
	for !r.done() {
		id := r.byte()
		section := &reader{b: r.bytes(r.u32())}
		if id != secCustom || string(section.bytes(section.u32())) != needsName {
			continue
		}
		n := &Needs{Base: fmt.Sprintf("%x", section.bytes(idLen)), Pages: section.u32()}
		n.Values = section.b[section.at:]
		if section.bad || n.Pages == 0 || n.Pages > mostPages {
			return nil, errNeeds
		}
		return n, nil
	}
	return nil, r.err()
}

// ID identifies the base whose module this is.
func ID(module []byte) string { return fmt.Sprintf("%x", identify(module)) }
