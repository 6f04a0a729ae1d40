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
//
// A caller reads the events until the channel is closed; a caller that does not
// holds up the program's output, and nothing else. After Close nobody needs to.
package run
