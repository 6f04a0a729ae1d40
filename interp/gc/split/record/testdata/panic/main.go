// Panic ends with an index out of range, in a method in a goroutine's deferred
// function.
package main

import "fmt"

type t struct{ list []int }

func (x *t) get(i int) int { return x.list[i] }

func main() {
	defer fmt.Println("deferred")
	done := make(chan int)
	go func() {
		defer close(done)
		defer func() { panic(fmt.Errorf("again: %v", recover())) }()
		fmt.Println((&t{[]int{1}}).get(5))
	}()
	<-done
	select {}
}
