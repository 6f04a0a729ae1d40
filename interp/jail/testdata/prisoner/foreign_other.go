//go:build !amd64

package main

import "os"

// int80 is amd64's alone.
func int80() { os.Exit(0) }
