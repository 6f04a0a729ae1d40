package check

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// libraryNames is what a program of the subset may use of each package. What is
// given to functions that take values of any type is looked at in printed.
var libraryNames = map[string]string{
	"fmt": "Print Println Printf Sprint Sprintln Sprintf Errorf Fprint Fprintln Fprintf Scan Scanln Scanf Sscan Sscanf Fscan Fscanln Fscanf",
	"strings": "Builder Compare Contains ContainsAny ContainsRune Count Cut CutPrefix CutSuffix EqualFold Fields HasPrefix HasSuffix Index " +
		"IndexAny IndexByte IndexRune Join LastIndex Repeat Replace ReplaceAll Split SplitAfter SplitN Title ToLower ToTitle ToUpper " +
		"Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix",
	"strconv": "Atoi Itoa FormatBool FormatFloat FormatInt FormatUint ParseBool ParseFloat ParseInt ParseUint Quote Unquote",
	"math": "Abs Acos Asin Atan Atan2 Cbrt Ceil Cos Cosh Exp Exp2 Floor Hypot Inf IsInf IsNaN Log Log10 Log1p Log2 Max Min Mod " +
		"NaN Pow Pow10 Remainder Round RoundToEven Signbit Sin Sinh Sqrt Tan Tanh Trunc E Pi Phi Sqrt2 MaxInt MinInt MaxInt8 MinInt8 " +
		"MaxInt16 MinInt16 MaxInt32 MinInt32 MaxInt64 MinInt64 MaxUint8 MaxUint16 MaxUint32",
	"errors":       "New Is Unwrap",
	"sort":         "Ints Strings Float64s IntsAreSorted StringsAreSorted Float64sAreSorted SearchInts SearchStrings Slice SliceStable Search",
	"os":           "Exit Stdin Stdout Stderr",
	"io":           "EOF",
	"bufio":        "NewScanner NewReader NewWriter ScanLines ScanWords ScanRunes Scanner Reader Writer",
	"unicode":      "IsControl IsDigit IsLetter IsLower IsNumber IsPunct IsSpace IsUpper ToLower ToUpper",
	"unicode/utf8": "RuneCountInString RuneLen RuneError ValidString DecodeRuneInString DecodeLastRuneInString",
	"math/rand":    "Intn Int Float64 Perm",
}

// libraryTypes are the types of the library that a program of the subset may
// have values of, and libraryMethods what it may call on them.
var libraryTypes = map[string]bool{
	"strings.Builder": true, "bufio.Scanner": true, "bufio.Reader": true, "bufio.Writer": true, "bufio.SplitFunc": true, "os.File": true,
}

var libraryMethods = map[string]string{
	"strings.Builder": "WriteString WriteByte WriteRune String Len Reset",
	"bufio.Scanner":   "Scan Text Err Split",
	"bufio.Reader":    "ReadString ReadRune ReadByte",
	"bufio.Writer":    "WriteString WriteByte WriteRune Flush",
}

// holds reports whether a list of words holds one.
func holds(list, word string) bool { return strings.Contains(" "+list+" ", " "+word+" ") }

func (j *judge) imported(im *ast.ImportSpec) {
	p := strings.Trim(im.Path.Value, "\"`")
	switch {
	case libraryNames[p] == "":
		j.refuse(im, "the package %s", p)
	case im.Name != nil:
		j.refuse(im, "an import under another name")
	}
}

// library admits a name of an imported package, where it stands.
func (j *judge) library(s *ast.SelectorExpr) {
	id, ok := s.X.(*ast.Ident)
	if !ok {
		j.refuse(s, "a selection of an unknown kind")
		return
	}
	pkg, ok := j.info.Uses[id].(*types.PkgName)
	if !ok {
		j.refuse(s, "a selection of an unknown kind")
		return
	}
	p := pkg.Imported().Path()
	if !holds(libraryNames[p], s.Sel.Name) {
		j.refuse(s, "%s.%s", id.Name, s.Sel.Name)
		return
	}
	c, called := j.parent().(*ast.CallExpr)
	switch o := j.info.Uses[s.Sel].(type) {
	case *types.Func:
		// bufio.ScanWords and its like are there to be given to Split.
		if (!called || ast.Unparen(c.Fun) != s) && p != "bufio" {
			j.refuse(s, "a function of the library as a value")
		}
	case *types.Var:
		if p == "os" && (!called || c.Fun == s) {
			j.refuse(s, "os.%s, other than as an argument", o.Name())
		}
	}
}

