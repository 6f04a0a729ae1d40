// Package frontend holds the built page, so that the program is one file.
package frontend

import (
	"embed"
	"io/fs"
)

// all: takes the hidden .gitkeep too, without which a program with no page built could not be compiled at all.
//
//go:embed all:dist
var embedded embed.FS

// Dist is the built page with index.html at its root. There is no index.html if the page was not built before the
// program was; the faces say so.
var Dist = dist()

func dist() fs.FS {
	sub, err := fs.Sub(embedded, "dist")
	if err != nil { // "dist" is a valid name: the one thing that Sub checks
		return embedded
	}
	return sub
}
