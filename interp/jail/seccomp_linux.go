//go:build linux && (amd64 || arm64)

package jail

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// Offsets in struct seccomp_data, which the filter reads; see seccomp(2). Those
// of arguments are of their low halves on little-endian machines, which all of
// ours are.
const (
	offsetCall     = 0
	offsetArch     = 4
	offsetArg0     = 16
	offsetArg1     = 24
	offsetArg1High = 28
)

// x32Bit marks the calls of amd64's second, 32-bit-pointer interface, which
// would go around a list of numbers.
const x32Bit = 0x40000000

const (
	allow = unix.SECCOMP_RET_ALLOW
	eperm = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
)

// filterCalls installs the filter in all threads and tries it out.
func filterCalls(m Mode) error {
	w := wish{pid: uint32(os.Getpid()), paths: m != ModePlain}
	if err := w.install(unix.SECCOMP_FILTER_FLAG_TSYNC); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		_ = unix.Close(fd)
		return errors.New("seccomp: the filter has no effect")
	}
	if !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("try out seccomp: %w", err)
	}
	return nil
}

// filterTool installs, in the calling thread alone, the filter of a tool that
// this thread is about to start.
func filterTool() error { return wish{tool: true}.install(0) }

// wish is what a filter is to let pass besides what every program needs.
type wish struct {
	pid   uint32 // the number of the process, which may send signals to itself
	tool  bool   // it is a tool, to be started by the thread that has the filter
	paths bool   // the disk is its own: what is known of its files may be changed
}

// install puts the filter on this thread, or with SECCOMP_FILTER_FLAG_TSYNC on
// all of the process.
func (w wish) install(flags uintptr) error {
	prog, err := w.filter()
	if err != nil {
		return err
	}
	raw := make([]unix.SockFilter, len(prog))
	for i, in := range prog {
		raw[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	fprog := unix.SockFprog{Len: uint16(len(raw)), Filter: &raw[0]}
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&fprog))); e != 0 {
		return fmt.Errorf("seccomp: %w", e)
	}
	return nil
}

// filter is the program the kernel runs at each system call: calls of a foreign
// interface end the process, denied ones fail with EPERM, clone3 with ENOSYS so
// that whoever wants it falls back to clone (whose flags can be looked at; those
// of clone3 are behind a pointer), and the rest pass.
func (w wish) filter() ([]bpf.RawInstruction, error) {
	p := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: auditArch, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
		bpf.LoadAbsolute{Off: offsetCall, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Bit, SkipTrue: 1},
		bpf.RetConstant{Val: unix.SECCOMP_RET_KILL_PROCESS},
	}
	p = append(p, when(unix.SYS_CLONE3, ret(unix.SECCOMP_RET_ERRNO|uint32(unix.ENOSYS)))...)
	p = append(p, when(unix.SYS_CLONE, w.clone()...)...)
	if !w.tool {
		p = append(p, when(unix.SYS_TGKILL, oneOf(offsetArg0, w.pid)...)...)
	}
	p = append(p, when(unix.SYS_PRLIMIT64, oneOf(offsetArg0, 0)...)...) // 0 stands for this process
	p = append(p, when(unix.SYS_FCNTL, oneOf(offsetArg1, allowedFcntl...)...)...)
	p = append(p, when(unix.SYS_PRCTL, oneOf(offsetArg0, w.prctl()...)...)...)
	no := append(slices.Clone(deniedHere), denied...)
	if !w.tool {
		no = append(append(no, deniedPrograms...), deniedProgramsHere...)
	}
	if !w.paths {
		no = append(append(no, deniedPaths...), deniedPathsHere...)
		p = append(p, when(unix.SYS_UTIMENSAT, noPath...)...)
	}
	for _, nr := range no {
		p = append(p, when(nr, ret(eperm))...)
	}
	raw, err := bpf.Assemble(append(p, ret(allow)))
	if err != nil {
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	return raw, nil
}

func ret(n uint32) bpf.Instruction { return bpf.RetConstant{Val: n} }

// when has a call of that number looked at by the instructions in body, which
// must end in a decision.
func when(nr uint32, body ...bpf.Instruction) []bpf.Instruction {
	return append([]bpf.Instruction{bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: nr, SkipTrue: uint8(len(body))}}, body...)
}

// oneOf lets a call pass if the argument at that offset is one of the values.
func oneOf(offset uint32, values ...uint32) []bpf.Instruction {
	p := []bpf.Instruction{bpf.LoadAbsolute{Off: offset, Size: 4}}
	for i, v := range values {
		p = append(p, bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: uint8(len(values) - i)})
	}
	return append(p, ret(eperm), ret(allow))
}

// clone makes threads, for tools also processes, and never namespaces.
func (w wish) clone() []bpf.Instruction {
	if w.tool {
		return []bpf.Instruction{
			bpf.LoadAbsolute{Off: offsetArg0, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: newNamespaces, SkipTrue: 1},
			ret(eperm), ret(allow),
		}
	}
	return []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArg0, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: newNamespaces, SkipTrue: 1},
		ret(eperm),
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: unix.CLONE_THREAD, SkipTrue: 1},
		ret(eperm), ret(allow),
	}
}

func (w wish) prctl() []uint32 {
	if w.tool { // which asks to end with the app
		return append(slices.Clone(allowedPrctl), unix.PR_SET_PDEATHSIG)
	}
	return allowedPrctl
}

// noPath lets a call pass whose second argument, a path, is null: it is about a
// descriptor.
var noPath = []bpf.Instruction{
	bpf.LoadAbsolute{Off: offsetArg1, Size: 4},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0, SkipTrue: 3},
	bpf.LoadAbsolute{Off: offsetArg1High, Size: 4},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0, SkipTrue: 1},
	ret(allow), ret(eperm),
}
