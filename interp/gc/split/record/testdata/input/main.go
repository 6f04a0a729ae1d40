// Input reads what is typed.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadString('\n')
	fmt.Println(strings.TrimSpace(line), err)
	var n int
	var word string
	var x float64
	fmt.Fscan(in, &n, &word, &x)
	fmt.Fscanf(in, "%d %s\n", &n, &word)
	fmt.Fscanln(in, &n)
	fmt.Print("> ")
	s := bufio.NewScanner(in)
	for i := 0; i < 3 && s.Scan(); i++ {
		fmt.Println(s.Text(), s.Err())
	}
	fmt.Sscanf("7 of 9", "%d of %d", &n, &n)
	fmt.Sscan("8 a", &n, &word)
	rest := bufio.NewScanner(strings.NewReader("a b c\nd"))
	rest.Split(bufio.ScanWords)
	rest.Buffer(make([]byte, 1024), 1<<20)
	for rest.Scan() {
		fmt.Println(rest.Text())
	}
	all, _ := io.ReadAll(in)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, len(all), n, word, x)
	fmt.Scanln(&n)
	fmt.Scan(&n)
	fmt.Fprintln(os.Stderr, "done")
}
