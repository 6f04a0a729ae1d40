package discover

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.5:4001":          "10.0.0.5:4001",
		"  10.0.0.5:4001\n":      "10.0.0.5:4001",
		"127.0.0.1:1":            "127.0.0.1:1",
		"[fd00::5]:65535":        "[fd00::5]:65535",
		"[fe80::5%eth0]:4001":    "[fe80::5%eth0]:4001",
		"[::ffff:10.0.0.5]:4001": "10.0.0.5:4001",
		"10.0.0.5":               "10.0.0.5:47113",
		"[fd00::5]":              "[fd00::5]:47113",
		"[fe80::5%eth0]":         "[fe80::5%eth0]:47113",
		"１０.０.０.５：４００１":          "10.0.0.5:4001",
	} {
		if got, err := ParseAddress(in); err != nil || got != netip.MustParseAddrPort(want) {
			t.Errorf("%q became %v, %v", in, got, err)
		}
	}
}

func TestParseAddressRefuses(t *testing.T) {
	for in, why := range map[string]string{
		"":                                 "looks like 10.0.0.5:4001",
		"10.0.0":                           "looks like",
		"[10.0.0":                          "looks like",
		"teacher-pc.local":                 "name of a machine",
		"fd00::5:4001":                     "looks like",
		"teacher-pc:4001":                  "name of a machine",
		"10.0.0.5:":                        "not a port",
		"10.0.0.5:0":                       "not a port",
		"10.0.0.5:65536":                   "not a port",
		"10.0.0.5:+80":                     "not a port",
		"10.0.0.5:http":                    "not a port",
		"0.0.0.0:4001":                     "no machine can have",
		"224.0.0.251:4001":                 "no machine can have",
		"255.255.255.255:4001":             "no machine can have",
		"[::]:4001":                        "no machine can have",
		"[fe80::5%a b]:4001":               "not the name of a network interface",
		"[fe80::5%\u202e]:4001":            "not the name of a network interface",
		"https://10.0.0.5:4001":            "looks like",
		strings.Repeat("1", 400) + ":4001": "too long",
	} {
		got, err := ParseAddress(in)
		if !errors.Is(err, ErrAddress) || !strings.Contains(err.Error(), why) {
			t.Errorf("%q became %v, %v; want an error with %q", in, got, err, why)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"10.0.0.5:4001", "[fe80::5%eth0]:4001", "10.0.0.5", "[fd00::1]", "１：２", "[::]:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			if !errors.Is(err, ErrAddress) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if again, err := ParseAddress(a.String()); err != nil || again != a {
			t.Fatalf("%q became %v, and that became %v, %v", s, a, again, err)
		}
	})
}

func TestNamesAreToldApart(t *testing.T) {
	for in, name := range map[string]bool{"lab-3.local:4001": true, "teacher:1": true, "10.0.0.x5:1": true, "10.0.0.256:1": false, "fe80::5:1": false} {
		if _, err := ParseAddress(in); errors.Is(err, ErrName) != name {
			t.Errorf("%q: %v", in, err)
		}
	}
}
