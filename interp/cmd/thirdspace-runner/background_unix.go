//go:build unix

package main

import "golang.org/x/sys/unix"

// leastUrgent is the niceness of what nobody waits for.
const leastUrgent = 19

// stepBack lets everything else on the machine come first: before the calling
// thread on Linux, before the process elsewhere. Where that is refused nothing is
// lost but some speed of others.
func stepBack() { _ = unix.Setpriority(unix.PRIO_PROCESS, 0, leastUrgent) }
