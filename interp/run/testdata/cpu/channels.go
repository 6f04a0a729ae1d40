// Command channels passes numbers between goroutines: one of the programs that are timed against native code.
package main

import "fmt"

func stage(in <-chan int, out chan<- int) {
	for v := range in {
		out <- v + 1
	}
	close(out)
}

func main() {
	first := make(chan int)
	in := first
	for i := 0; i < 4; i++ {
		out := make(chan int)
		go stage(in, out)
		in = out
	}
	go func() {
		for i := 0; i < 2000000; i++ {
			first <- i
		}
		close(first)
	}()
	sum := 0
	for v := range in {
		sum += v
	}
	fmt.Println(sum)
}
