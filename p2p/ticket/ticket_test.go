package ticket

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/discover"
)

// theHost is the same in every run.
const theHost = "12D3KooWAWiurAQyKDPyiunMg7Jv5hMkYeWcoMckTVD7zWLjN7kQ"

const theRoom = "abcdefghijklmnop"

func hostID(t testing.TB) peer.ID {
	t.Helper()
	id, err := peer.Decode(theHost)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

var theHostsMark = sync.OnceValue(func() Host {
	id, err := peer.Decode(theHost)
	if err != nil {
		panic(err)
	}
	return Of(id)
})

func code(t testing.TB, at string) string {
	t.Helper()
	c, ok := theHostsMark().Code(netip.MustParseAddrPort(at))
	if !ok {
		t.Fatalf("%s has no code", at)
	}
	return c
}

// The vectors hang in classrooms: a code once printed must be read by every later version.
func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct{ Address, Code string }
	if err := json.Unmarshal(raw, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		if got := code(t, v.Address); got != v.Code {
			t.Errorf("%s is written %s, want %s", v.Address, got, v.Code)
		}
		got, err := Read(v.Code)
		if err != nil || len(got.Addrs) != 1 || got.Addrs[0].String() != v.Address || !got.Fits(hostID(t)) {
			t.Errorf("%s was read as %+v, %v", v.Code, got, err)
		}
	}
}

func TestCodesAreShort(t *testing.T) {
	for at, want := range map[string]int{
		"192.168.1.20:47113": 12, "172.20.3.4:47113": 13, "10.1.2.3:47113": 13, "169.254.3.4:47113": 15,
		"192.168.1.20:5000": 15, "10.1.2.3:5000": 17, "193.99.1.2:5000": 18,
	} {
		if got := len(strings.ReplaceAll(code(t, at), "-", "")); got != want {
			t.Errorf("%s needs %d characters, want %d", at, got, want)
		}
	}
	for _, at := range []string{"[fd00::1]:47113", "[fe80::1%eth0]:1", "10.0.0.1:0"} {
		if c, ok := theHostsMark().Code(netip.MustParseAddrPort(at)); ok {
			t.Errorf("%s has the code %s", at, c)
		}
	}
}

func TestCodesAreReadAsPeopleTypeThem(t *testing.T) {
	c := code(t, "192.168.1.20:47113")
	bare := strings.ReplaceAll(c, "-", "")
	confused := strings.NewReplacer("0", "o", "1", "l").Replace(bare)
	for _, typed := range []string{c, strings.ToLower(c), bare, " " + strings.ReplaceAll(c, "-", " ") + "\n", strings.ReplaceAll(c, "-", " – "), confused, fullWidth(bare)} {
		got, err := Read(typed)
		if err != nil || got.Addrs[0].String() != "192.168.1.20:47113" || !got.Fits(hostID(t)) {
			t.Errorf("%q was read as %+v, %v", typed, got, err)
		}
	}
}

// fullWidth is the text as some keyboards write it.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, s)
}

