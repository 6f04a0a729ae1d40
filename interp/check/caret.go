package check

import (
	"go/ast"
	"go/scanner"
	"go/token"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/ast/astutil"
)

// caret is where somebody types.
type caret struct {
	files []File
	file  int // index of the file
	at    int // offset
	// The word at the caret, of letters and digits. It is empty, from and to the
	// same, where there is none.
	from, to int
	before   token.Token // before the word; ILLEGAL at the beginning
	newLine  bool        // the word is the first of its line
	open     []bracket   // that are open there, the innermost last
	quiet    bool        // in a comment, a string or a number: nothing is a name
	comment  bool        // in a comment
	path     bool        // in the path of an import
}

// bracket is one that is not closed before the caret.
type bracket struct {
	token token.Token // LPAREN, LBRACK or LBRACE
	at    int
}

// stand finds out what the caret stands in.
func stand(files []File, p Place) (*caret, error) {
	i, err := find(files, p.File)
	if err != nil {
		return nil, err
	}
	text := files[i].Text
	at, err := offsetIn(text, p.Line, p.Column)
	if err != nil {
		return nil, err
	}
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	c := &caret{files: files, file: i, at: at, from: at, to: at, before: token.ILLEGAL}
	for c.from > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:c.from])
		if !inWord(r) {
			break
		}
		c.from -= n
	}
	for c.to < len(text) {
		r, n := utf8.DecodeRuneInString(text[c.to:])
		if !inWord(r) {
			break
		}
		c.to += n
	}
	c.scan(text)
	return c, nil
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// scan reads the tokens before the caret.
func (c *caret) scan(text string) {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	importing := false
	c.newLine = true
	for {
		pos, tok, lit := s.Scan()
		from := file.Offset(pos)
		if tok == token.EOF || from >= c.from {
			c.quiet = from < c.at && number(tok)
			return
		}
		to := from + len(lit)
		switch tok {
		case token.COMMENT:
			endless := strings.HasPrefix(lit, "//") || !strings.HasSuffix(lit, "*/")
			if c.at < to || endless && c.at == to {
				c.quiet, c.comment = true, true
				return
			}
			continue
		case token.STRING, token.CHAR:
			if c.at < to || c.at == to && !closed(lit) {
				c.quiet, c.path = true, tok == token.STRING && importing
				return
			}
		case token.LPAREN, token.LBRACK, token.LBRACE:
			c.open = append(c.open, bracket{tok, from})
		case token.RPAREN, token.RBRACK, token.RBRACE:
			c.open = without(c.open, tok)
		}
		if number(tok) && c.at > from && to >= c.from {
			c.quiet = true
			return
		}
		switch {
		case tok == token.IMPORT:
			importing = true
		case tok == token.SEMICOLON && len(c.open) > 0, tok == token.STRING, tok == token.IDENT, tok == token.PERIOD, tok == token.LPAREN:
		default:
			importing = false
		}
		c.before = tok
		c.newLine = tok == token.SEMICOLON && lit == "\n" || strings.Contains(text[min(to, c.from):c.from], "\n")
	}
}

func number(t token.Token) bool { return t == token.INT || t == token.FLOAT || t == token.IMAG }

// closed reports whether a literal has its end.
func closed(lit string) bool {
	return len(lit) > 1 && lit[0] == lit[len(lit)-1] && (len(lit) < 3 || lit[len(lit)-2] != '\\' || strings.HasSuffix(lit, `\\`+lit[:1]))
}

// without closes the innermost open bracket of the kind that a token closes, with
// all that is open in it.
func without(open []bracket, tok token.Token) []bracket {
	opens := token.LBRACE
	switch tok {
	case token.RPAREN:
		opens = token.LPAREN
	case token.RBRACK:
		opens = token.LBRACK
	}
	for i := len(open) - 1; i >= 0; i-- {
		if open[i].token == opens {
			return open[:i]
		}
	}
	return open
}

// word is what stands between the beginning of the word and the caret.
func (c *caret) word() string { return c.files[c.file].Text[c.from:c.at] }

// span is the part of the file that a completion replaces.
func (c *caret) span() Span { return spanIn(c.files[c.file], c.from, c.at) }

