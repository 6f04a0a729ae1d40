// Files writes and reads files.
package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	fmt.Println(os.WriteFile("/tmp/a.txt", []byte("one\ntwo\n"), 0o644))
	b, err := os.ReadFile("/tmp/a.txt")
	fmt.Println(string(b), err)
	f, err := os.Create("/tmp/b.txt")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	fmt.Fprintf(w, "%d\n", 1)
	w.Flush()
	f.Seek(0, io.SeekStart)
	g, _ := os.Open("/tmp/a.txt")
	s := bufio.NewScanner(g)
	for s.Scan() {
		fmt.Println(s.Text())
	}
	io.Copy(io.Discard, g)
	info, _ := g.Stat()
	g.Close()
	fmt.Println(info.Size(), info.Name(), info.IsDir(), filepath.Join("a", "b"), filepath.Ext("x.go"), filepath.Base("/a/b"))
	h, _ := os.OpenFile("/tmp/a.txt", os.O_APPEND|os.O_WRONLY, 0)
	h.WriteString("three")
	h.Close()
	os.MkdirAll("/tmp/d/e", 0o755)
	all, _ := os.ReadDir("/tmp")
	for _, e := range all {
		fmt.Println(e.Name(), e.IsDir())
	}
	filepath.WalkDir("/tmp", func(string, fs.DirEntry, error) error { return nil })
	os.Rename("/tmp/b.txt", "/tmp/c.txt")
	os.Remove("/tmp/c.txt")
	os.RemoveAll("/tmp/d")
	fmt.Println(len(os.Args), os.Getenv("HOME"))
	os.Exit(3)
}
