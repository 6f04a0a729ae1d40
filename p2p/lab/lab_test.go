//go:build linux

package lab_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"thirdspace/p2p/lab"
)

// patience is how long a test waits for something that should happen at once.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	roles := lab.Roles{"echo": echo, "ask": ask, "look": look, "fail": func([]string) error { return errors.New("as told") }}
	if code, done := lab.Enter(roles); done {
		os.Exit(code)
	}
	goleak.VerifyTestMain(m)
}

// echo answers every datagram to port 7000 with itself, and says "ready" first.
func echo([]string) error {
	c, err := net.ListenUDP("udp", &net.UDPAddr{Port: 7000})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	buf := make([]byte, 100)
	for {
		n, from, err := c.ReadFromUDP(buf)
		if err != nil {
			return err
		}
		if _, err := c.WriteToUDP(buf[:n], from); err != nil && !errors.Is(err, syscall.ENETUNREACH) {
			return err
		}
	}
}

// ask sends datagrams to args[0] and prints "answered" and "silent" as the answers begin and end.
func ask(args []string) error {
	c, err := net.Dial("udp", args[0])
	if err != nil {
		return err
	}
	buf, was := make([]byte, 100), ""
	for silent := 0; ; {
		c.Write([]byte("hello")) // refused while the link is down, which is what "silent" is for
		c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		is := was
		if _, err := c.Read(buf); err == nil {
			is, silent = "answered", 0
		} else if silent++; silent > 40 {
			is = "silent"
		}
		if is != was {
			fmt.Println(is)
			was = is
		}
	}
}

// look prints the interfaces as the machine sees them, whether it has carrier, and what happens on the way out of the lab.
func look([]string) error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return err
	}
	for _, i := range interfaces {
		addrs, err := i.Addrs()
		if err != nil {
			return err
		}
		fmt.Println(i.Name, "up", i.Flags&net.FlagUp != 0, "running", i.Flags&net.FlagRunning != 0, addrs)
	}
	_, err = net.Dial("udp", "192.0.2.1:9")
	fmt.Println("outside:", err)
	_, err = net.Dial("udp", "[::1]:9")
	fmt.Println("IPv6:", err)
	return nil
}

func TestMachinesTalkToEachOther(t *testing.T) {
	n := lab.New(t, "teacher", "ada")
	start(t, n.Self("teacher", "echo")).wait("ready")
	start(t, n.Self("ada", "ask", n.Addr("teacher").String()+":7000")).wait("answered")
}

func TestThereIsNothingButTheLAN(t *testing.T) {
	n := lab.New(t, "teacher", "ada")
	saw := output(t, n.Self("ada", "look"))
	for _, want := range []string{"lo up true", "lan0 up true running true [10.77.0.2/24]\n", "outside: dial udp 192.0.2.1:9: connect: network is unreachable"} {
		if !strings.Contains(saw, want) {
			t.Errorf("want %q in:\n%s", want, saw)
		}
	}
	if strings.Contains(saw, "fe80") || strings.Contains(saw, "IPv6: <nil>") {
		t.Errorf("there is IPv6:\n%s", saw)
	}
	if strings.Contains(saw, "eth0") || strings.Contains(saw, "lan1") {
		t.Errorf("there is another interface:\n%s", saw)
	}
}

func TestIPv6CanBeEnabled(t *testing.T) {
	n := lab.New(t, "ada")
	n.EnableIPv6("ada")
	if saw := output(t, n.Self("ada", "look")); !strings.Contains(saw, "fe80::") || !strings.Contains(saw, "IPv6: <nil>") {
		t.Errorf("no IPv6 in:\n%s", saw)
	}
}

func TestLinkDownAndUp(t *testing.T) {
	n := lab.New(t, "teacher", "ada", "ben")
	start(t, n.Self("teacher", "echo")).wait("ready")
	there := n.Addr("teacher").String() + ":7000"
	ada, ben := start(t, n.Self("ada", "ask", there)), start(t, n.Self("ben", "ask", there))
	ada.wait("answered")
	ben.wait("answered")

	n.SetLink("ada", false)
	ada.wait("silent")
	if saw := output(t, n.Self("ada", "look")); !strings.Contains(saw, "lan0 up true running false [10.77.0.2/24]") {
		t.Errorf("a pulled cable looks like this:\n%s", saw)
	}
	n.SetLink("ada", true)
	ada.wait("answered")

	n.SetLink("teacher", false)
	ada.wait("silent")
	ben.wait("silent") // and not before: the first thing Ben says after "answered" is this
	n.SetLink("teacher", true)
	ada.wait("answered")
	ben.wait("answered")
}

