package check

import (
	"bytes"
	"cmp"
	"context"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/ast/astutil"
)

// OrganizeImports adds the imports of the standard library that a file needs,
// takes away those it does not use, sorts them and lays the file out as Format
// does. A file that cannot be read as Go is refused, as a *Refusal.
func (c *Checker) OrganizeImports(ctx context.Context, files []File, name string) ([]Edit, error) {
	return help(ctx, c, files, func() ([]Edit, error) {
		i, err := find(files, name)
		if err != nil {
			return nil, err
		}
		after, err := c.organized(files, i)
		if err != nil {
			return nil, err
		}
		return differences(files[i], after), nil
	})
}

func (c *Checker) organized(files []File, i int) (string, error) {
	f := files[i]
	// A tree of its own, to be changed.
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.Name, f.Text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", unreadable(f, err)
	}
	u := c.memory.of(files).types(c)
	at := slices.IndexFunc(u.files, func(s *source) bool { return s.Name == f.Name })
	if at < 0 { // of an external test package, which is not looked into
		return gofmt(f, f.Text)
	}
	missing, unused := c.missingImports(u, u.files[at]), u.unusedImports(u.files[at])
	if len(missing) == 0 && len(unused) == 0 {
		return gofmt(f, f.Text)
	}
	for _, im := range unused {
		astutil.DeleteNamedImport(fset, tree, nameOf(im), pathOf(im))
	}
	for _, p := range missing {
		astutil.AddImport(fset, tree, p)
	}
	var b bytes.Buffer
	if err := format.Node(&b, fset, tree); err != nil {
		return "", refuse("The imports of this file cannot be put in order: %v.", err)
	}
	return gofmt(f, b.String())
}

// unusedImports are the imports of a file of which it uses nothing. Of one that is
// there twice gofmt keeps one.
func (u *unit) unusedImports(s *source) []*ast.ImportSpec {
	used := map[types.Object]bool{}
	for _, obj := range u.info.Uses {
		used[obj] = true
	}
	names := func(im *ast.ImportSpec) types.Object {
		if im.Name != nil {
			return u.info.Defs[im.Name]
		}
		return u.info.Implicits[im]
	}
	return slices.DeleteFunc(slices.Clone(s.tree.Imports), func(im *ast.ImportSpec) bool {
		blank := im.Name != nil && (im.Name.Name == "_" || im.Name.Name == ".")
		again := slices.ContainsFunc(s.tree.Imports, func(other *ast.ImportSpec) bool {
			return pathOf(im) == pathOf(other) && used[names(other)] && nameOf(im) == nameOf(other)
		})
		return blank || names(im) == nil || again
	})
}

// missingImports are the packages that a file uses and does not import: what
// stands before a dot, is declared nowhere and has the name of a package that
// exports what stands behind the dot.
func (c *Checker) missingImports(u *unit, s *source) []string {
	wanted := map[string][]string{}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && u.info.Uses[x] == nil && u.info.Defs[x] == nil && sel.Sel.IsExported() {
			wanted[x.Name] = append(wanted[x.Name], sel.Sel.Name)
		}
		return true
	})
	var list []string
	for name, members := range wanted {
		if p := c.packageWith(name, members); p != "" {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// packageWith returns the path of the package of a name that exports the most of
// what is wanted of it, or "" if there is none.
func (c *Checker) packageWith(name string, members []string) string {
	best, most := "", 0
	for _, p := range packagesNamed(name) {
		pkg, err := c.std.Import(p)
		if err != nil {
			continue
		}
		n := 0
		for _, m := range members {
			if pkg.Scope().Lookup(m) != nil {
				n++
			}
		}
		if n > most {
			best, most = p, n
		}
	}
	return best
}

// preferred are the packages that are meant most often of those with one name.
var preferred = []string{"math/rand", "text/template", "text/scanner", "runtime/pprof", "runtime/trace"}

// versionElement is the last element of a path whose package has another name.
var versionElement = regexp.MustCompile(`^v[0-9]+$`)

// packageName is the name of the package of a path of the standard library.
func packageName(p string) string {
	if base := path.Base(p); !versionElement.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(p))
}

// stdByName are the paths of the standard library by the names of their packages,
// those that are meant most often first.
var stdByName = sync.OnceValue(func() map[string][]string {
	m := map[string][]string{}
	for _, p := range stdPaths() {
		m[packageName(p)] = append(m[packageName(p)], p)
	}
	rank := func(p string) int {
		if slices.Contains(preferred, p) {
			return 0
		}
		return len(p)
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	}
	return m
})

func packagesNamed(name string) []string { return stdByName()[name] }

// importing is the edit that adds an import to a file that may be half written.
// Its imports must be readable; if they are not, ok is false.
func importing(f File, importPath string) (e Edit, ok bool) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, f.Name, f.Text, parser.ImportsOnly)
	if err != nil {
		return Edit{}, false
	}
	offset := func(p token.Pos) int { return fset.PositionFor(p, false).Offset }
	line := strconv.Quote(importPath)
	for _, d := range tree.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		if !g.Lparen.IsValid() {
			spec := f.Text[offset(g.Specs[0].Pos()):offset(g.Specs[0].End())]
			both := "import (\n\t" + spec + "\n\t" + line + "\n)"
			if pathOf(g.Specs[0]) > importPath {
				both = "import (\n\t" + line + "\n\t" + spec + "\n)"
			}
			return Edit{spanIn(f, offset(g.Pos()), offset(g.End())), both}, true
		}
		at, text := offset(g.Lparen)+1, "\n\t"+line
		if len(g.Specs) == 0 {
			text += "\n"
		}
		for _, s := range g.Specs {
			if pathOf(s) < importPath {
				at = afterComment(f.Text, offset(s.End()))
			}
		}
		return Edit{spanIn(f, at, at), text}, true
	}
	at := offset(tree.Name.End())
	return Edit{spanIn(f, at, at), "\n\nimport " + line}, true
}

// afterComment is where the comment beside something ends, or at if it has none.
func afterComment(text string, at int) int {
	rest, _, _ := strings.Cut(text[at:], "\n")
	if strings.HasPrefix(strings.TrimLeft(rest, " \t"), "//") {
		return at + len(rest)
	}
	return at
}

// nameOf is the name that an import gives a package, or "".
func nameOf(im *ast.ImportSpec) string {
	if im.Name == nil {
		return ""
	}
	return im.Name.Name
}

func pathOf(s ast.Spec) string {
	if im, ok := s.(*ast.ImportSpec); ok {
		p, _ := strconv.Unquote(im.Path.Value)
		return p
	}
	return ""
}
