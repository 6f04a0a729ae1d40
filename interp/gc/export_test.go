package gc

// For the tests that run programs, which stand outside this package because run
// imports it.

func RunnerForTests() string { return runner }
func PackForTests() string   { return pack }
func CacheForTests() string  { return shared }

// GoForTests is the go command that runs the tests, and its environment.
func GoForTests() (string, []string) { return goTool, goEnv }
