package run

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thirdspace/interp/jail"
)

// attack is a program that means harm, and what must become of it in each tier.
type attack struct {
	name, src string
	files     []File // besides main.go
	limits    func(*Limits)
	slow      bool // it ends only when it has spent one of its limits, or is heavy to build
	yaegi, gc end
}

// end is how an attack must end.
type end struct {
	reasons string // those that will do, separated by |; "" if it is no attack on this tier
	stdout  string // what it must have printed, if anything
}

// must is the end of both tiers alike.
func (a attack) must(reasons, stdout string) attack {
	a.yaegi, a.gc = end{reasons, stdout}, end{reasons, stdout}
	return a
}

func short(l *Limits) { l.CPU = 600 * time.Millisecond }

// all are the attacks of all kinds.
func all() []attack {
	var as []attack
	for _, kind := range [][]attack{onTime, onMemory, onOutput, onFiles, onProcesses, onEngines, onCompilers} {
		as = append(as, kind...)
	}
	return as
}

// hurt runs attacks in the pool, and after each one a program that works.
func hurt(t *testing.T, p *Pool, as []attack, engine string) {
	for _, a := range as {
		want := a.yaegi
		if engine == EngineGC {
			want = a.gc
		}
		if want.reasons == "" {
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			l := small
			if engine == EngineGC { // building is part of its time
				l.Wall, l.CPU = 2*time.Minute, 10*time.Second
			}
			if a.limits != nil {
				a.limits(&l)
			}
			prog := source(a.src)
			prog.Engine, prog.Files = engine, append(prog.Files, a.files...)
			harmed(t, runIn(t, p, prog, l), want, l)
			goesOn(t, p)
		})
	}
}

// harmed looks whether an attack came to what it must, and did no harm.
func harmed(t *testing.T, res result, want end, l Limits) {
	t.Helper()
	if !strings.Contains("|"+want.reasons+"|", "|"+res.exit.Reason+"|") {
		t.Errorf("ended %+v, want %s; %v; stdout %.300q; stderr %.300q", res.exit, want.reasons, res.diagnostics, res.stdout, res.stderr)
	}
	if want.stdout != "" && res.stdout != want.stdout || strings.Contains(res.stdout, "GOT") {
		t.Errorf("printed %.500q, want %q", res.stdout, want.stdout)
	}
	if n := int64(len(res.stdout) + len(res.stderr)); n > 3*l.Output+1<<10 {
		t.Errorf("%d bytes of output, limit %d", n, l.Output)
	}
	for _, f := range []string{"/tmp", "/var/tmp", "/dev/shm"} {
		if _, err := os.Stat(filepath.Join(f, "thirdspace-escaped")); err == nil {
			t.Errorf("a file was written in %s", f)
		}
	}
}

// representative is one attack on each limit. See TestAttacks.
var representative = []string{"endless loop", "many allocations", "output flood", "goroutine panic", "many files", "passwords", "an exhausted file table"}

// TestAttacks runs the attacks in both tiers, in every mode that this user can
// have, so that the simpler ones, for systems without namespaces, are known to
// hold as well. All of it in every combination would take an hour. The rule is:
// every attack runs in both tiers in the best mode; in the others those run that
// are not slow, in the quick tier, and the representative ones in both.
// TestAsNobody does the same without privileges.
func TestAttacks(t *testing.T) {
	for i, m := range jail.Modes() {
		t.Run(string(m), func(t *testing.T) {
			p := startPool(t, Config{Warm: 1, Pack: pack(t), Cache: attackCache()}, m)
			r := p.Protection()
			t.Log(r.Sentence())
			if i == 0 && !r.Full {
				t.Errorf("the best mode is not full: %+v", r)
			}
			for _, f := range []string{jail.FeatureLandlock, jail.FeatureSeccomp, jail.FeaturePowers, jail.FeatureLimits, jail.FeatureOpen} {
				if !r.On(f) {
					t.Errorf("%s is off: %+v", f, r)
				}
			}
			for _, engine := range []string{EngineYaegi, EngineGC} {
				t.Run(engine, func(t *testing.T) { hurt(t, p, chosen(engine, i == 0), engine) })
			}
		})
	}
}

// chosen are the attacks that the rule in TestAttacks wants.
func chosen(engine string, best bool) []attack {
	if best && (engine == EngineYaegi || os.Getenv(asNobody) == "") {
		return all()
	}
	var as []attack
	for _, a := range all() {
		for _, name := range representative {
			if a.name == name || !a.slow && engine == EngineYaegi {
				as = append(as, a)
				break
			}
		}
	}
	return as
}

// attackCache is the folder in which the attacks are kept once they are compiled,
// the same in every mode; a test without privileges has one of its own.
func attackCache() string {
	if dir := os.Getenv(cacheFolder); dir != "" {
		return dir
	}
	return filepath.Join(filepath.Dir(runner), "cache")
}

// TestHugeInput types much more into a program than it reads.
func TestHugeInput(t *testing.T) {
	p := startPool(t, Config{Warm: 1})
	r, err := p.Start(t.Context(), source(`package main
import ("bufio"; "fmt"; "os")
func main() { s := bufio.NewScanner(os.Stdin); fmt.Println(s.Scan(), s.Err()) }`), small)
	if err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 1)
	go func() {
		_, err := io.Copy(r, io.LimitReader(endless{}, 256<<20))
		wrote <- err
	}()
	res := collect(t, r)
	if err := <-wrote; err == nil {
		t.Error("256 MiB were read by a program that reads a line of 64 KiB")
	}
	if res.stdout != "false bufio.Scanner: token too long\n" || res.exit.Reason != ReasonDone {
		t.Errorf("%+v", res)
	}
	goesOn(t, p)
}

type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}
