package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"thirdspace/interp/frame"
	"thirdspace/interp/gc"
	"thirdspace/interp/gc/machine"
)

// compiled is the engine for a program that package gc has built: it comes in a
// folder, not with the job.
type compiled struct {
	machine       *machine.Machine
	err           error // why it could not be loaded, told when the job is there
	home          string
	stdout, stdin *os.File
	stderr        *os.File
}

// load gets the built program in dir ready, in a process that may use memory
// bytes.
func load(dir string, memory int64, stderr *os.File) *compiled {
	c := &compiled{stdin: os.Stdin, stdout: os.Stdout, stderr: stderr}
	c.machine, c.err = machine.Load(filepath.Join(dir, gc.WasmFile), filepath.Join(dir, gc.NativeDir), memory)
	return c
}

func (c *compiled) Confine(home string) error {
	c.home = home
	return nil
}

func (c *compiled) Write(files []frame.File) error { return machine.Write(c.home, files) }

// reserve is what the program's memory takes at once, most of it never touched.
func (c *compiled) reserve(memory int64) int64 { return memory }

func (c *compiled) play(r *runner, job frame.Job) int {
	stderr := c.stderr
	if job.OneOut {
		stderr = c.stdout
	}
	err := c.err
	if err == nil {
		var code int
		if code, err = c.machine.Run(c.home, job.Args, c.stdin, c.stdout, stderr); err == nil {
			return code
		}
	}
	if errors.Is(err, machine.ErrStack) {
		// Go's own words. Its own stacks may grow further than the machine's.
		fmt.Fprintln(stderr, "runtime: goroutine stack exceeds the limit\nfatal error: stack overflow")
		return exitPanic
	}
	r.tell(frame.KindVerdict, frame.Verdict{Reason: "crashed", Message: frame.Cut(err.Error())})
	return exitNotRun
}

// translate is what the runner does when package gc asks it to: see
// machine.Translate.
func translate(wasm, native string) int {
	// It has a second to live: memory is cheaper than time.
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(512 << 20)
	if err := machine.Translate(context.Background(), wasm, native); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitNotRun
	}
	return 0
}
