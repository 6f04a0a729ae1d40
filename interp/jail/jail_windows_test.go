package jail

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// asPrisoner is set in the environment of the copy of this test that locks itself
// in: the folder it may use.
const asPrisoner = "THIRDSPACE_TEST_PRISONER"

func TestMain(m *testing.M) {
	dir := os.Getenv(asPrisoner)
	if dir == "" {
		os.Exit(m.Run())
	}
	r, _, err := Enter(ModePlain, dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	_ = json.NewEncoder(os.Stdout).Encode(r)
	_ = os.WriteFile("own", []byte("x"), 0o600)
	if p, err := os.StartProcess(os.Args[0], os.Args, &os.ProcAttr{}); err == nil {
		_ = p.Release()
		fmt.Println("started another process")
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is ended
	os.Exit(0)
}

// TestPrisoner starts a child in every mode, hears what took effect, and ends it.
func TestPrisoner(t *testing.T) {
	for _, m := range Modes() {
		t.Run(string(m), func(t *testing.T) {
			dir := t.TempDir()
			if err := Give(dir); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0])
			cmd.Env = []string{asPrisoner + "=" + dir}
			Prepare(cmd, m)
			in, err1 := cmd.StdinPipe()
			out, err2 := cmd.StdoutPipe()
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			defer in.Close()
			if err := Start(cmd, m); err != nil {
				t.Fatal(err)
			}
			var r Report
			if err := json.NewDecoder(out).Decode(&r); err != nil {
				t.Errorf("it said nothing: %v", err)
			}
			t.Log(r.Sentence())
			for _, f := range []string{FeatureParent, FeatureDump} {
				if !r.On(f) {
					t.Errorf("%s is off", f)
				}
			}
			if m != ModePlain && !r.On(FeaturePowers) {
				t.Error("it has special powers")
			}
			if memory, _, ok := Usage(cmd.Process.Pid); !ok || memory < 1<<18 {
				t.Errorf("uses %d bytes, %v", memory, ok)
			}
			if err := Bound(cmd.Process, 1<<30, 1e9); err != nil {
				t.Error(err)
			}
			// Waiting for it must not end it: it ends by itself when its input does.
			waited := make(chan error)
			go func() { waited <- Wait(cmd, func() {}) }()
			if _, err := in.Write([]byte("x")); err != nil {
				t.Errorf("it has ended too early: %v", err)
			}
			_ = in.Close()
			if err := <-waited; err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(dir + `\own`); err != nil {
				t.Errorf("it could not write into its folder: %v", err)
			}
		})
	}
}

// TestKill ends a child that waits for input.
func TestKill(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{asPrisoner + "=" + t.TempDir()}
	Prepare(cmd, ModePlain)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if err := Start(cmd, ModePlain); err != nil {
		t.Fatal(err)
	}
	Kill(cmd.Process)
	gone := false
	_ = Wait(cmd, func() { gone = true })
	if !gone || cmd.ProcessState.Success() {
		t.Errorf("%v, %v", gone, cmd.ProcessState)
	}
	if _, _, ok := Usage(cmd.Process.Pid); ok {
		t.Error("usage of no process")
	}
}
