package app

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"thirdspace/app/code"
	"thirdspace/app/doctor"
	"thirdspace/app/room"
	"thirdspace/app/work"
	examined "thirdspace/p2p/doctor"
	"thirdspace/p2p/lab"
)

// TestPromise1NothingIsLost kills a machine at random moments while its person types, talks and hands in. Whatever was
// said or handed in is there afterwards, and so is all that was typed, up to the last second.
func TestPromise1NothingIsLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	n := lab.New(t, "Lee", "Ada")
	teacher, ada := newClassmate(t, n, "Lee"), newClassmate(t, n, "Ada")
	v := get[room.View](teacher, "room.Service.Open", room.OpenRequest{Title: "Lab", Teacher: "Lee"})
	get[room.View](ada, "room.Service.Join", room.JoinRequest{Address: v.Addresses[0], Name: "Ada"})

	type typed struct {
		line string
		at   time.Time
	}
	var lines []typed
	said, handed := []string{}, 0
	for round := range 6 {
		life := time.After(time.Duration(500+rng.IntN(2000)) * time.Millisecond)
		for alive := true; alive; {
			line := fmt.Sprintf("// %d.%d", round, len(lines))
			ada.typed("mine", line)
			lines = append(lines, typed{line, time.Now()})
			switch rng.IntN(10) {
			case 0:
				text := fmt.Sprint("said ", len(said))
				ada.say(text)
				said = append(said, "Ada: "+text)
			case 1:
				get[work.Submission](ada, "work.Service.HandIn", "Work")
				handed++
			}
			select {
			case <-life:
				alive = false
			case <-time.After(20 * time.Millisecond): // fast for a person, and no flood
			}
		}
		ada.kill()
		killed := time.Now()
		ada.start()

		text := ada.text("mine")
		kept := lines[:0:0]
		for _, l := range lines {
			if strings.Contains(text, l.line+"\n") {
				kept = append(kept, l)
			} else if killed.Sub(l.at) > time.Second {
				t.Fatalf("round %d: %q was typed %v before the kill and is gone", round, l.line, killed.Sub(l.at))
			}
		}
		lines = kept
		if got, want := ada.heard(), strings.Join(said, "; "); got != want {
			t.Fatalf("round %d: said %q, and there is %q", round, want, got)
		}
		if got := len(get[[]work.Submission](ada, "work.Service.Mine")); got != handed {
			t.Fatalf("round %d: %d handed in, and %d are there", round, handed, got)
		}
	}
	teacher.hears(strings.Join(said, "; "))
	teacher.until("has all that was handed in", func() bool { return len(get[[]work.Submission](teacher, "work.Service.All")) == handed })
	id := get[room.View](ada, "room.Service.View").Me.ID
	teacher.until("has the code as it is now", func() bool { return teacher.text(id) == ada.text("mine") })
}

// TestPromise3NothingLeavesTheRoom gives the machines a way out, by a gateway that writes down whatever is sent through
// it or asked of it, and holds a class. Nothing may come there.
func TestPromise3NothingLeavesTheRoom(t *testing.T) {
	n := lab.New(t, "Lee", "Ada", "gateway")
	for _, name := range []string{"Lee", "Ada"} {
		if out, err := n.Command(name, "ip", "route", "add", "default", "via", n.Addr("gateway").String()).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	sniffer := n.Self("gateway", "sniffer")
	sniffer.Stderr = os.Stderr
	out, err := sniffer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := sniffer.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "listening" {
		t.Fatalf("the sniffer says %q", lines.Text())
	}

	teacher, ada := newClassmate(t, n, "Lee"), newClassmate(t, n, "Ada")
	v := get[room.View](teacher, "room.Service.Open", room.OpenRequest{Title: "Lab", Teacher: "Lee", UseCode: true})
	ada.findAndJoin("Lab", v.Code)
	ada.say("hello")
	teacher.hears("Ada: hello")
	teacher.typed("board", "// hello")
	ada.until("follows the board", func() bool { return strings.HasPrefix(ada.text("board"), "// hello") })
	get[work.Submission](ada, "work.Service.HandIn", "Work")
	if _, err := call[code.SentCode](teacher, "code.Service.SendToAll", "Start"); err != nil {
		t.Fatal(err)
	}
	for c, q := range map[*classmate]doctor.Request{teacher: {Side: "teacher"}, ada: {Side: "student", Target: v.Ways[0].Code}} {
		if r := get[examined.Report](c, "doctor.Service.Examine", q); r.Cause != nil {
			t.Errorf("%s: %+v", c.name, r.Cause)
		}
	}
	<-time.After(5 * time.Second) // a class in which nothing happens is quiet, too
	// A packet of our own shows that the sniffer hears: without it silence would prove nothing.
	n.Command("Ada", "bash", "-c", "echo > /dev/udp/192.0.2.1/9").Run()
	for lines.Scan() {
		if lines.Text() == "192.0.2.1" {
			return
		}
		t.Errorf("something was sent to %s", lines.Text())
	}
	t.Fatal("the sniffer heard not even the packet that it was sent")
}

// playSniffer prints the destination of each IP packet that arrives here and is for an address outside the room.
func playSniffer([]string) error {
	const everything = 0x0300 // ETH_P_ALL in network order
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, everything)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	fmt.Println("listening")
	inside := []netip.Prefix{netip.MustParsePrefix("10.77.0.0/24"), netip.MustParsePrefix("224.0.0.0/24"), netip.MustParsePrefix("255.255.255.255/32")}
	frame := make([]byte, 1<<16)
	for {
		size, _, err := syscall.Recvfrom(fd, frame, 0)
		if err != nil {
			return err
		}
		const header, ipv4 = 14, 0x0800
		if size < header+20 || binary.BigEndian.Uint16(frame[12:]) != ipv4 {
			continue
		}
		to := netip.AddrFrom4([4]byte(frame[header+16 : header+20]))
		within := false
		for _, p := range inside {
			within = within || p.Contains(to)
		}
		if !within {
			fmt.Println(to)
		}
	}
}
