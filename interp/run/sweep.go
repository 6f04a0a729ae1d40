package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// The folders of programs are called after the process that made them, so that
// those of one that was killed can be told from those of one that lives.
const folderPrefix = "thirdspace-run-"

func makeFolder() (string, error) {
	dir, err := os.MkdirTemp("", folderPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the program: %w", err)
	}
	return dir, nil
}

// sweep removes the folders that were left behind when an app was killed.
func sweep() {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*-*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), folderPrefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && n > 0 && !lives(n) {
			// One of another user's cannot be removed, and is theirs to remove.
			_ = os.RemoveAll(dir)
		}
	}
}

// lives reports whether there is a process of that number.
func lives(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer func() { _ = p.Release() }()
	if runtime.GOOS == "windows" { // it was found
		return true
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
