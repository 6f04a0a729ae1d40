// Memory allocates until it is collected.
package main

import (
	"fmt"
	"runtime"
)

type node struct {
	left, right *node
	data        []byte
}

func tree(n int) *node {
	if n == 0 {
		return &node{data: make([]byte, 40)}
	}
	return &node{tree(n - 1), tree(n - 1), nil}
}

func deep(n int) int {
	var pad [64]int
	if n == 0 {
		return pad[0]
	}
	return deep(n-1) + pad[n%64]
}

func main() {
	keep := map[int]*node{}
	var big [][]byte
	for i := range 60 {
		keep[i%5] = tree(10)
		big = append(big, make([]byte, 1<<18))
		if len(big) > 20 {
			big = nil
		}
	}
	s := ""
	for range 500 {
		s += "some text "
	}
	runtime.GC()
	c := make(chan int)
	go func() { c <- deep(3000) }()
	fmt.Println(len(keep), len(s), <-c)
}
