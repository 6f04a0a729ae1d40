// Package split divides the WebAssembly of a Go program so that most of it need
// not be translated before the program runs. Nearly all of a Go program is the
// library and the runtime, and most of that is never called.
//
//	s, err := split.Split(wasm)
//	s.Primary()   // a module that can be run in the place of wasm
//	s.Group(n)    // a module with functions the primary leaves out
//
// The primary is the program with the bodies of its cold functions replaced by
// stubs. A stub asks for its group, unless that has been loaded, and then calls
// through the table, into which the group has put the real functions when it was
// instantiated. All functions keep their indices and their slots in the table,
// and the bodies that stay are not touched, so what they do cannot change. A
// group imports memory, table, globals and what it calls from the primary. The
// idea is that of Binaryen's wasm-split.
//
// Which functions stay is a matter of speed alone, never of what a program does:
// those of the person's own packages, those that every program runs, and of the
// library what the person's own functions are likely to reach, as far as it has
// been seen to run in the programs of the folder record (trained.txt).
//
// Only modules of the shape that Go's linker gives them are accepted. ErrForeign
// says that one has another, and must be run whole.
package split

import "errors"

// ErrForeign is returned by Split for what is not a module as Go's linker makes
// them, or is damaged.
var ErrForeign = errors.New("not the WebAssembly of a Go program")
