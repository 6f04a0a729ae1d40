package session

import (
	"net/url"
	"strings"

	"thirdspace/p2p/identity"
	"thirdspace/p2p/wire"
)

// cardScheme begins what the QR code of a card holds: room and words. The host's key is not in it: the card proves the host
// as it proves the student, and the code stays large enough to be read from paper.
const cardScheme = "thirdspace-card:"

// CardLink is what the QR code of a card holds.
func (s *Session) CardLink(words string) string {
	q := url.Values{"room": {s.Room()}, "words": {strings.ReplaceAll(words, " ", "-")}}
	return cardScheme + "?" + q.Encode()
}

// withCard reads what was typed, pasted or scanned for a card. The link on a card says which room it is of; where that is
// another than the one that was chosen, it is looked for among those that are found.
func (m *Manager) withCard(o JoinOptions) (JoinOptions, error) {
	text := strings.TrimSpace(o.Card)
	if text == "" {
		o.Card = ""
		return o, nil
	}
	if query, ok := strings.CutPrefix(text, cardScheme+"?"); ok && len(text) <= maxCardLink {
		q, err := url.ParseQuery(query)
		if err != nil || !wire.ValidRoomID(q.Get("room")) {
			return o, identity.ErrCard
		}
		text = q.Get("words")
		if room := q.Get("room"); o.Room != room && o.Ticket == "" {
			o.Room, o.Host = room, m.Finder.host(room)
		}
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
