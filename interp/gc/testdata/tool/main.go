// Command tool stands for a compiler that what it reads has taken over: it does what its
// argument says, and prints for each try whether it went well.
package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

func main() {
	switch os.Args[1] {
	case "environment":
		fmt.Println(os.Environ())
		os.Exit(3)
	case "flood":
		for range 1000 {
			fmt.Print(strings.Repeat("x", 1000))
		}
	case "spin":
		for {
		}
	case "memory":
		var all [][]byte
		for {
			b := make([]byte, 1<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
		}
	case "escape":
		escape(os.Args[2], os.Args[3], os.Args[4])
	}
}

// escape tries a file in the work folder, one that may be read, and one that
// may not.
func escape(own, readable, secret string) {
	try := func(name string, err error) { fmt.Println(name, err == nil) }
	read := func(p string) error { _, err := os.ReadFile(p); return err }
	write := func(p string) error { return os.WriteFile(p, []byte("x"), 0o600) }
	try("write-own", write(own))
	try("read-own", read(own))
	try("remove-own", os.Remove(own))
	try("read-readable", read(readable))
	try("write-readable", write(readable))
	try("read-secret", read(secret))
	try("write-secret", write(secret))
	try("change-secret", os.Chmod(secret, 0o777))
	try("link-secret", os.Symlink(secret, own))
	try("read-passwords", read("/etc/passwd"))
	_, err := net.Dial("udp", "127.0.0.1:9")
	try("network", err)
	_, err = os.StartProcess("/bin/sh", []string{"sh"}, &os.ProcAttr{})
	try("program", err)
	try("kill", syscall.Kill(os.Getppid(), 0))
}
