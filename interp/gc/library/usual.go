// Command library is not for running. It is linked, on the machine where
// students' programs run, so that what it uses of the library can be translated
// once for all of them: what learners' programs usually use. Whatever is not here
// is translated with the program that uses it.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"
)

func main() { use(usual) }

// use has the linker believe that something is used.
func use(what ...any) { fmt.Fprintln(io.Discard, what...) }

var usual = []any{
	printing, lists(), text, numbers, randomness, input, files, concurrency, times, mistakes, collections,
	oneKind[int], oneKind[string], oneKind[float64], oneKind[byte], oneKind[rune], oneKind[int64], oneKind[uint64],
	keyed[string, int], keyed[int, int], keyed[string, string], keyed[int, string], keyed[rune, int], keyed[string, bool], keyed[int, bool],
	keyed[string, []string], keyed[string, float64], keyed[string, []int], keyed[int, []int],
}

var printing = []any{
	fmt.Print, fmt.Printf, fmt.Println, fmt.Sprint, fmt.Sprintf, fmt.Sprintln, fmt.Fprint, fmt.Fprintf, fmt.Fprintln, fmt.Errorf,
	fmt.Scan, fmt.Scanf, fmt.Scanln, fmt.Sscan, fmt.Sscanf, fmt.Sscanln, fmt.Fscan, fmt.Fscanf, fmt.Fscanln, fmt.Append, fmt.Appendf,
}

var text = []any{
	strings.Clone, strings.Compare, strings.Contains, strings.ContainsAny, strings.ContainsRune, strings.ContainsFunc, strings.Count,
	strings.Cut, strings.CutPrefix, strings.CutSuffix, strings.EqualFold, strings.Fields, strings.FieldsFunc, strings.HasPrefix,
	strings.HasSuffix, strings.Index, strings.IndexAny, strings.IndexByte, strings.IndexFunc, strings.IndexRune, strings.Join,
	//lint:ignore SA1019 Learners use it.
	strings.Title,
	strings.LastIndex, strings.LastIndexByte, strings.Map, strings.Repeat, strings.Replace, strings.ReplaceAll, strings.Split,
	strings.SplitAfter, strings.SplitN, strings.ToLower, strings.ToTitle, strings.ToUpper, strings.Trim, strings.TrimFunc,
	strings.TrimLeft, strings.TrimPrefix, strings.TrimRight, strings.TrimSpace, strings.TrimSuffix, strings.NewReader, strings.NewReplacer,
	(*strings.Replacer).Replace, (*strings.Builder).WriteString, (*strings.Builder).WriteByte, (*strings.Builder).WriteRune, (*strings.Builder).Write,
	(*strings.Builder).Grow, (*strings.Builder).String, (*strings.Builder).Reset, (*strings.Builder).Len, strings.Lines, strings.SplitSeq, strings.FieldsSeq,
	bytes.NewBuffer, bytes.NewBufferString, bytes.NewReader, (*bytes.Buffer).WriteString, (*bytes.Buffer).WriteByte, (*bytes.Buffer).WriteRune,
	(*bytes.Buffer).String, (*bytes.Buffer).ReadFrom, (*bytes.Buffer).ReadString, (*bytes.Buffer).Read, bytes.Equal, bytes.Contains, bytes.Split, bytes.TrimSpace,
	bytes.Fields, bytes.Join, bytes.ToUpper, bytes.ToLower, bytes.Index, bytes.HasPrefix,
	unicode.IsLetter, unicode.IsDigit, unicode.IsNumber, unicode.IsSpace, unicode.IsUpper, unicode.IsLower, unicode.IsPunct, unicode.IsControl,
	unicode.IsSymbol, unicode.IsPrint, unicode.ToUpper, unicode.ToLower, unicode.ToTitle, unicode.In,
	utf8.RuneCountInString, utf8.RuneCount, utf8.DecodeRuneInString, utf8.DecodeRune, utf8.DecodeLastRuneInString, utf8.EncodeRune, utf8.AppendRune,
	utf8.ValidString, utf8.Valid, utf8.RuneLen,
}

