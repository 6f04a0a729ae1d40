package jail

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// How much a program may have on disk: bytes of all its files, and files and
// folders. A disk of its own has these sizes; elsewhere Overfull looks.
const (
	maxDisk    = 32 << 20
	maxEntries = 1024
)

// How large one file may become, in bytes, and how many may be open.
const (
	maxFileSize = 16 << 20
	maxOpen     = 64
)

// Overfull reports whether a program has more in its folder than it may. It is
// for the parent to ask, again and again, where FeatureRoot is off. A folder that
// cannot be looked into counts as too full: the program that runs there has made
// it so.
func Overfull(dir string) bool {
	var size int64
	entries := 0
	full := errors.New("full")
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		if entries++; entries > maxEntries || size > maxDisk {
			return full
		}
		return nil
	})
	return err != nil
}
