#include "textflag.h"

TEXT sandbox_init_trampoline<>(SB), NOSPLIT, $0-0
	JMP libc_sandbox_init(SB)

GLOBL ·sandboxInitAddr(SB), RODATA, $8
DATA ·sandboxInitAddr(SB)/8, $sandbox_init_trampoline<>(SB)

TEXT proc_pid_rusage_trampoline<>(SB), NOSPLIT, $0-0
	JMP libc_proc_pid_rusage(SB)

GLOBL ·procPidRusageAddr(SB), RODATA, $8
DATA ·procPidRusageAddr(SB)/8, $proc_pid_rusage_trampoline<>(SB)