// Every slip of one character, every two that changed places, and every one missing or doubled is noticed before anything
// is dialled.
func TestSlipsAreNoticed(t *testing.T) {
	for _, at := range []string{"192.168.1.20:47113", "10.1.2.3:47113", "193.99.1.2:5000"} {
		right := strings.ReplaceAll(code(t, at), "-", "")
		noticed := func(what, typed string) {
			t.Helper()
			if typed == right {
				return
			}
			if got, err := readCode(typed); err == nil {
				t.Errorf("%s: %s for %s was read as %v", what, typed, right, got.Addrs)
			} else if !errors.Is(err, ErrTypo) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for i := range right {
			for _, r := range alphabet {
				noticed("a wrong character", right[:i]+string(r)+right[i+1:])
			}
			for j := range right[:i] {
				swapped := []byte(right)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				noticed("two changed places", string(swapped))
			}
		}
		noticed("the last is missing", right[:len(right)-1])
		noticed("a group is missing", right[group:])
		noticed("one too many", right+"0")
		noticed("a character no code has", "U"+right[1:])
	}
}

func newHost(t *testing.T) peer.ID {
	t.Helper()
	_, public, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := peer.IDFromPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnotherHostDoesNotFit(t *testing.T) {
	c, err := Read(code(t, "192.168.1.20:47113"))
	if err != nil {
		t.Fatal(err)
	}
	link, err := Read("thirdspace://192.168.1.20/" + theHost)
	if err != nil {
		t.Fatal(err)
	}
	address, err := Read("192.168.1.20")
	if err != nil {
		t.Fatal(err)
	}
	other := newHost(t)
	if c.Fits(other) || !c.NamesHost() || link.Fits(other) || !link.Fits(hostID(t)) || !link.NamesHost() {
		t.Error("another host fits")
	}
	if address.NamesHost() || !address.Fits(other) {
		t.Error("an address says whose it is")
	}
}

func TestLinks(t *testing.T) {
	full := Ticket{Host: hostID(t), Room: theRoom, Code: "482-177", Addrs: []netip.AddrPort{
		netip.MustParseAddrPort("192.168.1.20:47113"), netip.MustParseAddrPort("[fd00::5]:47113"), netip.MustParseAddrPort("[fe80::5%eth0]:47113"),
	}}
	const want = "thirdspace://192.168.1.20:47113/" + theHost + "/" + theRoom + "?also=[fd00::5]:47113&also=[fe80::5%25eth0]:47113&code=482-177"
	if got := full.Link(); got != want {
		t.Errorf("written %s\nwant    %s", got, want)
	}
	got, err := Read(want)
	if err != nil || got.Host != full.Host || got.Room != full.Room || got.Code != full.Code || !slices.Equal(got.Addrs, full.Addrs) {
		t.Errorf("read %+v, %v", got, err)
	}
	for _, in := range []string{
		"thirdspace://10.0.0.5", "THIRDSPACE://10.0.0.5:47113/", "thirdspace://10.0.0.5/" + theHost, " thirdspace://10.0.0.5/" + theHost + "/" + theRoom + "?later=1 ",
	} {
		if got, err := Read(in); err != nil || got.Addrs[0].String() != "10.0.0.5:47113" {
			t.Errorf("%q was read as %+v, %v", in, got, err)
		}
	}
	six := Ticket{Host: hostID(t), Addrs: []netip.AddrPort{netip.MustParseAddrPort("[fe80::5%eth0]:1")}}
	if got, err := Read(six.Link()); err != nil || got.Addrs[0] != six.Addrs[0] {
		t.Errorf("%s was read as %+v, %v", six.Link(), got, err)
	}
	if (Ticket{Host: hostID(t)}).Link() != "" || (Ticket{Addrs: full.Addrs}).Link() != "" {
		t.Error("a link of half a ticket")
	}
}

func TestWhatIsNoTicket(t *testing.T) {
	long := "thirdspace://10.0.0.5?" + strings.Repeat("also=10.0.0.1&", 60)
	for in, want := range map[string]error{
		"":                          ErrNeither,
		"Lab B":                     ErrNeither,
		"482-177":                   ErrNeither,
		"Monday, period 2":          ErrNeither,
		strings.Repeat("0", 2000):   ErrNeither,
		"teacher.local":             discover.ErrName,
		"10.0.0.5:99999":            discover.ErrAddress,
		"fd00::5":                   discover.ErrAddress,
		"http://10.0.0.5":           discover.ErrAddress,
		"0000-0000-0001":            ErrTypo,
		"thirdspace://":             ErrLink,
		"thirdspace://nobody":       ErrLink,
		"thirdspace://10.0.0.5/x":   ErrLink,
		"thirdspace://10.0.0.5/%zz": ErrLink,
		"thirdspace://10.0.0.5/" + theHost + "/Loops":                          ErrLink,
		"thirdspace://10.0.0.5/" + theHost + "/" + theRoom + "/x":              ErrLink,
		"thirdspace://10.0.0.5/" + theHost + "?also=x":                         ErrLink,
		"thirdspace://10.0.0.5/" + theHost + "?code=abc":                       ErrLink,
		"thirdspace://10.0.0.5/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N": ErrLink,
	} {
		if got, err := Read(in); !errors.Is(err, want) {
			t.Errorf("%q was read as %+v, %v; want %v", in, got, err, want)
		}
	}
	if got, err := Read(long); err != nil || len(got.Addrs) != 2 {
		t.Errorf("read %+v, %v", got, err)
	}
	many := "thirdspace://10.0.0.1?also=10.0.0.2"
	for i := byte('3'); i <= '9'; i++ {
		many += "&also=10.0.0." + string(i) + "&also=10.0.1." + string(i)
	}
	if got, err := Read(many); err != nil || len(got.Addrs) != maxAddrs {
		t.Errorf("read %+v, %v", got, err)
	}
}

// TestOutOfTheRoom: in a code or a link nobody sees where it leads, so that it leads to no machine in the internet.
func TestOutOfTheRoom(t *testing.T) {
	for text, want := range map[string]int{
		"thirdspace://8.8.8.8/" + theHost:                       0,
		"thirdspace://8.8.8.8":                                  0,
		code(t, "8.8.8.8:47113"):                                0,
		"thirdspace://8.8.8.8/" + theHost + "?also=10.0.0.5":    1,
		"thirdspace://10.0.0.5?also=192.168.1.2&also=[2001::1]": 2,
		code(t, "192.168.1.20:47113"):                           1,
		"8.8.8.8":                                               1, // was typed by someone who knows
	} {
		way, err := Read(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		near, err := way.Near()
		if len(near.Addrs) != want || errors.Is(err, ErrOutside) != (want == 0) {
			t.Errorf("%s leads to %v, %v", text, near.Addrs, err)
		}
		if len(way.Addrs) == 0 {
			t.Errorf("%s: the ticket was changed", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{code(f, "192.168.1.20:47113"), code(f, "193.99.1.2:5000"), "10.0.0.5:1", "thirdspace://10.0.0.5/" + theHost + "/" + theRoom + "?also=[fe80::1%25e]:3&code=482-177"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Read(s)
		if err != nil {
			if !errors.Is(err, ErrNeither) && !errors.Is(err, ErrTypo) && !errors.Is(err, ErrLink) && !errors.Is(err, discover.ErrAddress) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if len(got.Addrs) == 0 || len(got.Addrs) > maxAddrs || len(got.Code) > maxCode {
			t.Fatalf("%q was read as %+v", s, got)
		}
		if link := got.Link(); link != "" {
			again, err := Read(link)
			if err != nil || !slices.Equal(again.Addrs, got.Addrs) || again.Host != got.Host || again.Room != got.Room || again.Code != got.Code {
				t.Fatalf("%q became %s, and that %+v, %v", s, link, again, err)
			}
		}
	})
}

func BenchmarkMark(b *testing.B) {
	host := hostID(b)
	for b.Loop() {
		Of(host)
	}
}
