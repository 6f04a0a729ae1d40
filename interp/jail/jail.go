// Package jail locks a process in that is about to run a program nobody has
// reason to trust.
//
// There are two halves. The parent's half prepares an *exec.Cmd (Prepare),
// starts it (Start), tells the system what it may use once that is known
// (Bound), measures it (Usage, Overfull) and ends it (Kill, Wait). The child's half
// is called by the child itself before it looks at the program: Enter gives up
// everything it will not need and reports, feature by feature, what took effect;
// Limit then sets what the job asks for.
//
// On Linux the child ends up in its own user, network, process, mount, IPC and
// host-name namespaces where the system allows them, with an empty in-memory
// root directory, without capabilities, under Landlock and a seccomp filter,
// with resource limits, and dies with its parent. Each of those is independent
// of the others; where one is refused (old kernel, hardened distribution,
// container) the rest still stand, and the Report says so.
//
// On Windows the child starts in a job object that ends with the app and holds
// one process, with a restricted token of low integrity; the child closes the
// window manager's system calls to itself. Its network stays open: the engines
// are what keeps programs from it.
//
// On macOS the child puts itself into a sandbox (the one of sandbox_init) that
// leaves it its folder and nothing else; the parent measures it. Other systems
// have resource limits and little else.
//
// The Report always says what is missing. Callers show Report.Sentence to the
// person whenever Full is false.
//
// Tools, the compilers that read what students write, are started by StartTool.
package jail

import "strings"

// Mode is how much of a jail the parent asks the system for.
type Mode string

// The modes, of each system the best first; see Modes.
const (
	ModeUser     Mode = "user"     // Linux: namespaces under a new user namespace
	ModeRoot     Mode = "root"     // Linux: namespaces made by root, who then steps down
	ModeConfined Mode = "confined" // Windows: a restricted token of low integrity; macOS: a sandbox
	ModeLow      Mode = "low"      // Windows: a token of low integrity
	ModePlain    Mode = "plain"    // none of these
)

// Feature is one layer of protection.
type Feature struct {
	Name string `json:"name"`          // in plain words, e.g. "no network"
	On   bool   `json:"on"`            // took effect
	Why  string `json:"why,omitempty"` // why not, or what exactly
}

// Report says what protection took effect.
type Report struct {
	Full     bool      `json:"full"` // every layer this version knows of is on
	Features []Feature `json:"features"`
}

// add appends a feature; a nil error means that it is on.
func (r *Report) add(name string, err error) {
	f := Feature{Name: name, On: err == nil}
	if err != nil {
		f.Why = err.Error()
	}
	r.Features = append(r.Features, f)
}

// close decides whether the protection is full.
func (r *Report) close() {
	r.Full = len(r.Features) > 0
	for _, f := range r.Features {
		r.Full = r.Full && f.On
	}
}

// On reports whether the feature of that name took effect.
func (r Report) On(name string) bool {
	for _, f := range r.Features {
		if f.Name == name {
			return f.On
		}
	}
	return false
}

// Sentence says in one or two sentences, fit to be shown, how well programs are
// locked in.
func (r Report) Sentence() string {
	if r.Full {
		return "Programs run fully locked in: no network, no files but their own, no other processes."
	}
	var off []string
	for _, f := range r.Features {
		if f.On {
			continue
		}
		s := f.Name
		if f.Why != "" {
			s += " (" + f.Why + ")"
		}
		off = append(off, s)
	}
	if len(off) == 0 {
		return "It is not known how well programs are locked in on this machine."
	}
	return "Programs are less locked in than they should be on this machine. Missing: " + strings.Join(off, "; ") + "."
}

// The names of the features, as they stand in a Report.
const (
	FeatureUser      = "user of its own"
	FeatureNetwork   = "no network"
	FeatureProcesses = "no sight of other processes"
	FeatureRoot      = "empty disk of its own"
	FeatureLandlock  = "no files but its own"
	FeatureSeccomp   = "no dangerous system calls"
	FeaturePowers    = "no special powers"
	FeatureLimits    = "bounded resources"
	FeatureDump      = "no memory dump"
	FeatureParent    = "ends with the app"
	FeatureOpen      = "nothing left open to it"
)
