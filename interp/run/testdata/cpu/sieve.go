// Command sieve goes through a long list of booleans: one of the programs that are timed against native code.
package main

import "fmt"

func primes(n int) int {
	composite := make([]bool, n+1)
	count := 0
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return count
}

func main() {
	sum := 0
	for i := 0; i < 180; i++ {
		sum += primes(2000000 + i)
	}
	fmt.Println(sum)
}
