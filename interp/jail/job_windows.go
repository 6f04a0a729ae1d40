package jail

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What a job allows before Bound has said what it may.
const (
	mostMemory = 4 << 30 // bytes
	mostCPU    = time.Hour
)

// newJob makes a job object that ends with the app and holds one process.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("make a job object: %w", err)
	}
	if err := errors.Join(limitJob(job, mostMemory, mostCPU), restrictDesktop(job, allDesktop)); err != nil {
		_ = windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

func limitJob(job windows.Handle, memory int64, cpu time.Duration) error {
	var l windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	l.BasicLimitInformation.LimitFlags = jobKillOnClose | jobActiveProcess | jobProcessMemory | jobProcessTime | jobDieOnCrash
	l.BasicLimitInformation.ActiveProcessLimit = 1
	l.BasicLimitInformation.PerProcessUserTimeLimit = fileTimeUnits(cpu)
	l.ProcessMemoryLimit = uintptr(memory)
	_, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&l)), uint32(unsafe.Sizeof(l)))
	if err != nil {
		return fmt.Errorf("limit the job object: %w", err)
	}
	return nil
}

func restrictDesktop(job windows.Handle, bits uint32) error {
	ui := windows.JOBOBJECT_BASIC_UI_RESTRICTIONS{UIRestrictionsClass: bits}
	_, err := windows.SetInformationJobObject(job, windows.JobObjectBasicUIRestrictions, uintptr(unsafe.Pointer(&ui)), uint32(unsafe.Sizeof(ui)))
	if err != nil {
		return fmt.Errorf("close the desktop to the job object: %w", err)
	}
	return nil
}

// lookAtJob notes what holds of the job this process is in; the nearest, where
// there are several.
func (f *windowsFacts) lookAtJob() {
	var l windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	if windows.QueryInformationJobObject(0, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&l)), uint32(unsafe.Sizeof(l)), nil) != nil {
		return
	}
	f.inJob = true
	f.limits, f.active = l.BasicLimitInformation.LimitFlags, l.BasicLimitInformation.ActiveProcessLimit
	var ui windows.JOBOBJECT_BASIC_UI_RESTRICTIONS
	if windows.QueryInformationJobObject(0, windows.JobObjectBasicUIRestrictions, uintptr(unsafe.Pointer(&ui)), uint32(unsafe.Sizeof(ui)), nil) == nil {
		f.desktop = ui.UIRestrictionsClass
	}
}

// memoryCounters is PROCESS_MEMORY_COUNTERS.
type memoryCounters struct {
	size, faults                             uint32
	peakWorkingSet, workingSet               uintptr
	peakPaged, paged, peakNonPaged, nonPaged uintptr
	pagefile, peakPagefile                   uintptr
}

func processMemory(process windows.Handle) (memoryCounters, error) {
	c := memoryCounters{}
	c.size = uint32(unsafe.Sizeof(c))
	if ok, _, err := getProcessMemoryInfo.Call(uintptr(process), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); ok == 0 {
		return c, fmt.Errorf("measure the runner: %w", err)
	}
	return c, nil
}
