package run

import (
	"path/filepath"
	"testing"
	"time"
)

// TestPrepared has the compiler unpacked before anything is run.
func TestPrepared(t *testing.T) {
	cache := t.TempDir()
	startPool(t, Config{Pack: pack(t), Cache: cache})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		compilers, err := filepath.Glob(filepath.Join(cache, "go-*", "bin", "compile"))
		if err != nil {
			t.Fatal(err)
		}
		if len(compilers) == 1 {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the test ended first")
		}
	}
}
