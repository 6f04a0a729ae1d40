package gc

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc/base"
)

// built builds a program and returns what a runner is given.
func built(t *testing.T, b *Builder, files []frame.File) (into string, wasm []byte) {
	t.Helper()
	into = t.TempDir()
	if ds, err := b.Build(t.Context(), files, into); err != nil || len(ds) > 0 {
		t.Fatal(ds, err)
	}
	wasm, err := os.ReadFile(filepath.Join(into, WasmFile))
	if err != nil {
		t.Fatal(err)
	}
	return into, wasm
}

// TestLibrary has usual programs leave nearly everything to the library.
func TestLibrary(t *testing.T) {
	b, _ := newBuilder(t, Config{})
	for _, c := range []struct {
		name, src string
		fits      bool
		most      int64 // bytes of translated code
	}{
		{"hello", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello, library\") }\n", true, 60 << 10},
		{"text", "package main\n\nimport (\"bufio\"; \"fmt\"; \"os\"; \"sort\"; \"strings\")\n\nfunc main() {\n\tn := map[string]int{}\n\tfor s := bufio.NewScanner(os.Stdin); s.Scan(); {\n\t\tfor _, w := range strings.Fields(s.Text()) { n[strings.ToLower(w)]++ }\n\t}\n\tvar all []string\n\tfor w := range n { all = append(all, w) }\n\tsort.Strings(all)\n\tfmt.Println(all)\n}\n", true, 80 << 10},
		{"more than usual", "package main\n\nimport (\"encoding/json\"; \"fmt\")\n\nfunc main() { b, err := json.Marshal(1); fmt.Println(b, err) }\n", true, 8 << 20},
		{"what asks the host itself", "package main\n\n//go:wasmimport wasi_snapshot_preview1 sched_yield\nfunc yield() int32\n\nfunc main() { println(yield()) }\n", false, 16 << 20},
		{"what knows the names of ours", "package main\n\n//go:wasmimport base memory\nfunc x() int32\n\nfunc main() { println(x()) }\n", false, 16 << 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			into, wasm := built(t, b, mainFile(c.src))
			needs, err := base.NeedsOf(wasm)
			if err != nil || (needs != nil) != c.fits {
				t.Fatalf("needs of the library: %v, %v", needs != nil, err)
			}
			given, err := os.ReadFile(filepath.Join(into, LibraryFile))
			if (err == nil) != c.fits || err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("given %d bytes of the library: %v", len(given), err)
			}
			size := folderSize(filepath.Join(into, NativeDir))
			if c.fits {
				for name := range b.library.files {
					if strings.HasPrefix(name, NativeDir) {
						size -= folderSize(filepath.Join(b.library.dir, filepath.FromSlash(name)))
					}
				}
			}
			if size > c.most {
				t.Errorf("%d bytes were translated, want at most %d", size, c.most)
			}
		})
	}
}

// TestLibraryDamage damages the library on the disk: programs are whole until it
// is made again.
func TestLibraryDamage(t *testing.T) {
	cache := t.TempDir()
	first, _ := newBuilder(t, Config{Cache: cache})
	if err := first.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{indexFile, LibraryFile, sumsFile} {
		path := filepath.Join(first.libraryDir(), name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		damaged := []byte(string(text))
		damaged[len(damaged)/2] ^= 0x55
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		b, _ := newBuilder(t, Config{Cache: cache})
		_, wasm := built(t, b, fresh())
		if needs, err := base.NeedsOf(wasm); needs != nil || err != nil {
			t.Errorf("%s: fitted to a library that is damaged: %v", name, err)
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(first.libraryDir()); err != nil {
		t.Fatal(err)
	}
	b, _ := newBuilder(t, Config{Cache: cache})
	if err := b.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, wasm := built(t, b, fresh())
	if needs, err := base.NeedsOf(wasm); needs == nil || err != nil {
		t.Errorf("not fitted to the library that was made again: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "programs", workPrefix+"*")); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
}
