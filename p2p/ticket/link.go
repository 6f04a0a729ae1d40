package ticket

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/discover"
	"thirdspace/p2p/wire"
)

// ErrLink is wrapped by the errors of what begins like a link and is none.
var ErrLink = errors.New("not the link of a room")

const (
	scheme   = "thirdspace"
	maxAddrs = 8
	maxCode  = 16 // characters of a room code

	keyAlso = "also" // one more address
	keyCode = "code" // the room code
)

func hasScheme(text string) bool {
	return len(text) >= len(scheme)+3 && strings.EqualFold(text[:len(scheme)+3], scheme+"://")
}

// Link writes the ticket as a link: thirdspace://address/peer id/room?also=address&code=room code. Without an address
// or a host there is none.
func (t Ticket) Link() string {
	if len(t.Addrs) == 0 || t.Host == "" {
		return ""
	}
	u := url.URL{Scheme: scheme, Host: t.Addrs[0].String(), Path: "/" + t.Host.String()}
	if t.Room != "" {
		u.Path += "/" + t.Room
	}
	var query []string // not url.Values: what is short and readable stays so in a QR code
	for _, a := range t.Addrs[1:min(len(t.Addrs), maxAddrs)] {
		query = append(query, keyAlso+"="+strings.ReplaceAll(a.String(), "%", "%25"))
	}
	if t.Code != "" {
		query = append(query, keyCode+"="+url.QueryEscape(t.Code))
	}
	u.RawQuery = strings.Join(query, "&")
	return u.String()
}

// readLink reads a link. Its error wraps ErrLink.
func readLink(text string) (Ticket, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Ticket{}, fmt.Errorf("%w: some of it is missing or mistyped", ErrLink)
	}
	t := Ticket{made: true}
	if t.Addrs, err = addresses(u); err != nil {
		return Ticket{}, fmt.Errorf("%w: %w", ErrLink, err)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if t.Host, err = hostOf(parts[0]); err != nil {
		return Ticket{}, fmt.Errorf("%w: %w", ErrLink, err)
	}
	switch {
	case len(parts) > 2, len(parts) == 2 && !wire.ValidRoomID(parts[1]):
		return Ticket{}, fmt.Errorf("%w: it does not name a room", ErrLink)
	case len(parts) == 2:
		t.Room = parts[1]
	}
	if t.Code = u.Query().Get(keyCode); len(t.Code) > maxCode || strings.Trim(t.Code, "0123456789- ") != "" {
		return Ticket{}, fmt.Errorf("%w: what it has for a room code is none", ErrLink)
	}
	return t, nil
}

func addresses(u *url.URL) ([]netip.AddrPort, error) {
	first, err := discover.ParseAddress(u.Host)
	if err != nil {
		return nil, err
	}
	all := []netip.AddrPort{first}
	for _, text := range u.Query()[keyAlso] {
		a, err := discover.ParseAddress(text)
		if err != nil {
			return nil, err
		}
		if len(all) < maxAddrs && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all, nil
}

// hostOf reads a peer id of the one kind that hosts have. A link without one is an address.
func hostOf(text string) (peer.ID, error) {
	if text == "" {
		return "", nil
	}
	id, err := peer.Decode(text)
	if err != nil {
		return "", errors.New("the key of the host in it is damaged")
	}
	if key, err := id.ExtractPublicKey(); err != nil || key.Type() != crypto.Ed25519 {
		return "", errors.New("the key of the host in it is not one that hosts have")
	}
	return id, nil
}