// method admits the call of a method: of the program's own types, or of those of
// the library that are listed, or Error of an error.
func (j *judge) method(s *ast.SelectorExpr, sel *types.Selection) {
	fn := sel.Obj().(*types.Func)
	if len(sel.Index()) > 1 {
		j.refuse(s, "a method of an embedded type")
	}
	if fn.Pkg() == j.u.pkg {
		return
	}
	t := sel.Recv()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := t.(*types.Named)
	if !ok {
		j.refuse(s, "the method %s", fn.Name())
		return
	}
	if n.Obj().Pkg() == nil { // error
		return
	}
	if !holds(libraryMethods[n.Obj().Pkg().Path()+"."+n.Obj().Name()], fn.Name()) {
		j.refuse(s, "the method %s of %s.%s", fn.Name(), n.Obj().Pkg().Name(), n.Obj().Name())
	}
}

// call looks at what a call is of, and at its arguments.
func (j *judge) call(c *ast.CallExpr) {
	tv := j.info.Types[c.Fun]
	switch {
	case tv.IsType():
		j.conversion(c, tv.Type)
	case tv.IsBuiltin():
		j.builtin(c)
	default:
		j.arguments(c)
	}
}

func (j *judge) conversion(c *ast.CallExpr, to types.Type) {
	switch to.Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Map:
	default:
		j.refuse(c, "a conversion to %s", types.TypeString(to, types.RelativeTo(j.u.pkg)))
	}
}

func (j *judge) builtin(c *ast.CallExpr) {
	id, ok := ast.Unparen(c.Fun).(*ast.Ident)
	if !ok {
		j.refuse(c, "a function of package unsafe")
		return
	}
	switch id.Name {
	case "len", "cap", "delete", "make":
	case "append", "copy":
		for _, a := range c.Args {
			if b, ok := j.info.TypeOf(a).Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 && (c.Ellipsis.IsValid() || id.Name == "copy") {
				j.refuse(c, "%s of a string to bytes", id.Name)
			}
		}
	case "new":
		if !j.info.Types[c.Args[0]].IsType() {
			j.refuse(c, "new of a value")
		}
	case "panic":
		if !j.plain(j.info.TypeOf(c.Args[0])) {
			j.refuse(c, "panic with a value of the program's own types")
		}
	default:
		j.refuse(c, "the built-in function %s", id.Name)
	}
}

// arguments looks at what becomes an interface as it is handed over. In functions
// of the program, only errors may.
func (j *judge) arguments(c *ast.CallExpr) {
	sig, ok := j.info.TypeOf(c.Fun).Underlying().(*types.Signature)
	if !ok {
		j.refuse(c, "a call of an unknown kind")
		return
	}
	fn := j.called(c)
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == j.u.pkg {
		return // what is assigned to an interface is looked at in its type
	}
	if sig.Recv() == nil && len(c.Args) == 1 {
		if _, ok := j.info.TypeOf(c.Args[0]).(*types.Tuple); ok && fn.Pkg().Path() != "fmt" {
			j.refuse(c, "a function of the library that is given all results of another")
		}
	}
	switch {
	case fn.Pkg().Path() == "fmt":
		j.printed(c, fn.Name())
	case fn.FullName() == "sort.Slice" || fn.FullName() == "sort.SliceStable":
		if _, ok := j.info.TypeOf(c.Args[0]).Underlying().(*types.Slice); !ok {
			j.refuse(c, "sorting what is no slice")
		}
		if _, ok := ast.Unparen(c.Args[1]).(*ast.FuncLit); !ok {
			j.refuse(c, "sorting with anything but a function literal")
		}
	}
}

