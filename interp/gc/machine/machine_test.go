package machine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/tetratelabs/wazero/experimental/sys"
	"github.com/tetratelabs/wazero/experimental/sysfs"
	"go.uber.org/goleak"

	"thirdspace/interp/frame"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Programs by hand: a module whose _start does one thing.
var (
	returns = "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x07\x0a\x01\x06_start\x00\x00" + "\x0a\x04\x01\x02\x00\x0b"
	traps   = "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x07\x0a\x01\x06_start\x00\x00" + "\x0a\x05\x01\x03\x00\x00\x0b"
	recurs  = "\x00asm\x01\x00\x00\x00" + "\x01\x04\x01\x60\x00\x00" + "\x03\x02\x01\x00" + "\x07\x0a\x01\x06_start\x00\x00" + "\x0a\x06\x01\x04\x00\x10\x00\x0b"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.wasm")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMachine(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{"returns": {returns, nil}, "traps": {traps, errAny}, "recurs": {recurs, ErrStack}} {
		native, home := t.TempDir(), t.TempDir()
		wasm := write(t, c.text)
		if err := Translate(context.Background(), wasm, native); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := Write(home, []frame.File{{Name: "a.txt", Text: "x"}}); err != nil {
			t.Fatal(err)
		}
		m, err := Load(wasm, native, Overhead+16<<20)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		code, err := m.Run(home, nil, os.Stdin, os.Stdout, os.Stderr)
		if c.want == nil && (err != nil || code != 0) || c.want == errAny && err == nil || c.want == ErrStack && !errors.Is(err, ErrStack) {
			t.Errorf("%s: %d, %v", name, code, err)
		}
		if err := m.runtime.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

var errAny = errors.New("any error")

func TestRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "text": "hello", "cut": returns[:20]} {
		if err := Translate(context.Background(), write(t, text), t.TempDir()); err == nil {
			t.Errorf("%s: translated", name)
		}
	}
	if err := Translate(context.Background(), filepath.Join(t.TempDir(), "none"), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	for _, memory := range []int64{0, Overhead, -1, 1 << 60} {
		if _, err := Load(write(t, returns), t.TempDir(), memory); err == nil {
			t.Errorf("loaded for %d bytes", memory)
		}
	}
	if err := Write(filepath.Join(t.TempDir(), "none"), nil); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

func TestNoLinks(t *testing.T) {
	dir := t.TempDir()
	f := noLinks{sysfs.DirFS(dir)}
	if e := f.Symlink("../x", "l"); e != sys.EPERM {
		t.Error(e)
	}
	if e := f.Link("x", "l"); e != sys.EPERM {
		t.Error(e)
	}
	if e := f.Mkdir("d", 0o700); e != 0 {
		t.Error(e)
	}
	if all, _ := os.ReadDir(dir); len(all) != 1 {
		t.Errorf("%v", all)
	}
}
