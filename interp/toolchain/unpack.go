package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Tools is an unpacked pack.
type Tools struct {
	Dir     string // the folder it lies in
	Compile string // path of the compiler
	Link    string // path of the linker

	files  []File
	config string
}

// ImportConfig is the content of the file that the tools' flag -importcfg names:
// where each package of the standard library lies.
func (t *Tools) ImportConfig() string { return t.config }

// Unused toolchains are removed after keep: another app on this machine may be
// of another version, and use another one. Unfinished ones are removed after
// stale.
const (
	keep  = 30 * 24 * time.Hour
	stale = time.Hour
)

const (
	unpackedPrefix = "go-"
	partPrefix     = "part-"
)

// Unpack returns the tools, unpacked in a folder of their own below cache, which
// is made if need be. If they are there already, whole, they are used as they
// are: names and sizes are looked at then, not each byte (see Verify). Several
// processes may unpack at the same time. It also removes what other versions of
// the app have left there long ago. It gives up when ctx ends, with its cause.
func (p *Pack) Unpack(ctx context.Context, cache string) (*Tools, error) {
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return nil, fmt.Errorf("unpack Go's compiler: %w", err)
	}
	cache, err := filepath.Abs(cache)
	if err != nil {
		return nil, fmt.Errorf("unpack Go's compiler: %w", err)
	}
	dir := filepath.Join(cache, unpackedPrefix+p.id[:32])
	t := p.tools(dir)
	if t.whole() {
		_ = os.Chtimes(dir, time.Time{}, time.Now()) // so that it is not swept
		return t, nil
	}
	part, err := os.MkdirTemp(cache, partPrefix)
	if err != nil {
		return nil, fmt.Errorf("unpack Go's compiler: %w", err)
	}
	defer os.RemoveAll(part)
	if err := p.unpackTo(ctx, part); err != nil {
		return nil, fmt.Errorf("unpack Go's compiler: %w", err)
	}
	if err := t.put(part); err != nil {
		return nil, fmt.Errorf("unpack Go's compiler: %w", err)
	}
	sweep(cache, dir)
	return t, nil
}

func (p *Pack) tools(dir string) *Tools {
	t := &Tools{
		Dir: dir, files: p.manifest.toUnpack(),
		Compile: filepath.Join(dir, filepath.FromSlash(p.manifest.compiler())),
		Link:    filepath.Join(dir, filepath.FromSlash(p.manifest.linker())),
	}
	var b strings.Builder
	for _, f := range t.files {
		if path, ok := f.importPath(); ok {
			fmt.Fprintf(&b, "packagefile %s=%s\n", path, filepath.Join(dir, filepath.FromSlash(f.Name)))
		}
	}
	t.config = b.String()
	return t
}

// whole reports whether every file is there, with its size.
func (t *Tools) whole() bool {
	for _, f := range t.files {
		info, err := os.Lstat(filepath.Join(t.Dir, filepath.FromSlash(f.Name)))
		if err != nil || !info.Mode().IsRegular() || info.Size() != f.Size {
			return false
		}
	}
	return true
}

// put gives the unpacked folder its name, unless somebody else was quicker.
func (t *Tools) put(part string) error {
	err := os.Rename(part, t.Dir)
	if err == nil || t.whole() {
		return nil
	}
	// What is there is not whole: it takes the other's place, to be removed.
	away := part + "-broken"
	if err := os.Rename(t.Dir, away); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer os.RemoveAll(away)
	if err := os.Rename(part, t.Dir); err != nil && !t.whole() {
		return err
	}
	return nil
}

// Verify reads every file and compares it with the manifest. If one is not what
// it was, it removes the folder, so that Unpack makes it anew, and returns
// ErrDamaged.
func (t *Tools) Verify() error {
	for _, f := range t.files {
		if err := t.verify(f); err != nil {
			if rm := os.RemoveAll(t.Dir); rm != nil {
				return errors.Join(err, rm)
			}
			return err
		}
	}
	return nil
}

func (t *Tools) verify(f File) error {
	r, err := os.Open(filepath.Join(t.Dir, filepath.FromSlash(f.Name)))
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	defer r.Close()
	return copyChecked(discard{}, r, f)
}

// discard is io.Discard without its own way of reading.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// unpackTo writes all files below dir, durably.
func (p *Pack) unpackTo(ctx context.Context, dir string) error {
	made := map[string]bool{}
	work := make(chan File)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
	}
	for range max(2, runtime.NumCPU()) { // at least two: one writes, one waits for the disk
		wg.Go(func() {
			for f := range work {
				if err := p.unpackFile(ctx, dir, f); err != nil {
					fail(err)
				}
			}
		})
	}
	for _, f := range p.manifest.toUnpack() {
		parent := filepath.Dir(filepath.Join(dir, filepath.FromSlash(f.Name)))
		if !made[parent] {
			if err := os.MkdirAll(parent, 0o700); err != nil {
				fail(err)
				break
			}
			made[parent] = true
		}
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			break
		}
		work <- f
	}
	close(work)
	wg.Wait()
	return failed
}

func (p *Pack) unpackFile(ctx context.Context, dir string, f File) error {
	mode := os.FileMode(0o600)
	if strings.HasPrefix(f.Name, "bin/") {
		mode = 0o700
	}
	w, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(f.Name)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	err = p.copyTo(ending{ctx, w}, f)
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}

// ending writes until its context ends.
type ending struct {
	ctx context.Context
	w   io.Writer
}

func (e ending) Write(b []byte) (int, error) {
	if e.ctx.Err() != nil {
		return 0, context.Cause(e.ctx)
	}
	return e.w.Write(b)
}

// sweep removes toolchains nobody has used for long, and the rests of unpacking
// that was interrupted.
func sweep(cache, mine string) {
	all, err := os.ReadDir(cache)
	if err != nil {
		return
	}
	for _, e := range all {
		path := filepath.Join(cache, e.Name())
		age := time.Duration(0)
		if info, err := e.Info(); err == nil && e.IsDir() {
			age = time.Since(info.ModTime())
		}
		old := strings.HasPrefix(e.Name(), unpackedPrefix) && age > keep
		left := strings.HasPrefix(e.Name(), partPrefix) && age > stale
		if path != mine && (old || left) {
			_ = os.RemoveAll(path) // or the next time
		}
	}
}
