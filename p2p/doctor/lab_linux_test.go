package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/identity"
	"thirdspace/p2p/lab"
	"thirdspace/p2p/link"
	"thirdspace/p2p/ticket"
	"thirdspace/p2p/wire"
)

func TestMain(m *testing.M) {
	roles := lab.Roles{"host": playHost, "web": playWeb, "future": playFuture, "examine": playExamine, "examine as a user": playExamineAsUser}
	if code, done := lab.Enter(roles); done {
		os.Exit(code)
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil { // they wait most of the time, for networks that do not answer
		log.Fatal(err)
	}
	goleak.VerifyTestMain(m)
}

// strict lets no one in.
type strict struct{}

func (strict) Code() string       { return "" }
func (strict) Knock() bool        { return false }
func (strict) Card(uint32) []byte { return nil }
func (strict) Admit(context.Context, link.JoinRequest) (identity.Certificate, error) {
	return identity.Certificate{}, errors.New("not today")
}

// playHost hosts and announces a room on the usual port until its input ends.
func playHost([]string) error {
	d, err := newDevice()
	if err != nil {
		return err
	}
	room := wire.NewRoomID()
	s, err := link.Host(link.HostConfig{Device: d, Room: room, Port: wire.UsualPort, Gate: strict{}})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Start(context.Background()); err != nil {
		return err
	}
	a, err := discover.Announce(context.Background(), discover.Announcement{Room: room, Host: d.ID(), Title: "Loops", Port: wire.UsualPort}, slog.Default())
	if err != nil {
		return err
	}
	defer a.Close()
	return untilInputEnds("open " + d.ID().String())
}

// playWeb is another program on the port.
func playWeb([]string) error {
	s := &http.Server{Addr: fmt.Sprintf(":%d", wire.UsualPort), Handler: http.NotFoundHandler()}
	defer s.Close()
	failed := make(chan error, 1)
	go func() { failed <- s.ListenAndServe() }()
	for {
		if result, _ := dial(context.Background(), netip.MustParseAddrPort(fmt.Sprintf("127.0.0.1:%d", wire.UsualPort))); result == DialOpen {
			break
		}
		select {
		case err := <-failed:
			return err
		default:
		}
	}
	return untilInputEnds("open")
}

func untilInputEnds(ready string) error {
	fmt.Println(ready)
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// playExamine examines as its arguments say and prints the report.
func playExamine(args []string) error {
	c := Config{Side: args[0], Log: slog.New(slog.DiscardHandler)}
	if len(args) > 1 {
		var err error
		if c.Target, err = ticket.Read(args[1]); err != nil {
			return err
		}
	}
	r := Examine(context.Background(), c)
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return err
	}
	return goleak.Find()
}

// playExamineAsUser examines without an administrator's rights, as the app does.
func playExamineAsUser(args []string) error {
	const nobody = 65534
	if err := syscall.Setuid(nobody); err != nil {
		return fmt.Errorf("giving up an administrator's rights: %w", err)
	}
	return playExamine(args)
}

// play starts a role that goes on until the end of the test, and gives what it said when it was ready.
func play(t *testing.T, n *lab.Network, name, role string, args ...string) string {
	t.Helper()
	cmd := n.Self(name, role, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
	})
	var ready, said string
	if _, err := fmt.Fscanln(out, &ready, &said); err != nil && ready != "open" {
		t.Fatalf("%s is not ready: %q, %v", role, ready, err)
	}
	return said
}

// examined is the report of a machine. It must have come in time and be fit to be shown.
func examined(t *testing.T, n *lab.Network, name string, args ...string) Report {
	t.Helper()
	return examinedIn(t, n, name, "examine", args...)
}

func examinedIn(t *testing.T, n *lab.Network, name, role string, args ...string) Report {
	t.Helper()
	cmd := n.Self(name, role, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var r Report
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	fitToBeShown(t, t.Name(), r)
	return r
}

func wants(t *testing.T, r Report, cause string) {
	t.Helper()
	got := ""
	if r.Cause != nil {
		got = r.Cause.Code
	}
	if got != cause {
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("the cause is %q, want %q:\n%s", got, cause, text)
	}
	t.Logf("%d ms", r.Millis)
}

// ip runs the program ip on a machine.
func ip(t *testing.T, n *lab.Network, name, args string) {
	t.Helper()
	must(t, n.Command(name, "ip", strings.Fields(args)...))
}

func must(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", cmd, err, out)
	}
}

const teacherAddr = "10.77.0.1" // the first machine's

// classroom is a teacher, who is to be reached, a student, a classmate and a router that leads the student out.
func classroom(t *testing.T) *lab.Network {
	t.Helper()
	t.Parallel()
	n := lab.New(t, "teacher", "ada", "ben", "router")
	ip(t, n, "ada", "route add default via "+n.Addr("router").String())
	return n
}

