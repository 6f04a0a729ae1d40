package link

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/libp2p/go-libp2p/core/peer"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"thirdspace/p2p/lab"
	"thirdspace/p2p/wire"
)

func TestMain(m *testing.M) {
	if code, done := lab.Enter(lab.Roles{"host": playHost, "class": playClass}); done {
		os.Exit(code)
	}
	goleak.VerifyTestMain(m)
}

// playHost hosts a room until its input ends. It prints where it is and each change of presence, and answers each
// "ping …" of the room with a "pong …".
func playHost([]string) error {
	d, err := makeDevice()
	if err != nil {
		return err
	}
	gate := newRegister(d, wire.NewRoomID(), "493201")
	s, err := Host(HostConfig{Device: d, Room: gate.room, Gate: gate})
	if err != nil {
		return err
	}
	defer s.Close()
	s.Subscribe(wire.TopicFacts, func(_, _ peer.ID, data []byte) {
		if text, ok := strings.CutPrefix(string(data), "ping "); ok {
			s.Publish(wire.TopicFacts, []byte("pong "+text))
		}
	})
	s.OnPresence(func(peer.ID, bool) { fmt.Println("present", len(s.Present())) })
	if err := s.Start(context.Background()); err != nil {
		return err
	}
	fmt.Println("open", s.Self(), s.Port())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// playClass joins some students to a host. Each line of its input is an address of the host, of which the last counts, or
// "ping X": then every student asks X of the room until it hears the answer, and "heard X" is printed.
func playClass(args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	host, err := peer.Decode(args[1])
	if err != nil {
		return err
	}
	in := bufio.NewScanner(os.Stdin)
	if !in.Scan() {
		return io.ErrUnexpectedEOF
	}
	where := new(directory)
	where.set(netip.MustParseAddrPort(in.Text()))
	class := make([]*pupil, n)
	var joining errgroup.Group
	for i := range class {
		joining.Go(func() (err error) {
			class[i], err = newPupil(fmt.Sprint(args[2], " ", i), host, where)
			return err
		})
	}
	if err := joining.Wait(); err != nil {
		return err
	}
	fmt.Println("joined", n)
	for in.Scan() {
		text, ok := strings.CutPrefix(in.Text(), "ping ")
		if !ok {
			where.set(netip.MustParseAddrPort(in.Text()))
			continue
		}
		for _, p := range class { // one after the other: each answer goes to everyone
			p.ask(text)
		}
		fmt.Println("heard", text)
	}
	for _, p := range class {
		p.Close()
	}
	return in.Err()
}

// pupil is a student who asks and hears.
type pupil struct {
	*Session
	name  string
	pongs chan string
}

func newPupil(name string, host peer.ID, where *directory) (*pupil, error) {
	d, err := makeDevice()
	if err != nil {
		return nil, err
	}
	s, err := Join(JoinConfig{Device: d, Host: host, Addrs: where.get, Name: name, Code: "493201"})
	if err != nil {
		return nil, err
	}
	p := &pupil{Session: s, name: name, pongs: make(chan string, 10000)}
	s.Subscribe(wire.TopicFacts, func(_, _ peer.ID, data []byte) {
		if text, ok := strings.CutPrefix(string(data), "pong "); ok {
			p.pongs <- text
		}
	})
	return p, s.Start(context.Background())
}

func (p *pupil) ask(text string) {
	question := text + " of " + p.name
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		p.Publish(wire.TopicFacts, []byte("ping "+question))
		for waiting := true; waiting; {
			select {
			case got := <-p.pongs:
				if got == question {
					return
				}
			case <-again.C:
				waiting = false
			}
		}
	}
}

// role is a process on a machine of the lab.
type role struct {
	t   *testing.T
	in  io.WriteCloser
	out chan string
}

func startRole(t *testing.T, cmd *exec.Cmd) *role {
	t.Helper()
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := &role{t: t, in: in, out: make(chan string, 10000)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(r.out)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			r.out <- lines.Text()
		}
	}()
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		<-read
		cmd.Wait()
	})
	return r
}

func (r *role) say(line string) {
	r.t.Helper()
	if _, err := fmt.Fprintln(r.in, line); err != nil {
		r.t.Fatal(err)
	}
}

// wait waits for a line that begins so, and returns what follows.
func (r *role) wait(prefix string) string {
	r.t.Helper()
	over := time.After(patience)
	for {
		select {
		case line, ok := <-r.out:
			if !ok {
				r.t.Fatalf("the process ended before it said %q", prefix)
			}
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return strings.TrimSpace(rest)
			}
		case <-over:
			r.t.Fatalf("nobody says %q", prefix)
		}
	}
}

// openLab starts the host of a room on the machine "teacher" and returns it, its id and its port.
func openLab(t *testing.T, n *lab.Network) (host *role, id string, port uint16) {
	t.Helper()
	host = startRole(t, n.Self("teacher", "host"))
	fields := strings.Fields(host.wait("open"))
	number, err := strconv.ParseUint(fields[1], 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	return host, fields[0], uint16(number)
}

// Sixty students on one machine have one address: libp2p's own limits let 8 of them in.
func TestAClassBehindOneAddressBetweenMachines(t *testing.T) {
	n := lab.New(t, "teacher", "class")
	host, id, port := openLab(t, n)
	class := startRole(t, n.Self("class", "class", "60", id, "Student"))
	class.say(netip.AddrPortFrom(n.Addr("teacher"), port).String())
	class.wait("joined 60")
	host.wait("present 60")
	class.say("ping first")
	class.wait("heard first")
}

func TestCableOutForAWhile(t *testing.T) {
	n := lab.New(t, "teacher", "ada", "ben")
	host, id, port := openLab(t, n)
	addr := netip.AddrPortFrom(n.Addr("teacher"), port).String()
	students := map[string]*role{}
	for _, name := range []string{"ada", "ben"} {
		students[name] = startRole(t, n.Self(name, "class", "1", id, name))
		students[name].say(addr)
		students[name].wait("joined")
	}
	host.wait("present 2")
	for i, machine := range []string{"ada", "teacher"} { // a student's cable, and the teacher's
		n.SetLink(machine, false)
		host.wait(map[string]string{"ada": "present 1", "teacher": "present 0"}[machine])
		n.SetLink(machine, true)
		host.wait("present 2")
		for name, s := range students {
			s.say(fmt.Sprint("ping ", i))
			s.wait(fmt.Sprint("heard ", i))
			t.Logf("after %s's cable was out, %s is heard and hears", machine, name)
		}
	}
}

func TestTeacherGetsAnotherAddress(t *testing.T) {
	n := lab.New(t, "teacher", "ada")
	_, id, port := openLab(t, n)
	ada := startRole(t, n.Self("ada", "class", "1", id, "ada"))
	ada.say(netip.AddrPortFrom(n.Addr("teacher"), port).String())
	ada.wait("joined")
	n.SetAddr("teacher", 0, netip.MustParseAddr("10.77.0.99"))
	ada.say(netip.AddrPortFrom(n.Addr("teacher"), port).String())
	ada.say("ping there")
	ada.wait("heard there")
}
