package jail

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestWindowsReport(t *testing.T) {
	const all = jobKillOnClose | jobActiveProcess | jobProcessMemory | jobProcessTime | jobDieOnCrash
	best := windowsFacts{inJob: true, limits: all, active: 1, desktop: allDesktop, restricted: true, privileges: 1, integrity: lowIntegrity, cannotRead: true, cannotWrite: true}
	always := []string{FeatureNetwork, FeatureProcesses, FeatureRoot, FeatureLandlock} // missing, at best
	for name, c := range map[string]struct {
		change func(*windowsFacts)
		off    []string // besides those
		why    string
	}{
		"the best":         {func(*windowsFacts) {}, nil, "neither engine lets a program reach it"},
		"no job":           {func(f *windowsFacts) { f.inJob = false }, []string{FeatureParent, FeatureLimits, FeatureDump}, "in no job object"},
		"a job of another": {func(f *windowsFacts) { f.limits = jobDieOnCrash }, []string{FeatureParent, FeatureLimits}, "does not see to it"},
		"two processes":    {func(f *windowsFacts) { f.active = 2 }, []string{FeatureLimits}, "start other programs"},
		"a nested job":     {func(f *windowsFacts) { f.desktop = 0 }, []string{FeatureLimits}, "clipboard"},
		"low":              {func(f *windowsFacts) { f.restricted, f.cannotRead = false, false }, []string{FeatureUser}, "read, but not write"},
		"plain": {func(f *windowsFacts) {
			f.restricted, f.cannotRead, f.cannotWrite, f.privileges, f.integrity = false, false, false, 5, 0x2000
		}, []string{FeatureUser, FeaturePowers}, "5 privileges"},
		"medium":     {func(f *windowsFacts) { f.integrity = 0x2000 }, []string{FeaturePowers}, "not low"},
		"mitigation": {func(f *windowsFacts) { f.mitigation = errors.New("Windows is old") }, []string{FeatureSeccomp}, "Windows is old"},
	} {
		f := best
		c.change(&f)
		r := f.report()
		if r.Full || !strings.Contains(r.Sentence(), c.why) {
			t.Errorf("%s: %s", name, r.Sentence())
		}
		for _, got := range r.Features {
			want := !strings.Contains(strings.Join(append(c.off, always...), "|")+"|", got.Name+"|")
			if got.On != want {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

func TestFolderAccess(t *testing.T) {
	s := folderAccess("S-1-5-21-1")
	for _, part := range []string{"D:P", "(A;OICI;FA;;;S-1-5-21-1)", "(A;OICI;FA;;;RC)", "S:(ML;OICI;NW;;;LW)"} {
		if !strings.Contains(s, part) {
			t.Errorf("%s lacks %s", s, part)
		}
	}
	if strings.Contains(s, ";WD)") || strings.Contains(s, ";BU)") {
		t.Errorf("open to everybody: %s", s)
	}
}

func TestFileTime(t *testing.T) {
	if d := fileTime(1, 10); d != time.Duration((1<<32+10)*100) {
		t.Error(d)
	}
	if d := fileTime(math.MaxUint32, math.MaxUint32); d <= 0 {
		t.Error(d)
	}
	if n := fileTimeUnits(time.Microsecond + 1); n != 11 {
		t.Error(n)
	}
}
