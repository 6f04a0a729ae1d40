// Errors makes, wraps, finds and recovers from errors.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"strconv"
)

type notFound struct{ name string }

func (e *notFound) Error() string { return "not found: " + e.name }

var errBase = errors.New("base")

func find(name string) error {
	if name == "" {
		return fmt.Errorf("find: %w", errBase)
	}
	return fmt.Errorf("find %q: %w", name, &notFound{name})
}

func safely(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
			if e, ok := r.(error); ok {
				err = e
			}
		}
	}()
	f()
	return nil
}

func main() {
	var nf *notFound
	err := find("x")
	fmt.Println(err, errors.As(err, &nf), errors.Is(find(""), errBase), errors.Unwrap(find("")) == errBase, errors.Join(err, errBase))
	var list []int
	var m map[string]int
	var p *notFound
	var a any = "text"
	zero := 0
	for _, f := range []func(){
		func() { panic("text") }, func() { panic(err) }, func() { panic(fmt.Sprintf("%d", 1)) }, func() { list[zero]++ }, func() { m["a"] = 1 },
		func() { p.name = "" }, func() { _ = a.(int) }, func() { fmt.Println(1 / zero) }, func() { _ = list[1:][zero:] }, func() { var c chan int; close(c) },
		func() { _ = a.(fmt.Stringer) }, func() { _ = make([]int, zero-1) }, func() {},
	} {
		fmt.Println(safely(f))
	}
	defer fmt.Println("deferred")
	for i := range 3 {
		defer func() { fmt.Println(i) }()
	}
	_, e := strconv.Atoi("no")
	_, e2 := os.Open("none.txt")
	var pe *os.PathError
	fmt.Println(e, e2, errors.As(e2, &pe), errors.Is(e2, os.ErrNotExist), io.EOF)
	log.SetFlags(0)
	log.Println("logged")
	log.Printf("%d", 1)
	slog.Info("structured", "n", 1)
	fmt.Fprintln(os.Stderr, "error:", err)
}
