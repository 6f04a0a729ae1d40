package check

import (
	"context"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/token"
	"go/types"
	"strings"
	"sync"
)

// Docs gives the documentation of packages of the standard library.
type Docs interface {
	// Docs returns the doc comments of a package, without comment marks, by what
	// they are about: "" for the package, "Name" for what it declares, and
	// "Type.Name" for methods and fields. The path "builtin" stands for what the
	// language itself declares. It must be safe for concurrent use.
	Docs(importPath string) (map[string]string, error)
}

// Paragraph is a piece of documentation.
type Paragraph struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// The kinds of paragraphs.
const (
	Plain   = "plain"   // a paragraph on one line, to be wrapped
	Code    = "code"    // lines of code
	Heading = "heading" // the heading of what follows
	Entry   = "entry"   // of a list, to be wrapped, with its bullet or number
)

// Bounds of the documentation of one thing.
const (
	maxComment = 64 << 10 // bytes of a comment that are looked at
	brief      = 2        // paragraphs shown beside a completion
)

// WithDocs makes the checker know the documentation of the standard library, and
// returns it. It must be called before anything is asked of the checker.
func (c *Checker) WithDocs(d Docs) *Checker {
	c.docs.source = d
	return c
}

// Documentation returns what is written about a symbol of the standard library,
// as Item has them: "fmt.Println", "math/rand.Rand.Intn", or a package alone,
// "fmt". There are no paragraphs if nothing is written or known.
func (c *Checker) Documentation(ctx context.Context, symbol string) ([]Paragraph, error) {
	found, err := within(ctx, c, func() []Paragraph { return c.docs.of(symbol) })
	if err != nil {
		return nil, fmt.Errorf("look up %s: %w", cut(symbol), err)
	}
	return found, nil
}

// documentation is that of the standard library, as far as it has been asked for.
type documentation struct {
	source   Docs
	mu       sync.Mutex
	packages map[string]map[string]string
}

// of returns what is written about a symbol.
func (d *documentation) of(symbol string) []Paragraph {
	path, name := symbol, ""
	base := strings.LastIndexByte(symbol, '/') + 1
	if i := strings.IndexByte(symbol[base:], '.'); i >= 0 {
		path, name = symbol[:base+i], symbol[base+i+1:]
	}
	return paragraphs(d.text(path)[name])
}

// text returns the comments of a package, none if they cannot be had: a program
// can be written without.
func (d *documentation) text(path string) map[string]string {
	if d.source == nil || !isStd(path) && path != "builtin" && path != "unsafe" {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if known, ok := d.packages[path]; ok {
		return known
	}
	found, err := d.source.Docs(path)
	if err != nil {
		return nil
	}
	if d.packages == nil {
		d.packages = map[string]map[string]string{}
	}
	d.packages[path] = found
	return found
}

// paragraphs reads a doc comment, in the syntax of https://go.dev/doc/comment.
func paragraphs(text string) []Paragraph {
	if len(text) > maxComment {
		text = strings.ToValidUTF8(text[:maxComment], "")
	}
	var list []Paragraph
	add := func(kind, text string) {
		if text = strings.TrimRight(text, "\n"); text != "" {
			list = append(list, Paragraph{kind, text})
		}
	}
	parser := comment.Parser{LookupSym: func(string, string) bool { return true }} // links are shown without their brackets
	for _, block := range parser.Parse(text).Content {
		switch b := block.(type) {
		case *comment.Heading:
			add(Heading, words(b.Text))
		case *comment.Code:
			add(Code, b.Text)
		case *comment.Paragraph:
			add(Plain, words(b.Text))
		case *comment.List:
			for _, item := range b.Items {
				add(Entry, entry(item))
			}
		}
	}
	return list
}

func entry(item *comment.ListItem) string {
	mark := "•"
	if item.Number != "" {
		mark = item.Number + "."
	}
	for _, block := range item.Content {
		if p, ok := block.(*comment.Paragraph); ok {
			mark += " " + words(p.Text)
		}
	}
	return mark
}

// words are the words of a paragraph on one line.
func words(list []comment.Text) string {
	var b strings.Builder
	for _, t := range list {
		switch t := t.(type) {
		case comment.Plain:
			b.WriteString(string(t))
		case comment.Italic:
			b.WriteString(string(t))
		case *comment.Link:
			b.WriteString(words(t.Text))
		case *comment.DocLink:
			b.WriteString(words(t.Text))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// symbol names what the standard library declares, for its documentation: "" for
// what is the program's own. owner is the type that a field belongs to, if it is
// one.
func symbol(obj types.Object, owner *types.TypeName) string {
	switch o := obj.(type) {
	case *types.PkgName:
		return o.Imported().Path()
	case *types.Builtin:
		if o.Pkg() != nil {
			return "unsafe." + o.Name()
		}
	case *types.Func:
		if named := receiver(o); named != nil {
			owner = named
		}
	}
	pkg := obj.Pkg()
	switch {
	case pkg == nil && owner != nil: // error.Error
		return "builtin." + owner.Name() + "." + obj.Name()
	case pkg == nil:
		return "builtin." + obj.Name()
	case !isStd(pkg.Path()) && pkg.Path() != "unsafe":
		return ""
	case owner != nil:
		return pkg.Path() + "." + owner.Name() + "." + obj.Name()
	case pkg.Scope().Lookup(obj.Name()) == obj:
		return pkg.Path() + "." + obj.Name()
	}
	return ""
}

// receiver is the type that a method is declared with, or nil.
func receiver(f *types.Func) *types.TypeName {
	recv := f.Signature().Recv()
	if recv == nil {
		return nil
	}
	return typeName(recv.Type())
}

// typeName is the name of a type, or of what it points to, or nil.
func typeName(t types.Type) *types.TypeName {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

// written returns what the program's own comments say about what it declares.
func (u *unit) written(obj types.Object) []Paragraph {
	s := u.at(obj.Pos())
	if s == nil || obj.Pos() == token.NoPos {
		return nil
	}
	var found *ast.CommentGroup
	var group *ast.CommentGroup
	named := func(names []*ast.Ident, own, beside *ast.CommentGroup) {
		for _, n := range names {
			if n.Pos() == obj.Pos() {
				for _, g := range []*ast.CommentGroup{beside, group, own} {
					if g != nil {
						found = g
					}
				}
			}
		}
	}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			group = n.Doc
		case *ast.FuncDecl:
			group = nil
			named([]*ast.Ident{n.Name}, n.Doc, nil)
		case *ast.TypeSpec:
			named([]*ast.Ident{n.Name}, n.Doc, n.Comment)
		case *ast.ValueSpec:
			named(n.Names, n.Doc, n.Comment)
		case *ast.StructType, *ast.InterfaceType:
			group = nil
		case *ast.Field:
			named(n.Names, n.Doc, n.Comment)
		}
		return n != nil && n.Pos() <= obj.Pos() && obj.Pos() <= n.End()
	})
	return paragraphs(found.Text())
}