var numbers = []any{
	strconv.Atoi, strconv.Itoa, strconv.ParseInt, strconv.ParseUint, strconv.ParseFloat, strconv.ParseBool, strconv.FormatInt,
	strconv.FormatUint, strconv.FormatFloat, strconv.FormatBool, strconv.Quote, strconv.Unquote, strconv.AppendInt, strconv.QuoteRune,
	math.Abs, math.Acos, math.Asin, math.Atan, math.Atan2, math.Cbrt, math.Ceil, math.Copysign, math.Cos, math.Cosh, math.Exp, math.Exp2, math.Floor,
	math.Gamma, math.Hypot, math.Inf, math.IsInf, math.IsNaN, math.Log, math.Log10, math.Log1p, math.Log2, math.Max, math.Min, math.Mod, math.Modf,
	math.NaN, math.Pow, math.Pow10, math.Remainder, math.Round, math.RoundToEven, math.Signbit, math.Sin, math.Sincos, math.Sinh, math.Sqrt, math.Tan,
	math.Tanh, math.Trunc, math.Float64bits, math.Float64frombits,
}

var randomness = []any{
	rand.Int, rand.Intn, rand.Int63, rand.Int31n, rand.Int63n, rand.Float64, rand.Perm, rand.Shuffle, rand.New, rand.NewSource,
	//lint:ignore SA1019 Learners use it.
	rand.Seed,
	(*rand.Rand).Intn, (*rand.Rand).Int, (*rand.Rand).Float64, (*rand.Rand).Perm, (*rand.Rand).Shuffle, (*rand.Rand).Int63,
	randv2.Int, randv2.IntN, randv2.Float64, randv2.Perm, randv2.Shuffle, randv2.New, randv2.NewPCG, (*randv2.Rand).IntN, (*randv2.Rand).Float64,
	randv2.N[int], randv2.N[time.Duration],
}

var input = []any{
	bufio.NewReader, bufio.NewReaderSize, bufio.NewScanner, bufio.NewWriter, bufio.NewWriterSize, bufio.NewReadWriter, bufio.ScanWords, bufio.ScanLines, bufio.ScanRunes, bufio.ScanBytes,
	(*bufio.Scanner).Scan, (*bufio.Scanner).Text, (*bufio.Scanner).Bytes, (*bufio.Scanner).Split, (*bufio.Scanner).Buffer, (*bufio.Scanner).Err,
	(*bufio.Reader).ReadString, (*bufio.Reader).ReadLine, (*bufio.Reader).ReadRune, (*bufio.Reader).ReadByte, (*bufio.Reader).ReadBytes, (*bufio.Reader).Read,
	(*bufio.Writer).WriteString, (*bufio.Writer).WriteByte, (*bufio.Writer).WriteRune, (*bufio.Writer).Write, (*bufio.Writer).Flush,
	io.ReadAll, io.Copy, io.WriteString, io.ReadFull, io.MultiWriter, io.TeeReader, io.LimitReader, io.Pipe, io.Discard,
}

var files = []any{
	os.ReadFile, os.WriteFile, os.Open, os.Create, os.OpenFile, os.Remove, os.RemoveAll, os.Mkdir, os.MkdirAll, os.Stat, os.ReadDir, os.Exit, os.Getenv,
	os.Getwd, os.Rename, os.LookupEnv, os.Environ, os.Setenv, os.MkdirTemp, os.CreateTemp, os.IsNotExist, os.Stdin, os.Stdout, os.Stderr,
	(*os.File).Write, (*os.File).WriteString, (*os.File).Read, (*os.File).Close, (*os.File).Seek, (*os.File).Stat, (*os.File).ReadDir, (*os.File).Sync,
	filepath.Join, filepath.Base, filepath.Dir, filepath.Ext, filepath.Glob, filepath.WalkDir, filepath.Clean,
}

