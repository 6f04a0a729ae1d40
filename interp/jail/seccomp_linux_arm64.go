package jail

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// What only this architecture has of the lists in calls_linux.go.
var (
	deniedHere         = []uint32{unix.SYS_KEXEC_FILE_LOAD}
	deniedProgramsHere = []uint32{}
	deniedPathsHere    = []uint32{}
)
