package ticket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/wire"
)

// ErrTypo is wrapped by the errors of what looks like a code and is none: a character is wrong, missing or too many.
var ErrTypo = errors.New("the code is not typed as it stands there")

// forms of addresses, by number: the network, and how many bits it leaves open.
var forms = []struct {
	network netip.Prefix
	open    int
}{
	{netip.MustParsePrefix("192.168.0.0/16"), 16},
	{netip.MustParsePrefix("172.16.0.0/12"), 20},
	{netip.MustParsePrefix("10.0.0.0/8"), 24},
	{netip.MustParsePrefix("0.0.0.0/0"), 32},
}

// The fields of a code before the address.
const (
	versionBits = 1
	formBits    = 2
	portFlag    = 1
	portBits    = 16
)

// Code writes the code for the host at an IPv4 address. An IPv6 address has none.
func (h Host) Code(at netip.AddrPort) (string, bool) {
	addr := at.Addr().Unmap()
	if !addr.Is4() || at.Port() == 0 {
		return "", false
	}
	form := 0
	for !forms[form].network.Contains(addr) {
		form++
	}
	as4 := addr.As4()
	var b bits
	b.put(0, versionBits)
	b.put(uint64(form), formBits)
	if at.Port() == wire.UsualPort {
		b.put(0, portFlag)
	} else {
		b.put(1, portFlag)
	}
	open := forms[form].open
	b.put(uint64(binary.BigEndian.Uint32(as4[:]))&(1<<open-1), open)
	if at.Port() != wire.UsualPort {
		b.put(uint64(at.Port()), portBits)
	}
	n := markBits + (symbolBits-(b.at+markBits)%symbolBits)%symbolBits
	b.put(h.first(n).bits, n)
	return writeSymbols(append(b.symbols, checkOf(b.symbols))), true
}

// readCode reads a code. Its error wraps ErrTypo.
func readCode(text string) (Ticket, error) {
	symbols, err := readSymbols(text)
	if err != nil {
		return Ticket{}, fmt.Errorf("%w: %w", ErrTypo, err)
	}
	if len(symbols) < 2 {
		return Ticket{}, fmt.Errorf("%w: %w", ErrTypo, errShort)
	}
	data, check := symbols[:len(symbols)-1], symbols[len(symbols)-1]
	t, err := decode(&bits{symbols: data})
	switch {
	case err != nil:
		return Ticket{}, fmt.Errorf("%w: %w", ErrTypo, err)
	case checkOf(data) != check:
		return Ticket{}, fmt.Errorf("%w: a character is wrong, or two have changed places", ErrTypo)
	}
	return t, nil
}

func decode(b *bits) (Ticket, error) {
	head, err := b.take(versionBits + formBits + portFlag)
	if err != nil {
		return Ticket{}, err
	}
	if head>>(formBits+portFlag) != 0 {
		return Ticket{}, errors.New("its first character is not one that codes begin with")
	}
	form := forms[head>>portFlag&(1<<formBits-1)]
	open, err := b.take(form.open)
	if err != nil {
		return Ticket{}, err
	}
	network := form.network.Addr().As4()
	var as4 [4]byte
	binary.BigEndian.PutUint32(as4[:], binary.BigEndian.Uint32(network[:])|uint32(open))
	port := uint64(wire.UsualPort)
	if head&1 == 1 {
		if port, err = b.take(portBits); err != nil {
			return Ticket{}, err
		}
	}
	n := symbolBits*len(b.symbols) - b.at
	if n < markBits {
		return Ticket{}, errShort
	}
	if n >= markBits+symbolBits {
		return Ticket{}, errors.New("it is too long")
	}
	m, err := b.take(n)
	if err != nil {
		return Ticket{}, err
	}
	at, err := discover.ParseAddress(netip.AddrPortFrom(netip.AddrFrom4(as4), uint16(port)).String())
	if err != nil {
		return Ticket{}, err
	}
	return Ticket{Addrs: []netip.AddrPort{at}, mark: mark{m, n}, made: true}, nil
}
