// Command sort sorts numbers: one of the programs that are timed against native code.
package main

import (
	"fmt"
	"sort"
)

func main() {
	sum := 0
	x := 1
	for round := 0; round < 8; round++ {
		a := make([]int, 1000000)
		for i := range a {
			x = (x*1103515245 + 12345) % 2147483648
			a[i] = x
		}
		sort.Slice(a, func(i, j int) bool { return a[i] < a[j] })
		sum += a[len(a)/2]
	}
	fmt.Println(sum)
}
