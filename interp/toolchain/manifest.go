package toolchain

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// format is the version of the pack's layout. Since 2 there is documentation in it.
const format = 2

// Bounds of what a manifest may say. A true one names some 530 files of 160 MB.
const (
	maxManifest = 1 << 20   // bytes of JSON
	maxFiles    = 4096      // entries
	maxFile     = 128 << 20 // bytes of one file
	maxTotal    = 1 << 30   // bytes of all files
)

// Manifest says what is in a pack.
type Manifest struct {
	Format int    `json:"format"`
	Go     string `json:"go"`   // the release, as runtime.Version has it: "go1.26.8"
	OS     string `json:"os"`   // of the tools, as in GOOS
	Arch   string `json:"arch"` // of the tools, as in GOARCH
	Files  []File `json:"files"`
}

// File is one file of a pack.
type File struct {
	Name   string `json:"name"` // with slashes: "bin/link", "lib/net/http.a", "doc/fmt.json"
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// exe is how the names of programs end.
func (m Manifest) exe() string {
	if m.OS == "windows" {
		return ".exe"
	}
	return ""
}

func (m Manifest) compiler() string { return "bin/compile" + m.exe() }
func (m Manifest) linker() string   { return "bin/link" + m.exe() }

// id is what a manifest's bytes, and so the content of the whole pack, are known
// by.
func id(manifest []byte) string {
	sum := sha256.Sum256(manifest)
	return hex.EncodeToString(sum[:])
}

// readManifest reads and checks a manifest. It does not judge whether this
// machine can use the pack.
func readManifest(b []byte) (Manifest, error) {
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("read the manifest: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Manifest{}, errors.New("read the manifest: something follows it")
	}
	if err := m.check(); err != nil {
		return Manifest{}, fmt.Errorf("read the manifest: %w", err)
	}
	return m, nil
}

func (m Manifest) check() error {
	if len(m.Files) > maxFiles {
		return fmt.Errorf("%d files are too many", len(m.Files))
	}
	if m.Go == "" || m.OS == "" || m.Arch == "" {
		return errors.New("it does not say what it is for")
	}
	seen := map[string]bool{}
	var total int64
	for _, f := range m.Files {
		if err := m.checkFile(f); err != nil {
			return err
		}
		// Some systems do not tell upper case from lower case.
		if low := strings.ToLower(f.Name); seen[low] {
			return fmt.Errorf("%s is named twice", f.Name)
		} else {
			seen[low] = true
		}
		total += f.Size
	}
	if total > maxTotal {
		return fmt.Errorf("%d bytes are too many", total)
	}
	if !seen[m.compiler()] || !seen[m.linker()] {
		return errors.New("the compiler or the linker is not in it")
	}
	return nil
}

var (
	packageFile = regexp.MustCompile(`^(?:lib(?:/[a-zA-Z0-9_][a-zA-Z0-9_.\-]*)+\.a|doc(?:/[a-zA-Z0-9_][a-zA-Z0-9_.\-]*)+\.json)$`)
	hashText    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

func (m Manifest) checkFile(f File) error {
	switch {
	case f.Name != m.compiler() && f.Name != m.linker() &&
		(!packageFile.MatchString(f.Name) || path.Clean(f.Name) != f.Name || len(f.Name) > 200):
		return fmt.Errorf("%q cannot be a file of it", f.Name)
	case f.Size <= 0 || f.Size > maxFile || f.isDocs() && f.Size > maxDocs:
		return fmt.Errorf("%s cannot have %d bytes", f.Name, f.Size)
	case !hashText.MatchString(f.SHA256):
		return fmt.Errorf("the hash of %s is not one", f.Name)
	}
	return nil
}

// toUnpack are the files that the tools need. Documentation is read from the pack.
func (m Manifest) toUnpack() []File {
	return slices.DeleteFunc(slices.Clone(m.Files), File.isDocs)
}

// importPath returns the import path of a file that is a package.
func (f File) importPath() (string, bool) {
	p, ok := strings.CutPrefix(f.Name, "lib/")
	return strings.TrimSuffix(p, ".a"), ok
}

// Importable reports whether a program may import a package of that path, if
// there is one: it is neither internal to the standard library nor vendored.
func Importable(importPath string) bool {
	for e := range strings.SplitSeq(importPath, "/") {
		if e == "internal" || e == "vendor" {
			return false
		}
	}
	return true
}