var concurrency = []any{
	(*sync.Mutex).Lock, (*sync.Mutex).Unlock, (*sync.Mutex).TryLock, (*sync.RWMutex).Lock, (*sync.RWMutex).Unlock, (*sync.RWMutex).RLock, (*sync.RWMutex).RUnlock,
	(*sync.WaitGroup).Add, (*sync.WaitGroup).Done, (*sync.WaitGroup).Wait, (*sync.WaitGroup).Go, (*sync.Once).Do, sync.OnceFunc, sync.NewCond,
	(*sync.Cond).Wait, (*sync.Cond).Signal, (*sync.Cond).Broadcast, (*sync.Map).Load, (*sync.Map).Store, (*sync.Map).Range, (*sync.Map).LoadOrStore,
	(*sync.Map).Delete, (*sync.Pool).Get, (*sync.Pool).Put, (*atomic.Int64).Add, (*atomic.Int64).Load, (*atomic.Int32).Add, (*atomic.Value).Load, (*atomic.Value).Store,
	(*atomic.Bool).Load, atomic.AddInt64, atomic.AddInt32, atomic.CompareAndSwapInt32,
	context.Background, context.WithCancel, context.WithTimeout, context.WithDeadline, context.WithValue, context.WithCancelCause, context.Cause, channels,
}

// channels uses the statements that call the runtime.
func channels(a, b chan int, s chan string, done chan struct{}) int {
	go func() { defer close(done); a <- <-b; s <- "" }()
	select {
	case x := <-a:
		return x + len(a) + cap(b)
	case b <- 1:
	case x, ok := <-s:
		use(x, ok)
	default:
	}
	select {
	case <-done:
	case v, ok := <-a:
		use(v, ok)
	}
	select {
	case a <- 2:
	default:
	}
	select {
	case x := <-b:
		use(x)
	default:
	}
	for x := range a {
		use(x)
	}
	return 0
}

var times = []any{
	time.Now, time.Since, time.Until, time.Sleep, time.After, time.AfterFunc, time.Tick, time.NewTimer, time.NewTicker, time.Date, time.Unix, time.Parse, time.ParseDuration,
	time.Time.Format, time.Time.Add, time.Time.Sub, time.Time.AddDate, time.Time.Before, time.Time.After, time.Time.Equal, time.Time.Unix, time.Time.UnixNano, time.Time.Weekday,
	time.Time.YearDay, time.Time.Truncate, time.Time.Date, time.Time.Clock, time.Time.IsZero, time.Time.UnixMilli, (*time.Timer).Stop, (*time.Timer).Reset, (*time.Ticker).Stop,
	time.Duration.Seconds, time.Duration.Milliseconds, time.Duration.Minutes, time.Duration.Hours, time.Duration.Round, time.Duration.String, time.Month.String, time.Weekday.String,
}

var mistakes = []any{
	errors.New, errors.Is, errors.As, errors.Join, errors.Unwrap, panics,
}

// panics uses what happens when something goes wrong.
func panics(x any, m map[string]int, s []int, i, j int, p *int, text string) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v: %w", r, err)
		}
	}()
	defer use(m, s)
	switch v := x.(type) {
	case error:
		panic(v)
	case fmt.Stringer:
		panic(v.String())
	case string:
		panic(v)
	case int:
		n = i / j
	}
	for range s {
		defer use(x)
	}
	n += x.(int) + s[i] + len(s[i:j]) + m["a"] + *p + int(text[i]) + len(text[i:j]) + len(s[i:j:n])
	println(n, text, x != nil, float64(n), p, uint64(n), int64(n), s)
	print(n, text, true, rune(n))
	return n + len(x.(fmt.Stringer).String()), nil
}

var collections = []any{
	sort.Ints, sort.Strings, sort.Float64s, sort.Slice, sort.SliceStable, sort.Sort, sort.Stable, sort.Reverse, sort.Search, sort.SearchInts, sort.SearchStrings,
	sort.IntsAreSorted, sort.SliceIsSorted, sort.IntSlice.Sort, sort.StringSlice.Sort,
	heap.Init, heap.Push, heap.Pop, heap.Fix, heap.Remove, list.New, (*list.List).PushBack, (*list.List).PushFront, (*list.List).Remove, (*list.List).Front,
	(*list.List).Back, (*list.Element).Next, (*list.Element).Prev, (*list.List).Len, (*list.List).MoveToFront, (*list.List).InsertBefore, (*list.List).InsertAfter,
	conversions, comparisons,
}

