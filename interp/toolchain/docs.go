package toolchain

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Docs are the doc comments of a package, without their comment marks, in the
// syntax of go/doc/comment. The package's own is that of "", a function's, type's,
// constant's or variable's that of its name, and a method's or field's that of
// "Type.Name". What has no comment is not there.
type Docs map[string]string

// Bounds of the documentation of one package. The longest of a true one is some
// 300 KB in 3,400 comments.
const (
	maxDocs    = 2 << 20 // bytes of JSON
	maxSymbols = 20000   // comments
	maxSymbol  = 200     // bytes of what one is about
)

func (d Docs) check() error {
	if len(d) > maxSymbols {
		return fmt.Errorf("%d comments are too many", len(d))
	}
	for name, text := range d {
		if len(name) > maxSymbol || strings.ContainsAny(name, " \t\n/") || !utf8.ValidString(name) {
			return fmt.Errorf("%q cannot have a comment", name)
		}
		if text == "" || !utf8.ValidString(text) {
			return fmt.Errorf("the comment of %s is no text", name)
		}
	}
	return nil
}

// Encode writes the comments as a pack holds them. The same comments give the
// same bytes.
func (d Docs) Encode() ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("write the documentation: %w", err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b) // in the order of the names
	e.SetEscapeHTML(false)
	if err := e.Encode(d); err != nil {
		return nil, fmt.Errorf("write the documentation: %w", err)
	}
	if b.Len() > maxDocs {
		return nil, fmt.Errorf("write the documentation: %d bytes are too many", b.Len())
	}
	return b.Bytes(), nil
}

// decodeDocs reads what Encode has written.
func decodeDocs(b []byte) (Docs, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("read the documentation: it is no text")
	}
	var d Docs
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("read the documentation: %w", err)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("read the documentation: %w", err)
	}
	return d, nil
}

// Docs returns the documentation of a package of the standard library, or of
// "builtin", which documents what the language itself declares. The error is
// ErrNoPackage where there is none, ErrDamaged where the pack is not as it should
// be.
func (p *Pack) Docs(importPath string) (Docs, error) {
	f, ok := p.sizes[DocsName(importPath)]
	if !ok {
		return nil, fmt.Errorf("%w: nothing is written about %q", ErrNoPackage, importPath)
	}
	var b bytes.Buffer
	if err := p.copyTo(&b, f); err != nil {
		return nil, err
	}
	d, err := decodeDocs(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("%w (%s: %w)", ErrDamaged, f.Name, err)
	}
	return d, nil
}

// DocsName is the name in a pack of the file with a package's documentation.
func DocsName(importPath string) string { return docsFolder + importPath + ".json" }

const docsFolder = "doc/"

// isDocs reports whether a file is the documentation of a package.
func (f File) isDocs() bool { return strings.HasPrefix(f.Name, docsFolder) }
