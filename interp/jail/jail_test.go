package jail

import (
	"errors"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	var r Report
	if r.close(); r.Full || !strings.Contains(r.Sentence(), "not known") {
		t.Errorf("an empty report: %+v %s", r, r.Sentence())
	}
	r.add(FeatureNetwork, nil)
	if r.close(); !r.Full || !r.On(FeatureNetwork) || r.On(FeatureSeccomp) || !strings.Contains(r.Sentence(), "fully") {
		t.Errorf("%+v %s", r, r.Sentence())
	}
	r.add(FeatureSeccomp, errors.New("the kernel is old"))
	if r.close(); r.Full || r.On(FeatureSeccomp) {
		t.Errorf("%+v", r)
	}
	if s := r.Sentence(); !strings.Contains(s, FeatureSeccomp+" (the kernel is old)") || strings.Contains(s, FeatureNetwork) {
		t.Error(s)
	}
}
