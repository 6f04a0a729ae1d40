// Command forger stands in for a runner that a program has taken over, or for one that
// is not what the pool expects. What it does is its own file name.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"thirdspace/interp/frame"
)

func main() {
	self, _ := os.Readlink("/proc/self/exe")
	in, out := os.NewFile(3, "in"), os.NewFile(4, "out")
	what := filepath.Base(self)
	switch what {
	case "dies":
		fmt.Fprintln(os.Stderr, "no wish to live")
		os.Exit(3)
	case "silent":
		time.Sleep(time.Hour)
	case "nonsense":
		_, _ = out.Write(bytes.Repeat([]byte("GET / HTTP/1.1\r\n"), 100))
		time.Sleep(time.Hour)
	case "otherversion":
		hello(out, frame.Version+1)
		time.Sleep(time.Hour)
	}
	hello(out, frame.Version)
	if what == "diesready" {
		os.Exit(0)
	}
	_, _, body, err := frame.Read(in, frame.MaxBody)
	if err != nil {
		return
	}
	_, nonce, err := frame.DecodeJob(body)
	if err != nil {
		return
	}
	switch what {
	case "guessed": // a verdict with a nonce made up
		send(out, frame.KindVerdict, frame.Nonce{1, 2, 3}, frame.Verdict{Reason: "compile", Message: "forged"})
		time.Sleep(time.Hour)
	case "garbage":
		_, _ = out.Write(bytes.Repeat([]byte{0xff}, 1<<20))
		time.Sleep(time.Hour)
	case "long": // a frame of 4 GiB
		b := append([]byte{byte(frame.KindVerdict)}, nonce[:]...)
		_, _ = out.Write(binary.BigEndian.AppendUint32(b, 0xffffffff))
		time.Sleep(time.Hour)
	case "twice":
		for {
			send(out, frame.KindVerdict, nonce, frame.Verdict{Reason: "crashed", Message: "again"})
		}
	case "hello":
		hello(out, frame.Version)
		time.Sleep(time.Hour)
	case "halfframe":
		_, _ = out.Write([]byte{byte(frame.KindVerdict), 1, 2})
		os.Exit(0)
	case "claims": // to have been compiled wrongly, while the exit code says it ran
		send(out, frame.KindVerdict, nonce, frame.Verdict{Reason: "compile", Message: "forged"})
		os.Exit(0)
	case "segfault":
		_ = syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		fmt.Fprintln(os.Stderr, "unexpected fault address 0x41\n[signal SIGSEGV: segmentation violation]")
		os.Exit(2)
	case "words": // endless last words
		for {
			if _, err := os.Stderr.Write(bytes.Repeat([]byte("@trace 1 a.go:1:1 f\npanic: x\n"), 1000)); err != nil {
				return
			}
		}
	}
}

func hello(out *os.File, version int) {
	send(out, frame.KindHello, frame.Nonce{}, frame.Hello{Version: version})
}

func send(out *os.File, k frame.Kind, n frame.Nonce, v any) {
	b, err := frame.Encode(v)
	if err != nil {
		panic(err)
	}
	if err := frame.Write(out, k, n, b); err != nil {
		os.Exit(1)
	}
}
