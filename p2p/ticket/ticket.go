package ticket

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/text/unicode/norm"

	"thirdspace/p2p/discover"
)

// Ticket says where a room is and, unless all a person has is an address, whose it is.
type Ticket struct {
	Addrs []netip.AddrPort // where to dial, best first: at least one, at most 8
	Host  peer.ID          // of a link
	Room  string           // of a link, may be empty
	Code  string           // the room code, of a link into which the teacher had it put
	mark  mark             // of a code
	made  bool             // by a machine: a code or a link
}

// ErrNeither says that a text is no address, no code and no link.
var ErrNeither = errors.New("neither an address nor a code nor a link of a room")

// maxText is more than any ticket needs, in bytes.
const maxText = 1000

// Read reads whatever a person typed, pasted or scanned. Its error is fit to be shown; it wraps [discover.ErrAddress],
// [ErrTypo], [ErrLink] or [ErrNeither], by what the text most looks like.
func Read(text string) (Ticket, error) {
	if len(text) > maxText {
		return Ticket{}, fmt.Errorf("%w: it is too long", ErrNeither)
	}
	text = strings.TrimSpace(norm.NFKC.String(text))
	switch {
	case hasScheme(text):
		return readLink(text)
	case strings.ContainsAny(text, ":[.") && !strings.ContainsAny(text, " \t"):
		at, err := discover.ParseAddress(text)
		if err != nil {
			return Ticket{}, err
		}
		return Ticket{Addrs: []netip.AddrPort{at}}, nil
	case looksLikeCode(text):
		return readCode(text)
	}
	return Ticket{}, ErrNeither
}

// Lengths of codes, in characters, each with one missing or too many.
const (
	shortestCode = 12 - 1
	longestCode  = 18 + 1
)

// looksLikeCode tells whether someone who types this means a code: letters and digits of about its length, among them
// at least one digit, for words have none.
func looksLikeCode(text string) bool {
	count, digit := 0, false
	for _, r := range text {
		switch {
		case strings.ContainsRune(separators, r):
			continue
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			return false
		}
		count++
		digit = digit || unicode.IsDigit(r)
	}
	_, err := readCode(text)
	return count >= shortestCode && count <= longestCode && (digit || err == nil)
}

// Fits tells whether the machine with that key may be the ticket's host. For a code it takes some tens of milliseconds.
func (t Ticket) Fits(host peer.ID) bool {
	return (t.Host == "" || t.Host == host) && t.mark.fits(host)
}

// ErrOutside says that a code or a link leads out of the room's network.
var ErrOutside = errors.New("it leads to no machine in this room")

// Near is the ticket without the addresses that lead to the internet: of a code or a link, in which nobody sees where it
// leads. An address that a person typed stays, whatever it is. Its error wraps [ErrOutside].
func (t Ticket) Near() (Ticket, error) {
	if !t.made {
		return t, nil
	}
	outside := t.Addrs
	t.Addrs = slices.DeleteFunc(slices.Clone(t.Addrs), func(a netip.AddrPort) bool { return !discover.Near(a.Addr()) })
	if len(t.Addrs) == 0 {
		return t, fmt.Errorf("%w: %s is in another network, and no private address", ErrOutside, outside[0].Addr())
	}
	return t, nil
}

// NamesHost tells whether the ticket says whose the room is, wholly or by a mark.
func (t Ticket) NamesHost() bool { return t.Host != "" || t.mark.n > 0 }
