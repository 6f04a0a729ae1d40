// Package base takes the library out of linked Go programs, so that it is
// translated into code of the machine once and not again with each program.
//
// Nearly all functions of a linked program are the runtime's and the library's.
// From one program to another their WebAssembly differs only in operands: the
// addresses of data and of functions, and the numbers of functions that are
// called. A base is a module with such functions in which every operand that
// differs is the value of a global.
//
//	made, err := base.Make(links)       // once: from several programs that contain the library
//	made.Module                         // to be translated once
//	b, err := base.Read(made.Index)
//	fitted, err := b.Fit(program)       // a module with what is left of a program
//	needs, ok := base.NeedsOf(fitted)   // what is to be done to run it
//
// What is left imports the memory, the table, the globals and the functions of
// the base, fills the table, and has the data. Before it is instantiated, the
// globals are set to what the operands are in this program.
//
// Nothing rests on how the operands were found. Fit compares each function byte
// for byte with the one in the base, all but those operands, and takes their
// values from the program. A function that differs is left to the program, and
// so is what calls it. Which functions a base has is therefore a matter of speed
// alone, never of what a program does.
//
// ErrForeign says that a program has not the shape that Go's linker gives it, or
// does something that a base cannot do for it. It is to be run whole then.
package base

import "errors"

// ErrForeign is returned for what is not a module as Go's linker makes them, or
// not one that fits.
var ErrForeign = errors.New("not the WebAssembly of a Go program")
