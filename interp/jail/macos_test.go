package jail

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestSandboxProfile(t *testing.T) {
	p := sandboxProfile(`/private/tmp/a "b" \c`)
	for _, part := range []string{"(version 1)\n(deny default)\n", `(subpath "/private/tmp/a \"b\" \\c")`, "(allow signal (target self))"} {
		if !strings.Contains(p, part) {
			t.Errorf("lacks %s:\n%s", part, p)
		}
	}
	for _, never := range []string{"network", "process-exec", "process-fork", "mach-", "allow default", "allow file-read*)", "(regex"} {
		if strings.Contains(p, never) {
			t.Errorf("speaks of %s:\n%s", never, p)
		}
	}
	depth, quoted := 0, false
	for i, c := range p {
		switch {
		case c == '"' && p[i-1] != '\\':
			quoted = !quoted
		case !quoted && c == '(':
			depth++
		case !quoted && c == ')':
			depth--
		}
		if depth < 0 {
			t.Fatalf("closed too early: %s", p[:i])
		}
	}
	if depth != 0 || quoted {
		t.Errorf("not closed: %s", p)
	}
}

func TestParseUsageInfo(t *testing.T) {
	b := make([]byte, sizeOfUsage)
	binary.LittleEndian.PutUint64(b[usageUser:], 24e6)
	binary.LittleEndian.PutUint64(b[usageSystem:], 12e6)
	binary.LittleEndian.PutUint64(b[usageFootprint:], 7<<20)
	memory, cpu, ok := parseUsageInfo(b, 24e6)
	if !ok || memory != 7<<20 || cpu != 1500*time.Millisecond {
		t.Error(memory, cpu, ok)
	}
	if _, _, ok := parseUsageInfo(b[:sizeOfUsage-1], 24e6); ok {
		t.Error("understood too little")
	}
	if _, _, ok := parseUsageInfo(b, 0); ok {
		t.Error("understood a clock that stands")
	}
	for _, at := range []int{usageUser, usageFootprint} {
		c := append([]byte{}, b...)
		binary.LittleEndian.PutUint64(c[at:], math.MaxUint64)
		if memory, cpu, ok := parseUsageInfo(c, 1); ok {
			t.Error(memory, cpu)
		}
	}
}

func TestUnixReport(t *testing.T) {
	best := unixFacts{cannotGo: true}.report()
	for _, on := range []string{FeatureNetwork, FeatureProcesses, FeatureLandlock, FeaturePowers, FeatureLimits, FeatureDump, FeatureOpen} {
		if !best.On(on) {
			t.Errorf("%s is off", on)
		}
	}
	if best.Full || best.On(FeatureSeccomp) {
		t.Errorf("%+v", best)
	}
	for name, f := range map[string]unixFacts{"no effect": {}, "refused": {sandbox: errors.New("refused"), cannotGo: true}} {
		r := f.report()
		if r.On(FeatureNetwork) || r.On(FeatureLandlock) || !strings.Contains(r.Sentence(), name) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if (unixFacts{cannotGo: true, root: true}).report().On(FeaturePowers) {
		t.Error("root has no powers")
	}
}
