package discover

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/text/unicode/norm"

	"thirdspace/p2p/wire"
)

// Announcement is what a host says of its room. Title, Course and Teacher are cleaned and cut to fit.
type Announcement struct {
	Room    string  // the room's id, see wire.ValidRoomID
	Host    peer.ID // the host's key
	Title   string  // what the lesson is called
	Course  string
	Teacher string // who teaches
	Port    int    // where the host listens, TCP
	Locked  bool   // a room code is asked
	Members int    // how many are there now
}

// ErrAnnouncement is wrapped by the errors of an announcement that cannot be made.
var ErrAnnouncement = errors.New("the room cannot be announced")

func (a Announcement) check() error {
	switch {
	case !wire.ValidRoomID(a.Room):
		return fmt.Errorf("%w: %q is not a room id", ErrAnnouncement, a.Room)
	case !validHost(a.Host):
		return fmt.Errorf("%w: its host's key is not an Ed25519 key", ErrAnnouncement)
	case a.Port < 1 || a.Port > 65535:
		return fmt.Errorf("%w: %d is not a port", ErrAnnouncement, a.Port)
	}
	return nil
}

// validHost tells whether id is that of an Ed25519 key, the only kind a room's host has.
func validHost(id peer.ID) bool {
	key, err := id.ExtractPublicKey()
	return err == nil && key.Type() == crypto.Ed25519
}

const (
	txtVersion    = "1"
	maxTXTString  = 254 // bytes, so that no reading of the limit of 255 (RFC 1035 §3.3) can be exceeded
	maxTXTStrings = 32  // strings of a record that are read
	maxPeerID     = 64  // characters; those of Ed25519 keys have 52
	maxMembers    = 100_000
)

// encodeTXT makes the strings of the TXT record, as the DNS library wants them: in presentation format.
func encodeTXT(a Announcement) []string {
	locked := "0"
	if a.Locked {
		locked = "1"
	}
	fields := []string{
		"v=" + txtVersion,
		"id=" + a.Room,
		"pid=" + a.Host.String(),
		"t=" + tidy(a.Title, wire.MaxTitle),
		"c=" + tidy(a.Course, wire.MaxTitle),
		"h=" + tidy(a.Teacher, wire.MaxName),
		"n=" + strconv.Itoa(min(max(a.Members, 0), maxMembers)),
		"pin=" + locked,
	}
	for i, f := range fields {
		fields[i] = escapeTXT(cut(f, maxTXTString))
	}
	return fields
}

// decodeTXT reads the strings of a TXT record, in presentation format, into everything but the addresses of a sighting.
// It reports false if they are not an announcement of the room.
func decodeTXT(room string, strs []string) (sighting, bool) {
	fields := map[string]string{}
	for _, s := range strs[:min(len(strs), maxTXTStrings)] {
		k, v, ok := strings.Cut(unescapeTXT(s), "=")
		if _, again := fields[k]; ok && !again { // RFC 6763 §6.4: the first of a key counts
			fields[k] = v
		}
	}
	if fields["v"] != txtVersion || fields["id"] != room || !wire.ValidRoomID(room) || len(fields["pid"]) > maxPeerID {
		return sighting{}, false
	}
	host, err := peer.Decode(fields["pid"])
	if err != nil || !validHost(host) {
		return sighting{}, false
	}
	members, err := strconv.Atoi(fields["n"])
	if err != nil || members < 0 || members > maxMembers {
		members = 0
	}
	return sighting{
		room:    room,
		host:    host,
		title:   tidy(fields["t"], wire.MaxTitle),
		course:  tidy(fields["c"], wire.MaxTitle),
		teacher: tidy(fields["h"], wire.MaxName),
		locked:  fields["pin"] == "1",
		members: members,
	}, true
}

// tidy makes text from elsewhere fit to be shown in a list: what wire.CleanName would refuse is left out, and the rest is
// cut to limit code points. It may be empty.
func tidy(s string, limit int) string {
	s = norm.NFC.String(strings.ToValidUTF8(cut(s, 16*limit), ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, s)
	runes := []rune(strings.Join(strings.Fields(norm.NFC.String(s)), " "))
	clean, err := wire.CleanName(string(runes[:min(len(runes), limit)]), limit)
	if err != nil {
		return "" // nothing is left of it
	}
	return clean
}

// cut shortens s to at most limit bytes without breaking a code point.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// escapeTXT puts s into the presentation format of RFC 1035 §5.1, which the DNS library reads when it packs a string.
func escapeTXT(s string) string { return strings.ReplaceAll(s, `\`, `\\`) }

// unescapeTXT takes the presentation format back: the DNS library gives \DDD for every byte that is not printable ASCII.
func unescapeTXT(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		if i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 10, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		i++
		b.WriteByte(s[i])
	}
	return b.String()
}
