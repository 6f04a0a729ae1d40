package toolchain

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// manifestName is the first entry of a pack.
const manifestName = "manifest.json"

// Pack is an open pack. It may be used by several goroutines.
type Pack struct {
	file     *os.File
	manifest Manifest
	id       string
	entries  map[string]*zip.File
	sizes    map[string]File
}

// Open opens a pack and checks that it is for this program and this system. Of
// the content it checks what the manifest and the directory of the zip file say;
// each file is checked when it is read.
func Open(path string) (*Pack, error) {
	return open(path, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func open(path, release, system, arch string) (p *Pack, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrMissing, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the pack with Go's compiler: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if p, err = read(f); err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	m := p.manifest
	switch {
	case m.Format != format:
		return nil, fmt.Errorf("%w (its format is %d, not %d)", ErrStale, m.Format, format)
	case m.Go != release:
		return nil, fmt.Errorf("%w (it is of %s, not %s)", ErrStale, m.Go, release)
	case m.OS != system || m.Arch != arch:
		return nil, fmt.Errorf("%w (%s on %s, not %s on %s)", ErrTarget, m.OS, m.Arch, system, arch)
	}
	return p, nil
}

func read(f *os.File) (*Pack, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return nil, err
	}
	if len(z.File) == 0 || z.File[0].Name != manifestName || len(z.File) > maxFiles+1 {
		return nil, errors.New("it does not begin with a manifest")
	}
	text, err := readBounded(z.File[0], maxManifest)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(text)
	if err != nil {
		return nil, err
	}
	p := &Pack{file: f, manifest: m, id: id(text), entries: map[string]*zip.File{}, sizes: map[string]File{}}
	for _, e := range z.File[1:] {
		p.entries[e.Name] = e
	}
	for _, want := range m.Files {
		e := p.entries[want.Name]
		if e == nil || e.UncompressedSize64 != uint64(want.Size) || !e.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not in it as it should be", want.Name)
		}
		p.sizes[want.Name] = want
	}
	if len(p.entries) != len(m.Files) || len(z.File) != len(m.Files)+1 {
		return nil, errors.New("there is more in it than its manifest says")
	}
	return p, nil
}

func readBounded(e *zip.File, limit int64) ([]byte, error) {
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("%s is too long", e.Name)
	}
	return b.Bytes(), err
}

// Close closes the file. What was unpacked stays usable.
func (p *Pack) Close() error { return p.file.Close() }

// ID is the SHA-256 of the manifest, in hex. Packs with the same content, and no
// others, have the same.
func (p *Pack) ID() string { return p.id }

// Go is the release the pack is of, such as "go1.26.8".
func (p *Pack) Go() string { return p.manifest.Go }

// Has reports whether the standard library in the pack has a package of that
// import path. "unsafe", which is in the compiler, is one of them.
func (p *Pack) Has(importPath string) bool {
	_, ok := p.entries["lib/"+importPath+".a"]
	return ok || importPath == "unsafe"
}

// Package returns the export data of a package of the standard library, in the
// form that go/importer's "gc" importer asks its lookup function for. It comes
// straight from the pack: nothing needs to be unpacked. Reading stops with
// ErrDamaged where the pack is not as it should be. The caller closes the reader.
func (p *Pack) Package(importPath string) (io.ReadCloser, error) {
	e := p.entries["lib/"+importPath+".a"]
	if e == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoPackage, importPath)
	}
	r, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("%w (%s: %w)", ErrDamaged, e.Name, err)
	}
	head := make([]byte, len(arMagic)+arHeader)
	if _, err := io.ReadFull(r, head); err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("%w (%s: %w)", ErrDamaged, e.Name, err)
	}
	n, err := exportSize(head)
	if err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("%w (%s: %w)", ErrDamaged, e.Name, err)
	}
	return &member{r: io.MultiReader(bytes.NewReader(head), io.LimitReader(r, n)), c: r}, nil
}

// member is the beginning of an entry.
type member struct {
	r io.Reader
	c io.Closer
}

func (m *member) Close() error { return m.c.Close() }

func (m *member) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w (%w)", ErrDamaged, err)
	}
	return n, err
}

// Go's archives are in the common ar format: a magic line, and before each
// member a header of 60 bytes whose bytes 48–57 are its size in decimal. The
// first member of a compiled package is its export data.
const (
	arMagic  = "!<arch>\n"
	arHeader = 60
)

func exportSize(head []byte) (int64, error) {
	rest, ok := bytes.CutPrefix(head, []byte(arMagic+"__.PKGDEF"))
	if !ok || len(head) != len(arMagic)+arHeader {
		return 0, errors.New("not a compiled package")
	}
	field := string(rest[48-len("__.PKGDEF"):][:10])
	n, err := strconv.ParseInt(strings.TrimSpace(field), 10, 64)
	if err != nil || n <= 0 || n > maxFile {
		return 0, errors.New("not a compiled package")
	}
	return n, nil
}

// copyTo writes a file of the pack to w and checks it.
func (p *Pack) copyTo(w io.Writer, f File) error {
	r, err := p.entries[f.Name].Open()
	if err != nil {
		return fmt.Errorf("%w (%s: %w)", ErrDamaged, f.Name, err)
	}
	defer r.Close()
	return copyChecked(w, r, f)
}

// copyChecked copies exactly what the manifest says of f from r.
func copyChecked(w io.Writer, r io.Reader, f File) error {
	sum := sha256.New()
	read := &failing{r: io.LimitReader(r, f.Size+1)}
	n, err := io.Copy(io.MultiWriter(sum, w), read)
	switch {
	case read.err != nil:
		return fmt.Errorf("%w (%s: %w)", ErrDamaged, f.Name, read.err)
	case err != nil:
		return fmt.Errorf("write %s: %w", f.Name, err)
	case n != f.Size || hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		return fmt.Errorf("%w (%s is not what it was)", ErrDamaged, f.Name)
	}
	return nil
}

// failing remembers an error of reading, to tell it from one of writing.
type failing struct {
	r   io.Reader
	err error
}

func (f *failing) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
