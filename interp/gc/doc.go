// Package gc is the second of the engines: Go's own compiler and linker. What it
// runs is Go, in every detail, because nothing of Go is imitated.
//
//	b, err := gc.New(gc.Config{Pack: "…/thirdspace-go.pack", Runner: "…/thirdspace-runner", Cache: "…"})
//	diagnostics, err := b.Build(ctx, files, folder)
//
// Build compiles the files of a program and links them to WebAssembly, in child
// processes with an empty environment, and has the runner translate that into
// code of this machine. The result is put into a folder, from which a runner
// loads and runs it (package machine, which this package must not import: the
// app does not run programs and need not carry what does).
//
//	folder/program.wasm   the program
//	folder/native/        its translation
//
// A program that was built before comes from a cache on the disk: by its
// content, so that nothing stale can come, and checked, so that nothing damaged
// can. The cache is bounded; what was not used for longest goes first.
//
// No Go is needed on the machine, no network and no PATH. A program is one
// package main, of the files it is given, that imports the standard library; its
// //go:embed directives see its own files. What is wrong with it comes back as
// diagnostics, all of it, in Go's own words. Files ending in _test.go, and those
// that build constraints exclude for wasip1/wasm, are not part of it.
//
// A program that asks for a time zone by its name gets Go's own copy of them, as it
// has none of the machine's. What a program merely reads is no part of it: it is
// built once for all data. Each step of building may take a minute of processor time.
//
// BuildTests builds what "go test" would build of the same files, of any package:
// the package with its own tests, the tests beside it, and a main package that
// hands them to Go's testing package (testmain.go.txt, testdeps.go.txt); and it
// compiles the package without its tests, to see that it can be. FindTests says
// which tests there are. A package of our own comes into being before all of the
// program (guard.go.txt); it signs what becomes of each test with a key that the
// program cannot ask for, and ReadMark tells what was signed from what was only
// printed.
package gc
