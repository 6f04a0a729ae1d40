package toolchain

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDocs(t *testing.T) {
	p := mustOpen(t, goodPack(t))
	d, err := p.Docs("fmt")
	if err != nil || d["Println"] != "Println prints." || d["Stringer.String"] != "<b>&" || d[""] == "" || len(d) != 3 {
		t.Errorf("%q, %v", d, err)
	}
	for _, none := range []string{"net/http", "", "../fmt", "fmt.json"} {
		if _, err := p.Docs(none); !errors.Is(err, ErrNoPackage) {
			t.Errorf("%q: %v", none, err)
		}
	}
	b, err := d.Encode()
	if err != nil || string(b) != content()["doc/fmt.json"] {
		t.Errorf("%s, %v", b, err)
	}
}

func TestDocsAreChecked(t *testing.T) {
	for name, d := range map[string]Docs{
		"a name with a space": {"a b": "x"}, "a long name": {strings.Repeat("x", maxSymbol+1): "x"}, "an empty text": {"x": ""},
		"no text": {"x": "\xff"}, "too much": {"x": strings.Repeat("x", maxDocs)},
	} {
		if _, err := d.Encode(); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	for name, text := range map[string]string{
		"no JSON": "{", "another shape": `["x"]`, "a name": `{"a/b":"x"}`, "an empty text": `{"x":""}`, "no text": "{\"x\":\"\xff\"}",
	} {
		files := content()
		files["doc/fmt.json"] = text
		p := mustOpen(t, makePack(t, files, runtime.Version(), runtime.GOOS, runtime.GOARCH))
		if d, err := p.Docs("fmt"); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %q, %v", name, d, err)
		}
	}
}

// TestOlderPack opens a pack as it was before there was documentation in it.
func TestOlderPack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	b := forge(t, func(m *Manifest, _ map[string]string) { m.Format = format - 1 })
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrStale) {
		t.Error(err)
	}
	if Current(path, runtime.GOOS, runtime.GOARCH) {
		t.Error("it would not be made anew")
	}
}

// FuzzDocs: what is read means the same when it is written and read again.
func FuzzDocs(f *testing.F) {
	f.Add([]byte(content()["doc/fmt.json"]))
	f.Add([]byte(`{"a":"\ud800","A":"x"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := decodeDocs(b)
		if err != nil {
			return
		}
		again, err := d.Encode()
		if err != nil && len(b) < maxDocs/6 {
			t.Fatalf("read and not written: %v", err)
		}
		if err != nil {
			return
		}
		if same, err := decodeDocs(again); err != nil || !maps.Equal(d, same) {
			t.Errorf("%q is %q again: %v", d, same, err)
		}
	})
}
