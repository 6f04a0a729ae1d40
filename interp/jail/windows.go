package jail

import (
	"errors"
	"fmt"
	"time"
)

// What is known of Windows without being on it: how what was asked for and what
// took effect are worded, and how its numbers are read. The calls are in the
// files for that system.

// Bits of a job's limits, as in JOBOBJECT_BASIC_LIMIT_INFORMATION, and all of
// its restrictions of the desktop (JOB_OBJECT_UILIMIT_ALL).
const (
	jobProcessTime   = 0x0002
	jobActiveProcess = 0x0008
	jobProcessMemory = 0x0100
	jobDieOnCrash    = 0x0400
	jobKillOnClose   = 0x2000
	allDesktop       = 0x00ff
)

// lowIntegrity is the level of a process that may write nothing that has not
// been marked for it (SECURITY_MANDATORY_LOW_RID).
const lowIntegrity = 0x1000

// windowsFacts are what a process finds out about itself.
type windowsFacts struct {
	inJob       bool
	limits      uint32 // of the job
	active      uint32 // processes the job may have
	desktop     uint32 // restrictions of the desktop
	restricted  bool   // its token has restricting identities
	privileges  int    // that it has still
	integrity   uint32
	cannotRead  bool  // the folder that its own lies in
	cannotWrite bool  // the same
	mitigation  error // why the kernel's window manager is not closed to it
}

// report words the facts.
func (f windowsFacts) report() Report {
	var r Report
	r.add(FeatureParent, f.job(jobKillOnClose))
	r.add(FeatureOpen, nil) // exec hands over a list, and nothing else
	r.add(FeatureUser, unless(f.restricted, "it acts for the person who uses this machine"))
	r.add(FeatureNetwork, errors.New("the network stays open to it on Windows; neither engine lets a program reach it"))
	r.add(FeatureProcesses, errors.New("it can list the names of other programs"))
	r.add(FeatureRoot, errors.New("there is no such thing on Windows"))
	r.add(FeatureLandlock, f.files())
	r.add(FeatureSeccomp, f.mitigation)
	r.add(FeaturePowers, f.powers())
	r.add(FeatureLimits, f.bounds())
	r.add(FeatureDump, f.job(jobDieOnCrash))
	r.close()
	return r
}

func unless(ok bool, why string) error {
	if ok {
		return nil
	}
	return errors.New(why)
}

// job says why the job does not have all those limits.
func (f windowsFacts) job(bits uint32) error {
	if !f.inJob {
		return errors.New("it is in no job object")
	}
	return unless(f.limits&bits == bits, "the job object does not see to it")
}

func (f windowsFacts) files() error {
	switch {
	case !f.cannotWrite:
		return errors.New("it can read and write what its person can")
	case !f.cannotRead:
		return errors.New("it can read, but not write, what its person can")
	}
	return errors.New("it can read what every user of this machine can, such as Windows itself")
}

func (f windowsFacts) powers() error {
	// One stays, without which no path can be followed (SeChangeNotifyPrivilege).
	if f.privileges > 1 {
		return fmt.Errorf("it has %d privileges", f.privileges)
	}
	return unless(f.integrity <= lowIntegrity, "its integrity level is not low")
}

func (f windowsFacts) bounds() error {
	if err := f.job(jobActiveProcess | jobProcessMemory | jobProcessTime); err != nil {
		return err
	}
	if f.active != 1 {
		return errors.New("it may start other programs")
	}
	return unless(f.desktop == allDesktop, "the desktop and the clipboard are open to it")
}

// folderAccess describes, in the words of ConvertStringSecurityDescriptor, who
// may use a program's folder: the person, whose SID is given, the system,
// administrators, and whoever is restricted (RC); and that processes of low
// integrity (LW) may write in it.
func folderAccess(person string) string {
	full := func(who string) string { return "(A;OICI;FA;;;" + who + ")" }
	return "D:P" + full(person) + full("SY") + full("BA") + full("RC") + "S:(ML;OICI;NW;;;LW)"
}

// fileTime is a span of time as in the two halves of a FILETIME, which count
// units of 100 ns. It is never negative.
func fileTime(high, low uint32) time.Duration {
	const longest = 1<<63 - 1
	units := uint64(high)<<32 | uint64(low)
	if units > longest/100 {
		return longest
	}
	return time.Duration(units * 100)
}

// fileTimeUnits is d in units of 100 ns, rounded up.
func fileTimeUnits(d time.Duration) int64 { return int64((d + 99) / 100) }
