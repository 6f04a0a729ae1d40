package check

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// keywords offers words of the language.
func (f *finder) keywords(list ...string) {
	for _, k := range list {
		offered := slices.ContainsFunc(f.found, func(c candidate) bool { return c.Kind == KindKeyword && c.Label == k })
		if match, ok := matches(f.word, k); ok && match < fuzzy && !offered {
			f.found = append(f.found, candidate{Item: Item{Label: k, Kind: KindKeyword, Insert: k}, match: match, fit: mayFit, near: 30})
		}
	}
}

// fittingKeywords offers those that may stand at the caret.
func (f *finder) fittingKeywords() {
	switch {
	case f.want.types:
		f.keywords("chan", "func", "interface", "map", "struct")
		return
	case f.caret.before == token.FOR:
		f.keywords("range")
		return
	}
	if !f.isStatement() {
		f.keywords("func")
		if f.inForHeader() {
			f.keywords("range")
		}
		return
	}
	f.keywords("const", "defer", "for", "go", "if", "return", "select", "switch", "type", "var")
	for _, n := range f.done.path {
		switch n.(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			return
		case *ast.ForStmt, *ast.RangeStmt:
			f.keywords("break", "continue")
		case *ast.CaseClause:
			f.keywords("break", "case", "default", "fallthrough")
		case *ast.CommClause:
			f.keywords("break", "case", "default")
		}
	}
}

// isStatement reports whether the word stands alone as a statement so far.
func (f *finder) isStatement() bool {
	if len(f.done.path) < 3 {
		return false
	}
	if _, ok := f.done.path[1].(*ast.ExprStmt); !ok {
		return false
	}
	switch f.done.path[2].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// inForHeader reports whether the word is what a loop may range over.
func (f *finder) inForHeader() bool {
	if f.caret.before != token.DEFINE && f.caret.before != token.ASSIGN {
		return false
	}
	before := f.caret.files[f.caret.file].Text[:f.caret.from]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.HasPrefix(strings.TrimSpace(line), "for ")
}

// packages offers packages that are not imported, by their names.
func (f *finder) packages() {
	if f.word == "" {
		return
	}
	taken := map[string]bool{}
	for _, c := range f.found {
		taken[c.Label] = true
	}
	for name, paths := range stdByName() {
		match, ok := matches(f.word, name)
		if !ok || match >= fuzzy || taken[name] {
			continue
		}
		for i, p := range paths {
			edits := f.importing(p)
			if len(edits) == 0 {
				return // its imports cannot be read
			}
			item := Item{Label: name, Kind: KindPackage, Detail: p, Insert: name, Symbol: p, Edits: edits}
			f.found = append(f.found, candidate{Item: item, match: match, fit: mayFit, near: 50 + i})
		}
	}
}

// importPaths offers the paths of packages, within the quotes of an import.
func (f *finder) importPaths() Completions {
	file := f.caret.files[f.caret.file]
	from := strings.LastIndexAny(file.Text[:f.caret.at], "\"`\n") + 1
	typed := file.Text[from:f.caret.at]
	for _, p := range stdPaths() {
		match, ok := matches(typed, p)
		if !ok && strings.HasPrefix(packageName(p), typed) {
			match, ok = beginsFold, true
		}
		near := strings.Count(p, "/")
		if slices.Contains(preferred, p) {
			near = 0
		}
		if ok {
			f.found = append(f.found, candidate{Item: Item{Label: p, Kind: KindPackage, Insert: p, Symbol: p}, match: match, fit: mayFit, near: near})
		}
	}
	return f.result(spanIn(file, from, f.caret.at))
}
