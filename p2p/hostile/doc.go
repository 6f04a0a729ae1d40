// Package hostile is a machine that keeps to no rules, for tests: it has been admitted to a room as any student is, and
// then says by hand, on a libp2p host without any limits of its own, whatever a test wants said. What it sends is signed
// by its own device, for that is all that a student's machine can sign with.
package hostile
