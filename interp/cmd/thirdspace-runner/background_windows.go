package main

import "golang.org/x/sys/windows"

// stepBack lets everything else on the machine come first. Where that is refused
// nothing is lost but some speed of others.
func stepBack() { _ = windows.SetPriorityClass(windows.CurrentProcess(), windows.IDLE_PRIORITY_CLASS) }
