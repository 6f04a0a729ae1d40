package yaegi

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strconv"
)

// merge makes one file of many, as the interpreter compiles one at a time and
// would not see what stands in the next. Positions keep the name of their file.
// Imports, which are each file's own in Go, become those of the whole: each
// package is imported once under each name, and where two files call two
// packages the same, one of them is renamed wherever it is used.
func merge(files []*ast.File, info *types.Info) *ast.File {
	all := &ast.File{Package: files[0].Package, Name: files[0].Name}
	names := importNames{paths: map[string]string{}}
	var imports, rest []ast.Decl
	for _, f := range files {
		renamed := map[string]string{}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.IMPORT {
				rest = append(rest, d)
				continue
			}
			for _, spec := range g.Specs {
				if im := names.add(spec.(*ast.ImportSpec), renamed); im != nil {
					imports = append(imports, &ast.GenDecl{TokPos: im.Pos(), Tok: token.IMPORT, Specs: []ast.Spec{im}})
					all.Imports = append(all.Imports, im)
				}
			}
		}
		rename(f, info, renamed)
	}
	all.Decls = append(imports, rest...)
	return all
}

// importNames are the names of imported packages so far.
type importNames struct {
	paths map[string]string // by name
}

// add returns the import to be made, or nil if it has been made already, and
// notes in renamed if the file's name for the package had to be changed.
func (n importNames) add(im *ast.ImportSpec, renamed map[string]string) *ast.ImportSpec {
	p, err := strconv.Unquote(im.Path.Value)
	if err != nil {
		return im
	}
	name := packageName(p)
	if name == "" {
		name = path.Base(p)
	}
	if im.Name != nil {
		name = im.Name.Name
	}
	if name == "." || name == "_" {
		return im
	}
	unique := name
	for i := 2; ; i++ {
		taken, ok := n.paths[unique]
		if ok && taken == p {
			renamed[name] = unique
			return nil
		}
		if !ok {
			break
		}
		// No identifier in a source can look like this.
		unique = name + "." + strconv.Itoa(i)
	}
	n.paths[unique] = p
	renamed[name] = unique
	if unique == name {
		return im
	}
	return &ast.ImportSpec{Name: &ast.Ident{NamePos: im.Pos(), Name: unique}, Path: im.Path}
}

// rename changes the names by which a file calls packages.
func rename(f *ast.File, info *types.Info, renamed map[string]string) {
	ast.Inspect(f, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if _, ok := info.Uses[id].(*types.PkgName); ok && renamed[id.Name] != "" {
			id.Name = renamed[id.Name]
		}
		return true
	})
}