func TestAllIsWell(t *testing.T) {
	n := classroom(t)
	id := play(t, n, "teacher", "host")
	r := examined(t, n, "ada", Student)
	wants(t, r, "")
	if !strings.Contains(fmt.Sprint(r.Checks), "Loops (10.77.0.1:47113)") {
		t.Errorf("the room is not named: %v", r.Checks)
	}
	wants(t, examined(t, n, "ada", Student, teacherAddr), "")
	wants(t, examined(t, n, "ada", Student, "thirdspace://"+teacherAddr+"/"+id), "")
	wants(t, examined(t, n, "teacher", Teacher), "")
	d, err := newDevice()
	if err != nil {
		t.Fatal(err)
	}
	wants(t, examined(t, n, "ada", Student, "thirdspace://"+teacherAddr+"/"+d.ID().String()), CauseOtherKey)
}

func TestNoNetwork(t *testing.T) {
	n := classroom(t)
	n.SetLink("ada", false)
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseNoNetwork)
	wants(t, examined(t, n, "ada", Student), CauseNoNetwork)
	wants(t, examined(t, n, "ada", Teacher), CauseNoNetwork)
}

func TestOnlyAVirtualNetwork(t *testing.T) {
	n := classroom(t)
	n.SetLink("ada", false)
	ip(t, n, "ada", "link add docker0 type veth peer name vm0")
	ip(t, n, "ada", "addr add 172.17.0.1/16 dev docker0")
	ip(t, n, "ada", "link set docker0 up")
	ip(t, n, "ada", "link set vm0 up")
	wants(t, examined(t, n, "ada", Student), CauseWrongInterface)
	n.SetLink("ada", true)
	wants(t, examined(t, n, "ada", Student, "172.17.0.2"), CauseWrongInterface)
}

func TestOnlyASelfAssignedAddress(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	ip(t, n, "ada", "addr flush dev lan0")
	ip(t, n, "ada", "addr add 169.254.7.7/16 dev lan0")
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseNoAddress)
}

func TestOtherSubnet(t *testing.T) {
	n := lab.New(t, "ada", "ben", "router")
	other := n.AddLAN("router", "teacher")
	play(t, n, "teacher", "host")
	there := n.AddrOn("teacher", other).String()
	wants(t, examined(t, n, "ada", Student, there), CauseOtherSubnet) // no way at all
	ip(t, n, "ada", "route add default via "+n.Addr("router").String())
	wants(t, examined(t, n, "ada", Student, there), CauseOtherSubnet) // a router that passes nothing on
	must(t, n.Command("router", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"))
	ip(t, n, "teacher", "route add default via "+n.AddrOn("router", other).String())
	wants(t, examined(t, n, "ada", Student, there), "") // one that does
}

func TestIsolation(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	for _, name := range []string{"teacher", "ada", "ben"} {
		n.Isolate(name, 0)
	}
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseIsolation)
	wants(t, examined(t, n, "ada", Student), CauseIsolation)
	ip(t, n, "teacher", "route add default via "+n.Addr("router").String())
	wants(t, examined(t, n, "teacher", Teacher), CauseIsolation)
}

// TestIsolationOfOne: a student asks of a teacher's machine that is kept apart from them alone, and the teacher of theirs.
func TestIsolationOfOne(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	n.Isolate("teacher", 0)
	n.Isolate("ada", 0)
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseAbsent)
	wants(t, examined(t, n, "teacher", Teacher, n.Addr("ada").String()), CauseAbsent)
	wants(t, examined(t, n, "teacher", Teacher, n.Addr("ben").String()), "")
}

func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	n := lab.New(t, "ada")
	wants(t, examined(t, n, "ada", Student, "10.77.0.9"), CauseNobody)
}

func TestHostIsOff(t *testing.T) {
	n := classroom(t)
	n.SetLink("teacher", false)
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseAbsent)
	wants(t, examined(t, n, "ada", Student), CauseNoRoom)
}

func TestRoomIsClosed(t *testing.T) {
	n := classroom(t)
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseClosed)
	wants(t, examined(t, n, "teacher", Teacher), CauseClosed)
	wants(t, examined(t, n, "ada", Student, n.Addr("ada").String()), CauseOwnAddress)
}

func TestAnotherProgramHasThePort(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "web")
	wants(t, examined(t, n, "ada", Student, teacherAddr), CauseOtherProgram)
	wants(t, examined(t, n, "teacher", Teacher), CausePort)
}

func TestAnotherVersion(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "future")
	r := examined(t, n, "ada", Student, teacherAddr)
	wants(t, r, CauseVersion)
	if !strings.Contains(fmt.Sprint(r.Checks), fmt.Sprintf("protocol %d", wire.Version+1)) {
		t.Errorf("the version is not named: %v", r.Checks)
	}
}

func TestAVPNBetween(t *testing.T) {
	n := classroom(t)
	play(t, n, "teacher", "host")
	ip(t, n, "ada", "link add wg0 type veth peer name far0")
	ip(t, n, "ada", "addr add 10.9.0.2/32 dev wg0")
	ip(t, n, "ada", "link set wg0 up")
	ip(t, n, "ada", "link set far0 up")
	ip(t, n, "ada", "route add 10.77.0.0/25 dev wg0")
	r := examined(t, n, "ada", Student, teacherAddr)
	wants(t, r, CauseVPN)
	if r.Cause != nil && !strings.Contains(r.Cause.What, "wg0") {
		t.Error(r.Cause.What)
	}
}
