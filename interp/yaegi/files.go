package yaegi

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
)

// disk stands in for the file functions of package os: they work as always
// within the program's own folder and fail with "permission denied" outside it.
// The jail holds without this; the words are better with it, and where the jail
// is weak it is something.
type disk struct {
	home string
	root *os.Root
}

func (d *disk) open(home string) error {
	root, err := os.OpenRoot(home)
	if err != nil {
		return fmt.Errorf("open the program's folder: %w", err)
	}
	d.home, d.root = home, root
	return nil
}

// rel makes a path within the program's folder relative to it. Other paths stay
// as they are; the root refuses them.
func (d *disk) rel(name string) string {
	if !filepath.IsAbs(name) {
		return name
	}
	if r, err := filepath.Rel(d.home, name); err == nil {
		return r
	}
	return name
}

// words gives an error the operation, the path and the reason that package os
// would have given it.
func words(op, name string, err error) error {
	var pe *fs.PathError
	if err == nil || !errors.As(err, &pe) {
		return err
	}
	reason := pe.Err
	if strings.Contains(reason.Error(), "escapes") {
		reason = fs.ErrPermission
	}
	return &fs.PathError{Op: op, Path: name, Err: reason}
}

func (d *disk) openFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	f, err := d.root.OpenFile(d.rel(name), flag, perm)
	return f, words("open", name, err)
}

func (d *disk) readFile(name string) ([]byte, error) {
	b, err := d.root.ReadFile(d.rel(name))
	return b, words("open", name, err)
}

func (d *disk) writeFile(name string, data []byte, perm fs.FileMode) error {
	return words("open", name, d.root.WriteFile(d.rel(name), data, perm))
}

func (d *disk) readDir(name string) ([]fs.DirEntry, error) {
	f, err := d.openFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	list, err := f.ReadDir(-1)
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return list, err
}

// temp makes a file or folder with a new name in dir, by default the program's
// own folder.
func (d *disk) temp(dir, pattern string, make func(dir, pattern string) error) error {
	if dir == "" {
		dir = d.home
	}
	r := d.rel(dir)
	if _, err := d.root.Stat(r); err != nil {
		return words("open", dir, err)
	}
	return make(filepath.Join(d.home, r), pattern)
}

func (d *disk) createTemp(dir, pattern string) (f *os.File, err error) {
	err = d.temp(dir, pattern, func(dir, pattern string) (err error) {
		f, err = os.CreateTemp(dir, pattern)
		return err
	})
	return f, err
}

func (d *disk) mkdirTemp(dir, pattern string) (name string, err error) {
	err = d.temp(dir, pattern, func(dir, pattern string) (err error) {
		name, err = os.MkdirTemp(dir, pattern)
		return err
	})
	return name, err
}

func (d *disk) os() map[string]reflect.Value {
	v := reflect.ValueOf
	return map[string]reflect.Value{
		"Args": v(&os.Args).Elem(), "Stdin": v(&os.Stdin).Elem(), "Stdout": v(&os.Stdout).Elem(), "Stderr": v(&os.Stderr).Elem(),
		"Exit": v(os.Exit),
		"Open": v(func(n string) (*os.File, error) { return d.openFile(n, os.O_RDONLY, 0) }),
		"Create": v(func(n string) (*os.File, error) {
			return d.openFile(n, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
		}),
		"OpenFile": v(d.openFile), "ReadFile": v(d.readFile), "WriteFile": v(d.writeFile), "ReadDir": v(d.readDir),
		"CreateTemp": v(d.createTemp), "MkdirTemp": v(d.mkdirTemp),
		"TempDir":     v(func() string { return d.home }),
		"Getwd":       v(func() (string, error) { return d.home, nil }),
		"UserHomeDir": v(func() (string, error) { return d.home, nil }),
		"DirFS":       v(d.dirFS),
		"Mkdir":       v(func(n string, p fs.FileMode) error { return words("mkdir", n, d.root.Mkdir(d.rel(n), p)) }),
		"MkdirAll":    v(func(n string, p fs.FileMode) error { return words("mkdir", n, d.root.MkdirAll(d.rel(n), p)) }),
		"Remove":      v(func(n string) error { return words("remove", n, d.root.Remove(d.rel(n))) }),
		"RemoveAll":   v(func(n string) error { return words("unlinkat", n, d.root.RemoveAll(d.rel(n))) }),
		"Rename":      v(func(a, b string) error { return d.root.Rename(d.rel(a), d.rel(b)) }),
		"Link":        v(func(a, b string) error { return d.root.Link(d.rel(a), d.rel(b)) }),
		"Symlink":     v(func(a, b string) error { return d.root.Symlink(a, d.rel(b)) }),
		"Readlink": v(func(n string) (string, error) {
			s, err := d.root.Readlink(d.rel(n))
			return s, words("readlink", n, err)
		}),
		"Stat": v(func(n string) (fs.FileInfo, error) {
			i, err := d.root.Stat(d.rel(n))
			return i, words("stat", n, err)
		}),
		"Lstat": v(func(n string) (fs.FileInfo, error) {
			i, err := d.root.Lstat(d.rel(n))
			return i, words("lstat", n, err)
		}),
		"Chmod":   v(func(n string, m fs.FileMode) error { return words("chmod", n, d.root.Chmod(d.rel(n), m)) }),
		"Chtimes": v(func(n string, a, m time.Time) error { return words("chtimes", n, d.root.Chtimes(d.rel(n), a, m)) }),
		"Truncate": v(func(n string, size int64) error {
			f, err := d.openFile(n, os.O_WRONLY, 0)
			if err != nil {
				return words("truncate", n, err)
			}
			return errors.Join(f.Truncate(size), f.Close())
		}),
	}
}

// dirFS is os.DirFS for folders within the program's own; others are empty.
func (d *disk) dirFS(dir string) fs.FS {
	sub, err := fs.Sub(d.root.FS(), filepath.ToSlash(filepath.Clean(d.rel(dir))))
	if err != nil {
		return noSources{}
	}
	return sub
}

func (d *disk) ioutil() map[string]reflect.Value {
	v := reflect.ValueOf
	return map[string]reflect.Value{
		"ReadAll": v(io.ReadAll), "ReadFile": v(d.readFile), "WriteFile": v(d.writeFile),
		"TempFile": v(d.createTemp), "TempDir": v(d.mkdirTemp),
		"ReadDir": v(func(n string) ([]fs.FileInfo, error) {
			list, err := d.readDir(n)
			var infos []fs.FileInfo
			for _, e := range list {
				if i, err := e.Info(); err == nil {
					infos = append(infos, i)
				}
			}
			return infos, err
		}),
	}
}
