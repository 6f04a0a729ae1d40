// Fatal does what cannot be recovered from.
package main

import "log"

func main() {
	var m map[string]int
	defer log.Fatal("the end")
	m["a"] = 1
}
