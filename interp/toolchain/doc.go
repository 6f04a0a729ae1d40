// Package toolchain is Go's own compiler and linker in one file, for machines
// with no Go on them: the pack.
//
//	pack, err := toolchain.Open("…/thirdspace-go.pack")
//	tools, err := pack.Unpack(ctx, cacheFolder) // slow the first time, at once after that
//	// run tools.Compile and tools.Link with tools.ImportConfig
//	r, err := pack.Package("fmt") // export data, for go/importer
//	d, err := pack.Docs("fmt")    // what is written about what it exports
//
// A pack is a zip file that the program build/toolchain makes. Its first entry,
// manifest.json, says which Go release it is of, for which system its programs
// are, and the size and SHA-256 of every other entry:
//
//	bin/compile, bin/link   for the system that the app runs on (.exe on Windows)
//	lib/PATH.a              the standard library, compiled for wasip1/wasm
//	doc/PATH.json           the doc comments of a package that programs may import
//
// The same Go release gives the same pack, byte by byte.
//
// What is promised: Open accepts a pack only if it is of the very Go release that
// this program was built with and for the system it runs on, because export data,
// archives and tools of different releases do not go together. Unpack never
// leaves a half-unpacked folder where a whole one is expected, and everything in
// that folder had the size and hash that the manifest says when it was written.
// Documentation is not unpacked, and checked when it is read.
// A damaged or hostile pack costs a bounded amount of memory and disk, writes
// nothing outside the cache folder, and ends in one of the errors below.
package toolchain

import "errors"

// The errors of Open, Unpack and Package, wrapped with what exactly is wrong.
var (
	// ErrMissing: there is no pack at that path.
	ErrMissing = errors.New("the pack with Go's compiler, which belongs beside the app, is missing")
	// ErrDamaged: it is not a pack, or not as it was made.
	ErrDamaged = errors.New("the pack with Go's compiler is damaged; install the app again")
	// ErrStale: it is of another Go release than this program, or of another format.
	ErrStale = errors.New("the pack with Go's compiler belongs to another version of the app; install the app again")
	// ErrTarget: its tools do not run on this system.
	ErrTarget = errors.New("the pack with Go's compiler is for another system")
	// ErrNoPackage: the standard library in the pack has no package of that path.
	ErrNoPackage = errors.New("no such package in the standard library")
)
