package machine

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero/experimental/sys"

	"thirdspace/interp/frame"
)

// The folders in a program's home: its root directory, and its /tmp.
const (
	FilesDir = "files"
	TempDir  = "tmp"
)

// Write makes the folders in home and puts the program's files where it can read
// them.
func Write(home string, files []frame.File) error {
	for _, d := range []string{FilesDir, TempDir} {
		if err := os.Mkdir(filepath.Join(home, d), 0o700); err != nil {
			return fmt.Errorf("make the program's folders: %w", err)
		}
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(home, FilesDir, f.Name), []byte(f.Text), 0o600); err != nil {
			return fmt.Errorf("write the file %s: %w", f.Name, err)
		}
	}
	return nil
}

// noLinks is a file system in which no links can be made. wazero follows those
// there are wherever they lead.
type noLinks struct{ sys.FS }

func (noLinks) Symlink(string, string) sys.Errno { return sys.EPERM }
func (noLinks) Link(string, string) sys.Errno    { return sys.EPERM }
