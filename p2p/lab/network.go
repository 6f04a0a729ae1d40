//go:build linux

package lab

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"
)

// maxPerLAN machines have addresses on one switch (the last byte of a /24, without .0 and .255).
const maxPerLAN = 254

// Network is a set of machines and the switches between them. Its methods end the test when something goes wrong, and
// are called from the test's own goroutine.
type Network struct {
	t        testing.TB
	switches *namespace // the bridges, and the switch's end of each cable
	lans     int
	machines map[string]*machine
	order    []string
}

type machine struct {
	ns     *namespace
	number int
	cables []cable
}

// cable leads from a machine's interface lan<lan> to a port of the switch.
type cable struct {
	lan  int
	port string
	addr netip.Addr
}

// New makes one machine for each name and connects them all to one switch, with the addresses 10.77.0.1, 10.77.0.2 and
// so on in the order given. Everything is taken away at the end of the test.
func New(t testing.TB, names ...string) *Network {
	t.Helper()
	requireNamespaces(t)
	switches, err := newNamespace()
	if err != nil {
		t.Fatalf("lab: make the switch: %v", err)
	}
	n := &Network{t: t, switches: switches, machines: map[string]*machine{}}
	t.Cleanup(n.close)
	n.AddLAN(names...)
	return n
}

// requireNamespaces ends the test where the environment cannot make networks: in CI as a failure, because a test that
// nobody runs guards nothing.
func requireNamespaces(t testing.TB) {
	t.Helper()
	err := tryNamespace()
	if err == nil {
		return
	}
	why := fmt.Sprintf("lab: THIS TEST DID NOT RUN: it needs network namespaces (root, or user namespaces allowed; "+
		"the programs ip and nsenter): %v", err)
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// AddLAN adds one more switch with a cable to each of the named machines, and makes the machines that are not there yet.
// It returns the number of the switch: 1 for the first that is added (the one of [New] is 0). The addresses are
// 10.77.<number>.1 and so on in the order given.
func (n *Network) AddLAN(names ...string) int {
	n.t.Helper()
	lan := n.lans
	if len(names) > maxPerLAN || lan > 255 {
		n.t.Fatalf("lab: at most %d machines on one switch and 256 switches", maxPerLAN)
	}
	n.must("make a switch", n.switches.ip(
		fmt.Sprintf("link add br%d type bridge", lan),
		fmt.Sprintf("link set br%d up", lan),
	))
	n.lans++
	for i, name := range names {
		n.connect(name, lan, netip.AddrFrom4([4]byte{10, 77, byte(lan), byte(i + 1)}))
	}
	return lan
}

// connect lays a cable from the machine, made if need be, to the switch.
func (n *Network) connect(name string, lan int, addr netip.Addr) {
	n.t.Helper()
	m := n.machines[name]
	if m == nil {
		ns, err := newNamespace()
		n.must("make the machine "+name, err)
		m = &machine{ns: ns, number: len(n.machines)}
		n.machines[name] = m
		n.order = append(n.order, name)
	}
	c := cable{lan: lan, port: fmt.Sprintf("p%d.%d", m.number, lan), addr: addr}
	n.must("connect "+name, n.switches.ip(
		fmt.Sprintf("link add %s type veth peer name lan%d netns %s", c.port, lan, m.ns.path()),
		fmt.Sprintf("link set %s master br%d up", c.port, lan),
	))
	n.must("connect "+name, m.ns.ip(
		fmt.Sprintf("addr add %s/24 dev lan%d", addr, lan),
		fmt.Sprintf("link set lan%d up", lan),
	))
	m.cables = append(m.cables, c)
}

// Names lists the machines in the order they were made.
func (n *Network) Names() []string { return slices.Clone(n.order) }

// Addr is the machine's IPv4 address on the first switch it is connected to.
func (n *Network) Addr(name string) netip.Addr {
	n.t.Helper()
	return n.machine(name).cables[0].addr
}

// AddrOn is the machine's IPv4 address on the switch of that number.
func (n *Network) AddrOn(name string, lan int) netip.Addr {
	n.t.Helper()
	return n.cable(name, lan).addr
}

// SetAddr gives the machine another address in place of the one it has on that switch, as a new lease from a DHCP server
// would. Its network is the address's /24.
func (n *Network) SetAddr(name string, lan int, addr netip.Addr) {
	n.t.Helper()
	c := n.cable(name, lan)
	n.must("change the address of "+name, n.machine(name).ns.ip(
		fmt.Sprintf("addr del %s/24 dev lan%d", c.addr, lan),
		fmt.Sprintf("addr add %s/24 dev lan%d", addr, lan),
	))
	c.addr = addr
}

// SetLink pulls out the machine's cables (all of them) or puts them back. The machine sees what one sees on a wire: the
// interface stays up and keeps its address, but has no carrier.
func (n *Network) SetLink(name string, up bool) {
	n.t.Helper()
	for _, c := range n.machine(name).cables {
		n.SetLinkOn(name, c.lan, up)
	}
}

// SetLinkOn does for one cable what [Network.SetLink] does for all.
func (n *Network) SetLinkOn(name string, lan int, up bool) {
	n.t.Helper()
	state := "down"
	if up {
		state = "up"
	}
	n.must("set the link of "+name+" "+state, n.switches.ip(fmt.Sprintf("link set %s %s", n.cable(name, lan).port, state)))
}

// SetMulticast lets the switch of that number pass multicast on, or not; broadcast always passes. Many managed switches
// and access points are set so.
func (n *Network) SetMulticast(lan int, on bool) {
	n.t.Helper()
	for _, name := range n.order {
		for _, c := range n.machines[name].cables {
			if c.lan == lan {
				n.setPort(c, "mcast_flood", on)
			}
		}
	}
}

// Isolate keeps the machine's port on that switch from every other isolated one, as access points do that keep devices
// apart.
func (n *Network) Isolate(name string, lan int) {
	n.t.Helper()
	n.setPort(*n.cable(name, lan), "isolated", true)
}

func (n *Network) setPort(c cable, flag string, on bool) {
	n.t.Helper()
	value := "off"
	if on {
		value = "on"
	}
	n.must("set "+flag+" of a port", n.switches.ip(fmt.Sprintf("link set %s type bridge_slave %s %s", c.port, flag, value)))
}

// EnableIPv6 lets the machine speak IPv6: its interfaces get link-local addresses, usable at once.
func (n *Network) EnableIPv6(name string) {
	n.t.Helper()
	n.must("enable IPv6 on "+name, n.machine(name).ns.do(func() error { return setIPv6(true) }))
}

// Command is a command that will run on the machine. It is killed at the end of the test if it still runs, and dies
// with the test process, provided the goroutine that starts it does not leave a locked thread behind.
func (n *Network) Command(name, exe string, args ...string) *exec.Cmd {
	n.t.Helper()
	cmd := exec.Command("nsenter", append([]string{"--net=" + n.machine(name).ns.path(), "--", exe}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// Self is this test binary run again on the machine, to play one of the roles that TestMain gave to [Enter].
func (n *Network) Self(name, role string, args ...string) *exec.Cmd {
	n.t.Helper()
	exe, err := os.Executable()
	n.must("find the test binary", err)
	cmd := n.Command(name, exe, args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

// Machines gives n names: prefix followed by 1, 2 and so on. It is for [New]: lab.New(t, lab.Machines("student", 30)...).
func Machines(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = prefix + strconv.Itoa(i+1)
	}
	return names
}

func (n *Network) machine(name string) *machine {
	n.t.Helper()
	m := n.machines[name]
	if m == nil {
		n.t.Fatalf("lab: there is no machine %q", name)
	}
	return m
}

func (n *Network) cable(name string, lan int) *cable {
	n.t.Helper()
	cables := n.machine(name).cables
	for i := range cables {
		if cables[i].lan == lan {
			return &cables[i]
		}
	}
	n.t.Fatalf("lab: %s is not connected to switch %d", name, lan)
	return nil
}

func (n *Network) must(what string, err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatalf("lab: %s: %v", what, err)
	}
}

// close takes the network away. A machine that cannot be emptied is the test's failure, but the others still go.
func (n *Network) close() {
	for _, name := range n.order {
		if err := n.machines[name].ns.close(); err != nil {
			n.t.Errorf("lab: close the machine %s: %v", name, err)
		}
	}
	if err := n.switches.close(); err != nil {
		n.t.Errorf("lab: close the switch: %v", err)
	}
}
