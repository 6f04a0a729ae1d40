// Deadlock waits for what never comes.
package main

import "sync"

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() { <-make(chan int) }()
	wg.Wait()
}
