package gc

import "testing"

// For the tests that run programs, which stand outside this package because run
// imports it.

func RunnerForTests() string { return runner }
func PackForTests() string   { return pack }
func CacheForTests() string  { return shared }

// GoForTests is the go command that runs the tests, and its environment.
func GoForTests() (string, []string) { return goTool, goEnv }

// BuildForTests builds a program and returns the folder a runner is given.
func BuildForTests(t testing.TB, text string) string {
	t.Helper()
	b, _ := newBuilder(t, Config{})
	into := t.TempDir()
	if ds, err := b.Build(t.Context(), mainFile(text), into); err != nil || len(ds) > 0 {
		t.Fatal(ds, err)
	}
	return into
}
