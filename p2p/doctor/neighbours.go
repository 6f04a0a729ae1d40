package doctor

import (
	"encoding/binary"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// readProcARP reads Linux's /proc/net/arp: who was asked for their network card, and whether they answered. With the name
// of an interface it is who was asked there.
func readProcARP(text, on string) map[netip.Addr]bool {
	const complete = 0x2 // ATF_COM
	table := map[netip.Addr]bool{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 6 || on != "" && fields[5] != on {
			continue
		}
		a, err := netip.ParseAddr(fields[0])
		flags, err2 := strconv.ParseUint(strings.TrimPrefix(fields[2], "0x"), 16, 32)
		if err == nil && err2 == nil {
			table[a] = table[a] || flags&complete != 0
		}
	}
	return table
}

// readProcRoute finds the router in Linux's /proc/net/route: the one of the default route with the least metric, over an
// interface of the names given.
func readProcRoute(text string, names map[string]bool) netip.Addr {
	const isUp, isGateway = 0x1, 0x2
	var best netip.Addr
	least := uint64(1 << 32)
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 8 || !names[f[0]] || f[1] != "00000000" || f[7] != "00000000" {
			continue
		}
		via, err := strconv.ParseUint(f[2], 16, 32)
		flags, err2 := strconv.ParseUint(f[3], 16, 32)
		metric, err3 := strconv.ParseUint(f[6], 10, 32)
		if err != nil || err2 != nil || err3 != nil || flags&(isUp|isGateway) != isUp|isGateway || metric >= least {
			continue
		}
		var b [4]byte
		binary.NativeEndian.PutUint32(b[:], uint32(via)) // as the kernel keeps it
		best, least = netip.AddrFrom4(b), metric
	}
	return best
}

// hardware is a network card's address as "arp -a" prints it: 0:1b:2c:3d:4e:5f on macOS, 00-1b-2c-3d-4e-5f on Windows.
var hardware = regexp.MustCompile(`\b[0-9a-fA-F]{1,2}([:-])(?:[0-9a-fA-F]{1,2}[:-]){4}[0-9a-fA-F]{1,2}\b`)

// readARP reads what "arp -an" (macOS) or "arp -a" (Windows) prints, in any language.
func readARP(text string) map[netip.Addr]bool {
	table := map[netip.Addr]bool{}
	for line := range strings.Lines(text) {
		card := hardware.FindString(line)
		for field := range strings.FieldsSeq(line) {
			a, err := netip.ParseAddr(strings.Trim(field, "()"))
			if err != nil || !a.Is4() || a.IsMulticast() {
				continue
			}
			everyone := strings.ContainsAny(card, "fF") && strings.Trim(card, "fF:-") == ""
			if !everyone && !strings.Contains(line, "---") { // a heading of Windows': "Interface: 10.0.0.7 --- 0x5"
				table[a] = card != ""
			}
			break
		}
	}
	return table
}

// readDefaultRoute finds the router in what "netstat -rn -f inet" (macOS) or "route print -4" (Windows) prints.
func readDefaultRoute(text string) netip.Addr {
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		via := ""
		switch {
		case len(f) >= 2 && f[0] == "default":
			via = f[1]
		case len(f) >= 3 && f[0] == "0.0.0.0" && f[1] == "0.0.0.0":
			via = f[2]
		}
		if a, err := netip.ParseAddr(via); err == nil && a.Is4() {
			return a
		}
	}
	return netip.Addr{}
}
