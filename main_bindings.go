//go:build bindings

// Built with the tag "bindings", the program writes frontend/wailsjs and ends: no screen, no data folder.
package main

import (
	"fmt"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
)

func main() {
	if err := wails.Run(&options.App{Bind: serviceTypes()}); err != nil {
		fmt.Fprintf(os.Stderr, "writing the bindings: %v\n", err)
		os.Exit(1)
	}
}
