package wire

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mtibben/confusables"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Protocols spoken over libp2p streams. Only ProtoJoin may be spoken by a machine that is not a member.
const (
	ProtoJoin    = "/thirdspace/join/1"    // admission
	ProtoJournal = "/thirdspace/journal/1" // logs compared and fetched
	ProtoDoc     = "/thirdspace/doc/1"     // a document's updates or text, fetched from its owner
	ProtoMirror  = "/thirdspace/mirror/1"  // a student's own documents, followed by the host
	ProtoRelay   = "/thirdspace/relay/1"   // students' documents, passed on by the host to a co-teacher
	ProtoLook    = "/thirdspace/look/1"    // who looks at a document, and edits it together with its owner
)

// Topics of a room. On the wire each is prefixed with the room's id.
const (
	TopicFacts = "facts" // new facts, from everyone
	TopicBeat  = "beat"  // the host's heart, once a second
	TopicBoard = "board" // updates of documents shown to the class, from teachers
)

// Lengths of names, in Unicode code points.
const (
	MaxName  = 40 // of a person
	MaxTitle = 80 // of a room or a course
)

// ErrName is wrapped by the errors of [CleanName].
var ErrName = errors.New("not a usable name")

// CleanName makes a name that a person typed, or that another machine sent, fit to be shown among others: Unicode NFC,
// white space collapsed and trimmed. It refuses an empty name, one over max code points, and any character that could
// make a name look like another or disturb the line around it: controls, direction marks, characters that show nothing,
// marks that pile up. (Zero-width joiners have their use in some scripts, but inside a name they would let two people
// look alike.) Selectors of an emoji's or a text's look are left out. What two names look like is for [LookAlike].
func CleanName(s string, max int) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("%w: it is not valid text", ErrName)
	}
	if len(s) > 16*max {
		return "", fmt.Errorf("%w: it is too long", ErrName)
	}
	s = strings.Map(withoutLook, s)
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if s == "" {
		return "", fmt.Errorf("%w: it is empty", ErrName)
	}
	marks := maxMarks // nothing stands before the first character that a mark could belong to
	for _, r := range s {
		if r != ' ' && !unicode.IsGraphic(r) || unicode.In(r, invisible...) {
			return "", fmt.Errorf("%w: it has the invisible character %U", ErrName, r)
		}
		if !unicode.IsMark(r) {
			marks = 0
		} else if marks++; marks > maxMarks {
			return "", fmt.Errorf("%w: it has too many marks on one character", ErrName)
		}
	}
	if n := utf8.RuneCountInString(s); n > max {
		return "", fmt.Errorf("%w: it has %d characters where %d are allowed", ErrName, n, max)
	}
	return s, nil
}

// maxMarks on one character are more than any script that is written today needs.
const maxMarks = 4

// invisible are the characters that show nothing although some of them count as letters or symbols.
var invisible = []*unicode.RangeTable{
	unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
	{R16: []unicode.Range16{{Lo: 0x2800, Hi: 0x2800, Stride: 1}}}, // the braille pattern without a dot
}

// withoutLook drops the two selectors that keyboards put behind emoji.
func withoutLook(r rune) rune {
	if r == '\ufe0e' || r == '\ufe0f' {
		return -1
	}
	return r
}

// LookAlike tells whether a person may take two clean names for one another: they differ only in case, or in characters
// of other scripts or digits that look the same (UTS #39, section 4, "skeleton").
func LookAlike(a, b string) bool {
	fold := cases.Fold()
	a, b = norm.NFKC.String(a), norm.NFKC.String(b)
	return confusables.Confusable(a, b) || confusables.Confusable(fold.String(a), fold.String(b))
}

// roomIDBytes of randomness make two rooms on one network differ.
const roomIDBytes = 10

var roomEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewRoomID makes the id of a new room: 80 random bits as 16 characters of lower-case base32 (RFC 4648 alphabet).
func NewRoomID() string {
	var b [roomIDBytes]byte
	rand.Read(b[:])
	return roomEncoding.EncodeToString(b[:])
}

// ValidRoomID tells whether s has the form of a room id.
func ValidRoomID(s string) bool {
	b, err := roomEncoding.DecodeString(s)
	return err == nil && len(b) == roomIDBytes && roomEncoding.EncodeToString(b) == s
}
