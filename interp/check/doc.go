// Package check says what is wrong with a Go program while it is being typed, and
// helps to type it, on a machine with no Go on it.
//
//	c := check.New(exports, "go1.26") // exports: the standard library's export data
//	c.WithDocs(docs)                  // docs: what is written about it
//	r := c.Check(ctx, files)          // all errors and warnings, with places
//	l, err := c.Complete(ctx, files, place)
//	edits, err := c.Format(ctx, files, "main.go")
//
// The help is Complete, Documentation, Signature and Hover, which answer with
// nothing where there is nothing to say, for programs that are half written as
// well; and Format, OrganizeImports, Rename and Definition, which refuse with a
// *Refusal, a sentence fit to be shown. What changes a program comes as Edits.
//
// Only the standard library exists. What is known of it comes from export data as
// Go's compiler writes it, which the caller hands in as an Exports; it must be of
// a Go release that is not newer than the one this package was built with. A
// package is read when a program first imports it, and kept.
//
// Errors are those of go/parser and go/types, in their words and at their places,
// all of them rather than the first ten. If the syntax is wrong, that is all that
// is said; if the types are right, vet's analyzers have their say, as warnings. The
// ten or so errors that beginners make most often come with a second sentence
// (explain.go).
//
// What is promised:
//
//   - A Checker is safe for concurrent use.
//   - No input makes it panic: what goes wrong inside becomes one diagnostic.
//   - Programs are bounded (MaxFiles, MaxSource), and so is what is said of them
//     (MaxDiagnostics, MaxItems).
//   - What go/types might be busy with for days, types and constants each twice as
//     large as the one before, is found beforehand (weigh.go). Such a program is
//     not checked, which a warning says: Go's own compiler decides, in its jail.
//   - A program whose text has not changed is not looked into again.
//   - Check returns soon after its context ends. The type checker itself cannot be
//     interrupted, so a program made to keep it busy goes on for a while in the
//     background; at most maxBusy of those at once, then others wait.
//
// Places are lines and columns from 1, columns in bytes, and offsets in bytes from
// 0. The package reads no files and starts no processes.
package check
