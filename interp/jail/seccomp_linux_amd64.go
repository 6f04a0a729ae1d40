package jail

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_X86_64

// What only this architecture has of the lists in calls_linux.go.
var (
	deniedHere = []uint32{
		unix.SYS_KEXEC_FILE_LOAD, unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_USELIB,
		unix.SYS_INOTIFY_INIT, unix.SYS_SYSFS, unix.SYS_USTAT,
	}
	deniedProgramsHere = []uint32{unix.SYS_FORK, unix.SYS_VFORK}
	deniedPathsHere    = []uint32{unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT}
)
