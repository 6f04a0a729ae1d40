package gc

import "testing"

// For the tests that run programs, which stand outside this package because run
// imports it.

func RunnerForTests() string { return runner }
func PackForTests() string   { return pack }
func CacheForTests() string  { return shared }

// GoForTests is the go command that runs the tests, and its environment.
func GoForTests() (string, []string) { return goTool, goEnv }

// PrepareForTests makes Go's library ready in the tests' cache.
func PrepareForTests(t testing.TB) {
	t.Helper()
	b, _ := newBuilder(t, Config{})
	if err := b.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
}
