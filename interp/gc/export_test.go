package gc

import (
	"os"
	"path/filepath"

	"thirdspace/interp/toolchain"
)

// For the tests that run programs, which stand outside this package because run
// imports it.

func RunnerForTests() string { return runner }
func PackForTests() string   { return pack }
func CacheForTests() string  { return shared }

// GoForTests is the go command that runs the tests, and its environment.
func GoForTests() (string, []string) { return goTool, goEnv }

// TranslatedForTests reports whether the program with this main.go is kept with
// its translation.
func TranslatedForTests(text string) bool {
	p, err := toolchain.Open(pack)
	if err != nil {
		return false
	}
	defer p.Close()
	r, err := os.Stat(runner)
	if err != nil {
		return false
	}
	key := ready{std: identity(p, r)}.key(mainFile(text))
	_, err = os.Stat(filepath.Join(shared, "programs", programPrefix+key, NativeDir))
	return err == nil
}
