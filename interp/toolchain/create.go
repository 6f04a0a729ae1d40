package toolchain

import (
	"archive/zip"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
)

// Source is a file that Create puts into a pack.
type Source struct {
	Name string // in the pack
	Path string // on the disk
}

// Create writes a pack of a Go release, whose tools run on the given system, to
// w. The same files give the same bytes.
func Create(w io.Writer, release, system, arch string, sources []Source) error {
	sources = slices.SortedFunc(slices.Values(sources), func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	m := Manifest{Format: format, Go: release, OS: system, Arch: arch}
	for _, s := range sources {
		f, err := describe(s)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, f)
	}
	if err := m.check(); err != nil {
		return fmt.Errorf("make a pack: %w", err)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("make a manifest: %w", err)
	}
	if err := add(z, manifestName, strings.NewReader(string(text)+"\n")); err != nil {
		return err
	}
	for _, s := range sources {
		if err := addFile(z, s); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("make a pack: %w", err)
	}
	return nil
}

func describe(s Source) (File, error) {
	r, err := os.Open(s.Path)
	if err != nil {
		return File{}, fmt.Errorf("make a pack: %w", err)
	}
	defer r.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	if err != nil {
		return File{}, fmt.Errorf("make a pack: read %s: %w", s.Path, err)
	}
	return File{Name: s.Name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

func addFile(z *zip.Writer, s Source) error {
	r, err := os.Open(s.Path)
	if err != nil {
		return fmt.Errorf("make a pack: %w", err)
	}
	defer r.Close()
	return add(z, s.Name, r)
}

func add(z *zip.Writer, name string, r io.Reader) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err == nil {
		_, err = io.Copy(w, r)
	}
	if err != nil {
		return fmt.Errorf("make a pack: write %s: %w", name, err)
	}
	return nil
}

// Current reports whether a pack that Create made lies at path, of this Go
// release and for the given system, so that it need not be made again. It looks
// at the manifest and the directory of the file only.
func Current(path, system, arch string) bool {
	p, err := open(path, runtime.Version(), system, arch)
	if err != nil {
		return false
	}
	_ = p.Close()
	return true
}
