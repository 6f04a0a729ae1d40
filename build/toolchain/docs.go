package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"thirdspace/interp/toolchain"
)

// builtin documents what the language itself declares.
const builtin = "builtin"

// listed is a package as "go list -json" tells of it.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
}

// docs writes the doc comments of the packages that a program may import.
func (g *goCommand) docs() ([]source, error) {
	list, err := g.run([]string{"GOOS=wasip1", "GOARCH=wasm"}, "list", "-json=ImportPath,Dir,GoFiles", "std", builtin)
	if err != nil {
		return nil, err
	}
	var s []source
	for d := json.NewDecoder(strings.NewReader(list)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return s, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the list of packages: %w", err)
		}
		if !toolchain.Importable(p.ImportPath) || slices.Contains(leftOut, p.ImportPath) {
			continue
		}
		file, err := g.docsOf(p)
		if err != nil {
			return nil, fmt.Errorf("package %s: %w", p.ImportPath, err)
		}
		s = append(s, file)
	}
}

func (g *goCommand) docsOf(p listed) (source, error) {
	d, err := comments(p)
	if err != nil {
		return source{}, err
	}
	b, err := d.Encode()
	if err != nil {
		return source{}, err
	}
	s := source{Name: toolchain.DocsName(p.ImportPath)}
	s.Path = filepath.Join(g.dir, filepath.FromSlash(s.Name))
	if err := os.MkdirAll(filepath.Dir(s.Path), 0o755); err != nil {
		return source{}, err
	}
	return s, os.WriteFile(s.Path, b, 0o644)
}

// comments reads the doc comments of a package's exported names.
func comments(p listed) (toolchain.Docs, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	mode := doc.Mode(0)
	if p.ImportPath == builtin { // whose names begin with small letters
		mode = doc.AllDecls
	}
	pkg, err := doc.NewFromFiles(fset, files, p.ImportPath, mode)
	if err != nil {
		return nil, err
	}
	c := collector{}
	c.add("", pkg.Doc)
	c.values(pkg.Consts)
	c.values(pkg.Vars)
	c.functions("", pkg.Funcs)
	for _, t := range pkg.Types {
		c.add(t.Name, t.Doc)
		c.values(t.Consts)
		c.values(t.Vars)
		c.functions("", t.Funcs)
		c.functions(t.Name+".", t.Methods)
		c.members(t)
	}
	return toolchain.Docs(c), nil
}

// collector gathers comments by what they are about.
type collector toolchain.Docs

func (c collector) add(name, text string) {
	if text = strings.TrimSpace(text); text != "" {
		c[name] = text
	}
}

func (c collector) functions(prefix string, list []*doc.Func) {
	for _, f := range list {
		c.add(prefix+f.Name, f.Doc)
	}
}

// values adds the comments of constants or variables: each one's own, or that of
// the group it is declared in.
func (c collector) values(groups []*doc.Value) {
	for _, g := range groups {
		for _, spec := range g.Decl.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			text := own(v.Doc, v.Comment)
			if text == "" {
				text = g.Doc
			}
			for _, n := range v.Names {
				c.add(n.Name, text)
			}
		}
	}
}

// members adds the comments of a type's fields, or of an interface's methods.
func (c collector) members(t *doc.Type) {
	for _, spec := range t.Decl.Specs {
		ts, ok := spec.(*ast.TypeSpec)
		if !ok || ts.Name.Name != t.Name {
			continue
		}
		var list *ast.FieldList
		switch x := ts.Type.(type) {
		case *ast.StructType:
			list = x.Fields
		case *ast.InterfaceType:
			list = x.Methods
		default:
			continue
		}
		for _, f := range list.List {
			for _, n := range f.Names {
				c.add(t.Name+"."+n.Name, own(f.Doc, f.Comment))
			}
		}
	}
}

// own is the comment above something, or else the one beside it.
func own(above, beside *ast.CommentGroup) string {
	if text := above.Text(); text != "" {
		return text
	}
	return beside.Text()
}
