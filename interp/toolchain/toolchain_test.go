package toolchain

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// archive is a compiled package as far as this package looks at it.
func archive(export string) string {
	head := fmt.Sprintf("%-16s%-12s%-6s%-6s%-8s%-10d`\n", "__.PKGDEF", "0", "0", "0", "644", len(export))
	return arMagic + head + export + strings.Repeat("object code ", 1000)
}

// content is what the packs of these tests hold.
func content() map[string]string {
	exe := Manifest{OS: runtime.GOOS}.exe()
	return map[string]string{
		"bin/compile" + exe: "#! compiler", "bin/link" + exe: "#! linker",
		"lib/fmt.a": archive("export data of fmt"), "lib/net/http.a": archive("export data of http"),
		"lib/internal/abi.a": archive("export data of abi"),
		"doc/fmt.json":       `{"":"Package fmt prints.","Println":"Println prints.","Stringer.String":"<b>&"}` + "\n",
	}
}

// make writes a pack of those files and returns its path.
func makePack(t testing.TB, files map[string]string, release, system, arch string) string {
	t.Helper()
	dir := t.TempDir()
	var sources []Source
	for name, text := range files {
		p := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, Source{name, p})
	}
	path := filepath.Join(dir, "test.pack")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Create(f, release, system, arch, sources); err != nil {
		t.Fatal(err)
	}
	return path
}

