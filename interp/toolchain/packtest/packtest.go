// Package packtest finds the pack with Go's compiler and library for tests: the
// one that make has built, or one that tests have built before, or a new one.
package packtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"thirdspace/interp/toolchain"
)

// Find returns the path of a pack for this machine, of this Go. root is the path of
// the project's root folder. To build a pack takes some minutes; it is kept in the
// user's cache folder.
func Find(root string) (string, error) {
	path, err := filepath.Abs(filepath.Join(root, "build", "bin", "thirdspace-go.pack"))
	if err != nil {
		return "", err
	}
	if toolchain.Current(path, runtime.GOOS, runtime.GOARCH) {
		return path, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the pack: %w", err)
	}
	path = filepath.Join(dir, "thirdspace-test", fmt.Sprintf("%s-%s-%s.pack", runtime.Version(), runtime.GOOS, runtime.GOARCH))
	build := exec.Command("go", "run", "thirdspace/build/toolchain", "-o", path)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the pack: %w\n%s", err, out)
	}
	return path, nil
}
