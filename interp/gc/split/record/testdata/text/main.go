// Text works on strings.
package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"text/template"
	"unicode"
	"unicode/utf8"
)

func main() {
	s := "Hello, Wörld — the quick brown fox"
	fmt.Println(len(s), utf8.RuneCountInString(s), strings.ToUpper(s), strings.ToLower(s), strings.Title(s), strings.Fields(s))
	fmt.Println(strings.Split(s, " "), strings.Join([]string{"a", "b", "c"}, "-"), strings.Repeat("ab", 30), strings.Replace(s, "o", "0", 1), strings.ReplaceAll(s, "o", "0"))
	fmt.Println(strings.Contains(s, "quick"), strings.Index(s, "fox"), strings.LastIndex(s, "o"), strings.HasPrefix(s, "He"), strings.HasSuffix(s, "fox"), strings.Count(s, "o"))
	fmt.Println(strings.TrimSpace("  x "), strings.Trim("xxaxx", "x"), strings.TrimLeft("xxa", "x"), strings.TrimRight("axx", "x"), strings.TrimPrefix(s, "Hello"), strings.TrimFunc("12a", unicode.IsDigit))
	fmt.Println(strings.EqualFold("a", "A"), strings.Map(func(r rune) rune { return r + 1 }, "abc"), strings.SplitN(s, " ", 2), strings.ContainsRune(s, 'ö'), strings.IndexByte(s, 'q'), strings.IndexAny(s, "xyz"))
	before, after, ok := strings.Cut(s, ",")
	fmt.Println(before, after, ok)
	var b strings.Builder
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsSpace(r) || unicode.IsUpper(r) || unicode.IsPunct(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
		b.WriteByte('.')
		b.WriteString(strconv.Itoa(i))
	}
	fmt.Fprintf(&b, "%d", 1)
	fmt.Println(b.String(), b.Len())
	for i := 0; i < 3; i++ {
		s += "x" + s[:2] + strconv.Itoa(i*100000)
	}
	rs := []rune(s)
	for i, j := 0, len(rs)-1; i < j; i, j = i+1, j-1 {
		rs[i], rs[j] = rs[j], rs[i]
	}
	fmt.Println(string(rs), string([]byte(s)[3:]), s < "b", s == "c", strconv.Quote(s), []byte("abc"))
	for w := range strings.FieldsSeq(s) {
		fmt.Print(w)
	}
	for w := range strings.SplitSeq(s, ",") {
		fmt.Print(w)
	}
	n, err := strconv.Atoi("123")
	_, err2 := strconv.Atoi("x")
	f, _ := strconv.ParseFloat("2.5", 64)
	t, _ := strconv.ParseBool("true")
	i64, _ := strconv.ParseInt("-77", 8, 64)
	fmt.Println(n, err, err2, f, t, i64, strconv.FormatInt(255, 2), strconv.FormatFloat(1.5, 'f', 2, 64))
	var buf bytes.Buffer
	buf.WriteString("line\nline\n")
	fmt.Println(buf.String(), bytes.Contains(buf.Bytes(), []byte("in")), bytes.ToUpper([]byte("a")))
	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	fmt.Println(re.FindStringSubmatch("me@example.com"), re.MatchString("x"), re.ReplaceAllString("a@b.com", "$1"), re.FindAllString("a@b.com c@d.com", -1))
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 1, ' ', 0)
	fmt.Fprintln(w, "a\tb\tc")
	w.Flush()
	_ = template.Must(template.New("t").Parse("{{range .}}{{.}} {{end}}\n")).Execute(os.Stdout, []int{1, 2})
	fmt.Println(strings.NewReplacer("a", "b", "c", "d").Replace("abcd"))
}