func TestSecondLAN(t *testing.T) {
	n := lab.New(t, "teacher", "ada")
	second := n.AddLAN("teacher", "cleo")
	if got := n.AddrOn("teacher", second); got != netip.MustParseAddr("10.77.1.1") {
		t.Errorf("teacher's second address is %v", got)
	}
	start(t, n.Self("teacher", "echo")).wait("ready")
	cleo := start(t, n.Self("cleo", "ask", n.AddrOn("teacher", second).String()+":7000"))
	ada := start(t, n.Self("ada", "ask", n.Addr("teacher").String()+":7000"))
	cleo.wait("answered")
	ada.wait("answered")
	n.SetLinkOn("teacher", second, false)
	cleo.wait("silent")
	n.SetLinkOn("teacher", second, true)
	cleo.wait("answered")
	if got := strings.Join(n.Names(), " "); got != "teacher ada cleo" {
		t.Errorf("names: %s", got)
	}
}

func TestAddressChanges(t *testing.T) {
	n := lab.New(t, "teacher", "ada")
	start(t, n.Self("teacher", "echo")).wait("ready")
	next := netip.MustParseAddr("10.77.0.200")
	n.SetAddr("teacher", 0, next)
	if n.Addr("teacher") != next {
		t.Errorf("the address is still %v", n.Addr("teacher"))
	}
	start(t, n.Self("ada", "ask", "10.77.0.200:7000")).wait("answered")
}

func TestNetworksAreApart(t *testing.T) {
	a, b := lab.New(t, "teacher"), lab.New(t, "teacher", "ada")
	start(t, a.Self("teacher", "echo")).wait("ready")
	start(t, b.Self("ada", "ask", "10.77.0.1:7000")).wait("silent")
}

func TestNothingIsLeftBehind(t *testing.T) {
	before := namespaceOfThreads(t)
	var left *process
	t.Run("a test that forgets its process", func(t *testing.T) {
		n := lab.New(t, lab.Machines("m", 5)...)
		cmd := n.Self("m3", "echo")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		left = &process{t: t, cmd: cmd, lines: bufio.NewScanner(out)}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		left.wait("ready")
	})
	var ended *exec.ExitError
	if err := left.cmd.Wait(); !errors.As(err, &ended) || ended.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("the process ended with %v", err)
	}
	if after := namespaceOfThreads(t); after != before {
		t.Errorf("threads of the test are in %v, before in %v", after, before)
	}
	links, _ := filepath.Glob("/proc/self/fd/*")
	for _, l := range links {
		if to, _ := os.Readlink(l); strings.HasPrefix(to, "net:") {
			t.Errorf("%s still holds the namespace %s", l, to)
		}
	}
}

// namespaceOfThreads tells in which networks the threads of this process are.
func namespaceOfThreads(t *testing.T) string {
	links, err := filepath.Glob("/proc/self/task/*/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil {
			all[to] = true
		}
	}
	return fmt.Sprint(all)
}

func TestRoleThatFails(t *testing.T) {
	n := lab.New(t, "ada")
	for role, want := range map[string]int{"fail": 1, "nobody": 2} {
		out, err := n.Self("ada", role).CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != want {
			t.Errorf("role %s: %v (%s), want exit code %d", role, err, out, want)
		}
	}
}

// TestWithoutRoot runs a test of this file as a user who is not root: in a user namespace, or, where those are forbidden,
// as a failure that says what is missing.
func TestWithoutRoot(t *testing.T) {
	if os.Getuid() != 0 || os.Getenv("THIRDSPACE_LAB_INSIDE") != "" {
		return // all the other tests are running without root already
	}
	dir := t.TempDir()
	exe := filepath.Join(dir, "lab.test")
	copyProgram(t, exe)
	for d := dir; d != filepath.Clean(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(exe, "-test.run=^TestLinkDownAndUp$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CI=true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil && !bytes.Contains(out, []byte("THIS TEST DID NOT RUN")) || err == nil && !bytes.Contains(out, []byte("--- PASS: TestLinkDownAndUp")) {
		t.Errorf("%v:\n%s", err, out)
	}
	t.Logf("as another user: %v", err)
}

func copyProgram(t *testing.T, to string) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// process is a running command whose lines the test waits for.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

// start runs cmd until the end of the test.
func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return &process{t: t, cmd: cmd, lines: bufio.NewScanner(out)}
}

// wait reads the next line, which must be want.
func (p *process) wait(want string) {
	p.t.Helper()
	late := time.AfterFunc(patience, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	if !p.lines.Scan() {
		p.t.Fatalf("the process ended, or said nothing for %v, where %q was awaited", patience, want)
	}
	if got := p.lines.Text(); got != want {
		p.t.Fatalf("the process said %q, want %q", got, want)
	}
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