// next is the first character after the word that is no blank, or 0 at the end of
// the line.
func (c *caret) next() byte {
	rest, _, _ := strings.Cut(c.files[c.file].Text[c.to:], "\n")
	if rest = strings.TrimSpace(rest); rest != "" {
		return rest[0]
	}
	return 0
}

// placeholder stands in a program for the word that is being typed. It has a
// letter that no program has in its names.
const placeholder = "ǃcaret"

// completed is a program with the placeholder in the place of the word, and with
// what had to be added to read it.
type completed struct {
	unit   *unit
	source *source
	ident  *ast.Ident // the placeholder
	path   []ast.Node // what it is in, itself first
}

// complete reads the program with the placeholder. The result is nil if the
// placeholder cannot be found in what has been read.
func (c *caret) complete() (best *completed) {
	fewest := 0
	for _, u := range c.readings(placeholder) {
		found := locate(u, c.files[c.file].Name, c.from)
		if found == nil {
			continue
		}
		if n := len(found.source.errs); best == nil || n < fewest {
			best, fewest = found, n
		}
		if fewest == 0 {
			break
		}
	}
	return best
}

// readings reads the program with another word in the place of the one at the
// caret, in all ways to complete what is half written.
func (c *caret) readings(word string) iter.Seq2[string, *unit] {
	text := c.files[c.file].Text
	return func(yield func(string, *unit) bool) {
		seen := map[string]bool{}
		for _, repair := range c.repairs(text) {
			whole := text[:c.from] + word + repair(text[c.to:])
			if seen[whole] {
				continue
			}
			seen[whole] = true
			files := slices.Clone(c.files)
			files[c.file].Text = whole
			if !yield(whole, parse(files)) {
				return
			}
		}
	}
}

// locate finds the placeholder at an offset.
func locate(u *unit, name string, at int) *completed {
	i := slices.IndexFunc(u.files, func(s *source) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	s := u.files[i]
	pos := s.token.Pos(at)
	path, _ := astutil.PathEnclosingInterval(s.tree, pos, pos+token.Pos(len(placeholder)))
	if len(path) == 0 {
		return nil
	}
	id, ok := path[0].(*ast.Ident)
	if !ok || id.Name != placeholder {
		return nil
	}
	return &completed{unit: u, source: s, ident: id, path: path}
}

// strip takes away the bodies of all functions but the one with the placeholder:
// nothing in them can be seen from there, and checking them takes most of the time.
func (d *completed) strip() {
	for _, s := range d.unit.files {
		for _, decl := range s.tree.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && !slices.Contains(d.path, ast.Node(f)) {
				f.Body = nil
			}
		}
	}
}

// repairs are ways to make a whole program of one whose rest, after the word, is
// given: as it is; with the line's brackets closed; with a block added as well;
// with all brackets closed that the line opens; with the rest on a line of its own.
func (c *caret) repairs(text string) []func(string) string {
	rest, _, _ := strings.Cut(text[c.to:], "\n")
	within := c.closers(rest, func(b bracket) bool { return b.token != token.LBRACE })
	line := strings.LastIndexByte(text[:c.from], '\n')
	all := c.closers(rest, func(b bracket) bool { return b.at > line })
	atEnd := func(insert string) func(string) string {
		return func(rest string) string {
			line, more, found := strings.Cut(rest, "\n")
			line, _, _ = strings.Cut(line, "//")
			if found {
				more = "\n" + more
			}
			return line + insert + more
		}
	}
	return []func(string) string{
		func(rest string) string { return rest }, atEnd(within), atEnd(within + " {}"), atEnd(all),
		func(rest string) string { return within + "\n" + rest },
	}
}

// closers close the innermost brackets that are open, as far as they are of a
// kind, and that the rest of the line does not close.
func (c *caret) closers(rest string, kind func(bracket) bool) string {
	var need []byte
	for i := len(c.open) - 1; i >= 0 && kind(c.open[i]); i-- {
		switch c.open[i].token {
		case token.LPAREN:
			need = append(need, ')')
		case token.LBRACK:
			need = append(need, ']')
		default:
			need = append(need, '}')
		}
	}
	for i := range len(rest) {
		if len(need) > 0 && rest[i] == need[0] {
			need = need[1:]
		}
	}
	return string(need)
}
