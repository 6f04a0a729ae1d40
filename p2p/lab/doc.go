// Package lab builds small networks for tests: several machines on a switch, made of Linux network namespaces, so
// that what only happens between machines (multicast, address limits that spare loopback, cables pulled out, an
// address that changes) happens in a test, too.
//
// A test makes a network and runs processes in it:
//
//	func TestMain(m *testing.M) {
//		if code, done := lab.Enter(lab.Roles{"teacher": teach, "student": attend}); done {
//			os.Exit(code)
//		}
//		goleak.VerifyTestMain(m)
//	}
//
//	func TestClass(t *testing.T) {
//		n := lab.New(t, "teacher", "ada", "ben")     // 10.77.0.1, .2 and .3 on one switch
//		host := n.Self("teacher", "teacher", "4001") // this test binary again, as the role "teacher"
//		...                                          // an *exec.Cmd like any other: Start, Wait, Process.Kill
//		n.SetLink("ada", false)                      // Ada's cable is pulled out
//	}
//
// What it promises:
//
//   - Every machine has its own address in 10.77.0.0/24, its loopback interface is up, and there is nothing else: no
//     default route, no name server, no IPv6 (until [Network.EnableIPv6]), no way to the network of the machine that
//     runs the test. A second switch ([Network.AddLAN]) is 10.77.1.0/24, and so on.
//   - The interface on the n-th switch is called lan0, lan1, and so on.
//   - Nothing is left behind. Namespaces have no names on disk; they are held by open files of the test process, so the
//     kernel takes them away even after a kill -9. At the end of the test every process still inside is killed, and
//     processes started through [Network.Command] die with the test process.
//   - Networks share nothing, so tests may run in parallel.
//
// It needs Linux, the programs ip (iproute2) and nsenter (util-linux), and either root or the right to make user
// namespaces, into which [Enter] then moves the whole test binary. Where the environment cannot give that, [New] fails
// the test if CI=true is set, and otherwise skips it and says so.
//
// Limits: the kernel adds no delay and no loss here; those are made in code, by wrapping a net.Conn. All machines share
// one clock, one disk and the processors.
package lab
