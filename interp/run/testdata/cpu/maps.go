// Command maps fills and reads maps: one of the programs that are timed against native code.
package main

import "fmt"

func main() {
	counts := map[int]int{}
	x := 1
	for i := 0; i < 10000000; i++ {
		x = (x*1103515245 + 12345) % 2147483648
		counts[x%100000]++
	}
	words := map[string]int{}
	for i := 0; i < 2500000; i++ {
		x = (x*1103515245 + 12345) % 2147483648
		words[fmt.Sprint("w", x%5000)] += i
	}
	fmt.Println(len(counts), counts[77], len(words), words["w42"])
}
