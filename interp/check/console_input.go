package check

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// input is what was typed, taken apart: each text is as long as what was typed,
// with spaces for what is in the other, so that places stay places.
type input struct {
	more  bool        // it is not complete
	wrong *Diagnostic // what is wrong with it as it stands
	decls string      // import, type, const and func declarations
	stmts string      // everything else
	split bool        // there are declarations
}

// word is a token with its place.
type word struct {
	tok      token.Token
	lit      string
	from, to int
}

// split takes apart what was typed.
func split(typed string) input {
	words, more := scan(typed)
	if more {
		return input{more: true}
	}
	in := input{}
	depth := 0
	decl, start := false, true
	isDecl := make([]bool, len(typed)+1)
	for i, w := range words {
		if start && depth == 0 {
			decl = declaration(words[i:])
			if w.tok == token.PACKAGE {
				return input{wrong: place(typed, w, "syntax error: unexpected keyword package",
					"Here single lines are typed, and the program that is open is there already; a whole program belongs into the editor.")}
			}
		}
		switch w.tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if depth--; depth < 0 {
				return input{wrong: place(typed, w, "syntax error: unexpected "+w.tok.String(), "There is nothing open that this would close.")}
			}
		}
		start = w.tok == token.SEMICOLON && depth == 0
		if decl {
			in.split = true
			for k := w.from; k < w.to && k < len(typed); k++ {
				isDecl[k] = true
			}
		}
	}
	if depth > 0 || len(words) > 0 && wantsMore(words) {
		return input{more: true}
	}
	in.decls, in.stmts = part(typed, isDecl, true), part(typed, isDecl, false)
	return in
}

// scan reads the words of what was typed. More is true if it ends within a word
// or a comment.
func scan(typed string) (words []word, more bool) {
	set := token.NewFileSet()
	file := set.AddFile(ConsoleFile, -1, len(typed))
	var sc scanner.Scanner
	sc.Init(file, []byte(typed), func(_ token.Position, msg string) {
		more = more || msg == "raw string literal not terminated" || msg == "comment not terminated"
	}, 0)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			return words, more
		}
		w := word{tok: tok, lit: lit, from: file.Offset(pos)}
		w.to = w.from + len(tok.String())
		if lit != "" {
			w.to = w.from + len(lit)
		}
		words = append(words, w)
	}
}

// declaration reports whether words begin a declaration that stands outside
// functions. (A function literal that is called begins with func as well.)
func declaration(ws []word) bool {
	switch ws[0].tok {
	case token.IMPORT, token.TYPE, token.CONST:
		return true
	case token.FUNC:
	default:
		return false
	}
	if len(ws) < 2 || ws[1].tok == token.IDENT {
		return true
	}
	depth := 0
	for i, w := range ws[1:] {
		switch w.tok {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			if depth--; depth == 0 { // after the receiver stands a name and its parameters
				rest := ws[i+2:]
				return len(rest) > 1 && rest[0].tok == token.IDENT && rest[1].tok == token.LPAREN
			}
		}
	}
	return false
}

// wantsMore reports whether the last word cannot be the end of anything: after
// what can, the scanner puts a semicolon.
func wantsMore(ws []word) bool {
	last := ws[len(ws)-1].tok
	return last.IsOperator() && last != token.SEMICOLON || last == token.ELSE
}

// part keeps what is, or is not, a declaration. Comments stay with the statements.
func part(typed string, isDecl []bool, want bool) string {
	b := []byte(typed)
	for i := range b {
		if isDecl[i] != want && b[i] != '\n' {
			b[i] = ' '
		}
	}
	return string(b)
}

func place(typed string, w word, msg, why string) *Diagnostic {
	before := typed[:w.from]
	line := strings.Count(before, "\n") + 1
	column := w.from - strings.LastIndexByte(before, '\n')
	return &Diagnostic{File: ConsoleFile, Line: line, Column: column, EndLine: line, EndColumn: column + w.to - w.from, Severity: Error, Message: msg, Explanation: why}
}

func isImport(g *ast.GenDecl) bool { return g.Tok == token.IMPORT }

// edits are changes to a text, by offsets in it as it was.
type edits []edit

type edit struct {
	from, to int
	text     string
}

func (e *edits) add(from, to int, text string) { *e = append(*e, edit{from, to, text}) }

// apply makes the changes, which must not overlap.
func (e edits) apply(text string) string {
	sorted := slices.SortedStableFunc(slices.Values(e), func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, c := range sorted {
		b.WriteString(text[at:c.from])
		b.WriteString(c.text)
		at = c.to
	}
	b.WriteString(text[at:])
	return b.String()
}

// names maps what packages of the library are called to their paths. Where
// several have one name, it is the one that beginners mean.
func packageNamed(name string) string {
	switch name {
	case "template":
		return "text/template"
	case "scanner":
		return "text/scanner"
	}
	best := ""
	for _, p := range stdPaths() {
		if p[strings.LastIndexByte(p, '/')+1:] == name && (best == "" || len(p) < len(best)) {
			best = p
		}
	}
	return best
}
