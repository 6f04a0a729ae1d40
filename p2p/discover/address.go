package discover

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"thirdspace/p2p/wire"
)

// ErrAddress is wrapped by the errors of [ParseAddress].
var ErrAddress = errors.New("not the address of a room")

// ErrName says that a machine was named where an address was asked for. Looking a name up would send a question out of
// the room, and where it stays in the room (.local) anybody there could answer it.
var ErrName = fmt.Errorf("%w: names are not looked up", ErrAddress)

// maxAddressText is more than any address needs.
const maxAddressText = 300

// ParseAddress reads the address of a room as a person types it: 10.0.0.5:4001, [fd00::5]:4001 or [fe80::5%eth0]:4001;
// without a port it is the usual one. Full-width digits and colons, as some keyboards make them, are understood. Names of
// machines are not (see [ErrName]).
func ParseAddress(s string) (netip.AddrPort, error) {
	s = strings.TrimSpace(s)
	if len(s) > maxAddressText {
		return netip.AddrPort{}, fmt.Errorf("%w: it is too long", ErrAddress)
	}
	host, portText, err := splitAddress(norm.NFKC.String(s))
	if err != nil && isName(s) {
		return netip.AddrPort{}, notAnAddress(s)
	}
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %q; it looks like 10.0.0.5:4001, with the port after the colon", ErrAddress, s)
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.AddrPort{}, notAnAddress(host)
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

// splitAddress divides address and port; the port may be left out of an IPv4 address and of one in brackets.
func splitAddress(text string) (host, port string, err error) {
	usual := strconv.Itoa(wire.UsualPort)
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(text, "]") {
		return strings.TrimSuffix(inner, "]"), usual, nil
	}
	if addr, err := netip.ParseAddr(text); err == nil && addr.Is4() {
		return text, usual, nil
	}
	return net.SplitHostPort(text)
}

// notAnAddress tells the name of a machine from a slip in the digits of an address.
func notAnAddress(host string) error {
	if isName(host) {
		return fmt.Errorf("%w: %q is the name of a machine; type its address, which looks like 10.0.0.5", ErrName, host)
	}
	return fmt.Errorf("%w: %q is not an IP address; it looks like 10.0.0.5", ErrAddress, host)
}

// isName tells whether s looks like the name of a machine: it has a letter that no address has.
func isName(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 'g' && r <= 'z' || r >= 'G' && r <= 'Z' }) && !strings.ContainsAny(s, "/:%")
}

// OnCable gives an IPv6 address that holds on one cable only (fe80::…) the name of the cable, which is another on each
// machine: that of the one network this machine is on. With several, a person has to say which. Other addresses stay as
// they are.
func OnCable(at netip.AddrPort) (netip.AddrPort, error) {
	a := at.Addr()
	if !a.Is6() || !a.IsLinkLocalUnicast() || a.Zone() != "" {
		return at, nil
	}
	found, err := adapters()
	if err != nil {
		return at, err
	}
	if len(found) != 1 {
		return at, fmt.Errorf("%w: %s needs the name of this machine's network after it, as in %s%%eth0", ErrAddress, a, a)
	}
	return netip.AddrPortFrom(a.WithZone(found[0].iface.Name), at.Port()), nil
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
