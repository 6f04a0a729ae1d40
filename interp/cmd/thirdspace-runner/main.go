// Command thirdspace-runner runs one Go program that somebody else wrote, and ends.
//
// It is started by the pool in interp/run and is of no use on its own. What it
// is given:
//
//	stdin, stdout            those of the program
//	descriptor 2             the crash channel: the Go runtime's last words
//	-in, -out                the control pipes of package frame
//	-err                     the standard error of the program
//	-exe                     its own binary, left open by the parent; closed
//	-mode, -dir              for jail.Enter
//	-program, -memory        for a program that was built: the folder it lies in,
//	                         and how many bytes of memory the process may use
//
// It prepares the engine, locks itself in, says hello, waits for one job, and
// becomes that program. Its exit code is the program's: 0 for a main that
// returned, what the program gave to os.Exit, 2 for a panic, as of any Go
// program; 1 where the program never ran, and a verdict says why.
//
// With -translate and -native it does something else: it translates a program
// that package gc has built into code of this machine, and ends.
//
// Built with CGO_ENABLED=0: the jail changes all threads of the process, which
// the Go runtime can do only if it knows them all.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"
	_ "time/tzdata" // the disk with the system's own goes away

	"thirdspace/interp/frame"
	"thirdspace/interp/jail"
	"thirdspace/interp/yaegi"
)

// Exit codes of the runner's own.
const (
	exitNotRun   = 1   // the program has errors
	exitPanic    = 2   // as the Go runtime has it
	exitProtocol = 125 // started by hand, or by something that is not the pool
)

func main() {
	in := flag.Uint("in", 0, "descriptor of the control pipe to read")
	out := flag.Uint("out", 0, "descriptor of the control pipe to write")
	stderr := flag.Uint("err", 0, "descriptor of the program's standard error")
	exe := flag.Uint("exe", 0, "descriptor to close")
	mode := flag.String("mode", string(jail.ModePlain), "the mode the process was started in")
	dir := flag.String("dir", "", "the program's folder")
	built := flag.String("program", "", "folder of a program that was built")
	memory := flag.Int64("memory", 0, "bytes of memory for a program that was built")
	wasm := flag.String("translate", "", "file of a program to translate")
	native := flag.String("native", "", "folder for the translation")
	flag.Parse()
	if *wasm != "" && *native != "" {
		os.Exit(translate(*wasm, *native))
	}
	if *in == 0 || *out == 0 || *stderr == 0 || *dir == "" {
		fmt.Fprintln(os.Stderr, "thirdspace-runner is started by thirdspace; it does nothing on its own")
		os.Exit(exitProtocol)
	}
	if *exe != 0 {
		_ = os.NewFile(uintptr(*exe), "self").Close()
	}
	r := &runner{
		in:  os.NewFile(uintptr(*in), "control-in"),
		out: os.NewFile(uintptr(*out), "control-out"),
		// os.Stderr becomes the program's. Whoever forgot this file would have
		// it closed by the garbage collector, and the runtime struck dumb.
		crash: os.Stderr,
		keep:  []uintptr{uintptr(*in), uintptr(*out), uintptr(*stderr)},
	}
	defer runtime.KeepAlive(r)
	e, err := r.engine(os.NewFile(uintptr(*stderr), "/dev/stderr"), *built, *memory)
	code := 0
	if err == nil {
		code, err = r.run(e, jail.Mode(*mode), *dir)
	}
	if err != nil {
		fmt.Fprintln(r.crash, "thirdspace-runner:", err)
		os.Exit(exitProtocol)
	}
	os.Exit(code)
}

type runner struct {
	in, out, crash *os.File
	keep           []uintptr // the descriptors this process was given
	nonce          frame.Nonce
}

// engine is what runs the program.
type engine interface {
	Confine(home string) error      // after the process is locked in
	Write(files []frame.File) error // where the program can read them
	reserve(memory int64) int64     // bytes mapped besides memory, untouched
	play(r *runner, job frame.Job) int
}

// engine prepares the one that is wanted.
func (r *runner) engine(stderr *os.File, built string, memory int64) (engine, error) {
	debug.SetTraceback("none") // the stacks would be the engine's
	// Time zones are read from a disk that is about to go away.
	_ = time.Now().Local().String()
	if built != "" {
		return load(built, memory, stderr), nil
	}
	e, err := yaegi.New(os.Stdin, os.Stdout, stderr, r.crash)
	if err != nil {
		return nil, err
	}
	return interpreted{e}, nil
}

// run does everything and returns the exit code, or an error if there never was
// a job.
func (r *runner) run(e engine, mode jail.Mode, dir string) (int, error) {
	report, home, err := jail.Enter(mode, dir, r.keep...)
	if err != nil {
		return 0, err
	}
	if err := e.Confine(home); err != nil {
		return 0, err
	}
	if err := r.send(frame.KindHello, frame.Hello{Version: frame.Version, Report: report}); err != nil {
		return 0, err
	}
	job, err := r.job()
	if errors.Is(err, io.EOF) {
		return 0, nil // not needed after all
	}
	if err != nil {
		return 0, err
	}
	if err := jail.Limit(job.Memory+e.reserve(job.Memory), job.CPU, r.outOfMemory); err != nil {
		return 0, err
	}
	if err := e.Write(job.Files); err != nil {
		return 0, err
	}
	return e.play(r, job), nil
}

// job waits for the job. Nothing is read from the pipe after it.
func (r *runner) job() (frame.Job, error) {
	kind, _, body, err := frame.Read(r.in, frame.MaxBody)
	if err != nil {
		return frame.Job{}, err
	}
	if kind != frame.KindJob {
		return frame.Job{}, fmt.Errorf("wait for a job: got a frame of kind %q", kind)
	}
	job, nonce, err := frame.DecodeJob(body)
	if err != nil {
		return frame.Job{}, err
	}
	r.nonce = nonce
	return job, r.in.Close()
}

// interpreted is the engine for a program that comes as source.
type interpreted struct{ *yaegi.Engine }

func (interpreted) reserve(int64) int64 { return 0 }

// play compiles and runs the program and returns its exit code.
func (e interpreted) play(r *runner, job frame.Job) int {
	ds, err := e.Compile(job.Files)
	switch {
	case len(ds) > 0:
		r.tell(frame.KindDiagnostics, ds)
		r.tell(frame.KindVerdict, frame.Verdict{Reason: "compile", Message: ds[0].Message})
		return exitNotRun
	case err != nil:
		r.tell(frame.KindVerdict, frame.Verdict{Reason: "crashed", Message: frame.Cut(err.Error())})
		return exitNotRun
	}
	err = e.Run()
	var p *yaegi.Panic
	switch {
	case errors.As(err, &p):
		fmt.Fprintf(r.crash, "panic: %s\n", p.Text)
		return exitPanic
	case err != nil:
		r.tell(frame.KindVerdict, frame.Verdict{Reason: "crashed", Message: frame.Cut(err.Error())})
		return exitNotRun
	}
	return 0
}

func (r *runner) outOfMemory() {
	fmt.Fprintln(r.crash, "fatal error: out of memory")
	os.Exit(exitPanic)
}

// tell sends a frame. If nobody listens any more, nobody needs to hear it.
func (r *runner) tell(k frame.Kind, v any) { _ = r.send(k, v) }

func (r *runner) send(k frame.Kind, v any) error {
	body, err := frame.Encode(v)
	if err != nil {
		return err
	}
	return frame.Write(r.out, k, r.nonce, body)
}
