package jail

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"
	"unsafe"
)

// Enter finds out how far the parent has locked this process in, closes what a
// process can close to itself, and returns what took effect and the folder in
// which the program may read and write, which is dir. It returns an error if
// dir cannot be used.
func Enter(_ Mode, dir string, _ ...uintptr) (Report, string, error) {
	f := windowsFacts{mitigation: mitigate(), integrity: ^uint32(0), privileges: 99}
	f.lookAtJob()
	if err := f.lookAtToken(); err != nil {
		return f.report(), "", err
	}
	f.lookAround(filepath.Dir(dir))
	r := f.report()
	if err := os.Chdir(dir); err != nil {
		return r, "", fmt.Errorf("enter the program's folder: %w", err)
	}
	// Whether Give could hand it over.
	made, err := os.MkdirTemp(".", "thirdspace-try-")
	if err == nil {
		err = os.Remove(made)
	}
	if err != nil {
		return r, "", fmt.Errorf("write into the program's folder: %w", err)
	}
	return r, dir, nil
}

// lookAround tries the folder that the program's lies in, which is the person's.
func (f *windowsFacts) lookAround(dir string) {
	_, err := os.ReadDir(dir)
	f.cannotRead = os.IsPermission(err)
	made, err := os.MkdirTemp(dir, "thirdspace-try-")
	f.cannotWrite = os.IsPermission(err)
	if err == nil {
		_ = os.Remove(made)
	}
}

// Process mitigation policies (PROCESS_MITIGATION_POLICY) and what of them is
// turned on.
var mitigations = []struct {
	name         string
	policy, bits uint32
}{
	{"the window manager", 4, 0x1},              // ProcessSystemCallDisablePolicy: DisallowWin32kSystemCalls
	{"extensions", 6, 0x1},                      // ProcessExtensionPointDisablePolicy: DisableExtensionPoints
	{"libraries from elsewhere", 10, 0x1 | 0x2}, // ProcessImageLoadPolicy: NoRemoteImages, NoLowMandatoryLabelImages
}

// mitigate closes to this process, for good, parts of Windows that it does not
// need: above all the system calls of the window manager, the widest way into
// the kernel.
func mitigate() error {
	for _, m := range mitigations {
		bits := m.bits
		if ok, _, err := setProcessMitigationPolicy.Call(uintptr(m.policy), uintptr(unsafe.Pointer(&bits)), unsafe.Sizeof(bits)); ok == 0 {
			return fmt.Errorf("%s cannot be closed to it: %w", m.name, err)
		}
	}
	return nil
}

// Limit bounds the stack of one goroutine in this process. Its memory and its
// processor time are bounded by the job that it is in.
func Limit(memory int64, _ time.Duration, _ func()) error {
	debug.SetMaxStack(int(memory / 4))
	return nil
}
