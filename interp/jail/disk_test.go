package jail

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOverfull(t *testing.T) {
	dir := t.TempDir()
	if Overfull(dir) {
		t.Error("empty and full")
	}
	sub := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	big := filepath.Join(sub, "big")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int64]bool{maxDisk: false, maxDisk + 1: true} {
		if err := os.Truncate(big, size); err != nil {
			t.Fatal(err)
		}
		if Overfull(dir) != want {
			t.Errorf("with %d bytes: %v", size, !want)
		}
	}
	if err := os.Remove(big); err != nil {
		t.Fatal(err)
	}
	for i := range maxEntries {
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprint(i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !Overfull(dir) {
		t.Error("not full of files")
	}
	if runtime.GOOS == "windows" { // where such a path merely does not exist
		return
	}
	if !Overfull(filepath.Join(sub, "1", "no folder")) {
		t.Error("what cannot be looked into is not full")
	}
}
