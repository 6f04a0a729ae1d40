// Command strings builds and cuts strings: one of the programs that are timed against native code.
package main

import (
	"fmt"
	"strings"
)

func main() {
	total := 0
	for round := 0; round < 40; round++ {
		var b strings.Builder
		for i := 0; i < 100000; i++ {
			b.WriteString("the quick brown fox ")
			b.WriteByte(byte('a' + i%26))
			b.WriteString(" ")
		}
		words := strings.Fields(strings.ToUpper(b.String()))
		joined := strings.Join(words, "-")
		total += len(words) + strings.Count(joined, "FOX-Q") + len(strings.ReplaceAll(joined, "BROWN", "red"))
	}
	fmt.Println(total)
}
