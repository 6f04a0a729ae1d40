package discover

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ErrAddress is wrapped by the errors of [ParseAddress].
var ErrAddress = errors.New("not the address of a room")

// maxAddressText is more than any address needs, a thirdspace:// link with a key in it included.
const maxAddressText = 300

// ParseAddress reads the address of a room as a person types or pastes it: 10.0.0.5:4001, [fd00::5]:4001,
// [fe80::5%eth0]:4001 or thirdspace://10.0.0.5:4001/anything. Full-width digits and colons, as some keyboards
// make them, are understood. Names are not: looking one up would send a question out of the room.
func ParseAddress(s string) (netip.AddrPort, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxAddressText {
		return netip.AddrPort{}, fmt.Errorf("%w: it is too long", ErrAddress)
	}
	text := norm.NFKC.String(s)
	const scheme = "thirdspace://"
	if len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		text, _, _ = strings.Cut(text[len(scheme):], "/")
	}
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %q; it looks like 10.0.0.5:4001, with the port after the colon", ErrAddress, s)
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %q is not an IP address; it looks like 10.0.0.5", ErrAddress, host)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil || port == 0 {
		return netip.AddrPort{}, fmt.Errorf("%w: %q is not a port; it is a number from 1 to 65535", ErrAddress, portText)
	}
	addr = addr.Unmap()
	if !dialable(addr) && !addr.IsLoopback() {
		return netip.AddrPort{}, fmt.Errorf("%w: no machine can have the address %s", ErrAddress, addr)
	}
	if !validZone(addr.Zone()) {
		return netip.AddrPort{}, fmt.Errorf("%w: %q is not the name of a network interface", ErrAddress, addr.Zone())
	}
	return netip.AddrPortFrom(addr, uint16(port)), nil
}

// validZone tells whether s could name an interface, or is empty. Windows has names with spaces, but shows numbers.
func validZone(s string) bool {
	if len(s) > 64 {
		return false
	}
	for _, r := range s {
		if r <= ' ' || r > '~' || strings.ContainsRune(`/[]%`, r) {
			return false
		}
	}
	return true
}