func goodPack(t testing.TB) string {
	return makePack(t, content(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func mustOpen(t testing.TB, path string) *Pack {
	t.Helper()
	p, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestRoundTrip(t *testing.T) {
	path := goodPack(t)
	p := mustOpen(t, path)
	if !Current(path, runtime.GOOS, runtime.GOARCH) || Current(path, "plan9", runtime.GOARCH) || p.Go() != runtime.Version() {
		t.Error("it is not what it is")
	}
	cache := filepath.Join(t.TempDir(), "a", "b")
	tools, err := p.Unpack(t.Context(), cache)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range content() {
		if strings.HasPrefix(name, docsFolder) {
			continue
		}
		got, err := os.ReadFile(filepath.Join(tools.Dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %.20q, %v", name, got, err)
		}
	}
	if info, err := os.Stat(tools.Compile); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	if want := "packagefile net/http=" + filepath.Join(tools.Dir, "lib", "net", "http.a") + "\n"; !strings.Contains(tools.ImportConfig(), want) {
		t.Errorf("%s is not in %s", want, tools.ImportConfig())
	}
	if err := tools.Verify(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(tools.Dir, docsFolder)); err == nil {
		t.Error("documentation was unpacked")
	}
	if left, _ := filepath.Glob(filepath.Join(cache, partPrefix+"*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	// The same files, the same bytes.
	again := goodPack(t)
	a, err1 := os.ReadFile(path)
	b, err2 := os.ReadFile(again)
	if err := errors.Join(err1, err2); err != nil || !bytes.Equal(a, b) {
		t.Errorf("two packs of the same files differ; %v", err)
	}
}

func TestPackage(t *testing.T) {
	p := mustOpen(t, goodPack(t))
	r, err := p.Package("net/http")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if want, _, _ := strings.Cut(archive("export data of http"), "object"); err != nil || string(b) != want {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := p.Package("example.org/x"); !errors.Is(err, ErrNoPackage) {
		t.Error(err)
	}
	if !p.Has("fmt") || !p.Has("unsafe") || p.Has("os") || !Importable("net/http") || Importable("internal/abi") || Importable("vendor/x") {
		t.Error("wrong about what is there")
	}
	bad := content()
	bad["lib/short.a"], bad["lib/odd.a"], bad["lib/long.a"] = "!<arch>\n", strings.Repeat("x", 200), strings.Replace(archive("x"), "1         `", "99        `", 1)[:100]
	p = mustOpen(t, makePack(t, bad, runtime.Version(), runtime.GOOS, runtime.GOARCH))
	for _, name := range []string{"short", "odd"} {
		if _, err := p.Package(name); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "none")); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	for _, c := range []struct {
		path string
		want error
	}{
		{makePack(t, content(), "go1.1", runtime.GOOS, runtime.GOARCH), ErrStale},
		{makePack(t, content(), runtime.Version(), runtime.GOOS, "pdp11"), ErrTarget},
	} {
		if _, err := Open(c.path); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
	whole, err := os.ReadFile(goodPack(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "cut": whole[:len(whole)/2], "cut at the end": whole[:len(whole)-1], "no beginning": whole[100:],
		"another first entry": bytes.Replace(whole, []byte(manifestName), []byte("wanifest.json"), 2),
		"a renamed entry":     bytes.ReplaceAll(whole, []byte("lib/fmt.a"), []byte("lib/../x.a")[:9]),
	} {
		path := filepath.Join(dir, "x")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDamage changes each byte in turn, some of them at least: a pack is either
// refused, or what comes out of it is what was put in.
func TestDamage(t *testing.T) {
	path := goodPack(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for i := 0; i < len(whole); i += 11 {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x55
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		cache := t.TempDir()
		if err := unpackAll(t.Context(), path, cache); err == nil {
			continue // a byte that says nothing, such as a time
		}
		refused++
		if left, _ := os.ReadDir(cache); len(left) > 0 {
			t.Fatalf("byte %d: left behind %v", i, left)
		}
	}
	if refused < len(whole)/11/2 {
		t.Errorf("only %d of %d refused", refused, len(whole)/11)
	}
}

func unpackAll(ctx context.Context, path, cache string) error {
	p, err := Open(path)
	if err != nil {
		return err
	}
	defer p.Close()
	tools, err := p.Unpack(ctx, cache)
	if err != nil {
		return err
	}
	return tools.Verify()
}

// TestLies opens packs whose manifest says something else than the truth.
func TestLies(t *testing.T) {
	for name, change := range map[string]func(m *Manifest, entries map[string]string){
		"a hash":        func(m *Manifest, _ map[string]string) { m.Files[0].SHA256 = strings.Repeat("0", 64) },
		"a size":        func(m *Manifest, _ map[string]string) { m.Files[2].Size++ },
		"one file more": func(_ *Manifest, e map[string]string) { e["lib/evil.a"] = "x" },
		"a file outside": func(m *Manifest, e map[string]string) {
			m.Files[2].Name = "lib/../../evil.a"
			e["lib/../../evil.a"] = "x"
		},
		"an absolute file": func(m *Manifest, _ map[string]string) { m.Files[2].Name = "/etc/evil.a" },
		"a program":        func(m *Manifest, _ map[string]string) { m.Files[2].Name = "bin/sh" },
		"the same twice":   func(m *Manifest, _ map[string]string) { m.Files = append(m.Files, m.Files[2]) },
		"names in capitals": func(m *Manifest, _ map[string]string) {
			f := m.Files[2]
			f.Name = "lib/FMT.a"
			m.Files = append(m.Files, f)
		},
		"a huge file":     func(m *Manifest, _ map[string]string) { m.Files[2].Size = 1 << 60 },
		"a negative size": func(m *Manifest, _ map[string]string) { m.Files[2].Size = -1 },
		"no compiler":     func(m *Manifest, _ map[string]string) { m.Files = m.Files[1:] },
	} {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, forge(t, change), 0o600); err != nil {
			t.Fatal(err)
		}
		cache := filepath.Join(t.TempDir(), "c")
		if err := unpackAll(t.Context(), path, cache); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(cache); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}

func TestUnpackedDamage(t *testing.T) {
	p := mustOpen(t, goodPack(t))
	cache := t.TempDir()
	tools, err := p.Unpack(t.Context(), cache)
	if err != nil {
		t.Fatal(err)
	}
	// A file that is missing or shorter is seen at once.
	for _, hurt := range []func(string) error{os.Remove, func(p string) error { return os.Truncate(p, 3) }} {
		if err := hurt(tools.Link); err != nil {
			t.Fatal(err)
		}
		if tools, err = p.Unpack(t.Context(), cache); err != nil {
			t.Fatal(err)
		}
		if err := tools.Verify(); err != nil {
			t.Error(err)
		}
	}
	// One of the same size is seen by Verify.
	if err := os.WriteFile(tools.Link, []byte("#! Linker"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := tools.Verify(); !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if tools, err = p.Unpack(t.Context(), cache); err != nil || tools.Verify() != nil {
		t.Error(err)
	}
	if all, _ := os.ReadDir(cache); len(all) != 1 {
		t.Errorf("%v", all)
	}
}

func TestUnpackEnds(t *testing.T) {
	p := mustOpen(t, goodPack(t))
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	cache := t.TempDir()
	if _, err := p.Unpack(ctx, cache); !errors.Is(err, cause) {
		t.Error(err)
	}
	if left, _ := os.ReadDir(cache); len(left) > 0 {
		t.Errorf("left behind %v", left)
	}
	// What others left long ago goes, what is younger stays.
	for name, age := range map[string]time.Duration{unpackedPrefix + "old": 2 * keep, unpackedPrefix + "new": 0, partPrefix + "old": 2 * stale, "mine": 2 * keep} {
		dir := filepath.Join(cache, name)
		if err := errors.Join(os.Mkdir(dir, 0o700), os.Chtimes(dir, time.Time{}, time.Now().Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Unpack(t.Context(), cache); err != nil {
		t.Fatal(err)
	}
	for name, stays := range map[string]bool{unpackedPrefix + "old": false, unpackedPrefix + "new": true, partPrefix + "old": false, "mine": true} {
		if _, err := os.Stat(filepath.Join(cache, name)); (err == nil) != stays {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUnpackTogether(t *testing.T) {
	path, cache := goodPack(t), t.TempDir()
	done := make(chan error)
	for range 8 {
		go func() { done <- unpackAll(context.Background(), path, cache) }()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if all, _ := os.ReadDir(cache); len(all) != 1 {
		t.Errorf("%v", all)
	}
}

// forge makes a pack with a manifest that was changed after it was true.
func forge(t testing.TB, change func(*Manifest, map[string]string)) []byte {
	t.Helper()
	entries := content()
	p := mustOpen(t, goodPack(t))
	m := p.manifest
	m.Files = append([]File(nil), m.Files...)
	change(&m, entries)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(manifestName, encode(t, m))
	for _, name := range sortedNames(entries) {
		put(name, entries[name])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