// printed looks at a call of a function of fmt.
func (j *judge) printed(c *ast.CallExpr, name string) {
	args := c.Args
	if c.Ellipsis.IsValid() {
		j.refuse(c, "fmt.%s with a slice of values", name)
		return
	}
	if strings.HasPrefix(name, "F") {
		j.stream(args[0])
		args = args[1:]
	}
	if strings.HasPrefix(name, "Ss") {
		args = args[1:]
	}
	if strings.HasSuffix(name, "f") {
		if len(args) == 0 {
			j.refuse(c, "fmt.%s with all results of another function", name)
			return
		}
		j.format(args[0])
		args = args[1:]
	}
	scan := strings.Contains(strings.ToLower(name), "scan")
	for _, a := range args {
		if scan {
			j.scanned(a)
			continue
		}
		t := j.info.TypeOf(a)
		if tuple, ok := t.(*types.Tuple); ok {
			for v := range tuple.Variables() {
				if !j.plain(v.Type()) {
					j.refuse(a, "printing %s", j.write(v.Type()))
				}
			}
			continue
		}
		if !j.plain(t) {
			j.refuse(a, "printing %s", j.write(t))
		}
	}
}

// stream admits where fmt may print to and read from.
func (j *judge) stream(x ast.Expr) {
	p, ok := j.info.TypeOf(x).(*types.Pointer)
	if ok {
		n, isNamed := p.Elem().(*types.Named)
		ok = isNamed && n.Obj().Pkg() != j.u.pkg
	}
	if !ok {
		j.refuse(x, "printing to or reading from %s", j.write(j.info.TypeOf(x)))
	}
}

// scanned admits pointers to variables of Go's basic types.
func (j *judge) scanned(x ast.Expr) {
	u, ok := ast.Unparen(x).(*ast.UnaryExpr)
	if !ok || u.Op != token.AND {
		j.refuse(x, "reading into anything but a variable")
		return
	}
	if _, ok := j.info.TypeOf(u.X).(*types.Basic); !ok {
		j.refuse(x, "reading into %s", j.write(j.info.TypeOf(u.X)))
	}
}

// format admits formats that are known and do not ask for types or addresses.
func (j *judge) format(x ast.Expr) {
	v := j.info.Types[x].Value
	if v == nil || v.Kind() != constant.String {
		j.refuse(x, "a format that is put together as the program runs")
		return
	}
	s := constant.StringVal(v)
	for {
		_, rest, found := strings.Cut(s, "%")
		if !found {
			return
		}
		flags := len(rest) - len(strings.TrimLeft(rest, "+-# 0123456789.*[]"))
		if flags == len(rest) {
			return
		}
		if rest[flags] == 'T' || rest[flags] == 'p' || strings.Contains(rest[:flags], "#") {
			j.refuse(x, "the format %%%s", rest[:flags+1])
		}
		s = rest[flags+1:]
	}
}

// plain reports whether a value of a type may become an interface: basic types
// and lists of them, errors, and types of the program that have no methods. The
// interpreter does not know methods by then, nor the names of fields.
func (j *judge) plain(t types.Type) bool {
	switch t := t.(type) {
	case *types.Basic:
		return true
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return t.Obj().Name() == "error"
		}
		return t.Obj().Pkg() == j.u.pkg && t.NumMethods() == 0 && j.plain(t.Underlying())
	case *types.Slice:
		return !isError(t.Elem()) && j.plain(t.Elem())
	case *types.Array:
		return !isError(t.Elem()) && j.plain(t.Elem())
	case *types.Map:
		return !isError(t.Elem()) && !isError(t.Key()) && j.plain(t.Key()) && j.plain(t.Elem())
	}
	return false
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func (j *judge) write(t types.Type) string {
	return "a value of type " + types.TypeString(t, types.RelativeTo(j.u.pkg))
}
