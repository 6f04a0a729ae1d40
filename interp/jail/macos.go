package jail

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"strings"
	"time"
)

// What is known of macOS without being on it. The calls are in the files for
// that system.

// sandboxProfile is the profile, in the language of sandbox_init, of a process
// that may use the folder dir and nothing else: no other file, no network, no
// program, no service, no other process. It is for a process that has loaded
// all it needs. dir must be absolute and free of symbolic links.
func sandboxProfile(dir string) string {
	return `(version 1)
(deny default)
(allow file-read* file-write* (subpath ` + quoteProfile(dir) + `))
(deny file-write-create (vnode-type BLOCK-DEVICE CHARACTER-DEVICE SYMLINK))
(allow file-read* (literal "/dev/null") (literal "/dev/urandom"))
(allow file-write-data (literal "/dev/null"))
(allow sysctl-read)
(allow signal (target self))
(allow process-info* (target self))
(if (defined? 'dynamic-code-generation) (allow dynamic-code-generation))
`
}

// quoteProfile makes a string of the profile language.
func quoteProfile(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// sizeOfUsage is the size in bytes of struct rusage_info_v0 (sys/resource.h): 16
// bytes of identity and ten counters.
const sizeOfUsage = 16 + 10*8

// Places of counters in it.
const (
	usageUser      = 16
	usageSystem    = 24
	usageFootprint = 72
)

// parseUsageInfo reads the memory, in bytes, and the processor time out of a
// struct rusage_info_v0 of a little-endian machine whose clock ticks frequency
// times a second.
func parseUsageInfo(b []byte, frequency uint64) (int64, time.Duration, bool) {
	if len(b) < sizeOfUsage || frequency == 0 {
		return 0, 0, false
	}
	at := binary.LittleEndian.Uint64
	ticks, over := bits.Add64(at(b[usageUser:]), at(b[usageSystem:]), 0)
	high, low := bits.Mul64(ticks, uint64(time.Second))
	memory := at(b[usageFootprint:])
	if over != 0 || high >= frequency || memory > 1<<62 {
		return 0, 0, false
	}
	ns, _ := bits.Div64(high, low, frequency)
	if ns > 1<<62 {
		return 0, 0, false
	}
	return int64(memory), time.Duration(ns), true
}

// unixFacts are what a process finds out about itself on a system that is
// neither Linux nor Windows.
type unixFacts struct {
	sandbox  error // why it is in none
	open     error // why what was left open to it could not be closed
	limits   error
	dump     error
	root     bool // it runs as root
	cannotGo bool // the folder that its own lies in cannot be looked into
}

// report words the facts.
func (f unixFacts) report() Report {
	if f.sandbox == nil && !f.cannotGo {
		f.sandbox = errors.New("the sandbox has no effect")
	}
	var r Report
	r.add(FeatureParent, errors.New("only as long as the program does not hinder it"))
	r.add(FeatureOpen, f.open)
	r.add(FeatureUser, errors.New("it acts for the person who uses this machine"))
	r.add(FeatureNetwork, f.sandbox)
	r.add(FeatureProcesses, f.sandbox)
	r.add(FeatureRoot, errors.New("this system has no such thing"))
	r.add(FeatureLandlock, f.sandbox)
	r.add(FeatureSeccomp, errors.New("this system has no such filter"))
	powers := f.sandbox
	if f.root {
		powers = errors.New("the app runs as root")
	}
	r.add(FeaturePowers, powers)
	r.add(FeatureLimits, f.limits)
	r.add(FeatureDump, f.dump)
	r.close()
	return r
}
