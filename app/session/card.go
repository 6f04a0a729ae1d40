package session

import (
	"net/url"
	"strings"

	"github.com/libp2p/go-libp2p/core/peer"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// cardScheme begins what the QR code of a card holds: room, host and words.
const cardScheme = "thirdspace-card:"

// CardLink is what the QR code of a card holds.
func (s *Session) CardLink(words string) string {
	q := url.Values{"room": {s.Room()}, "host": {s.host.String()}, "words": {strings.ReplaceAll(words, " ", "-")}}
	return cardScheme + "?" + q.Encode()
}

// withCard reads what was typed, pasted or scanned for a card. The link on a card says which room it is of.
func (o JoinOptions) withCard() (JoinOptions, error) {
	text := strings.TrimSpace(o.Card)
	if text == "" {
		return o, nil
	}
	if query, ok := strings.CutPrefix(text, cardScheme+"?"); ok && len(text) <= maxCardLink {
		q, err := url.ParseQuery(query)
		host, herr := peer.Decode(q.Get("host"))
		if err != nil || herr != nil || !wire.ValidRoomID(q.Get("room")) {
			return o, identity.ErrCard
		}
		text = q.Get("words")
		o.Room, o.Host, o.Ticket = q.Get("room"), host, ""
	}
	card, err := identity.ReadCard(text)
	if err != nil {
		return o, err
	}
	o.Card, o.Code = card.Words(), ""
	return o, nil
}

// maxCardLink bounds the bytes of a card's link.
const maxCardLink = 512
