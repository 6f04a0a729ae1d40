package check

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Call is how the function is called that the caret stands in a call of.
type Call struct {
	Before     string      `json:"before"`     // the name and what else stands before the parameters; "" if there is no call
	Parameters []string    `json:"parameters"` // each with its type
	After      string      `json:"after"`      // the results
	Active     int         `json:"active"`     // the index of the parameter that the caret is at; -1 if it has none
	Docs       []Paragraph `json:"docs"`       // the first paragraphs of what is written about it
}

// Signature tells how the function is called that a place is in a call of, and
// which parameter is next. The program may be half written.
func (c *Checker) Signature(ctx context.Context, files []File, at Place) (Call, error) {
	return help(ctx, c, files, func() (Call, error) {
		none := Call{Active: -1, Parameters: []string{}, Docs: []Paragraph{}}
		car, err := stand(files, at)
		if err != nil || car.comment {
			return none, err
		}
		u, call, arg := car.call()
		if call == nil {
			return none, nil
		}
		u.check(c)
		return c.describe(u, call, arg, none), nil
	})
}

// call finds the innermost call that the caret is between the brackets of, and
// the index of the argument it is at.
func (c *caret) call() (u *unit, call *ast.CallExpr, arg int) {
	if !slices.ContainsFunc(c.open, func(b bracket) bool { return b.token == token.LPAREN }) {
		return nil, nil, 0
	}
	word := c.files[c.file].Text[c.from:c.to]
	if after := c.next(); word == "" && !c.quiet && (c.before == token.LPAREN || c.before == token.COMMA) && (after == 0 || after == ')' || after == ',') {
		word = placeholder
	}
	fewest := 0
	for _, read := range c.readings(word) {
		i := slices.IndexFunc(read.files, func(s *source) bool { return s.Name == c.files[c.file].Name })
		if i < 0 {
			return nil, nil, 0
		}
		s := read.files[i]
		found := callAround(s.tree, s.token.Pos(c.at))
		if n := len(s.errs); found != nil && (call == nil || n < fewest) {
			u, call, fewest = read, found, n
			arg = argumentAt(found, s, s.token.Pos(c.at))
		}
		if call != nil && fewest == 0 {
			break
		}
	}
	return u, call, arg
}

func callAround(tree *ast.File, pos token.Pos) (call *ast.CallExpr) {
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if n.Lparen < pos && (pos <= n.Rparen || !n.Rparen.IsValid()) {
				call = n
			}
		case *ast.FuncLit:
			if n.Body.Lbrace < pos && pos <= n.Body.Rbrace {
				call = nil // its statements are not arguments
			}
		}
		return true
	})
	return call
}

// argumentAt is the index of the argument that a position is in or behind.
func argumentAt(call *ast.CallExpr, s *source, pos token.Pos) int {
	for i, a := range call.Args {
		if pos <= a.End() {
			return i
		}
		behind := s.text(a.End(), pos)
		if i == len(call.Args)-1 && !strings.Contains(behind, ",") {
			return i
		}
	}
	return len(call.Args)
}

// text is what stands between two positions of a file.
func (s *source) text(from, to token.Pos) string {
	a, b := s.token.Offset(from), s.token.Offset(to)
	return s.Text[max(0, min(a, len(s.Text))):max(0, min(max(a, b), len(s.Text)))]
}

func (c *Checker) describe(u *unit, call *ast.CallExpr, arg int, r Call) Call {
	obj := calledObject(u.info, call.Fun)
	if b, ok := obj.(*types.Builtin); ok {
		name, rest, _ := strings.Cut(builtins[b.Name()], "(")
		params, after, _ := strings.Cut(rest, ")")
		r.Before, r.After = name+"(", ")"+after
		if params != "" {
			r.Parameters = strings.Split(params, ", ")
		}
		r.activate(arg, strings.Contains(params, "..."))
		r.Docs = shortened(c.docs.of(symbol(b, nil)))
		return r
	}
	tv := u.info.Types[call.Fun]
	if tv.Type == nil || tv.IsType() {
		return r
	}
	sig, ok := tv.Type.Underlying().(*types.Signature)
	if !ok {
		return r
	}
	q := qualifier(u.pkg)
	r.Before = "func("
	if obj != nil {
		r.Before = obj.Name() + "("
		r.Docs = shortened(c.docsOf(u, obj, nil))
	}
	n := sig.Params().Len()
	for i := range n {
		p := sig.Params().At(i)
		t := types.TypeString(p.Type(), q)
		if sig.Variadic() && i == n-1 {
			t = "..." + strings.TrimPrefix(t, "[]")
		}
		r.Parameters = append(r.Parameters, short(strings.TrimSpace(p.Name()+" "+t), maxDetail))
	}
	r.After = ")" + short(results(sig, q), maxDetail)
	r.activate(arg, sig.Variadic())
	return r
}

// activate notes which parameter an argument is given for.
func (c *Call) activate(arg int, variadic bool) {
	n := len(c.Parameters)
	switch {
	case arg < n:
		c.Active = arg
	case variadic && n > 0:
		c.Active = n - 1
	}
}

// results are the results of a signature as they stand behind the parameters.
func results(sig *types.Signature, q types.Qualifier) string {
	switch list := sig.Results(); {
	case list.Len() == 0:
		return ""
	case list.Len() == 1 && list.At(0).Name() == "":
		return " " + types.TypeString(list.At(0).Type(), q)
	default:
		return " " + types.TypeString(list, q)
	}
}

// calledObject is what a call names, or nil.
func calledObject(info *types.Info, fun ast.Expr) types.Object {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return info.Uses[f]
	case *ast.SelectorExpr:
		return info.Uses[f.Sel]
	case *ast.IndexExpr:
		return calledObject(info, f.X)
	case *ast.IndexListExpr:
		return calledObject(info, f.X)
	}
	return nil
}

// docsOf is all that is written about an object.
func (c *Checker) docsOf(u *unit, obj types.Object, owner *types.TypeName) []Paragraph {
	if s := symbol(obj, owner); s != "" {
		return c.docs.of(s)
	}
	return u.written(obj)
}

func shortened(docs []Paragraph) []Paragraph {
	return append([]Paragraph{}, docs[:min(len(docs), brief)]...)
}
