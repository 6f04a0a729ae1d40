package toolchain

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func encode(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// FuzzManifest: whatever is accepted names only files inside the folder, within
// the bounds, and means the same when it is written and read again.
func FuzzManifest(f *testing.F) {
	p := mustOpen(f, goodPack(f))
	f.Add([]byte(encode(f, p.manifest)))
	f.Add([]byte(`{"format":1,"go":"go1.26","os":"windows","arch":"amd64","files":[{"name":"bin/compile.exe","size":1,"sha256":""}]}`))
	f.Add([]byte(`{"files":[{"name":"../../x"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readManifest(b)
		if err != nil {
			return
		}
		var total int64
		for _, file := range m.Files {
			if !filepath.IsLocal(filepath.FromSlash(file.Name)) || strings.ContainsAny(file.Name, "\\:\x00") || file.Size <= 0 {
				t.Errorf("accepted %+v", file)
			}
			total += file.Size
		}
		if total > maxTotal || len(m.Files) > maxFiles {
			t.Errorf("accepted %d bytes in %d files", total, len(m.Files))
		}
		if again, err := readManifest([]byte(encode(t, m))); err != nil || !reflect.DeepEqual(m, again) {
			t.Errorf("not the same again: %v", err)
		}
	})
}

// FuzzOpen: no file makes Open do anything but open it or refuse it with one of
// its errors, and a pack that opens can be read.
func FuzzOpen(f *testing.F) {
	whole, err := os.ReadFile(goodPack(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	path := filepath.Join(f.TempDir(), "x")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := open(path, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrStale) && !errors.Is(err, ErrTarget) {
				t.Errorf("refused with %v", err)
			}
			return
		}
		defer p.Close()
		if r, err := p.Package("fmt"); err == nil {
			_ = r.Close()
		} else if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoPackage) {
			t.Error(err)
		}
	})
}
