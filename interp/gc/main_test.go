package gc

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"thirdspace/interp/frame"
	"thirdspace/interp/toolchain/packtest"
)

// What TestMain has made: the runner, the pack, and a cache into which the pack
// is unpacked once.
var runner, pack, shared string

// tool is a tool of the tests' own, testdata/tool.
var tool string

// The go command, for comparisons, and the environment it runs in.
var (
	goTool string
	goEnv  []string
)

// fuzzing is set in the environment of the processes that a fuzz test starts,
// which are copies of this one: they need nothing of what it has made.
const fuzzing = "THIRDSPACE_TEST_COPY"

func TestMain(m *testing.M) {
	if os.Getenv(fuzzing) != "" {
		os.Exit(m.Run())
	}
	os.Exit(prepared(m))
}

func prepared(m *testing.M) int {
	dir, err := os.MkdirTemp("", "thirdspace-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // runners may be somebody else
	}
	if err == nil {
		defer os.RemoveAll(dir)
		runner, shared = filepath.Join(dir, "thirdspace-runner"), filepath.Join(dir, "cache")
		err = goCommand("build", "-o", runner, "thirdspace/interp/cmd/thirdspace-runner")
	}
	if err == nil {
		tool = filepath.Join(dir, "tool")
		err = goCommand("build", "-o", tool, "thirdspace/interp/gc/testdata/tool")
	}
	if err == nil {
		pack, err = packtest.Find("../..")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	goTool, err = exec.LookPath("go")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	goEnv = os.Environ()
	// Nothing else here may depend on a Go that is installed.
	os.Setenv("PATH", "")
	os.Setenv("GOROOT", "/nonexistent")
	os.Setenv(fuzzing, "1")
	if err := prepareShared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}

// prepareShared unpacks the compiler and translates Go's library in the cache that
// tests share.
func prepareShared() error {
	b, err := New(Config{Pack: pack, Runner: runner, Cache: shared})
	if err != nil {
		return err
	}
	defer b.Close()
	return b.Prepare(context.Background())
}

func goCommand(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %v: %w\n%s", args, err, out)
	}
	return nil
}

// newBuilder makes a builder that notes the steps it takes.
func newBuilder(t testing.TB, cfg Config) (*Builder, *[]string) {
	t.Helper()
	if cfg.Pack == "" {
		cfg.Pack = pack
	}
	if cfg.Runner == "" {
		cfg.Runner = runner
	}
	if cfg.Cache == "" {
		cfg.Cache = shared
	}
	b, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	steps := &[]string{}
	b.built = func(s string) { *steps = append(*steps, s) }
	return b, steps
}

func mainFile(text string) []frame.File { return []frame.File{{Name: "main.go", Text: text}} }
