package gc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"thirdspace/interp/frame"
)

// cache keeps built programs in a folder: each is a folder of its own, named
// after its key, whose time of change is when it was last used.
type cache struct {
	dir   string
	limit int64 // bytes
	log   *slog.Logger
	mu    sync.RWMutex // held for writing while programs are removed
}

// key is what a program is known by: everything that what is built depends on.
func (r ready) key(files []frame.File) string {
	sum := sha256.New()
	sorted := slices.SortedFunc(slices.Values(files), func(a, b frame.File) int { return strings.Compare(a.Name, b.Name) })
	// Lengths before texts: no two programs give the same bytes.
	fmt.Fprintf(sum, "%d:%s", len(r.std), r.std)
	if r.library != nil {
		fmt.Fprint(sum, r.library.index.ID())
	}
	for _, f := range sorted {
		fmt.Fprintf(sum, "%d:%s%d:%s", len(f.Name), f.Name, len(f.Text), f.Text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// The folders of programs, those of programs that are being built, and how long
// one of those may be left behind; those of Go's library, and how long one is kept
// that is not used, which may be that of another version of the app.
const (
	programPrefix = "program-"
	workPrefix    = "work-"
	workKept      = time.Hour
	libraryPrefix = "library-"
	libraryKept   = 30 * 24 * time.Hour
)

// workFolder makes a folder to build in.
func (c *cache) workFolder() (string, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", fmt.Errorf("make a folder to build in: %w", err)
	}
	dir, err := os.MkdirTemp(c.dir, workPrefix)
	if err != nil {
		return "", fmt.Errorf("make a folder to build in: %w", err)
	}
	// The tools are told of it by its full name.
	return filepath.Abs(dir)
}

// sumsFile holds the check sums of a program's files. They are against damage on
// the disk; who could change the files could change them too.
const sumsFile = "sums.json"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// get copies a program into the folder to. It reports whether it was there,
// whole; if not, the folder is as it was.
func (c *cache) get(key, to string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	from := filepath.Join(c.dir, programPrefix+key)
	sums, err := readSums(from, WasmFile)
	if err == nil {
		err = copyProgram(from, to, sums)
	}
	if err == nil {
		_ = os.Chtimes(from, time.Time{}, time.Now()) // used now
		return true
	}
	if !errors.Is(err, fs.ErrNotExist) {
		c.log.Warn("a program that was kept is damaged; it is built again", "error", err)
	}
	clearFolder(to)
	return false
}

// put keeps the program that lies in the folder from, which it takes away, and
// copies it into the folder to.
func (c *cache) put(key, from, to string) error {
	sums, err := writeSums(from)
	if err != nil {
		return err
	}
	if err := copyProgram(from, to, sums); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	dir := filepath.Join(c.dir, programPrefix+key)
	// One that is there is damaged, or was put there at this very moment.
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Rename(from, dir); err != nil {
		return err
	}
	return c.trim()
}

// tidy removes what is left of programs whose building was interrupted, and what
// is more than may be kept.
func (c *cache) tidy() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	all, err := os.ReadDir(c.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the programs kept: %w", err)
	}
	for _, e := range all {
		i, err := e.Info()
		if err != nil {
			continue
		}
		age := time.Since(i.ModTime())
		if strings.HasPrefix(e.Name(), workPrefix) && age > workKept || strings.HasPrefix(e.Name(), libraryPrefix) && age > libraryKept {
			_ = os.RemoveAll(filepath.Join(c.dir, e.Name())) // or the next time
		}
	}
	return c.trim()
}

// trim removes the programs that were not used for longest until what is left
// fits.
func (c *cache) trim() error {
	all, err := os.ReadDir(c.dir)
	if err != nil {
		return fmt.Errorf("look at the programs kept: %w", err)
	}
	type kept struct {
		path string
		used time.Time
		size int64
	}
	var programs []kept
	var total int64
	for _, e := range all {
		i, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), programPrefix) {
			continue
		}
		k := kept{path: filepath.Join(c.dir, e.Name()), used: i.ModTime()}
		k.size = folderSize(k.path)
		total += k.size
		programs = append(programs, k)
	}
	slices.SortFunc(programs, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, k := range programs {
		if total <= c.limit {
			break
		}
		if err := os.RemoveAll(k.path); err != nil {
			return fmt.Errorf("make room for programs: %w", err)
		}
		total -= k.size
	}
	return nil
}

// folderSize is the size in bytes of all files below dir, as far as it is known.
func folderSize(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be looked at is not counted
		}
		if i, err := e.Info(); err == nil && i.Mode().IsRegular() {
			n += i.Size()
		}
		return nil
	})
	return n
}

// writeSums notes the check sums of all files below dir, in it.
func writeSums(dir string) (map[string]uint32, error) {
	sums := map[string]uint32{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		sum, err := copySummed(io.Discard, path)
		sums[filepath.ToSlash(name)] = sum
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(sums)
	if err != nil {
		return nil, err
	}
	return sums, os.WriteFile(filepath.Join(dir, sumsFile), b, 0o600)
}

// maxSums is the longest file of check sums, in bytes. It names two files.
const maxSums = 4 << 10

// readSums reads the check sums in a folder, which must name the file has.
func readSums(dir, has string) (map[string]uint32, error) {
	f, err := os.Open(filepath.Join(dir, sumsFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSums))
	if err != nil {
		return nil, err
	}
	var sums map[string]uint32
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&sums); err != nil {
		return nil, fmt.Errorf("read %s: %w", f.Name(), err)
	}
	for name := range sums {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("read %s: %q is elsewhere", f.Name(), name)
		}
	}
	if _, ok := sums[has]; !ok {
		return nil, fmt.Errorf("read %s: there is no %s", f.Name(), has)
	}
	return sums, nil
}

// copyProgram copies the files that sums names, and checks them. They are
// readable by whoever may look into the folder: a runner may be another user.
func copyProgram(from, to string, sums map[string]uint32) error {
	for name, want := range sums {
		name = filepath.FromSlash(name)
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		if err := copyChecked(filepath.Join(from, name), filepath.Join(to, name), want); err != nil {
			return err
		}
	}
	return nil
}

// copyChecked copies a file that has the check sum want.
func copyChecked(from, to string, want uint32) error {
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	sum, err := copySummed(w, from)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if sum != want {
		return fmt.Errorf("%s is not what it was", filepath.Base(from))
	}
	return nil
}

// copySummed copies a file and returns its check sum.
func copySummed(w io.Writer, path string) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := crc32.New(castagnoli)
	_, err = io.Copy(io.MultiWriter(w, sum), f)
	return sum.Sum32(), err
}

// clearFolder removes what is in a folder.
func clearFolder(dir string) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range all {
		_ = os.RemoveAll(filepath.Join(dir, e.Name()))
	}
}