// conversions uses the conversions and the joining that call the runtime.
func conversions(s string, b []byte, r []rune, i int, x, y any, e error, f float64, c, d complex128) []any {
	return []any{
		[]byte(s), []rune(s), string(b), string(r), string(rune(i)), s + string(b), s + s + string(b), s + s + s + string(b), s + s + s + s + string(b), s + s + s + s + s + s + string(b),
		x == y, e == nil, s < string(b), append(b, s...), append(r, r...), make([]int, i), make([]string, i, i+1), make([]any, i), make(map[string]any, i), make(chan int, i),
		copy(b, s), f, c * d, c / d, uint64(f), float32(f), i, int8(i), uint16(i), uint32(i), int64(i), b[0], &i, [3]int{i}, struct{ A, B int }{i, i}, new(string), func() { use(i, s) },
		slices.Clone(b), min(s, "a"), max(f, 1),
	}
}

// comparisons uses the equality and the hashes of kinds that are keys.
func comparisons(a, b struct {
	X, Y int
	Name string
}, c, d [4]string, e, f [2]int) bool {
	m := map[any]bool{a: true, c: true, e: true, 1.5: true, "a": true, 'a': true}
	return a == b || c == d || e == f || m[b]
}

// lists uses what is generic with pointers, which the compiler makes once for all
// of them.
func lists() []any {
	type thing struct{ name string }
	named := func(a, b *thing) int { return cmp.Compare(a.name, b.name) }
	return []any{
		named,
		slices.SortFunc[[]*thing], slices.Contains[[]*thing], slices.Index[[]*thing], slices.Reverse[[]*thing], slices.Delete[[]*thing], slices.Insert[[]*thing],
		slices.IndexFunc[[]*thing], slices.ContainsFunc[[]*thing], slices.SortStableFunc[[]*thing], slices.Clone[[]*thing],
		keyed[string, *thing], keyed[int, *thing], keyed[string, any], atomicPointer[thing],
	}
}

func atomicPointer[T any](p *atomic.Pointer[T], v *T) *T {
	p.Store(v)
	return p.Load()
}

// oneKind uses what is generic with a kind that has an order.
func oneKind[T cmp.Ordered](s []T, x T, f func(a, b T) int, is func(T) bool) []any {
	slices.Sort(s)
	slices.SortFunc(s, f)
	slices.SortStableFunc(s, f)
	slices.Reverse(s)
	i, found := slices.BinarySearch(s, x)
	var collected []T
	for _, v := range slices.Backward(s) {
		collected = append(collected, v)
	}
	return []any{
		slices.Contains(s, x), slices.Index(s, x), slices.IndexFunc(s, is), slices.ContainsFunc(s, is), slices.Max(s), slices.Min(s), slices.Equal(s, s), i, found,
		slices.Insert(s, 1, x), slices.Delete(s, 0, 1), slices.Compact(s), slices.Clone(s), slices.Collect(slices.Values(s)), slices.Sorted(slices.Values(s)), collected,
		slices.DeleteFunc(s, is), slices.Concat(s, s), slices.Repeat(s, 2), cmp.Compare(x, s[0]), min(x, s[0]), max(x, s[0]), slices.Compare(s, s), slices.IsSorted(s),
		slices.Grow(s, 5), slices.MaxFunc(s, f), slices.MinFunc(s, f), slices.Chunk(s, 2),
	}
}

// keyed uses maps.
func keyed[K cmp.Ordered, V any](m map[K]V, k K, v V) []any {
	m[k] = v
	delete(m, k)
	x, ok := m[k]
	for k, v := range m {
		use(k, v)
	}
	c := maps.Clone(m)
	maps.Copy(c, m)
	clear(m)
	return []any{x, ok, c, map[K]V{k: v}, make(map[K]V, 100), slices.Sorted(maps.Keys(m)), slices.Collect(maps.Values(m)), slices.Collect(maps.Keys(m)), len(m)}
}
