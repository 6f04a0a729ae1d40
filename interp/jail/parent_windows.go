package jail

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Modes returns the modes worth trying, best first.
func Modes() []Mode { return []Mode{ModeConfined, ModeLow, ModePlain} }

// Prepare makes cmd start its process suspended, so that Start can lock it in
// before it does anything, and without a console, whose window would flash up.
func Prepare(cmd *exec.Cmd, _ Mode) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		HideWindow:    true,
		CreationFlags: windows.CREATE_SUSPENDED | windows.DETACHED_PROCESS,
	}
}

// child is a process that Start has started.
type child struct {
	job     windows.Handle // ends the process when it is closed
	process windows.Handle
}

var (
	childrenMu sync.Mutex
	children   = map[int]child{} // by process number
)

// Start starts the process in a job object of its own, and with the token that
// the mode asks for. The process runs nothing before it is in the job.
func Start(cmd *exec.Cmd, m Mode) error {
	job, err := newJob()
	if err != nil {
		return err
	}
	if m != ModePlain {
		token, err := lowToken(m == ModeConfined)
		if err != nil {
			_ = windows.CloseHandle(job)
			return err
		}
		defer token.Close()
		cmd.SysProcAttr.Token = syscall.Token(token)
	}
	if err := cmd.Start(); err != nil {
		_ = windows.CloseHandle(job)
		return err
	}
	c, err := lockIn(job, cmd.Process.Pid)
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = windows.CloseHandle(job)
		return err
	}
	childrenMu.Lock()
	children[cmd.Process.Pid] = c
	childrenMu.Unlock()
	return nil
}

// lockIn puts the suspended process into the job and lets it go.
func lockIn(job windows.Handle, pid int) (child, error) {
	const rights = windows.PROCESS_SET_QUOTA | windows.PROCESS_TERMINATE | windows.PROCESS_QUERY_INFORMATION |
		windows.PROCESS_VM_READ | windows.SYNCHRONIZE
	process, err := windows.OpenProcess(rights, false, uint32(pid))
	if err != nil {
		return child{}, fmt.Errorf("reach the runner: %w", err)
	}
	if err = assign(job, process); err == nil {
		err = resume(uint32(pid))
	}
	if err != nil {
		_ = windows.CloseHandle(process)
		return child{}, err
	}
	return child{job, process}, nil
}

// assign puts a process into a job. Where the app itself runs in a job, one with
// restrictions of the desktop cannot be put below it: those are given up then.
func assign(job, process windows.Handle) error {
	err := windows.AssignProcessToJobObject(job, process)
	if err == nil {
		return nil
	}
	if e := restrictDesktop(job, 0); e != nil {
		return errors.Join(fmt.Errorf("lock the runner in: %w", err), e)
	}
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return fmt.Errorf("lock the runner in: %w", err)
	}
	return nil
}

// resume lets the threads of a suspended process go: there is one.
func resume(pid uint32) error {
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("list the runner's threads: %w", err)
	}
	defer windows.CloseHandle(all)
	t := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	resumed := false
	for err = windows.Thread32First(all, &t); err == nil; err = windows.Thread32Next(all, &t) {
		if t.OwnerProcessID != pid {
			continue
		}
		h, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, t.ThreadID)
		if err != nil {
			return fmt.Errorf("reach the runner's thread: %w", err)
		}
		_, err = windows.ResumeThread(h)
		_ = windows.CloseHandle(h)
		if err != nil {
			return fmt.Errorf("let the runner go: %w", err)
		}
		resumed = true
	}
	if !resumed {
		return errors.New("let the runner go: it has no thread")
	}
	return nil
}

// Bound bounds the memory in bytes that the process may have for itself, and its
// processor time. The parent's own measuring is more exact; this is the net
// below it, and what stops one enormous allocation at once.
func Bound(p *os.Process, memory int64, cpu time.Duration) error {
	childrenMu.Lock()
	defer childrenMu.Unlock()
	if c, ok := children[p.Pid]; ok {
		return limitJob(c.job, memory, cpu)
	}
	return nil
}

// Kill ends the child and whatever it may have started. See Wait for until when
// it may be called.
func Kill(p *os.Process) {
	childrenMu.Lock()
	if c, ok := children[p.Pid]; ok {
		_ = windows.TerminateJobObject(c.job, 1) // an error means that it is gone
	}
	childrenMu.Unlock()
	_ = p.Kill()
}

// Wait waits until the child has ended, calls gone, and then does what cmd.Wait
// does.
func Wait(cmd *exec.Cmd, gone func()) error {
	childrenMu.Lock()
	c, ok := children[cmd.Process.Pid]
	childrenMu.Unlock()
	if !ok {
		defer gone()
		return cmd.Wait()
	}
	event, err := windows.WaitForSingleObject(c.process, windows.INFINITE)
	if err != nil || event != windows.WAIT_OBJECT_0 {
		// As long as it lives its job must not be closed.
		defer gone()
		defer c.close(cmd.Process.Pid)
		return cmd.Wait()
	}
	c.close(cmd.Process.Pid)
	gone()
	return cmd.Wait()
}

// close forgets a child and ends what is left of it.
func (c child) close(pid int) {
	childrenMu.Lock()
	delete(children, pid)
	childrenMu.Unlock()
	_ = windows.CloseHandle(c.job)
	_ = windows.CloseHandle(c.process)
}

// Usage returns the child's resident memory in bytes and the processor time of
// all its threads so far. ok is false for what Start has not started.
func Usage(pid int) (memory int64, cpu time.Duration, ok bool) {
	childrenMu.Lock()
	defer childrenMu.Unlock()
	c, ok := children[pid]
	if !ok {
		return 0, 0, false
	}
	var made, ended, kernel, user windows.Filetime
	if windows.GetProcessTimes(c.process, &made, &ended, &kernel, &user) != nil {
		return 0, 0, false
	}
	counters, err := processMemory(c.process)
	if err != nil {
		return 0, 0, false
	}
	return int64(counters.workingSet), fileTime(kernel.HighDateTime, kernel.LowDateTime) + fileTime(user.HighDateTime, user.LowDateTime), true
}

// Give makes dir usable by a child whose token is restricted and low. On a disk
// that does not keep such things it can do nothing; the child finds that out when
// it enters, and another mode is tried.
func Give(dir string) error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return fmt.Errorf("hand over the program's folder: %w", err)
	}
	sd, err := windows.SecurityDescriptorFromString(folderAccess(user.User.Sid.String()))
	if err != nil {
		return fmt.Errorf("hand over the program's folder: %w", err)
	}
	dacl, _, err1 := sd.DACL()
	sacl, _, err2 := sd.SACL()
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("hand over the program's folder: %w", err)
	}
	const access = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	_ = windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, access, nil, nil, dacl, nil)
	_ = windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.LABEL_SECURITY_INFORMATION, nil, nil, nil, sacl)
	return nil
}
