// Package run is how the rest of the app runs Go that somebody else wrote.
//
//	pool, err := run.NewPool(run.Config{Runner: "…/thirdspace-runner", Warm: 1, Log: log})
//	r, err := pool.Start(ctx, run.Program{Files: files}, run.DefaultLimits)
//	for e := range r.Events() {
//		// output as it is printed, diagnostics, and one exit at the very end
//	}
//	pool.Close()
//
// While it goes on, Write types into the program's standard input and Stop ends
// it. What is promised:
//
//   - Every run that Start has accepted ends with exactly one exit event, after
//     which the channel is closed, whatever the program does. Nobody needs to
//     look at anything but that event to know how it went: its Reason is one of
//     the constants, and its Message a sentence fit to be shown.
//   - Stop, the end of ctx and every limit kill the whole run at once, whether
//     or not anybody reads the events.
//   - A program harms neither the app nor another run. Each has a process of its
//     own, locked in (package jail) before it sees the program, and never used
//     twice. How well that worked on this machine is what Protection tells.
//   - Runs begin in the order in which they were started, a few at a time.
//   - No matter which engine runs a program: callers do the same and see the same.
//     The exit says which it was, and why.
//
// Which engine, a person may choose. Where nobody does (EngineAuto), package check
// decides from the program's types: what Go would not build is not run at all;
// what package yaegi is known to do as Go does, it runs, at once; all else is
// built by package gc. And yaegi does not have the last word:
//
//   - A program that keeps the processor busy in it is built by gc meanwhile, and
//     begun there anew, with all that was typed. What that prints is held back
//     while it was shown already. When it has printed as much, it goes on, and
//     yaegi's process is killed. Until then both run.
//   - If it prints anything else than what was shown, KindReplaced says so, and
//     its output follows from the beginning. A program of which the checker knows
//     that its output varies from run to run is therefore not begun anew once
//     something of it was shown or typed.
//   - Where yaegi fails as Go might not (it does not know something, it breaks, or
//     needs more memory, time or stack than it may have), gc decides in the same
//     way.
//
// Both engines together are one run: they have one turn, so that no other waits
// longer because of it (there may be two processes for each of Config.Parallel),
// and one wall clock. Of those that run in yaegi, only one is built at a time.
// Memory, processor time and output are limited for each by itself, and the exit
// has those of the one that counts.
//
// A caller reads the events until the channel is closed; a caller that does not
// holds up the program's output, and nothing else. After Close nobody needs to.
package run
